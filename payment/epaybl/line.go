package epaybl

import (
	"cmp"
	"net/url"
	"strconv"

	"github.com/bausteine/egov/payment"
)

// line is one Buchung.
type line struct {
	path                          string // of its booking data, for findings
	amount                        payment.Amount
	fits                          bool // the amount could be computed
	haushaltsstelle, objektnummer string
	text, belegNr, href           string
}

// lines makes the booking lines of a claim.
func (p *Provider) lines(claim payment.Claim) []line {
	if len(claim.Items) == 0 || p.config.PerPayment {
		return []line{p.line("bookingData.", claim.BookingData, claim.Amount, claim.Purpose)}
	}
	lines := make([]line, 0, len(claim.Items))
	for n, i := range claim.Items {
		gross, err := i.Gross()
		l := p.line("items["+strconv.Itoa(n)+"].bookingData.", i.BookingData, gross, cmp.Or(i.Description, claim.Purpose))
		l.fits = err == nil
		lines = append(lines, l)
	}
	return lines
}

func (p *Provider) line(path string, m map[string]string, a payment.Amount, text string) line {
	return line{
		path: path, amount: a, fits: true,
		haushaltsstelle: cmp.Or(m[keyHaushaltsstelle], p.config.Haushaltsstelle),
		objektnummer:    cmp.Or(m[keyObjektnummer], p.config.Objektnummer),
		text:            cmp.Or(m[keyBuchungstext], text),
		belegNr:         m[keyBelegNr], href: m[keyHref],
	}
}

// customer names the throw-away customer.
func (p *Provider) customer(claim payment.Claim) (last, first string) {
	if !p.config.SendPayer || claim.Payer == nil {
		return "Onlinedienst", ""
	}
	return cmp.Or(claim.Payer.Organization, claim.Payer.Name), claim.Payer.FirstName
}

func checkReturn(s string) error {
	u, err := url.Parse(s)
	if err == nil && (u.Host == "" || u.Scheme != "https" && u.Scheme != "http") {
		err = url.InvalidHostError("no absolute address")
	}
	return err
}
