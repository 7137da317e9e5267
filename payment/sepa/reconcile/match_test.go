package reconcile

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/forms/ids"
	"github.com/bausteine/egov/payment/sepa"
)

func TestReferenceInText(t *testing.T) {
	const ref = "RF374200000000069"
	for _, tt := range []struct {
		name   string
		pieces []string
		want   []string
	}{
		{"alone", []string{ref}, []string{ref}},
		{"in groups", []string{"Zahlung " + ids.CreditorReference(ref).Format() + " Hund"}, []string{ref}},
		{"small letters", []string{strings.ToLower(ref)}, []string{ref}},
		{"a year behind a blank", []string{ref + " 2026"}, []string{ref}},
		{"a year behind a seam", []string{ref, "2026"}, []string{ref}},
		{"over a seam", []string{ref[:7], ref[7:]}, []string{ref}},
		{"a word behind it", []string{ref + "Hundesteuer"}, []string{ref}},
		{"punctuation behind it", []string{ref + ", danke"}, []string{ref}},
		{"part of a word", []string{"X" + ref}, nil},
		{"wrong check digits", []string{"RF384200000000069"}, nil},
		{"two", []string{ref + " RF154200000000077"}, []string{ref, "RF154200000000077"}},
		{"RF in a word", []string{"RFID Karte"}, nil},
		{"nothing", nil, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			found := inText(tt.pieces)
			require.Len(t, found, len(tt.want))
			for i, want := range tt.want {
				require.Contains(t, found[i], want)
			}
		})
	}
}

// FuzzReferenceInText: whatever the text, what is found is a reference, and one
// that stands between words is found however it is cut.
func FuzzReferenceInText(f *testing.F) {
	f.Add("Zahlung RF37 4200 0000 0069", "Hund", "4200000000069", uint8(12))
	f.Add("\x1fRF", "rf\xff", "A1", uint8(0))
	f.Fuzz(func(t *testing.T, a, b, own string, cut uint8) {
		for _, ref := range slices.Concat(inText([]string{a, b})...) {
			require.True(t, ids.CreditorReference(ref).Valid())
		}
		ref, err := sepa.NewReference(own)
		if err != nil {
			return
		}
		n := int(cut) % len(ref)
		found := inText([]string{"Zahlung, " + string(ref[:n]), string(ref[n:]) + ", danke"})
		require.Contains(t, slices.Concat(found...), string(ref))
	})
}
