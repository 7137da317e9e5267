package xoev_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev"
	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/xmlscan"
)

// streamed writes a message piece by piece, as the body says.
func streamed(t *testing.T, m *xoev.Message, o *xoev.WriteOptions, body func(*xoev.Encoder) error) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := xoev.NewWriter(&out, m, o)
	require.NoError(t, err)
	if body != nil {
		require.NoError(t, w.Encoder().Within(body))
	}
	require.NoError(t, w.Close())
	require.EqualValues(t, out.Len(), w.Written())
	return out.Bytes()
}

func TestWriterWritesWhatWriteWrites(t *testing.T) {
	long := strings.Repeat("Straße & <Allee> \r\n\t\U0001d504]]>", 20_000)
	for name, body := range map[string]func(*xoev.Encoder) error{
		"nothing":  nil,
		"one line": newMessage(xoev.FamilyQualified).Body,
		"many records": func(e *xoev.Encoder) error {
			for i := range 5000 {
				e.Start(el("satz"), xoev.Attribute{Name: xmlscan.Name{Local: "nr"}, Value: fmt.Sprint(i)})
				e.Element(xmlscan.Name{Local: "name"}, "Erika Mustermann")
				e.Element(xmlscan.Name{Prefix: "p", Local: "ort", Space: "urn:p"}, "Musterstadt")
				e.End()
			}
			return nil
		},
		"long text": func(e *xoev.Encoder) error { e.Element(el("a"), long); return nil },
		"long attribute": func(e *xoev.Encoder) error {
			e.Element(el("a"), "", xoev.Attribute{Name: el("b"), Value: long[:90_000]})
			return nil
		},
		"long XML": func(e *xoev.Encoder) error {
			e.Raw([]byte("<m:a>" + strings.Repeat("<b/>", 50_000) + "</m:a>"))
			e.RawElement(el("c"), []byte(" <!-- --><m:c/>"))
			return nil
		},
		"base64": func(e *xoev.Encoder) error {
			e.Base64(el("anlage"), io.LimitReader(pattern{}, 1<<20+1))
			return nil
		},
	} {
		for _, family := range []xoev.Family{xoev.FamilyQualified, xoev.FamilyUnqualified} {
			t.Run(name+" "+family.String(), func(t *testing.T) {
				m := newMessage(family)
				m.BodyXML = []byte("<m:vorweg/>")
				m.Body = body
				want := write(t, m, nil)
				m.Body = nil
				assert.Equal(t, string(want), string(streamed(t, m, nil, body)))
				m.Body = body
				assert.Equal(t, string(want), string(streamed(t, m, nil, nil)), "the message's own body")
			})
		}
	}
}

// TestWriterOfAllFamilies: the header of every family that can be written, with
// the content as XML.
func TestWriterOfAllFamilies(t *testing.T) {
	count := 0
	for _, v := range familyVectors() {
		t.Run(v.name, func(t *testing.T) {
			m, err := xoev.ReadMessage([]byte(v.message), nil)
			require.NoError(t, err)
			if !v.written {
				_, err := xoev.NewWriter(io.Discard, m, nil)
				requireCode(t, err, "ENV-101")
				return
			}
			assert.Equal(t, string(write(t, m, nil)), string(streamed(t, m, nil, nil)))
			content := m.BodyXML
			m.BodyXML = nil
			m.Body = func(e *xoev.Encoder) error { e.Raw(content); return nil }
			assert.Equal(t, string(write(t, m, nil)), string(streamed(t, m, nil, nil)))
			count++
		})
	}
	assert.Positive(t, count)
}

// pattern is a reader of the bytes 0 to 255, again and again.
type pattern struct{}

func (pattern) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(i)
	}
	return len(p), nil
}

func TestWriterRefusesTheEnvelopeAsWriteDoes(t *testing.T) {
	for _, v := range writeVectors() {
		if v.code >= "ENV-110" {
			continue // rules of the content have their own test
		}
		t.Run(v.code+" "+v.name, func(t *testing.T) {
			m := &xoev.Message{Envelope: *wantEnvelope(xoev.FamilyQualified)}
			v.change(m)
			var want, out bytes.Buffer
			wantErr := xoev.Write(&want, m, nil)
			w, err := xoev.NewWriter(&out, m, nil)
			require.Nil(t, w)
			require.Equal(t, wantErr, err)
			require.Zero(t, out.Len())
		})
	}
}

// TestWriterContent: every rule of the content is found at the latest by
// Close, and then what was written is no XML.
func TestWriterContent(t *testing.T) {
	raw := func(s ...string) func(*xoev.Encoder) {
		return func(e *xoev.Encoder) {
			for _, x := range s {
				e.Raw([]byte(x))
			}
		}
	}
	deep := func(n int) func(*xoev.Encoder) {
		return func(e *xoev.Encoder) {
			for range n {
				e.Start(el("a"))
			}
			for range n {
				e.End()
			}
		}
	}
	names := func(n int) func(*xoev.Encoder) {
		return func(e *xoev.Encoder) {
			for i := range n {
				e.Element(xmlscan.Name{Local: fmt.Sprint("a", i)}, "")
			}
		}
	}
	attrs := func(n int) func(*xoev.Encoder) {
		return func(e *xoev.Encoder) {
			var all []xoev.Attribute
			for i := range n {
				all = append(all, xoev.Attribute{Name: xmlscan.Name{Local: fmt.Sprint("a", i)}})
			}
			e.Element(el("a"), "", all...)
		}
	}
	value := func(s string, n int) func(*xoev.Encoder) {
		return func(e *xoev.Encoder) {
			e.Element(el("a"), "", xoev.Attribute{Name: xmlscan.Name{Local: "b"}, Value: strings.Repeat(s, n)})
		}
	}
	space := func(uri string) func(*xoev.Encoder) {
		return func(e *xoev.Encoder) { e.Element(xmlscan.Name{Local: "a", Space: uri}, "") }
	}
	for _, tc := range []struct {
		name, code string
		body, fine func(*xoev.Encoder)
	}{
		{"element left open", "ENV-112", func(e *xoev.Encoder) { e.Start(el("a")) }, func(e *xoev.Encoder) { e.Start(el("a")); e.End() }},
		{"root ended", "ENV-112", func(e *xoev.Encoder) { e.End() }, func(*xoev.Encoder) {}},
		{"base64 left open", "ENV-112", func(e *xoev.Encoder) { e.Start(el("a")); _, _ = e.Base64Writer(0).Write([]byte("x")) },
			func(e *xoev.Encoder) {
				e.Start(el("a"))
				w := e.Base64Writer(0)
				_, _ = w.Write([]byte("x"))
				_ = w.Close()
				e.End()
			}},
		{"element ended before its base64", "ENV-112", func(e *xoev.Encoder) { e.Start(el("a")); e.Base64Writer(0); e.End() }, nil},
		{"text inside base64", "ENV-112", func(e *xoev.Encoder) { e.Start(el("a")); e.Base64Writer(0); e.Text("x") }, nil},
		{"base64 without an element", "ENV-112", func(e *xoev.Encoder) { _ = e.Base64Writer(0).Close() }, nil},
		{"control character", "ENV-104", func(e *xoev.Encoder) { e.Element(el("a"), "\x01") }, func(e *xoev.Encoder) { e.Element(el("a"), "\t") }},
		{"name", "ENV-110", func(e *xoev.Encoder) { e.Element(el("a b"), "") }, func(e *xoev.Encoder) { e.Element(el("ab"), "") }},
		{"broken XML", "ENV-111", raw("<a>"), raw("<a/>")},
		{"brackets in two pieces", "ENV-111", raw("a]]", "> b"), raw("a]]", " > b")},
		{"brackets in three pieces", "ENV-111", raw("a]", "]", "> b"), raw("a]", "]")},
		{"other element", "ENV-111", func(e *xoev.Encoder) { e.RawElement(el("a"), []byte("<m:b/>")) }, func(e *xoev.Encoder) { e.RawElement(el("b"), []byte("<m:b/>")) }},
		{"two elements", "ENV-111", func(e *xoev.Encoder) { e.RawElement(el("b"), []byte("<m:b/><m:b/>")) }, nil},
		{"element in no namespace", "ENV-111", func(e *xoev.Encoder) { e.RawElement(el("b"), []byte("<b/>")) }, nil},
		{"relative namespace", "ENV-111", space("relative"), space("urn:x")},
		{"relative namespace in XML", "ENV-111", raw("<a xmlns='b'/>"), raw("<a xmlns='urn:b'/>")},
		{"depth", "ENV-113", deep(256), deep(255)},
		{"depth of XML", "ENV-111", func(e *xoev.Encoder) {
			e.Start(el("a"))
			raw(strings.Repeat("<a>", 255) + strings.Repeat("</a>", 255))(e)
			e.End()
		},
			func(e *xoev.Encoder) {
				e.Start(el("a"))
				raw(strings.Repeat("<a>", 254) + strings.Repeat("</a>", 254))(e)
				e.End()
			}},
		{"names", "ENV-113", names(10_000), names(9_900)},
		{"names in XML", "ENV-113", func(e *xoev.Encoder) { names(9_900)(e); raw("<x>" + numbered(200) + "</x>")(e) }, raw("<x>" + numbered(200) + "</x>")},
		{"attributes", "ENV-113", attrs(257), attrs(256)},
		{"length of a tag", "ENV-113", value("&", 1<<18), value("&", 1<<17)},
		{"length of a name", "ENV-113", func(e *xoev.Encoder) { e.Element(el(strings.Repeat("a", 1100)), "") }, func(e *xoev.Encoder) { e.Element(el(strings.Repeat("a", 1000)), "") }},
		{"length", "ENV-113", func(e *xoev.Encoder) { e.Element(el("a"), strings.Repeat("&", 1<<20)) }, func(e *xoev.Encoder) { e.Element(el("a"), strings.Repeat("x", 1<<20)) }},
		{"length of base64", "ENV-113", func(e *xoev.Encoder) { e.Base64(el("a"), io.LimitReader(pattern{}, 3<<20)) }, func(e *xoev.Encoder) { e.Base64(el("a"), io.LimitReader(pattern{}, 2<<20)) }},
	} {
		t.Run(tc.code+" "+tc.name, func(t *testing.T) {
			write := func(body func(*xoev.Encoder)) (bytes.Buffer, error) {
				var out bytes.Buffer
				w, err := xoev.NewWriter(&out, newMessage(xoev.FamilyQualified), &xoev.WriteOptions{MaxBytes: 4 << 20})
				require.NoError(t, err)
				body(w.Encoder())
				err = w.Close()
				require.Equal(t, err, w.Close(), "the same again")
				return out, err
			}
			if tc.fine != nil {
				out, err := write(tc.fine)
				require.NoError(t, err, "the neighbour")
				require.NoError(t, scan(out.Bytes()))
			}
			out, err := write(tc.body)
			var invalid *finding.InvalidError
			require.ErrorAs(t, err, &invalid)
			require.Equal(t, tc.code, invalid.Findings[0].Code)
			require.Error(t, scan(out.Bytes()), "half a message must be none")
		})
	}
}

func numbered(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "<z%d/>", i)
	}
	return b.String()
}

func scan(message []byte) error {
	s := xmlscan.NewBytes(message, nil)
	for s.Next() {
	}
	return s.Err()
}

func TestWriterAfterClose(t *testing.T) {
	var out bytes.Buffer
	w, err := xoev.NewWriter(&out, newMessage(xoev.FamilyQualified), nil)
	require.NoError(t, err)
	require.Zero(t, out.Len(), "little messages leave at once and whole")
	require.NoError(t, w.Close())
	written := out.String()
	w.Encoder().Element(el("a"), "x")
	w.Encoder().Raw([]byte("<a/>"))
	requireCode(t, w.Encoder().Err(), "ENV-112")
	require.NoError(t, w.Close(), "the message was complete")
	require.Equal(t, written, out.String())
}

func TestWriterErrorsOfOthers(t *testing.T) {
	boom := errors.New("boom")
	m := newMessage(xoev.FamilyQualified)
	m.Body = func(*xoev.Encoder) error { return boom }
	_, err := xoev.NewWriter(io.Discard, m, nil)
	require.ErrorIs(t, err, boom)

	m.Body = nil
	w, err := xoev.NewWriter(failing{boom}, m, nil)
	require.NoError(t, err)
	require.ErrorIs(t, w.Close(), boom)
	require.ErrorIs(t, w.Close(), boom)

	w, err = xoev.NewWriter(short{}, m, nil)
	require.NoError(t, err)
	require.ErrorIs(t, w.Close(), io.ErrShortWrite)

	w, err = xoev.NewWriter(failing{boom}, m, nil)
	require.NoError(t, err)
	w.Encoder().Element(el("a"), strings.Repeat("x", 1<<20))
	require.ErrorIs(t, w.Encoder().Err(), boom, "the error sticks")
	require.ErrorIs(t, w.Close(), boom)

	var out bytes.Buffer
	w, err = xoev.NewWriter(&out, m, nil)
	require.NoError(t, err)
	require.EqualValues(t, 3, w.Encoder().Base64(el("a"), io.MultiReader(strings.NewReader("abc"), iotest.ErrReader(boom))))
	require.ErrorIs(t, w.Close(), boom)
	require.Zero(t, out.Len())

	w, err = xoev.NewWriter(&out, m, nil)
	require.NoError(t, err)
	require.ErrorIs(t, w.Encoder().Within(func(*xoev.Encoder) error { return boom }), boom)
	require.ErrorIs(t, w.Encoder().Within(func(*xoev.Encoder) error { panic("not called") }), boom)
	require.ErrorIs(t, w.Close(), boom)
}

type short struct{}

func (short) Write(p []byte) (int, error) { return len(p) / 2, nil }

func TestWriterStoresUUIDAndTime(t *testing.T) {
	m := newMessage(xoev.FamilyUnqualified)
	m.Nachricht.UUID, m.Nachricht.Erstellungszeitpunkt = "", ""
	var out bytes.Buffer
	w, err := xoev.NewWriter(&out, m, nil)
	require.NoError(t, err)
	require.Len(t, m.Nachricht.UUID, 36)
	require.True(t, m.Nachricht.Erstellungszeitpunkt.Exact())
	require.NoError(t, w.Close())
	e, err := xoev.ReadEnvelope(&out, nil)
	require.NoError(t, err)
	require.Equal(t, m.Nachricht, e.Nachricht)
}

func TestWithin(t *testing.T) {
	var out bytes.Buffer
	w, err := xoev.NewWriter(&out, newMessage(xoev.FamilyQualified), nil)
	require.NoError(t, err)
	e := w.Encoder()
	e.Start(el("liste"))
	require.NoError(t, e.Within(func(e *xoev.Encoder) error { e.Element(el("a"), ""); return nil }))
	requireCode(t, e.Within(func(e *xoev.Encoder) error { e.End(); return nil }), "ENV-112")
	requireCode(t, w.Close(), "ENV-112")
}

func TestBase64Writer(t *testing.T) {
	for _, size := range []int{0, 1, 2, 3, 4, 56, 57, 58, 24<<10 - 1, 24 << 10, 100_001} {
		for _, line := range []int{0, 3, 4, 76, 77} {
			for _, pieces := range []int{1, 2, 7, 1 << 20} {
				content := make([]byte, size)
				_, _ = pattern{}.Read(content)
				m := newMessage(xoev.FamilyUnqualified)
				m.Body = func(e *xoev.Encoder) error {
					e.Start(el("a"))
					w := e.Base64Writer(line)
					_, err := io.CopyBuffer(struct{ io.Writer }{w}, struct{ io.Reader }{bytes.NewReader(content)}, make([]byte, pieces))
					require.NoError(t, err)
					require.NoError(t, w.Close())
					require.NoError(t, w.Close(), "a second time")
					_, err = w.Write(nil)
					require.Error(t, err)
					e.End()
					return nil
				}
				_, after, _ := strings.Cut(string(write(t, m, nil)), "<m:a")
				text := strings.TrimSuffix(strings.TrimPrefix(after, ">"), "</m:a></m:probe.antrag.0001>")
				if size == 0 {
					text = strings.TrimSuffix(text, "/></m:probe.antrag.0001>")
				}
				require.Equal(t, lines(base64.StdEncoding.EncodeToString(content), line), text, "%d bytes, lines of %d, pieces of %d", size, line, pieces)
			}
		}
	}
}

// lines breaks text into lines.
func lines(text string, length int) string {
	if length = length / 4 * 4; length == 0 {
		return text
	}
	var all []string
	for len(text) > length {
		all = append(all, text[:length])
		text = text[length:]
	}
	return strings.Join(append(all, text), "\n")
}

// FuzzWriter: whatever is done with a Writer, either Close has an error and
// what was written is no XML, or the message can be read to its end and is what
// Write makes of the same calls.
func FuzzWriter(f *testing.F) {
	f.Add([]byte("sae te rbe c"))
	f.Add([]byte("seseese r]]r> x"))
	f.Add([]byte("sb w e"))
	f.Add(bytes.Repeat([]byte("s"), 300))
	f.Add([]byte("spqe spue n"))
	f.Fuzz(func(t *testing.T, script []byte) {
		play := func(e *xoev.Encoder) error {
			for i := 0; i < len(script) && i < 2000; i++ {
				next := ""
				if i+1 < len(script) {
					next = string(script[i+1 : min(len(script), i+4)])
				}
				switch script[i] {
				case 's':
					e.Start(el("s"))
				case 'p':
					e.Start(xmlscan.Name{Prefix: next, Local: "p", Space: "urn:" + next})
				case 'u':
					e.Start(xmlscan.Name{Local: "u", Space: next}, xoev.Attribute{Name: xmlscan.Name{Local: "u", Space: next}, Value: next})
				case 'e':
					e.End()
				case 't':
					e.Text(next)
				case 'r':
					e.Raw([]byte(next))
				case 'b':
					e.Base64(el("b"), strings.NewReader(next))
				case 'w':
					_, _ = e.Base64Writer(0).Write([]byte(next))
				case 'n':
					e.Element(xmlscan.Name{Local: next}, "")
				case 'l':
					e.Text(strings.Repeat("ä", 1<<16))
				}
			}
			return nil
		}
		m := newMessage(xoev.FamilyQualified)
		m.Body = nil
		o := &xoev.WriteOptions{MaxBytes: 1 << 20}
		var out bytes.Buffer
		w, err := xoev.NewWriter(&out, m, o)
		require.NoError(t, err)
		_ = play(w.Encoder())
		err = w.Close()
		m.Body = play
		var whole bytes.Buffer
		wholeErr := xoev.Write(&whole, m, o)
		require.Equal(t, wholeErr == nil, err == nil, "%v %v", wholeErr, err)
		if err != nil {
			require.Error(t, scan(out.Bytes()))
			return
		}
		require.NoError(t, scan(out.Bytes()))
		require.Equal(t, sha256.Sum256(whole.Bytes()), sha256.Sum256(out.Bytes()))
	})
}
