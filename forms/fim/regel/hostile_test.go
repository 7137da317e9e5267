package regel_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/forms/fim/regel"
)

// TestTricky: sentences that could be read as what their author did not mean.
func TestTricky(t *testing.T) {
	for _, c := range []struct{ text, code string }{
		{`Wenn F17000000009 > 1.000, dann muss F17000000005 ausgefüllt werden.`, regel.CodeValue},
		{`Wenn F17000000009 > 1,000, dann muss F17000000005 ausgefüllt werden.`, regel.CodeValue},
		{`Wenn F17000000009 = 1,2 oder 3, dann muss F17000000005 ausgefüllt werden.`, regel.CodeValue},
		{`Wenn F17000000009 > 2,5, dann muss F17000000005 ausgefüllt werden.`, regel.CodeValue},
		{`F17000000005 ist nur dann zu befüllen, wenn F17000000004 bejaht wurde.`, regel.CodeValue},
		{`F17000000005 ist nur dann zu befüllen, wenn F17000000004 verneint wurde.`, regel.CodeValue},
		{`Wenn bei F17000000004 "Hunderasse" angegeben wird, dann muss F17000000005 befüllt werden.`, regel.CodeValue},
		{`Wenn F17000000004 = "leer", dann muss F17000000005 befüllt werden.`, regel.CodeValue},
		{`Wenn F17000000004 = "F17000000003 Chipnummer", dann muss F17000000005 befüllt werden.`, regel.CodeValue},
		{`Wenn F17000000004 = "F17000000003", dann muss F17000000005 befüllt werden.`, regel.CodeValue},
		{`Wenn F17000000004 = wahr, dann muss F17000000005 befüllt werden.`, regel.CodeValue},
		{`Wenn F17000000006 <> 001 oder F17000000006 <> 002, dann ist F17000000004 nicht anzuzeigen.`, regel.CodeMixed},
		{`Wenn F17000000006 = 001 und F17000000006 = 002, dann muss F17000000004 befüllt werden.`, regel.CodeMixed},
		{`Es muss mindestens eines der Felder F17000000003 oder F17000000004 den Wert "wahr" haben.`, regel.CodeValue},
		{`Der Wert in F17000000009 gibt an, wie oft die Gruppe G17000000003 befüllt sein muss, höchstens jedoch fünfmal.`, regel.CodeShape},
		{`Wenn F17000000001 bejaht wurde, es sei denn F17000000002 bejaht wurde, dann muss F17000000004 befüllt werden.`, regel.CodeShape},
		{`Sofern nicht F17000000001 bejaht wurde, muss F17000000004 befüllt werden.`, regel.CodeNegation},
		{`Nicht nur wenn F17000000001 bejaht wurde, dann muss F17000000004 befüllt werden.`, regel.CodeNegation},
		{`Auch wenn F17000000001 bejaht wurde, dann muss F17000000004 befüllt werden.`, regel.CodeShape},
		{`Wenn F17000000001 bejaht wurde, dann muss F17000000004 befüllt werden, es sei denn, F17000000002 ist befüllt.`, regel.CodeShape},
		{`Es muss mindestens eines der Felder F17000000003 oder F17000000004 und höchstens F17000000005 befüllt werden.`, regel.CodeMixed},
		{`Es müssen mindestens zwei der Felder F17000000003, F17000000004 oder F17000000005 befüllt werden.`, regel.CodeShape},
		{`Wenn F17000000009 größer als zwei, dann muss F17000000005 ausgefüllt werden.`, regel.CodeShape},
		{`Wenn F17000000009 > zwei, dann muss F17000000005 ausgefüllt werden.`, regel.CodeShape},
		{`Wenn F17000000009 = 2 bis 5, dann muss F17000000005 ausgefüllt werden.`, regel.CodeShape},
		{`Wenn „F17000000001 Chip vorhanden“ bejaht wurde, dann muss „F17000000002 Bissiger Hund“ befüllt werden.`, regel.CodeName},
		{`Wenn F17000000009 = -2, dann muss F17000000005 ausgefüllt werden.`, regel.CodeShape},
		{`Wenn F17000000009 > 2 Jahre, dann muss F17000000005 ausgefüllt werden.`, regel.CodeShape},
		{`Wenn F17000000009 > 2 %, dann muss F17000000005 ausgefüllt werden.`, regel.CodeShape},
		{`Weder F17000000003 noch F17000000004 ist nur dann zu befüllen, wenn F17000000002 bejaht wurde.`, regel.CodeNegation},
		{`F17000000003 ist nur dann zu befüllen, wenn F17000000002 bejaht wurde und umgekehrt.`, regel.CodeShape},
		{`F17000000003 ist nur dann zu befüllen, wenn F17000000002 bejaht wurde, nicht jedoch bei Welpen.`, regel.CodeNegation},
		{`F17000000003 ist nur dann zu befüllen, wenn F17000000002 bejaht wurde; sonst F17000000004.`, regel.CodeNegation},
		{`F17000000003 bis F17000000005 sind nur dann zu befüllen, wenn F17000000002 bejaht wurde.`, regel.CodeShape},
		{`F17000000003 und/oder F17000000004 sind nur dann zu befüllen, wenn F17000000002 bejaht wurde.`, regel.CodeMixed},
		{`F17000000003 ist nur dann anzugeben, wenn F17000000002 nie bejaht wurde.`, regel.CodeShape},
		{`Wenn F17000000001 oder F17000000002 bejaht wurde, dann muss F17000000004 befüllt werden.`, regel.CodeShape},
		{`Wenn F17000000004 "nicht leer" angegeben wird, dann muss F17000000005 befüllt werden.`, regel.CodeValue},
		{`Wenn F17000000006 ungleich 001 oder 002, dann muss F17000000004 befüllt werden.`, regel.CodeShape},
		{`Wenn F17000000001 bejaht wurde und F17000000001 verneint wurde, dann muss F17000000005 ausgefüllt werden.`, regel.CodeMixed},
		{`Wenn F17000000001 leer oder F17000000001 nicht leer, dann muss F17000000005 ausgefüllt werden.`, regel.CodeMixed},
		{`Wenn F17000000002 <> ja, dann muss F17000000005 ausgefüllt werden.`, regel.CodeUnanswered},
		{`Es muss entweder F17000000003 oder F17000000004 oder beides befüllt werden.`, regel.CodeShape},
		{`Es muss entweder F17000000003 oder F17000000004, F17000000005 befüllt werden.`, regel.CodeShape},
		{`Es muss nicht mindestens eines der Felder F17000000003 oder F17000000004 befüllt werden.`, regel.CodeNegation},
		{`Mindestens eines der Felder F17000000003 oder F17000000004 muss nicht befüllt werden.`, regel.CodeNegation},
		{`Wenn F17000000004 = "nicht leer", dann muss F17000000005 befüllt werden.`, regel.CodeValue},
		{`Wenn F17000000006 = 001 F17000000007 = 002, dann muss F17000000005 befüllt werden.`, regel.CodeShape},
		{`Wenn F17000000009 >= 18.5.2020, dann muss F17000000005 befüllt werden.`, regel.CodeSentences},
		{`Wenn F17000000009 > 10.000,50, dann muss F17000000005 befüllt werden.`, regel.CodeShape},
		{`Wenn bei F17000000004 "sonstige" angegeben wird, dann muss F17000000005 befüllt werden.`, regel.CodeValue},
		{`Der Wert in F17000000009 gibt an, wie oft die Gruppe G17000000003 nicht befüllt sein muss.`, regel.CodeNegation},
	} {
		t.Run(c.text, func(t *testing.T) {
			r := regel.Recognise(c.text, schema())
			require.NotNil(t, r.Open, "%v", r.Reading)
			assert.Equal(t, c.code, r.Open.Code)
			assert.Empty(t, r.Effects)
		})
	}
}
