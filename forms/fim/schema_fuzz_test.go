package fim_test

import (
	"fmt"
	"testing"

	"github.com/bausteine/egov/forms/fim"
	"github.com/bausteine/egov/xoev/xdatenfelder"
	"github.com/stretchr/testify/require"
)

// source makes schemas of bytes.
type source struct{ b []byte }

func (s *source) next(n int) int {
	if len(s.b) == 0 {
		return 0
	}
	v := int(s.b[0]) % n
	s.b = s.b[1:]
	return v
}

func pick[T any](s *source, list ...T) T { return list[s.next(len(list))] }

func (s *source) anzahl() xdatenfelder.Anzahl {
	return times(s.next(3), pick(s, 1, 1, 1, 0, 2, 5, xdatenfelder.Unbegrenzt))
}

func (s *source) structure(depth int) xdatenfelder.Struktur {
	n := 1 + s.next(6)
	if depth < 4 && s.next(3) == 0 {
		var parts []xdatenfelder.Struktur
		for range s.next(5) {
			parts = append(parts, s.structure(depth+1))
		}
		g := groupOf(n, s.anzahl(), s.rules(), parts...)
		g.Datenfeldgruppe.Auswahlgruppe = s.next(4) == 0
		return g
	}
	f := yesNo(n, s.anzahl())
	d := f.Datenfeld
	d.Datentyp = pick(s, xdatenfelder.DatentypBool, xdatenfelder.DatentypText, xdatenfelder.DatentypNumInt, xdatenfelder.DatentypDate, xdatenfelder.DatentypFile,
		xdatenfelder.DatentypTextLatin, xdatenfelder.DatentypNum, xdatenfelder.DatentypNumCurrency, xdatenfelder.DatentypObj, xdatenfelder.DatentypTime, xdatenfelder.DatentypDatetime)
	d.Feldart = pick(s, xdatenfelder.FeldartInput, xdatenfelder.FeldartInput, xdatenfelder.FeldartSelect, xdatenfelder.FeldartLabel, xdatenfelder.FeldartHidden, xdatenfelder.FeldartLocked)
	if d.Feldart == xdatenfelder.FeldartSelect {
		d.Datentyp = xdatenfelder.DatentypText
		for i := range s.next(4) {
			d.Werte = append(d.Werte, xdatenfelder.Wert{Code: fmt.Sprintf("%03d", i), Name: "Wert"})
		}
	}
	d.Inhalt = pick(s, "", "", "5", "true", "2026-01-01", "001", "\u0000", "x\ny")
	d.BezeichnungEingabe = pick(s, "", "Tag", "Monat", "Jahr", "Name \u202e")
	d.Vorbefuellung = pick(s, xdatenfelder.VorbefuellungKeine, xdatenfelder.VorbefuellungOptional)
	d.Praezisierung = xdatenfelder.Praezisierung{MinLength: s.next(3), MaxLength: pick(s, 0, 1, 500), MinValue: pick(s, "", "1", "x", "2026-01-01"),
		MaxValue: pick(s, "", "9", "0"), Pattern: pick(s, "", "[0-9]+", "(", `\p{L}`), Text: pick(s, "", "1..3", "3..1", "..")}
	for _, r := range s.rules() {
		d.Regeln = append(d.Regeln, &xdatenfelder.Regel{AllgemeineAngaben: general("R99000001"), FreitextRegel: r})
	}
	return f
}

// rules are sentences of all shapes about any elements.
func (s *source) rules() []string {
	var out []string
	for range s.next(3) {
		field := func() string { return fmt.Sprintf("F99%06d", 1+s.next(6)) }
		any := func() string { return pick(s, "F", "G") + fmt.Sprintf("99%06d", 1+s.next(6)) }
		condition := pick(s, " bejaht wurde", " = 001", " <> 001", " <> wahr", " nicht leer", " > 2", ` = "Wert"`)
		out = append(out, fmt.Sprintf(pick(s, "%s ist nur dann zu befüllen, wenn %s%s.", "Wenn %[2]s%[3]s, dann muss %[1]s befüllt werden.",
			"Wenn %[2]s%[3]s, dann ist %[1]s nicht anzuzeigen.", "Es muss entweder %[1]s oder %[2]s befüllt werden.%.0[3]s", "Der Wert in %[2]s gibt an, wie oft die Gruppe %[1]s befüllt sein muss.%.0[3]s",
			"Es muss mindestens eines der Felder %[1]s oder %[2]s den Wert \"wahr\" haben.%.0[3]s", "%s oder %s %s"), any(), field(), condition))
	}
	return out
}

// FuzzFromSchema: every schema gives a form, or an error that it asks nothing;
// every rule is in the report, and the same schema gives the same report.
func FuzzFromSchema(f *testing.F) {
	f.Add([]byte("anmeldung eines hundes"))
	f.Add([]byte{1, 0, 0, 3, 1, 0, 0, 2, 5, 4, 3, 2, 1, 0, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1, 1, 2, 2, 2, 3, 3, 3})
	f.Add([]byte("\x02\x01\x00\x00\x01\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f"))
	f.Fuzz(func(t *testing.T, b []byte) {
		s := &source{b}
		n := schemaOf(s.rules())
		for range 1 + s.next(5) {
			n.Stammdatenschema.Struktur = append(n.Stammdatenschema.Struktur, s.structure(0))
		}
		form, err := fim.FromSchema(n, nil)
		if err != nil {
			require.ErrorIs(t, err, fim.ErrSchema)
			require.Nil(t, form)
			return
		}
		for _, r := range form.Report.Rules {
			if (r.Verdict == fim.RuleOpen) != (r.Code != "") || (r.Verdict == fim.RuleOpen) == (len(r.Reading) > 0) {
				t.Fatalf("neither read nor open: %+v", r)
			}
		}
		_, err = form.Compile(nil)
		require.NoError(t, err)
		again, err := fim.FromSchema(n, nil)
		require.NoError(t, err)
		require.Equal(t, form.Report, again.Report)
	})
}
