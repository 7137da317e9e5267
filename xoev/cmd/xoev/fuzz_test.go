package main

import (
	"bytes"
	"crypto/elliptic"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
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
	own := ownCertificate(f, ecKey(f, elliptic.P256()))
	cert := filepath.Join(f.TempDir(), "cert.pem")
	if err := os.WriteFile(cert, pemOf(own), 0o600); err != nil {
		f.Fatal(err)
	}
	f.Add([]byte(`<a><ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:SignedInfo><ds:Reference URI=""/></ds:SignedInfo></ds:Signature></a>`))
	f.Add([]byte(`<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><Object><q:QualifyingProperties xmlns:q="http://uri.etsi.org/01903/v1.3.2#"/></Object></Signature>`))
	f.Add([]byte("PK\x05\x06" + string(make([]byte, 18))))
	f.Add([]byte("\uFEFF<a>\u2013</a>"))
	f.Fuzz(func(t *testing.T, doc []byte) {
		for _, args := range [][]string{
			{"inspect", "--format", "json", "-"}, {"inspect", "-"}, {"lint", "--format", "sarif", "--latin", "C", "--codelists", "testdata/store", "-"},
			{"lint", "--lang", "de", "-"}, {"c14n", "--method", "exc-c14n", "-"}, {"codelist", "show", "--format", "json", "-"},
			{"verify", "--trust", cert, "-"}, {"verify", "--trust", cert, "-", "--format", "json"}, {"verify", "--trust", cert, "--xades", "B-B", "--lang", "de", "-"},
		} {
			var out, errOut bytes.Buffer
			status := run(t.Context(), args, bytes.NewReader(doc), &out, &errOut)
			if args[0] == "verify" && status == 0 {
				t.Fatalf("%v: accepted what nobody signed", args)
			}
			if status < 0 || status > 2 {
				t.Fatalf("%v: status %d", args, status)
			}
			if args[0] == "c14n" && status != 0 && out.Len() > 0 {
				t.Fatalf("%v: output of a refused document", args)
			}
			if slices.Contains(args, "json") || slices.Contains(args, "sarif") {
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
