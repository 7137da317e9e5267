package fim_test

import (
	"testing"

	"github.com/bausteine/egov/forms/fim"
	"github.com/bausteine/egov/internal/testenv"
	"github.com/stretchr/testify/require"
)

func BenchmarkFromSchema(b *testing.B) {
	for name, path := range map[string]string{
		"BlaueKarte":       "xoev/xdatenfelder/ozg-xdf2-samples/BlaueKarte.xml",
		"Gewerbeanmeldung": "xoev/xdatenfelder/xsd-glykon/examples/2.0/gewerbeanmeldung/S00000009_xdatenfelder.xml",
	} {
		b.Run(name, func(b *testing.B) {
			n := readSchema(b, testenv.Data(b, path))
			b.ReportAllocs()
			for b.Loop() {
				_, err := fim.FromSchema(n, nil)
				require.NoError(b, err)
			}
		})
	}
}
