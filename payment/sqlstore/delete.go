package sqlstore

import (
	"context"
	"time"

	"github.com/bausteine/egov/internal/sqldb"
)

// deletable are the conditions under which a claim c may go.
const deletable = ` NOT EXISTS (SELECT 1 FROM payment_attempts a WHERE a.tenant = c.tenant AND a.claim_id = c.id
		AND (a.open = 1 OR a.state = 'review' OR a.next_check > 0))
	AND NOT EXISTS (SELECT 1 FROM payment_events e WHERE e.tenant = c.tenant AND e.claim_id = c.id)`

// oldClaims picks claims to delete. In PostgreSQL it locks them, so that no
// attempt or entry can be added, and their attempts, so that none can change,
// and then looks again at what came before.
func (s *Store) oldClaims(ctx context.Context, tx *sqldb.Tx, tenant string, before time.Time, limit int) ([]string, error) {
	query := `SELECT c.id FROM payment_claims c WHERE c.tenant = ? AND c.opened_at < ? AND ` + deletable + ` ORDER BY c.opened_at, c.id LIMIT ?`
	if s.db.Dialect() == sqldb.PostgreSQL {
		query += ` FOR UPDATE OF c SKIP LOCKED`
	}
	rows, err := tx.QueryContext(ctx, query, tenant, micros(before), max(limit, 0))
	if err != nil {
		return nil, err
	}
	found, err := scanStrings(rows)
	if err != nil || s.db.Dialect() != sqldb.PostgreSQL {
		return found, err
	}
	var ids []string
	for _, id := range found {
		if _, err := tx.ExecContext(ctx, `SELECT 1 FROM payment_attempts WHERE tenant = ? AND claim_id = ? FOR UPDATE`, tenant, id); err != nil {
			return nil, err
		}
		var n int
		if err := tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM payment_claims c WHERE c.tenant = ? AND c.id = ? AND `+deletable,
			tenant, id).Scan(&n); err != nil {
			return nil, err
		}
		if n == 1 {
			ids = append(ids, id)
		}
	}
	return ids, nil
}
