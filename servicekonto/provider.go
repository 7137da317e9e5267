package servicekonto

import (
	"context"
	"errors"
	"log/slog"
	"net/url"
)

// Provider is the seam for a kind of account: it sends the browser to an
// account service and judges what comes back. The service around it keeps the
// state, binds it to the browser and makes it single use. Implementations are
// safe for concurrent use.
type Provider interface {
	// Start prepares a login. Errors that are not a [*LoginError] count as
	// [Unavailable].
	Start(ctx context.Context, req StartRequest) (*Redirect, error)
	// Finish judges the answer and returns who logged in. It must refuse
	// whatever it cannot verify. Errors that are not a [*LoginError] count as
	// [Unavailable].
	Finish(ctx context.Context, req CallbackRequest) (*Account, error)
	// HandleParam names the parameter of the answer that brings back
	// StartRequest.Handle: "state" (OpenID Connect), "RelayState" (SAML).
	HandleParam() string
}

// LogoutProvider is the optional ability of a [Provider] to end the session at
// the account service as well.
type LogoutProvider interface {
	// LogoutURL returns where a person who has been logged out here can log out
	// there; returnURL is where they come back to. "" means that the account
	// service offers nothing of the kind.
	LogoutURL(ctx context.Context, returnURL string) (string, error)
}

// StartRequest is what a [Provider] needs to begin a login.
type StartRequest struct {
	Tenant string
	// Handle is unguessable and at most 43 bytes of base64url; the answer must
	// bring it back in the parameter HandleParam.
	Handle string
	// CallbackURL is where the answer must go: redirect_uri, or the URL of the
	// AssertionConsumerService.
	CallbackURL string
	// MinLevel is the level to ask for. The service refuses a lower one.
	MinLevel Level
	// Force asks the account service to authenticate the person anew.
	Force bool
}

// Redirect sends the browser to an account service.
type Redirect struct {
	// Method is "GET" or "POST" (SAML's HTTP-POST binding). With POST the
	// service shows a page with a button, since it ships no script.
	Method string
	// URL is absolute; for GET it holds all parameters.
	URL string
	// Form holds the fields of a POST.
	Form url.Values
	// State is the provider's own (nonce, PKCE verifier, request ID). The
	// service keeps it, encrypted, and hands it to Finish. At most 16 KiB.
	State []byte
}

// CallbackRequest is the account service's answer, after the service has
// checked that it belongs to this browser and has not been used before.
type CallbackRequest struct {
	Tenant      string
	CallbackURL string
	MinLevel    Level
	Force       bool
	// Params are the answer's parameters: valid UTF-8, each exactly once.
	Params url.Values
	// State is what Start returned.
	State []byte
}

// Reason says why a login did not happen. It is stable and fit for metrics.
type Reason string

// The reasons of a failed login.
const (
	// Cancelled: the person chose to stop.
	Cancelled Reason = "cancelled"
	// Refused: the account service's answer did not pass a check.
	Refused Reason = "refused"
	// ProviderFailed: the account service reported an error.
	ProviderFailed Reason = "provider-failed"
	// Unavailable: the account service could not be reached or asked.
	Unavailable Reason = "unavailable"
	// LevelTooLow: the login's level is below what was asked for.
	LevelTooLow Reason = "level-too-low"
	// OtherAccount: a step-up brought another person than the one logged in.
	OtherAccount Reason = "other-account"
	// Replayed: the answer was used before.
	Replayed Reason = "replayed"
	// Expired: the answer came too late.
	Expired Reason = "expired"
	// OtherBrowser: the answer came from a browser that did not start the login.
	OtherBrowser Reason = "other-browser"
	// Malformed: the request itself was not acceptable.
	Malformed Reason = "malformed"
)

// LoginError is a login that did not happen. Its text is constant, so that no
// page or error chain tells an attacker which check failed; the fields are for
// the log. It never holds values of attributes or tokens.
type LoginError struct {
	Reason Reason
	// Detail says in English which check failed.
	Detail string
	// StatusDetail is the account service's own error code, if it gave one
	// ("access_denied"; the code of BundID's StatusDetail).
	StatusDetail string
	// Err is the cause, or nil. It may quote what a peer sent: do not print it.
	Err error
}

// Error returns a constant text.
func (e *LoginError) Error() string { return "servicekonto: login failed" }

// Unwrap returns the cause.
func (e *LoginError) Unwrap() error { return e.Err }

// LogValue logs reason, detail, the account service's code and, where a
// connection failed, how. It leaves out causes that may quote what a peer sent.
func (e *LoginError) LogValue() slog.Value {
	attrs := []slog.Attr{slog.String("reason", string(e.Reason)), slog.String("detail", e.Detail)}
	if e.StatusDetail != "" {
		attrs = append(attrs, slog.String("status_detail", e.StatusDetail))
	}
	var connection *url.Error
	if errors.As(e.Err, &connection) && connection.Op != "parse" {
		attrs = append(attrs, slog.Any("connection", connection.Err))
	}
	return slog.GroupValue(attrs...)
}

// asLoginError makes a LoginError of any error; without a reason of its own it
// is Unavailable.
func asLoginError(err error) *LoginError {
	var le *LoginError
	if errors.As(err, &le) {
		return le
	}
	return &LoginError{Reason: Unavailable, Detail: "the account service could not be asked", Err: err}
}
