package epaybl

import (
	"bytes"
	"encoding/xml"
	"strconv"
	"strings"
	"time"

	"github.com/bausteine/egov/payment"
)

// part is an element of a request: a simple value, or a structure of parts.
type part struct {
	name, kind string // kind is the xsi:type
	value      string
	parts      []part
	array      string // soapenc:arrayType, for arrays of 2.x
}

func text(name, value string) part { return part{name: name, kind: "xsd:string", value: value} }

func decimal(name string, a payment.Amount) part {
	return part{name: name, kind: "xsd:decimal", value: a.JSONNumber().String()}
}

func structure(name, kind string, parts ...part) part {
	return part{name: name, kind: "ep:" + kind, parts: parts}
}

func kunde(number, last, first string) part {
	p := structure("kunde", "Kunde", text("nachname", last))
	if first != "" {
		p.parts = append(p.parts, text("vorname", first))
	}
	p.parts = append(p.parts, text("EShopKundenNr", number), text("sprache", "de"))
	return p
}

// booking is the operation that makes the Kassenzeichen, with its parts.
func (p *Provider) booking(r payment.CreateRequest, customer string) (op string, parts []part) {
	parts = []part{text("mandantNr", p.config.Mandant), text("eShopKundenNr", customer), p.buchungsListe(r)}
	if len(p.config.Zahlverfahren) == 0 {
		return opBook, parts
	}
	return opBookMethods, append(parts, part{name: "lieferAdresse"}, part{name: "buchungsText"},
		p.list("zahlverfahrenListe", "StringList", "stringList", "xsd:string", p.methods()), part{name: "buchungslisteParameterSet"})
}

func (p *Provider) methods() []part {
	var values []part
	for _, z := range p.config.Zahlverfahren {
		values = append(values, text("stringList", string(z)))
	}
	return values
}

// list wraps values as the version wants it: in a list type, or in an array
// of SOAP encoding.
func (p *Provider) list(name, listType, item, itemType string, values []part) part {
	for i := range values {
		values[i].name = item
	}
	if p.config.Version == Version3 {
		return structure(name, listType, values...)
	}
	return part{name: name, kind: "soapenc:Array", array: itemType + "[" + strconv.Itoa(len(values)) + "]", parts: values}
}

func (p *Provider) buchungsListe(r payment.CreateRequest) part {
	var lines []part
	for _, l := range p.lines(r.Claim) {
		b := structure("buchungen", "Buchung")
		for _, f := range []part{text("belegNr", l.belegNr), decimal("betrag", l.amount), text("buchungstext", l.text),
			text("haushaltsstelle", l.haushaltsstelle), text("href", l.href), text("objektnummer", l.objektnummer)} {
			if f.value != "" {
				b.parts = append(b.parts, f)
			}
		}
		lines = append(lines, b)
	}
	due := r.RequestedAt.UTC()
	if d := r.Claim.Due; !d.IsZero() {
		due = time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC)
	}
	list := structure("buchungsListe", "BuchungsListe",
		text("EShopTransaktionsNr", r.RequestID),
		decimal("betrag", r.Claim.Amount),
		text("bewirtschafterNr", p.config.Bewirtschafter),
		p.list("buchungen", "BuchungList", "buchungen", "ep:Buchung", lines),
		part{name: "faelligkeitsdatum", kind: "xsd:dateTime", value: due.Format("2006-01-02T15:04:05Z")})
	if r.Claim.Kassenzeichen != "" {
		list.parts = append(list.parts, text("kassenzeichen", r.Claim.Kassenzeichen))
	}
	if p.config.Mahnverfahren != "" {
		list.parts = append(list.parts, text("kennzeichenMahnverfahren", p.config.Mahnverfahren))
	}
	list.parts = append(list.parts, text("waehrungskennzeichen", r.Claim.Amount.Currency))
	return list
}

// envelope writes the request.
func (p *Provider) envelope(op string, parts []part) []byte {
	var b bytes.Buffer
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?>` + "\n")
	b.WriteString(`<soap:Envelope xmlns:soap="` + nsSOAP + `" xmlns:soapenc="` + nsArray + `" xmlns:xsd="` + nsXSD +
		`" xmlns:xsi="` + nsXSI + `" xmlns:ep="` + nsEpaybl + `"><soap:Body soap:encodingStyle="` + nsArray + `">`)
	b.WriteString("<ep:" + op + ">")
	for _, part := range parts {
		part.write(&b)
	}
	b.WriteString("</ep:" + op + "></soap:Body></soap:Envelope>")
	return b.Bytes()
}

func (p part) write(b *bytes.Buffer) {
	b.WriteString("<" + p.name)
	if p.kind == "" {
		b.WriteString(` xsi:nil="true"/>`)
		return
	}
	b.WriteString(` xsi:type="` + p.kind + `"`)
	if p.array != "" {
		b.WriteString(` soapenc:arrayType="` + p.array + `"`)
	}
	b.WriteByte('>')
	if p.value != "" {
		_ = xml.EscapeText(b, []byte(strings.ToValidUTF8(p.value, "\uFFFD"))) // a Buffer does not fail
	}
	for _, inner := range p.parts {
		inner.write(b)
	}
	b.WriteString("</" + p.name + ">")
}
