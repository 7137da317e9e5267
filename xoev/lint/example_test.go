package lint_test

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/bausteine/egov/xoev/lint"
)

func ExampleCheck() {
	received := strings.Replace(message, "+49 30 23125000", "erika@example.org", 1)
	received = strings.Replace(received, "09:15:00.250+01:00", "09:15:00", 1)
	report, err := lint.Check(context.Background(), strings.NewReader(received), &lint.Options{
		Now: func() time.Time { return time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC) },
	})
	if err != nil {
		fmt.Println("could not be checked:", err)
		return
	}
	fmt.Println(report.Verdict)
	for _, f := range report.Findings {
		fmt.Println(f.Line, f.Code, f.Severity)
	}
	// Output:
	// rejected
	// 7 LINT-002 error
	// 24 LINT-014 warning
}

// A message that is sent again is told from another one with its UUID.
func ExampleOptions_seen() {
	o := &lint.Options{
		Now:    func() time.Time { return time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC) },
		Seen:   new(lint.Memory), // in production: package sqlstore
		Tenant: "musterstadt",
	}
	other := strings.Replace(message, "Umzug", "Heirat", 1)
	for _, received := range []string{message, message, other} {
		report, err := lint.Check(context.Background(), strings.NewReader(received), o)
		if err != nil {
			fmt.Println("could not be checked:", err)
			return
		}
		fmt.Println(report.Outcome, report.Verdict)
	}
	// Output:
	// first accepted
	// repeat accepted
	// duplicate rejected
}
