package latin_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

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

// BenchmarkTimesPattern gives the throughput of the check as a multiple of that
// of the schema's pattern ("times"). Both take turns, and the best turn of each
// counts, so that the ratio holds on a busy machine. Less than 50 fails.
func BenchmarkTimesPattern(b *testing.B) {
	for _, text := range benchTexts {
		pattern := regexp.MustCompile(`\A(?:` + benchPattern(b, text.typ) + `)\z`)
		b.Run(text.name, func(b *testing.B) {
			const rounds = 20 // of the check in a turn
			slow, fast := time.Hour, time.Hour
			turns := 0
			for b.Loop() {
				turns++
				start := time.Now()
				for _, value := range text.values {
					pattern.MatchString(value)
				}
				middle := time.Now()
				for range rounds {
					for _, value := range text.values {
						text.typ.ValidString(value)
					}
				}
				slow, fast = min(slow, middle.Sub(start)), min(fast, time.Since(middle)/rounds)
			}
			times := float64(slow) / float64(fast)
			b.ReportMetric(times, "times")
			b.ReportMetric(float64(size(text.values))/fast.Seconds()/1e6, "check-MB/s")
			b.ReportMetric(float64(size(text.values))/slow.Seconds()/1e6, "pattern-MB/s")
			if turns >= 20 && times < 50 {
				b.Errorf("only %.0f times the throughput of the pattern", times)
			}
		})
	}
}

// BenchmarkSearchForm measures the search form of names.
func BenchmarkSearchForm(b *testing.B) {
	b.SetBytes(size(benchNames))
	b.ReportAllocs()
	for b.Loop() {
		for _, name := range benchNames {
			latin.SearchForm(name)
		}
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

// The built pattern judges as the check does, also where the data is missing.
func TestBuiltPattern(t *testing.T) {
	for _, typ := range allTypes {
		judge := newOracle(t, builtPattern(typ))
		for _, a := range awkward {
			for _, b := range awkward {
				p, ok := typ.Check(a + b)
				bad := judge.firstBad(a + b)
				if ok != (bad == len(a+b)) || !ok && p.Offset != bad {
					t.Fatalf("%q, %s: %v at %d, pattern ends at %d", a+b, typ, ok, p.Offset, bad)
				}
			}
		}
		for _, text := range benchTexts {
			for _, value := range text.values {
				if text.typ == typ {
					require.True(t, judge.whole.MatchString(value))
				}
			}
		}
	}
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
