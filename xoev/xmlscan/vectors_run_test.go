package xmlscan

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev/finding"
)

// ways are all the ways to scan a document; tokens must not depend on them.
var ways = []struct {
	name string
	open func(doc string, o *Options) *Scanner
}{
	{"bytes", func(d string, o *Options) *Scanner { return NewBytes([]byte(d), o) }},
	{"reader", func(d string, o *Options) *Scanner { return New(strings.NewReader(d), o) }},
	{"one byte", func(d string, o *Options) *Scanner {
		return New(iotest.OneByteReader(strings.NewReader(d)), o)
	}},
	{"one byte, tiny window", func(d string, o *Options) *Scanner {
		return newReader(iotest.OneByteReader(strings.NewReader(d)), o, 1)
	}},
	{"half reads", func(d string, o *Options) *Scanner {
		return newReader(iotest.HalfReader(strings.NewReader(d)), o, 7)
	}},
	{"window of 16", func(d string, o *Options) *Scanner { return newReader(strings.NewReader(d), o, 16) }},
	{"error with data", func(d string, o *Options) *Scanner {
		return newReader(iotest.DataErrReader(strings.NewReader(d)), o, 5)
	}},
}

// dump scans to the end and describes every token, adjacent chunks of text
// joined.
func dump(s *Scanner, positions bool) (tokens []string, err error) {
	var text strings.Builder
	var cdata bool
	flush := func() {
		if text.Len() > 0 {
			tokens = append(tokens, text.String())
		}
		text.Reset()
	}
	for s.Next() {
		where := ""
		if positions {
			p := s.Pos()
			where = fmt.Sprintf("%d %d:%d ", p.Offset, p.Line, p.Column)
		}
		if s.Kind() == Text {
			if text.Len() == 0 || s.IsCDATA() != cdata {
				flush()
				cdata = s.IsCDATA()
				fmt.Fprintf(&text, "%stext %t ", where, cdata)
			}
			fmt.Fprintf(&text, "%q", s.Text())
			continue
		}
		flush()
		t := fmt.Sprintf("%s%s depth %d name %q", where, s.Kind(), s.Depth(), s.Name())
		switch s.Kind() {
		case StartElement:
			t += fmt.Sprintf(" declares %q", s.Namespaces())
			for _, a := range s.Attrs() {
				t += fmt.Sprintf(" %q=%q", a.Name, a.Value)
			}
			if positions {
				t += fmt.Sprintf(" raw %q path %s", s.Raw(), s.Path())
			}
		case Comment, ProcInst:
			t += fmt.Sprintf(" %q", s.Text())
		}
		tokens = append(tokens, t)
	}
	flush()
	for i, t := range tokens {
		tokens[i] = strings.ReplaceAll(t, `""`, "") // joins of chunks
	}
	return tokens, s.Err()
}

// scanEveryWay scans a document in all ways, requires them to agree, and
// returns what the first said.
func scanEveryWay(t testing.TB, doc string, o *Options) ([]string, error) {
	t.Helper()
	want, wantErr := dump(ways[0].open(doc, o), true)
	for _, w := range ways[1:] {
		got, err := dump(w.open(doc, o), true)
		require.Equal(t, want, got, w.name)
		require.Equal(t, wantErr, err, w.name)
	}
	return want, wantErr
}

func TestRules(t *testing.T) {
	broken := make(map[string]int)
	for _, v := range vectors {
		t.Run(v.name, func(t *testing.T) {
			var syntax *SyntaxError
			require.ErrorAs(t, v.scan(t, v.bad), &syntax)
			require.Equal(t, v.code, syntax.Code(), syntax.Error())
			require.Equal(t, v.at, int(syntax.Pos.Offset))
			require.NoError(t, v.scan(t, v.good))
			broken[syntax.Code()]++

			var invalid *finding.InvalidError
			require.ErrorAs(t, error(syntax), &invalid)
			require.True(t, invalid.Has(v.code))
			require.Equal(t, syntax.Pos.Line, invalid.Findings[0].Line)
			require.Equal(t, syntax.Pos.Column, invalid.Findings[0].Column)
		})
	}
	codes := make(map[string]bool)
	for _, r := range Rules() {
		require.Positive(t, broken[r.Code], "no vector breaks %s", r.Code)
		require.False(t, codes[r.Code], "%s occurs twice", r.Code)
		require.NotEmpty(t, r.Source, r.Code)
		require.NotEmpty(t, r.Message, r.Code)
		codes[r.Code] = true
	}
	require.Len(t, broken, len(codes))
}

func (v vector) scan(t *testing.T, doc string) error {
	t.Helper()
	if !v.simple {
		_, err := scanEveryWay(t, doc, v.opt)
		return err
	}
	var want error
	for i, w := range ways {
		s := w.open(doc, v.opt)
		require.True(t, s.Next())
		_, err := s.ElementText(8)
		if i == 0 {
			want = err
		} else {
			require.Equal(t, want, err, w.name)
		}
		for s.Next() {
		}
		require.NoError(t, s.Err())
	}
	return want
}

func TestAfterAnErrorNothingFollows(t *testing.T) {
	s := NewBytes([]byte("<a>&b;<c/></a>"), nil)
	for s.Next() {
	}
	first := s.Err()
	require.Error(t, first)
	require.False(t, s.Next())
	require.Same(t, first, s.Err())
	require.Equal(t, Kind(0), s.Kind())
	require.Nil(t, s.Attrs())
	require.Nil(t, s.Text())
	require.Nil(t, s.Raw())
	require.Equal(t, Name{}, s.Name())
}

func TestReaderErrorsAreNotSyntaxErrors(t *testing.T) {
	sick := errors.New("line is down")
	for _, doc := range []string{"", "<", "<a", "<a>", "<a>text", "<a>&am", "<a>\xe2\x82", "<a><!--", "<a>]]", "<a>\r", "<a/>", "<?xml", "<a><![CDATA[x"} {
		t.Run(doc, func(t *testing.T) {
			s := New(io.MultiReader(strings.NewReader(doc), iotest.ErrReader(sick)), nil)
			for s.Next() {
			}
			require.ErrorIs(t, s.Err(), sick)
			var syntax *SyntaxError
			require.False(t, errors.As(s.Err(), &syntax))
		})
	}
	s := New(stuckReader{}, nil)
	require.False(t, s.Next())
	require.ErrorIs(t, s.Err(), io.ErrNoProgress)
	s = New(lyingReader{}, nil)
	require.False(t, s.Next())
	require.Error(t, s.Err())
}

type stuckReader struct{}

func (stuckReader) Read([]byte) (int, error) { return 0, nil }

type lyingReader struct{}

func (lyingReader) Read(p []byte) (int, error) { return len(p) + 1, nil }

func TestErrorsNeverQuoteTheDocument(t *testing.T) {
	const secret = "mustermann"
	count := 0
	for _, doc := range []string{"<mustermann", "<a mustermann=''mustermann=''/>", "<a>&mustermann;</a>", "<mustermann:a/>", "<a xmlns='mustermann'/>", "<mustermann></mustermannn>", "<?mustermann:a?>", "<!mustermann>"} {
		_, err := dump(NewBytes([]byte(doc), nil), false)
		require.Error(t, err)
		require.NotContains(t, fmt.Sprintf("%v %+v %#v", err, err, err), secret)
		count++
	}
	require.Equal(t, 8, count)
}
