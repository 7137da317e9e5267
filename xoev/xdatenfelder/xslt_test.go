package xdatenfelder

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/internal/testenv"
	"github.com/bausteine/egov/xoev/codelist"
)

// saxon is where Debian puts Saxon-HE (package libsaxonhe-java).
const saxon = "/usr/share/java/Saxon-HE.jar"

// stylesheets of the FIM converters (https://github.com/vs5000/FIM-XSLT).
var stylesheets = map[Version]string{XDF3: "XDF2_2_XDF3_0_14_xdf2.xsl", XDF2: "XDF3_2_XDF2_0_04_xdf3.xsl"}

// TestConvertAsFIM converts with the stylesheets of FIM, and compares: both must
// give the same message. The stylesheets are looked for beside the readme files
// in the reference data, or where EGOV_FIM_XSLT says.
func TestConvertAsFIM(t *testing.T) {
	dir := os.Getenv("EGOV_FIM_XSLT")
	if dir == "" {
		dir = filepath.Join(testenv.Data(t, "xoev/xdatenfelder"), "fim-xslt/XSLTs")
	}
	for _, name := range stylesheets {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			t.Skip("the stylesheets of FIM-XSLT are not in the reference data")
		}
	}
	java := testenv.Tool(t, "java")
	if _, err := os.Stat(saxon); err != nil {
		testenv.Missing(t, "Saxon-HE is not installed (Debian package libsaxonhe-java)")
	}
	samples := filepath.Join(testenv.Data(t, "xoev/xdatenfelder"))
	files := []string{filepath.Join(samples, gewerbe), filepath.Join(samples, bewohner), filepath.Join(samples, blau)}
	for _, name := range []string{"xdf2-0101", "xdf2-0102", "xdf3-0101", "xdf3-0102", "xdf3-0103"} {
		files = append(files, filepath.Join("testdata/valid", name+".xml"))
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			n := readFile(t, file, nil)
			to := other(n.Version)
			path, err := filepath.Abs(file)
			require.NoError(t, err)
			var stderr bytes.Buffer
			cmd := exec.Command(java, "-cp", saxon, "net.sf.saxon.Transform", "-s:"+path, "-xsl:"+filepath.Join(dir, stylesheets[to]),
				"DateiOutput=0", "PruefeCodelistenErreichbarkeit=0", "OriginalwerteDoku=0", "CodelistendateienErzeugen=0", "DebugMode=0")
			cmd.Stderr = &stderr
			out, err := cmd.Output()
			require.NoError(t, err, stderr.String())
			theirs, err := Read(bytes.NewReader(out), &Options{AllowAnyCharacter: true})
			require.NoError(t, err)
			ours, _, err := Convert(n, to, &ConvertOptions{SkipOriginals: true, Liste: beside(path)})
			require.NoError(t, err)
			theirs.Findings = nil
			for _, m := range []*Nachricht{theirs, ours} {
				alike(reflect.ValueOf(m), to, map[uintptr]bool{})
			}
			placeholders(theirs, ours)
			assert.Equal(t, theirs, ours)
		})
	}
}

// beside finds code lists beside a schema, of those that FIM calls its own.
func beside(path string) func(CodelisteReferenz) *codelist.List {
	return func(r CodelisteReferenz) *codelist.List {
		if !strings.HasPrefix(r.CanonicalIdentification, "urn:") {
			return nil // the stylesheet asks the network whether anyone knows it
		}
		f, err := os.Open(filepath.Join(filepath.Dir(path), r.Identifikation.ID+"_genericode.xml"))
		if err != nil {
			return nil
		}
		defer f.Close()
		l, err := codelist.Read(f, &codelist.ReadOptions{AllowFIM: true})
		if err != nil {
			return nil
		}
		return l
	}
}

// alike takes away what is known to be written otherwise: characters that the
// stylesheet replaces everywhere, white space at the ends, the empty script, ids
// that are not of FIM (from which the stylesheet cuts, or into which it puts,
// three characters all the same), and the JSON of limits, which it does not
// decode: patterns keep double backslashes, numbers without quotes are lost.
func alike(v reflect.Value, to Version, seen map[uintptr]bool) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() && !seen[v.Pointer()] {
			seen[v.Pointer()] = true
			alike(v.Elem(), to, seen)
		}
	case reflect.Slice:
		for i := range v.Len() {
			alike(v.Index(i), to, seen)
		}
	case reflect.Struct:
		if p, ok := v.Addr().Interface().(*Praezisierung); ok {
			p.Text, p.MaxLength = "", 0
			p.Pattern = strings.ReplaceAll(p.Pattern, `\\`, `\`)
		}
		if id, ok := v.Addr().Interface().(*Identifikation); ok && (len(id.ID) != 9 && len(id.ID) != 12 || !isDigits(id.ID[1:])) {
			id.ID = ""
		}
		if r, ok := v.Addr().Interface().(*Regel); ok && isStub(r.Skript) {
			r.Skript = ""
		}
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				alike(v.Field(i), to, seen)
			}
		}
	case reflect.String:
		s := v.String()
		if to == XDF3 {
			s = characters.Replace(s)
		}
		v.SetString(strings.TrimSpace(s))
	}
}

// placeholders: where a list is not found, the stylesheet puts a value that says
// so in place of the reference; here the reference stays.
func placeholders(theirs, ours *Nachricht) {
	for i, d := range theirs.Datenfelder {
		if len(d.Werte) == 1 && d.Werte[0].Code == "xxx" && i < len(ours.Datenfelder) {
			d.Werte, ours.Datenfelder[i].CodelisteReferenz = nil, nil
		}
	}
}
