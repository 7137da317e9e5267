package xrepository

import (
	"compress/gzip"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// failing answers with each of the failures once, then rightly.
func failing(f *fake, path string, failures ...http.HandlerFunc) {
	var n atomic.Int64
	f.handle(path, func(w http.ResponseWriter, r *http.Request) {
		if i := int(n.Add(1)); i <= len(failures) {
			failures[i-1](w, r)
			return
		}
		w.Write([]byte(list("1")))
	})
}

func status(code int, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(code)
		io.WriteString(w, "Erika Mustermann")
	}
}

func TestRepetition(t *testing.T) {
	slow := func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
	resets := func(w http.ResponseWriter, _ *http.Request) { reset(w) }
	unsent := func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }
	chunked := func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, "<cut")
		w.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	}
	cases := []struct {
		name     string
		failures []http.HandlerFunc
		requests int64
		code     int // of the StatusError; 0: mended
	}{
		{"500 then right", []http.HandlerFunc{status(500)}, 2, 0},
		{"502, 503, 504 then right", []http.HandlerFunc{status(502), status(503), status(504)}, 4, 0},
		{"429 with Retry-After", []http.HandlerFunc{status(429, "Retry-After", "0")}, 2, 0},
		{"408", []http.HandlerFunc{status(408)}, 2, 0},
		{"reset in the answer", []http.HandlerFunc{resets, resets}, 3, 0},
		{"chunked answer cut off", []http.HandlerFunc{chunked}, 2, 0},
		{"connection closed before the answer", []http.HandlerFunc{unsent}, 2, 0},
		{"too slow", []http.HandlerFunc{slow}, 2, 0},
		{"500 for ever", []http.HandlerFunc{status(500), status(500), status(500), status(500), status(500)}, 4, 500},
		{"400 is final", []http.HandlerFunc{status(400)}, 1, 400},
		{"403 is final", []http.HandlerFunc{status(403)}, 1, 403},
		{"501 is final", []http.HandlerFunc{status(501)}, 1, 501},
		{"204 is no answer", []http.HandlerFunc{status(204)}, 1, 204},
		{"asked to wait too long", []http.HandlerFunc{status(503, "Retry-After", "86400")}, 1, 503},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			f := newFake(t)
			failing(f, genericodePath, c.failures...)
			timeout := time.Minute
			if c.name == "too slow" {
				timeout = 3 * time.Second
			}
			b, err := f.client(t, &Options{Timeout: timeout}).Genericode(t.Context(), version("1"))
			assert.Equal(t, c.requests, f.requests.Load())
			if c.code == 0 {
				require.NoError(t, err)
				assert.Equal(t, list("1"), string(b))
				return
			}
			var status *StatusError
			require.ErrorAs(t, err, &status)
			assert.Equal(t, c.code, status.Code)
			assert.NotContains(t, err.Error(), "Mustermann")
			assert.Nil(t, b)
		})
	}
}

func TestRepetitionCanBeSwitchedOff(t *testing.T) {
	f := newFake(t)
	failing(f, genericodePath, status(500))
	_, err := f.client(t, &Options{MaxRetries: -1}).Genericode(t.Context(), version("1"))
	assert.Error(t, err)
	assert.EqualValues(t, 1, f.requests.Load())
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	c := &Client{o: Options{Now: func() time.Time { return now }}}
	for header, want := range map[string]time.Duration{
		"": 0, "x": 0, "-5": 0, "7": 7 * time.Second, " 7 ": 7 * time.Second, "99999999999999999999": 0,
		"Mon, 23 Nov 2026 10:00:20 GMT": 20 * time.Second, "Mon, 23 Nov 2026 09:00:00 GMT": 0,
	} {
		assert.Equal(t, want, c.retryAfter(header), header)
	}
}

func TestTheServiceIsWaitedFor(t *testing.T) {
	f := newFake(t)
	failing(f, genericodePath, status(429, "Retry-After", "1"))
	begin := time.Now()
	_, err := f.client(t, nil).Genericode(t.Context(), version("1"))
	require.NoError(t, err)
	assert.GreaterOrEqual(t, time.Since(begin), time.Second)
}

func TestSizeLimits(t *testing.T) {
	long := "<a>" + strings.Repeat("x", 1<<20) + "</a>"
	cases := map[string]http.HandlerFunc{
		"length announced": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "99999999999")
			io.WriteString(w, "<a>")
		},
		"chunked": func(w http.ResponseWriter, _ *http.Request) {
			io.WriteString(w, "<a>")
			w.(http.Flusher).Flush()
			io.WriteString(w, long)
		},
		"gzip that grows": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			z := gzip.NewWriter(w)
			io.WriteString(z, long)
			z.Close()
		},
	}
	for name, h := range cases {
		t.Run(name, func(t *testing.T) {
			f := newFake(t)
			f.handle("/", h)
			b, err := f.client(t, &Options{MaxBytes: 100_000}).Genericode(t.Context(), version("1"))
			assert.ErrorIs(t, err, ErrTooLarge)
			assert.Nil(t, b)
			assert.EqualValues(t, 1, f.requests.Load(), "a length does not change by asking again")
		})
	}
}

func TestGzip(t *testing.T) {
	f := newFake(t)
	f.handle("/", func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Accept-Encoding") != "gzip" {
			w.WriteHeader(http.StatusNotAcceptable)
			return
		}
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		io.WriteString(z, list("1"))
		z.Close()
	})
	b, err := f.client(t, nil).Genericode(t.Context(), version("1"))
	require.NoError(t, err)
	assert.Equal(t, list("1"), string(b))
}

func TestRedirects(t *testing.T) {
	var strayed atomic.Int64
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		strayed.Add(1)
		io.WriteString(w, "<a/>")
	}))
	defer other.Close()
	f := newFake(t)
	f.answer("/api/neu", "text/xml", []byte("<neu/>"))
	c := f.client(t, nil)
	for name, target := range map[string]string{
		"another port": other.URL + "/", "another name of this host": strings.Replace(f.URL, "127.0.0.1", "localhost", 1) + "/api/neu",
		"another scheme": "https://" + strings.TrimPrefix(f.URL, "http://") + "/api/neu", "user": strings.Replace(f.URL, "http://", "http://u:p@", 1) + "/api/neu",
		"a file": "file:///etc/passwd",
	} {
		t.Run(name, func(t *testing.T) {
			before := f.requests.Load()
			kennung := "urn:de:" + strings.ReplaceAll(name, " ", "-")
			f.handle("/api/xrepository/"+kennung+"/metadaten", func(w http.ResponseWriter, r *http.Request) {
				http.Redirect(w, r, target, http.StatusFound)
			})
			_, err := c.Metadaten(t.Context(), kennung)
			assert.ErrorIs(t, err, ErrHost)
			assert.EqualValues(t, 1, f.requests.Load()-before, "not repeated")
		})
	}
	assert.Zero(t, strayed.Load())
	t.Run("within the host", func(t *testing.T) {
		f.handle(genericodePath, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/api/neu", http.StatusFound) })
		b, err := c.Genericode(t.Context(), version("1"))
		require.NoError(t, err)
		assert.Equal(t, "<neu/>", string(b))
	})
	t.Run("for ever", func(t *testing.T) {
		f.handle("/api/codeliste/", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, r.URL.Path, http.StatusFound) })
		_, err := c.GueltigeVersion(t.Context(), listKennung)
		assert.ErrorIs(t, err, ErrHost)
	})
}

func TestUntrustedCertificateIsFinal(t *testing.T) {
	var n atomic.Int64
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { n.Add(1) }))
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.StartTLS()
	defer s.Close()
	c, err := New(s.URL, &Options{Backoff: time.Hour, MaxWait: time.Hour})
	require.NoError(t, err)
	_, err = c.Metadaten(t.Context(), listKennung)
	assert.ErrorContains(t, err, "certificate")
	assert.Zero(t, n.Load())

	trusting, err := New(s.URL, &Options{Transport: s.Client().Transport})
	require.NoError(t, err)
	_, err = trusting.Metadaten(t.Context(), listKennung)
	assert.ErrorIs(t, err, ErrFormat)
	assert.EqualValues(t, 1, n.Load())
}

func TestConcurrencyNeverAboveTheBound(t *testing.T) {
	for _, bound := range []int{0, 2} {
		want := int64(bound)
		if bound == 0 {
			want = 5
		}
		f := newFake(t)
		deadline := time.Now().Add(20 * time.Second)
		f.handle("/", func(w http.ResponseWriter, _ *http.Request) {
			for f.top.Load() < want && time.Now().Before(deadline) { // until as many as may are here
				time.Sleep(time.Millisecond)
			}
			w.Write([]byte(list("1")))
		})
		c := f.client(t, &Options{MaxConcurrent: bound})
		var group sync.WaitGroup
		for range 30 {
			group.Go(func() {
				_, err := c.Genericode(t.Context(), version("1"))
				assert.NoError(t, err)
			})
		}
		group.Wait()
		assert.Equal(t, want, f.top.Load())
		assert.EqualValues(t, 30, f.requests.Load())
	}
}

// TestWaitsDoNotOverflow: a wait that is doubled too often would be negative,
// and the service be asked again at once.
func TestWaitsDoNotOverflow(t *testing.T) {
	f := newFake(t)
	failing(f, genericodePath, status(500), status(500), status(500), status(500))
	begin := time.Now()
	_, err := f.client(t, &Options{MaxRetries: 4, Backoff: 1<<62 + 1, MaxWait: 50 * time.Millisecond}).Genericode(t.Context(), version("1"))
	require.NoError(t, err)
	assert.GreaterOrEqual(t, time.Since(begin), 200*time.Millisecond)
}
