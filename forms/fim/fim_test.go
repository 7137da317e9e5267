package fim_test

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/forms"
	"github.com/bausteine/egov/forms/fim"
	"github.com/bausteine/egov/internal/testenv"
	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/xmlscan"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func content(string, forms.File) ([]byte, error) { return pdf, nil }

var header = fim.Header{
	ID: "7d0ff3f7-0001-4000-8000-000000000001", Reference: "MST-2026-0001",
	Created: time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC),
}

func encode(t testing.TB, form *forms.Form, a forms.Answers) []byte {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, fim.Encode(&b, form, a, &fim.EncodeOptions{Header: header, Content: content}))
	return b.Bytes()
}

func TestGolden(t *testing.T) {
	form := parkausweis(t)
	require.Empty(t, form.Validate(fullAnswers()))
	got := encode(t, form, fullAnswers())
	assert.Equal(t, got, encode(t, form, fullAnswers()), "the bytes are stable")
	golden := filepath.Join("testdata", "bewohnerparkausweis.xml")
	if *update {
		require.NoError(t, os.WriteFile(golden, got, 0o644))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	assert.Equal(t, string(want), string(got))
}

// The elements that the form writes exist in the published schema, with the
// same version and in the same place and order.
func TestFormAgreesWithTheSchema(t *testing.T) {
	form := parkausweis(t)
	positions := map[string]int{}
	for i, path := range schemaPaths(t) {
		positions[path] = i
	}
	require.Greater(t, len(positions), 35)
	checked, last := 0, -1
	for _, field := range form.Fields() {
		path := strings.Join(field.FIMPath(), "/")
		require.NotEmpty(t, path, field.Path)
		at, ok := positions[path]
		require.True(t, ok, "%s is not in the schema", path)
		assert.Greater(t, at, last, "%s is out of order", path)
		last = at
		checked++
	}
	assert.Equal(t, 32, checked)
}

// schemaPaths lists the elements of the schema as "G…V1.0/F…V1.0" in order.
func schemaPaths(t *testing.T) []string {
	t.Helper()
	const name = "xoev/xdatenfelder/xsd-glykon/examples/2.0/bewohnerparken/S05000058V1.0_xdf2.xml"
	file, err := os.Open(testenv.Data(t, name))
	require.NoError(t, err)
	defer file.Close()
	s := xmlscan.New(file, nil)
	var paths, open, elements []string // open: XML elements; elements: groups and fields
	for s.Next() {
		switch s.Kind() {
		case xmlscan.StartElement:
			name := s.Name().Local
			of := ""
			if len(open) >= 2 {
				of = open[len(open)-2] // datenfeld/identifikation/id
			}
			inElement := (of == "datenfeld" || of == "datenfeldgruppe") && open[len(open)-1] == "identifikation"
			if inElement && (name == "id" || name == "version") {
				text, err := s.ElementText(100)
				require.NoError(t, err)
				last := &elements[len(elements)-1]
				if *last += text; name == "id" {
					*last += "V"
				} else {
					paths = append(paths, strings.Join(elements, "/"))
				}
				continue
			}
			open = append(open, name)
			if name == "datenfeld" || name == "datenfeldgruppe" {
				elements = append(elements, "")
			}
		case xmlscan.EndElement:
			if name := open[len(open)-1]; name == "datenfeld" || name == "datenfeldgruppe" {
				elements = elements[:len(elements)-1]
			}
			open = open[:len(open)-1]
		}
	}
	require.NoError(t, s.Err())
	return paths
}

// libxml2 reads what we write without a word.
func TestXMLLintReadsIt(t *testing.T) {
	xmllint := testenv.Tool(t, "xmllint")
	name := filepath.Join(t.TempDir(), "antrag.xml")
	require.NoError(t, os.WriteFile(name, encode(t, parkausweis(t), fullAnswers()), 0o600))
	out, err := exec.Command(xmllint, "--noout", "--nonet", "--huge", name).CombinedOutput()
	require.NoError(t, err)
	assert.Empty(t, string(out))
}

func TestRoundTrip(t *testing.T) {
	form := parkausweis(t)
	doc, err := fim.Decode(bytes.NewReader(encode(t, form, fullAnswers())), form, nil)
	require.NoError(t, err)
	assert.Equal(t, header, doc.Header)
	assert.True(t, fullAnswers().Equal(doc.Answers))
	require.Len(t, doc.Uploads, 2)
	assert.Equal(t, pdf, doc.Uploads[0].Content)
	assert.Empty(t, form.Validate(doc.Answers))
	assert.Equal(t, encode(t, form, fullAnswers()), encode(t, form, doc.Answers))
}

// Any subset of the answers, with any text that XML can carry, comes back as
// Clean leaves it; empty answers are not sent.
func TestRoundTripProperty(t *testing.T) {
	form := parkausweis(t)
	r := rand.New(rand.NewPCG(1, 2))
	texts := []string{"x", " x ", "a\nb", "\r\n", "\t", "]]>", "<&>\"'", "Ä\u0301", "𝔘", "e\u0301", "\u200b"}
	for range 300 {
		a := forms.Answers{}
		for path, v := range fullAnswers().All() {
			switch field := form.Field(path); {
			case r.IntN(4) == 0:
			case r.IntN(8) == 0:
				a = a.With(path, forms.Text(""))
			case field.Type == forms.TypeText && r.IntN(2) == 0:
				a = a.With(path, forms.Text(texts[r.IntN(len(texts))]))
			default:
				a = a.With(path, v)
			}
		}
		want := form.Clean(a)
		for path, v := range want.All() {
			if v.Empty() {
				want = want.Without(path)
			}
		}
		doc, err := fim.Decode(bytes.NewReader(encode(t, form, a)), form, nil)
		require.NoError(t, err)
		require.True(t, want.Equal(doc.Answers))
	}
}

func TestHiddenAnswersAreNotSent(t *testing.T) {
	form := parkausweis(t)
	out := string(encode(t, form, fullAnswers().With("fahrzeug.halter", forms.Text("01"))))
	assert.NotContains(t, out, "G05000499")
	assert.NotContains(t, out, "max@example.org")
	assert.Contains(t, out, "<F05001047V1.0>01</F05001047V1.0>")
}

func TestNothingAnswered(t *testing.T) {
	form := parkausweis(t)
	var b bytes.Buffer
	require.NoError(t, fim.Encode(&b, form, forms.Answers{}, nil))
	assert.Equal(t, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<S05000058V1.0 xmlns=\""+fim.Namespace+"\"/>\n", b.String())
	doc, err := fim.Decode(&b, form, nil)
	require.NoError(t, err)
	assert.Zero(t, doc.Answers.Len())
}

func TestEncodeErrors(t *testing.T) {
	form := parkausweis(t)
	for _, tt := range []struct {
		name, path string
		value      forms.Value
		content    func(string, forms.File) ([]byte, error)
		code       string
	}{
		{"NUL", "antragsteller.familienname", forms.Text("a\x00b"), content, fim.CodeChars},
		{"no UTF-8", "antragsteller.familienname", forms.Text("a\xff"), content, fim.CodeChars},
		{"noncharacter", "antragsteller.familienname", forms.Text("\uffff"), content, fim.CodeChars},
		{"no date", "antragsteller.geburtsdatum", forms.Text("gestern"), content, forms.CodeDate},
		{"no such day", "antragsteller.geburtsdatum", forms.Text("31.2.2000"), content, forms.CodeDateUnreal},
		{"no number", "parkausweis.bisher.nummer", forms.Text("zwölf"), content, forms.CodeNumber},
		{"unknown option", "parkausweis.dauer", forms.Text("3"), content, forms.CodeChoice},
		{"content missing", "halter.schein", fileOf("a.pdf", pdf), nil, fim.CodeContent},
		{"content unreadable", "halter.schein", fileOf("a.pdf", pdf), func(string, forms.File) ([]byte, error) { return nil, os.ErrNotExist }, fim.CodeContent},
		{"other content", "halter.schein", fileOf("a.pdf", append([]byte("%PDF-1.4\n"), 'x')), content, fim.CodeContent},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := fullAnswers().Without("halter.ueberlassung").With(tt.path, tt.value)
			var b bytes.Buffer
			err := fim.Encode(&b, form, a, &fim.EncodeOptions{Content: tt.content})
			var e *fim.EncodeError
			require.True(t, errors.As(err, &e))
			assert.Equal(t, tt.code, e.Code)
			assert.Equal(t, tt.path, e.Path)
			assert.Zero(t, b.Len(), "nothing is written")
		})
	}
	err := fim.Encode(&bytes.Buffer{}, form, fullAnswers(), &fim.EncodeOptions{Header: fim.Header{ID: "\x01"}, Content: content})
	require.Error(t, err)
}

// vectors break one rule each; passing is a neighbour that breaks none.
var vectors = []struct {
	code, failing, passing string
}{
	{"FIM-001", `<S05000058V1.1 xmlns="N"/>`, `<S05000058V1.0 xmlns="N"/>`},
	{"FIM-002", `<S05000058V1.0 xmlns="urn:anderes"/>`, `<S05000058V1.0 xmlns="N"/>`},
	{"FIM-003", doc(`<G05000477V1.0><F99999999V1.0>x</F99999999V1.0></G05000477V1.0>`), doc(`<G05000477V1.0><F05001062V1.0>x</F05001062V1.0></G05000477V1.0>`)},
	{"FIM-003", doc(`<F05001062V1.0>x</F05001062V1.0>`), doc(`<G05000477V1.0><F05001062V1.0>x</F05001062V1.0></G05000477V1.0>`)},
	{"FIM-004", doc(`<G05000477V1.0><F05001062V1.0>x</F05001062V1.0><F05001062V1.0>y</F05001062V1.0></G05000477V1.0>`), doc(`<G05000477V1.0><F05001062V1.0>x</F05001062V1.0><F05001047V1.0>01</F05001047V1.0></G05000477V1.0>`)},
	{"FIM-004", doc(`<G05000477V1.0/><G05000477V1.0/>`), doc(`<G05000477V1.0/><G05000493V1.0/>`)},
	{"FIM-004", doc(`<F05001344V1.0>01</F05001344V1.0><F05001344V1.0>01</F05001344V1.0>`), doc(`<F05001344V1.0>01</F05001344V1.0>`)},
	{"FIM-005", doc(`<G05000477V1.0>x</G05000477V1.0>`), doc("<G05000477V1.0>\n\t </G05000477V1.0>")},
	{"FIM-006", doc(`<G05000477V1.0><F05001062V1.0><b/></F05001062V1.0></G05000477V1.0>`), doc(`<G05000477V1.0><F05001062V1.0><!-- b --></F05001062V1.0></G05000477V1.0>`)},
	{"FIM-007", doc(`<G05000477V1.0><F05001047V1.0>03</F05001047V1.0></G05000477V1.0>`), doc(`<G05000477V1.0><F05001047V1.0>01</F05001047V1.0></G05000477V1.0>`)},
	{"FIM-007", doc(`<G05000493V1.0><F05001348V1.0>3.4.2026</F05001348V1.0></G05000493V1.0>`), doc(`<G05000493V1.0><F05001348V1.0>2026-04-03</F05001348V1.0></G05000493V1.0>`)},
	{"FIM-007", doc(`<G05000493V1.0><F05001348V1.0/></G05000493V1.0>`), doc(`<G05000493V1.0/>`)},
	{"FIM-007", doc(`<G05000493V1.0><F05001347V1.0>02</F05001347V1.0><G05000599V1.0><F05001346V1.0>007</F05001346V1.0></G05000599V1.0></G05000493V1.0>`), doc(`<G05000493V1.0><F05001347V1.0>02</F05001347V1.0><G05000599V1.0><F05001346V1.0>7</F05001346V1.0></G05000599V1.0></G05000493V1.0>`)},
	{"FIM-008", doc(`<G05000477V1.0 a="b"/>`), doc(`<G05000477V1.0/>`)},
	{"FIM-008", `<S05000058V1.0 xmlns="N" titel="x"/>`, `<S05000058V1.0 xmlns="N" id="x" referenz="y"/>`},
	{"FIM-008", doc(`<G05000477V1.0 xmlns:i="` + xsi + `" i:type="x"/>`), doc(`<G05000477V1.0 xmlns:i="` + xsi + `" i:schemaLocation="N x.xsd"/>`)},
	{"FIM-008", `<S05000058V1.0 xmlns="N" schemaLocation="N x.xsd"/>`, `<S05000058V1.0 xmlns="N" xmlns:i="` + xsi + `" i:schemaLocation="N x.xsd" i:noNamespaceSchemaLocation="y.xsd"/>`},
	{"FIM-009", `<S05000058V1.0 xmlns="N" erstellungszeitpunkt="23.11.2026"/>`, `<S05000058V1.0 xmlns="N" erstellungszeitpunkt="2026-11-23T10:00:00Z"/>`},
	{"FIM-009", `<S05000058V1.0 xmlns="N" erstellungszeitpunkt="2026-11-23T10:00:00.5Z"/>`, `<S05000058V1.0 xmlns="N" erstellungszeitpunkt="2026-11-23T10:00:00Z"/>`},
	{"FIM-010", doc(halter + `<F05001045V1.0>?</F05001045V1.0></G05000499V1.0>`), doc(halter + `<F05001045V1.0>JVBERi0xLjcK</F05001045V1.0></G05000499V1.0>`)},
	{"FIM-011", doc(`<G05000477V1.0><F05001062V1.0>` + strings.Repeat("x", 64<<10+1) + `</F05001062V1.0></G05000477V1.0>`), doc(`<G05000477V1.0><F05001062V1.0>` + strings.Repeat("x", 64<<10) + `</F05001062V1.0></G05000477V1.0>`)},
	{"FIM-012", doc(`<G05000499V1.0><F05001243V1.0>Mustermann</F05001243V1.0></G05000499V1.0>`), doc(halter + `<F05001243V1.0>Mustermann</F05001243V1.0></G05000499V1.0>`)},
}

const xsi = "http://www.w3.org/2001/XMLSchema-instance"

const halter = `<G05000477V1.0><F05001047V1.0>02</F05001047V1.0></G05000477V1.0><G05000499V1.0>`

func doc(body string) string { return `<S05000058V1.0 xmlns="N">` + body + `</S05000058V1.0>` }

// withNamespace writes out the namespace of a vector.
func withNamespace(s string) string {
	return strings.ReplaceAll(s, `xmlns="N"`, `xmlns="`+fim.Namespace+`"`)
}

func TestDecodeRules(t *testing.T) {
	form := parkausweis(t)
	covered := map[string]bool{}
	for _, tt := range vectors {
		t.Run(tt.code, func(t *testing.T) {
			document, err := fim.Decode(strings.NewReader(withNamespace(tt.failing)), form, nil)
			assert.Nil(t, document)
			var invalid *finding.InvalidError
			require.True(t, errors.As(err, &invalid), "%v", err)
			require.Len(t, invalid.Findings, 1)
			assert.Equal(t, tt.code, invalid.Findings[0].Code)
			assert.Positive(t, invalid.Findings[0].Line)
			covered[tt.code] = true
			_, err = fim.Decode(strings.NewReader(withNamespace(tt.passing)), form, nil)
			require.NoError(t, err)
		})
	}
	for _, v := range jsonVectors {
		covered[v.code] = true // TestDecodeJSONRules
	}
	for _, r := range fim.Rules() {
		assert.True(t, covered[r.Code], "%s has no vector", r.Code)
	}
}

func TestDecodeReportsAllFindings(t *testing.T) {
	s := withNamespace(doc(`<x/><G05000477V1.0 a="b">t<F05001047V1.0>9</F05001047V1.0></G05000477V1.0>`))
	_, err := fim.Decode(strings.NewReader(s), parkausweis(t), nil)
	var invalid *finding.InvalidError
	require.True(t, errors.As(err, &invalid))
	var codes []string
	for _, f := range invalid.Findings {
		codes = append(codes, f.Code)
	}
	assert.Equal(t, []string{"FIM-003", "FIM-008", "FIM-005", "FIM-007"}, codes)
}

func TestDecodeSyntax(t *testing.T) {
	form := parkausweis(t)
	whole := string(encode(t, form, fullAnswers()))
	for _, s := range []string{"", "x", whole + "<y/>", whole[:len(whole)/2], "<!DOCTYPE x>" + whole} {
		document, err := fim.Decode(strings.NewReader(s), form, nil)
		assert.Nil(t, document)
		var invalid *finding.InvalidError
		assert.True(t, errors.As(err, &invalid))
	}
}

type twoKinds struct {
	A struct {
		X string `label:"X" fim:"G00000001V1.0"`
	} `title:"A"`
	B struct {
		Y string `label:"Y" fim:"F00000002V1.0"`
	} `title:"B" fim:"G00000001V1.0"`
}

type noFIM struct {
	A struct {
		X string `label:"X"`
	} `title:"A"`
}

func TestFormsThatDoNotFit(t *testing.T) {
	for _, model := range []any{twoKinds{}, noFIM{}} {
		form, err := forms.New("S1", "1.0", model, nil)
		require.NoError(t, err)
		assert.ErrorIs(t, fim.Encode(&bytes.Buffer{}, form, forms.Answers{}, nil), fim.ErrForm)
		_, err = fim.Decode(strings.NewReader("<x/>"), form, nil)
		assert.ErrorIs(t, err, fim.ErrForm)
	}
	form, err := forms.New("S 1", "1.0", noFIM{}, nil)
	require.NoError(t, err)
	assert.ErrorIs(t, fim.Encode(&bytes.Buffer{}, form, forms.Answers{}, nil), fim.ErrForm)
}

func FuzzDecode(f *testing.F) {
	form := parkausweis(f)
	f.Add(string(encode(f, form, fullAnswers())))
	f.Add(string(encode(f, form, forms.Answers{})))
	for _, v := range vectors[:len(vectors)-2] {
		f.Add(withNamespace(v.failing))
	}
	f.Fuzz(func(t *testing.T, s string) {
		document, err := fim.Decode(strings.NewReader(s), form, nil)
		if err != nil {
			var invalid *finding.InvalidError
			if document != nil || !errors.As(err, &invalid) {
				t.Fatalf("document %v with error %v", document, err)
			}
			return
		}
		blobs := map[string][]byte{}
		for _, u := range document.Uploads {
			blobs[u.Path] = u.Content
		}
		var b bytes.Buffer
		o := &fim.EncodeOptions{Header: document.Header, Content: func(path string, _ forms.File) ([]byte, error) { return blobs[path], nil }}
		if err := fim.Encode(&b, form, document.Answers, o); err != nil {
			t.Fatalf("what was read cannot be written: %v", err)
		}
		again, err := fim.Decode(&b, form, nil)
		if err != nil || again.Header != document.Header {
			t.Fatalf("what was written cannot be read: %v", err)
		}
	})
}

func ExampleEncode() {
	type antrag struct {
		Person struct {
			Familienname string     `label:"Familienname" fim:"F05000059V1.0" validate:"required"`
			Geburtsdatum forms.Date `label:"Geburtsdatum" fim:"F05000351V1.0" validate:"required"`
		} `step:"person" title:"Angaben zu Ihrer Person" fim:"G05000496V1.0"`
	}
	form, err := forms.New("S05000058", "1.0", antrag{}, nil)
	if err != nil {
		panic(err)
	}
	answers := forms.Answers{}.
		With("person.familienname", forms.Text("Mustermann")).
		With("person.geburtsdatum", forms.Text("1964-08-12"))
	if err := fim.Encode(os.Stdout, form, answers, nil); err != nil {
		panic(err)
	}
	// Output:
	// <?xml version="1.0" encoding="UTF-8"?>
	// <S05000058V1.0 xmlns="urn:fim-de:xfall:datenschema:xdf3">
	//   <G05000496V1.0>
	//     <F05000059V1.0>Mustermann</F05000059V1.0>
	//     <F05000351V1.0>1964-08-12</F05000351V1.0>
	//   </G05000496V1.0>
	// </S05000058V1.0>
}

func ExampleDecode() {
	type antrag struct {
		Person struct {
			Geburtsdatum forms.Date `label:"Geburtsdatum" fim:"F05000351V1.0"`
		} `step:"person" title:"Angaben zu Ihrer Person"`
	}
	form, err := forms.New("S05000058", "1.0", antrag{}, nil)
	if err != nil {
		panic(err)
	}
	doc, err := fim.Decode(strings.NewReader(`<S05000058V1.0 xmlns="urn:fim-de:xfall:datenschema:xdf3">
  <F05000351V1.0>1964-08-12</F05000351V1.0>
</S05000058V1.0>`), form, nil)
	if err != nil {
		panic(err)
	}
	fmt.Println(form.Display("person.geburtsdatum", doc.Answers))
	// Output: 12.8.1964
}

func ExampleEncodeJSON() {
	type antrag struct {
		Person struct {
			Familienname string `label:"Familienname" fim:"F05000059V1.0" validate:"required"`
			Kinder       int    `label:"Kinder" fim:"F05000060V1.0"`
		} `step:"person" title:"Angaben zu Ihrer Person" fim:"G05000496V1.0"`
	}
	form, err := forms.New("S05000058", "1.0", antrag{}, nil)
	if err != nil {
		panic(err)
	}
	answers := forms.Answers{}.
		With("person.familienname", forms.Text("Mustermann")).
		With("person.kinder", forms.Text("2"))
	if err := fim.EncodeJSON(os.Stdout, form, answers, nil); err != nil {
		panic(err)
	}
	// Output:
	// {
	//   "G05000496V1.0": {
	//     "F05000059V1.0": "Mustermann",
	//     "F05000060V1.0": 2
	//   }
	// }
}
