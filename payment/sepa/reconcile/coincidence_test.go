package reconcile_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/payment/sepa/kassenzeichen"
	"github.com/bausteine/egov/payment/sepa/reconcile"
)

// TestNumbersThatNameAClaimByCoincidence: check digits alone prove little where
// a text holds other numbers.
func TestNumbersThatNameAClaimByCoincidence(t *testing.T) {
	for name, tt := range map[string]struct {
		pattern, kz, amount, text string
		want                      reconcile.Outcome
	}{
		"short, another amount": {"#####?", "123455", "11.00", "Miete 123455", reconcile.Unmatched},
		"short, what is open":   {"#####?", "123455", "30.70", "123455", reconcile.Matched},
		"a day, another amount": {"#######?", "21042023", "11.00", "Termin 21.04.2023", reconcile.Unmatched},
		"a day, what is open":   {"#######?", "21042023", "30.70", "Termin 21.04.2023", reconcile.Matched},
		"within an IBAN":        {"########", "37040044", "30.70", "von DE89 3704 0044 0532 0130 00", reconcile.Unmatched},
		"beside an IBAN":        {"#######?", "98765431", "11.00", "98765431 von DE89 3704 0044 0532 0130 00", reconcile.Part},
		"long, another amount":  {"#######?", "98765431", "11.00", "98765431", reconcile.Part},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			scheme := kassenzeichen.Luhn()
			if !strings.Contains(tt.pattern, "?") {
				scheme = kassenzeichen.None()
			}
			f := o.compile(tt.pattern, scheme)
			kz := tt.kz
			if f.Checked() && !f.Valid(kz) {
				t.Fatalf("%s is not valid", kz)
			}
			o.config.Formats = []*kassenzeichen.Format{f}
			o.claim("K1", kz, 3070, "rechnung")
			results, _ := o.run(statement(entry{amount: tt.amount, ref: "R1", text: tt.text}.xml()))
			require.Len(t, results, 1)
			require.Equal(t, tt.want, results[0].Outcome)
		})
	}
}

// TestDetailsThatAddUpByOverflow: 2^64 thousandths of a cent more are not the
// same sum.
func TestDetailsThatAddUpByOverflow(t *testing.T) {
	o := newOffice(t)
	o.config.SkipBalance = true
	o.claim("K1", kz1, 3070, "rechnung")
	var b strings.Builder
	b.WriteString(`<Ntry><Amt Ccy="EUR">30.70</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-11-20</Dt></BookgDt><AcctSvcrRef>R1</AcctSvcrRef><BkTxCd/><NtryDtls>`)
	// 2048 times 2^53 cents are 2^64 cents.
	for range 2048 {
		fmt.Fprintf(&b, `<TxDtls><Amt Ccy="EUR">90071992547409.92</Amt></TxDtls>`)
	}
	fmt.Fprintf(&b, `<TxDtls><Amt Ccy="EUR">30.70</Amt><RmtInf><Ustrd>%s</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>`, kz1)
	results, _ := o.run(statement(b.String()))
	require.Len(t, results, 1)
	require.Equal(t, reconcile.Batch, results[0].Outcome)
	require.Equal(t, reconcile.DetailsDiffer, results[0].Reason)
	require.Empty(t, o.status("K1").Entries)
}
