package sammelnachricht_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev"
	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/sammelnachricht"
	"github.com/bausteine/egov/xoev/xmlscan"
)

func TestReaderDecodes(t *testing.T) {
	text := with(t, "\n  "+records(1000)+"\n")
	for _, size := range []int{1, 7, 1000, 1 << 20} {
		r, err := sammelnachricht.NewReader(context.Background(), pieces(text, size), saetze, &sammelnachricht.Options{Size: int64(len(text))})
		require.NoError(t, err)
		require.Equal(t, "XProbe", r.Envelope().Standard)
		require.Equal(t, finding.Undetermined, r.Report().Verdict)
		n, err := drain(r, func(rec *sammelnachricht.Record) error {
			i := int(rec.Index())
			require.Equal(t, el("satz"), rec.Name())
			require.True(t, strings.HasPrefix(text[rec.Pos().Offset:], fmt.Sprintf(`<m:satz nr="%d">`, i)))
			require.Zero(t, rec.Size())
			var s satz
			require.NoError(t, rec.Decode(&s))
			require.Equal(t, satz{i, "Erika Mustermann", []string{"Musterstadt"}, fmt.Sprintf("Nr. %d", i)}, s)
			require.EqualValues(t, len(record(i)), rec.Size())
			require.ErrorIs(t, rec.Decode(&s), xmlscan.ErrNoElement)
			require.Equal(t, int64(i+1), r.Progress().Records)
			return nil
		})
		require.NoError(t, err)
		require.Equal(t, 1000, n)
		require.Equal(t, sammelnachricht.Report{Verdict: finding.Accepted, Records: 1000}, r.Report())
		require.Equal(t, sammelnachricht.Progress{Bytes: int64(len(text)), Size: int64(len(text)), Records: 1000}, r.Progress())
	}
}

func TestRecordWalk(t *testing.T) {
	r := reader(t, with(t, records(3)), nil)
	var seen []string
	n, err := drain(r, func(rec *sammelnachricht.Record) error {
		for rec.Next() {
			s := rec.Scanner()
			if s.Kind() != xmlscan.StartElement {
				continue
			}
			if s.Name().Local == "ort" {
				seen = append(seen, rec.Path())
				require.NoError(t, rec.Skip())
				continue
			}
			text, err := rec.Text(100)
			require.NoError(t, err)
			seen = append(seen, s.Name().Local+" "+text)
		}
		require.NoError(t, rec.Err())
		require.False(t, rec.Next())
		_, err := rec.Text(1)
		require.ErrorIs(t, err, xmlscan.ErrNoElement)
		_, _, err = rec.Raw()
		require.ErrorIs(t, err, xmlscan.ErrNoElement)
		_, err = rec.Base64(1).Read(make([]byte, 1))
		require.ErrorIs(t, err, xmlscan.ErrNoElement)
		_, err = rec.TokenReader().Token()
		require.ErrorIs(t, err, io.EOF)
		return nil
	})
	require.NoError(t, err)
	require.Equal(t, 3, n)
	require.Equal(t, []string{"name Erika Mustermann", "/m:bestand.lieferung.0007/m:satz[1]/m:ort", "notiz Nr. 0"}, seen[:3])
	require.Equal(t, "/m:bestand.lieferung.0007/m:satz[3]/m:ort", seen[7])
}

func TestRecordPartlyRead(t *testing.T) {
	r := reader(t, with(t, records(5)), nil)
	n, err := drain(r, func(rec *sammelnachricht.Record) error {
		for range rec.Index() {
			rec.Next()
		}
		return nil
	})
	require.NoError(t, err)
	require.Equal(t, 5, n)
}

func TestSkip(t *testing.T) {
	r := reader(t, with(t, "<m:satz><a>x<b/>y</a><c/></m:satz><m:satz/>"), nil)
	_, err := drain(r, func(rec *sammelnachricht.Record) error {
		s := rec.Scanner()
		if rec.Index() == 1 {
			require.NoError(t, rec.Skip())
			require.Equal(t, xmlscan.EndElement, s.Kind())
			require.NoError(t, rec.Skip(), "at an end tag it does nothing")
			return nil
		}
		for range 4 { // a, x, b and its end
			require.True(t, rec.Next())
		}
		require.NoError(t, rec.Skip())
		require.Equal(t, "b", s.Name().Local)
		require.True(t, rec.Next())
		require.NoError(t, rec.Skip(), "in text: to the end of the element around")
		require.Equal(t, "a", s.Name().Local)
		require.True(t, rec.Next())
		require.Equal(t, "c", s.Name().Local)
		return nil
	})
	require.NoError(t, err)
	r = reader(t, strings.Replace(with(t, "<m:satz><a>x</a></m:satz>"), "</a>", "</b>", 1), nil)
	_, err = drain(r, func(rec *sammelnachricht.Record) error { return rec.Skip() })
	require.Equal(t, []string{"XML-026"}, codes(err, nil))
}

func TestLoopLeftAndContinued(t *testing.T) {
	r := reader(t, with(t, records(5)), nil)
	var seen []int64
	for range 3 {
		for rec, err := range r.Records() {
			require.NoError(t, err)
			seen = append(seen, rec.Index())
			if rec.Index()%2 == 1 {
				break
			}
		}
	}
	require.Equal(t, []int64{0, 1, 2, 3, 4}, seen)
	require.Equal(t, finding.Accepted, r.Report().Verdict)
	n, err := drain(r, nil)
	require.NoError(t, err)
	require.Zero(t, n, "there are no more")
}

func TestSkipTo(t *testing.T) {
	text := with(t, records(10))
	for _, from := range []int64{0, 1, 9, 10, 11} {
		var seen []int64
		r := reader(t, text, nil)
		r.SkipTo(from)
		_, err := drain(r, func(rec *sammelnachricht.Record) error { seen = append(seen, rec.Index()); return nil })
		require.NoError(t, err)
		require.Len(t, seen, int(max(0, 10-from)))
		if len(seen) > 0 {
			require.Equal(t, from, seen[0])
		}
		require.EqualValues(t, 10, r.Report().Records)
	}
	r := reader(t, strings.Replace(text, `<m:satz nr="3">`, `<m:satz nr="3"">`, 1), nil)
	r.SkipTo(8)
	_, err := drain(r, nil)
	var e *sammelnachricht.Error
	require.ErrorAs(t, err, &e)
	require.EqualValues(t, 3, e.Records)
}

func TestRaw(t *testing.T) {
	inner := "\r\n<m:name xmlns:p='urn:p' p:a = \"&quot;\">a<![CDATA[b]]><![CDATA[]]><![CDATA[]]>c<![CDATA[<d>]]><![CDATA[e\r\n]]>f\r</m:name><!-- g --><?h i?><m:leer /><![CDATA[]]>]] \t</m:satz >"
	one := "<m:satz  nr='1'>" + inner
	text := with(t, one+"<m:satz/>"+one)
	for _, size := range []int{1, 2, 5, 1 << 20} {
		r, err := sammelnachricht.NewReader(context.Background(), pieces(text, size), saetze, nil)
		require.NoError(t, err)
		var got []string
		_, err = drain(r, func(rec *sammelnachricht.Record) error {
			raw, scope, err := rec.Raw()
			require.NoError(t, err)
			got = append(got, string(raw))
			s := xmlscan.NewFragment(raw, scope, nil)
			require.True(t, s.Next())
			require.Equal(t, el("satz"), s.Name())
			for s.Next() {
			}
			require.NoError(t, s.Err())
			return nil
		})
		require.NoError(t, err)
		require.Equal(t, []string{one, "<m:satz/>", one}, got, "pieces of %d", size)
	}
	r := reader(t, text, nil)
	_, err := drain(r, func(rec *sammelnachricht.Record) error {
		for rec.Next() && rec.Scanner().Name().Local != "name" {
		}
		if raw, _, err := rec.Raw(); err == nil {
			require.True(t, strings.HasPrefix(string(raw), "<m:name xmlns:p"), "%s", raw)
			require.True(t, strings.HasSuffix(string(raw), "</m:name>"), "%s", raw)
		}
		return nil
	})
	require.NoError(t, err)
}

func TestSelector(t *testing.T) {
	deep := sammelnachricht.Elements(ns, "satz", "anderer").Below(ns, "liste").Below("", "teil")
	text := with(t, `<m:satz/><m:liste><m:satz/><teil><m:satz/><m:anderer/><satz/><m:satz><m:satz/><teil><m:satz/></teil></m:satz></teil><teil/><m:teil><m:satz/></m:teil>`+
		`</m:liste><m:liste><teil><m:anderer/></teil></m:liste><x xmlns="urn:example:probe:1"><teil xmlns=""><m:satz/></teil></x>`)
	r, err := sammelnachricht.NewReader(context.Background(), strings.NewReader(text), deep, nil)
	require.NoError(t, err)
	var names []string
	_, err = drain(r, func(rec *sammelnachricht.Record) error { names = append(names, rec.Name().Local); return nil })
	require.NoError(t, err)
	require.Equal(t, []string{"satz", "anderer", "satz", "anderer"}, names)
	var beside []string
	for _, f := range r.Report().Findings {
		require.Equal(t, "SAM-003", f.Code)
		beside = append(beside, strings.TrimPrefix(f.Path, "/m:bestand.lieferung.0007"))
	}
	require.Equal(t, []string{"/m:satz", "/m:liste/m:satz", "/m:liste/teil/satz", "/m:liste/m:teil", "/x"}, beside)

	for _, sel := range []sammelnachricht.Selector{{}, sammelnachricht.Elements(""), sammelnachricht.Elements("", ""), saetze.Below("", "")} {
		_, err := sammelnachricht.NewReader(context.Background(), strings.NewReader(text), sel, nil)
		require.ErrorIs(t, err, sammelnachricht.ErrSelector)
		_, err = sammelnachricht.NewWriter(io.Discard, message(), sel, nil)
		require.ErrorIs(t, err, sammelnachricht.ErrSelector)
	}
	a := sammelnachricht.Elements("", "a").Below("", "b")
	b, c := a.Below("", "c"), a.Below("", "d")
	require.NotEqual(t, b.Under, c.Under, "a copy")
}

func TestBetweenAndConsumers(t *testing.T) {
	text := with(t, `<!-- a -->z<m:vorspann>x</m:vorspann>`+record(0)+"text<!-- c -->"+record(1)+"<m:schluss/>")
	var between, all, few []string
	note := func(list *[]string) xmlscan.Consumer {
		return xmlscan.ConsumerFunc(func(s *xmlscan.Scanner) error {
			*list = append(*list, s.Kind().String()+" "+s.Name().Local+string(s.Text()))
			return nil
		})
	}
	digest := sha256.New()
	r := reader(t, text, &sammelnachricht.Options{
		Between: note(&between),
		Consumers: []xmlscan.Consumer{note(&all), xmlscan.ConsumerFunc(func(s *xmlscan.Scanner) error {
			few = append(few, s.Name().Local)
			return xmlscan.ErrDone
		}), xmlscan.ConsumerFunc(func(s *xmlscan.Scanner) error { digest.Write(s.Raw()); return nil })},
	})
	n, err := drain(r, func(rec *sammelnachricht.Record) error {
		if rec.Index() == 0 {
			return rec.Decode(&satz{})
		}
		_, _, err := rec.Raw()
		return err
	})
	require.NoError(t, err)
	require.Equal(t, 2, n)
	require.Empty(t, r.Report().Findings, "what was handed over is not reported")
	require.Equal(t, []string{"Comment  a ", "Text z", "StartElement vorspann", "Text x", "EndElement vorspann", "Text text", "Comment  c ", "StartElement schluss", "EndElement schluss",
		"EndElement bestand.lieferung.0007"}, between)
	require.Equal(t, []string{"bestand.lieferung.0007"}, few)
	var want []string
	wanted := sha256.New()
	s := xmlscan.NewBytes([]byte(text), nil)
	for s.Next() {
		require.NoError(t, note(&want).Token(s))
		wanted.Write(s.Raw())
	}
	require.Equal(t, want, all)
	require.Equal(t, wanted.Sum(nil), digest.Sum(nil))

	boom := errors.New("boom")
	fails := xmlscan.ConsumerFunc(func(s *xmlscan.Scanner) error {
		if s.Name().Local == "schluss" {
			return boom
		}
		return nil
	})
	for _, o := range []*sammelnachricht.Options{{Between: fails}, {Consumers: []xmlscan.Consumer{fails}}} {
		n, err = drain(reader(t, text, o), nil)
		require.ErrorIs(t, err, boom)
		require.Equal(t, 2, n)
	}
	_, err = sammelnachricht.NewReader(context.Background(), strings.NewReader(text), saetze,
		&sammelnachricht.Options{Consumers: []xmlscan.Consumer{xmlscan.ConsumerFunc(func(*xmlscan.Scanner) error { return boom })}})
	require.ErrorIs(t, err, boom)
	done := 0
	_, err = drain(reader(t, text, &sammelnachricht.Options{Between: xmlscan.ConsumerFunc(func(*xmlscan.Scanner) error { done++; return xmlscan.ErrDone })}), nil)
	require.NoError(t, err)
	require.Equal(t, 1, done)
}

// TestBroken: what is broken behind record n leaves n records, and the place.
func TestBroken(t *testing.T) {
	head := with(t, "")
	head = head[:strings.LastIndex(head, "</")]
	for name, tc := range map[string]struct {
		tail, code string
		records    int
	}{
		"cut between records": {records(7), "XML-002", 7},
		"cut inside a record": {records(7) + "\n<m:satz><m:name>Eri", "XML-002", 7},
		"unbound prefix":      {records(2) + "<m:satz><z:a/></m:satz>" + records(2), "XML-030", 2},
		"wrong end":           {records(2) + "</m:x>", "XML-026", 2},
		"second root":         {records(3) + "</m:bestand.lieferung.0007><x/>", "XML-004", 3},
	} {
		for _, how := range []string{"skip", "decode", "raw", "walk"} {
			t.Run(name+" "+how, func(t *testing.T) {
				r := reader(t, head+tc.tail, nil)
				complete := 0
				var last error
				for rec, err := range r.Records() {
					if err != nil {
						require.Nil(t, rec)
						last = err
						continue
					}
					switch how {
					case "decode":
						err = rec.Decode(&satz{})
					case "raw":
						_, _, err = rec.Raw()
					case "walk":
						for rec.Next() {
						}
						err = rec.Err()
					}
					if err == nil {
						complete++
						continue
					}
					require.Equal(t, []string{tc.code}, codes(err, nil))
					require.Equal(t, err, rec.Err())
				}
				var e *sammelnachricht.Error
				require.ErrorAs(t, last, &e)
				require.EqualValues(t, tc.records, e.Records)
				require.Equal(t, []string{tc.code}, codes(last, nil))
				require.Positive(t, e.Pos.Line)
				require.Positive(t, e.Pos.Offset)
				if how != "skip" {
					require.Equal(t, tc.records, complete)
				}
				require.Equal(t, finding.Rejected, r.Report().Verdict)
				require.EqualValues(t, tc.records, r.Report().Records)
				require.NotContains(t, last.Error(), "Eri")
				_, err := drain(r, nil)
				require.Equal(t, last, err, "the error stays")
			})
		}
	}
}

func TestRefusedHeader(t *testing.T) {
	good := with(t, records(2))
	for name, tc := range map[string]struct{ message, code string }{
		"broken XML":     {good[:300], "XML-002"},
		"broken header":  {strings.Replace(good, "3f0a6a52-", "x-", 1), "ENV-009"},
		"no XML":         {"", "XML-001"},
		"no autor":       {strings.NewReplacer("<autor>", "<x>", "</autor>", "</x>").Replace(good), "ENV-004"},
		"ends in header": {good[:strings.Index(good, "<leser>")], "XML-002"},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := sammelnachricht.NewReader(context.Background(), strings.NewReader(tc.message), saetze, nil)
			require.Nil(t, r)
			require.Equal(t, tc.code, codes(err, nil)[0])
		})
	}
}

func TestUnknownFamily(t *testing.T) {
	r := reader(t, `<m:liste xmlns:m="`+ns+`">`+records(2)+`</m:liste>`, nil)
	require.Equal(t, xoev.FamilyUnknown, r.Envelope().Family)
	n, err := drain(r, nil)
	require.NoError(t, err)
	require.Equal(t, 2, n, "the first child is a record already")

	r = reader(t, `<m:liste xmlns:m="`+ns+`"/>`, nil)
	n, err = drain(r, nil)
	require.NoError(t, err)
	require.Zero(t, n)
	require.Equal(t, []string{"SAM-005"}, codes(nil, r.Report().Findings))
}

func TestContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	r, err := sammelnachricht.NewReader(ctx, strings.NewReader(with(t, records(10))), saetze, nil)
	require.NoError(t, err)
	n, err := drain(r, func(rec *sammelnachricht.Record) error {
		if rec.Index() == 3 {
			cancel()
		}
		return nil
	})
	require.ErrorIs(t, err, context.Canceled)
	require.Equal(t, 4, n)
	require.Equal(t, finding.Undetermined, r.Report().Verdict, "could not check is not rejected")

	_, err = sammelnachricht.NewReader(ctx, strings.NewReader(with(t, "")), saetze, nil)
	require.ErrorIs(t, err, context.Canceled)

	// Inside a record that never ends.
	ctx, cancel = context.WithCancel(context.Background())
	text := with(t, "")
	endless := io.MultiReader(strings.NewReader(text[:strings.LastIndex(text, "</")]+"<m:satz>"), xs{})
	r, err = sammelnachricht.NewReader(ctx, endless, saetze, &sammelnachricht.Options{MaxRecordBytes: 1 << 40})
	require.NoError(t, err)
	_, err = drain(r, func(rec *sammelnachricht.Record) error {
		for i := 0; rec.Next(); i++ {
			if i == 10 {
				cancel()
			}
		}
		return rec.Err()
	})
	require.ErrorIs(t, err, context.Canceled)

	boom := errors.New("boom")
	r, err = sammelnachricht.NewReader(context.Background(), io.MultiReader(strings.NewReader(text[:strings.LastIndex(text, "</")]+record(0)), failing{boom}), saetze, nil)
	require.NoError(t, err)
	_, err = drain(r, nil)
	require.ErrorIs(t, err, boom)
}

type xs struct{}

func (xs) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error)  { return 0, f.err }
func (f failing) Write([]byte) (int, error) { return 0, f.err }
