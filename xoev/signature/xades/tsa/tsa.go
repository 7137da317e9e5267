// Package tsa is a client of time stamping authorities over HTTP (RFC 3161, 3.4),
// for signatures of package xades.
//
//	client := &tsa.Client{URL: "https://tsa.example/", Trust: signature.Pool(roots)}
//	signed, err := xades.Sign(ctx, signer, xades.SignRequest{..., TimeStamper: client})
//
// It asks with a nonce and for the authority's certificate, and gives out only
// tokens that answer its request: digest, nonce, policy, signature, the
// certificate's usage, validity and trust. It does not ask about revocation, unless
// told to, and does not repeat a request by itself.
//
// Not supported are authorities that need a login other than what the http.Client
// does, the socket protocol of RFC 3161, 3.3, and digests other than SHA-2.
//
// A Client may be used by several goroutines at once.
package tsa

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rand"
	"encoding/asn1"
	"errors"
	"fmt"
	"io"
	"math/big"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/signature"
	"github.com/bausteine/egov/xoev/signature/xades/internal/rfc3161"
)

var (
	// ErrConfig says that a [Client] cannot be used as it is set up.
	ErrConfig = errors.New("tsa: URL, trust or policy is missing or wrong")
	// ErrUnavailable says that the authority could not be reached or answered with
	// something else than a time-stamp response; asking again may help.
	ErrUnavailable = errors.New("tsa: no answer of a time stamping authority")
	// ErrNonce says that the token is for another request.
	ErrNonce = errors.New("tsa: the time stamp has another nonce")
	// ErrPolicy says that the token was made under another policy.
	ErrPolicy = errors.New("tsa: the time stamp has another policy")
	// ErrImprint says that the token is for other data.
	ErrImprint = rfc3161.ErrImprint
	// ErrToken says that the token cannot be read or its signature, usage or time
	// do not fit.
	ErrToken = errors.New("tsa: the time stamp is not valid")
	// ErrUntrusted says that the authority's certificate is not trusted, not good
	// enough or revoked, or that nothing is known about the latter.
	ErrUntrusted = errors.New("tsa: the authority is not trusted")
)

// RefusedError says that the authority gave no time stamp (RFC 3161, 2.4.2).
type RefusedError struct {
	// Status is PKIStatus: 2 rejection, 3 waiting, 4 and 5 about revocation.
	Status int
	// Failure is the bit of PKIFailureInfo, such as 15 for a policy that is not
	// supported; -1 if not stated.
	Failure int
}

// Error gives both numbers.
func (e *RefusedError) Error() string {
	return "tsa: refused, status " + strconv.Itoa(e.Status) + ", failure " + strconv.Itoa(e.Failure)
}

// Client asks one authority. URL and Trust are required.
type Client struct {
	// URL is where the authority answers, https or http; the token is signed,
	// so that http is no danger but tells others the digest.
	URL string
	// Trust decides whether the authority is the one that is wanted.
	Trust signature.Trust
	// Policy judges its algorithms and keys; zero is strict.
	Policy signature.Policy
	// Revocation is asked about its certificate; nil asks nobody.
	Revocation signature.Revocation
	// TSAPolicy, as "1.2.3", is the policy that the token must be made under; empty
	// means any.
	TSAPolicy string
	// HTTP does the requests; nil means a client that follows no redirects.
	HTTP *http.Client
	// Timeout is for one request; default 30 seconds.
	Timeout time.Duration
	// Now is the clock; nil means time.Now.
	Now func() time.Time
}

const (
	queryType   = "application/timestamp-query"
	replyType   = "application/timestamp-reply"
	maxResponse = rfc3161.MaxToken + 4096
)

// TimeStamp implements xades.TimeStamper. Digest is SHA-256, SHA-384 or SHA-512.
//
// Errors match those of this package or are a *[RefusedError], the context's, or
// those of Trust and Revocation.
func (c *Client) TimeStamp(ctx context.Context, hash crypto.Hash, digest []byte) ([]byte, error) {
	if c.Trust == nil || !strings.HasPrefix(c.URL, "https://") && !strings.HasPrefix(c.URL, "http://") {
		return nil, ErrConfig
	}
	request := rfc3161.Request{Hash: hash, Digest: digest}
	var err error
	if request.Policy, err = objectIdentifier(c.TSAPolicy); err != nil {
		return nil, err
	}
	if request.Nonce, err = rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 128)); err != nil {
		return nil, fmt.Errorf("tsa: nonce: %w", err)
	}
	query, err := request.Marshal()
	if err != nil {
		return nil, errors.Join(ErrConfig, err)
	}
	body, err := c.post(ctx, query)
	if err != nil {
		return nil, err
	}
	response, err := rfc3161.ParseResponse(body)
	if err != nil {
		return nil, errors.Join(ErrToken, err)
	}
	if response.Token == nil {
		return nil, &RefusedError{response.Status, response.Failure}
	}
	return c.check(ctx, request, response.Token)
}

func objectIdentifier(s string) (asn1.ObjectIdentifier, error) {
	if s == "" {
		return nil, nil
	}
	var out asn1.ObjectIdentifier
	for part := range strings.SplitSeq(s, ".") {
		n, err := strconv.ParseUint(part, 10, 31)
		if err != nil {
			return nil, ErrConfig
		}
		out = append(out, int(n))
	}
	if len(out) < 2 {
		return nil, ErrConfig
	}
	return out, nil
}

func (c *Client) post(ctx context.Context, query []byte) ([]byte, error) {
	timeout := c.Timeout
	if timeout <= 0 {
		timeout = 30 * time.Second
	}
	within, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(within, http.MethodPost, c.URL, bytes.NewReader(query))
	if err != nil {
		return nil, ErrConfig // the error may quote a URL with a password
	}
	req.Header.Set("Content-Type", queryType)
	req.Header.Set("Accept", replyType)
	client := c.HTTP
	if client == nil {
		client = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	}
	res, err := client.Do(req)
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, ErrUnavailable
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%w: HTTP status %d", ErrUnavailable, res.StatusCode)
	}
	if kind, _, err := mime.ParseMediaType(res.Header.Get("Content-Type")); err != nil || kind != replyType {
		return nil, fmt.Errorf("%w: content type", ErrUnavailable)
	}
	body, err := io.ReadAll(io.LimitReader(res.Body, maxResponse+1))
	if err != nil || len(body) > maxResponse {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, fmt.Errorf("%w: too long or broken off", ErrUnavailable)
	}
	return body, nil
}

// check compares the token with the request (RFC 3161, 2.2 and 2.4.2).
func (c *Client) check(ctx context.Context, r rfc3161.Request, t *rfc3161.Token) ([]byte, error) {
	switch {
	case t.Nonce == nil || t.Nonce.Cmp(r.Nonce) != 0:
		return nil, ErrNonce
	case r.Policy != nil && !t.Policy.Equal(r.Policy):
		return nil, ErrPolicy
	case t.Hash != r.Hash:
		return nil, ErrImprint
	}
	v := signature.Verifier{Trust: c.Trust, Policy: c.Policy, Revocation: c.Revocation, Now: c.Now}
	report, _, err := t.VerifyDigest(ctx, v, r.Digest, nil)
	switch {
	case errors.Is(err, ErrImprint):
		return nil, ErrImprint
	case errors.Is(err, rfc3161.ErrSignature) || errors.Is(err, rfc3161.ErrUsage) || errors.Is(err, rfc3161.ErrTime):
		return nil, errors.Join(ErrToken, err)
	case err != nil:
		return nil, err
	case report.Verdict != finding.Accepted:
		return nil, ErrUntrusted
	}
	return t.Raw, nil
}
