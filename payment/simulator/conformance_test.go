package simulator_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/payment"
	"github.com/bausteine/egov/payment/paymenttest"
	"github.com/bausteine/egov/payment/simulator"
	"github.com/bausteine/egov/payment/xbezahldienste"
)

// clientCertificate makes a certificate of its own for a client.
func clientCertificate(t *testing.T) (tls.Certificate, *x509.Certificate) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: "Musterstadt"}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	require.NoError(t, err)
	parsed, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, parsed
}

// operator is a platform in a profile, and a provider that fits it.
type operator struct {
	platform *simulator.Simulator
	provider *xbezahldienste.Provider
	fault    atomic.Pointer[simulator.Fault]
}

const secret = "geheim&=ä"

// newOperator serves a platform over TLS.
func newOperator(t *testing.T, profile xbezahldienste.Profile, o simulator.Options) *operator {
	t.Helper()
	v := &operator{}
	certificate, parsed := clientCertificate(t)
	mux := http.NewServeMux()
	server := httptest.NewUnstartedServer(mux)
	clients := x509.NewCertPool()
	clients.AddCert(parsed)
	server.TLS = &tls.Config{ClientAuth: tls.VerifyClientCertIfGiven, ClientCAs: clients}
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // callers leave in the middle
	server.StartTLS()
	t.Cleanup(server.Close)
	o.BaseURL, o.Profile = server.URL+prefix, profile
	o.Clients = []simulator.Client{{ID: "musterstadt", Secret: secret, Certificate: parsed, Accounts: []simulator.Account{account}}}
	o.Fault = func(simulator.Call) simulator.Fault {
		if f := v.fault.Load(); f != nil {
			return *f
		}
		return simulator.Fault{}
	}
	var err error
	v.platform, err = simulator.New(t.Context(), o)
	require.NoError(t, err)
	mux.Handle(prefix+"/", v.platform)
	x := optionsFor(profile, o.BaseURL, certificate)
	x.RootCAs = x509.NewCertPool()
	x.RootCAs.AddCert(server.Certificate())
	v.provider, err = xbezahldienste.New(o.BaseURL, account.OriginatorID, account.EndPointID, &x)
	require.NoError(t, err)
	return v
}

func optionsFor(profile xbezahldienste.Profile, base string, certificate tls.Certificate) xbezahldienste.Options {
	x := xbezahldienste.Options{Profile: profile, RetryDelay: time.Millisecond, Timeout: 20 * time.Second, Retries: 1} // a busy machine is no fault
	switch profile {
	case xbezahldienste.EPayBLKonnektor:
		x.Certificate = &certificate
	case xbezahldienste.Epay21:
		x.Basic = &xbezahldienste.Basic{User: "musterstadt", Password: secret}
	default:
		x.Credentials = &xbezahldienste.ClientCredentials{TokenURL: base + "/oauth/token", ClientID: "musterstadt", ClientSecret: secret}
	}
	return x
}

// countingListener counts connections.
type countingListener struct {
	net.Listener
	count *atomic.Int32
}

// Accept implements net.Listener.
func (l countingListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err == nil {
		l.count.Add(1)
	}
	return c, err
}

// misbehave turns a fault of the conformance suite into one of the platform.
func (v *operator) misbehave(_ *testing.T, f paymenttest.Fault) bool {
	faults := map[paymenttest.Fault]simulator.Fault{
		paymenttest.FaultNone: {}, paymenttest.FaultUnavailable: {Status: 503}, paymenttest.FaultLost: {Drop: true},
		paymenttest.FaultHang: {Delay: time.Minute}, paymenttest.FaultNonsense: {Body: []byte("<html>"), ContentType: "application/json"},
		paymenttest.FaultAmount: {AmountOff: -1}, paymenttest.FaultStatus: {PaymentStatus: "AUTHORISED"},
		paymenttest.FaultPayPage: {KeepRedirectURL: true},
	}
	if f == paymenttest.FaultTokens {
		v.platform.ForgetTokens()
		return true
	}
	fault, ok := faults[f]
	v.fault.Store(&fault)
	return ok
}

func (v *operator) harness(t *testing.T, profile xbezahldienste.Profile) paymenttest.Harness {
	status := map[payment.State]simulator.Status{
		payment.StatePaid: simulator.StatusPayed, payment.StateFailed: simulator.StatusFailed, payment.StateCanceled: simulator.StatusCanceled,
	}
	return paymenttest.Harness{
		Provider: v.provider, MaxCents: 999999_00, Secrets: []string{secret}, Fault: v.misbehave,
		Settle: func(t *testing.T, id string, s payment.State) {
			require.NoError(t, v.platform.Settle(t.Context(), id, status[s]))
		},
		Count: func(t *testing.T) int {
			all, err := v.platform.Transactions(t.Context())
			require.NoError(t, err)
			return len(all)
		},
		Untrusted: func(t *testing.T) (payment.Provider, func() int) {
			var calls atomic.Int32
			listener := httptest.NewUnstartedServer(nil)
			listener.Listener = countingListener{listener.Listener, &calls}
			listener.Config.ErrorLog = log.New(io.Discard, "", 0)
			listener.StartTLS()
			t.Cleanup(listener.Close)
			certificate, _ := clientCertificate(t)
			x := optionsFor(profile, listener.URL, certificate)
			p, err := xbezahldienste.New(listener.URL, account.OriginatorID, account.EndPointID, &x)
			require.NoError(t, err)
			return p, func() int { return int(calls.Load()) }
		},
	}
}

func TestXBezahldiensteConforms(t *testing.T) {
	for _, c := range []struct {
		name    string
		profile xbezahldienste.Profile
		options simulator.Options
	}{
		{"the documentation alone", "", simulator.Options{}},
		{"request id as transaction id", "", simulator.Options{RequestIDAsTransactionID: true}},
		{"pmPayment", xbezahldienste.PMPayment, simulator.Options{}},
		{"ePayBL-Konnektor", xbezahldienste.EPayBLKonnektor, simulator.Options{}},
		{"epay21", xbezahldienste.Epay21, simulator.Options{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			paymenttest.RunProvider(t, func(t *testing.T) paymenttest.Harness {
				return newOperator(t, c.profile, c.options).harness(t, c.profile)
			})
		})
	}
}
