package rechnung

import (
	"context"
	"fmt"

	"github.com/bausteine/egov/payment"
)

// Claims finds claims by what names them; *payment.Service is one.
type Claims interface {
	Find(ctx context.Context, tenant, reference string) ([]*payment.Status, error)
}

// FindIn is a [Finder] over the claims of a tenant.
func FindIn(c Claims, tenant string) Finder {
	return func(ctx context.Context, transactionID string) (*payment.Status, error) {
		found, err := c.Find(ctx, tenant, transactionID)
		if err != nil {
			return nil, err
		}
		for _, s := range found {
			for _, a := range s.Attempts {
				if a.TransactionID == transactionID {
					return s, nil
				}
			}
		}
		return nil, fmt.Errorf("rechnung: %w", payment.ErrNotFound)
	}
}

// PageURL returns the address of the newest invoice of ours among a claim's
// attempts, empty if there is none.
func (p *Provider) PageURL(s *payment.Status) string {
	for i := len(s.Attempts) - 1; i >= 0; i-- {
		if _, ok := p.open(s.Attempts[i].TransactionID); ok {
			return p.base + pagePath + s.Attempts[i].TransactionID
		}
	}
	return ""
}
