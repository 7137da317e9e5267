package rueckweisung_test

import (
	"bytes"
	"io"
	"math"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev"
	"github.com/bausteine/egov/xoev/rueckweisung"
)

// TestValuesThatCannotBeSent: what a message is rejected for must not be what
// keeps the rejection from being written.
func TestValuesThatCannotBeSent(t *testing.T) {
	tries := 0
	for _, place := range []struct{ before, value string }{
		{`test="`, `1`}, {`<code>`, `DVDV`}, {`<verzeichnisdienst listVersionID="`, `3`}, {`<name>`, `Amt Beispiel`},
		{`<kanal listVersionID="`, `3`}, {`<code>`, `01`}, {`<kennung>`, `erika@example.org`},
		{`<postleitzahl>`, `12345`}, {`<strasse>`, `Hauptweg`}, {`<wohnort>`, `Musterstadt`},
	} {
		for _, value := range []string{"", " ", "&#10;", "  x  y ", "x&#13;y", "&#x85;", "]]&gt;&lt;/name>", strings.Repeat("ä", 9000)} {
			good := original("probe.antrag.0001", xmeld)
			require.Contains(t, good, place.before+place.value)
			message := strings.ReplaceAll(good, place.before+place.value, place.before+value)
			e, err := xoev.ReadEnvelope(strings.NewReader(message), nil)
			if err != nil {
				continue // then the caller names the parties
			}
			for _, form := range []rueckweisung.Form{rueckweisung.XInneres, rueckweisung.XWasser, rueckweisung.XBauKernmodul, rueckweisung.XMeldRtS, rueckweisung.XMeldRtSSynchron} {
				r := rejection(t, form, good)
				r.Original, r.Envelope, r.RtS = strings.NewReader(message), e, rts(t).RtS
				var b bytes.Buffer
				require.NoError(t, rueckweisung.Write(&b, r, options()), "form %d, %s%.10q", form, place.before, value)
				got := embedded(t, b.String())
				if form != rueckweisung.XMeldRtSSynchron {
					require.Equal(t, message, got)
				}
				tries++
			}
		}
	}
	assert.Greater(t, tries, 250)
}

// TestNoNameNoAddress says what stands in place of what is missing.
func TestNoNameNoAddress(t *testing.T) {
	message := strings.Replace(original("probe.antrag.0001", xmeld), "<name>Amt Beispiel</name>", "<name/>", 1)
	message = strings.Replace(message, "<postleitzahl>12345</postleitzahl><strasse>Hauptweg<", "<hausnummer>1</hausnummer><postleitzahl>12345</postleitzahl><strasse> <", 1)
	e := envelope(t, write(t, rejection(t, rueckweisung.XInneres, message)))
	assert.Equal(t, "psw:16000001", e.Leser.Name)
	assert.True(t, e.Leser.Anschrift.IsZero())
}

func TestNoLimit(t *testing.T) {
	for _, form := range []rueckweisung.Form{rueckweisung.XInneres, rueckweisung.XMeldRtS} {
		message := original("probe.antrag.0001", xmeld)
		r := rejection(t, form, message)
		r.MaxOriginal, r.RtS = math.MaxInt64, rts(t).RtS
		assert.Equal(t, message, embedded(t, write(t, r)))
	}
}

func TestReasonsAndTimes(t *testing.T) {
	r := rejection(t, rueckweisung.XInneres, original("probe.antrag.0001", xmeld))
	r.Gruende = append(r.Gruende, rueckweisung.Grund{Code: "S002"})
	require.ErrorIs(t, rueckweisung.Write(io.Discard, r, nil), rueckweisung.ErrGrund)
	r = rejection(t, rueckweisung.XInneres, original("probe.antrag.0001", xmeld))
	r.Transport.Sendezeitpunkt = "gestern"
	require.ErrorIs(t, rueckweisung.Write(io.Discard, r, nil), xoev.ErrZeitpunkt)
}

func utf16Bytes(s string, little bool) string {
	var b []byte
	for _, u := range append([]uint16{0xFEFF}, utf16.Encode([]rune(s))...) {
		if little {
			b = append(b, byte(u), byte(u>>8))
		} else {
			b = append(b, byte(u>>8), byte(u))
		}
	}
	return string(b)
}

// TestLoops: two programs that reject each other's rejections, whatever is
// wrong with them, would never end.
func TestLoops(t *testing.T) {
	const root = `<xirts:rueckweisung.asynchron.0010 xmlns:xirts="urn:x" produkt="Bürgeramt">`
	for name, tc := range map[string]struct {
		message string
		loop    bool
	}{
		"as it should be":   {root, true},
		"byte order mark":   {"\ufeff" + root, true},
		"latin 1":           {`<?xml version="1.0" encoding="ISO-8859-1"?>` + strings.ReplaceAll(root, "ü", "\xfc"), true},
		"UTF-16 LE":         {utf16Bytes(`<?xml version="1.0" encoding="UTF-16"?>`+root, true), true},
		"UTF-16 BE":         {utf16Bytes(root, false), true},
		"XML 1.1":           {`<?xml version="1.1"?>` + root, true},
		"document type":     {`<!DOCTYPE a [<!ENTITY b "<c>">]>` + root, true},
		"comment":           {`<!-- <antrag> -> --><?x <y> ?>` + root, true},
		"unbound prefix":    {"<x:administration.returntosender.0900 />", true},
		"no space":          {"<rueckweisung.asynchron.0010>", true},
		"case of an office": {"<antrag.zurueckweisung.0815>", false},
		"other message":     {"<!--rueckweisung--><antrag>" + root, false},
		"in an attribute":   {`<antrag art="rueckweisung">`, false},
		"comment open":      {"<!-- " + root, false},
		"type open":         {"<!DOCTYPE a [ " + root, false},
		"only a bracket":    {"<", false},
		"nothing":           {"", false},
	} {
		t.Run(name, func(t *testing.T) {
			r := rejection(t, rueckweisung.XInneres, original("probe.antrag.0001", xmeld))
			r.Original, r.Envelope, r.Leser = strings.NewReader(tc.message), nil, them()
			var b bytes.Buffer
			err := rueckweisung.Write(&b, r, options())
			if tc.loop {
				require.ErrorIs(t, err, rueckweisung.ErrRejection)
				assert.Zero(t, b.Len())
				return
			}
			require.NoError(t, err)
			assert.Equal(t, tc.message, embedded(t, b.String()))
		})
	}
}

// TestCharactersOfReturnToSender: what XML cannot hold is not replaced.
func TestCharactersOfReturnToSender(t *testing.T) {
	for _, text := range []string{"a\x00", "\x1b[1m", "\xff", "\uffff"} {
		r := rts(t)
		r.Transport.Betreff = text
		var b bytes.Buffer
		require.Error(t, rueckweisung.Write(&b, r, options()), "%q", text)
		assert.Zero(t, b.Len())
	}
	r := rts(t)
	r.Transport.Betreff = "a\t\r\n\U0001F600\ufffd"
	write(t, r)
}
