package fim_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/forms"
	"github.com/bausteine/egov/forms/fim"
	"github.com/bausteine/egov/internal/testenv"
)

// xdf is a schema, group or field of XDatenfelder 2.
type xdf struct {
	ID       string `xml:"identifikation>id"`
	Version  string `xml:"identifikation>version"`
	Feldart  string `xml:"feldart>code"`
	Datentyp string `xml:"datentyp>code"`
	Limits   string `xml:"praezisierung"`
	Struktur []struct {
		Anzahl string `xml:"anzahl"`
		Feld   *xdf   `xml:"enthaelt>datenfeld"`
		Gruppe *xdf   `xml:"enthaelt>datenfeldgruppe"`
	} `xml:"struktur"`
}

func (e *xdf) name() string { return e.ID + "V" + e.Version }

// writeXSD makes the XML Schema of the elements by the mapping of FIM-XSLT,
// XDF3_2_XFall: one global element each, groups as sequences of references.
func writeXSD(t *testing.T, b *strings.Builder, e *xdf, done map[string]bool) {
	if done[e.name()] {
		return
	}
	done[e.name()] = true
	fmt.Fprintf(b, "<xs:element name=%q>", e.name())
	if len(e.Struktur) > 0 {
		b.WriteString("<xs:complexType><xs:sequence>")
		for _, s := range e.Struktur {
			child := s.Feld
			if child == nil {
				child = s.Gruppe
			}
			low, high, ok := strings.Cut(s.Anzahl, ":")
			require.True(t, ok)
			if high == "*" {
				high = "unbounded"
			}
			fmt.Fprintf(b, "<xs:element ref=%q minOccurs=%q maxOccurs=%q/>", child.name(), low, high)
		}
		b.WriteString("</xs:sequence></xs:complexType></xs:element>\n")
		for _, s := range e.Struktur {
			if s.Feld != nil {
				writeXSD(t, b, s.Feld, done)
			} else {
				writeXSD(t, b, s.Gruppe, done)
			}
		}
		return
	}
	base := map[string]string{"date": "xs:date", "bool": "xs:boolean", "num": "xs:float", "num_int": "xs:integer"}[e.Datentyp]
	if base == "" || e.Feldart == "select" {
		base = "xs:string"
	}
	fmt.Fprintf(b, "<xs:simpleType><xs:restriction base=%q>", base)
	var limits struct{ MinLength, MaxLength string }
	if e.Limits != "" {
		require.NoError(t, json.Unmarshal([]byte(e.Limits), &limits))
	}
	if limits.MinLength != "" {
		fmt.Fprintf(b, "<xs:minLength value=%q/>", limits.MinLength)
	}
	if limits.MaxLength != "" {
		fmt.Fprintf(b, "<xs:maxLength value=%q/>", limits.MaxLength)
	}
	b.WriteString("</xs:restriction></xs:simpleType></xs:element>\n")
}

// libxml2 finds what we write valid against the XML Schema of the published
// FIM schema, and notices a missing field.
func TestValidAgainstTheSchema(t *testing.T) {
	xmllint := testenv.Tool(t, "xmllint")
	const name = "xoev/xdatenfelder/xsd-glykon/examples/2.0/bewohnerparken/S05000058V1.0_xdf2.xml"
	source, err := os.ReadFile(testenv.Data(t, name))
	require.NoError(t, err)
	var document struct {
		Schema xdf `xml:"stammdatenschema"`
	}
	require.NoError(t, xml.Unmarshal(source, &document))
	var b strings.Builder
	b.WriteString(`<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="` + fim.Namespace +
		`" targetNamespace="` + fim.Namespace + `" elementFormDefault="qualified">` + "\n")
	elements := map[string]bool{}
	writeXSD(t, &b, &document.Schema, elements)
	require.Greater(t, len(elements), 35)
	b.WriteString("</xs:schema>\n")
	dir := t.TempDir()
	xsd := filepath.Join(dir, "s.xsd")
	require.NoError(t, os.WriteFile(xsd, []byte(b.String()), 0o600))

	validate := func(a forms.Answers) error {
		var out bytes.Buffer
		require.NoError(t, fim.Encode(&out, parkausweis(t), a, &fim.EncodeOptions{Content: content}))
		file := filepath.Join(dir, "a.xml")
		require.NoError(t, os.WriteFile(file, out.Bytes(), 0o600))
		message, err := exec.Command(xmllint, "--noout", "--nonet", "--schema", xsd, file).CombinedOutput()
		if err != nil {
			return fmt.Errorf("%w: %s", err, message)
		}
		return nil
	}
	require.NoError(t, validate(fullAnswers()))
	require.NoError(t, validate(fullAnswers().With("fahrzeug.halter", forms.Text("01")).With("parkausweis.art", forms.Text("01"))))
	assert.Error(t, validate(fullAnswers().Without("antragsteller.familienname")))
}
