package rueckweisung_test

import (
	"bytes"
	"errors"
	"io"
	"log/slog"
	"regexp"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev"
	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/rueckweisung"
)

// element returns the code in the first element of a name.
func element(t testing.TB, message, local string) string {
	found := regexp.MustCompile(`<(?:\w+:)?` + regexp.QuoteMeta(local) + `(?: [^>]*)?>(?:<code>)?([^<]*)<`).FindStringSubmatch(message)
	require.NotNil(t, found, local)
	return found[1]
}

const xmeld, xwasser, xbauk = "http://www.osci.de/xmeld2611", "https://gitlab.opencode.de/akdb/xoev/xwasser/-/raw/main/V1_0_0", "http://www.xleitstelle.de/xbau/kernmodul/1/3/0"

func TestForms(t *testing.T) {
	for name, tc := range map[string]struct {
		form      rueckweisung.Form
		space     string
		root      string
		grund     string
		returned  bool
		reference string // element that names the rejected message
	}{
		"XInneres":       {rueckweisung.XInneres, xmeld, "rueckweisung.asynchron.0010", "S011", true, "idNachricht"},
		"XWasser":        {rueckweisung.XWasser, xwasser, "administration.rueckweisung.0010", "S011", true, "referenzUUID"},
		"XBau-Kernmodul": {rueckweisung.XBauKernmodul, "urn:example:probe:1", "prozessnachrichten.rueckweisung.G2G.1100", "X011", true, "idNachricht"},
		"XMeld 0910":     {rueckweisung.XMeldRtSSynchron, xmeld, "administration.returntosender.0910", "X011", false, "ursprungsnachricht"},
	} {
		t.Run(name, func(t *testing.T) {
			message := original("probe.antrag.0001", tc.space)
			r := rejection(t, tc.form, message)
			got := write(t, r)
			e := envelope(t, got)
			assert.Equal(t, tc.root, e.Root.Local)
			assert.Equal(t, e.Number(), e.Nachricht.Typ.Code)
			assert.Equal(t, "psw:16000001", e.Leser.Kennung, "turned around")
			assert.Equal(t, "psw:16000000", e.Autor.Kennung)
			assert.Equal(t, "1", e.Test, "a test message is answered by one")
			assert.Equal(t, r.UUID, e.Nachricht.UUID)
			assert.Equal(t, r.Erstellungszeitpunkt, e.Nachricht.Erstellungszeitpunkt)
			assert.Equal(t, xoev.Zeitpunkt("2026-11-23T12:00:00.000Z"), r.Erstellungszeitpunkt)
			for _, f := range e.Findings {
				assert.Equal(t, "ENV-002", f.Code, f)
			}
			assert.Equal(t, tc.grund, element(t, got, "grund"))
			assert.Contains(t, got, tc.reference)
			assert.Contains(t, got, "3f0a6a52-4b0e-4c6e-9d2b-0f6d3a1c5e77")
			assert.Contains(t, got, "LINT-002: Dem Erstellungszeitpunkt fehlen Millisekunden oder die Zeitzone. (Zeile 7, Spalte 7)")
			assert.NotContains(t, got, "geheim")
			assert.NotContains(t, got, "Erika Mustermann")
			if tc.returned {
				assert.Equal(t, message, embedded(t, got))
			} else {
				assert.Empty(t, embedded(t, got))
			}

			again := rejection(t, tc.form, message)
			assert.Equal(t, got, write(t, again), "equal values, equal bytes")
			again = rejection(t, tc.form, message)
			again.UUID, again.Erstellungszeitpunkt = r.UUID, r.Erstellungszeitpunkt
			var repeated bytes.Buffer
			require.NoError(t, rueckweisung.Write(&repeated, again, nil))
			assert.Equal(t, got, repeated.String(), "the stored identity repeats the message")

			_, isRejection := rueckweisung.FormFor(e)
			assert.Equal(t, true, isRejection)
			loop := rejection(t, tc.form, message)
			loop.Envelope = e
			require.ErrorIs(t, rueckweisung.Write(io.Discard, loop, nil), rueckweisung.ErrRejection)
		})
	}
}

// TestUnreadable rejects what was no XML: the caller knows the parties.
func TestUnreadable(t *testing.T) {
	garbage := "\x00\xff<geheim"
	r := &rueckweisung.Rueckweisung{
		Gruende: rueckweisung.Gruende([]finding.Finding{{Code: "XML-003", Line: 1, Column: 1}}), Original: strings.NewReader(garbage),
		Leser: them(), Autor: us(), Produkt: "Fachverfahren", Produkthersteller: "Stadt Musterstadt",
		Transport: rueckweisung.Transport{NachrichtenID: "urn:example:osci:1", Betreff: "Nachricht", Sendezeitpunkt: "2026-11-23T10:00:00Z", Hinweise: "Eingang 7"},
	}
	got := write(t, r)
	assert.Equal(t, garbage, embedded(t, got))
	assert.Equal(t, "X000", element(t, got, "grund"))
	assert.Equal(t, "urn:example:osci:1", element(t, got, "nachrichtenId"))
	assert.NotContains(t, got, "idNachricht")
	assert.NotContains(t, got, " test=")
}

func rts(t testing.TB) *rueckweisung.Rueckweisung {
	r := rejection(t, rueckweisung.XMeldRtS, original("probe.antrag.0001", xmeld))
	r.RtS = &rueckweisung.RtS{Tagesvorgangszaehler: 12,
		Organisationseinheit: []byte(`<xmeld:ORGANISATIONSEINHEIT><xmeld:x>Bürgeramt</xmeld:x></xmeld:ORGANISATIONSEINHEIT>`),
		Anschrift:            []byte(`<xmeld:ANSCHRIFT><postleitzahl>12345</postleitzahl></xmeld:ANSCHRIFT>`)}
	return r
}

func TestReturnToSender(t *testing.T) {
	r := rts(t)
	r.Produkt = `A & "B" <C>`
	r.Transport.Betreff = "<&>"
	got := write(t, r)
	assert.Equal(t, original("probe.antrag.0001", xmeld), embedded(t, got))
	assert.Equal(t, "X011", element(t, got, "xmeld:grund"))
	assert.Contains(t, got, `produkt="A &amp; &#34;B&#34; &lt;C&gt;"`)
	assert.Contains(t, got, "<xmeld:betreff>&lt;&amp;&gt;</xmeld:betreff>")
	assert.Contains(t, got, "<xmeld:ergaenzende.hinweise>S030, LINT-007: Ein Pflichtwert ist leer. (Zeile 12, Spalte 7)</xmeld:ergaenzende.hinweise>")
	assert.Contains(t, got, "<xmeld:empfaenger><xmeld:behoerdenkennung>psw:16000001</xmeld:behoerdenkennung></xmeld:empfaenger>")
	assert.Contains(t, got, `test="1"`)
	for name, change := range map[string]func(r *rueckweisung.Rueckweisung){
		"none":           func(r *rueckweisung.Rueckweisung) { r.RtS = nil },
		"counter":        func(r *rueckweisung.Rueckweisung) { r.RtS.Tagesvorgangszaehler = 0 },
		"other element":  func(r *rueckweisung.Rueckweisung) { r.RtS.Anschrift = []byte("<a/>") },
		"two addresses":  func(r *rueckweisung.Rueckweisung) { r.RtS.Anschrift = append(r.RtS.Anschrift, r.RtS.Anschrift...) },
		"broken XML":     func(r *rueckweisung.Rueckweisung) { r.RtS.Organisationseinheit = []byte("</x><x>") },
		"text":           func(r *rueckweisung.Rueckweisung) { r.RtS.Anschrift = append([]byte("x"), r.RtS.Anschrift...) },
		"no contact":     func(r *rueckweisung.Rueckweisung) { r.Autor.Erreichbarkeit = nil },
		"time not exact": func(r *rueckweisung.Rueckweisung) { r.Erstellungszeitpunkt = "2026-11-23" },
	} {
		t.Run(name, func(t *testing.T) {
			r := rts(t)
			change(r)
			var b bytes.Buffer
			require.Error(t, rueckweisung.Write(&b, r, nil))
			assert.Zero(t, b.Len())
		})
	}
	require.Error(t, rueckweisung.Write(failing{}, rts(t), nil))
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errors.New("boom") }

func TestRefuses(t *testing.T) {
	message := original("probe.antrag.0001", xmeld)
	boom := errors.New("boom")
	for name, tc := range map[string]struct {
		change func(r *rueckweisung.Rueckweisung)
		want   error
	}{
		"no reason":      {func(r *rueckweisung.Rueckweisung) { r.Gruende = nil }, rueckweisung.ErrNoGrund},
		"no original":    {func(r *rueckweisung.Rueckweisung) { r.Original = nil }, rueckweisung.ErrNoOriginal},
		"too large":      {func(r *rueckweisung.Rueckweisung) { r.MaxOriginal = int64(len(message)) - 1 }, rueckweisung.ErrTooLarge},
		"cannot be read": {func(r *rueckweisung.Rueckweisung) { r.Original = iotest.ErrReader(boom) }, boom},
		"unidentified": {func(r *rueckweisung.Rueckweisung) {
			r.Form, r.Envelope, r.Leser = rueckweisung.XBauKernmodul, nil, them()
		},
			rueckweisung.ErrUnidentified},
		"unknown form": {func(r *rueckweisung.Rueckweisung) { r.Form = 200 }, nil},
		"no reader":    {func(r *rueckweisung.Rueckweisung) { r.Envelope = nil }, nil},
		"no address":   {func(r *rueckweisung.Rueckweisung) { r.Autor.Anschrift = xoev.Anschrift{} }, nil},
	} {
		t.Run(name, func(t *testing.T) {
			r := rejection(t, rueckweisung.XInneres, message)
			tc.change(r)
			err := rueckweisung.Write(io.Discard, r, nil)
			require.Error(t, err)
			if tc.want != nil {
				require.ErrorIs(t, err, tc.want)
			} else if name != "unknown form" {
				var invalid *finding.InvalidError
				require.ErrorAs(t, err, &invalid)
			}
			assert.Empty(t, r.UUID)
			assert.NotContains(t, err.Error(), "Amt Beispiel")
		})
	}
	broken := rejection(t, rueckweisung.XInneres, message)
	broken.Envelope, broken.Leser = nil, them()
	broken.Original = strings.NewReader(`<!-- x --><a:rueckweisung.asynchron.0010 xmlns:a="urn:a"><kaputt`)
	require.ErrorIs(t, rueckweisung.Write(io.Discard, broken, nil), rueckweisung.ErrRejection, "though its header cannot be read")
	exact := rejection(t, rueckweisung.XInneres, message)
	exact.MaxOriginal = int64(len(message))
	write(t, exact)
}

func TestManyFindings(t *testing.T) {
	r := rejection(t, rueckweisung.XInneres, original("probe.antrag.0001", xmeld))
	many := make([]finding.Finding, 50)
	for i := range many {
		many[i] = finding.Finding{Code: "LINT-007", Line: i + 1}
	}
	r.Gruende = rueckweisung.Gruende(append(many, finding.Finding{Code: "<geheim/>"}))
	got := write(t, r)
	assert.Equal(t, 22, strings.Count(got, "<fehlerbeschreibung>"))
	assert.Contains(t, got, "Weitere Befunde dieser Art: 30")
	assert.NotContains(t, got, "geheim")
}

func TestFormFor(t *testing.T) {
	for space, want := range map[string]rueckweisung.Form{xmeld: rueckweisung.XInneres, "http://www.osci.de/xauslaender2611": rueckweisung.XInneres,
		"http://www.osci.de/xinneres/quittung/5": rueckweisung.XInneres, xwasser: rueckweisung.XWasser, xbauk: rueckweisung.XBauKernmodul,
		"http://www.xleitstelle.de/xbau/2/6": rueckweisung.XBauKernmodul} {
		e := &xoev.Envelope{}
		e.Root.Space = space
		got, ok := rueckweisung.FormFor(e)
		assert.True(t, ok)
		assert.Equal(t, want, got, space)
	}
	_, ok := rueckweisung.FormFor(&xoev.Envelope{})
	assert.False(t, ok)
}

func TestRedacts(t *testing.T) {
	var b bytes.Buffer
	r := rejection(t, rueckweisung.XInneres, original("probe.antrag.0001", xmeld))
	r.Stelle = &rueckweisung.Stelle{Pruefinstanz: "Erika Mustermann"}
	slog.New(slog.NewTextHandler(&b, nil)).Info("x", "r", *r, "s", *r.Stelle, "rts", rueckweisung.RtS{Anschrift: []byte("Mustermann")}, "t", rueckweisung.Transport{Betreff: "Erika Mustermann"})
	assert.NotContains(t, b.String(), "Mustermann")
	assert.NotContains(t, b.String(), "psw:")
	assert.Contains(t, b.String(), "S011")
}

// FuzzWrite rejects anything: what comes out is well-formed and returns the
// same bytes.
func FuzzWrite(f *testing.F) {
	f.Add([]byte(original("probe.antrag.0001", xmeld)), uint8(0), "Amt", "LINT-007")
	f.Add([]byte(original("probe.antrag.0001", xwasser)), uint8(1), "Ämt\x00", "XML-005")
	f.Add([]byte("\xff"), uint8(2), "<&>", "S030")
	f.Add([]byte(""), uint8(3), "", "")
	f.Fuzz(func(t *testing.T, message []byte, form uint8, name, code string) {
		e, err := xoev.ReadEnvelope(bytes.NewReader(message), nil)
		if err != nil {
			e = nil
		}
		r := &rueckweisung.Rueckweisung{Form: rueckweisung.Form(form % 6), Envelope: e, Original: bytes.NewReader(message),
			Gruende: rueckweisung.Gruende([]finding.Finding{{Code: code, Line: int(form)}}), Autor: us(), Produkt: name, Produkthersteller: name, Produktversion: name,
			Transport: rueckweisung.Transport{Betreff: name}, Stelle: &rueckweisung.Stelle{Pruefinstanz: name, Anschrift: message}}
		if form&8 != 0 {
			r.Stelle = nil
		}
		if form&16 != 0 {
			r.Leser = them()
		}
		r.RtS = &rueckweisung.RtS{Tagesvorgangszaehler: 1, Organisationseinheit: message, Anschrift: []byte(`<xmeld:ANSCHRIFT/>`)}
		var b bytes.Buffer
		if err := rueckweisung.Write(&b, r, options()); err != nil {
			require.NotEmpty(t, err.Error())
			return
		}
		got := embedded(t, b.String())
		if r.Form != rueckweisung.XMeldRtSSynchron {
			require.Equal(t, string(message), got)
		}
	})
}
