package fim_test

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/forms"
	"github.com/bausteine/egov/forms/fim"
	"github.com/bausteine/egov/forms/fim/datenschema"
	"github.com/bausteine/egov/forms/fim/internal/peertest"
	"github.com/bausteine/egov/internal/testenv"
	"github.com/bausteine/egov/xoev/codelist"
	"github.com/bausteine/egov/xoev/xdatenfelder"
)

const beside = "xoev/xdatenfelder/xsd-glykon/examples/2.0/bewohnerparken"

// listen gives the code lists that lie beside a sample.
func listen(t testing.TB) func(*xdatenfelder.CodelisteReferenz) (*codelist.List, error) {
	return func(r *xdatenfelder.CodelisteReferenz) (*codelist.List, error) {
		if r.Identifikation.ID == "" {
			return nil, nil
		}
		f, err := os.Open(filepath.Join(testenv.Data(t, beside), r.Identifikation.ID+"_genericode.xml"))
		if os.IsNotExist(err) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		defer f.Close()
		return codelist.Read(f, &codelist.ReadOptions{AllowFIM: true})
	}
}

// schemaForm reads a sample as a form and as a data schema.
func schemaForm(t testing.TB, file string, ohneVersion bool) (*forms.Form, *datenschema.Schema) {
	t.Helper()
	f, err := os.Open(file)
	require.NoError(t, err)
	defer f.Close()
	n, err := xdatenfelder.Read(f, nil)
	require.NoError(t, err)
	made, err := fim.FromSchema(n, &fim.SchemaOptions{Codelisten: listen(t)})
	require.NoError(t, err)
	form, err := forms.Compile(made.Definition, nil)
	require.NoError(t, err)
	schema, err := datenschema.Compile(n, &datenschema.Options{Codelisten: listen(t), OhneVersion: ohneVersion})
	require.NoError(t, err)
	return form, schema
}

// citizen answers forms at random.
type citizen struct {
	*rand.Rand
	full, minimal bool
}

// answers fills in a form until nothing new is asked.
func (c *citizen) answers(form *forms.Form) forms.Answers {
	a := form.Initial()
	seen := map[string]bool{}
	for range 20 {
		before := len(seen)
		for _, step := range form.Steps() {
			a = c.items(form, step.Items, "", a, seen)
		}
		if len(seen) == before {
			break
		}
	}
	return a
}

// items answers what stands on a page or in an entry; prefix is the instance
// path of the group around, with a point.
func (c *citizen) items(form *forms.Form, items []forms.Item, prefix string, a forms.Answers, seen map[string]bool) forms.Answers {
	at := func(definition string) string {
		if prefix == "" {
			return definition
		}
		return prefix + definition[strings.LastIndexByte(definition, '.')+1:]
	}
	for _, item := range items {
		switch {
		case item.Field != nil:
			path := at(item.Field.Path)
			if f := item.Field; !seen[path] && form.Visible(path, a) && !f.Computed && !f.Locked && f.Type != forms.TypeHidden {
				seen[path] = true
				if c.full || f.Required || !f.Optional || !c.minimal && c.IntN(2) == 0 {
					a = a.With(path, c.value(form, f))
				}
			}
		case item.Group != nil:
			g, path := item.Group, at(item.Group.Path)
			if !form.Visible(path, a) {
				continue
			}
			inner := g.Items
			if g.Choice && len(inner) > 0 {
				k := int(path[len(path)-1]+path[len(path)/2]) % len(inner) // always the same one
				inner = inner[k : k+1]
			}
			if g.Repeat == nil {
				a = c.items(form, inner, path+".", a, seen)
				continue
			}
			if !seen[path] {
				seen[path] = true
				for range c.IntN(3) {
					if !c.minimal {
						a, _ = form.AddEntry(path, a)
					}
				}
			}
			for i := range form.Entries(path, a) {
				a = c.items(form, inner, path+"["+strconv.Itoa(i)+"].", a, seen)
			}
		}
	}
	return a
}

// value is an answer that the field's own rules let through.
func (c *citizen) value(form *forms.Form, f *forms.Field) forms.Value {
	for range 200 {
		v := c.guess(f)
		if f.Type == forms.TypeFile {
			return v
		}
		if f.Pattern != "" && !strings.ContainsAny(f.Pattern, `[({\.*+`) { // prose, which no answer matches
			return forms.Text(strings.Repeat("1", max(1, f.MinLength)))
		}
		if _, wrong := form.ValidateField(f.Path, v); !wrong {
			return v
		}
	}
	panic("no answer found for " + f.Path + " of type " + string(f.Type) + " " + f.Pattern)
}

func (c *citizen) guess(f *forms.Field) forms.Value {
	number := func(low, high int) string { return strconv.Itoa(low + c.IntN(high-low+1)) }
	two := func(low, high int) string { s := "0" + number(low, high); return s[len(s)-2:] }
	date := func() string { return number(1900, 2099) + "-" + two(1, 12) + "-" + two(1, 28) }
	one := func(list ...string) forms.Value { return forms.Text(list[c.IntN(len(list))]) }
	switch f.Type {
	case forms.TypeChoice:
		return forms.Text(f.Options[c.IntN(len(f.Options))].Value)
	case forms.TypeMulti:
		n := max(1, f.MinLength)
		list := []string{}
		for _, i := range c.Perm(len(f.Options))[:min(n, len(f.Options))] {
			list = append(list, f.Options[i].Value)
		}
		return forms.List(list...)
	case forms.TypeBool:
		return one("true", "false")
	case forms.TypeDate:
		return forms.Text(date())
	case forms.TypeNumber:
		return one(number(1, 12), number(1850, 2025), number(0, 100000))
	case forms.TypeDecimal:
		return one(number(0, 100)+".5", number(-5, 5), number(1, 99), "0.125")
	case forms.TypeMoney:
		return forms.Text(number(0, 5000) + "." + two(0, 99))
	case forms.TypeTime:
		return one(two(0, 23)+":"+two(0, 59), two(0, 23)+":"+two(0, 59)+":"+two(1, 59))
	case forms.TypeDateTime:
		return forms.Text(date() + "T" + two(0, 23) + ":" + two(0, 59))
	case forms.TypeEmail:
		return forms.Text("erika@example.org")
	case forms.TypeFile:
		file := forms.NewFile(f.Path[strings.LastIndexByte(f.Path, '.')+1:]+".pdf", pdf)
		file.Blob = file.SHA256
		return forms.FileValue(file)
	case forms.TypePartialDate:
		return one("1980", "1980-05", "1980-05-01")
	}
	if f.MinLength > 0 && c.IntN(3) == 0 {
		return forms.Text(strings.Repeat("x", f.MinLength))
	}
	if f.Pattern != "" && c.IntN(2) == 0 {
		return forms.Text("123456789012345678901"[:1+c.IntN(20)])
	}
	return one("Mustermann", "Straße & <Söhne>", "07743", "a", "ab", "DE", "+49 30 23125123", "(030) 23125123", "Musterstadt",
		"1980-05-01", "12345678", "053150000000", "1", "12", "2020", "L01X00T47", "J-EN 123", "DE89370400440532013000", "erika@example.org")
}

// TestSchemaForms: forms made of data schemas are filled in at random; what
// comes of it is accepted by libxml2 with the XML Schema and by two validators
// with the JSON Schema, and comes back as it was.
func TestSchemaForms(t *testing.T) {
	var jobs []peertest.Job
	for name, file := range map[string]string{
		"Gewerbeanmeldung": testenv.Data(t, "xoev/xdatenfelder/xsd-glykon/examples/2.0/gewerbeanmeldung/S00000009_xdatenfelder.xml"),
		"Bewohnerparken":   testenv.Data(t, beside+"/S05000058V1.0_xdf2.xml"),
		"BlaueKarte":       testenv.Data(t, "xoev/xdatenfelder/ozg-xdf2-samples/BlaueKarte.xml"),
		"xmlstruct":        testenv.Data(t, "xoev/xdatenfelder/flxbe-xmlstruct/xdf3.xml"),
		"Hunde":            "../../examples/fim/hunde.xml",
		"Musterstadt":      "../../examples/bewohnerparken/datenschema.xml",
	} {
		for _, ohne := range []bool{false, true} {
			t.Run(name+map[bool]string{true: " ohne Version"}[ohne], func(t *testing.T) {
				form, schema := schemaForm(t, file, ohne)
				encoding := &fim.EncodeOptions{Schema: schema, Content: content}
				decoding := &fim.DecodeOptions{Schema: schema}
				var xml []string
				var job peertest.Job
				for i := range 15 {
					c := &citizen{Rand: rand.New(rand.NewPCG(8, uint64(i))), full: i%3 == 0, minimal: i%3 == 1}
					a := c.answers(form)
					x, err := fim.Marshal(form, a, encoding)
					require.NoError(t, err, "%v", form.Validate(a))
					j, err := fim.MarshalJSON(form, a, encoding)
					require.NoError(t, err)
					xml, job.Documents = append(xml, string(x)), append(job.Documents, j)
					want := sent(form, a)
					got, err := fim.Decode(bytes.NewReader(x), form, decoding)
					require.NoError(t, err)
					require.Equal(t, want, sent(form, got.Answers))
					got, err = fim.DecodeJSON(bytes.NewReader(j), form, decoding)
					require.NoError(t, err, "%s", j)
					require.Equal(t, want, sent(form, got.Answers))
				}
				var xsd, js bytes.Buffer
				require.NoError(t, schema.WriteXSD(&xsd))
				require.NoError(t, schema.WriteJSONSchema(&js))
				accepts := peertest.JSONSchema(t, js.Bytes())
				for _, d := range job.Documents {
					assert.True(t, accepts(string(d)), "%s", d)
				}
				job.Schema = js.Bytes()
				jobs = append(jobs, job)
				t.Run("xmllint", func(t *testing.T) { assert.NotContains(t, peertest.XMLLint(t, xsd.Bytes(), xml), false) })
			})
		}
	}
	t.Run("ajv", func(t *testing.T) {
		for _, verdicts := range peertest.Ajv(t, jobs) {
			assert.NotContains(t, verdicts, false)
		}
	})
}

// sent are the answers that count, without empty ones and without what the
// data cannot say: the number of entries that are all blank.
func sent(form *forms.Form, a forms.Answers) map[string]string {
	list := map[string]string{}
	for path, v := range form.Clean(a).All() {
		if v.Answered() {
			b, err := v.MarshalJSON()
			if err != nil {
				panic(err)
			}
			list[path] = string(b)
		}
	}
	return list
}
