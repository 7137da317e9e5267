package rueckweisung_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/bausteine/egov/xoev"
	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/lint"
	"github.com/bausteine/egov/xoev/rueckweisung"
)

// A message is checked, and rejected by a message of its standard's family.
func ExampleWrite() {
	received := original("probe.antrag.0002", "http://www.osci.de/xmeld2611")
	now := func() time.Time { return time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC) }
	report, err := lint.Check(context.Background(), strings.NewReader(received), &lint.Options{Now: now})
	if err != nil {
		fmt.Println("could not be checked:", err)
		return
	}
	if report.Verdict != finding.Rejected {
		return
	}
	form, ok := rueckweisung.FormFor(report.Envelope)
	if !ok {
		fmt.Println("its standard has no rejection")
		return
	}
	r := &rueckweisung.Rueckweisung{
		Form:     form,
		Gruende:  rueckweisung.Gruende(report.Findings),
		Original: strings.NewReader(received),
		Envelope: report.Envelope,
		Autor:    us(), // the author of XInneres states address and contact
		Produkt:  "Fachverfahren", Produkthersteller: "Stadt Musterstadt",
	}
	var answer bytes.Buffer
	if err := rueckweisung.Write(&answer, r, &xoev.WriteOptions{Now: now}); err != nil {
		fmt.Println("could not be rejected:", err)
		return
	}
	e, err := xoev.ReadEnvelope(&answer, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(e.Root.Local, "to", e.Leser.Name)
	for _, g := range r.Gruende {
		fmt.Println(g.Code, g.Findings[0].Code)
	}
	// Output:
	// rueckweisung.asynchron.0010 to Amt Beispiel
	// S999 LINT-001
}

func ExampleGruende() {
	for _, g := range rueckweisung.Gruende([]finding.Finding{
		{Code: "LINT-007", Line: 12},
		{Code: "SIG-025"},
		{Code: "LINT-014", Severity: finding.Warning},
		{Code: "LINT-001", Line: 2},
	}) {
		fmt.Println(g.Code, len(g.Findings))
	}
	// Output:
	// T000 1
	// S030 1
	// S999 1
}
