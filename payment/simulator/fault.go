package simulator

import (
	"bytes"
	"context"
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
// are combined in the order of the fields. The JSON names are those of the
// admin API.
type Fault struct {
	// Delay is how long the answer takes (nanoseconds in JSON).
	Delay time.Duration `json:"delay,omitempty"`
	// Status answers with this HTTP status (one that is none is 500) and the code
	// UNSPECIFIED, and does nothing else.
	Status int `json:"status,omitempty"`
	// Drop does the work and then closes the connection without an answer.
	Drop bool `json:"drop,omitempty"`
	// GrosAmount replaces the number in the answer, literally.
	GrosAmount string `json:"grosAmount,omitempty"`
	// AmountOff are cents added to the amount in the answer.
	AmountOff int64 `json:"amountOff,omitempty"`
	// PaymentStatus replaces the payment's status in the answer.
	PaymentStatus string `json:"paymentStatus,omitempty"`
	// KeepRedirectURL names the pay page after payment too.
	KeepRedirectURL bool `json:"keepRedirectUrl,omitempty"`
	// Body and ContentType replace the answer as a whole, with HTTP status 200.
	Body        []byte `json:"body,omitempty"`
	ContentType string `json:"contentType,omitempty"`
}

// order is a fault for the next calls, given by the admin API.
type order struct {
	fault Fault
	calls int
}

// callOf tells which call a path is.
func callOf(parts []string) (Call, bool) {
	switch {
	case parts[0] == "oauth" && len(parts) == 2 && parts[1] == "token":
		return Call{Operation: OperationToken}, true
	case parts[0] == "status" && len(parts) == 3:
		return Call{Operation: OperationStatus, Account: Account{OriginatorID: parts[1], EndPointID: parts[2]}}, true
	case parts[0] == "paymenttransaction" && len(parts) == 3:
		return Call{Operation: OperationCreate, Account: Account{OriginatorID: parts[1], EndPointID: parts[2]}}, true
	case parts[0] == "paymenttransaction" && len(parts) == 4:
		return Call{Operation: OperationQuery, Account: Account{OriginatorID: parts[1], EndPointID: parts[2]}, TransactionID: parts[3]}, true
	}
	return Call{}, false
}

// fault is what shall go wrong with a call: what the options say, or else what
// was ordered.
func (s *Simulator) fault(c Call) Fault {
	if s.options.Fault != nil {
		if f := s.options.Fault(c); !f.none() {
			return f
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	o := s.ordered[c.Operation]
	if o.calls == 0 {
		return Fault{}
	}
	o.calls--
	s.ordered[c.Operation] = o
	return o.fault
}

func (f Fault) none() bool {
	return f.Delay == 0 && f.Status == 0 && !f.Drop && f.GrosAmount == "" && f.AmountOff == 0 && f.PaymentStatus == "" && !f.KeepRedirectURL && f.Body == nil
}

type faultKey struct{}

func faultOf(ctx context.Context) Fault {
	f, _ := ctx.Value(faultKey{}).(Fault)
	return f
}

// call answers one call of the API with its faults.
func (s *Simulator) call(w http.ResponseWriter, r *http.Request, path string, c Call) {
	f := s.fault(c)
	if f.Delay > 0 {
		select {
		case <-time.After(f.Delay):
		case <-r.Context().Done(): // who has hung up may still read, and gets no answer
			if f.Status != 0 {
				drop(w)
				return
			}
			f.Drop = true
		}
	}
	if f.Status != 0 {
		if f.Status < 200 || f.Status > 599 {
			f.Status = http.StatusInternalServerError
		}
		w.Header().Set("Content-Type", "application/problem+json")
		w.WriteHeader(f.Status)
		_, _ = w.Write([]byte(`{"type":"about:blank","title":"Fehler","detail":"Gewollter Fehler des Simulators","functionalCode":"UNSPECIFIED"}`))
		return
	}
	inner := r.Clone(context.WithValue(r.Context(), faultKey{}, f))
	inner.URL.Path, inner.URL.RawPath = path, ""
	if !f.Drop && f.Body == nil {
		s.api.ServeHTTP(w, inner)
		return
	}
	s.api.ServeHTTP(&silent{header: http.Header{}}, inner)
	if f.Drop {
		drop(w)
		return
	}
	w.Header().Set("Content-Type", f.ContentType)
	_, _ = w.Write(f.Body)
}

// silent swallows an answer that nobody shall get.
type silent struct {
	header http.Header
	bytes.Buffer
}

func (s *silent) Header() http.Header { return s.header }
func (s *silent) WriteHeader(int)     {}

// drop closes the connection.
func drop(w http.ResponseWriter) {
	if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
		_ = conn.Close()
		return
	}
	panic(http.ErrAbortHandler) // net/http's way for HTTP/2
}
