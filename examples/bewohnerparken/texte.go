package main

import (
	"context"
	"errors"

	"github.com/bausteine/egov/forms"
	"github.com/bausteine/egov/forms/web"
	"github.com/bausteine/egov/payment"
	"github.com/bausteine/egov/xoev/submission"
)

// What the pages of this service say.

var layout = web.Layout{
	Service:   "Bewohnerparkausweis",
	Authority: "Stadt Musterstadt",
	Notice:    "Demonstration: Musterstadt ist erfunden. Konto und Bezahlung sind Simulatoren auf diesem Rechner.",
	Intro: []string{
		"Mit einem Bewohnerparkausweis parken Sie in der Nähe Ihrer Wohnung auf den dafür gekennzeichneten Plätzen.",
		"Sie können ihn beantragen, wenn Sie im Bewohnerparkgebiet mit Hauptwohnung gemeldet sind. Die Gebühr beträgt 30,70 € für 12 Monate und 61,40 € für 24 Monate.",
	},
	Needs: []string{
		"die Zulassungsbescheinigung Teil I (Fahrzeugschein)",
		"eine Erklärung zur Nutzungsüberlassung, wenn das Fahrzeug auf eine andere Person zugelassen ist",
		"ein Zahlungsmittel für die Gebühr",
	},
	Links: []web.Link{
		{Label: "Impressum", URL: "/hinweise#impressum"},
		{Label: "Datenschutz", URL: "/hinweise#datenschutz"},
		{Label: "Barrierefreiheit", URL: "/hinweise#barrierefreiheit"},
	},
	Confirm: "Mit dem Absenden bestätigen Sie, dass Ihre Angaben richtig und vollständig sind. Danach bezahlen Sie die Gebühr. Ihr Antrag gilt als gestellt, wenn die Gebühr bezahlt ist.",
	Submit:  "Absenden und bezahlen",
	Next: []string{
		"Wir prüfen Ihre Angaben. Das dauert in der Regel fünf Werktage.",
		"Den Parkausweis schicken wir Ihnen mit der Post.",
	},
}

// laender are the codes of the code list
// urn:de:bund:destatis:bevoelkerungsstatistik:schluessel:staat for Germany and
// its neighbours, for each of the paths.
func laender(paths ...string) map[string][]forms.Option {
	list := []forms.Option{
		{Value: "000", Label: "Deutschland"}, {Value: "124", Label: "Belgien"}, {Value: "126", Label: "Dänemark"},
		{Value: "129", Label: "Frankreich"}, {Value: "143", Label: "Luxemburg"}, {Value: "148", Label: "Niederlande"},
		{Value: "151", Label: "Österreich"}, {Value: "152", Label: "Polen"}, {Value: "158", Label: "Schweiz"},
		{Value: "164", Label: "Tschechien"},
	}
	choices := map[string][]forms.Option{}
	for _, p := range paths {
		choices[p] = list
	}
	return choices
}

// nochOffen is what a citizen reads who comes back without having paid.
func nochOffen(c *payment.Collection) web.GateResult {
	r := web.GateResult{
		Title:  "Die Gebühr ist noch nicht bezahlt",
		Text:   []string{"Ihre Angaben sind gespeichert. Ihr Antrag gilt erst als gestellt, wenn die Gebühr bezahlt ist."},
		Button: "Jetzt bezahlen",
	}
	switch {
	case c.Review || !c.Status.Balance.Booked.IsZero():
		r.Title, r.Button = "Wir prüfen Ihre Zahlung", ""
		r.Text = []string{"Bei Ihrer Zahlung ist etwas ungewöhnlich. Wir sehen sie uns an. Bitte bezahlen Sie nicht noch einmal. Ihr Antrag wird danach von selbst übermittelt."}
	case c.Pending:
		r.Text = append(r.Text, "Falls Sie gerade bezahlt haben, warten Sie einen Augenblick und prüfen Sie dann erneut.")
	default:
		r.Changeable = true
	}
	return r
}

// dauer is the duration that was chosen: "1" or "2", as the form offers them.
func dauer(a web.Application) string { return a.Answers.Get("zeitraum.dauer").Text() }

// gebuehrenstand says what has been paid, for this duration and for one chosen
// earlier: a pay page may be used long after the answers were changed.
func (d *dienst) gebuehrenstand(ctx context.Context, a web.Application) ([]web.StatusLine, error) {
	line := web.StatusLine{Label: "Gebühr", Value: "noch nicht bezahlt"}
	extra := payment.EUR(0)
	for _, each := range []string{"1", "2"} {
		fee, err := d.kasse.Status(ctx, a.Tenant, forderung(a, each).ID)
		if errors.Is(err, payment.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		booked, asked := fee.Balance.Booked, each == dauer(a)
		switch {
		case asked && fee.Balance.Open.Cents <= 0:
			line = web.StatusLine{Label: "Gebühr", Value: fee.Claim.Amount.German() + " bezahlt", At: fee.Entries[len(fee.Entries)-1].BookedAt}
			booked = fee.Balance.Open.Neg()
		case fee.State == payment.ClaimReview:
			line.Value = "Ihre Zahlung wird geprüft. Bitte bezahlen Sie nicht noch einmal."
		}
		if extra, err = extra.Add(booked); err != nil {
			return nil, err
		}
	}
	if extra.IsZero() {
		return []web.StatusLine{line}, nil
	}
	return []web.StatusLine{line, {Label: "Außerdem eingegangen", Value: extra.German() + ". Wir prüfen das und melden uns bei Ihnen."}}, nil
}

// stand is what a citizen reads on the status page.
func (d *dienst) stand(ctx context.Context, a web.Application) ([]web.StatusLine, error) {
	lines, err := d.gebuehrenstand(ctx, a)
	if err != nil {
		return nil, err
	}
	entry, err := d.Ausgang.Get(ctx, a.Tenant, a.ID)
	switch {
	case errors.Is(err, submission.ErrNotFound):
		return append(lines, web.StatusLine{Label: "Übermittlung", Value: "steht noch aus"}), nil
	case err != nil:
		return nil, err
	case entry.SentAt.IsZero():
		return append(lines, web.StatusLine{Label: "Übermittlung", Value: "wird an die Stadtverwaltung übermittelt"}), nil
	}
	lines = append(lines, web.StatusLine{Label: "Übermittlung", Value: "an die Stadtverwaltung übermittelt", At: entry.SentAt})
	switch entry.State {
	case submission.StateConfirmed:
		lines = append(lines, web.StatusLine{Label: "Eingangsbestätigung", Value: "bestätigt unter " + entry.ReceiptReference, At: entry.ReceivedAt})
	case submission.StateRejected:
		lines = append(lines, web.StatusLine{Label: "Eingangsbestätigung", Value: "Die Stadtverwaltung konnte den Antrag nicht annehmen und meldet sich bei Ihnen.", At: entry.ReceivedAt})
	}
	return lines, nil
}
