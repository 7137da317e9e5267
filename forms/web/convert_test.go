package web_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/forms/web"
)

func TestValuesOfOtherPackages(t *testing.T) {
	type known struct { // as another package declares it
		Value  string
		Locked bool
		Source string
		Trust  string
	}
	type line struct {
		Label, Value string
		At           time.Time
	}
	at := time.Unix(1, 0)
	require.Equal(t, map[string]web.Prefilled{"ort": {Value: "Musterstadt", Locked: true, Source: "Servicekonto", Trust: "hoch"}},
		web.PrefillFrom(map[string]known{"ort": {"Musterstadt", true, "Servicekonto", "hoch"}}))
	require.Equal(t, []web.StatusLine{{Label: "Gebühr", Value: "bezahlt", At: at}}, web.StatusLines([]line{{"Gebühr", "bezahlt", at}}))
}
