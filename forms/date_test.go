package forms_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/forms"
	"github.com/bausteine/egov/internal/testenv"
)

func TestParseDate(t *testing.T) {
	for in, want := range map[string]string{
		"3.4.2026": "2026-04-03", "03.04.2026": "2026-04-03", "2026-04-03": "2026-04-03", "3. 4. 2026": "2026-04-03",
		"3/4/2026": "2026-04-03", "3-4-2026": "2026-04-03", "2026-4-3": "2026-04-03", "29.2.2024": "2024-02-29",
		"31.12.9999": "9999-12-31", "1.1.1000": "1000-01-01",
	} {
		d, err := forms.ParseDate(in)
		require.NoError(t, err, in)
		assert.Equal(t, want, d.String(), in)
	}
	for in, want := range map[string]error{
		"": forms.ErrDateFormat, "3.4.": forms.ErrDateFormat, "3.4.26": forms.ErrDateFormat, "3.4.02026": forms.ErrDateFormat,
		"3.4-2026": forms.ErrDateFormat, "3..2026": forms.ErrDateFormat, "a.b.c": forms.ErrDateFormat, "3 4 2026": forms.ErrDateFormat,
		"1.1.0999": forms.ErrDateFormat, "3.4.2026.": forms.ErrDateFormat, "03042026": forms.ErrDateFormat,
		"２.4.2026": forms.ErrDateFormat, "000003.4.2026": forms.ErrDateFormat,
		"31.4.2026": forms.ErrDateUnreal, "29.2.2026": forms.ErrDateUnreal, "29.2.1900": forms.ErrDateUnreal,
		"0.1.2026": forms.ErrDateUnreal, "1.13.2026": forms.ErrDateUnreal, "2026-02-30": forms.ErrDateUnreal,
	} {
		d, err := forms.ParseDate(in)
		assert.ErrorIs(t, err, want, in)
		assert.True(t, d.IsZero())
	}
}

func TestDateMethods(t *testing.T) {
	d := forms.Date{Year: 2026, Month: time.April, Day: 3}
	assert.Equal(t, "3.4.2026", d.Format())
	assert.Empty(t, forms.Date{}.Format())
	assert.True(t, d.Before(forms.Date{Year: 2026, Month: time.April, Day: 4}))
	assert.False(t, d.Before(d))
	assert.Equal(t, d, forms.DateOf(d.Time(time.UTC)))
	for _, want := range []forms.Date{d, {}} {
		b, err := json.Marshal(want)
		require.NoError(t, err)
		var got forms.Date
		require.NoError(t, json.Unmarshal(b, &got))
		assert.Equal(t, want, got)
	}
	assert.Error(t, json.Unmarshal([]byte(`"3.4.2026"`), &d))
}

// Today agrees with the time zone database, around each change of the clocks.
func TestToday(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		testenv.Missing(t, "this machine has no time zone database to compare with")
	}
	for year := 1996; year < 2038; year++ {
		for hour := range 366 * 24 {
			at := time.Date(year, 1, 1, hour, 59, 59, 0, time.UTC)
			if got, want := forms.Today(at), forms.DateOf(at.In(berlin)); got != want {
				t.Fatalf("%s: %s, not %s", at, got, want)
			}
		}
	}
}

func FuzzParseDate(f *testing.F) {
	for _, s := range []string{"3.4.2026", "2026-04-03", "3. 4. 2026", "31.2.2026", "1/1/1000", ". . .", "0000-00-00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := forms.ParseDate(s)
		if err != nil {
			if d != (forms.Date{}) || !errors.Is(err, forms.ErrDateFormat) && !errors.Is(err, forms.ErrDateUnreal) {
				t.Fatalf("%v with %v", d, err)
			}
			return
		}
		for _, text := range []string{d.String(), d.Format()} {
			if again, err := forms.ParseDate(text); err != nil || again != d {
				t.Fatalf("%q is not %v", text, d)
			}
		}
		if forms.DateOf(d.Time(time.UTC)) != d {
			t.Fatalf("%v is not in the calendar", d)
		}
	})
}
