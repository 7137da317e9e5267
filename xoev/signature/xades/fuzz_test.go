package xades_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/signature"
)

// FuzzVerify reads anything: no panic, a typed error or a report, and content only
// with TOTAL-PASSED.
func FuzzVerify(f *testing.F) {
	w := newWorld(f)
	for _, doc := range outputs(f, w) {
		f.Add(doc, uint8(0))
		f.Add(doc, uint8(1))
	}
	f.Add([]byte(`<ds:Signature xmlns:ds="`+signature.NS+`"><ds:Object/></ds:Signature>`), uint8(1))
	files, _ := filepath.Glob("../../../../shared/data/xmldsig/dss/xades-validation/*.xml")
	for _, file := range files {
		if doc, err := os.ReadFile(file); err == nil && len(doc) < 32<<10 {
			f.Add(doc, uint8(0))
			f.Add(doc, uint8(1))
		}
	}
	v := w.verifier()
	v.SkipRevocation = false
	all := *w.verifier()
	all.Trust, all.TSATrust, all.Policy, all.TSAPolicy = &trustAll{}, &trustAll{}, signature.ETSI119312(), signature.ETSI119312()
	f.Fuzz(func(t *testing.T, doc []byte, form uint8) {
		r := signature.Request{Document: doc, Form: signature.Form(form % 4)}
		report, err := v.Verify(context.Background(), r)
		if err != nil {
			var invalid *finding.InvalidError
			if report != nil || !errors.As(err, &invalid) {
				t.Fatalf("%v", err)
			}
			return
		}
		if report.Verdict != report.Indication.Verdict() || (report.Verdict != finding.Accepted) != (report.Signature() == nil) {
			t.Fatal(report)
		}
		again, err := all.Verify(context.Background(), r)
		if err != nil || again == nil {
			t.Fatal(err)
		}
	})
}
