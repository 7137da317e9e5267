package xmlscan

import (
	"bytes"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/internal/testenv"
)

// canonical writes inclusive C14N 1.0 with comments, from the tokens alone, as
// a check of what they say. It is as simple as it can be.
func canonical(t *testing.T, s *Scanner) string {
	text := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "\r", "&#xD;")
	value := strings.NewReplacer("&", "&amp;", "<", "&lt;", `"`, "&quot;", "\t", "&#x9;", "\n", "&#xA;", "\r", "&#xD;")
	written := func(n Name) string { return strings.TrimPrefix(n.Prefix+":"+n.Local, ":") }
	var b strings.Builder
	shown := []map[string]string{{}}
	before := true // the root element
	outside := func(token string) {
		switch {
		case s.Depth() > 0:
			b.WriteString(token)
		case before:
			b.WriteString(token + "\n")
		default:
			b.WriteString("\n" + token)
		}
	}
	for s.Next() {
		switch s.Kind() {
		case StartElement:
			before = false
			b.WriteString("<" + written(s.Name()))
			outer, inner := shown[len(shown)-1], map[string]string{}
			for prefix, uri := range outer {
				inner[prefix] = uri
			}
			decls := slices.Clone(s.Namespaces())
			slices.SortFunc(decls, func(x, y NSDecl) int { return strings.Compare(x.Prefix, y.Prefix) })
			for _, d := range decls {
				if inner[d.Prefix] != d.URI && d.Prefix != "xml" {
					inner[d.Prefix] = d.URI
					b.WriteString(" " + strings.TrimSuffix("xmlns:"+d.Prefix, ":") + `="` + value.Replace(d.URI) + `"`)
				}
			}
			shown = append(shown, inner)
			attrs := slices.Clone(s.Attrs())
			slices.SortFunc(attrs, func(x, y Attr) int {
				return strings.Compare(x.Space+"\x00"+x.Local, y.Space+"\x00"+y.Local)
			})
			for _, a := range attrs {
				b.WriteString(" " + written(a.Name) + `="` + value.Replace(string(a.Value)) + `"`)
			}
			b.WriteString(">")
		case EndElement:
			shown = shown[:len(shown)-1]
			b.WriteString("</" + written(s.Name()) + ">")
		case Text:
			b.WriteString(text.Replace(string(s.Text())))
		case Comment:
			outside("<!--" + string(s.Text()) + "-->")
		case ProcInst:
			outside("<?" + strings.TrimSuffix(s.Name().Local+" "+string(s.Text()), " ") + "?>")
		}
	}
	require.NoError(t, s.Err())
	return b.String()
}

// TestTokensSayWhatLibxml2Reads compares canonical forms, and with them names,
// namespaces, attribute values, line ends, references and sections.
func TestTokensSayWhatLibxml2Reads(t *testing.T) {
	tool := testenv.Tool(t, "xmllint")
	random := rand.New(rand.NewPCG(7, 7))
	var b strings.Builder
	b.WriteString("\ufeff<?xml version='1.0'?>\r\n<!-- 1\r2 --><?p?>\r\n<wurzel>")
	elements := 0
	for elements < 2000 {
		element := grow(random, 4, []string{"xml"})
		if _, err := dump(NewBytes([]byte(element), nil), false); err == nil {
			b.WriteString(element + "\r\n")
			elements++
		}
	}
	b.WriteString("</wurzel><?p  q?>\r\n<!--3-->\r\n")
	path := filepath.Join(t.TempDir(), "doc.xml")
	require.NoError(t, os.WriteFile(path, []byte(b.String()), 0o600))
	cmd := exec.Command(tool, "--huge", "--nonet", "--c14n", path)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	want, err := cmd.Output()
	require.NoError(t, err, stderr.String())
	got := canonical(t, NewBytes([]byte(b.String()), generous))
	wantLines, gotLines := strings.Split(string(want), "\n"), strings.Split(got, "\n")
	for i := range min(len(wantLines), len(gotLines)) {
		require.Equal(t, wantLines[i], gotLines[i], "line %d", i+1)
	}
	require.Equal(t, len(wantLines), len(gotLines))
}
