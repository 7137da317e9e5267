package sammelnachricht_test

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/sammelnachricht"
	"github.com/bausteine/egov/xoev/xmlscan"
)

func TestDecodeErrors(t *testing.T) {
	text := with(t, record(0)+`<m:satz nr="geheim"><m:name>Erika</m:name></m:satz>`+record(2)+record(3))
	r := reader(t, text, nil)
	var good []int
	_, err := drain(r, func(rec *sammelnachricht.Record) error {
		var s satz
		err := rec.Decode(&s)
		if rec.Index() != 1 {
			require.NoError(t, err)
			good = append(good, s.Nr)
			return nil
		}
		var d *sammelnachricht.DecodeError
		require.ErrorAs(t, err, &d)
		require.Equal(t, []string{"SAM-006"}, codes(err, nil))
		require.NotContains(t, err.Error()+d.LogValue().String(), "geheim")
		require.ErrorContains(t, d.Err, "geheim", "only who asks for it gets it")
		require.Equal(t, "/m:bestand.lieferung.0007/m:satz[2]", d.Finding.Path)
		require.NoError(t, rec.Err())
		return nil
	})
	require.NoError(t, err)
	require.Equal(t, []int{0, 2, 3}, good)
	require.Equal(t, finding.Accepted, r.Report().Verdict)
}

func TestTokenReader(t *testing.T) {
	r := reader(t, with(t, `<m:satz nr="1" xmlns="urn:d"><a/><b xmlns=""><!--c--><?p i?>x</b></m:satz>`+record(1)), nil)
	_, err := drain(r, func(rec *sammelnachricht.Record) error {
		if rec.Index() == 1 {
			return nil
		}
		var got bytes.Buffer
		d := xml.NewTokenDecoder(rec.TokenReader())
		for {
			tok, err := d.Token()
			if err == io.EOF {
				break
			}
			require.NoError(t, err)
			fmt.Fprintf(&got, "%T %v\n", tok, tok)
		}
		assert.Equal(t, "xml.StartElement {{urn:example:probe:1 satz} [{{ xmlns} urn:d} {{ nr} 1}]}\n"+
			"xml.StartElement {{urn:d a} []}\nxml.EndElement {{urn:d a}}\n"+
			"xml.StartElement {{ b} [{{ xmlns} }]}\nxml.Comment [99]\nxml.ProcInst {p [105]}\nxml.CharData [120]\nxml.EndElement {{ b}}\n"+
			"xml.EndElement {{urn:example:probe:1 satz}}\n", got.String())
		return nil
	})
	require.NoError(t, err)
}

func TestRecordHidesItself(t *testing.T) {
	_, err := drain(reader(t, with(t, records(1)), nil), func(rec *sammelnachricht.Record) error {
		require.Equal(t, "record 0, line 2", fmt.Sprintf("%v", rec))
		require.Equal(t, "[index=0 line=2]", rec.LogValue().String())
		return nil
	})
	require.NoError(t, err)
}

// TestNoContent: the message ends where its header does.
func TestNoContent(t *testing.T) {
	var between []string
	r := reader(t, with(t, ""), &sammelnachricht.Options{Between: xmlscan.ConsumerFunc(func(s *xmlscan.Scanner) error {
		between = append(between, s.Kind().String())
		return nil
	})})
	n, err := drain(r, nil)
	require.NoError(t, err)
	require.Zero(t, n)
	require.Equal(t, []string{"EndElement"}, between)
	require.Equal(t, finding.Rejected, r.Report().Verdict)
	require.Equal(t, []string{"SAM-005"}, codes(nil, r.Report().Findings))
}
