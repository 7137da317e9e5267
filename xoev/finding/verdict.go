package finding

import "strconv"

// Verdict is the outcome of a judgement. Its zero value is [Undetermined]: a
// report that nobody filled in accepts nothing.
type Verdict uint8

const (
	// Undetermined means that the check could not be carried through.
	Undetermined Verdict = iota
	// Accepted means that every rule was checked and no MUST rule is broken.
	Accepted
	// Rejected means that at least one MUST rule is broken.
	Rejected
)

// String returns "undetermined", "accepted" or "rejected".
func (v Verdict) String() string {
	switch v {
	case Accepted:
		return "accepted"
	case Rejected:
		return "rejected"
	default:
		return "undetermined"
	}
}

// MarshalText writes the verdict as its [Verdict.String], for JSON reports.
func (v Verdict) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// Judge draws the verdict of a check that was carried through: [Rejected] if
// any finding is an [Error], else [Accepted].
func Judge(findings []Finding) Verdict {
	for _, f := range findings {
		if f.Severity == Error {
			return Rejected
		}
	}
	return Accepted
}

// InvalidError is returned by functions that read a document when it cannot be
// read. It holds all findings, not only the first; there is at least one.
type InvalidError struct {
	Findings []Finding
}

// Error names the first finding and counts the others. It holds no value of
// the document.
func (e *InvalidError) Error() string {
	if len(e.Findings) == 0 {
		return "invalid document"
	}
	s := e.Findings[0].String()
	if n := len(e.Findings) - 1; n > 0 {
		s += " (and " + strconv.Itoa(n) + " more)"
	}
	return s
}

// Has reports whether one of the findings has the code.
func (e *InvalidError) Has(code string) bool { return Has(e.Findings, code) }

// Has reports whether one of the findings has the code.
func Has(findings []Finding, code string) bool {
	for _, f := range findings {
		if f.Code == code {
			return true
		}
	}
	return false
}
