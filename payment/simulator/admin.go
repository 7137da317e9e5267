package simulator

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/bausteine/egov/payment"
)

const (
	adminMax    = 64 << 10
	transferMax = 999_999_999_99 // cents, the greatest SEPA credit transfer
)

// refusal is a request of the admin API that cannot be carried out.
type refusal struct {
	status int
	text   string
}

func (r *refusal) Error() string { return r.text }

// admin answers the admin API below /verwaltung; see the package documentation.
func (s *Simulator) admin(w http.ResponseWriter, r *http.Request, parts []string) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	name := strings.Join(parts, "/")
	if len(parts) == 2 && parts[0] == "zahlungen" {
		name = "zahlungen/{id}"
	}
	method := r.Method
	if method == http.MethodHead {
		method = http.MethodGet
	}
	route, ok := adminRoutes[method+" "+name]
	if !ok {
		s.adminMiss(w, r, name)
		return
	}
	body, err := adminBody(w, r)
	if err == nil {
		err = route(s, w, r, body)
	}
	var bad *refusal
	switch {
	case err == nil:
	case errors.As(err, &bad):
		adminJSON(w, bad.status, map[string]string{"error": bad.text})
	case errors.Is(err, ErrNotFound):
		adminJSON(w, http.StatusNotFound, map[string]string{"error": "no such payment"})
	case errors.Is(err, ErrStatus):
		adminJSON(w, http.StatusConflict, map[string]string{"error": "the payment cannot get this status"})
	default:
		s.log.ErrorContext(r.Context(), "simulator: admin", "error", err)
		adminJSON(w, http.StatusInternalServerError, map[string]string{"error": "internal error"})
	}
}

func (s *Simulator) adminMiss(w http.ResponseWriter, r *http.Request, name string) {
	var allowed []string
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut} {
		if _, ok := adminRoutes[method+" "+name]; ok {
			allowed = append(allowed, method)
			if method == http.MethodGet {
				allowed = append(allowed, http.MethodHead)
			}
		}
	}
	if len(allowed) > 0 {
		w.Header().Set("Allow", strings.Join(allowed, ", "))
		adminJSON(w, http.StatusMethodNotAllowed, map[string]string{"error": "method not allowed"})
		return
	}
	adminJSON(w, http.StatusNotFound, map[string]string{"error": "no such call"})
}

// adminBody reads the body of a call that changes something. It must be JSON,
// which no form of another site can send.
func adminBody(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		return nil, nil
	}
	if t, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || t != "application/json" {
		return nil, &refusal{http.StatusUnsupportedMediaType, "the body must be application/json"}
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, adminMax))
	if err != nil {
		return nil, &refusal{http.StatusRequestEntityTooLarge, "the body is too long"}
	}
	return body, nil
}

func adminJSON(w http.ResponseWriter, status int, answer any) {
	b, err := json.Marshal(answer)
	if err != nil {
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(b)
}

// adminRoutes are the calls by method and path.
var adminRoutes = map[string]func(*Simulator, http.ResponseWriter, *http.Request, []byte) error{
	"GET zahlungen":           (*Simulator).adminList,
	"POST zahlungen/{id}":     (*Simulator).adminSettle,
	"POST ueberweisungen":     (*Simulator).adminTransfer,
	"POST ruecklastschriften": (*Simulator).adminReturn,
	"GET uhr":                 (*Simulator).adminClock,
	"PUT uhr":                 (*Simulator).adminSetClock,
	"PUT stoerungen":          (*Simulator).adminFault,
	"GET kontoauszug":         (*Simulator).adminStatement,
}

type adminPayment struct {
	OriginatorID  string `json:"originatorId"`
	EndPointID    string `json:"endPointId"`
	TransactionID string `json:"transactionId"`
	RequestID     string `json:"requestId"`
	Status        Status `json:"status"`
	Cents         int64  `json:"cents"`
	Currency      string `json:"currency"`
	Method        string `json:"method,omitempty"`
	PayPage       string `json:"payPage"`
}

func (s *Simulator) adminList(w http.ResponseWriter, r *http.Request, _ []byte) error {
	all, err := s.Transactions(r.Context())
	if err != nil {
		return err
	}
	list := make([]adminPayment, 0, len(all))
	for _, t := range all {
		list = append(list, adminPayment{t.Account.OriginatorID, t.Account.EndPointID, t.TransactionID, t.RequestID, t.Status,
			t.Amount.Cents, t.Amount.Currency, t.Method, t.PayPageURL})
	}
	adminJSON(w, http.StatusOK, list)
	return nil
}

func decode(body []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if !utf8.Valid(body) || d.Decode(into) != nil || d.More() {
		return &refusal{http.StatusBadRequest, "the body is not the JSON object expected"}
	}
	return nil
}

func (s *Simulator) adminSettle(w http.ResponseWriter, r *http.Request, body []byte) error {
	var q struct {
		Status Status `json:"status"`
		Method string `json:"method"`
	}
	if err := decode(body, &q); err != nil {
		return err
	}
	m := methods[0]
	if q.Method != "" {
		var ok bool
		if m, ok = methodOf(q.Method); !ok {
			return &refusal{http.StatusBadRequest, "unknown method"}
		}
	}
	id := r.URL.Path[strings.LastIndexByte(r.URL.Path, '/')+1:]
	if err := s.settle(r.Context(), id, q.Status, m); err != nil {
		return err
	}
	adminJSON(w, http.StatusOK, map[string]Status{"status": q.Status})
	return nil
}

// adminTransfer lets money come in past the platform, as for an invoice.
func (s *Simulator) adminTransfer(w http.ResponseWriter, r *http.Request, body []byte) error {
	var q struct {
		Amount json.Number `json:"amount"`
		Text   string      `json:"text"`
		Payer  string      `json:"payer"`
	}
	if err := decode(body, &q); err != nil {
		return err
	}
	amount, err := payment.AmountFromJSON(q.Amount, "EUR")
	if err != nil || amount.Cents <= 0 || amount.Cents > transferMax || !fits(q.Text, 140) || !fits(q.Payer, 140) {
		return &refusal{http.StatusBadRequest, "amount is not 0.01 to 999999999.99, or a text is longer than 140 characters"}
	}
	m := movement{ID: newSecret(), Kind: movedTransfer, Amount: amount, Text: q.Text, Payer: q.Payer, At: s.now().UTC().Truncate(time.Microsecond)}
	if err := s.books.move(r.Context(), m); err != nil {
		return err
	}
	adminJSON(w, http.StatusCreated, map[string]string{"id": m.ID})
	return nil
}

func fits(s string, limit int) bool {
	return utf8.RuneCountInString(s) <= limit && strings.IndexFunc(s, unicode.IsControl) < 0
}

// adminReturn lets the payer's bank take a payment back.
func (s *Simulator) adminReturn(w http.ResponseWriter, r *http.Request, body []byte) error {
	var q struct {
		TransactionID string `json:"transactionId"`
	}
	if err := decode(body, &q); err != nil {
		return err
	}
	rec, err := s.books.byID(r.Context(), q.TransactionID)
	if err != nil {
		return err
	}
	m := received(rec, movedReturn, "R-"+newSecret(), s.now())
	if done, err := s.books.giveBack(r.Context(), m); err != nil || !done {
		return cmp.Or(err, ErrStatus)
	}
	adminJSON(w, http.StatusCreated, map[string]string{"id": m.ID})
	return nil
}

func (s *Simulator) adminClock(w http.ResponseWriter, _ *http.Request, _ []byte) error {
	adminJSON(w, http.StatusOK, map[string]time.Time{"now": s.now().UTC()})
	return nil
}

func (s *Simulator) adminSetClock(w http.ResponseWriter, r *http.Request, body []byte) error {
	var q struct {
		Now time.Time `json:"now"`
	}
	if err := decode(body, &q); err != nil {
		return err
	}
	if q.Now.Year() < 2000 || q.Now.Year() > 2200 {
		return &refusal{http.StatusBadRequest, "now is not between the years 2000 and 2200"}
	}
	s.SetClock(q.Now)
	return s.adminClock(w, r, nil)
}

// adminFault orders a fault for the next calls of an operation; none ends it.
func (s *Simulator) adminFault(w http.ResponseWriter, _ *http.Request, body []byte) error {
	var q struct {
		Operation Operation `json:"operation"`
		Calls     int       `json:"calls"`
		Fault     Fault     `json:"fault"`
	}
	if err := decode(body, &q); err != nil {
		return err
	}
	switch q.Operation {
	case OperationToken, OperationCreate, OperationQuery, OperationStatus:
	default:
		return &refusal{http.StatusBadRequest, "operation is not token, create, query or status"}
	}
	if q.Calls < 0 || q.Fault.Delay < 0 || q.Fault.Delay > 10*time.Minute || q.Fault.Status != 0 && (q.Fault.Status < 400 || q.Fault.Status > 599) {
		return &refusal{http.StatusBadRequest, "calls, delay or status out of range"}
	}
	s.mu.Lock()
	s.ordered[q.Operation] = order{q.Fault, q.Calls}
	s.mu.Unlock()
	adminJSON(w, http.StatusOK, map[string]int{"calls": q.Calls})
	return nil
}

func (s *Simulator) adminStatement(w http.ResponseWriter, r *http.Request, _ []byte) error {
	year, month, day := s.now().UTC().Date()
	d := payment.Date{Year: year, Month: month, Day: day}
	if text := r.URL.Query().Get("tag"); text != "" {
		var err error
		if d, err = payment.ParseDate(text); err != nil {
			return &refusal{http.StatusBadRequest, "tag is not a date YYYY-MM-DD"}
		}
	}
	var b bytes.Buffer
	if err := s.Statement(r.Context(), &b, d); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/xml")
	w.Header().Set("Content-Disposition", `attachment; filename="camt053-`+d.String()+`.xml"`)
	_, _ = w.Write(b.Bytes())
	return nil
}
