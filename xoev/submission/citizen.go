package submission

import (
	"context"
	"errors"
	"time"
)

// Line is one line in German about a submission's way to the authority, for the
// person it is about: plain values, which convert to another package's struct
// of the same shape.
type Line struct {
	Label string    // "Übermittlung"
	Value string    // "an die Behörde übermittelt"
	At    time.Time // zero: no time
}

// Lines tells a citizen how far a submission has come: stored, sent, confirmed.
// An id that is not in the outbox has not been submitted yet.
func (o *Outbox) Lines(ctx context.Context, tenant, id string) ([]Line, error) {
	e, err := o.Get(ctx, tenant, id)
	if errors.Is(err, ErrNotFound) {
		return []Line{{Label: "Übermittlung", Value: "steht noch aus"}}, nil
	}
	if err != nil {
		return nil, err
	}
	return e.lines(), nil
}

func (e Entry) lines() []Line {
	way := Line{Label: "Übermittlung", Value: "an die Behörde übermittelt", At: e.SentAt}
	switch {
	case e.State == StateRefused:
		way.Value, way.At = "noch nicht gelungen; wir kümmern uns darum", time.Time{}
	case e.SentAt.IsZero() && e.State == StatePending:
		way.Value = "wird an die Behörde übermittelt"
	}
	switch e.State {
	case StateConfirmed:
		value := "bestätigt"
		if e.ReceiptReference != "" {
			value += " unter " + e.ReceiptReference
		}
		return []Line{way, {Label: "Eingangsbestätigung", Value: value, At: e.ReceivedAt}}
	case StateRejected:
		return []Line{way, {Label: "Eingangsbestätigung", Value: "Die Behörde konnte den Antrag nicht annehmen und meldet sich bei Ihnen.", At: e.ReceivedAt}}
	}
	return []Line{way}
}
