package sammelnachricht_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/latin"
	"github.com/bausteine/egov/xoev/sammelnachricht"
	"github.com/bausteine/egov/xoev/xmlscan"
)

func at(t testing.TB, r io.Reader) *xmlscan.Scanner {
	s := xmlscan.New(r, nil)
	require.True(t, s.Next())
	return s
}

func TestBase64(t *testing.T) {
	for _, size := range []int{0, 1, 2, 3, 4, 5, 100, 65_535, 200_000} {
		want := make([]byte, size)
		for i := range want {
			want[i] = byte(i * 7)
		}
		text := base64.StdEncoding.EncodeToString(want)
		for name, doc := range map[string]string{
			"one line":   "<a>" + text + "</a>",
			"layout":     "<a>\n\t " + strings.Join(strings.SplitAfterN(text, "A", 5), " \r\n") + "\n</a>",
			"CDATA":      "<a><![CDATA[" + text + "]]></a>",
			"comments":   "<a><!-- = -->" + strings.Join(strings.SplitAfterN(text, "A", 5), "<!-- = --><?p ?>") + "</a>",
			"references": "<a>" + strings.ReplaceAll(text, "A", "&#65;") + "&#x20;</a>",
		} {
			for _, piece := range []int{1, 1000, 1 << 20} {
				if piece == 1 && size > 1000 {
					continue
				}
				s := at(t, pieces(doc, piece))
				r := sammelnachricht.NewBase64Reader(s, int64(size))
				got, err := io.ReadAll(r)
				require.NoError(t, err, "%s %d", name, size)
				require.True(t, bytes.Equal(want, got), "%s %d", name, size)
				n, err := r.Read(make([]byte, 1))
				require.Zero(t, n)
				require.ErrorIs(t, err, io.EOF)
				require.Equal(t, xmlscan.EndElement, s.Kind())
				require.False(t, s.Next())
				require.NoError(t, s.Err())
			}
			require.NoError(t, iotest.TestReader(sammelnachricht.NewBase64Reader(at(t, strings.NewReader(doc)), 1<<20), want))
		}
	}
}

// TestBase64Rules has the failing and passing vectors of SAM-010 to SAM-015.
func TestBase64Rules(t *testing.T) {
	for _, v := range base64Vectors() {
		t.Run(v.code+" "+v.bad, func(t *testing.T) {
			read := func(content string) ([]byte, error) {
				return io.ReadAll(sammelnachricht.NewBase64Reader(at(t, strings.NewReader("<a>\n"+content+"</a>")), 6))
			}
			_, err := read(v.fine)
			require.NoError(t, err, "the neighbour")
			_, err = read(v.bad)
			var invalid *finding.InvalidError
			require.ErrorAs(t, err, &invalid)
			require.Len(t, invalid.Findings, 1)
			f := invalid.Findings[0]
			require.Equal(t, v.code, f.Code)
			require.Equal(t, "/a", strings.TrimSuffix(f.Path, "/b"))
			require.Equal(t, [2]int{2, v.column}, [2]int{f.Line, f.Column})
		})
	}
}

type base64Vector struct {
	code, bad, fine string
	column          int
}

func base64Vectors() []base64Vector {
	return []base64Vector{
		{"SAM-010", "QUJ-", "QUJ+", 4},
		{"SAM-010", "QUJ_QUJD", "QUJ/QUJD", 4},
		{"SAM-010", "QUJD.", "QUJD", 5},
		{"SAM-010", "QUJDü", "QUJD", 5},
		{"SAM-010", "QUJD\u00A0QUJD", "QUJD QUJD", 5},
		{"SAM-011", "QUJ", "QUI=", 4},
		{"SAM-011", "QQ", "QQ==", 3},
		{"SAM-011", "QQ=", "QQ= =", 4},
		{"SAM-011", "QUJDQ", "QUJD", 6},
		{"SAM-011", "QUJDQ===", "QUJDQQ==", 6},
		{"SAM-011", "=", "", 1},
		{"SAM-011", "====", "", 1},
		{"SAM-012", "QQ==QUJD", "QQ== ", 5},
		{"SAM-012", "QQ=B", "QQ==", 4},
		{"SAM-012", "QQ===", "QQ==", 5},
		{"SAM-012", "QUI==", "QUI=", 5},
		{"SAM-013", "QUJ=", "QUI=", 4},
		{"SAM-013", "QR==", "QQ==", 4},
		{"SAM-014", "QU<b/>JD", "QU<!-- b -->JD", 3},
		{"SAM-015", "QUJDQUJDQQ==", "QUJDQUJD", 12},
		{"SAM-015", "QUJDQUJDQUJD", "QUJDQUI=", 12},
	}
}

func TestBase64Errors(t *testing.T) {
	_, err := sammelnachricht.NewBase64Reader(xmlscan.NewBytes([]byte("<a/>"), nil), 0).Read(make([]byte, 1))
	require.ErrorIs(t, err, xmlscan.ErrNoElement)
	_, err = io.ReadAll(sammelnachricht.NewBase64Reader(at(t, strings.NewReader("<a>QUJD</b>")), 0))
	require.Equal(t, []string{"XML-026"}, codes(err, nil))
	boom := errors.New("boom")
	_, err = io.ReadAll(sammelnachricht.NewBase64Reader(at(t, io.MultiReader(strings.NewReader("<a>QUJD"), failing{boom})), 0))
	require.ErrorIs(t, err, boom)
	s := at(t, strings.NewReader("<a>QUJD</a>"))
	r := sammelnachricht.NewBase64Reader(s, 0)
	for s.Next() {
	}
	_, err = io.ReadAll(r)
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	n, err := sammelnachricht.NewBase64Reader(at(t, strings.NewReader("<a>QUJD</a>")), 0).Read(nil)
	require.NoError(t, err)
	require.Zero(t, n)
}

func TestRecordBase64(t *testing.T) {
	text := with(t, "<m:satz><m:anlage>QUJD</m:anlage><m:anlage>RA= =</m:anlage><notiz>x</notiz></m:satz><m:satz><m:anlage>QUJ-</m:anlage></m:satz>"+record(2))
	// Type A allows no signs: base64 that is read as such is not judged as text.
	o := &sammelnachricht.Options{Latin: &sammelnachricht.Latin{Select: func(element, _ xmlscan.Name) (latin.Type, bool) {
		return latin.A, element.Local == "anlage"
	}}}
	judged := reader(t, text, o)
	_, err := drain(judged, nil)
	require.NoError(t, err)
	require.Len(t, judged.Report().Findings, 2, "as text it is judged")
	r := reader(t, text, o)
	var got []string
	n, err := drain(r, func(rec *sammelnachricht.Record) error {
		for rec.Next() {
			if s := rec.Scanner(); s.Kind() == xmlscan.StartElement && s.Name().Local == "anlage" {
				b, err := io.ReadAll(rec.Base64(0))
				got = append(got, string(b))
				if rec.Index() == 1 {
					require.Equal(t, []string{"SAM-010"}, codes(err, nil))
					require.ErrorContains(t, err, "/m:bestand.lieferung.0007/m:satz[2]/m:anlage")
					break
				}
				require.NoError(t, err)
			}
		}
		return rec.Err()
	})
	require.NoError(t, err)
	require.Equal(t, 3, n, "bad base64 concerns its record only")
	require.Equal(t, []string{"ABC", "D", ""}, got)
	require.Empty(t, r.Report().Findings)

	r = reader(t, text[:strings.Index(text, "RA= =")], nil)
	_, err = drain(r, func(rec *sammelnachricht.Record) error {
		for rec.Next() {
			if s := rec.Scanner(); s.Kind() == xmlscan.StartElement {
				if _, err := io.ReadAll(rec.Base64(0)); err != nil {
					return err
				}
			}
		}
		return nil
	})
	var e *sammelnachricht.Error
	require.ErrorAs(t, err, &e)
	_, err = drain(r, nil)
	require.Equal(t, e, err)
}
