package payment

import (
	"fmt"
	"log/slog"
	"slices"
	"time"
)

// State is where an attempt stands.
type State string

// The states of an attempt. A new one is StateCreated.
const (
	// StateCreated: stored here, the platform has not answered yet.
	StateCreated State = "created"
	// StateUnknown: the call that creates the payment got no usable answer. It
	// is repeated with the same request id.
	StateUnknown State = "unknown"
	// StatePending: the platform has a pay page for the payer.
	StatePending State = "pending"
	// StatePaid: paid and booked.
	StatePaid State = "paid"
	// StateFailed: the platform refused, or the payment failed there.
	StateFailed State = "failed"
	// StateCanceled: the payer gave up.
	StateCanceled State = "canceled"
	// StateExpired: our own deadline passed without a result.
	StateExpired State = "expired"
	// StateOrphaned: the platform may know the payment but gives no access to
	// it. Its payer never saw a pay page, so nothing can be paid on it.
	StateOrphaned State = "orphaned"
	// StateReview: the platform's answer does not fit what was asked (amount,
	// currency, identity). A person decides: [Service.Resolve].
	StateReview State = "review"
)

// transitions lists what may follow a state. Failed, canceled and expired may
// still become paid, since late money is money.
var transitions = map[State][]State{
	StateCreated:  {StateUnknown, StatePending, StatePaid, StateFailed, StateCanceled, StateOrphaned, StateReview},
	StateUnknown:  {StatePending, StatePaid, StateFailed, StateCanceled, StateOrphaned, StateReview},
	StatePending:  {StatePaid, StateFailed, StateCanceled, StateExpired, StateReview},
	StateFailed:   {StatePaid, StateReview},
	StateCanceled: {StatePaid, StateReview},
	StateExpired:  {StatePaid, StateReview},
	StateReview:   {StatePaid, StateFailed},
}

// CanBecome reports whether an attempt in state s may get the state next.
func (s State) CanBecome(next State) bool { return slices.Contains(transitions[s], next) }

// Open reports whether the attempt is on its way: created, unknown or pending.
// A claim has at most one open attempt.
func (s State) Open() bool { return s == StateCreated || s == StateUnknown || s == StatePending }

// Final reports whether the attempt has a result: paid, failed, canceled,
// expired or orphaned.
func (s State) Final() bool { return s != StateReview && s != "" && !s.Open() }

// Reason says why an attempt has its state, for the authority's staff. Besides
// the constants it holds "rejected:" and the platform's code.
type Reason string

// Reasons for StateReview, StateOrphaned, StateFailed and StateExpired.
const (
	ReasonAmountMismatch       Reason = "amount-mismatch"
	ReasonAmountMissing        Reason = "amount-missing"
	ReasonRequestMismatch      Reason = "request-mismatch"
	ReasonTransactionMismatch  Reason = "transaction-mismatch"
	ReasonDuplicateTransaction Reason = "duplicate-transaction"
	ReasonExistsElsewhere      Reason = "exists-without-access"
	ReasonNeverCreated         Reason = "never-created"
	ReasonDeadline             Reason = "deadline"
	ReasonInvalidRequest       Reason = "invalid-request"
	ReasonRejected             Reason = "rejected"
	ReasonResolved             Reason = "resolved"
	ReasonRecorded             Reason = "recorded" // paid by an entry of [Service.Record]
	ReasonRefundExceeds        Reason = "refund-exceeds-payment"
)

// Attempt is one try to pay a claim with one provider. Times are UTC with
// microseconds; the zero time means "not".
type Attempt struct {
	Tenant string `json:"tenant"`
	// ID is unguessable and unique; it is also the request id that the
	// platform gets (26 characters A-Z 2-7).
	ID      string `json:"id"`
	ClaimID string `json:"claimId"`
	// Provider and ConfigVersion name the registration that began the attempt
	// and alone can finish it.
	Provider      string `json:"provider"`
	ConfigVersion string `json:"configVersion"`
	State         State  `json:"state"`
	Reason        Reason `json:"reason,omitempty"`
	// Late marks a payment that came after the attempt had failed, been
	// canceled or expired.
	Late   bool   `json:"late,omitempty"`
	Amount Amount `json:"amount"`
	// TransactionID is the platform's key, Reference its business reference
	// (such as the Kassenzeichen); both may come late.
	TransactionID string `json:"transactionId,omitempty"`
	Reference     string `json:"reference,omitempty"`
	// TransactionURL is where the platform's interface has the payment; may be
	// empty.
	TransactionURL string `json:"transactionUrl,omitempty"`
	// Refunds is the ID of the attempt whose money goes back; empty for a
	// payment. A refund's Amount is negative. See [Service.Refund].
	Refunds string `json:"refunds,omitempty"`
	// PayPageURL is where the payer pays; set only while pending.
	PayPageURL string `json:"payPageUrl,omitempty"`
	// Method is the platform's name of the means of payment, with a detail.
	Method       string `json:"method,omitempty"`
	MethodDetail string `json:"methodDetail,omitempty"`

	CreatedAt  time.Time `json:"createdAt"`
	UpdatedAt  time.Time `json:"updatedAt"`
	ExpiresAt  time.Time `json:"expiresAt"`
	FinishedAt time.Time `json:"finishedAt,omitzero"`
	PaidAt     time.Time `json:"paidAt,omitzero"` // as the platform says
	// ReturnedAt is when the payer's browser came back after the result; the
	// return URL is dead from then on.
	ReturnedAt time.Time `json:"returnedAt,omitzero"`
	// NextCheck is when [Service.RefreshDue] looks at it again; zero is never.
	NextCheck time.Time `json:"nextCheck,omitzero"`
	// LeasedUntil keeps other processes away while one is calling.
	LeasedUntil time.Time `json:"leasedUntil,omitzero"`
	// Checks counts the looks since the last change, for the back-off.
	Checks int `json:"checks,omitempty"`
	// Revision counts the stored versions; changes are compare-and-set on it.
	Revision int64 `json:"revision"`
}

// LogValue leaves out the pay page, which would let a reader of the log pay.
func (a Attempt) LogValue() slog.Value {
	return slog.GroupValue(slog.String("tenant", a.Tenant), slog.String("claim", a.ClaimID), slog.String("id", a.ID),
		slog.String("provider", a.Provider), slog.String("state", string(a.State)), slog.String("reason", string(a.Reason)))
}

// Format shows what [Attempt.LogValue] shows, whatever the verb.
func (a Attempt) Format(f fmt.State, _ rune) { fmt.Fprintf(f, "attempt %s", a.LogValue()) }
