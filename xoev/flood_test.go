package xoev_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev"
	"github.com/bausteine/egov/xoev/finding"
)

// TestWarningsDoNotHideErrors fills the list of findings with warnings: what is
// broken after them must still be found, and so must a limit and a header that
// never ends.
func TestWarningsDoNotHideErrors(t *testing.T) {
	var noise strings.Builder
	for i := range 150 {
		fmt.Fprintf(&noise, ` unbekannt%d=""`, i)
	}
	flooded := strings.Replace(qualified, "<bn-g2g:nachrichtenkopf.g2g", "<bn-g2g:nachrichtenkopf.g2g"+noise.String(), 1)
	uuid := wantEnvelope(xoev.FamilyQualified).Nachricht.UUID

	e, err := xoev.ReadEnvelope(strings.NewReader(flooded), nil)
	require.NoError(t, err)
	require.Len(t, e.Findings, 100, "warnings alone do not reject, and are bounded")

	for name, tc := range map[string]struct {
		message, code string
		options       *xoev.ReadOptions
	}{
		"broken UUID":   {strings.Replace(flooded, uuid, "keine", 1), "ENV-009", nil},
		"missing autor": {cutElement(t, flooded, "bn-g2g:autor"), "ENV-004", nil},
		"limit":         {flooded, "ENV-016", &xoev.ReadOptions{MaxHeaderBytes: 3500}},
		"many errors": {strings.Replace(flooded, "<bn-g2g:autor>",
			"<bn-g2g:autor>"+strings.Repeat("text<bn-g2g:leser/>", 150), 1), "ENV-006", nil},
	} {
		t.Run(name, func(t *testing.T) {
			require.NotEqual(t, qualified, tc.message)
			e, err := xoev.ReadEnvelope(strings.NewReader(tc.message), tc.options)
			require.Nil(t, e)
			var invalid *finding.InvalidError
			require.ErrorAs(t, err, &invalid)
			require.True(t, invalid.Has(tc.code), "%v", err)
			require.LessOrEqual(t, len(invalid.Findings), 200)
		})
	}
}

// cutElement takes an element out of a message.
func cutElement(t *testing.T, message, name string) string {
	t.Helper()
	before, rest, ok := strings.Cut(message, "<"+name+">")
	require.True(t, ok)
	_, after, ok := strings.Cut(rest, "</"+name+">")
	require.True(t, ok)
	return before + after
}
