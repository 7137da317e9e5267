package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// FuzzCommand gives arbitrary standard input to every subcommand that reads one:
// no panic, a status that is documented, JSON that is JSON, and no canonical
// form of what is refused.
func FuzzCommand(f *testing.F) {
	seeds, err := filepath.Glob("testdata/*.xml")
	if err != nil {
		f.Fatal(err)
	}
	more, _ := filepath.Glob("testdata/families/*.xml")
	lists, _ := filepath.Glob("testdata/store/*.xml")
	seeds = append(append(seeds, more...), lists...)
	if len(seeds) < 15 {
		f.Fatal("seeds are missing")
	}
	for _, file := range seeds {
		b, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add([]byte("PK\x05\x06" + string(make([]byte, 18))))
	f.Add([]byte("\uFEFF<a>\u2013</a>"))
	f.Fuzz(func(t *testing.T, doc []byte) {
		for _, args := range [][]string{
			{"inspect", "--format", "json", "-"}, {"inspect", "-"}, {"lint", "--format", "sarif", "--latin", "C", "--codelists", "testdata/store", "-"},
			{"lint", "--lang", "de", "-"}, {"c14n", "--method", "exc-c14n", "-"}, {"codelist", "show", "--format", "json", "-"},
		} {
			var out, errOut bytes.Buffer
			status := run(t.Context(), args, bytes.NewReader(doc), &out, &errOut)
			if status < 0 || status > 2 {
				t.Fatalf("%v: status %d", args, status)
			}
			if args[0] == "c14n" && status != 0 && out.Len() > 0 {
				t.Fatalf("%v: output of a refused document", args)
			}
			if len(args) > 3 && (args[2] == "json" || args[2] == "sarif") {
				for line := range bytes.Lines(out.Bytes()) {
					if !json.Valid(line) {
						t.Fatalf("%v: no JSON: %q", args, line)
					}
				}
			}
			if bytes.ContainsAny(out.Bytes(), "\x1b\u009b\u202e") && args[0] != "c14n" {
				t.Fatalf("%v: unsafe for a terminal", args)
			}
		}
	})
}
