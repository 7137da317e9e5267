package epaybl

import (
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/payment"
	"github.com/bausteine/egov/payment/paymenttest"
)

// misbehave makes the platform do what the conformance suite asks for.
func (p *platform) misbehave(t *testing.T, f paymenttest.Fault) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.answer = nil
	switch f {
	case paymenttest.FaultNone:
	case paymenttest.FaultUnavailable:
		p.answer = func(_ string, done bool, w http.ResponseWriter) bool {
			if !done {
				w.WriteHeader(http.StatusServiceUnavailable)
			}
			return true
		}
	case paymenttest.FaultLost:
		p.answer = func(_ string, done bool, _ http.ResponseWriter) bool {
			if done {
				panic(http.ErrAbortHandler)
			}
			return false
		}
	case paymenttest.FaultHang:
		p.answer = func(_ string, done bool, _ http.ResponseWriter) bool {
			if !done {
				select {
				case <-t.Context().Done():
				case <-time.After(3 * time.Second):
				}
				panic(http.ErrAbortHandler)
			}
			return false
		}
	case paymenttest.FaultNonsense:
		p.answer = func(_ string, done bool, w http.ResponseWriter) bool {
			if !done {
				p.write(w, http.StatusOK, "<x/>")
			}
			return true
		}
	default: // ePayBL names neither states nor pay pages, and has no tokens
		return false
	}
	return true
}

func TestEPayBLConforms(t *testing.T) {
	for _, v := range versions {
		t.Run(v.name, func(t *testing.T) {
			paymenttest.RunProvider(t, func(t *testing.T) paymenttest.Harness {
				platform := newPlatform(t, v.version)
				p, err := New(platform.config(), &Options{Timeout: 20 * time.Second})
				require.NoError(t, err)
				return paymenttest.Harness{
					Provider: p, MaxCents: maxAmountCents - 1, NoFailure: true, Fault: platform.misbehave, Secrets: []string{"Erika"},
					Count:   func(*testing.T) int { return platform.count() },
					Prepare: func(c *payment.Claim) { c.Purpose = "MELDEBESCHEINIGUNG" },
					Settle: func(t *testing.T, id string, s payment.State) {
						platform.account(id, func(a *booked) {
							switch s {
							case payment.StatePaid:
								a.receipts, a.reversals = a.claims, 0
							case payment.StateCanceled, payment.StateFailed:
								a.reversals = a.claims
							}
						})
					},
					Untrusted: func(t *testing.T) (payment.Provider, func() int) {
						var calls atomic.Int32
						server := httptest.NewUnstartedServer(platform)
						server.Listener = counting{server.Listener, &calls}
						server.StartTLS()
						t.Cleanup(server.Close)
						c := platform.config()
						c.ServiceURL = server.URL
						p, err := New(c, nil)
						require.NoError(t, err)
						return p, func() int { return int(calls.Load()) }
					},
				}
			})
		})
	}
}

// counting counts connections.
type counting struct {
	net.Listener
	count *atomic.Int32
}

// Accept implements net.Listener.
func (l counting) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err == nil {
		l.count.Add(1)
	}
	return c, err
}
