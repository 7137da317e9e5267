package rueckweisung_test

import (
	"encoding/xml"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/internal/testenv"
	"github.com/bausteine/egov/xoev"
	"github.com/bausteine/egov/xoev/codelist"
	"github.com/bausteine/egov/xoev/encryption"
	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/latin"
	"github.com/bausteine/egov/xoev/lint"
	"github.com/bausteine/egov/xoev/rueckweisung"
	"github.com/bausteine/egov/xoev/sammelnachricht"
	"github.com/bausteine/egov/xoev/signature"
	"github.com/bausteine/egov/xoev/xmlscan"
)

var all = []rueckweisung.Code{
	rueckweisung.T020, rueckweisung.T003, rueckweisung.T000, rueckweisung.T001, rueckweisung.T002, rueckweisung.T010, rueckweisung.T011,
	rueckweisung.T070, rueckweisung.T080, rueckweisung.T099, rueckweisung.S001, rueckweisung.X000, rueckweisung.V000, rueckweisung.X001,
	rueckweisung.S100, rueckweisung.S010, rueckweisung.S011, rueckweisung.S030, rueckweisung.S020, rueckweisung.S999,
}

func TestCodeOf(t *testing.T) {
	for code, want := range map[string]rueckweisung.Code{
		"XML-001": rueckweisung.X000, "XML-005": rueckweisung.S001, "XML-007": rueckweisung.S001, "XML-026": rueckweisung.X000, "XML-040": rueckweisung.S999,
		"ENV-004": rueckweisung.X001, "ENV-013": rueckweisung.S010, "ENV-014": rueckweisung.S030, "ENV-999": rueckweisung.X001,
		"LINT-001": rueckweisung.S999, "LINT-007": rueckweisung.S030, "LINT-015": rueckweisung.S999, "LINT-016": rueckweisung.S100, "LINT-019": rueckweisung.V000, "LINT-012": rueckweisung.X001,
		"COD-011": rueckweisung.S011, "COD-002": rueckweisung.S010, "COD-005": rueckweisung.X001,
		"XML-009": rueckweisung.S999, "XML-010": rueckweisung.S999, "XML-035": rueckweisung.S999, "XML-011": rueckweisung.X000,
		"COD-008": rueckweisung.S999, "SAM-002": rueckweisung.S999, "SAM-011": rueckweisung.X001, "LATIN-001": rueckweisung.S001, "LATIN-003": rueckweisung.X001,
		"ENC-038": rueckweisung.T020, "SIG-001": rueckweisung.T010, "SIG-025": rueckweisung.T000, "SIG-034": rueckweisung.T011, "SIG-055": rueckweisung.T001, "SIG-024": rueckweisung.T002,
		"S020": rueckweisung.S020, "T080": rueckweisung.T080, "S998": rueckweisung.S999, "": rueckweisung.S999, "eigene-7": rueckweisung.S999,
	} {
		assert.Equal(t, want, rueckweisung.CodeOf(finding.Finding{Code: code}), code)
	}
	for _, code := range all {
		assert.Equal(t, code, rueckweisung.CodeOf(finding.Finding{Code: string(code)}))
	}
}

// TestEveryRuleHasAReason: what the packages can find maps to a reason of the
// list, and nothing of trust or form falls through to "other reasons".
func TestEveryRuleHasAReason(t *testing.T) {
	for _, r := range rules() {
		got := rueckweisung.CodeOf(r.At("", 0, 0, nil))
		assert.Contains(t, all, got, r.Code)
		if strings.HasPrefix(r.Code, "LATIN-") {
			assert.NotEqual(t, rueckweisung.S999, got, r.Code)
		}
		if strings.HasPrefix(r.Code, "SIG-") || strings.HasPrefix(r.Code, "ENC-") {
			assert.Equal(t, byte('T'), got[0], r.Code)
		}
	}
	assert.Greater(t, len(rules()), 150)
}

func rules() []finding.Rule {
	return slices.Concat(xmlscan.Rules(), xoev.Rules(), lint.Rules(), codelist.Rules(), signature.Rules(),
		sammelnachricht.Rules(), latin.Rules(), encryption.Rules())
}

// TestReasonsAreInTheLists compares with the published lists: the reasons of
// XInneres are in versions 1 and 2 (S030 came with 2), those of the other forms
// in theirs.
func TestReasonsAreInTheLists(t *testing.T) {
	inneres := codes(t, "xoev/codelists-genericode/urn:de:xinneres:codeliste:fehlercodes_2.xml")
	require.Len(t, inneres, len(all))
	for _, code := range all {
		assert.Contains(t, inneres, string(code))
	}
	for form, list := range map[rueckweisung.Form]string{
		rueckweisung.XWasser:       "xoev/xwasser/genericode/Rückweisungsgründe_1.xml",
		rueckweisung.XBauKernmodul: "xoev/codelists-genericode/urn:xoev-de:xbau:codeliste:xbau-fehlerkennzahlen_2.2.xml",
	} {
		known := codes(t, list)
		message := original("probe.antrag.0001", "urn:example:probe:1")
		for _, code := range all {
			r := rejection(t, form, message)
			r.Gruende = []rueckweisung.Grund{{Code: code}}
			assert.Contains(t, known, element(t, write(t, r), "grund"), code)
		}
	}
}

// codes reads the first column of a list.
func codes(t *testing.T, name string) []string {
	b, err := os.ReadFile(testenv.Data(t, name))
	require.NoError(t, err)
	var list struct {
		Rows []struct {
			Values []string `xml:"Value>SimpleValue"`
		} `xml:"SimpleCodeList>Row"`
	}
	require.NoError(t, xml.Unmarshal(b, &list), filepath.Base(name))
	var all []string
	for _, row := range list.Rows {
		all = append(all, row.Values[0])
	}
	return all
}

func TestGruende(t *testing.T) {
	assert.Nil(t, rueckweisung.Gruende(nil))
	assert.Nil(t, rueckweisung.Gruende([]finding.Finding{{Code: "XML-001", Severity: finding.Warning}}))
	var got []rueckweisung.Code
	for _, g := range rueckweisung.Gruende(findings) {
		got = append(got, g.Code)
	}
	assert.Equal(t, []rueckweisung.Code{rueckweisung.S011, rueckweisung.S030, rueckweisung.S999}, got)
	assert.Equal(t, []finding.Finding{findings[1], findings[3]}, rueckweisung.Gruende(findings)[2].Findings)

	var reversed []finding.Finding
	for _, code := range slices.Backward(all) {
		reversed = append(reversed, finding.Finding{Code: string(code)})
	}
	got = nil
	for _, g := range rueckweisung.Gruende(reversed) {
		got = append(got, g.Code)
	}
	assert.Equal(t, all, got, "in order of priority, whatever the order of findings")
}
