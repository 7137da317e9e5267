package camt_test

import (
	"encoding/xml"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/payment/sepa/camt"
)

// generated is a camt.053 of n entries that is made while it is read.
type generated struct {
	n, next int
	buf     []byte
}

func newGenerated(bytes int) *generated {
	return &generated{n: bytes / 1140}
}

const benchEntry = `
   <Ntry><Amt Ccy="EUR">12.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-11-20</Dt></BookgDt><ValDt><Dt>2026-11-20</Dt></ValDt><AcctSvcrRef>BANKREF%010d</AcctSvcrRef>
    <BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn><Prtry><Cd>NTRF+166+00931</Cd><Issr>DK</Issr></Prtry></BkTxCd>
    <NtryDtls><TxDtls><Refs><EndToEndId>E2E-%010d</EndToEndId><TxId>TX%010d</TxId></Refs><Amt Ccy="EUR">12.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>
     <RltdPties><Dbtr><Pty><Nm>Erika Mustermann</Nm><PstlAdr><Ctry>DE</Ctry><AdrLine>Musterweg 1</AdrLine><AdrLine>12345 Musterstadt</AdrLine></PstlAdr></Pty></Dbtr><DbtrAcct><Id><IBAN>DE02120300000000202051</IBAN></Id></DbtrAcct></RltdPties>
     <RltdAgts><DbtrAgt><FinInstnId><BICFI>BYLADEM1001</BICFI></FinInstnId></DbtrAgt></RltdAgts>
     <RmtInf><Ustrd>Kassenzeichen 42.0000.0000.061 Mel</Ustrd><Ustrd>debescheinigung</Ustrd></RmtInf></TxDtls></NtryDtls><AddtlNtryInf>SEPA-Gutschrift</AddtlNtryInf></Ntry>`

func (g *generated) Read(p []byte) (int, error) {
	for len(g.buf) == 0 {
		switch {
		case g.next == 0:
			g.buf = fmt.Appendf(g.buf[:0], `<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><GrpHdr><MsgId>M</MsgId><CreDtTm>2026-11-20T21:00:00</CreDtTm></GrpHdr><Stmt><Id>S</Id><Acct><Id><IBAN>DE89370400440532013000</IBAN></Id><Ccy>EUR</Ccy></Acct>
<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">0.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-11-20</Dt></Dt></Bal><Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">%d.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-11-20</Dt></Dt></Bal>`, 12*g.n)
		case g.next <= g.n:
			g.buf = fmt.Appendf(g.buf[:0], benchEntry, g.next, g.next, g.next)
		case g.next == g.n+1:
			g.buf = append(g.buf[:0], "</Stmt></BkToCstmrStmt></Document>\n"...)
		default:
			return 0, io.EOF
		}
		g.next++
	}
	n := copy(p, g.buf)
	g.buf = g.buf[n:]
	return n, nil
}

// stdEntry holds for encoding/xml what an Entry and a Detail hold.
type stdEntry struct {
	NtryRef, AcctSvcrRef, AddtlNtryInf string
	Amt                                stdAmount
	CdtDbtInd                          string
	RvslInd                            bool
	Sts                                struct{ Cd string }
	BookgDt, ValDt                     struct{ Dt, DtTm string }
	BkTxCd                             struct {
		Domn struct {
			Cd   string
			Fmly struct{ Cd, SubFmlyCd string }
		}
		Prtry struct{ Cd, Issr string }
	}
	NtryDtls []struct {
		Btch   *struct{ MsgId, PmtInfId, NbOfTxs string }
		TxDtls []struct {
			Refs      struct{ MsgId, AcctSvcrRef, PmtInfId, InstrId, EndToEndId, TxId, MndtId string }
			Amt       *stdAmount
			CdtDbtInd string
			RltdPties struct {
				Dbtr, Cdtr         struct{ Pty struct{ Nm string } }
				DbtrAcct, CdtrAcct struct{ Id struct{ IBAN string } }
			}
			RltdAgts struct {
				DbtrAgt struct{ FinInstnId struct{ BICFI string } }
			}
			RmtInf struct {
				Ustrd []string
				Strd  []struct{ CdtrRefInf struct{ Ref string } }
			}
			RtrInf *struct{ Rsn struct{ Cd string } }
		}
	}
}

type stdAmount struct {
	Ccy   string `xml:",attr"`
	Value string `xml:",chardata"`
}

// readStd decodes entry by entry, so that memory is constant there too.
func readStd(r io.Reader) (n int, err error) {
	d := xml.NewDecoder(r)
	for {
		tok, err := d.Token()
		if err == io.EOF {
			return n, nil
		}
		if err != nil {
			return n, err
		}
		if start, ok := tok.(xml.StartElement); ok && start.Name.Local == "Ntry" {
			var e stdEntry
			if err := d.DecodeElement(&e, &start); err != nil {
				return n, err
			}
			if len(e.NtryDtls[0].TxDtls[0].RmtInf.Ustrd) == 2 {
				n++
			}
		}
	}
}

func readOurs(r io.Reader) (n int, err error) {
	rd := camt.NewReader(r, nil)
	for rd.NextStatement() {
		for rd.NextEntry() {
			for rd.NextDetail() {
				if len(rd.Detail().Text) == 2 {
					n++
				}
			}
		}
	}
	return n, rd.Err()
}

// countingReader tells how much was read.
type countingReader struct {
	r io.Reader
	n int64
}

func (c *countingReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

const benchBytes = 100 << 20

// BenchmarkRead reads a camt.053 of 100 MB. The last one compares: times-faster
// is the ratio to encoding/xml into structs.
func BenchmarkRead(b *testing.B) {
	whole := func(read func(io.Reader) (int, error)) func(b *testing.B) {
		return func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				c := &countingReader{r: newGenerated(benchBytes)}
				n, err := read(c)
				if err != nil || n < benchBytes/1200 {
					b.Fatal(n, err)
				}
				b.SetBytes(c.n)
			}
		}
	}
	b.Run("camt", whole(readOurs))
	b.Run("camt.Check", whole(func(r io.Reader) (int, error) {
		report, err := camt.Check(r, nil)
		if err != nil || len(report.Findings) > 0 {
			return 0, fmt.Errorf("%v %v", err, report)
		}
		return int(report.Statements[0].Details), nil
	}))
	b.Run("encoding-xml", whole(readStd))
	b.Run("generate", whole(func(r io.Reader) (int, error) {
		n, err := io.Copy(io.Discard, r)
		return int(n), err
	}))
	b.Run("ratio", func(b *testing.B) {
		var doc strings.Builder
		if _, err := io.Copy(&doc, newGenerated(benchBytes)); err != nil {
			b.Fatal(err)
		}
		var ours, std time.Duration
		for b.Loop() {
			begin := time.Now()
			if _, err := readOurs(strings.NewReader(doc.String())); err != nil {
				b.Fatal(err)
			}
			middle := time.Now()
			if _, err := readStd(strings.NewReader(doc.String())); err != nil {
				b.Fatal(err)
			}
			ours += middle.Sub(begin)
			std += time.Since(middle)
		}
		b.ReportMetric(std.Seconds()/ours.Seconds(), "times-faster")
	})
}

// TestMemoryIsConstant: the heap in use does not grow with the file.
func TestMemoryIsConstant(t *testing.T) {
	if testing.Short() {
		t.Skip("reads 16 MB")
	}
	peak := func(bytes int) uint64 {
		var most uint64
		rd := camt.NewReader(newGenerated(bytes), nil)
		for rd.NextStatement() {
			for n := 0; rd.NextEntry(); n++ {
				if n%2000 == 0 {
					runtime.GC()
					var m runtime.MemStats
					runtime.ReadMemStats(&m)
					most = max(most, m.HeapAlloc)
				}
			}
		}
		require.NoError(t, rd.Err())
		return most
	}
	small, large := peak(2<<20), peak(14<<20)
	require.Less(t, large, small+1<<20)
}

func TestGeneratedFileIsValid(t *testing.T) {
	var doc strings.Builder
	_, err := io.Copy(&doc, newGenerated(10000))
	require.NoError(t, err)
	validate(t, "camt.053.001.08.xsd", doc.String())
	n, err := readStd(strings.NewReader(doc.String()))
	require.NoError(t, err)
	m, err := readOurs(strings.NewReader(doc.String()))
	require.NoError(t, err)
	require.Equal(t, n, m)
	report, err := camt.Check(strings.NewReader(doc.String()), nil)
	require.NoError(t, err)
	require.Empty(t, report.Findings)
}
