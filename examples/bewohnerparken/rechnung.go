package main

import (
	"context"
	"crypto/sha256"
	"encoding/binary"

	"github.com/bausteine/egov/forms/web"
	"github.com/bausteine/egov/payment"
	"github.com/bausteine/egov/payment/sepa/kassenzeichen"
)

// kassenzeichenFormat is how Musterstadt writes its booking references, with two
// check digits (ISO/IEC 7064 MOD 97-10). A real authority has its own, often out
// of a pool of numbers.
var kassenzeichenFormat = func() *kassenzeichen.Format {
	f, err := kassenzeichen.Compile("BWP.####.####.####.##??", kassenzeichen.ISO7064Mod97x10())
	if err != nil {
		panic(err) // a constant of this file
	}
	return f
}()

// kassenzeichenOf makes the booking reference of an application: 14 digits of a
// hash of its UUID, so that it is the same each time it is asked for.
func kassenzeichenOf(application string) string {
	sum := sha256.Sum256([]byte("kassenzeichen " + application))
	kz, err := kassenzeichenFormat.Make(binary.BigEndian.Uint64(sum[:8]) % 100_000_000_000_000)
	if err != nil {
		return "" // an invoice without one is refused
	}
	return kz
}

// rechnung links to the invoice of a claim, if there is one.
func (d *dienst) rechnung(ctx context.Context, fee payment.Claim) []web.StatusLine {
	s, err := d.kasse.Status(ctx, fee.Tenant, fee.ID)
	if err != nil {
		return nil // not opened yet
	}
	if page := d.Rechnungen.PageURL(s); page != "" {
		return []web.StatusLine{{Label: "Rechnung", Value: "Rechnung mit GiroCode ansehen", URL: page}}
	}
	return nil
}

// gateResult is what the citizen reads who has not paid, in the form's words.
func gateResult(c *payment.Collection) web.GateResult {
	n := c.Notice()
	return web.GateResult{Redirect: c.PayPageURL, Title: n.Title, Text: n.Text, Button: n.Button, Changeable: n.Changeable}
}
