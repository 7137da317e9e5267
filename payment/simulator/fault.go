package simulator

import (
	"net/http"
	"time"
)

// Operation is a call of the platform's API.
type Operation string

// The operations.
const (
	OperationToken  Operation = "token"
	OperationCreate Operation = "create"
	OperationQuery  Operation = "query"
	OperationStatus Operation = "status"
)

// Call is what Options.Fault decides on.
type Call struct {
	Operation     Operation
	Account       Account
	TransactionID string // of a query
}

// Fault is what shall go wrong with a call; the zero value is nothing. Faults
// are combined in the order of the fields.
type Fault struct {
	// Delay is how long the answer takes.
	Delay time.Duration
	// Status answers with this HTTP status and the code UNSPECIFIED, and does
	// nothing else.
	Status int
	// Drop does the work and then closes the connection without an answer.
	Drop bool
	// GrosAmount replaces the number in the answer, literally.
	GrosAmount string
	// PaymentStatus replaces the payment's status in the answer.
	PaymentStatus string
	// KeepRedirectURL names the pay page after payment too.
	KeepRedirectURL bool
	// Body and ContentType replace the answer as a whole, with HTTP status 200.
	Body        []byte
	ContentType string
}

// drop closes the connection.
func drop(w http.ResponseWriter) {
	if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
		_ = conn.Close()
		return
	}
	panic(http.ErrAbortHandler) // net/http's way for HTTP/2
}
