package xrepository

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/bausteine/egov/internal/loopback"
	"github.com/bausteine/egov/xoev/codelist"
)

// BaseURL is the address of XRepository's interface.
const BaseURL = "https://www.xrepository.de/api"

// Options sets what a [Client] does. The zero value, a nil *Options and fields
// that are zero or negative mean the defaults.
type Options struct {
	// Transport sends the requests; nil is a copy of http.DefaultTransport,
	// which uses the proxy that the environment names.
	Transport http.RoundTripper
	// MaxConcurrent is the number of requests under way at once; default 5.
	MaxConcurrent int
	// MaxRetries is how often a request is sent again after the connection
	// failed or broke, or the status was 408, 429 or 5xx; default 3, and
	// negative means never.
	MaxRetries int
	// Backoff is the wait before the first repetition; each further one waits
	// twice as long. Default 500 ms. A longer time that the service names
	// (Retry-After) counts instead.
	Backoff time.Duration
	// MaxWait bounds each wait; default 30 s. If the service asks for a longer
	// one, the request fails at once with a *StatusError that names it.
	MaxWait time.Duration
	// Timeout bounds each attempt, from connecting to the last byte; default
	// 2 min. The context bounds all of them together.
	Timeout time.Duration
	// MaxBytes is the length in bytes of metadata, of a search result, and of a
	// list, unpacked; default 64 MiB.
	MaxBytes int64
	// ZIP bounds archives: MaxBytes as sent, the other limits as in
	// codelist.OpenZIP. The archive is kept in memory. MaxBytes is 128 MiB by
	// default here.
	ZIP codelist.ZIPLimits
	// Cache keeps answers that have an entity tag; they are asked for with
	// If-None-Match then. nil keeps nothing.
	Cache Cache
	// UserAgent is sent with each request; default "bausteine-egov".
	UserAgent string
	// Progress is told how much of an answer has arrived: the request's path
	// below the base URL, and the number of bytes so far and in total, -1 if
	// not known. It is called by several goroutines at once.
	Progress func(path string, read, total int64)
	// Now is the clock, used for Retry-After; nil is time.Now.
	Now func() time.Time
}

// Client asks one XRepository. It may be used by several goroutines at once.
type Client struct {
	base  *url.URL
	http  *http.Client
	o     Options
	slots chan struct{}
}

var _ codelist.Fetcher = (*Client)(nil)

// New returns a client of the XRepository at a base URL, normally [BaseURL]. It
// sends nothing yet. A base URL that is not https is [ErrHost], unless its host
// is this computer (localhost, 127.0.0.0/8, ::1); so is one with user name,
// query or fragment.
func New(baseURL string, o *Options) (*Client, error) {
	base, err := url.Parse(strings.TrimRight(baseURL, "/"))
	if err != nil {
		return nil, fmt.Errorf("%w: base URL cannot be read", ErrHost)
	}
	https := base.Scheme == "https" || base.Scheme == "http" && loopback.Host(base.Hostname())
	if !https || base.Hostname() == "" || base.User != nil || base.RawQuery != "" || base.Fragment != "" || base.Opaque != "" {
		return nil, fmt.Errorf("%w: base URL must be https without user, query and fragment", ErrHost)
	}
	c := &Client{base: base}
	if o != nil {
		c.o = *o
	}
	c.defaults()
	c.slots = make(chan struct{}, c.o.MaxConcurrent)
	c.http = &http.Client{Transport: c.o.Transport, CheckRedirect: c.checkRedirect}
	return c, nil
}

func (c *Client) defaults() {
	o := &c.o
	if o.MaxConcurrent <= 0 {
		o.MaxConcurrent = 5
	}
	if o.MaxRetries == 0 {
		o.MaxRetries = 3
	}
	if o.Backoff <= 0 {
		o.Backoff = 500 * time.Millisecond
	}
	if o.MaxWait <= 0 {
		o.MaxWait = 30 * time.Second
	}
	if o.Timeout <= 0 {
		o.Timeout = 2 * time.Minute
	}
	if o.MaxBytes <= 0 {
		o.MaxBytes = 64 << 20
	}
	if o.ZIP.MaxBytes <= 0 {
		o.ZIP.MaxBytes = 128 << 20
	}
	if o.UserAgent == "" {
		o.UserAgent = "bausteine-egov"
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Transport == nil {
		if t, ok := http.DefaultTransport.(*http.Transport); ok {
			o.Transport = t.Clone()
		}
	}
}

// maxRedirects is how many redirects within the host are followed.
const maxRedirects = 5

func (c *Client) checkRedirect(r *http.Request, via []*http.Request) error {
	if r.URL.Scheme != c.base.Scheme || r.URL.Host != c.base.Host || r.URL.User != nil {
		return fmt.Errorf("%w: redirect leaves the base URL's host", ErrHost)
	}
	if len(via) > maxRedirects {
		return fmt.Errorf("%w: too many redirects", ErrHost)
	}
	return nil
}

// Cache keeps answers by address, so that clients of several services can share
// it. It must be safe for concurrent use and
// must not change bodies. What it returns is taken as if the service had sent
// it, so it must be as trustworthy as the connection.
type Cache interface {
	// Load returns what Save was given last for the URL.
	Load(url string) (etag string, body []byte, ok bool)
	// Save keeps an answer with its entity tag, or not.
	Save(url, etag string, body []byte)
}
