package pattern

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/internal/testenv"
)

// TestEveryPatternOnEveryValue compares with libxml2: each pattern accepts the
// values that it does as a pattern of XML Schema, and no others.
func TestEveryPatternOnEveryValue(t *testing.T) {
	xmllint := testenv.Tool(t, "xmllint")
	patterns := []string{`[0-9]{5}`, `([0]{1}[1-9]{1}|[1-9]{1}[0-9]{1})[0-9]{3}`, `\d{2}\.\d`, `[\d\-]+`, `[\p{L}0-9. ]*`, `(a|b)c?`, `a.b`, `[^\s,]+`,
		`\+49 \(0\)`, `[A-ZÄÖÜ]{1,3}-[A-Z]{1,2}`, `a|bc`, `\w+`, `\S+`, `[a\-z]+`, `[a-z]+`, `\p{Lu}\p{Ll}*`, `(ab){2,3}`, `[.]`, `a\|b`, `\D`, `[^a]`, `x*`,
		`\W`, `[\D\-]`, `[^\W0]+`, `[\W0]`, `[\w-[a-z]]+`, `(\S|\s)+`, `[^\S]`, `[0-9-[3-7]]+`, `\P{L}`, `a^b|[$]`, `(|a)b?`}
	values := []string{"", "0", "01067", "00999", "12.3", "12x3", "1-2", "Ä", "Äß 1.", "a", "b", "ac", "abc", "a-b", "azb", "a b", "a,b", "+49 (0)", "MU-ST",
		"ÄÖÜ-X", "bc", "a_b", "Hans", "hans", "abab", "ababab", "ababababab", ".", "-", "z", "m", "a|b", "xxx", "٣", "€", "_", "a^b", "$"}
	var schema, doc bytes.Buffer
	schema.WriteString(`<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="doc"><xs:complexType><xs:choice maxOccurs="unbounded">`)
	doc.WriteString("<doc>")
	for i, p := range patterns {
		var quoted bytes.Buffer
		require.NoError(t, xml.EscapeText(&quoted, []byte(p)))
		fmt.Fprintf(&schema, `<xs:element name="p%d"><xs:simpleType><xs:restriction base="xs:string"><xs:pattern value="%s"/></xs:restriction></xs:simpleType></xs:element>`, i, quoted.String())
		for _, v := range values {
			fmt.Fprintf(&doc, "\n<p%d>%s</p%d>", i, v, i)
		}
	}
	schema.WriteString(`</xs:choice></xs:complexType></xs:element></xs:schema>`)
	doc.WriteString("</doc>")
	folder := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(folder, "s.xsd"), schema.Bytes(), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "d.xml"), doc.Bytes(), 0o600))
	out, _ := exec.Command(xmllint, "--noout", "--schema", filepath.Join(folder, "s.xsd"), filepath.Join(folder, "d.xml")).CombinedOutput()
	refused := map[int]bool{}
	for _, m := range regexp.MustCompile(`d\.xml:(\d+):`).FindAllStringSubmatch(string(out), -1) {
		line, err := strconv.Atoi(m[1])
		require.NoError(t, err)
		refused[line] = true
	}
	require.Contains(t, string(out), "fails to validate")
	n := 0
	for i, s := range patterns {
		p, err := Parse(s)
		require.NoError(t, err, s)
		require.False(t, p.Mended, s)
		re := regexp.MustCompile(`^(?:` + p.RE2 + `)$`)
		for j, v := range values {
			n++
			assert.Equal(t, !refused[2+i*len(values)+j], re.MatchString(v), "%s %q", s, v)
		}
	}
	assert.Equal(t, len(patterns)*len(values), n)
	assert.Equal(t, 1254, n)
}
