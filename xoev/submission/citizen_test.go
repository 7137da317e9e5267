package submission

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestLines(t *testing.T) {
	sent, received := time.Unix(100, 0).UTC(), time.Unix(200, 0).UTC()
	for _, tt := range []struct {
		name string
		in   Entry
		want []Line
	}{
		{"stored", Entry{State: StatePending}, []Line{{"Übermittlung", "wird an die Behörde übermittelt", time.Time{}}}},
		{"sent", Entry{State: StateSent, SentAt: sent}, []Line{{"Übermittlung", "an die Behörde übermittelt", sent}}},
		{"refused by the sender", Entry{State: StateRefused}, []Line{{"Übermittlung", "noch nicht gelungen; wir kümmern uns darum", time.Time{}}}},
		{"confirmed", Entry{State: StateConfirmed, SentAt: sent, ReceivedAt: received, ReceiptReference: "EB-1"}, []Line{
			{"Übermittlung", "an die Behörde übermittelt", sent}, {"Eingangsbestätigung", "bestätigt unter EB-1", received}}},
		{"rejected", Entry{State: StateRejected, SentAt: sent, ReceivedAt: received}, []Line{
			{"Übermittlung", "an die Behörde übermittelt", sent},
			{"Eingangsbestätigung", "Die Behörde konnte den Antrag nicht annehmen und meldet sich bei Ihnen.", received}}},
	} {
		t.Run(tt.name, func(t *testing.T) { require.Equal(t, tt.want, tt.in.lines()) })
	}
}
