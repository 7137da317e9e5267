package ids_test

import (
	"fmt"
	"testing"
	"unicode/utf8"

	"github.com/bausteine/egov/forms/ids"
)

func BenchmarkKinds(b *testing.B) {
	for _, k := range ids.Kinds() {
		b.Run(k.Tag, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if !k.Valid(k.Example) {
					b.Fatal("not valid")
				}
			}
		})
	}
}

func FuzzKinds(f *testing.F) {
	kinds := ids.Kinds()
	for i, k := range kinds {
		f.Add(uint8(i), k.Example)
		f.Add(uint8(i), k.Format(k.Example))
	}
	index := func(tag string) uint8 {
		for i, k := range kinds {
			if k.Tag == tag {
				return uint8(i)
			}
		}
		f.Fatalf("no kind %s", tag)
		return 0
	}
	f.Add(index("steuerid"), "02 476 291 358")
	for _, tt := range accepted {
		f.Add(index(tt[0]), tt[1])
	}
	for _, tt := range refused {
		f.Add(index(tt.tag), tt.in)
	}
	f.Fuzz(func(t *testing.T, i uint8, s string) {
		k := kinds[int(i)%len(kinds)]
		got, err := k.Parse(s)
		if (err == nil) != k.Valid(s) {
			t.Fatalf("%s: Parse and Valid disagree", k.Tag)
		}
		if err != nil {
			code, pos := codeOf(t, err)
			if got != "" || code == "" || pos >= max(len(s), 1) || k.Warning(s) != nil {
				t.Fatalf("%s: %q with error %s at %d", k.Tag, got, code, pos)
			}
			fuzzTestNumber(t, k, s)
			return
		}
		if !utf8.ValidString(got) {
			t.Fatalf("%s: %q is not UTF-8", k.Tag, got)
		}
		if again, err := k.Parse(got); err != nil || again != got {
			t.Fatalf("%s: %q is not its own normal form: %q", k.Tag, got, again)
		}
		if again, err := k.Parse(k.Format(got)); err != nil || again != got {
			t.Fatalf("%s: %q does not survive Format: %q", k.Tag, got, k.Format(got))
		}
		if strict, err := k.ParseStrict(s); err == nil && strict != got {
			t.Fatalf("%s: %q and strict %q", k.Tag, got, strict)
		}
	})
}

// fuzzTestNumber: of what Parse refuses, Format writes test numbers only.
func fuzzTestNumber(t *testing.T, k ids.Kind, s string) {
	t.Helper()
	number, err := k.ParseTest(s)
	if err != nil {
		if k.Format(s) != s {
			t.Fatalf("%s: what is no identifier is formatted: %q", k.Tag, k.Format(s))
		}
		return
	}
	if again, err := k.ParseTest(k.Format(s)); err != nil || again != number {
		t.Fatalf("%s: test number %q does not survive Format: %q", k.Tag, number, k.Format(s))
	}
}

func ExampleKindOf() {
	kind, ok := ids.KindOf("kvnr")
	if !ok {
		panic("no such kind")
	}
	fmt.Println(kind.Name)
	fmt.Println(kind.Parse("a 123 456 780"))
	_, err := kind.Parse("A123456787")
	fmt.Println(err)
	// Output:
	// Krankenversichertennummer
	// A123456780 <nil>
	// ids: Krankenversichertennummer: CHECKSUM at byte 9
}
