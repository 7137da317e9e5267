package payment

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// An answer may come when somebody else has already decided.
func TestJudgeLeavesSettledAttemptsAlone(t *testing.T) {
	amount := EUR(3070)
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	paid := Result{State: StatePaid, TransactionID: "T", Amount: &amount}
	for _, state := range []State{StatePaid, StateOrphaned, StateReview} {
		a := Attempt{ID: "A", State: state, Amount: amount, TransactionID: "T"}
		next, entry := new(Service).judge(a, paid, now, false)
		assert.Equal(t, a, next, state)
		assert.Nil(t, entry, state)
	}
}
