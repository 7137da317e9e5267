package submission_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/internal/testenv"
	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/submission"
)

func sha256Hex(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

func textLogger(w io.Writer) *slog.Logger { return slog.New(slog.NewTextHandler(w, nil)) }

func receipt() *submission.Receipt {
	return &submission.Receipt{
		Tenant: tenant, ID: "a-1", Reference: "EB & 1", ReceivedAt: newClock().Now(), Name: "antrag.xml",
		Digest: sha256Hex([]byte("x")), Verdict: finding.Rejected, Codes: []string{"SUB-021", "XML-001"},
	}
}

func receiptXML(t testing.TB) string {
	t.Helper()
	b, err := receipt().XML()
	require.NoError(t, err)
	return string(b)
}

type receiptVector struct{ name, want, old, repl string }

func receiptVectors() []receiptVector {
	return []receiptVector{
		{"another namespace", "SUB-101", submission.NSReceipt, "urn:other"},
		{"an attribute at the root", "SUB-101", "<eingangsbestaetigung ", "<eingangsbestaetigung a='b' "},
		{"a missing element", "SUB-102", "  <kennung>a-1</kennung>\n", ""},
		{"an unknown element", "SUB-102", "<kennung>", "<x/><kennung>"},
		{"an element too many", "SUB-102", "</eingangsbestaetigung>", "<x/></eingangsbestaetigung>"},
		{"an element too many in dokument", "SUB-102", "</dokument>", "<x/></dokument>"},
		{"an element in a value", "SUB-102", "a-1<", "a-1<x/><"},
		{"an attribute at a value", "SUB-102", "<kennung>", "<kennung a='b'>"},
		{"text between elements", "SUB-102", "<kennung>", "text<kennung>"},
		{"two codes swapped with the verdict", "SUB-102", "<ergebnis>", "<befund>X-1</befund><ergebnis>"},
		{"a bad id", "SUB-103", "a-1", "../a-1"},
		{"no id", "SUB-103", "a-1", ""},
		{"an empty name", "SUB-103", "antrag.xml", ""},
		{"a bad time", "SUB-103", "09:30:00.000000Z", "09:30:00+01:00"},
		{"an upper-case digest", "SUB-103", receipt().Digest, strings.ToUpper(receipt().Digest)},
		{"a short digest", "SUB-103", receipt().Digest, receipt().Digest[2:]},
		{"an unknown verdict", "SUB-103", "abgewiesen", "vielleicht"},
		{"a bad code", "SUB-103", "SUB-021", "Erika Mustermann"},
	}
}

func TestReceiptRoundTrip(t *testing.T) {
	for name, change := range map[string]func(*submission.Receipt){
		"rejected":       func(*submission.Receipt) {},
		"accepted":       func(r *submission.Receipt) { r.Verdict, r.Codes = finding.Accepted, nil },
		"without a name": func(r *submission.Receipt) { r.Name = "" },
	} {
		t.Run(name, func(t *testing.T) {
			want := receipt()
			change(want)
			b, err := want.XML()
			require.NoError(t, err)
			got, err := submission.ParseReceipt(bytes.NewReader(b))
			require.NoError(t, err)
			require.Equal(t, want, got)
			again, err := got.XML()
			require.NoError(t, err)
			require.Equal(t, b, again)
		})
	}
}

func TestReceiptRules(t *testing.T) {
	for _, v := range receiptVectors() {
		t.Run(v.name, func(t *testing.T) {
			require.Contains(t, receiptXML(t), v.old)
			r, err := submission.ParseReceipt(strings.NewReader(strings.Replace(receiptXML(t), v.old, v.repl, 1)))
			require.Nil(t, r)
			var invalid *finding.InvalidError
			require.ErrorAs(t, err, &invalid)
			require.Len(t, invalid.Findings, 1)
			require.Equal(t, v.want, invalid.Findings[0].Code)
			require.Positive(t, invalid.Findings[0].Line)
			require.NotContains(t, err.Error(), "Erika")
		})
	}
	t.Run("cut off anywhere", func(t *testing.T) {
		whole := strings.TrimSpace(receiptXML(t))
		for i := range len(whole) {
			r, err := submission.ParseReceipt(strings.NewReader(whole[:i]))
			require.Nil(t, r)
			var invalid *finding.InvalidError
			require.ErrorAs(t, err, &invalid, "%d", i)
		}
	})
	t.Run("a reader that fails", func(t *testing.T) {
		broken := errors.New("broken")
		_, err := submission.ParseReceipt(io.MultiReader(strings.NewReader(receiptXML(t)[:100]), iotest.ErrReader(broken)))
		require.ErrorIs(t, err, broken)
	})
	t.Run("too long", func(t *testing.T) {
		_, err := submission.ParseReceipt(strings.NewReader(receiptXML(t) + strings.Repeat(" ", 1<<20)))
		require.Error(t, err)
	})
}

func TestReceiptNeedsItsFields(t *testing.T) {
	for name, change := range map[string]func(*submission.Receipt){
		"verdict":  func(r *submission.Receipt) { r.Verdict = finding.Undetermined },
		"tenant":   func(r *submission.Receipt) { r.Tenant = "" },
		"time":     func(r *submission.Receipt) { r.ReceivedAt = r.ReceivedAt.AddDate(-2026, 0, 0) },
		"control":  func(r *submission.Receipt) { r.Reference = "a\x00" },
		"no XML":   func(r *submission.Receipt) { r.Reference = "a\uFFFE" },
		"no UTF-8": func(r *submission.Receipt) { r.Reference = "a\xff" },
	} {
		r := receipt()
		change(r)
		_, err := r.XML()
		require.ErrorIs(t, err, submission.ErrInvalidMessage, name)
	}
}

// libxml2 judges our receipts by the schema that we publish, and the schema
// refuses what ParseReceipt refuses.
func TestReceiptAgainstTheSchema(t *testing.T) {
	xmllint := testenv.Tool(t, "xmllint")
	valid := func(content string) bool {
		path := filepath.Join(t.TempDir(), "r.xml")
		require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
		out, err := exec.Command(xmllint, "--noout", "--nonet", "--schema", "eingangsbestaetigung.xsd", path).CombinedOutput()
		require.NotContains(t, string(out), "failed to compile")
		return err == nil
	}
	require.True(t, valid(receiptXML(t)))
	for _, v := range receiptVectors() {
		require.False(t, valid(strings.Replace(receiptXML(t), v.old, v.repl, 1)), v.name)
	}
}

func FuzzParseReceipt(f *testing.F) {
	f.Add([]byte(receiptXML(f)))
	for _, v := range receiptVectors() {
		f.Add([]byte(strings.Replace(receiptXML(f), v.old, v.repl, 1)))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := submission.ParseReceipt(bytes.NewReader(b))
		if err != nil {
			require.Nil(t, r)
			var invalid *finding.InvalidError
			require.ErrorAs(t, err, &invalid)
			return
		}
		out, err := r.XML()
		require.NoError(t, err)
		again, err := submission.ParseReceipt(bytes.NewReader(out))
		require.NoError(t, err)
		require.Equal(t, r, again)
	})
}
