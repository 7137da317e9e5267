package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/internal/testenv"
	"github.com/bausteine/egov/payment"
	"github.com/bausteine/egov/payment/sepa/reconcile"
)

// offen returns the office after one run over the sample.
func offen(t *testing.T) *kasse {
	t.Helper()
	k, err := neueKasse("DE89370400440532013000", musterKassenzeichen)
	require.NoError(t, err)
	require.NoError(t, k.forderungen(t.Context(), bytes.NewReader(musterForderungen)))
	require.NoError(t, k.laufe(t.Context(), bytes.NewReader(musterAuszug)))
	return k
}

func TestSample(t *testing.T) {
	k := offen(t)
	var got []reconcile.Outcome
	for _, r := range k.stand.Ergebnisse {
		got = append(got, r.Outcome)
	}
	require.Equal(t, []reconcile.Outcome{
		reconcile.Matched, reconcile.Part, reconcile.Matched, reconcile.Matched, reconcile.Matched, reconcile.Batch, reconcile.Return, reconcile.Refund,
		reconcile.Over, reconcile.Duplicate, reconcile.Unmatched, reconcile.Ambiguous, reconcile.Unmatched, reconcile.Unmatched, reconcile.NotBooked,
	}, got)
	require.Equal(t, 8, k.stand.Gebucht)
	before, err := k.konten(t.Context())
	require.NoError(t, err)
	require.NoError(t, k.laufe(t.Context(), bytes.NewReader(musterAuszug)))
	require.Zero(t, k.stand.Gebucht)
	after, err := k.konten(t.Context())
	require.NoError(t, err)
	require.Equal(t, before, after)
	open := int64(0)
	for _, c := range after {
		open += c.Balance.Open.Cents
	}
	require.Equal(t, payment.EUR(30_00+25_00-5_00+12_00+15_00+33_00+2_00), payment.EUR(open))
}

func TestSampleIsValid(t *testing.T) {
	xsd := filepath.Join(testenv.Data(t, "payment/iso20022/xsd"), "camt.053.001.08.xsd")
	out, err := exec.Command(testenv.Tool(t, "xmllint"), "--noout", "--schema", xsd, "auszug.xml").CombinedOutput()
	require.NoError(t, err, "%s", out)
}

func TestCommand(t *testing.T) {
	var out, errs bytes.Buffer
	require.NoError(t, run(t.Context(), []string{"-text"}, &out, &errs))
	require.Contains(t, out.String(), "Doppelt bezahlt")
	require.Contains(t, out.String(), "8 neue Buchungen")

	folder := t.TempDir()
	write := func(name, content string) string {
		file := filepath.Join(folder, name)
		require.NoError(t, os.WriteFile(file, []byte(content), 0o600))
		return file
	}
	out.Reset()
	own := write("a.xml", strings.ReplaceAll(string(musterAuszug), "DE89370400440532013000", "DE02500105170137075030"))
	require.NoError(t, run(t.Context(), []string{"-text", own}, &out, &errs))
	require.Contains(t, out.String(), "anderen Konto")
	out.Reset()
	require.NoError(t, run(t.Context(), []string{"-text", "-konto", "DE02 5001 0517 0137 0750 30", own}, &out, &errs))
	require.Contains(t, out.String(), "8 neue Buchungen")
	out.Reset()
	require.NoError(t, run(t.Context(), []string{"-text", write("b.xml", strings.Replace(string(musterAuszug), "2500.00", "2501.00", 1))}, &out, &errs))
	require.Contains(t, out.String(), "geht nicht auf")

	for name, args := range map[string][]string{
		"two files": {"a", "b"}, "no such file": {filepath.Join(folder, "gone.xml")}, "no IBAN": {"-konto", "x"}, "no list": {"-forderungen", filepath.Join(folder, "gone.csv")},
		"broken list":   {"-forderungen", write("l.csv", "a;b\n")},
		"broken amount": {"-forderungen", write("m.csv", "a;b;c;d;e\nx;42;viel;;Zweck\n")},
		"claim twice":   {"-forderungen", write("n.csv", "a;b;c;d;e\nx;42;1,00;;Zweck\nx;42;2,00;;Zweck\n")},
		"not XML":       {write("c.xml", "Hallo")},
		"network":       {"-addr", "0.0.0.0:0"},
		"unknown flag":  {"-unbekannt"},
		"pattern":       {"-muster", "ä"},
	} {
		require.Error(t, run(t.Context(), append([]string{}, args...), io.Discard, io.Discard), name)
	}
}

// TestSyntheticFile: a file from elsewhere with a list of its own claims.
func TestSyntheticFile(t *testing.T) {
	file := filepath.Join(testenv.Data(t, "payment/iso20022/samples-synthetic"), "camt053.v8.kasse.xml")
	list := filepath.Join(t.TempDir(), "liste.csv")
	require.NoError(t, os.WriteFile(list, []byte("Kennung;Kassenzeichen;Betrag;Schon bezahlt;Zweck\n"+
		"meldung;4200000000061;12,00;;Meldebescheinigung\nhund;4200000000111;25,00;25,00;Hundesteuer\n"), 0o600))
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), []string{"-text", "-muster", "42###########", "-forderungen", list, file}, &out, io.Discard))
	require.Contains(t, out.String(), "3 neue Buchungen")
	require.Contains(t, out.String(), "3,00 € Entgelt")
}

func TestServesUntilStopped(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	r, w := io.Pipe()
	done := make(chan error, 1)
	go func() { done <- run(ctx, []string{"-addr", "127.0.0.1:0"}, w, io.Discard) }()
	buf, text := make([]byte, 4096), ""
	for !strings.Contains(text, "http://127.0.0.1:") || !strings.HasSuffix(text, "/\n") {
		n, err := r.Read(buf)
		require.NoError(t, err)
		text += string(buf[:n])
	}
	url := strings.TrimSpace(text[strings.Index(text, "http://"):])
	resp, err := http.Get(url)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	require.Equal(t, http.StatusOK, resp.StatusCode)
	stop()
	select {
	case err := <-done:
		require.NoError(t, err)
	case <-time.After(time.Minute):
		require.Fail(t, "it goes on")
	}
}

func TestPage(t *testing.T) {
	server := httptest.NewServer(offen(t).handler(musterAuszug))
	defer server.Close()
	get := func(method, path string, change func(*http.Request)) (int, string, http.Header) {
		r, err := http.NewRequestWithContext(t.Context(), method, server.URL+path, nil)
		require.NoError(t, err)
		if change != nil {
			change(r)
		}
		resp, err := server.Client().Do(r)
		require.NoError(t, err)
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		require.NoError(t, err)
		return resp.StatusCode, string(body), resp.Header
	}
	status, body, header := get("GET", "/", nil)
	require.Equal(t, http.StatusOK, status)
	require.Contains(t, header.Get("Content-Security-Policy"), "default-src 'none'")
	require.NotContains(t, body, "<script")
	require.NotContains(t, body, "style=")
	for _, want := range []string{"Lauf 1: 8 neue Buchungen", "2.500,00 €", "2.880,40 €", "Doppelt bezahlt", "4200000000135 (offen 0,00 €)", "zusammen", "überzahlt", "teilweise bezahlt", "Erika Mustermann"} {
		require.Contains(t, strings.ToLower(body), strings.ToLower(want))
	}
	status, body, _ = get("POST", "/abgleich", nil)
	require.Equal(t, http.StatusOK, status)
	require.Contains(t, body, "Lauf 2: 0 neue Buchungen")

	status, _, header = get("GET", "/stil.css", nil)
	require.Equal(t, http.StatusOK, status)
	require.Contains(t, header.Get("Content-Type"), "text/css")
	for _, tt := range []struct {
		method, path string
		change       func(*http.Request)
		status       int
	}{
		{"GET", "/gibt-es-nicht", nil, http.StatusNotFound},
		{"DELETE", "/abgleich", nil, http.StatusNotFound},
		{"GET", "/", func(r *http.Request) { r.Host = "boese.example" }, http.StatusForbidden},
		{"POST", "/abgleich", func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") }, http.StatusForbidden},
	} {
		status, _, _ := get(tt.method, tt.path, tt.change)
		require.Equal(t, tt.status, status, "%s %s", tt.method, tt.path)
	}
}

// TestEverythingHasWords: no outcome, way or finding is shown as a code.
func TestEverythingHasWords(t *testing.T) {
	for _, o := range []reconcile.Outcome{
		reconcile.Matched, reconcile.Part, reconcile.Over, reconcile.Duplicate, reconcile.Settlement, reconcile.Return, reconcile.Refund,
		reconcile.Batch, reconcile.Ambiguous, reconcile.Unmatched, reconcile.NotBooked,
	} {
		require.NotEmpty(t, ausgang(o), o)
	}
	for _, m := range []reconcile.Match{reconcile.ByReference, reconcile.ByEndToEndID, reconcile.ByKassenzeichen, reconcile.ByBatch} {
		require.NotEmpty(t, weg(m), m)
	}
	for _, reason := range []reconcile.Reason{
		reconcile.NoReference, reconcile.UnknownReference, reconcile.CheckDigit, reconcile.Unchecked, reconcile.SeveralClaims, reconcile.SeveralExactly,
		reconcile.NothingToReturn, reconcile.ChargesUnclear, reconcile.BookedElsewhere, reconcile.KeyTaken, reconcile.NoDetails, reconcile.DetailsDiffer,
		reconcile.TooManyDetails, reconcile.NotCents, reconcile.NotEuro,
	} {
		require.NotEmpty(t, grund(reconcile.Result{Reason: reason}), reason)
	}
}
