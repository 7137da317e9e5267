package payment

import (
	"context"
	"errors"
	"time"
)

// Line is one line about a claim in German, for the person who has to pay:
// plain values, which convert to another package's struct of the same shape.
type Line struct {
	Label string    // "Gebühr"
	Value string    // "30,70 € bezahlt"
	At    time.Time // zero: no time
}

// Notice is what somebody reads in German who is back from the pay page, or
// was never there, and has not paid.
type Notice struct {
	Title string
	Text  []string
	// Button leads to the pay page ([CollectOptions].Again); empty: not offered.
	Button string
	// Changeable says that the matter may still be changed: nothing was paid, and
	// nobody is on a pay page.
	Changeable bool
}

// Notice words what was found. It is for a Collection that is not Paid and has
// no PayPageURL.
func (c *Collection) Notice() Notice {
	n := Notice{
		Title:  "Die Gebühr ist noch nicht bezahlt",
		Text:   []string{"Ihre Angaben sind gespeichert. Ihr Antrag gilt erst als gestellt, wenn die Gebühr bezahlt ist."},
		Button: "Jetzt bezahlen",
	}
	switch {
	case c.Review || c.Status != nil && !c.Status.Balance.Booked.IsZero():
		return Notice{
			Title: "Wir prüfen Ihre Zahlung",
			Text:  []string{"Bei Ihrer Zahlung ist etwas ungewöhnlich. Wir sehen sie uns an. Bitte bezahlen Sie nicht noch einmal. Ihr Antrag wird danach von selbst übermittelt."},
		}
	case c.Pending:
		n.Text = append(n.Text, "Falls Sie gerade bezahlt haben, warten Sie einen Augenblick und prüfen Sie dann erneut.")
	default:
		n.Changeable = true
	}
	return n
}

// Lines tells the payer how a claim stands, and what else came in on the claims
// that it replaces: a pay page may be used long after the answers were changed.
// Claims that were never opened count as not paid.
func (s *Service) Lines(ctx context.Context, tenant, claimID string, replaces ...string) ([]Line, error) {
	fee := Line{Label: "Gebühr", Value: "noch nicht bezahlt"}
	extra := EUR(0)
	for i, id := range append([]string{claimID}, replaces...) {
		if i > 0 && id == claimID {
			continue
		}
		status, err := s.Status(ctx, tenant, id)
		if errors.Is(err, ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		more := status.Balance.Booked
		switch {
		case id == claimID && status.Balance.Open.Cents <= 0:
			fee = paidLine(status)
			more = status.Balance.Open.Neg()
		case status.State == ClaimReview:
			fee.Value = "Ihre Zahlung wird geprüft. Bitte bezahlen Sie nicht noch einmal."
		}
		if extra, err = extra.Add(more); err != nil {
			return nil, err
		}
	}
	if extra.IsZero() {
		return []Line{fee}, nil
	}
	return []Line{fee, {Label: "Außerdem eingegangen", Value: extra.German() + ". Wir prüfen das und melden uns bei Ihnen."}}, nil
}

func paidLine(s *Status) Line {
	l := Line{Label: "Gebühr", Value: s.Claim.Amount.German() + " bezahlt"}
	if n := len(s.Entries); n > 0 {
		l.At = s.Entries[n-1].BookedAt
	}
	return l
}
