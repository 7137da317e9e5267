package xdatenfelder

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/internal/testenv"
	"github.com/bausteine/egov/xoev/finding"
)

// oracle writes a schema that includes the published one and, as its wildcard
// for code lists demands, imports that of genericode.
func oracle(t *testing.T, v Version) string {
	dir := testenv.Data(t, "xoev/xdatenfelder/xsd-glykon/xdatenfelder")
	path := filepath.Join(t.TempDir(), "oracle.xsd")
	ns := NS2
	if v == XDF3 {
		ns = NS3
	}
	abs := func(p string) string {
		p, err := filepath.Abs(filepath.Join(dir, p))
		require.NoError(t, err)
		return p
	}
	schema := fmt.Sprintf(`<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="%s">
<xs:include schemaLocation="%s"/>
<xs:import namespace="http://docs.oasis-open.org/codelist/ns/genericode/1.0/" schemaLocation="%s"/>
</xs:schema>`, ns, abs(v.String()+"/xdatenfelder.xsd"), abs("../../../genericode/genericode.xsd"))
	require.NoError(t, os.WriteFile(path, []byte(schema), 0o600))
	return path
}

var verdictLine = regexp.MustCompile(`(?m)^(.*) (validates|fails to validate)$`)

// xmllint judges documents with one run of the tool.
func xmllint(t *testing.T, v Version, docs [][]byte) []bool {
	tool, dir := testenv.Tool(t, "xmllint"), t.TempDir()
	args := []string{"--noout", "--nonet", "--schema", oracle(t, v)}
	for i, d := range docs {
		name := filepath.Join(dir, fmt.Sprintf("%05d.xml", i))
		require.NoError(t, os.WriteFile(name, d, 0o600))
		args = append(args, name)
	}
	out, err := exec.Command(tool, args...).CombinedOutput()
	var exit *exec.ExitError
	if err != nil {
		require.ErrorAs(t, err, &exit)
	}
	result := make([]bool, len(docs))
	n := 0
	for _, m := range verdictLine.FindAllSubmatch(out, -1) {
		var i int
		_, err := fmt.Sscanf(filepath.Base(string(m[1])), "%05d.xml", &i)
		require.NoError(t, err)
		result[i] = string(m[2]) == "validates"
		n++
	}
	require.Equal(t, len(docs), n, "xmllint judged other documents: %.500s", out)
	return result
}

// ours judges with this package; findings are those of a refusal.
func ours(t *testing.T, doc []byte) []finding.Finding {
	n, err := Read(bytes.NewReader(doc), nil)
	if err == nil {
		require.NotNil(t, n)
		return nil
	}
	var invalid *finding.InvalidError
	require.True(t, errors.As(err, &invalid), err)
	return invalid.Findings
}

// onlyHere are the codes with which this package refuses what a schema cannot.
func onlyHere(findings []finding.Finding) bool {
	for _, f := range findings {
		switch f.Code[len(f.Code)-3:] {
		case "030", "031", "032", "040":
		default:
			return false
		}
	}
	return len(findings) > 0
}

func compare(t *testing.T, v Version, names []string, docs [][]byte) (accepted, refused, only int) {
	for i, valid := range xmllint(t, v, docs) {
		findings := ours(t, docs[i])
		switch {
		case valid && onlyHere(findings):
			only++
		case valid != (findings == nil):
			t.Errorf("%s: xmllint accepts: %v; here: %v", names[i], valid, findings)
		case valid:
			accepted++
		default:
			refused++
		}
	}
	return accepted, refused, only
}

// TestXMLLintSamples: the same verdict as xmllint about all samples, and about
// all documents and vectors of these tests.
func TestXMLLintSamples(t *testing.T) {
	dir := testenv.Data(t, "xoev/xdatenfelder")
	var names [2][]string
	var docs [2][][]byte
	add := func(name string, doc []byte) {
		i := 0
		if bytes.Contains(doc, []byte("xdatenfelder_3")) {
			i = 1
		}
		names[i], docs[i] = append(names[i], name), append(docs[i], doc)
	}
	for _, pattern := range []string{"flxbe/tests/*/*.xml", "flxbe-xmlstruct/*.xml", "ozg-xdf2-samples/Bl*.xml", "xsd-glykon/examples/2.0/*/S*.xml"} {
		files, err := filepath.Glob(filepath.Join(dir, pattern))
		require.NoError(t, err)
		require.NotEmpty(t, files)
		for _, f := range files {
			b, err := os.ReadFile(f)
			require.NoError(t, err)
			add(f, b)
		}
	}
	for _, f := range []string{"xdf2-0101", "xdf2-0102", "xdf2-0103", "xdf2-0104", "xdf2-0105", "xdf3-0101", "xdf3-0102", "xdf3-0103", "xdf3-0104", "xdf3-0105"} {
		add(f, []byte(valid(t, f)))
	}
	for _, v := range append(append([]vector{}, vectors...), qualityVectors...) {
		add(v.codes[0], []byte(change(t, valid(t, v.base), v)))
	}
	a2, r2, o2 := compare(t, XDF2, names[0], docs[0])
	a3, r3, o3 := compare(t, XDF3, names[1], docs[1])
	t.Logf("accepted %d, refused %d, refused here only %d", a2+a3, r2+r3, o2+o3)
	assert.Equal(t, len(docs[0])+len(docs[1]), a2+a3+r2+r3+o2+o3)
	assert.Equal(t, 8, o2+o3, "an element that differs, an empty id, a number that is too big")
}

// span is an element with its bytes.
type span struct{ start, end int }

var tag = regexp.MustCompile(`<!--[\s\S]*?-->|<\?[\s\S]*?\?>|</?[^<>]*?/?>`)

// elements returns every element of a document and, for each, its next sibling.
func elements(doc []byte) (all []span, next []int) {
	var open []int
	last := map[int]int{-1: -1} // by parent: the latest child
	for _, m := range tag.FindAllIndex(doc, -1) {
		text := string(doc[m[0]:m[1]])
		switch {
		case strings.HasPrefix(text, "<!") || strings.HasPrefix(text, "<?"):
			continue
		case strings.HasPrefix(text, "</"):
			all[open[len(open)-1]].end = m[1]
			open = open[:len(open)-1]
			continue
		}
		parent := -1
		if len(open) > 0 {
			parent = open[len(open)-1]
		}
		i := len(all)
		all, next = append(all, span{m[0], m[1]}), append(next, -1)
		if before, ok := last[parent]; ok && before >= 0 {
			next[before] = i
		}
		last[parent] = i
		if !strings.HasSuffix(text, "/>") {
			open = append(open, i)
		}
	}
	return all, next
}

// TestXMLLintMutations removes, doubles, renames and swaps elements of a real
// schema and of a fictional one, and compares the verdicts with xmllint's.
func TestXMLLintMutations(t *testing.T) {
	real, err := os.ReadFile(filepath.Join(testenv.Data(t, "xoev/xdatenfelder"), bewohner))
	require.NoError(t, err)
	for _, test := range []struct {
		name    string
		version Version
		doc     []byte
		step    int
	}{
		{"Bewohnerparken", XDF2, real, 5},
		{"fictional", XDF3, []byte(valid(t, xdf3)), 2},
	} {
		t.Run(test.name, func(t *testing.T) {
			var names []string
			var docs [][]byte
			all, next := elements(test.doc)
			add := func(kind string, s span, parts ...[]byte) {
				names = append(names, fmt.Sprintf("%s %.60s", kind, test.doc[s.start:s.end]))
				docs = append(docs, bytes.Join(parts, nil))
			}
			for i := 1; i < len(all); i++ {
				if i%test.step != 0 && i > 60 {
					continue
				}
				s, d := all[i], test.doc
				el := d[s.start:s.end]
				add("removed", s, d[:s.start], d[s.end:])
				add("doubled", s, d[:s.end], el, d[s.end:])
				if n := next[i]; n > 0 {
					add("swapped", s, d[:s.start], d[all[n].start:all[n].end], d[s.end:all[n].start], el, d[all[n].end:])
				}
			}
			accepted, refused, only := compare(t, test.version, names, docs)
			t.Logf("%d mutations: accepted %d, refused %d, refused here only %d", len(docs), accepted, refused, only)
			assert.Greater(t, len(docs), 500)
			assert.Positive(t, accepted)
			assert.Positive(t, refused)
		})
	}
}
