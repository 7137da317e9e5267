package epaybl

import (
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/bausteine/egov/internal/loopback"
)

// Version is the generation of the interface. They differ in how lists are
// wrapped and where a result keeps its code.
type Version uint8

// The generations.
const (
	Version3 Version = iota // 3.x: lists in list types, result code in text
	Version2                // 2.x: SOAP encoding, flat result code
)

// Zahlverfahren is a means of payment that the pay page may offer.
type Zahlverfahren string

// The means of payment that public clients name. giropay ended in 2024.
const (
	UeberweisungVor  Zahlverfahren = "UEBERWEISUNGVOR"
	UeberweisungNach Zahlverfahren = "UEBERWEISUNGNACH"
	LastschriftMit   Zahlverfahren = "LASTSCHRIFTMIT"
	LastschriftOhne  Zahlverfahren = "LASTSCHRIFTOHNE"
	Kreditkarte      Zahlverfahren = "KREDITKARTE"
	SEPALastschrift  Zahlverfahren = "SEPASDD"
)

// Config is what the operator gives to an authority.
type Config struct {
	// ServiceURL is the address of the SOAP service without "?wsdl",
	// PayPageURL that of the pay page's login.do.
	ServiceURL, PayPageURL string
	// Mandant and Bewirtschafter are 1 to 10 and 1 to 8 digits or letters.
	Mandant, Bewirtschafter string
	// Haushaltsstelle (1 to 10 characters) and Objektnummer (up to 10) are for
	// lines whose booking data name none.
	Haushaltsstelle, Objektnummer string
	// Mahnverfahren is the kennzeichenMahnverfahren, up to 5 characters.
	Mahnverfahren string
	Version       Version
	// Zahlverfahren limits what the pay page offers; none leaves it to the
	// platform.
	Zahlverfahren []Zahlverfahren
	// PerPayment makes one Buchung of all items. Some platforms allow only one
	// successful payment for a claim of several lines.
	PerPayment bool
	// SendPayer gives the payer's name to the platform, which shows it on the
	// pay page. Otherwise the customer is called "Onlinedienst".
	SendPayer bool
}

// Options tune a [Provider]; nil and the zero value are strict.
type Options struct {
	// Certificate authenticates us (mutual TLS), RootCAs are trusted; nil are
	// the system's. They are not used with HTTPClient.
	Certificate *tls.Certificate
	RootCAs     *x509.CertPool
	// HTTPClient is copied; its redirect policy, cookies and timeout are not
	// used. A *http.Transport that does not verify TLS is refused; what a
	// RoundTripper of your own does is yours to know.
	HTTPClient *http.Client
	// Timeout is for one HTTP exchange (default 5 seconds); a Create has up to
	// six.
	Timeout time.Duration
	// MaxResponse is the greatest size of an answer in bytes (default 1 MiB).
	MaxResponse int64
	// InsecureAllowHTTP allows http to hosts other than loopback: names,
	// amounts and pay pages then travel readable and changeable.
	InsecureAllowHTTP bool
	// Rand makes the customer numbers; nil is crypto/rand.
	Rand io.Reader
}

func (o *Options) withDefaults() Options {
	d := Options{}
	if o != nil {
		d = *o
	}
	if d.Timeout <= 0 {
		d.Timeout = 5 * time.Second
	}
	if d.MaxResponse <= 0 {
		d.MaxResponse = 1 << 20
	}
	if d.Rand == nil {
		d.Rand = rand.Reader
	}
	return d
}

func (o Options) client() (http.Client, error) {
	var c http.Client
	if o.HTTPClient != nil {
		c = *o.HTTPClient
	} else {
		t := ownTransport()
		t.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: o.RootCAs}
		if o.Certificate != nil {
			t.TLSClientConfig.Certificates = []tls.Certificate{*o.Certificate}
		}
		c.Transport = t
	}
	transport := c.Transport
	if transport == nil {
		transport = http.DefaultTransport
	}
	if t, ok := transport.(*http.Transport); ok && t.TLSClientConfig != nil && t.TLSClientConfig.InsecureSkipVerify {
		return c, errors.New("epaybl: the HTTP client does not verify TLS")
	}
	c.Timeout, c.Jar = 0, nil
	c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return c, nil
}

// ownTransport copies Go's default transport, if a program has not replaced it.
func ownTransport() *http.Transport {
	if t, ok := http.DefaultTransport.(*http.Transport); ok {
		return t.Clone()
	}
	return &http.Transport{
		Proxy: http.ProxyFromEnvironment, ForceAttemptHTTP2: true, MaxIdleConns: 100,
		IdleConnTimeout: 90 * time.Second, TLSHandshakeTimeout: 10 * time.Second,
	}
}

// validate checks what the operator gave us.
func (c Config) validate(allowHTTP bool) error {
	for _, u := range []struct{ name, value string }{{"service URL", c.ServiceURL}, {"pay page URL", c.PayPageURL}} {
		if err := checkURL(u.value, allowHTTP); err != nil {
			return fmt.Errorf("epaybl: %s: %w", u.name, err)
		}
	}
	for _, f := range []struct {
		name, value string
		min, max    int
	}{
		{"Mandant", c.Mandant, 1, 10},
		{"Bewirtschafter", c.Bewirtschafter, 1, 8},
		{"Haushaltsstelle", c.Haushaltsstelle, 0, maxHaushaltsstelle},
		{"Objektnummer", c.Objektnummer, 0, maxObjektnummer},
		{"Mahnverfahren", c.Mahnverfahren, 0, 5},
	} {
		if len(f.value) < f.min || len(f.value) > f.max || !each(f.value, isKey) {
			return fmt.Errorf("epaybl: %s is not %d to %d letters and digits", f.name, f.min, f.max)
		}
	}
	if c.Version > Version2 {
		return errors.New("epaybl: unknown version")
	}
	for _, z := range c.Zahlverfahren {
		if z == "" || len(z) > 30 || !each(string(z), isKey) {
			return errors.New("epaybl: a Zahlverfahren is not 1 to 30 letters and digits")
		}
	}
	return nil
}

func checkURL(s string, allowHTTP bool) error {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.ForceQuery || u.Fragment != "" {
		return errors.New("not an absolute URL without query and user")
	}
	if u.Scheme != "https" && (u.Scheme != "http" || !loopback.Host(u.Hostname()) && !allowHTTP) {
		return errors.New("not https (http only on a loopback host)")
	}
	return nil
}
