package fim_test

import (
	"bytes"
	"io"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/forms/fim"
	"github.com/bausteine/egov/internal/testenv"
)

// BenchmarkData writes and reads the answers to a form with 88 fields, both
// formats, without and with the check against the data schema.
func BenchmarkData(b *testing.B) {
	form, schema := schemaForm(b, testenv.Data(b, "xoev/xdatenfelder/ozg-xdf2-samples/BlaueKarte.xml"), false)
	c := &citizen{Rand: rand.New(rand.NewPCG(1, 1)), full: true}
	a := c.answers(form)
	plain := &fim.EncodeOptions{Content: content}
	checked := &fim.EncodeOptions{Content: content, Schema: schema}
	xml, err := fim.Marshal(form, a, checked)
	require.NoError(b, err)
	json, err := fim.MarshalJSON(form, a, checked)
	require.NoError(b, err)
	read := &fim.DecodeOptions{Schema: schema}
	for _, bench := range []struct {
		name string
		size int
		run  func() error
	}{
		{"XML/encode", len(xml), func() error { return fim.Encode(io.Discard, form, a, plain) }},
		{"XML/encode checked", len(xml), func() error { return fim.Encode(io.Discard, form, a, checked) }},
		{"XML/decode", len(xml), func() error { _, err := fim.Decode(bytes.NewReader(xml), form, read); return err }},
		{"XML/check", len(xml), func() error { _, err := schema.CheckXML(bytes.NewReader(xml), nil); return err }},
		{"JSON/encode", len(json), func() error { return fim.EncodeJSON(io.Discard, form, a, plain) }},
		{"JSON/encode checked", len(json), func() error { return fim.EncodeJSON(io.Discard, form, a, checked) }},
		{"JSON/decode", len(json), func() error { _, err := fim.DecodeJSON(bytes.NewReader(json), form, read); return err }},
		{"JSON/check", len(json), func() error { _, err := schema.CheckJSON(bytes.NewReader(json), nil); return err }},
		{"schema/write XSD", 0, func() error { return schema.WriteXSD(io.Discard) }},
		{"schema/write JSON Schema", 0, func() error { return schema.WriteJSONSchema(io.Discard) }},
	} {
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			if bench.size > 0 {
				b.SetBytes(int64(bench.size))
			}
			for b.Loop() {
				if err := bench.run(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
