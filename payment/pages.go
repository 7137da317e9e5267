package payment

import "errors"

// The texts of the return page. Every citizen can end up here: plain words,
// and always what to do next.
var (
	pagePending = Page{
		Title: "Die Zahlung wird geprüft",
		Paragraphs: []string{
			"Der Bezahldienst hat uns noch nicht bestätigt, ob die Zahlung erfolgt ist. Das kann einige Minuten dauern.",
			"Wenn Sie schon bezahlt haben, bezahlen Sie bitte nicht noch einmal. Wir prüfen die Zahlung auch dann weiter, wenn Sie diese Seite schließen.",
		},
	}
	pageReview = Page{
		Title: "Ihre Zahlung wird von uns geprüft",
		Paragraphs: []string{
			"Die Angaben des Bezahldienstes passen nicht zu Ihrer Zahlung. Unsere Beschäftigten klären das.",
			"Bitte bezahlen Sie nicht noch einmal. Sie müssen nichts weiter tun.",
		},
	}
	pageGone = Page{
		Title: "Diese Adresse ist nicht mehr gültig",
		Paragraphs: []string{
			"Sie haben diese Rückkehr-Adresse schon benutzt. Es wurde nichts noch einmal gebucht.",
			"Den Stand Ihrer Zahlung sehen Sie im Online-Dienst.",
		},
	}
	pageBadURL = Page{
		Title: "Die Adresse ist unvollständig oder fehlerhaft",
		Paragraphs: []string{
			"Mit dieser Adresse können wir keine Zahlung finden. Bitte kehren Sie zum Online-Dienst zurück und rufen Sie dort den Stand Ihrer Zahlung auf.",
		},
	}
	pageNotFound = Page{
		Title: "Diese Seite gibt es nicht",
		Paragraphs: []string{
			"Zu dieser Adresse kennen wir keine Zahlung. Bitte kehren Sie zum Online-Dienst zurück und rufen Sie dort den Stand Ihrer Zahlung auf.",
		},
	}
	pageMethod = Page{
		Title:      "Diese Anfrage ist hier nicht möglich",
		Paragraphs: []string{"Bitte kehren Sie zum Online-Dienst zurück und rufen Sie dort den Stand Ihrer Zahlung auf."},
	}
	pageStore = Page{
		Title: "Der Dienst ist zurzeit nicht erreichbar",
		Paragraphs: []string{
			"Wir können den Stand Ihrer Zahlung gerade nicht abrufen. Bitte laden Sie diese Seite in einigen Minuten neu.",
			"Wenn Sie schon bezahlt haben, bezahlen Sie bitte nicht noch einmal.",
		},
	}
)

// pageResult tells the result where there is no page to go to.
func pageResult(s State) Page {
	switch s {
	case StatePaid:
		return Page{Title: "Ihre Zahlung ist eingegangen", Paragraphs: []string{"Vielen Dank. Sie können diese Seite schließen."}}
	case StateCanceled:
		return Page{Title: "Sie haben die Zahlung abgebrochen", Paragraphs: []string{"Sie können die Bezahlung im Online-Dienst erneut beginnen."}}
	}
	return Page{Title: "Die Zahlung ist nicht erfolgt", Paragraphs: []string{"Sie können die Bezahlung im Online-Dienst erneut beginnen."}}
}

func isNotFound(err error) bool { return errors.Is(err, ErrNotFound) }
