package xmlscan

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestIsPlain(t *testing.T) {
	for _, tt := range []struct {
		doc  string
		want []bool // of the tokens inside <r>
	}{
		{`<a/>`, []bool{false, false}},
		{`<a></a>`, []bool{true, true}},
		{`<a ></a >`, []bool{false, false}},
		{"<a></a\n>", []bool{true, false}},
		{`<a b="c" d="'e > f'"></a>`, []bool{true, true}},
		{`<a d="" b="ä  "></a>`, []bool{true, true}},
		{`<a b='c'></a>`, []bool{false, true}},
		{`<a  b="c"></a>`, []bool{false, true}},
		{"<a\tb=\"c\"></a>", []bool{false, true}},
		{`<a b="c" ></a>`, []bool{false, true}},
		{`<a b ="c"></a>`, []bool{false, true}},
		{`<a b= "c"></a>`, []bool{false, true}},
		{"<a b=\"c\n\"></a>", []bool{false, true}},
		{"<a b=\"c\td\"></a>", []bool{false, true}},
		{`<a b="&lt;"></a>`, []bool{false, true}},
		{`<a b="&#32;" c="d"></a>`, []bool{false, true}},
		{`<a c="d" xmlns:p="urn:p"></a>`, []bool{false, true}},
		{`text > ]] ä`, []bool{true}},
		{"a\rb", []bool{true, false, true}},
		{"a\r\nb", []bool{true, false}},
		{"a&#65;b&lt;", []bool{true, false, true, false}},
		{"<![CDATA[x]]>", []bool{false}},
		{"<!--x--><?x?>", []bool{false, false}},
	} {
		s := NewBytes([]byte("<r>"+tt.doc+"</r>"), nil)
		require.False(t, s.IsPlain())
		step(t, s, 1)
		for i, want := range tt.want {
			require.True(t, s.Next())
			require.Equal(t, want, s.IsPlain(), "%s, token %d", tt.doc, i)
		}
		s = NewBytes([]byte("<r><q>"+tt.doc+"</q><q>"+tt.doc+"</q></r>"), nil)
		step(t, s, 4+len(tt.want))
		require.Equal(t, "q", s.Name().Local)
		for i, want := range tt.want {
			require.True(t, s.Next())
			require.Equal(t, want, s.IsPlain(), "%s again, token %d", tt.doc, i)
		}
	}
}
