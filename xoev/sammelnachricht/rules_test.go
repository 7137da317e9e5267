package sammelnachricht_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/sammelnachricht"
	"github.com/bausteine/egov/xoev/xmlscan"
)

// vector is a content that breaks one rule, and a neighbour that does not.
type vector struct {
	code, path string
	bad, fine  string
	o          *sammelnachricht.Options
	each       func(*sammelnachricht.Record) error
}

func vectors() []vector {
	const root = "/m:bestand.lieferung.0007"
	text := func(rec *sammelnachricht.Record) error {
		for rec.Next() {
			if rec.Scanner().Kind() == xmlscan.StartElement {
				if _, err := rec.Text(4); err != nil {
					return err
				}
			}
		}
		return nil
	}
	decode := func(rec *sammelnachricht.Record) error { return rec.Decode(&satz{}) }
	return []vector{
		{code: "SAM-001", path: root + "/m:satz[2]", bad: "<m:satz/><m:satz>" + strings.Repeat("x", 84) + "</m:satz>", fine: "<m:satz/><m:satz>" + strings.Repeat("x", 83) + "</m:satz>",
			o: &sammelnachricht.Options{MaxRecordBytes: 100}},
		{code: "SAM-002", path: root + "/m:satz", bad: records(4), fine: records(3), o: &sammelnachricht.Options{MaxRecords: 3}},
		{code: "SAM-003", path: root + "/satz", bad: record(0) + "<satz/>", fine: record(0) + "<!-- satz --><m:satz/>"},
		{code: "SAM-003", path: root + "/m:x", bad: record(0) + "<m:x><m:satz/></m:x>", fine: record(0)},
		{code: "SAM-004", path: root, bad: record(0) + " x " + record(1), fine: record(0) + " \r\n\t" + record(1)},
		{code: "SAM-004", path: root, bad: "x<!-- y -->z" + record(1), fine: " <!-- y --> " + record(1)},
		{code: "SAM-005", path: "/bestand.lieferung.0007", bad: "", fine: "<m:satz/>"},
		{code: "SAM-006", path: root + "/m:satz[1]", bad: "<m:satz nr='eins'/>", fine: "<m:satz nr='1'/>", each: decode},
		{code: "SAM-014", path: root + "/m:satz[1]/m:a/m:b", bad: "<m:satz><m:a>x<m:b/></m:a></m:satz>", fine: "<m:satz><m:a>x<!-- b --></m:a></m:satz>", each: text},
		{code: "SAM-015", path: root + "/m:satz[1]/m:a", bad: "<m:satz><m:a>12345</m:a></m:satz>", fine: "<m:satz><m:a>1234</m:a></m:satz>", each: text},
	}
}

func TestRules(t *testing.T) {
	for _, v := range vectors() {
		t.Run(v.code, func(t *testing.T) {
			read := func(content string) ([]string, []string) {
				r := reader(t, with(t, content), v.o)
				_, err := drain(r, v.each)
				all := codes(err, nil)
				for _, f := range r.Report().Findings {
					if len(all) == 0 || all[0] != f.Code {
						all = append(all, f.Code)
					}
				}
				return all, paths(err, r)
			}
			found, _ := read(v.fine)
			assert.Empty(t, found, "the neighbour")
			found, where := read(v.bad)
			require.Equal(t, []string{v.code}, found)
			require.Equal(t, v.path, where[0])
		})
	}
}

// TestAllowNone accepts a message without records only where that was asked for.
func TestAllowNone(t *testing.T) {
	for allow, want := range map[bool]finding.Verdict{false: finding.Rejected, true: finding.Accepted} {
		r := reader(t, with(t, ""), &sammelnachricht.Options{AllowNone: allow})
		n, err := drain(r, nil)
		require.NoError(t, err)
		require.Zero(t, n)
		require.Equal(t, want, r.Report().Verdict)
	}
}

func paths(err error, r *sammelnachricht.Reader) []string {
	var all []string
	for _, f := range append(invalid(err), r.Report().Findings...) {
		all = append(all, f.Path)
	}
	return all
}

// TestCatalogue fails if a rule has no vector, or a code is used twice.
func TestCatalogue(t *testing.T) {
	with := map[string]int{}
	for _, v := range vectors() {
		with[v.code]++
	}
	for _, v := range base64Vectors() {
		with[v.code]++
	}
	last := ""
	for _, r := range sammelnachricht.Rules() {
		assert.Positive(t, with[r.Code], "%s has no vector", r.Code)
		assert.Greater(t, r.Code, last, "unique and in order")
		assert.NotEmpty(t, r.Source)
		assert.NotEmpty(t, r.Message)
		last = r.Code
		delete(with, r.Code)
	}
	assert.Empty(t, with, "vectors of rules that do not exist")
	assert.Len(t, sammelnachricht.Rules(), 12)
	sammelnachricht.Rules()[0].Code = "changed"
	assert.Equal(t, "SAM-001", sammelnachricht.Rules()[0].Code)
}
