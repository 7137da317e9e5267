package strictjson

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev/finding"
)

func TestRefused(t *testing.T) {
	tests := []struct {
		name, in, code string
		line, column   int
	}{
		{"nothing", "", "JSON-001", 1, 1},
		{"no value", " \n ", "JSON-001", 2, 2},
		{"a word", "nul", "JSON-001", 1, 1},
		{"Python", "{'a':1}", "JSON-001", 1, 2},
		{"no colon", `{"a" 1}`, "JSON-001", 1, 6},
		{"a comma too many", `[1,]`, "JSON-001", 1, 4},
		{"a comma too many in an object", `{"a":1,}`, "JSON-001", 1, 8},
		{"a comma too few", `[1 2]`, "JSON-001", 1, 4},
		{"the wrong bracket", `[1}`, "JSON-001", 1, 3},
		{"not closed", `{"a":[1`, "JSON-001", 1, 8},
		{"a text not closed", `"a`, "JSON-001", 1, 3},
		{"a text not closed behind an escape", `"\n`, "JSON-001", 1, 4},
		{"an unknown escape", `"a\x"`, "JSON-001", 1, 3},
		{"half an escape", `"\u12`, "JSON-001", 1, 2},
		{"a leading zero", `01`, "JSON-001", 1, 1},
		{"a plus", `+1`, "JSON-001", 1, 1},
		{"no digit", `-`, "JSON-001", 1, 1},
		{"no digit behind the point", `1.`, "JSON-001", 1, 1},
		{"no exponent", `1e`, "JSON-001", 1, 1},
		{"NaN", `NaN`, "JSON-001", 1, 1},
		{"a comment", "/**/1", "JSON-001", 1, 1},
		{"Latin 1", "[\"a\xfc\"]", "JSON-002", 1, 4},
		{"byte order mark", "\xef\xbb\xbf1", "JSON-002", 1, 1},
		{"a low surrogate", `["\udc00"]`, "JSON-003", 1, 3},
		{"a high surrogate", `["\ud800x"]`, "JSON-003", 1, 3},
		{"two high surrogates", `["\ud800\ud800"]`, "JSON-003", 1, 3},
		{"a key twice", "{\"a\":1,\n\"\\u0061\":2}", "JSON-004", 2, 1},
		{"a line feed in a text", "\"a\n\"", "JSON-005", 1, 3},
		{"a tab behind an escape", "\"\\n\t\"", "JSON-005", 1, 4},
		{"a second value", "{} {}", "JSON-006", 1, 4},
		{"too deep", strings.Repeat("[", 9), "JSON-007", 1, 9},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := New([]byte(test.in), 8)
			for s.Next() {
			}
			var invalid *finding.InvalidError
			require.ErrorAs(t, s.Err(), &invalid)
			require.Len(t, invalid.Findings, 1)
			f := invalid.Findings[0]
			assert.Equal(t, []any{test.code, test.line, test.column}, []any{f.Code, f.Line, f.Column})
			assert.False(t, s.Next(), "after an error there is nothing")
		})
	}
	seen := map[string]bool{"JSON-008": true} // TestRead
	for _, test := range tests {
		seen[test.code] = true
	}
	assert.Len(t, seen, len(Rules()))
}

func TestRead(t *testing.T) {
	s, err := Read(strings.NewReader(`"1234"`), 6, 1)
	require.NoError(t, err)
	assert.True(t, s.Next())
	_, err = Read(strings.NewReader(`"12345"`), 6, 1)
	var invalid *finding.InvalidError
	require.ErrorAs(t, err, &invalid)
	assert.True(t, invalid.Has("JSON-008"))
	s, err = Read(strings.NewReader(`"1234"`), math.MaxInt64, 1)
	require.NoError(t, err)
	assert.True(t, s.Next())
	broken := errors.New("broken")
	_, err = Read(iotest.ErrReader(broken), 6, 1)
	assert.ErrorIs(t, err, broken)
}

func TestPlacesAndSkip(t *testing.T) {
	s := New([]byte("{\n \"a\": {\"x\": [1, {\"y\": 2}]},\n \"ä\": \"\\u00fc\\ud83d\\ude00\\/\",\n \"c\": [true, null, -1.5e3]}"), 8)
	var got []string
	for s.Next() {
		line, column := s.Pos()
		got = append(got, fmt.Sprintf("%d:%d %d %s", line, column, s.Kind(), s.Text()))
		if s.Kind() == ObjectStart && len(got) > 1 {
			require.True(t, s.Skip())
		}
	}
	require.NoError(t, s.Err())
	assert.Equal(t, []string{"1:1 1 ", "2:2 5 a", "2:7 1 ", "3:2 5 ä", "3:8 6 ü😀/",
		"4:2 5 c", "4:7 3 ", "4:8 8 true", "4:14 9 null", "4:20 7 -1.5e3", "4:26 4 ", "4:27 2 "}, got)
	assert.True(t, New([]byte("1"), 1).Skip(), "nothing to skip")
	open := New([]byte("[[1"), 8)
	require.True(t, open.Next())
	assert.False(t, open.Skip())
}

// FuzzScanner compares with encoding/json: what is accepted here is accepted
// there and means the same; what is refused here for its syntax is refused there.
func FuzzScanner(f *testing.F) {
	for _, seed := range []string{`{"a":[1,-0.5e-3,"x\n\u00e4",true,null,{}]}`, `[]`, `"\ud83d\ude00"`, `{"a":1,"a":2}`, `01`, "\"\x7f\"", `[[[[`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		s := New(b, 100)
		var out bytes.Buffer
		for s.Next() {
			write(&out, s)
		}
		if s.Err() == nil {
			require.True(t, json.Valid(b))
			var want, got any
			require.NoError(t, decode(b, &want))
			require.NoError(t, decode(out.Bytes(), &got))
			require.Equal(t, want, got)
			return
		}
		var invalid *finding.InvalidError
		require.ErrorAs(t, s.Err(), &invalid)
		if invalid.Has("JSON-001") || invalid.Has("JSON-005") || invalid.Has("JSON-006") {
			require.False(t, json.Valid(b))
		}
	})
}

func decode(b []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	return d.Decode(v)
}

// write writes the token so that all tokens together are JSON again.
func write(b *bytes.Buffer, s *Scanner) {
	last := byte(0)
	if b.Len() > 0 {
		last = b.Bytes()[b.Len()-1]
	}
	if k := s.Kind(); k != ObjectEnd && k != ArrayEnd && last != 0 && last != '{' && last != '[' && last != ':' {
		b.WriteByte(',')
	}
	switch s.Kind() {
	case ObjectStart:
		b.WriteByte('{')
	case ObjectEnd:
		b.WriteByte('}')
	case ArrayStart:
		b.WriteByte('[')
	case ArrayEnd:
		b.WriteByte(']')
	case Key, String:
		text, _ := json.Marshal(string(s.Text()))
		b.Write(text)
		if s.Kind() == Key {
			b.WriteByte(':')
		}
	case Number, Bool:
		b.Write(s.Text())
	case Null:
		b.WriteString("null")
	}
}
