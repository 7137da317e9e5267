package latin_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/bausteine/egov/internal/testenv"
	"github.com/bausteine/egov/xoev/latin"
)

// Values as they stand in messages. The people are fictional.
var (
	benchNames = []string{"Mustermann", "Erika", "Max", "Müller-Lüdenscheidt", "von der Tann", "Groß", "Jürgen", "Šarić",
		"Nguyễn Thị Hạnh", "Łukasz Wiśniewski", "D'Angelo", "Zoë", "Günther", "Özdemir", "Anna-Lena Katharina"}
	benchAddresses = []string{"Heidestraße 17", "Am Großen Anger 3 a", "Straße des Friedens 112-114", "99084 Erfurt", "Musterstadt, OT Kleinbürgel",
		"Karl-Bröger-Straße 17", "Hinterhaus, 2. OG links", "Bad Frankenhausen/Kyffhäuser", "c/o Mustermann", "Postfach 10 01 21"}
)

var benchTexts = []struct {
	name   string
	typ    latin.Type
	values []string
}{
	{"names", latin.A, benchNames},
	{"addresses", latin.B, benchAddresses},
	{"text", latin.C, []string{strings.Repeat(strings.Join(benchAddresses, "; ")+"\n", 40)}},
}

// BenchmarkValid measures the check, value by value. MB/s are those of the text.
func BenchmarkValid(b *testing.B) {
	for _, text := range benchTexts {
		b.Run(text.name, func(b *testing.B) {
			b.SetBytes(size(text.values))
			b.ReportAllocs()
			for b.Loop() {
				for _, value := range text.values {
					if !text.typ.ValidString(value) {
						b.Fatal("not valid")
					}
				}
			}
		})
	}
}

// BenchmarkPattern measures the schema's own pattern in Go's regexp on the same
// texts.
func BenchmarkPattern(b *testing.B) {
	for _, text := range benchTexts {
		pattern := regexp.MustCompile(`\A(?:` + benchPattern(b, text.typ) + `)\z`)
		b.Run(text.name, func(b *testing.B) {
			b.SetBytes(size(text.values))
			b.ReportAllocs()
			for b.Loop() {
				for _, value := range text.values {
					if !pattern.MatchString(value) {
						b.Fatal("not valid")
					}
				}
			}
		})
	}
}

// BenchmarkChecker measures the check of a text in pieces of 4 KiB.
func BenchmarkChecker(b *testing.B) {
	text := []byte(strings.Repeat(strings.Join(benchAddresses, "; ")+"\n", 400))
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	var c latin.Checker
	for b.Loop() {
		c.Reset(latin.C)
		for rest := text; len(rest) > 0; {
			n := min(len(rest), 4096)
			_, _ = c.Write(rest[:n])
			rest = rest[n:]
		}
		_ = c.Close()
		if !c.Valid() {
			b.Fatal("not valid")
		}
	}
}

func size(values []string) int64 { return int64(len(strings.Join(values, ""))) }

// benchPattern returns the schema's pattern, or where the data is missing one
// built from the tables in the schema's way: ranges, then sequences.
func benchPattern(b *testing.B, typ latin.Type) string {
	if _, err := os.Stat(filepath.Join(testenv.Root(b), "..", "shared", "data", "xoev", "xoev-bibliothek")); err == nil {
		return patterns(b)[typ]
	}
	return builtPattern(typ)
}

func builtPattern(typ latin.Type) string {
	var parts []string
	for r := rune(0); r < 0x3000; r++ {
		if !typ.ValidString(string(r)) {
			continue
		}
		last := r
		for typ.ValidString(string(last + 1)) {
			last++
		}
		parts = append(parts, fmt.Sprintf(`[\x{%X}-\x{%X}]`, r, last))
		r = last
	}
	for _, s := range latin.Sequences() {
		if typ.ValidString(s) {
			parts = append(parts, s)
		}
	}
	return "(" + strings.Join(parts, "|") + ")*"
}
