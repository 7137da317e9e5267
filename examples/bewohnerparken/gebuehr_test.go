package main

import (
	"bytes"
	"context"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/forms"
	"github.com/bausteine/egov/forms/web"
	"github.com/bausteine/egov/payment"
	"github.com/bausteine/egov/payment/simulator"
)

// TestTheFeeIsWhatTheFormSays: each duration that the form offers has the fee
// it names, and nothing else can be applied for.
func TestTheFeeIsWhatTheFormSays(t *testing.T) {
	fee := func(dauer string) payment.Claim {
		a := web.Application{Tenant: mandant, ID: "00000000-0000-4000-8000-000000000001", Answers: forms.Answers{}.With("zeitraum.dauer", forms.Text(dauer)).With("zeitraum.zahlart", forms.Text("online"))}
		c, _ := forderung(a)
		return c
	}
	zeitraum, _ := reflect.TypeFor[Antrag]().FieldByName("Zeitraum")
	field, _ := zeitraum.Type.FieldByName("Dauer")
	options := strings.Split(field.Tag.Get("options"), "|")
	require.Len(t, options, 2)
	for _, o := range options {
		value, label, _ := strings.Cut(o, "=")
		c := fee(value)
		require.NoError(t, c.Validate())
		require.Contains(t, label, c.Amount.German())
		require.Contains(t, layout.Intro[1], c.Amount.German())
	}
	for _, unknown := range []string{"", "3", "12"} {
		require.Error(t, fee(unknown).Validate(), "a permit for nothing")
	}
}

// abbrechenUndAendern cancels on the pay page and changes the duration.
func abbrechenUndAendern(t *testing.T, l *laufend) *buerger {
	t.Helper()
	b := neuerBuerger(l.server.URL)
	b.bisZum(t, seiteBezahlen)
	require.NoError(t, b.press("Zahlung abbrechen", eingabe{}))
	require.Equal(t, seiteAbschluss, b.wo())
	require.NoError(t, b.press("Angaben ändern", eingabe{}))
	require.NoError(t, b.get(b.antrag+"/schritt/zeitraum"))
	e := b.antworten()
	e.values.Set("zeitraum.dauer", "2")
	require.NoError(t, b.press("Weiter", e))
	require.Equal(t, seiteSumme, b.wo(), textOf(b.page.doc))
	return b
}

// bezahltSpaet lets money come for the first payment, which had been canceled.
func bezahltSpaet(t *testing.T, l *laufend) {
	t.Helper()
	platform := l.Simulatoren["/simulator/kasse/"].(*simulator.Simulator)
	all, err := platform.Transactions(t.Context())
	require.NoError(t, err)
	require.NoError(t, platform.Settle(t.Context(), all[0].TransactionID, simulator.StatusPayed))
}

// status is the text of the status page.
func (b *buerger) status(t *testing.T) string {
	t.Helper()
	require.NoError(t, b.get(b.antrag+"/status"))
	require.Equal(t, 200, b.page.status)
	return textOf(b.page.doc)
}

func TestChangedDurationCostsItsOwnFee(t *testing.T) {
	l := starte(t, ordner(t))
	b := abbrechenUndAendern(t, l)
	require.NoError(t, b.weiter())
	require.Equal(t, seiteBezahlen, b.wo())
	require.Contains(t, textOf(b.page.doc), "61,40 €")
	b.bisZum(t, seiteEingang)
	require.Contains(t, b.status(t), "61,40 € bezahlt")
	require.NotContains(t, b.status(t), "30,70")
}

// TestNobodyPaysTwiceAfterAChange: the fee for the first duration arrives late,
// before the second is paid.
func TestNobodyPaysTwiceAfterAChange(t *testing.T) {
	l := starte(t, ordner(t))
	b := abbrechenUndAendern(t, l)
	bezahltSpaet(t, l)
	require.NoError(t, b.weiter())
	require.Equal(t, seiteAbschluss, b.wo(), "sent to pay although money has come")
	require.Equal(t, "Wir prüfen Ihre Zahlung", b.page.heading())
	text := b.status(t)
	require.Contains(t, text, "noch nicht bezahlt")
	require.Contains(t, text, "Außerdem eingegangen 30,70 €")
}

// TestMoneyForTheFirstDurationStaysVisible: it arrives after the second fee was
// paid. The citizen reads of it, and so does the authority.
func TestMoneyForTheFirstDurationStaysVisible(t *testing.T) {
	l := starte(t, ordner(t))
	var log bytes.Buffer
	l.Log = slog.New(slog.NewTextHandler(&log, nil))
	b := abbrechenUndAendern(t, l)
	b.bisZum(t, seiteEingang)
	bezahltSpaet(t, l)
	id := b.antrag[strings.LastIndexByte(b.antrag, '/')+1:]
	first, err := l.kasse.Status(t.Context(), mandant, id+".1online")
	require.NoError(t, err)
	_, err = l.kasse.Refresh(t.Context(), mandant, first.Attempts[0].ID)
	require.NoError(t, err)

	text := b.status(t)
	require.Contains(t, text, "61,40 € bezahlt")
	require.Contains(t, text, "Außerdem eingegangen 30,70 €")
	require.NoError(t, l.auffaelliges(t.Context()))
	require.Contains(t, log.String(), "needs a person")
	require.Contains(t, log.String(), id+".1online")
	require.NotContains(t, log.String(), id+".2online")
	events, err := l.kasse.Events(t.Context(), 10)
	require.NoError(t, err)
	require.Empty(t, events)
}

// TestAnyFolderName: the database lies in the folder, whatever its name means
// in a URI.
func TestAnyFolderName(t *testing.T) {
	for _, name := range []string{"a b", "Anträge", "a?b", "a#b", "a%41b", "a%zz", "a&_pragma=synchronous(OFF)", "a;b"} {
		t.Run(url.PathEscape(name), func(t *testing.T) {
			if os.PathSeparator == '\\' && strings.ContainsRune(name, '?') {
				t.Skip("Windows has no such names")
			}
			folder := filepath.Join(t.TempDir(), name)
			require.NoError(t, os.Mkdir(folder, 0o700))
			db, err := openDB(filepath.Join(folder, "bewohnerparken.db"))
			require.NoError(t, err)
			defer db.Close()
			require.NoError(t, tresor{db: db}.create(context.Background(), tresor{}))
			require.FileExists(t, filepath.Join(folder, "bewohnerparken.db"))
			var level int
			require.NoError(t, db.QueryRow("PRAGMA synchronous").Scan(&level))
			require.Equal(t, 2, level)
		})
	}
}

// TestByInvoice: the application is submitted at once, the invoice can be seen
// and paid, and nobody is sent to a pay page.
func TestByInvoice(t *testing.T) {
	l := starte(t, ordner(t))
	b := neuerBuerger(l.server.URL)
	b.bisZum(t, seiteZeitraum)
	e := b.antworten()
	e.values.Set("zeitraum.zahlart", "rechnung")
	require.NoError(t, b.press("Weiter", e))
	require.Equal(t, seiteSumme, b.wo(), textOf(b.page.doc))
	b.bisZum(t, seiteEingang)
	require.Contains(t, b.status(t), "noch nicht bezahlt")
	require.NoError(t, b.follow("Rechnung mit GiroCode ansehen"))
	require.Equal(t, 200, b.page.status)
	page := textOf(b.page.doc)
	require.Contains(t, page, "30,70 €")
	require.Contains(t, page, kassenzeichenOf(strings.TrimPrefix(b.antrag, b.base+"/antrag/")))

	claims, err := l.dienst.kasse.Find(t.Context(), mandant, kassenzeichenOf(strings.TrimPrefix(b.antrag, b.base+"/antrag/")))
	require.NoError(t, err)
	require.Len(t, claims, 1)
	a := claims[0].Attempts[0]
	_, err = l.dienst.kasse.Record(t.Context(), payment.Entry{Tenant: mandant, ClaimID: a.ClaimID, AttemptID: a.ID, Provider: "bank",
		TransactionID: "1", Kind: payment.KindPayment, Amount: a.Amount})
	require.NoError(t, err)
	require.Contains(t, b.status(t), "30,70 € bezahlt")
}
