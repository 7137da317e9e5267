package lint_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/internal/testenv"
	"github.com/bausteine/egov/xoev/codelist"
	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/lint"
)

// TestRealMessages checks every published message that we have and compares
// how many messages break which rule.
func TestRealMessages(t *testing.T) {
	for _, tc := range []struct {
		folder   string
		messages int
		want     map[string]int // code to messages with it
	}{
		{"xoev/xwasser/samples", 15, map[string]int{"LINT-001": 6, "LINT-002": 15, "LINT-005": 7, "LINT-007": 4, "LINT-008": 15, "LINT-009": 15, "LINT-017": 15}},
		{"xoev/xbeteiligung/samples", 6, map[string]int{"LINT-001": 3, "LINT-005": 6, "LINT-014": 6}},
		{"xoev/xgewerbeanzeige/beispiele", 12, map[string]int{"ENV-002": 4, "LINT-002": 8, "LINT-017": 8}},
		{"xoev/xdomea/pattern", 12, map[string]int{"LINT-001": 6}},
		{"xoev/xdomea/examples-lavnrw", 2, map[string]int{}},
	} {
		t.Run(tc.folder, func(t *testing.T) {
			got, messages := map[string]int{}, 0
			require.NoError(t, filepath.WalkDir(testenv.Data(t, tc.folder), func(path string, d fs.DirEntry, err error) error {
				if err != nil || d.IsDir() || filepath.Ext(path) != ".xml" {
					return err
				}
				messages++
				f, err := os.Open(path)
				require.NoError(t, err)
				defer f.Close()
				report, err := lint.Check(context.Background(), f, &lint.Options{Now: func() time.Time { return time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC) }})
				require.NoError(t, err)
				seen := map[string]bool{}
				for _, f := range report.Findings {
					if !seen[f.Code] {
						got[f.Code]++
					}
					seen[f.Code] = true
					assert.NotZero(t, f.Line)
				}
				return nil
			}))
			assert.Equal(t, tc.want, got)
			assert.Equal(t, tc.messages, messages)
		})
	}
}

// TestKnownFaults looks for two faults of published messages that people have
// found: a receipt that gives itself another number, and an e-mail address
// among the telephone numbers.
func TestKnownFaults(t *testing.T) {
	for _, tc := range []struct {
		file, code, path string
		line             int
	}{
		{"xoev/xwasser/samples/administration_receipt.xml", "LINT-001", "/administration.quittung.0020", 2},
		{"xoev/xwasser/samples/administration_receipt.xml", "LINT-008", "/administration.quittung.0020/nachrichtenkopf.g2g/leser/verzeichnisdienst/code", 13},
		{"xoev/xbeteiligung/samples/example402FromCockpit.xml", "LINT-014", "/kommunal.Aktualisieren.0402/nachrichtenkopf.g2g/leser/erreichbarkeit[2]/kennung", 35},
	} {
		b, err := os.ReadFile(testenv.Data(t, tc.file))
		require.NoError(t, err)
		found := false
		for _, f := range check(t, string(b), lint.Options{}).Findings {
			if f.Code == tc.code && f.Line == tc.line {
				found = true
				assert.Equal(t, tc.path, f.Path)
			}
		}
		assert.True(t, found, tc)
	}
}

// TestKnownPrefixes compares our table with the published list.
func TestKnownPrefixes(t *testing.T) {
	f, err := os.Open(testenv.Data(t, "xoev/codelists-genericode/urn:xoev-de:bund:bmi:bit:codeliste:dvdv.praefix_51.xml"))
	require.NoError(t, err)
	defer f.Close()
	list, err := codelist.Read(f, nil)
	require.NoError(t, err)
	assert.Equal(t, lint.PrefixList, list.Kennung().String())
	n := 0
	for row := range list.Rows() {
		n++
		assert.True(t, lint.KnownPrefix(row.Code()), row.Code())
	}
	assert.Equal(t, 118, n)
	for _, other := range []string{"", " ", "xyz", "ag ags", "AGS", "psw:"} {
		assert.False(t, lint.KnownPrefix(other), other)
	}
	assert.Zero(t, testing.AllocsPerRun(10, func() { lint.KnownPrefix("zlp") }))
}

// TestChannels compares what we know of the channels with the published lists.
func TestChannels(t *testing.T) {
	for _, version := range []string{"1", "2", "3", "4", "4.1"} {
		f, err := os.Open(testenv.Data(t, "xoev/codelists-genericode/urn:de:xoev:codeliste:erreichbarkeit_"+version+".xml"))
		require.NoError(t, err)
		list, err := codelist.Read(f, nil)
		require.NoError(t, errors.Join(err, f.Close()))
		for code := 0; code < 25; code++ {
			text := fmt.Sprintf("%02d", code)
			_, known := list.Lookup(text)
			m := strings.Replace(message, `listVersionID="3"><code>02</code>`, `listVersionID="`+version+`"><code>`+text+`</code>`, 1)
			found := finding.Has(check(t, m, lint.Options{}).Findings, "LINT-013")
			assert.Equal(t, known, !found, "version %s, code %s", version, text)
		}
	}
}

func TestContacts(t *testing.T) {
	fits := map[string][]string{
		"01": {"a@b.example", "mailto:a@b.example", "MAILTO:a@b.example", " a@b.example "},
		"02": {"+49 30 123", "030/123-4", "(030) 123", "tel:+4930123", "0800-RATHAUS 123"},
		"04": {"fax:030123", "030 123"},
		"05": {"anything", "a@b"},
		"07": {"a@b", "030 123"},
		"08": {"a@b.de-mail.example"},
		"09": {"www.musterstadt.example", "https://musterstadt.example?an=a@b.example", "musterstadt.example#a b", "http://musterstadt.example/x", "https://musterstadt.example", "musterstadt.example/a@b", "https://[::1]/"},
		"10": {"https://musterstadt.example", "musterstadt.example"},
		"12": {"@musterstadt", "https://social.example/musterstadt"},
	}
	misfits := map[string][]string{
		"01": {"030 123", "a@", "@b", "a b@c.example", "https://a@b.example", "tel:030123", "a@b@c"},
		"02": {"a@b.example", "https://musterstadt.example/123", "12", "mailto:123@b.example", "www.rathaus123.example"},
		"03": {"https://123", "unbekannt"},
		"08": {"030 123"},
		"09": {"a@b.example", "030.123", "mailto:a@b.example", "Rathaus", "ftp://musterstadt example"},
		"10": {"http://musterstadt.example"},
		"11": {"http://musterstadt.example", "a@b.example"},
		"15": {"mailto:a@b.example", "http://social.example/x"},
	}
	check1 := func(code, value string) bool {
		m := strings.Replace(message, `listVersionID="3"><code>02</code>`, `listVersionID="4"><code>`+code+`</code>`, 1)
		m = strings.Replace(m, "+49 30 23125000", value, 1)
		report := check(t, m, lint.Options{})
		if len(report.Findings) > 0 {
			require.Equal(t, []string{"LINT-014"}, codes(report.Findings), "%s %q", code, value)
		}
		return len(report.Findings) == 0
	}
	for code, values := range fits {
		for _, value := range values {
			assert.True(t, check1(code, value), "%s %q", code, value)
		}
	}
	for code, values := range misfits {
		for _, value := range values {
			assert.False(t, check1(code, value), "%s %q", code, value)
		}
	}
}
