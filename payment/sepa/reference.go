package sepa

import (
	"fmt"
	"strings"

	"github.com/bausteine/egov/forms/ids"
)

// NewReference makes a structured creditor reference (ISO 11649) of an
// authority's own reference, such as a Kassenzeichen: RF, two check digits,
// and the letters and digits of own in capitals. Blanks, points, hyphens and
// slashes are left out. The error is a *finding.InvalidError (SEPA-001).
func NewReference(own string) (ids.CreditorReference, error) {
	var b strings.Builder
	for _, r := range own {
		switch {
		case r >= 'a' && r <= 'z':
			b.WriteRune(r - 'a' + 'A')
		case r >= 'A' && r <= 'Z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		case strings.ContainsRune(" .-/", r):
		default:
			return "", invalid(ruleReferenceLength, "", map[string]string{"max": "21"})
		}
	}
	body := b.String()
	if body == "" || len(body) > 21 {
		return "", invalid(ruleReferenceLength, "", map[string]string{"max": "21"})
	}
	rest := 0
	for _, r := range body + "RF00" {
		if r >= 'A' {
			rest = (rest*100 + int(r-'A') + 10) % 97
		} else {
			rest = (rest*10 + int(r-'0')) % 97
		}
	}
	return ids.CreditorReference(fmt.Sprintf("RF%02d%s", 98-rest, body)), nil
}
