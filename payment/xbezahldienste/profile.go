package xbezahldienste

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Profile is an operator's way of speaking XBezahldienste, as public clients
// know it. The zero value asks nothing beyond the documentation.
type Profile string

// The operators known.
const (
	// PMPayment (GovConnect) takes OAuth2 client credentials; its tokens are at
	// /oauth/token of the platform's host, unless ClientCredentials.TokenURL
	// says something else.
	PMPayment Profile = "pmPayment"
	// EPayBLKonnektor (the way to ePayBL) takes mutual TLS: give a Certificate,
	// or an HTTPClient that has one.
	EPayBLKonnektor Profile = "ePayBL-Konnektor"
	// Epay21 (ekom21) takes HTTP Basic, refuses a requestor, nulls and empty
	// bookingData, and goes on to name the pay page after payment.
	Epay21 Profile = "epay21"
)

// Basic is for HTTP Basic authentication (RFC 7617), as epay21 wants it.
type Basic struct{ User, Password string }

// String hides the password.
func (b Basic) String() string { return "basic authentication of " + b.User }

// Format hides the password, whatever the verb.
func (b Basic) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, b.String()) }

// MarshalText hides the password from JSON.
func (b Basic) MarshalText() ([]byte, error) { return []byte(b.String()), nil }

// LogValue hides the password.
func (b Basic) LogValue() slog.Value { return slog.StringValue(b.String()) }

// fit checks the options against the profile and adds what it implies.
func (p *Provider) fit() error {
	o := &p.options
	if o.Credentials != nil && o.Basic != nil {
		return errors.New("xbezahldienste: Credentials and Basic exclude each other")
	}
	if o.Basic != nil && (o.Basic.User == "" || o.Basic.Password == "" || strings.Contains(o.Basic.User, ":")) {
		return errors.New("xbezahldienste: user and password are required, and a user has no colon")
	}
	if o.Certificate != nil && o.HTTPClient != nil {
		return errors.New("xbezahldienste: Certificate and HTTPClient exclude each other; put it into the client's transport")
	}
	switch o.Profile {
	case "":
	case PMPayment:
		if o.Credentials == nil {
			return errors.New("xbezahldienste: pmPayment needs Credentials")
		}
		if o.Credentials.TokenURL == "" {
			c := *o.Credentials
			c.TokenURL = hostOf(p.base) + "/oauth/token"
			o.Credentials = &c
		}
	case EPayBLKonnektor:
		if o.Certificate == nil && o.HTTPClient == nil {
			return errors.New("xbezahldienste: the ePayBL-Konnektor needs a Certificate, or an HTTPClient that has one")
		}
		if o.Basic != nil {
			return errors.New("xbezahldienste: the ePayBL-Konnektor takes no Basic")
		}
	case Epay21:
		if o.Basic == nil || o.SendRequestor {
			return errors.New("xbezahldienste: epay21 needs Basic and refuses SendRequestor")
		}
	default:
		return errors.New("xbezahldienste: unknown profile")
	}
	return nil
}

func hostOf(base string) string {
	u, err := url.Parse(base)
	if err != nil {
		return base
	}
	return u.Scheme + "://" + u.Host
}

// transport is our own, with the client's certificate and trusted roots.
func (o Options) transport() http.RoundTripper {
	t := &http.Transport{
		Proxy: http.ProxyFromEnvironment, ForceAttemptHTTP2: true, MaxIdleConns: 100,
		IdleConnTimeout: 90 * time.Second, TLSHandshakeTimeout: 10 * time.Second,
	}
	if d, ok := http.DefaultTransport.(*http.Transport); ok { // a program may have replaced it
		t = d.Clone()
	}
	t.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: o.RootCAs}
	if o.Certificate != nil {
		t.TLSClientConfig.Certificates = []tls.Certificate{*o.Certificate}
	}
	return t
}
