package signature_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/internal/testenv"
	"github.com/bausteine/egov/xoev/signature"
	"github.com/bausteine/egov/xoev/signature/internal/randxml"
	"github.com/bausteine/egov/xoev/xmlscan"
)

// canonicalJob is a canonical form that a peer is to agree with.
type canonicalJob struct {
	file, doc, method, id string
	prefixes              []string
}

func (j canonicalJob) ours(t *testing.T) (form, digest string) {
	t.Helper()
	var out bytes.Buffer
	o := &signature.CanonicalOptions{ID: j.id, PrefixList: j.prefixes}
	require.NoError(t, signature.Canonicalize(&out, strings.NewReader(j.doc), j.method, o))
	sum := sha256.Sum256(out.Bytes())
	return out.String(), base64.StdEncoding.EncodeToString(sum[:])
}

// canonicalJobs asks for every method over generated documents and up to four
// elements of each.
func canonicalJobs(t *testing.T, dir string, n int) (jobs []canonicalJob) {
	t.Helper()
	for seed := range n {
		doc := string(randxml.Generate(rand.New(rand.NewPCG(uint64(seed), 9))))
		file := fmt.Sprintf("doc%d.xml", seed)
		write(t, dir, file, []byte(doc))
		ids := []string{""}
		s := xmlscan.NewBytes([]byte(doc), nil)
		for s.Next() {
			if id, ok := s.Attr("http://www.w3.org/XML/1998/namespace", "id"); s.Kind() == xmlscan.StartElement && ok && len(ids) < 5 {
				ids = append(ids, string(id))
			}
		}
		require.NoError(t, s.Err())
		for _, id := range ids {
			for _, m := range methods {
				jobs = append(jobs, canonicalJob{file: file, doc: doc, method: m.uri, id: id})
				if strings.HasPrefix(m.uri, signature.ExclusiveC14N) {
					jobs = append(jobs, canonicalJob{file: file, doc: doc, method: m.uri, id: id, prefixes: []string{"p", "äö", "none"}},
						canonicalJob{file: file, doc: doc, method: m.uri, id: id, prefixes: []string{"#default", "q"}})
				}
			}
		}
	}
	return jobs
}

// TestCanonicalJDK compares whole documents and elements in all six methods
// with the JDK.
func TestCanonicalJDK(t *testing.T) {
	javac, java := testenv.Tool(t, "javac"), testenv.Tool(t, "java")
	source, err := filepath.Abs(filepath.Join("testdata", "jdk", "Canonical.java"))
	require.NoError(t, err)
	dir := t.TempDir()
	exports := []string{
		"--add-exports", "java.xml.crypto/com.sun.org.apache.xml.internal.security=ALL-UNNAMED",
		"--add-exports", "java.xml.crypto/com.sun.org.apache.xml.internal.security.c14n=ALL-UNNAMED",
	}
	run(t, dir, javac, append(exports, "-d", dir, source)...)
	jobs := slices.DeleteFunc(canonicalJobs(t, dir, 60), func(j canonicalJob) bool {
		// Two mistakes of JDK 17, in which xmlsec1 sides with us: it forgets what
		// stands behind a root element without content, and of an xml: attribute
		// that several ancestors have it takes the outermost.
		return j.id == "" && emptyRoot(j.doc) || j.id != "" && !strings.HasPrefix(j.method, signature.ExclusiveC14N) && inheritsTwice(j.doc, j.id)
	})
	var in strings.Builder
	for _, j := range jobs {
		fmt.Fprintf(&in, "%s\t%s\t%s\t%s\n", j.file, j.method, j.id, strings.Join(j.prefixes, " "))
	}
	cmd := exec.Command(java, append(exports, "-Dfile.encoding=UTF-8", "-cp", dir, "Canonical")...)
	cmd.Dir, cmd.Stdin = dir, strings.NewReader(in.String())
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	require.NoError(t, err, stderr.String())
	forms := strings.Fields(string(out))
	require.Len(t, forms, len(jobs))
	elements := 0
	for i, j := range jobs {
		ours, _ := j.ours(t)
		theirs, err := base64.StdEncoding.DecodeString(forms[i])
		require.NoError(t, err)
		if string(theirs) != ours {
			t.Errorf("%s, ID %q, prefixes %q\njdk:  %.300s\nours: %.300s", j.method, j.id, j.prefixes, theirs, ours)
		}
		if j.id != "" {
			elements++
		}
	}
	require.Greater(t, elements, 300)
	t.Logf("%d canonical forms are equal, %d of them of elements", len(jobs), elements)
}

func emptyRoot(doc string) bool {
	s := xmlscan.NewBytes([]byte(doc), nil)
	for s.Next() && s.Depth() == 0 {
	}
	return s.Next() && s.Kind() == xmlscan.EndElement
}

// inheritsTwice reports whether two ancestors of the element have an xml:
// attribute of the same name.
func inheritsTwice(doc, id string) bool {
	open := map[int][]string{} // by depth
	s := xmlscan.NewBytes([]byte(doc), nil)
	for s.Next() {
		if s.Kind() != xmlscan.StartElement {
			continue
		}
		var above, own []string
		for depth := range s.Depth() {
			above = append(above, open[depth]...)
		}
		for _, a := range s.Attrs() {
			if a.Prefix != "xml" {
				continue
			}
			if own = append(own, a.Local); a.Local == "id" && string(a.Value) == id {
				slices.Sort(above)
				return len(slices.Compact(slices.Clone(above))) < len(above)
			}
		}
		open[s.Depth()] = own
	}
	return false
}

var digestValue = regexp.MustCompile(`<DigestValue>([^<]*)</DigestValue>`)

// TestCanonicalXmlsec1 lets xmlsec1 sign references to the elements of generated
// documents with all six methods, and compares the digests.
func TestCanonicalXmlsec1(t *testing.T) {
	xmlsec1 := testenv.Tool(t, "xmlsec1")
	p := signPair()
	key, cert := p.files(t)
	dir := t.TempDir()
	byFile := map[string][]canonicalJob{}
	for _, j := range canonicalJobs(t, dir, 40) {
		if j.id != "" && !strings.HasSuffix(j.method, "WithComments") { // #id has no comments
			byFile[j.file] = append(byFile[j.file], j)
		}
	}
	compared := 0
	for file, jobs := range byFile {
		var refs strings.Builder
		for _, j := range jobs {
			list := ""
			if len(j.prefixes) > 0 {
				list = `<InclusiveNamespaces xmlns="http://www.w3.org/2001/10/xml-exc-c14n#" PrefixList="` + strings.Join(j.prefixes, " ") + `"/>`
			}
			refs.WriteString(`<Reference URI="#` + j.id + `"><Transforms><Transform Algorithm="` + j.method + `">` + list +
				`</Transform></Transforms>` + algDigest + `<DigestValue/></Reference>`)
		}
		// The document becomes the first child of a new root, without what stands outside its own.
		doc := []byte(jobs[0].doc)
		s := xmlscan.NewBytes(doc, nil)
		from, to := int64(-1), int64(0)
		for s.Next() {
			if s.Depth() == 1 && s.Kind() == xmlscan.StartElement {
				from = s.Pos().Offset
			}
			if s.Depth() == 1 {
				to = s.End()
			}
		}
		signed := `<umschlag>` + string(doc[from:to]) + `<Signature ` + dsNS + `><SignedInfo>` + algC14N + algMethod + refs.String() +
			`</SignedInfo><SignatureValue/></Signature></umschlag>`
		write(t, dir, "in.xml", []byte(signed))
		run(t, dir, xmlsec1, "--sign", "--privkey-pem", key+","+cert, "--output", "out.xml", "in.xml")
		out, err := os.ReadFile(filepath.Join(dir, "out.xml"))
		require.NoError(t, err)
		digests := digestValue.FindAllStringSubmatch(string(out), -1)
		require.Len(t, digests, len(jobs), file)
		for i, j := range jobs {
			form, digest := j.ours(t)
			require.Equal(t, digests[i][1], digest, "%s, ID %q, prefixes %q of\n%s\nours:\n%s", j.method, j.id, j.prefixes, j.doc, form)
			compared++
		}
	}
	require.Greater(t, compared, 200)
	t.Logf("%d canonical forms of elements are equal", compared)
}
