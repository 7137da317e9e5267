package simulator

import (
	"crypto/subtle"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"
)

const bodyMax = 1 << 20

// answer is what an API call says.
type answer struct {
	status  int
	code    string // functional code of a refusal
	title   string
	detail  string
	payload any // instead, on success
	// transaction is set where faults can change it
	transaction *paymentTransaction
}

func refuse(status int, code, detail string) answer {
	return answer{status: status, code: code, title: strings.ReplaceAll(http.StatusText(status), "'", ""), detail: detail}
}

// api answers one call of the API with its faults.
func (s *Simulator) api(w http.ResponseWriter, r *http.Request, c Call, method string, do func(*http.Request, Call, []byte) answer) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	var f Fault
	if s.options.Fault != nil {
		f = s.options.Fault(c)
	}
	if f.Delay > 0 {
		select {
		case <-time.After(f.Delay):
		case <-r.Context().Done():
		}
	}
	if r.Method != method {
		w.Header().Set("Allow", method)
		write(w, refuse(http.StatusMethodNotAllowed, "UNSPECIFIED", "Methode nicht erlaubt"))
		return
	}
	if f.Status != 0 {
		write(w, refuse(f.Status, "UNSPECIFIED", "Gewollter Fehler des Simulators"))
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, bodyMax))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		write(w, refuse(http.StatusRequestEntityTooLarge, "VALIDATION_ERROR", "Anfrage zu lang"))
		return
	case err != nil:
		write(w, refuse(http.StatusBadRequest, "VALIDATION_ERROR", "Anfrage nicht lesbar"))
		return
	}
	a := do(r, c, body)
	if f.Drop {
		drop(w)
		return
	}
	if f.Body != nil {
		w.Header().Set("Content-Type", f.ContentType)
		_, _ = w.Write(f.Body)
		return
	}
	if t := a.transaction; t != nil {
		t.apply(f)
		a.payload = t
	}
	if a.status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", "Bearer")
	}
	write(w, a)
}

func (t *paymentTransaction) apply(f Fault) {
	if f.GrosAmount != "" {
		t.Request["grosAmount"] = json.RawMessage(f.GrosAmount)
	}
	if f.PaymentStatus != "" {
		t.Information.Status = f.PaymentStatus
	}
	if f.KeepRedirectURL {
		t.Information.RedirectURL = t.payPage
	}
}

func write(w http.ResponseWriter, a answer) {
	contentType, payload := "application/json", a.payload
	if a.payload == nil {
		contentType = "application/problem+json"
		payload = map[string]any{
			"type": "about:blank", "status": a.status, "title": a.title, "detail": a.detail, "functionalCode": a.code,
		}
	}
	b, err := json.Marshal(payload)
	if err != nil { // a fault's number that is none
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", contentType)
	w.WriteHeader(a.status)
	_, _ = w.Write(b)
}

// token is the OAuth2 token endpoint: client credentials in the form body.
func (s *Simulator) token(r *http.Request, _ Call, body []byte) answer {
	oauth := func(status int, code string) answer {
		return answer{status: status, payload: map[string]string{"error": code}}
	}
	form, ok := readForm(r, body)
	if !ok {
		return oauth(http.StatusBadRequest, "invalid_request")
	}
	if form.Get("grant_type") != "client_credentials" {
		return oauth(http.StatusBadRequest, "unsupported_grant_type")
	}
	client := -1
	for n, c := range s.options.Clients {
		sameID := subtle.ConstantTimeCompare([]byte(c.ID), []byte(form.Get("client_id")))
		if sameID&subtle.ConstantTimeCompare([]byte(c.Secret), []byte(form.Get("client_secret"))) == 1 {
			client = n
		}
	}
	if client < 0 {
		return oauth(http.StatusUnauthorized, "invalid_client")
	}
	token, now := newSecret(), s.options.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	for t, g := range s.tokens {
		if now.After(g.expires) {
			delete(s.tokens, t)
		}
	}
	s.tokens[token] = grant{client: client, expires: now.Add(s.options.TokenTTL)}
	return answer{status: http.StatusOK, payload: map[string]any{
		"access_token": token, "token_type": "Bearer", "expires_in": int(s.options.TokenTTL / time.Second),
	}}
}

// readForm reads an urlencoded form in which each field stands once.
func readForm(r *http.Request, body []byte) (url.Values, bool) {
	t, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || t != "application/x-www-form-urlencoded" {
		return nil, false
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, false
	}
	for key, values := range form {
		if len(values) != 1 || !utf8.ValidString(key) || !utf8.ValidString(values[0]) {
			return nil, false
		}
	}
	return form, true
}

// ForgetTokens makes all access tokens invalid, as a restart does.
func (s *Simulator) ForgetTokens() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.tokens)
}

// authorize checks token and account; ok false comes with the refusal.
func (s *Simulator) authorize(r *http.Request, account Account) (answer, bool) {
	token, bearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	s.mu.Lock()
	g, known := s.tokens[token]
	s.mu.Unlock()
	if !bearer || !known || s.options.Now().After(g.expires) {
		return refuse(http.StatusUnauthorized, "FORBIDDEN", "Zugangstoken fehlt oder ist abgelaufen"), false
	}
	if !idPattern.MatchString(account.OriginatorID) || !idPattern.MatchString(account.EndPointID) {
		return refuse(http.StatusBadRequest, "NO_VALID_ORIGINATOR_OR_ENDPOINT", "originatorId oder endPointId ist fehlerhaft"), false
	}
	if s.options.Clients[g.client].may(account) {
		return answer{}, true
	}
	for _, c := range s.options.Clients {
		if c.may(account) {
			return refuse(http.StatusForbidden, "FORBIDDEN", "Kein Zugriff auf diesen Online-Dienst"), false
		}
	}
	return refuse(http.StatusBadRequest, "NO_VALID_ORIGINATOR_OR_ENDPOINT", "Online-Dienst oder Beh\u00f6rde ist nicht eingerichtet"), false
}

func (c Client) may(account Account) bool {
	for _, a := range c.Accounts {
		if a == account {
			return true
		}
	}
	return len(c.Accounts) == 0
}

func (s *Simulator) status(r *http.Request, c Call, _ []byte) answer {
	if refusal, ok := s.authorize(r, c.Account); !ok {
		if refusal.status == http.StatusBadRequest {
			refusal.status = http.StatusForbidden // the documented answer of this call
		}
		return refusal
	}
	return answer{status: http.StatusOK, title: "OK", detail: "Eingerichtet", code: "UNSPECIFIED"}
}

func (s *Simulator) create(r *http.Request, c Call, body []byte) answer {
	if refusal, ok := s.authorize(r, c.Account); !ok {
		return refusal
	}
	if t, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || t != "application/json" {
		return refuse(http.StatusUnsupportedMediaType, "VALIDATION_ERROR", "Content-Type ist nicht JSON")
	}
	request, bad := s.validate(body)
	if bad != nil {
		return refuse(http.StatusBadRequest, bad.code, bad.detail)
	}
	rec := record{
		Account: c.Account, RequestID: request.RequestID, TransactionID: newSecret(), PayToken: newSecret(), FormToken: newSecret(),
		Status: StatusInitial, Amount: request.amount, Purpose: request.Purpose, Description: request.Description,
		RedirectURL: request.RedirectURL, Request: body, CreatedAt: s.options.Now().UTC().Truncate(time.Microsecond),
	}
	if s.options.RequestIDAsTransactionID {
		rec.TransactionID = request.RequestID
	}
	switch err := s.books.add(r.Context(), rec); {
	case errors.Is(err, errExists):
		return refuse(http.StatusConflict, "PAYMENT_EXISTS", "Diese requestId ist schon verwendet")
	case err != nil:
		s.log.ErrorContext(r.Context(), "simulator: storing a payment", "error", err)
		return refuse(http.StatusInternalServerError, "UNSPECIFIED", "Buchf\u00fchrung gest\u00f6rt")
	}
	return s.describe(rec)
}

func (s *Simulator) query(r *http.Request, c Call, _ []byte) answer {
	if refusal, ok := s.authorize(r, c.Account); !ok {
		return refusal
	}
	rec, err := s.books.byID(r.Context(), c.TransactionID)
	switch {
	case errors.Is(err, ErrNotFound), err == nil && rec.Account != c.Account:
		return refuse(http.StatusNotFound, "UNSPECIFIED", "Diese Zahlung gibt es nicht")
	case err != nil:
		s.log.ErrorContext(r.Context(), "simulator: reading a payment", "error", err)
		return refuse(http.StatusInternalServerError, "UNSPECIFIED", "Buchf\u00fchrung gest\u00f6rt")
	}
	return s.describe(rec)
}

type paymentTransaction struct {
	Information paymentInformation         `json:"paymentInformation"`
	Request     map[string]json.RawMessage `json:"paymentRequest"`
	payPage     string
}

type paymentInformation struct {
	TransactionURL string `json:"transactionUrl"`
	RedirectURL    string `json:"transactionRedirectUrl,omitempty"`
	TransactionID  string `json:"transactionId"`
	Reference      string `json:"transactionReference,omitempty"`
	Timestamp      string `json:"transactionTimestamp,omitempty"`
	Method         string `json:"paymentMethod,omitempty"`
	MethodDetail   string `json:"paymentMethodDetail,omitempty"`
	Status         string `json:"status"`
}

// describe is the PaymentTransaction of a record.
func (s *Simulator) describe(rec record) answer {
	t := &paymentTransaction{payPage: s.payPage(rec), Information: paymentInformation{
		TransactionURL: s.base + "/paymenttransaction/" + rec.Account.OriginatorID + "/" + rec.Account.EndPointID + "/" + rec.TransactionID,
		TransactionID:  rec.TransactionID, Status: string(rec.Status),
	}}
	if err := json.Unmarshal(rec.Request, &t.Request); err != nil {
		return refuse(http.StatusInternalServerError, "UNSPECIFIED", "Buchf\u00fchrung gest\u00f6rt")
	}
	switch rec.Status {
	case StatusInitial:
		t.Information.RedirectURL = t.payPage
	case StatusPayed:
		t.Information.Reference = "SIM-" + rec.TransactionID[:min(10, len(rec.TransactionID))]
		t.Information.Timestamp = rec.PaidAt.Format(time.RFC3339)
		t.Information.Method, t.Information.MethodDetail = "OTHER", "Simulation"
	}
	return answer{status: http.StatusOK, transaction: t}
}
