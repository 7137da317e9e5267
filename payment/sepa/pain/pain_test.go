package pain_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/internal/testenv"
	"github.com/bausteine/egov/payment"
	"github.com/bausteine/egov/payment/sepa/pain"
	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/xmlscan"
)

var (
	monday  = time.Date(2026, 11, 23, 9, 0, 0, 0, time.FixedZone("CET", 3600))
	tuesday = payment.Date{Year: 2026, Month: 11, Day: 24}
	city    = pain.Party{Name: "Stadt Musterstadt", IBAN: "DE89370400440532013000", BIC: "COBADEFFXXX"}
	erika   = pain.Party{Name: "Erika Mustermann", IBAN: "DE02120300000000202051"}
)

func transferFile() pain.TransferFile {
	return pain.TransferFile{
		Header: pain.Header{MessageID: "PAIN001-20261123", Created: monday, Initiator: "Stadt Musterstadt"},
		Batches: []pain.TransferBatch{{ID: "PAIN001-20261123-1", Execute: tuesday, Debtor: city, Transfers: pain.All([]pain.Transfer{
			{EndToEndID: "REFUND-4200000000061-1", Amount: payment.EUR(1000), Creditor: erika, Text: "Erstattung 4200000000061"},
			{EndToEndID: "REFUND-2", Amount: payment.EUR(1), Creditor: pain.Party{Name: "Max Mustermann", IBAN: "DE02500105170137075030", BIC: "INGDDEFFXXX",
				Address: &pain.Address{Street: "Musterweg", HouseNumber: "1 a", PostalCode: "12345", Town: "Musterstadt", Country: "DE"}}, Reference: "RF18539007547034", Purpose: "GOVT"},
			{EndToEndID: "REFUND-3", Amount: payment.EUR(99999999999), Creditor: erika},
		})}, {ID: "PAIN001-20261123-2", Execute: payment.Date{Year: 2026, Month: 11, Day: 28}, Debtor: pain.Party{Name: city.Name, IBAN: city.IBAN}, Instant: true, Single: true,
			Transfers: pain.All([]pain.Transfer{{EndToEndID: "REFUND-4", Amount: payment.EUR(50), Creditor: erika, Text: "+ ' (x)/?:,."}})}},
	}
}

func debitFile() pain.DebitFile {
	signed := payment.Date{Year: 2025, Month: 3, Day: 1}
	return pain.DebitFile{
		Header: pain.Header{MessageID: "PAIN008-20261123", Created: monday, Initiator: "Stadt Musterstadt"},
		Batches: []pain.DebitBatch{
			{ID: "PAIN008-20261123-1", Due: payment.Date{Year: 2026, Month: 11, Day: 30}, Sequence: pain.Recurring, Creditor: city, CreditorID: "DE98ZZZ09999999999",
				Debits: pain.All([]pain.Debit{
					{EndToEndID: "4200000000111", Amount: payment.EUR(2500), Mandate: pain.Mandate{ID: "MANDAT-4711", Signed: signed}, Debtor: erika, Text: "4200000000111 Hundesteuer 2026"},
					{EndToEndID: "4200000000112", Amount: payment.EUR(2600), Mandate: pain.Mandate{ID: "M2", Signed: signed, NewAccount: true}, Debtor: erika, Reference: "RF18539007547034"},
					{EndToEndID: "4200000000113", Amount: payment.EUR(2700), Mandate: pain.Mandate{ID: "M3", Signed: signed, OriginalID: "M3-alt", OriginalCreditor: "Gemeinde Alt", OriginalCreditorID: "DE98ZZZ09999999999", OriginalIBAN: "DE02500105170137075030"}, Debtor: erika},
				})},
			{ID: "PAIN008-20261123-2", Due: tuesday, Sequence: pain.OneOff, B2B: true, Single: true, Creditor: pain.Party{Name: city.Name, IBAN: city.IBAN}, CreditorID: "DE98ZZZ09999999999",
				Debits: pain.All([]pain.Debit{{EndToEndID: "E", Amount: payment.EUR(1), Mandate: pain.Mandate{ID: "M4", Signed: signed}, Purpose: "TAXS",
					Debtor: pain.Party{Name: "Max Mustermann", IBAN: "DE02500105170137075030", Address: &pain.Address{Town: "Musterstadt", Country: "DE"}}}})},
		},
	}
}

func validate(t testing.TB, schema string, doc []byte) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "doc.xml")
	require.NoError(t, os.WriteFile(file, doc, 0o600))
	xsd := filepath.Join(testenv.Data(t, "payment/iso20022/xsd"), schema)
	out, err := exec.Command(testenv.Tool(t, "xmllint"), "--noout", "--schema", xsd, file).CombinedOutput()
	require.NoError(t, err, "%s", out)
}

// values returns the texts of an element in a document.
func values(t testing.TB, doc []byte, name string) (out []string) {
	t.Helper()
	s := xmlscan.NewBytes(doc, nil)
	for s.Next() {
		if s.Kind() == xmlscan.StartElement && s.Name().Local == name {
			text, err := s.ElementText(1000)
			require.NoError(t, err)
			out = append(out, text)
		}
	}
	require.NoError(t, s.Err())
	return out
}

func TestTransfersAreValid(t *testing.T) {
	for _, name := range []string{"first", "the sequences can be read again"} {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			totals, err := pain.WriteTransfers(&b, transferFile())
			require.NoError(t, err)
			require.Equal(t, &pain.Totals{Count: 4, Sum: payment.EUR(100000001050)}, totals)
			validate(t, "pain.001.001.09.xsd", b.Bytes())
			require.Equal(t, []string{"4", "3", "1"}, values(t, b.Bytes(), "NbOfTxs"))
			require.Equal(t, []string{"1000000010.50", "1000000010.00", "0.50"}, values(t, b.Bytes(), "CtrlSum"))
			require.Equal(t, []string{"10.00", "0.01", "999999999.99", "0.50"}, values(t, b.Bytes(), "InstdAmt"))
			require.Equal(t, []string{"2026-11-23T09:00:00+01:00"}, values(t, b.Bytes(), "CreDtTm"))
			require.Equal(t, []string{"true", "false"}, values(t, b.Bytes(), "BtchBookg"))
			require.Equal(t, []string{"RF18539007547034"}, values(t, b.Bytes(), "Ref"))
		})
	}
}

func TestDebitsAreValid(t *testing.T) {
	var b bytes.Buffer
	totals, err := pain.WriteDebits(&b, debitFile())
	require.NoError(t, err)
	require.Equal(t, &pain.Totals{Count: 4, Sum: payment.EUR(7801)}, totals)
	validate(t, "pain.008.001.08.xsd", b.Bytes())
	require.Equal(t, []string{"RCUR", "OOFF"}, values(t, b.Bytes(), "SeqTp"))
	require.Equal(t, []string{"78.01", "78.00", "0.01"}, values(t, b.Bytes(), "CtrlSum"))
	require.Equal(t, []string{"true", "true"}, values(t, b.Bytes(), "AmdmntInd"))
	require.Contains(t, b.String(), "<OrgnlDbtrAcct><Id><Othr><Id>SMNDA</Id></Othr></Id></OrgnlDbtrAcct>")
	require.Contains(t, b.String(), "<LclInstrm><Cd>B2B</Cd></LclInstrm>")
}

func edit[T any](file T, change func(*T)) T {
	change(&file)
	return file
}

func TestTransfersThatAreRefused(t *testing.T) {
	one := func(change func(*pain.Transfer)) func(*pain.TransferFile) {
		return func(f *pain.TransferFile) {
			t := pain.Transfer{EndToEndID: "E", Amount: payment.EUR(1000), Creditor: erika, Text: "x"}
			change(&t)
			f.Batches = f.Batches[:1]
			f.Batches[0].Transfers = pain.All([]pain.Transfer{t})
		}
	}
	batch := func(change func(*pain.TransferBatch)) func(*pain.TransferFile) {
		return func(f *pain.TransferFile) { change(&f.Batches[0]) }
	}
	for _, tt := range []struct {
		name, code, path string
		change           func(*pain.TransferFile)
	}{
		{"no batch", "PAIN-001", "batches", func(f *pain.TransferFile) { f.Batches = nil }},
		{"no orders", "PAIN-001", "batches[0]", batch(func(b *pain.TransferBatch) { b.Transfers = pain.All([]pain.Transfer{}) })},
		{"no sequence", "PAIN-001", "batches[0]", batch(func(b *pain.TransferBatch) { b.Transfers = nil })},
		{"no time", "PAIN-002", "created", func(f *pain.TransferFile) { f.Created = time.Time{} }},
		{"time beyond the calendar", "PAIN-002", "created", func(f *pain.TransferFile) { f.Created = time.Date(10000, 1, 3, 0, 0, 0, 0, time.UTC) }},
		{"zone that no place has", "PAIN-002", "created", func(f *pain.TransferFile) { f.Created = monday.In(time.FixedZone("", 15*60*60)) }},
		{"no message id", "SEPA-003", "messageId", func(f *pain.TransferFile) { f.MessageID = "" }},
		{"slashes", "SEPA-004", "messageId", func(f *pain.TransferFile) { f.MessageID = "a//b" }},
		{"umlaut in the initiator", "SEPA-002", "initiator", func(f *pain.TransferFile) { f.Initiator = "Stadtkämmerei" }},
		{"batch twice", "PAIN-014", "batches[1].id", func(f *pain.TransferFile) { f.Batches[1].ID = f.Batches[0].ID }},
		{"debtor's account", "PAIN-003", "batches[0].debtor.iban", batch(func(b *pain.TransferBatch) { b.Debtor.IBAN = "DE00" })},
		{"debtor's bank", "PAIN-004", "batches[0].debtor.bic", batch(func(b *pain.TransferBatch) { b.Debtor.BIC = "X" })},
		{"sunday", "PAIN-010", "batches[0].execute", batch(func(b *pain.TransferBatch) { b.Execute.Day = 29 })},
		{"yesterday", "PAIN-010", "batches[0].execute", batch(func(b *pain.TransferBatch) { b.Execute.Day = 20 })},
		{"no day", "PAIN-010", "batches[0].execute", batch(func(b *pain.TransferBatch) { b.Execute = payment.Date{} })},
		{"30 February", "PAIN-010", "batches[0].execute", batch(func(b *pain.TransferBatch) { b.Execute = payment.Date{Year: 2027, Month: 2, Day: 30} })},
		{"month 13", "PAIN-010", "batches[0].execute", batch(func(b *pain.TransferBatch) { b.Execute = payment.Date{Year: 2027, Month: 13, Day: 4} })},
		{"day 0 of an instant transfer", "PAIN-010", "batches[0].execute", batch(func(b *pain.TransferBatch) { b.Execute, b.Instant = payment.Date{Year: 2027, Month: 3}, true })},
		{"nothing", "PAIN-005", "batches[0].transfers[0].amount", one(func(o *pain.Transfer) { o.Amount = payment.EUR(0) })},
		{"a billion", "PAIN-005", "batches[0].transfers[0].amount", one(func(o *pain.Transfer) { o.Amount = payment.EUR(100000000000) })},
		{"dollars", "PAIN-005", "batches[0].transfers[0].amount", one(func(o *pain.Transfer) { o.Amount.Currency = "USD" })},
		{"text too long", "SEPA-003", "batches[0].transfers[0].text", one(func(o *pain.Transfer) { o.Text = strings.Repeat("x", 141) })},
		{"umlaut", "SEPA-002", "batches[0].transfers[0].text", one(func(o *pain.Transfer) { o.Text = "Gebühr" })},
		{"markup", "SEPA-002", "batches[0].transfers[0].text", one(func(o *pain.Transfer) { o.Text = "<x>&" })},
		{"text and reference", "PAIN-007", "batches[0].transfers[0].reference", one(func(o *pain.Transfer) { o.Reference = "RF18539007547034" })},
		{"wrong reference", "PAIN-007", "batches[0].transfers[0].reference", one(func(o *pain.Transfer) { o.Text, o.Reference = "", "RF19539007547034" })},
		{"purpose", "PAIN-008", "batches[0].transfers[0].purpose", one(func(o *pain.Transfer) { o.Purpose = "gift" })},
		{"no town", "PAIN-009", "batches[0].transfers[0].creditor.address", one(func(o *pain.Transfer) { o.Creditor.Address = &pain.Address{Country: "DE"} })},
		{"country", "PAIN-009", "batches[0].transfers[0].creditor.address", one(func(o *pain.Transfer) { o.Creditor.Address = &pain.Address{Town: "X", Country: "de"} })},
		{"long town", "SEPA-003", "batches[0].transfers[0].creditor.address.town", one(func(o *pain.Transfer) {
			o.Creditor.Address = &pain.Address{Town: strings.Repeat("x", 36), Country: "DE"}
		})},
		{"no name", "SEPA-003", "batches[0].transfers[0].creditor.name", one(func(o *pain.Transfer) { o.Creditor.Name = "" })},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var b bytes.Buffer
			totals, err := pain.WriteTransfers(&b, edit(transferFile(), tt.change))
			refused(t, &b, totals, err, tt.code, tt.path)
		})
	}
}

func refused(t *testing.T, b *bytes.Buffer, totals *pain.Totals, err error, code, path string) {
	t.Helper()
	var invalid *finding.InvalidError
	require.ErrorAs(t, err, &invalid)
	require.Equal(t, code, invalid.Findings[0].Code, "%v", invalid)
	require.False(t, code != "PAIN-006" && invalid.Has("PAIN-006"), "the sums are not to blame")
	require.Equal(t, path, invalid.Findings[0].Path)
	require.Nil(t, totals)
	require.Zero(t, b.Len(), "nothing is written")
}

func TestDebitsThatAreRefused(t *testing.T) {
	one := func(change func(*pain.Debit)) func(*pain.DebitFile) {
		return func(f *pain.DebitFile) {
			d := pain.Debit{EndToEndID: "E", Amount: payment.EUR(1), Mandate: pain.Mandate{ID: "M", Signed: payment.Date{Year: 2025, Month: 3, Day: 1}}, Debtor: erika}
			change(&d)
			f.Batches = f.Batches[:1]
			f.Batches[0].Debits = pain.All([]pain.Debit{d})
		}
	}
	batch := func(change func(*pain.DebitBatch)) func(*pain.DebitFile) {
		return func(f *pain.DebitFile) { change(&f.Batches[0]) }
	}
	for _, tt := range []struct {
		name, code, path string
		change           func(*pain.DebitFile)
	}{
		{"no batch", "PAIN-001", "batches", func(f *pain.DebitFile) { f.Batches = nil }},
		{"no orders", "PAIN-001", "batches[0]", batch(func(b *pain.DebitBatch) { b.Debits = nil })},
		{"the same day", "PAIN-010", "batches[0].due", batch(func(b *pain.DebitBatch) { b.Due.Day = 23 })},
		{"saturday", "PAIN-010", "batches[0].due", batch(func(b *pain.DebitBatch) { b.Due.Day = 28 })},
		{"christmas", "PAIN-010", "batches[0].due", batch(func(b *pain.DebitBatch) { b.Due = payment.Date{Year: 2026, Month: 12, Day: 25} })},
		{"creditor identifier", "PAIN-011", "batches[0].creditorId", batch(func(b *pain.DebitBatch) { b.CreditorID = "DE97ZZZ09999999999" })},
		{"sequence", "PAIN-012", "batches[0].sequence", batch(func(b *pain.DebitBatch) { b.Sequence = "RPRE" })},
		{"no mandate", "SEPA-003", "batches[0].debits[0].mandate.id", one(func(d *pain.Debit) { d.Mandate.ID = "" })},
		{"not signed", "PAIN-013", "batches[0].debits[0].mandate.signed", one(func(d *pain.Debit) { d.Mandate.Signed = payment.Date{} })},
		{"signed on 30 February", "PAIN-013", "batches[0].debits[0].mandate.signed", one(func(d *pain.Debit) { d.Mandate.Signed.Month, d.Mandate.Signed.Day = 2, 30 })},
		{"signed in no month", "PAIN-013", "batches[0].debits[0].mandate.signed", one(func(d *pain.Debit) { d.Mandate.Signed = payment.Date{Year: 2025} })},
		{"signed in the year 10000", "PAIN-013", "batches[0].debits[0].mandate.signed", one(func(d *pain.Debit) { d.Mandate.Signed.Year = 10000 })},
		{"due on 30 February", "PAIN-010", "batches[0].due", batch(func(b *pain.DebitBatch) { b.Due = payment.Date{Year: 2027, Month: 2, Day: 30} })},
		{"signed tomorrow", "PAIN-013", "batches[0].debits[0].mandate.signed", one(func(d *pain.Debit) { d.Mandate.Signed = tuesday })},
		{"identifier before", "PAIN-011", "batches[0].debits[0].mandate.originalCreditorId", one(func(d *pain.Debit) { d.Mandate.OriginalCreditorID = "x" })},
		{"account before", "PAIN-003", "batches[0].debits[0].mandate.originalIban", one(func(d *pain.Debit) { d.Mandate.OriginalIBAN, d.Mandate.NewAccount = erika.IBAN, true })},
		{"amount", "PAIN-005", "batches[0].debits[0].amount", one(func(d *pain.Debit) { d.Amount = payment.EUR(-1) })},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var b bytes.Buffer
			totals, err := pain.WriteDebits(&b, edit(debitFile(), tt.change))
			refused(t, &b, totals, err, tt.code, tt.path)
		})
	}
	seen := map[string]bool{}
	for _, r := range pain.Rules() {
		seen[r.Code] = true
		require.NotEmpty(t, r.Source)
	}
	require.Len(t, seen, 14)
}

func TestUmlautsWhereAllowed(t *testing.T) {
	f := transferFile()
	f.AllowUmlauts = true
	f.Batches = f.Batches[:1]
	f.Batches[0].Transfers = pain.All([]pain.Transfer{{EndToEndID: "E", Amount: payment.EUR(1), Creditor: pain.Party{Name: "Müller & Söhne", IBAN: erika.IBAN}, Text: "100 % Gebühr"}})
	var b bytes.Buffer
	_, err := pain.WriteTransfers(&b, f)
	require.NoError(t, err)
	validate(t, "pain.001.001.09.xsd", b.Bytes())
	require.Contains(t, values(t, b.Bytes(), "Nm"), "Müller & Söhne")
	f.Batches[0].Transfers = pain.All([]pain.Transfer{{EndToEndID: "E", Amount: payment.EUR(1), Creditor: erika, Text: "Łukasz"}})
	_, err = pain.WriteTransfers(io.Discard, f)
	require.Error(t, err)
}

func TestTransliterate(t *testing.T) {
	o := pain.Transfer{EndToEndID: "E", Amount: payment.EUR(1), Text: "Gebühr", Creditor: pain.Party{Name: "Müller & Söhne", IBAN: erika.IBAN, Address: &pain.Address{Street: "Hügelstraße", Town: "Köln", Country: "DE"}}}
	got, changed := o.Transliterate()
	require.True(t, changed.Any())
	require.Equal(t, [3]int{3, 1, 3}, [3]int{len(changed.Name), len(changed.Text), len(changed.Address)})
	require.Equal(t, "Mueller + Soehne", got.Creditor.Name)
	require.Equal(t, "Huegelstrasse", got.Creditor.Address.Street)
	require.Equal(t, "Hügelstraße", o.Creditor.Address.Street, "the original is not touched")
	_, changed = got.Transliterate()
	require.False(t, changed.Any())
	d, changed := pain.Debit{Text: "ä", Debtor: erika}.Transliterate()
	require.Len(t, changed.Text, 1)
	require.Equal(t, "ae", d.Text)
}

// changing is a sequence that is another one the second time.
func changing(first, second []pain.Transfer) iter.Seq2[pain.Transfer, error] {
	n := 0
	return func(yield func(pain.Transfer, error) bool) {
		n++
		list := first
		if n > 1 {
			list = second
		}
		for _, v := range list {
			if !yield(v, nil) {
				return
			}
		}
	}
}

func TestSequencesThatChangeOrFail(t *testing.T) {
	a := pain.Transfer{EndToEndID: "A", Amount: payment.EUR(1), Creditor: erika}
	b := pain.Transfer{EndToEndID: "B", Amount: payment.EUR(2), Creditor: erika}
	bad := pain.Transfer{EndToEndID: "B", Amount: payment.EUR(1), Creditor: pain.Party{Name: "<", IBAN: erika.IBAN}}
	for name, second := range map[string][]pain.Transfer{"fewer": {}, "more": {a, a}, "another sum": {b}, "broken": {bad}} {
		f := transferFile()
		f.Batches = f.Batches[:1]
		f.Batches[0].Transfers = changing([]pain.Transfer{a}, second)
		_, err := pain.WriteTransfers(io.Discard, f)
		require.ErrorIs(t, err, pain.ErrChanged, name)
	}
	gone := errors.New("database gone")
	f := transferFile()
	f.Batches[0].Transfers = func(yield func(pain.Transfer, error) bool) { yield(pain.Transfer{}, gone) }
	_, err := pain.WriteTransfers(io.Discard, f)
	require.ErrorIs(t, err, gone)
	d := debitFile()
	d.Batches[0].Debits = func(yield func(pain.Debit, error) bool) { yield(pain.Debit{}, gone) }
	_, err = pain.WriteDebits(io.Discard, d)
	require.ErrorIs(t, err, gone)
	_, err = pain.WriteTransfers(failing{}, transferFile())
	require.ErrorIs(t, err, io.ErrClosedPipe)
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

// TestBrokenWriterEndsReading: orders that nobody takes are not read.
func TestBrokenWriterEndsReading(t *testing.T) {
	read := 0
	f := transferFile()
	many(&f.Batches[0].Transfers, &read, pain.Transfer{EndToEndID: "E", Amount: payment.EUR(1), Creditor: erika})
	_, err := pain.WriteTransfers(failing{}, f)
	require.ErrorIs(t, err, io.ErrClosedPipe)
	require.Less(t, read, 1500, "1000 are checked, some are written")
	read = 0
	d := debitFile()
	many(&d.Batches[0].Debits, &read, pain.Debit{EndToEndID: "E", Amount: payment.EUR(1), Mandate: pain.Mandate{ID: "M", Signed: payment.Date{Year: 2025, Month: 3, Day: 1}}, Debtor: erika})
	_, err = pain.WriteDebits(failing{}, d)
	require.ErrorIs(t, err, io.ErrClosedPipe)
	require.Less(t, read, 1500, "1000 are checked, some are written")
}

// many makes a sequence of 1000 orders that counts how many were read.
func many[T any](dst *iter.Seq2[T, error], read *int, order T) {
	*dst = func(yield func(T, error) bool) {
		for range 1000 {
			if *read++; !yield(order, nil) {
				return
			}
		}
	}
}

// TestManyOrders writes 60,000 orders and looks at the memory meanwhile.
func TestManyOrders(t *testing.T) {
	if testing.Short() {
		t.Skip("writes 60,000 orders twice")
	}
	peak := func(n int) (most uint64) {
		f := transferFile()
		f.Batches = f.Batches[:1]
		f.Batches[0].Transfers = func(yield func(pain.Transfer, error) bool) {
			for i := range n {
				if i%20000 == 0 {
					runtime.GC()
					var m runtime.MemStats
					runtime.ReadMemStats(&m)
					most = max(most, m.HeapAlloc)
				}
				if !yield(pain.Transfer{EndToEndID: fmt.Sprintf("E-%d", i), Amount: payment.EUR(int64(1 + i%1000)), Creditor: erika, Text: "x"}, nil) {
					return
				}
			}
		}
		totals, err := pain.WriteTransfers(io.Discard, f)
		require.NoError(t, err)
		require.Equal(t, n, totals.Count)
		return most
	}
	small, large := peak(1000), peak(60000)
	require.Less(t, large, small+1<<20)
}

func TestLogsHidePeople(t *testing.T) {
	var b bytes.Buffer
	o := pain.Transfer{EndToEndID: "E", Amount: payment.EUR(1), Creditor: erika, Text: "geheim"}
	d := pain.Debit{EndToEndID: "E", Amount: payment.EUR(1), Debtor: erika, Text: "geheim"}
	home := &pain.Address{Street: "Musterweg", Town: "Musterstadt", Country: "DE"}
	m := pain.Mandate{ID: "M", OriginalIBAN: erika.IBAN, OriginalCreditor: "Stadt Muster"}
	slog.New(slog.NewTextHandler(&b, nil)).Info("x", "t", o, "d", d, "p", erika, "a", home, "m", m)
	fmt.Fprintf(&b, "%v %+v %#v %v %+v", o, d, erika, home, m)
	require.NotContains(t, b.String(), "Muster")
	require.NotContains(t, b.String(), "geheim")
	require.NotContains(t, b.String(), "DE02")
}

// FuzzText: whatever the texts are, the file is refused or well-formed and says
// them back.
func FuzzText(f *testing.F) {
	f.Add("Erika Mustermann", "Erstattung 42", "E-1", false)
	f.Add("Müller & Söhne", "<![CDATA[", "a//b", true)
	f.Fuzz(func(t *testing.T, name, text, id string, umlauts bool) {
		file := transferFile()
		file.AllowUmlauts = umlauts
		file.Batches = file.Batches[:1]
		file.Batches[0].Transfers = pain.All([]pain.Transfer{{EndToEndID: id, Amount: payment.EUR(1), Creditor: pain.Party{Name: name, IBAN: erika.IBAN}, Text: text}})
		var b bytes.Buffer
		_, err := pain.WriteTransfers(&b, file)
		if err != nil {
			var invalid *finding.InvalidError
			require.ErrorAs(t, err, &invalid)
			require.Zero(t, b.Len())
			return
		}
		require.Equal(t, []string{"Stadt Musterstadt", "Stadt Musterstadt", name}, values(t, b.Bytes(), "Nm"))
		require.Equal(t, []string{id}, values(t, b.Bytes(), "EndToEndId"))
		if text != "" {
			require.Equal(t, []string{text}, values(t, b.Bytes(), "Ustrd"))
		}
	})
}

func ExampleWriteTransfers() {
	totals, err := pain.WriteTransfers(io.Discard, pain.TransferFile{
		Header: pain.Header{MessageID: "ERST-20261123", Created: monday, Initiator: "Stadt Musterstadt"},
		Batches: []pain.TransferBatch{{
			ID: "ERST-20261123-1", Execute: tuesday, Debtor: pain.Party{Name: "Stadt Musterstadt", IBAN: "DE89370400440532013000"},
			Transfers: pain.All([]pain.Transfer{{
				EndToEndID: "REFUND-4200000000061-1", Amount: payment.EUR(1000), Text: "Erstattung 4200000000061",
				Creditor: pain.Party{Name: "Erika Mustermann", IBAN: "DE02120300000000202051"},
			}}),
		}},
	})
	fmt.Println(totals.Count, totals.Sum.German(), err)
	// Output: 1 10,00 € <nil>
}

func ExampleWriteDebits() {
	totals, err := pain.WriteDebits(io.Discard, pain.DebitFile{
		Header: pain.Header{MessageID: "HUND-20261123", Created: monday, Initiator: "Stadt Musterstadt"},
		Batches: []pain.DebitBatch{{
			ID: "HUND-20261123-1", Due: payment.Date{Year: 2026, Month: 12, Day: 1}, Sequence: pain.Recurring, CreditorID: "DE98ZZZ09999999999",
			Creditor: pain.Party{Name: "Stadt Musterstadt", IBAN: "DE89370400440532013000"},
			Debits: pain.All([]pain.Debit{{
				EndToEndID: "4200000000111", Amount: payment.EUR(2500), Text: "4200000000111 Hundesteuer 2026",
				Mandate: pain.Mandate{ID: "MANDAT-4711", Signed: payment.Date{Year: 2025, Month: 3, Day: 1}},
				Debtor:  pain.Party{Name: "Erika Mustermann", IBAN: "DE02120300000000202051"},
			}}),
		}},
	})
	fmt.Println(totals.Count, totals.Sum.German(), err)
	// Output: 1 25,00 € <nil>
}
