package sammelnachricht_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/latin"
	"github.com/bausteine/egov/xoev/sammelnachricht"
	"github.com/bausteine/egov/xoev/xmlscan"
)

// FuzzBase64: how the text is cut into chunks changes nothing, errors are typed,
// and what is accepted is what the standard library's strict decoder accepts.
func FuzzBase64(f *testing.F) {
	seeds := 0
	for _, v := range base64Vectors() {
		f.Add(v.bad, 1, 1)
		f.Add(v.fine, 3, 2)
		seeds += 2
	}
	f.Add("QUJD&#x51;Q=<![CDATA[=]]>", 2, 7)
	f.Add(strings.Repeat("QUJD\r\n", 100), 50, 1)
	if seeds < 40 {
		f.Fatalf("only %d seeds", seeds)
	}
	f.Fuzz(func(t *testing.T, content string, size, room int) {
		doc := "<a>" + content + "</a>"
		read := func(r io.Reader, room int) ([]byte, error) {
			s := xmlscan.New(r, nil)
			if !s.Next() || s.Kind() != xmlscan.StartElement {
				t.Skip("the content closes the element")
			}
			return io.ReadAll(struct{ io.Reader }{&chunked{sammelnachricht.NewBase64Reader(s, 1<<20), max(1, room)}})
		}
		whole, err := read(strings.NewReader(doc), 1<<20)
		cut, cutErr := read(pieces(doc, 1+(size&0xFF)), 1+(room&0xFF))
		require.Equal(t, codes(err, nil), codes(cutErr, nil))
		if err != nil {
			var invalid *finding.InvalidError
			require.True(t, errors.As(err, &invalid), "%v", err)
			return
		}
		require.True(t, bytes.Equal(whole, cut))
		s := xmlscan.NewBytes([]byte(doc), nil)
		s.Next()
		text, err := s.ElementText(1 << 20)
		require.NoError(t, err)
		text = strings.NewReplacer(" ", "", "\t", "", "\n", "", "\r", "").Replace(text)
		want, err := base64.StdEncoding.Strict().DecodeString(text)
		require.NoError(t, err, "accepted, but not by the standard library")
		require.True(t, bytes.Equal(want, whole))
	})
}

// FuzzBase64Refuses: what the standard library's strict decoder refuses or
// accepts of plain text, so do we.
func FuzzBase64Refuses(f *testing.F) {
	for _, v := range base64Vectors() {
		f.Add(v.bad)
		f.Add(v.fine)
	}
	f.Fuzz(func(t *testing.T, content string) {
		if strings.ContainsAny(content, "<&>\r") {
			return
		}
		doc := "<a>" + content + "</a>"
		if scan([]byte(doc)) != nil {
			return
		}
		got, err := io.ReadAll(sammelnachricht.NewBase64Reader(at(t, strings.NewReader(doc)), 1<<20))
		want, wantErr := base64.StdEncoding.Strict().DecodeString(strings.NewReplacer(" ", "", "\t", "", "\n", "").Replace(content))
		require.Equal(t, wantErr == nil, err == nil, "%v, %v", wantErr, err)
		if err == nil {
			require.True(t, bytes.Equal(want, got))
		}
	})
}

// FuzzRecords: no panic, typed errors; raw records are the bytes of the message;
// how the message is delivered and read changes nothing; and what is accepted,
// encoding/xml decodes to the same values.
func FuzzRecords(f *testing.F) {
	f.Add(records(3), 1)
	f.Add(records(1)+"<m:satz nr='x'/>", 2)
	f.Add("<m:satz nr='1'><![CDATA[a]]><![CDATA[]]>b<!-- c --><m:name>d&#xD;\r\n</m:name></m:satz><satz/>text<m:x><m:satz/></m:x>", 3)
	f.Add("<m:satz xmlns:m='urn:x'/><m:satz xmlns='urn:y' nr='7'><notiz xmlns=''>n</notiz></m:satz>", 5)
	f.Add("<m:satz><m:name>C\u0328\u0306\u2260</m:name>", 9)
	f.Add("&<m:satz/>", 9)
	f.Add("<m:satz/></m:bestand.lieferung.0007><m:satz/>", 9)
	head := with(f, "")
	at := strings.LastIndex(head, "</")
	f.Fuzz(func(t *testing.T, content string, size int) {
		text := head[:at] + content + head[at:]
		sel := sammelnachricht.Elements(ns, "satz")
		o := &sammelnachricht.Options{MaxRecords: 1000, MaxRecordBytes: 1 << 16, Latin: &sammelnachricht.Latin{Type: latin.C}}
		one, err := sammelnachricht.NewReader(context.Background(), strings.NewReader(text), sel, o)
		two, err2 := sammelnachricht.NewReader(context.Background(), pieces(text, 1+(size&0xFF)), sel, o)
		require.Equal(t, codes(err, nil), codes(err2, nil))
		if err != nil { // the header ends where something else begins
			require.Nil(t, one)
			require.NotNil(t, invalid(err), "%v", err)
			return
		}
		var raws []string
		_, err = drain(one, func(rec *sammelnachricht.Record) error {
			raw, scope, err := rec.Raw()
			if err != nil {
				return err
			}
			start := rec.Pos().Offset
			require.Equal(t, text[start:start+rec.Size()], string(raw))
			s := xmlscan.NewFragment(raw, scope, nil)
			for s.Next() {
			}
			require.NoError(t, s.Err())
			raws = append(raws, string(raw))
			return nil
		})
		var values []satz
		var decodeErrs int
		_, err2 = drain(two, func(rec *sammelnachricht.Record) error {
			var s satz
			err := rec.Decode(&s)
			var d *sammelnachricht.DecodeError
			if errors.As(err, &d) {
				decodeErrs++
				return nil
			}
			if err == nil {
				require.Equal(t, xmlscan.EndElement, rec.Scanner().Kind())
				values = append(values, s)
			}
			return err
		})
		require.Equal(t, codes(err, nil), codes(err2, nil))
		require.Equal(t, one.Report().Verdict, two.Report().Verdict)
		require.Equal(t, codes(nil, one.Report().Findings), codes(nil, two.Report().Findings))
		if err != nil {
			var e *sammelnachricht.Error
			require.ErrorAs(t, err, &e)
			require.NotNil(t, invalid(err), "a reader that cannot fail gives only typed errors: %v", err)
			require.EqualValues(t, len(raws), e.Records)
			require.Equal(t, finding.Rejected, one.Report().Verdict)
			return
		}
		require.NotEqual(t, finding.Undetermined, one.Report().Verdict)
		require.Equal(t, len(raws), len(values)+decodeErrs)
		peer, bad, ok := encodingXML(text)
		require.True(t, ok, "what we accept, encoding/xml reads")
		require.Equal(t, decodeErrs, bad)
		require.Equal(t, peer, values)
	})
}

// encodingXML reads the records as encoding/xml alone does; bad counts those
// that do not fit the type.
func encodingXML(text string) (values []satz, bad int, ok bool) {
	d := xml.NewDecoder(strings.NewReader(text))
	for depth := 0; ; {
		tok, err := d.Token()
		if err == io.EOF {
			return values, bad, true
		}
		if err != nil {
			return nil, 0, false
		}
		switch tok := tok.(type) {
		case xml.EndElement:
			depth--
		case xml.StartElement:
			depth++
			if depth != 2 || tok.Name.Space != ns || tok.Name.Local != "satz" {
				continue
			}
			depth--
			// A copy of the element, because the decoder is lost after an error.
			var s satz
			var raw struct {
				XML string `xml:",innerxml"`
			}
			start := tok.Copy()
			if err := d.DecodeElement(&raw, &start); err != nil {
				return nil, 0, false
			}
			one, okay := encodeAgain(start, raw.XML)
			if !okay {
				return nil, 0, false
			}
			if err := xml.Unmarshal(one, &s); err != nil {
				bad++
				continue
			}
			values = append(values, s)
		}
	}
}

// encodeAgain makes an element of a start tag and a content, with the prefix of
// the message around it.
func encodeAgain(start xml.StartElement, inner string) ([]byte, bool) {
	var b bytes.Buffer
	b.WriteString(`<m:satz xmlns:m="` + ns + `"`)
	for _, a := range start.Attr {
		switch {
		case a.Name.Space == "" && a.Name.Local == "xmlns":
			b.WriteString(" xmlns=\"")
		case a.Name.Space == "xmlns" && a.Name.Local == "m":
			continue
		case a.Name.Space == "xmlns":
			b.WriteString(" xmlns:" + a.Name.Local + "=\"")
		case a.Name.Space == "":
			b.WriteString(" " + a.Name.Local + "=\"")
		default:
			continue // an attribute in a namespace is no field of the struct
		}
		if xml.EscapeText(&b, []byte(a.Value)) != nil {
			return nil, false
		}
		b.WriteByte('"')
	}
	b.WriteString(">" + inner + "</m:satz>")
	return b.Bytes(), true
}
