package tsa_test

import (
	"crypto/x509/pkix"
	"encoding/asn1"
	"strings"
)

func replaced(s string, pairs ...string) string { return strings.NewReplacer(pairs...).Replace(s) }

func cut(s, prefix string) (string, bool) { return strings.CutPrefix(s, prefix) }

func extension() pkix.Extension {
	return pkix.Extension{Id: asn1.ObjectIdentifier{1, 2, 3}, Critical: true, Value: []byte{5, 0}}
}
