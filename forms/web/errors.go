package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/bausteine/egov/forms"
	"github.com/bausteine/egov/forms/draft"
)

// pageError ends a request with an error page.
type pageError struct {
	status int
	kind   errorKind
	back   string // path below BaseURL to go on from; may be empty
	err    error  // for the log; without personal data
}

// errorKind picks a text where the status alone does not.
type errorKind int

const (
	noKind errorKind = iota
	noCookie
	loggedOut
	notSubmitted // the application is safe but could not be handed over yet
	noSuchCode
)

// notFound is also the answer to whoever asks for what is somebody else's.
var notFound = &pageError{status: http.StatusNotFound}

// Error names the status.
func (e *pageError) Error() string {
	if e.err == nil {
		return fmt.Sprintf("web: status %d", e.status)
	}
	return fmt.Sprintf("web: status %d: %v", e.status, e.err)
}

// Unwrap returns the cause.
func (e *pageError) Unwrap() error { return e.err }

// draftError turns what the draft store reports into a page.
func draftError(err error) error {
	switch {
	case errors.Is(err, draft.ErrNotFound):
		return notFound
	case errors.Is(err, draft.ErrExpired):
		return &pageError{status: http.StatusGone}
	case changedMeanwhile(err):
		return &pageError{status: http.StatusConflict, err: err}
	case errors.Is(err, draft.ErrTooLarge):
		return &pageError{status: http.StatusRequestEntityTooLarge, err: err}
	}
	return err
}

// changedMeanwhile reports that another window or process was faster.
func changedMeanwhile(err error) bool {
	return errors.Is(err, draft.ErrConflict) || errors.Is(err, draft.ErrState)
}

// fail shows the page of an error and logs what is not the visitor's doing.
func (q *request) fail(err error) {
	var page *pageError
	var decode *forms.DecodeError
	switch {
	case errors.As(err, &page):
	case errors.As(err, &decode):
		page = &pageError{status: decode.Status, err: err}
		if http.StatusText(page.status) == "" || page.status < 400 {
			page.status = http.StatusBadRequest
		}
	case errors.Is(err, context.Canceled) && q.Context().Err() != nil:
		page = &pageError{status: http.StatusServiceUnavailable}
	default:
		page = &pageError{status: http.StatusInternalServerError, err: err}
	}
	if page.status >= 500 && page.err != nil {
		q.w.log.ErrorContext(q.Context(), "web: request failed", "status", page.status, "error", page.err)
	} else if page.err != nil {
		q.w.log.DebugContext(q.Context(), "web: request refused", "status", page.status, "error", page.err)
	}
	if page.status == http.StatusServiceUnavailable {
		q.out.Header().Set("Retry-After", "60")
	}
	text := page.text()
	v := &errorView{Text: text.Text, Link: text.Link, Back: page.back, Status: page.status}
	if page.kind == loggedOut {
		v.Logins, v.Back = q.logins(page.back), "/"
	}
	if v.Back == "" && q.goesOn != "" && page.status != http.StatusNotFound && page.status != http.StatusGone {
		// The start page knows no guest's application.
		v.Back, v.Link = q.goesOn, "Zurück zum Antrag"
	}
	if v.Back == "" {
		v.Back = "/"
	}
	v.Back = q.w.path(v.Back)
	q.render(page.status, "fehler", text.Title, v)
}

// errorText is what an error page says.
type errorText struct {
	Title string
	Text  []string
	Link  string // label of the link that leads on
}

type errorView struct {
	view
	Text   []string
	Link   string
	Status int
	Back   string
	Logins []loginView
}

func (e *pageError) text() errorText {
	switch e.kind {
	case noCookie:
		return errorText{"Die Seite konnte nicht angenommen werden", []string{
			"Ihr Browser hat kein gültiges Cookie mitgeschickt. Das kann passieren, wenn Cookies ausgeschaltet sind oder die Seite sehr lange offen war.",
			"Erlauben Sie Cookies für diese Website. Gehen Sie dann zurück, laden Sie die Seite neu und versuchen Sie es noch einmal.",
		}, "Zur Startseite"}
	case loggedOut:
		return errorText{"Bitte melden Sie sich an", []string{
			"Dieser Antrag gehört zu einem Nutzerkonto. Sie sind nicht oder nicht mehr angemeldet.",
			"Ihre gespeicherten Angaben sind noch da. Was Sie auf der letzten Seite eingegeben und noch nicht gespeichert haben, geben Sie bitte noch einmal ein.",
		}, "Zur Startseite"}
	case notSubmitted:
		return errorText{"Ihr Antrag konnte gerade nicht übermittelt werden", []string{
			"Ihre Angaben sind vollständig gespeichert. Sie müssen nichts noch einmal eingeben und nichts noch einmal bezahlen.",
			"Wir versuchen die Übermittlung später von selbst noch einmal. Sie können es auch gleich selbst versuchen.",
		}, "Erneut versuchen"}
	case noSuchCode:
		return errorText{"Wir haben keinen Antrag zu diesem Link gefunden", []string{
			"Der Link ist unvollständig, oder der Antrag wurde inzwischen gelöscht oder in ein Nutzerkonto übernommen.",
			"Prüfen Sie, ob Sie den Link vollständig eingegeben haben. Wenn Sie den Antrag in ein Nutzerkonto übernommen haben, melden Sie sich dort an.",
		}, "Noch einmal eingeben"}
	}
	return statusText(e.status)
}

func statusText(status int) errorText {
	const start = "Zur Startseite"
	switch status {
	case http.StatusBadRequest:
		return errorText{"Die Anfrage war nicht verständlich", []string{
			"Ihr Browser hat Daten geschickt, die nicht zu dieser Seite passen. Es wurde nichts gespeichert.",
			"Gehen Sie zurück, laden Sie die Seite neu und versuchen Sie es noch einmal.",
		}, start}
	case http.StatusForbidden:
		return errorText{"Das ist so nicht erlaubt", []string{
			"Die Anfrage kam nicht von einer Seite dieses Dienstes. Zu Ihrem Schutz haben wir sie nicht ausgeführt.",
		}, start}
	case http.StatusNotFound:
		return errorText{"Diese Seite gibt es nicht", []string{
			"Vielleicht ist die Adresse falsch, oder der Antrag wurde nach Ablauf der Frist gelöscht.",
			"Haben Sie den Antrag mit einem anderen Browser oder Gerät begonnen? Dann öffnen Sie den Link, den Sie sich dort notiert haben. Gehört der Antrag zu einem Nutzerkonto, melden Sie sich dort an.",
		}, start}
	case http.StatusMethodNotAllowed:
		return errorText{"Diese Seite kann so nicht aufgerufen werden", []string{
			"Die Adresse gehört zu einem Schritt, der nur über eine Schaltfläche erreicht wird.",
		}, start}
	case http.StatusConflict:
		return errorText{"Der Antrag wurde inzwischen geändert", []string{
			"Vermutlich haben Sie den Antrag in einem anderen Fenster weiter bearbeitet. Damit nichts verloren geht, haben wir diese Seite nicht gespeichert.",
			"Laden Sie den Antrag neu und prüfen Sie Ihre Angaben.",
		}, start}
	case http.StatusGone:
		return errorText{"Dieser Antrag ist abgelaufen", []string{
			"Der Antrag wurde längere Zeit nicht bearbeitet. Zum Schutz Ihrer Daten wird er gelöscht und kann nicht mehr geöffnet werden.",
			"Sie können jederzeit einen neuen Antrag beginnen.",
		}, start}
	case http.StatusRequestEntityTooLarge:
		return errorText{"Das ist zu viel auf einmal", []string{
			"Die eingegebenen Daten oder die Datei sind zu groß. Es wurde nichts gespeichert.",
			"Gehen Sie zurück, kürzen Sie Ihre Eingaben oder wählen Sie eine kleinere Datei.",
		}, start}
	case http.StatusServiceUnavailable:
		return errorText{"Der Dienst ist gerade nicht erreichbar", []string{
			"Bitte versuchen Sie es in einigen Minuten noch einmal. Ihre gespeicherten Angaben sind noch da.",
		}, start}
	}
	return errorText{"Es ist ein Fehler aufgetreten", []string{
		"Das liegt nicht an Ihnen. Ihre gespeicherten Angaben sind noch da. Bitte versuchen Sie es später noch einmal.",
	}, start}
}

func typeName(v any) string { return fmt.Sprintf("%T", v) }
