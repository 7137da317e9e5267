package main

// This file is what a vendor writes: what is asked (Antrag), how the building blocks are put together
// (neuerDienst), and where two of them meet. Keys, addresses and adapters are configuration (umgebung.go).

import (
	"context"
	"errors"
	"net/http"

	"github.com/bausteine/egov/forms"
	"github.com/bausteine/egov/forms/fim"
	"github.com/bausteine/egov/forms/fim/datenschema"
	"github.com/bausteine/egov/forms/web"
	"github.com/bausteine/egov/payment"
	"github.com/bausteine/egov/servicekonto"
	"github.com/bausteine/egov/xoev/submission"
)

const mandant = "musterstadt" // tenant: one installation can serve many municipalities

// Antrag is the form, with the building blocks of the FIM data schema in datenschema.xml (made up, like Musterstadt).
type Antrag struct {
	Person struct {
		Familienname string      `label:"Familienname" phrase:"Ihren Familiennamen" fim:"F99000000021V1.0.0" validate:"required,max=120" autocomplete:"family-name" prefill:"familienname"`
		Vornamen     string      `label:"Vornamen" help:"So, wie sie in Ihrem Ausweis stehen." phrase:"Ihre Vornamen" fim:"F99000000022V1.0.0" validate:"required,max=80" autocomplete:"given-name" prefill:"vornamen"`
		Geburtsdatum *forms.Date `label:"Geburtsdatum" help:"Zum Beispiel 31 3 1980" phrase:"Ihr Geburtsdatum" fim:"F99000000023V1.0.0" validate:"required,notfuture,maxage=125" autocomplete:"bday" prefill:"geburtsdatum"`
		Email        string      `label:"E-Mail-Adresse" help:"Für Rückfragen zu Ihrem Antrag." phrase:"Ihre E-Mail-Adresse" fim:"F99000000024V1.0.0" validate:"required,email,max=254" autocomplete:"email" prefill:"email"`
		Telefon      string      `label:"Telefonnummer" help:"Zum Beispiel (030) 23125123 oder +49 30 23125123" fim:"F99000000025V1.0.0" validate:"max=23" autocomplete:"tel" inputmode:"tel"`
		Handy        string      `label:"Handynummer" fim:"F99000000026V1.0.0" validate:"omitempty,min=6,max=20" inputmode:"tel"`
		Anschrift    struct {
			Strasse    string `label:"Straße" phrase:"Ihre Straße" fim:"F99000000031V1.0.0" validate:"required,max=55" prefill:"strasse"`
			Hausnummer string `label:"Hausnummer" phrase:"Ihre Hausnummer" fim:"F99000000032V1.0.0" validate:"required,max=9" prefill:"hausnummer"`
			Zusatz     string `label:"Hausnummerzusatz" help:"Zum Beispiel a bei 124a" fim:"F99000000033V1.0.0" validate:"max=2"`
			PLZ        string `label:"Postleitzahl" phrase:"Ihre Postleitzahl" fim:"F99000000034V1.0.0" validate:"required,plz" autocomplete:"postal-code" inputmode:"numeric" prefill:"postleitzahl"`
			Ort        string `label:"Ort" phrase:"Ihren Wohnort" fim:"F99000000035V1.0.0" validate:"required,max=50" autocomplete:"address-level2" prefill:"ort"`
			Land       string `label:"Land" fim:"F99000000036V1.0.0" validate:"required" widget:"select"`
		} `legend:"Anschrift" fim:"G99000000012V1.0.0" help:"Ihre Hauptwohnung im Bewohnerparkgebiet."`
	} `title:"Angaben zu Ihrer Person" fim:"G99000000011V1.0.0"`
	Fahrzeug struct {
		Kennzeichen string `label:"Kfz-Kennzeichen" help:"Zum Beispiel MU-ST 123" phrase:"das Kennzeichen Ihres Fahrzeugs" fim:"F99000000041V1.0.0" validate:"required,kfzkennzeichen"`
		FIN         string `label:"Letzte 6 Ziffern der Fahrzeug-Identifizierungsnummer" help:"Sie steht im Feld E der Zulassungsbescheinigung Teil I (Fahrzeugschein)." phrase:"die letzten 6 Ziffern der Fahrzeug-Identifizierungsnummer" fim:"F99000000042V1.0.0" validate:"required,number,len=6" inputmode:"numeric"`
		Halter      string `label:"Auf wen ist das Fahrzeug zugelassen?" options:"01=Auf mich|02=Auf eine andere Person" fim:"F99000000043V1.0.0" validate:"required" msg-required:"Wählen Sie aus, auf wen das Fahrzeug zugelassen ist."`
	} `title:"Angaben zum Fahrzeug" fim:"G99000000013V1.0.0"`
	Halter struct {
		Familienname   string     `label:"Familienname" fim:"F99000000021V1.0.0" validate:"required,max=120"`
		Vornamen       string     `label:"Vornamen" fim:"F99000000022V1.0.0" validate:"required,max=80"`
		Strasse        string     `label:"Straße" fim:"G99000000012V1.0.0/F99000000031V1.0.0" validate:"required,max=55"`
		Hausnummer     string     `label:"Hausnummer" fim:"G99000000012V1.0.0/F99000000032V1.0.0" validate:"required,max=9"`
		Zusatz         string     `label:"Hausnummerzusatz" fim:"G99000000012V1.0.0/F99000000033V1.0.0" validate:"max=2"`
		PLZ            string     `label:"Postleitzahl" fim:"G99000000012V1.0.0/F99000000034V1.0.0" validate:"required,plz" inputmode:"numeric"`
		Ort            string     `label:"Ort" fim:"G99000000012V1.0.0/F99000000035V1.0.0" validate:"required,max=50"`
		Land           string     `label:"Land" fim:"G99000000012V1.0.0/F99000000036V1.0.0" validate:"required" widget:"select"`
		Email          string     `label:"E-Mail-Adresse" fim:"F99000000024V1.0.0" validate:"required,email,max=254"`
		Ueberlassung   forms.File `label:"Erklärung zur Nutzungsüberlassung" help:"Mit der Unterschrift der Halterin oder des Halters." fim:"F99000000044V1.0.0" validate:"required" accept:"application/pdf,image/jpeg,image/png" maxsize:"2MB"`
		Fahrzeugschein forms.File `label:"Zulassungsbescheinigung Teil I (Fahrzeugschein)" fim:"F99000000045V1.0.0" validate:"required" accept:"application/pdf,image/jpeg,image/png" maxsize:"2MB"`
	} `title:"Angaben zur Halterin oder zum Halter" show:"fahrzeug.halter=02" fim:"G99000000014V1.0.0"`
	Zeitraum struct {
		Dauer       string      `label:"Wie lange soll der Parkausweis gelten?" options:"1=12 Monate (30,70 €)|2=24 Monate (61,40 €)" fim:"F99000000051V1.0.0" validate:"required" msg-required:"Wählen Sie aus, wie lange der Parkausweis gelten soll."`
		Art         string      `label:"Was beantragen Sie?" options:"01=Einen neuen Parkausweis|02=Die Verlängerung eines Parkausweises" fim:"F99000000052V1.0.0" validate:"required" msg-required:"Wählen Sie aus, was Sie beantragen."`
		Nummer      string      `label:"Nummer des bisherigen Parkausweises" show:"zeitraum.art=02" fim:"G99000000016V1.0.0/F99000000053V1.0.0" validate:"required,number,max=20" inputmode:"numeric"`
		Ausgestellt *forms.Date `label:"Ausgestellt am" show:"zeitraum.art=02" fim:"G99000000016V1.0.0/F99000000054V1.0.0" validate:"required,notfuture"`
		Beginn      *forms.Date `label:"Gültig ab" help:"Ohne Angabe gilt der Parkausweis, sobald er ausgestellt ist." fim:"F99000000055V1.0.0" validate:"notpast"`
		Zahlart     string      `label:"Wie möchten Sie bezahlen?" options:"online=Jetzt online|rechnung=Auf Rechnung, per Überweisung" default:"online" validate:"required"`
		Abgleich    []string    `label:"Abgleich mit Melde- und Zulassungsregister" options:"01=Ich bin damit einverstanden, dass meine Angaben mit dem Melderegister und dem Zulassungsregister abgeglichen werden." fim:"F99000000056V1.0.0" validate:"required" msg-required:"Ohne den Abgleich können wir den Antrag nicht online bearbeiten. Bestätigen Sie ihn oder kommen Sie persönlich vorbei."`
		Daten       []string    `label:"Verarbeitung Ihrer Daten" options:"01=Ich stimme der Verarbeitung meiner Daten nach Artikel 6 Absatz 1 Buchstabe a DSGVO zu." fim:"F99000000057V1.0.0" validate:"required" msg-required:"Stimmen Sie der Verarbeitung Ihrer Daten zu, damit wir den Antrag bearbeiten dürfen."`
	} `title:"Zeitraum und Erklärungen" fim:"G99000000015V1.0.0"`
}

type dienst struct {
	*umgebung
	schema *datenschema.Schema
	konto  *servicekonto.Service
	kasse  *payment.Service
	wizard *web.Wizard
}

func neuerDienst(u *umgebung) (*dienst, error) {
	d := &dienst{umgebung: u}
	var err0, err1, err2, err3, err4 error
	d.schema, err0 = datenschema.Read(datenschemaXML(), &datenschema.Options{RootAttributes: fim.HeaderAttributes()}) // see uebergeben
	// The account says who is there, and with how much trust.
	d.konto, err1 = servicekonto.New(servicekonto.Config{
		BaseURL: u.BaseURL, Tenant: mandant, Store: u.Sitzungen, ServiceName: "Bewohnerparkausweis – Musterstadt", Logger: u.Log,
		Choices: []servicekonto.Choice{{ID: "servicekonto", Label: "Servicekonto", Provider: u.Login}}})
	// The cash desk keeps claims and ledger, and asks the payment platform.
	d.kasse, err2 = payment.New(u.Buecher, []payment.Registration{{Key: "online", Version: "1", Provider: u.Bezahlplattform}, {Key: "rechnung", Version: "1", Provider: u.Rechnungen}}, payment.Config{
		BaseURL: u.BaseURL, Logger: u.Log, Target: func(c payment.Claim, _ payment.State) string { return "/antrag/" + c.ID[:36] + "/abschluss" }}) // the UUID: see forderung
	// The form is compiled once; the wizard shows it, and keeps each step as a draft.
	form, err3 := forms.New("S99000000002", "1.0.0", Antrag{}, &forms.Options{Title: "Bewohnerparkausweis beantragen", Choices: laender("person.anschrift.land", "halter.land")})
	if err := errors.Join(err0, err1, err2, err3); err != nil {
		return nil, err
	}
	d.wizard, err4 = web.New(web.Config{
		BaseURL: u.BaseURL, Tenant: mandant, Form: form, Drafts: u.Entwuerfe, Layout: layout, Logger: u.Log,
		User: d.benutzer, Logins: []web.Login{{Label: "Mit dem Servicekonto anmelden", URL: d.konto.LoginURL}}, LogoutURL: d.konto.LogoutURL(),
		Gates: []web.Gate{web.GateFunc(d.gebuehr)}, Complete: d.uebergeben, Status: d.stand})
	return d, err4
}

// benutzer tells the form who is logged in, in plain values.
func (d *dienst) benutzer(r *http.Request) *web.User {
	if s, ok := d.konto.Session(r); ok {
		return &web.User{ID: s.Account.Key(), Name: s.Account.DisplayName(), Prefill: web.PrefillFrom(s.Account.Prefill())}
	}
	return nil
}

// forderung is the fee: one claim for each application (its UUID), duration and way to pay, since a claim never changes; all are
// those it may replace. One without a fee is refused, never free.
func forderung(a web.Application) (fee payment.Claim, all []string) {
	dauer, art := a.Answers.Get("zeitraum.dauer").Text(), a.Answers.Get("zeitraum.zahlart").Text()
	return payment.Claim{Tenant: a.Tenant, ID: a.ID + "." + dauer + art, Amount: payment.EUR(map[string]int64{"1": 3070, "2": 6140}[dauer]), Provider: art, Kassenzeichen: kassenzeichenOf(a.ID),
		Purpose: "Bewohnerparkausweis", Description: "Bewohnerparkausweis der Stadt Musterstadt"}, []string{a.ID + ".1online", a.ID + ".2online", a.ID + ".1rechnung", a.ID + ".2rechnung"}
}

// gebuehr lets an application pass once its fee is paid or asked for by invoice. A payment begins at the first visit
// or a press of the button, never in the background or if money came for another duration.
func (d *dienst) gebuehr(ctx context.Context, a web.Application) (web.GateResult, error) {
	fee, all := forderung(a)
	c, err := d.kasse.Collect(ctx, fee, &payment.CollectOptions{Again: a.Trigger == web.Pressed, LookOnly: a.Trigger == web.Background, Replaces: all})
	if err != nil || c.Paid || fee.Provider == "rechnung" && !c.Review && (c.Pending || c.PayPageURL != "") {
		return web.GateResult{Pass: err == nil}, err
	}
	return gateResult(c), nil
}

// uebergeben writes the application as FIM XML, checks it against the data schema, signs it
// and puts it into the outbox, once for each ID. From there it is sent until it has arrived.
func (d *dienst) uebergeben(ctx context.Context, a web.Application) (web.Receipt, error) {
	e, err := d.Ausgang.SubmitOnce(ctx, a.Tenant, a.ID, func() (submission.Message, error) {
		m := submission.Message{Tenant: a.Tenant, ID: a.ID, Kind: "bewohnerparkausweis", Name: "antrag.xml"}
		var err1, err2, err3 error
		m.Reference, err1 = submission.NewReference("BWP", a.Tenant, a.ID)
		m.Document, err2 = fim.Marshal(a.Form, a.Answers, &fim.EncodeOptions{Schema: d.schema,
			Header:  fim.Header{ID: a.ID, Reference: m.Reference, Created: a.ConfirmedAt},
			Content: func(_ string, f forms.File) ([]byte, error) { return a.Content(ctx, f) }})
		m.Signature, err3 = submission.SignXAdES(ctx, d.Signer, m.Document, m.Name, nil)
		return m, errors.Join(err1, err2, err3)
	})
	return web.Receipt{Reference: e.Reference}, err
}

// stand is what the citizen reads on the status page: the fee, the invoice, and the way to the authority.
func (d *dienst) stand(ctx context.Context, a web.Application) ([]web.StatusLine, error) {
	fee, all := forderung(a)
	paid, err1 := d.kasse.Lines(ctx, a.Tenant, fee.ID, all...)
	sent, err2 := d.Ausgang.Lines(ctx, a.Tenant, a.ID)
	return append(append(web.StatusLines(paid), d.rechnung(ctx, fee)...), web.StatusLines(sent)...), errors.Join(err1, err2)
}
