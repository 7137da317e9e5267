package server

import (
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/bausteine/egov/payment/xbezahldienste"
)

// Options configure a [Handler].
type Options struct {
	// Authenticators find out who calls; at least one, or Tokens.
	Authenticators []Authenticator
	// Tokens, if given, serve oauth/token and are an authenticator too.
	Tokens *Tokens
	// May tells whether a caller may use an account. Nil means that every caller
	// may use every account that the backend knows.
	May func(client string, a Account) bool
	// Rules are the operator's own.
	Rules Rules
	// BaseURL is the handler's public address, from which the transactions' own
	// addresses are made; empty leaves them out.
	BaseURL string
	// MaxBody is the greatest size of a request in bytes (default 1 MiB).
	MaxBody int64
	Logger  *slog.Logger // nil discards
}

// Handler serves the calls of XBezahldienste. See the package documentation.
type Handler struct {
	backend Backend
	options Options
}

// New returns a handler over a platform's books.
func New(backend Backend, o Options) (*Handler, error) {
	if o.Tokens != nil {
		o.Authenticators = append([]Authenticator{o.Tokens}, o.Authenticators...)
	}
	if backend == nil || len(o.Authenticators) == 0 {
		return nil, errors.New("xbezahldienste/server: a backend and an authenticator are required")
	}
	if o.MaxBody <= 0 {
		o.MaxBody = 1 << 20
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	o.BaseURL = strings.TrimSuffix(o.BaseURL, "/")
	return &Handler{backend, o}, nil
}

// ServeHTTP implements http.Handler; the path is relative to the handler's
// root.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	parts := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	switch {
	case parts[0] == "oauth" && len(parts) == 2 && parts[1] == "token" && h.options.Tokens != nil:
		h.serve(w, r, http.MethodPost, func(body []byte) (int, any, *Problem) {
			status, answer := h.options.Tokens.issue(r, body)
			return status, answer, nil
		})
	case parts[0] == "status" && len(parts) == 3:
		h.serve(w, r, http.MethodGet, func([]byte) (int, any, *Problem) { return h.status(r, Account{parts[1], parts[2]}) })
	case parts[0] == "paymenttransaction" && len(parts) == 3:
		h.serve(w, r, http.MethodPost, func(body []byte) (int, any, *Problem) { return h.create(r, Account{parts[1], parts[2]}, body) })
	case parts[0] == "paymenttransaction" && len(parts) == 4:
		h.serve(w, r, http.MethodGet, func([]byte) (int, any, *Problem) { return h.query(r, Account{parts[1], parts[2]}, parts[3]) })
	default:
		writeProblem(w, refuse(http.StatusNotFound, xbezahldienste.CodeUnspecified, "Diesen Aufruf gibt es nicht"))
	}
}

// serve reads the body and writes the answer.
func (h *Handler) serve(w http.ResponseWriter, r *http.Request, method string, do func(body []byte) (int, any, *Problem)) {
	if r.Method != method && (r.Method != http.MethodHead || method != http.MethodGet) {
		if method == http.MethodGet {
			method = "GET, HEAD"
		}
		w.Header().Set("Allow", method)
		writeProblem(w, refuse(http.StatusMethodNotAllowed, xbezahldienste.CodeUnspecified, "Methode nicht erlaubt"))
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, h.options.MaxBody))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		writeProblem(w, refuse(http.StatusRequestEntityTooLarge, xbezahldienste.CodeValidationError, "Anfrage zu lang"))
		return
	case err != nil:
		writeProblem(w, refuse(http.StatusBadRequest, xbezahldienste.CodeValidationError, "Anfrage nicht lesbar"))
		return
	}
	status, answer, problem := do(body)
	if problem != nil {
		writeProblem(w, problem)
		return
	}
	writeJSON(w, status, "application/json", answer)
}

// account lets a caller through who may use the account.
func (h *Handler) account(r *http.Request, a Account) *Problem {
	client, p := h.authenticate(r)
	if p != nil {
		return p
	}
	if !idPattern.MatchString(a.OriginatorID) || !idPattern.MatchString(a.EndPointID) {
		return refuse(http.StatusBadRequest, xbezahldienste.CodeNoValidOriginatorOrEndpoint, "originatorId oder endPointId ist fehlerhaft")
	}
	err := h.backend.Status(r.Context(), a)
	switch {
	case errors.Is(err, ErrNotFound):
		return refuse(http.StatusBadRequest, xbezahldienste.CodeNoValidOriginatorOrEndpoint, "Online-Dienst oder Behörde ist nicht eingerichtet")
	case err != nil:
		return h.problem(r, err)
	}
	if h.options.May != nil && !h.options.May(client, a) {
		return refuse(http.StatusForbidden, xbezahldienste.CodeForbidden, "Kein Zugriff auf diesen Online-Dienst")
	}
	return nil
}

func (h *Handler) status(r *http.Request, a Account) (int, any, *Problem) {
	p := h.account(r, a)
	if p == nil { // 200 is a problem document too, says the documentation
		return 0, nil, &Problem{Status: http.StatusOK, Code: xbezahldienste.CodeUnspecified, Title: "OK", Detail: "Eingerichtet"}
	}
	if p.Status == http.StatusBadRequest {
		p.Status = http.StatusForbidden // the documented answer of this call
	}
	return 0, nil, p
}

func (h *Handler) create(r *http.Request, a Account, body []byte) (int, any, *Problem) {
	if p := h.account(r, a); p != nil {
		return 0, nil, p
	}
	if t, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || t != "application/json" {
		return 0, nil, refuse(http.StatusUnsupportedMediaType, xbezahldienste.CodeValidationError, "Content-Type ist nicht JSON")
	}
	request, p := ReadRequest(body, h.options.Rules)
	if p != nil {
		return 0, nil, p
	}
	t, err := h.backend.Create(r.Context(), a, request)
	return h.transaction(r, a, t, err)
}

func (h *Handler) query(r *http.Request, a Account, id string) (int, any, *Problem) {
	if p := h.account(r, a); p != nil {
		return 0, nil, p
	}
	if !transactionPattern.MatchString(id) {
		return 0, nil, h.problem(r, ErrNotFound)
	}
	t, err := h.backend.Query(r.Context(), a, id)
	return h.transaction(r, a, t, err)
}

func (h *Handler) transaction(r *http.Request, a Account, t *Transaction, err error) (int, any, *Problem) {
	if err == nil && (t == nil || t.Request != nil && !json.Valid(t.Request)) {
		err = errors.New("neither a transaction with its request nor an error")
	}
	if err != nil {
		return 0, nil, h.problem(r, err)
	}
	return http.StatusOK, h.describe(a, t), nil
}

// problem turns a backend's error into an answer.
func (h *Handler) problem(r *http.Request, err error) *Problem {
	var p *Problem
	switch {
	case errors.As(err, &p) && p != nil && p.Status >= 400 && p.Status <= 511:
		return p
	case errors.Is(err, ErrExists):
		return refuse(http.StatusConflict, xbezahldienste.CodePaymentExists, "Diese requestId ist schon verwendet")
	case errors.Is(err, ErrNotFound):
		return refuse(http.StatusNotFound, xbezahldienste.CodeUnspecified, "Diese Zahlung gibt es nicht")
	case errors.Is(err, ErrUnavailable):
		return refuse(http.StatusServiceUnavailable, xbezahldienste.CodeUnspecified, "Zurzeit nicht verfügbar")
	}
	h.options.Logger.ErrorContext(r.Context(), "xbezahldienste/server: the backend failed", "error", err)
	return refuse(http.StatusInternalServerError, xbezahldienste.CodeUnspecified, "Interner Fehler")
}

type wireTransaction struct {
	Information wireInformation `json:"paymentInformation"`
	Request     json.RawMessage `json:"paymentRequest"`
}

type wireInformation struct {
	TransactionURL string `json:"transactionUrl,omitempty"`
	RedirectURL    string `json:"transactionRedirectUrl,omitempty"`
	TransactionID  string `json:"transactionId"`
	Reference      string `json:"transactionReference,omitempty"`
	Timestamp      string `json:"transactionTimestamp,omitempty"`
	Method         string `json:"paymentMethod,omitempty"`
	MethodDetail   string `json:"paymentMethodDetail,omitempty"`
	Status         string `json:"status"`
	StatusDetail   string `json:"statusDetail,omitempty"`
}

func (h *Handler) describe(a Account, t *Transaction) wireTransaction {
	info := wireInformation{
		TransactionURL: t.TransactionURL, RedirectURL: t.RedirectURL, TransactionID: t.TransactionID, Reference: t.Reference,
		Method: t.Method, MethodDetail: t.MethodDetail, Status: string(t.Status), StatusDetail: t.StatusDetail,
	}
	if info.TransactionURL == "" && h.options.BaseURL != "" {
		info.TransactionURL = h.options.BaseURL + "/paymenttransaction/" + a.OriginatorID + "/" + a.EndPointID + "/" + t.TransactionID
	}
	if !t.PaidAt.IsZero() {
		info.Timestamp = t.PaidAt.UTC().Format(time.RFC3339)
	}
	return wireTransaction{info, t.Request}
}

func writeProblem(w http.ResponseWriter, p *Problem) {
	if p.Challenge != "" {
		w.Header().Set("WWW-Authenticate", p.Challenge)
	}
	if p.RetryAfter > 0 {
		w.Header().Set("Retry-After", strconv.FormatInt(int64((p.RetryAfter+time.Second-1)/time.Second), 10))
	}
	writeJSON(w, p.Status, "application/problem+json", map[string]any{
		"type": "about:blank", "status": p.Status, "title": cmp.Or(p.Title, strings.ReplaceAll(http.StatusText(p.Status), "'", "")),
		"detail": p.Detail, "functionalCode": p.Code,
	})
}

func writeJSON(w http.ResponseWriter, status int, contentType string, answer any) {
	b, err := json.Marshal(answer)
	if err != nil { // a backend's Request that is no JSON
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", contentType)
	w.WriteHeader(status)
	_, _ = w.Write(b)
}
