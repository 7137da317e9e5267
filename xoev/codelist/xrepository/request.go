package xrepository

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// request is one request to a path below the base URL, which begins with a
// slash and is escaped already.
type request struct {
	method, path string
	query        url.Values
	body         []byte
	limit        int64
}

// send sends a request until it is answered, the number of repetitions is used
// up, or the failure is one that repeating does not mend.
func (c *Client) send(ctx context.Context, r request) ([]byte, error) {
	wait := c.o.Backoff
	for attempt := 0; ; attempt++ {
		body, err := c.attempt(ctx, r)
		if err == nil {
			return body, nil
		}
		if ctx.Err() != nil {
			return nil, fmt.Errorf("xrepository: %s %s: %w", r.method, r.path, context.Cause(ctx))
		}
		var status *StatusError
		pause := min(wait, c.o.MaxWait)
		if errors.As(err, &status) {
			pause = max(pause, status.RetryAfter)
		}
		if attempt >= c.o.MaxRetries || !repeatable(err) || pause > c.o.MaxWait {
			return nil, fmt.Errorf("xrepository: %s %s: %w", r.method, r.path, err)
		}
		timer := time.NewTimer(pause)
		select {
		case <-ctx.Done():
			timer.Stop()
			return nil, fmt.Errorf("xrepository: %s %s: %w", r.method, r.path, context.Cause(ctx))
		case <-timer.C:
		}
		wait = 2 * min(wait, c.o.MaxWait/2) // never so long that it overflows
	}
}

// repeatable reports whether the same request may succeed later.
func repeatable(err error) bool {
	var status *StatusError
	if errors.As(err, &status) {
		return status.temporary()
	}
	for _, final := range []error{ErrTooLarge, ErrFormat, ErrHost} {
		if errors.Is(err, final) {
			return false
		}
	}
	var certificate *tls.CertificateVerificationError
	var authority x509.UnknownAuthorityError
	return !errors.As(err, &certificate) && !errors.As(err, &authority)
}

// attempt sends a request once, as soon as there is a free slot.
func (c *Client) attempt(ctx context.Context, r request) ([]byte, error) {
	select {
	case c.slots <- struct{}{}:
		defer func() { <-c.slots }()
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	ctx, cancel := context.WithTimeout(ctx, c.o.Timeout)
	defer cancel()
	address := c.base.String() + r.path
	if r.query != nil {
		address += "?" + r.query.Encode()
	}
	var content io.Reader
	if r.body != nil {
		content = bytes.NewReader(r.body)
	}
	req, err := http.NewRequestWithContext(ctx, r.method, address, content)
	if err != nil {
		return nil, fmt.Errorf("%w: %s", ErrKennung, r.path)
	}
	req.Header.Set("Accept", "*/*")
	req.Header.Set("User-Agent", c.o.UserAgent)
	if r.body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	etag, kept, have := c.load(r)
	if have {
		req.Header.Set("If-None-Match", etag)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, withoutURL(err)
	}
	defer resp.Body.Close()
	switch {
	case resp.StatusCode == http.StatusNotModified && have && int64(len(kept)) <= r.limit:
		return bytes.Clone(kept), nil
	case resp.StatusCode != http.StatusOK:
		return nil, c.statusError(resp)
	}
	body, err := c.readBody(resp, r)
	if err != nil {
		return nil, err
	}
	if tag := resp.Header.Get("ETag"); tag != "" && c.o.Cache != nil && r.method == http.MethodGet {
		c.o.Cache.Save(c.base.String()+r.path, tag, bytes.Clone(body))
	}
	return body, nil
}

func (c *Client) load(r request) (etag string, body []byte, ok bool) {
	if c.o.Cache == nil || r.method != http.MethodGet {
		return "", nil, false
	}
	etag, body, ok = c.o.Cache.Load(c.base.String() + r.path)
	return etag, body, ok && etag != ""
}

// withoutURL takes the wrapper off that repeats method and address.
func withoutURL(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}

// readBody reads an answer up to its limit, which counts unpacked bytes.
func (c *Client) readBody(resp *http.Response, r request) ([]byte, error) {
	if resp.ContentLength > r.limit {
		return nil, fmt.Errorf("%w of %d bytes", ErrTooLarge, r.limit)
	}
	var body bytes.Buffer
	chunk := make([]byte, 64<<10)
	for {
		n, err := resp.Body.Read(chunk)
		body.Write(chunk[:n])
		if int64(body.Len()) > r.limit {
			return nil, fmt.Errorf("%w of %d bytes", ErrTooLarge, r.limit)
		}
		if c.o.Progress != nil && n > 0 {
			c.o.Progress(r.path, int64(body.Len()), resp.ContentLength)
		}
		if err == io.EOF {
			return body.Bytes(), nil
		}
		if err != nil {
			return nil, fmt.Errorf("reading the answer: %w", err)
		}
	}
}

// statusError reads as much of a failure as is needed to tell the two texts of
// status 404 from all others.
func (c *Client) statusError(resp *http.Response) error {
	e := &StatusError{Code: resp.StatusCode, RetryAfter: c.retryAfter(resp.Header.Get("Retry-After"))}
	if resp.StatusCode != http.StatusNotFound {
		return e
	}
	b, err := io.ReadAll(io.LimitReader(resp.Body, 64<<10))
	if err != nil {
		return e
	}
	var text struct {
		Fehler string `json:"fehler"`
	}
	if json.Unmarshal(b, &text) == nil {
		e.placeholder = text.Fehler == "NUR PLATZHALTER GEFUNDEN" || text.Fehler == "NICHT SICHTBAR"
	}
	return e
}

// retryAfter reads the header Retry-After (RFC 9110, 10.2.3): seconds or a date.
func (c *Client) retryAfter(s string) time.Duration {
	s = strings.TrimSpace(s)
	if seconds, err := strconv.ParseUint(s, 10, 32); err == nil {
		return time.Duration(seconds) * time.Second
	}
	if at, err := http.ParseTime(s); err == nil {
		return max(0, at.Sub(c.o.Now()))
	}
	return 0
}
