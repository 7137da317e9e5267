package rfc3161

import (
	"context"
	"crypto/x509"
	"slices"
	"time"

	"github.com/bausteine/egov/xoev/signature"
)

// WithOthers gives a Trust more certificates to build chains with. Nobody vouches
// for them.
func WithOthers(trust signature.Trust, others ...*x509.Certificate) signature.Trust {
	if trust == nil {
		return nil
	}
	t := widened{trust, others}
	if b, ok := trust.(signature.ChainBuilder); ok {
		return widenedBuilder{t, b}
	}
	return t
}

// forTime gives a Trust whose chains run only through issuers that may issue for
// time stamps: those without an extended key usage, or with this one. The root is
// the caller's choice. A Trust that builds no chains stays as it is.
func forTime(trust signature.Trust) signature.Trust {
	if b, ok := trust.(signature.ChainBuilder); ok {
		return stamping{trust, b}
	}
	return trust
}

type stamping struct {
	signature.Trust
	builder signature.ChainBuilder
}

func (s stamping) Trusted(ctx context.Context, cert *x509.Certificate, others []*x509.Certificate, at time.Time) (bool, error) {
	if ok, err := s.Trust.Trusted(ctx, cert, others, at); !ok || err != nil {
		return false, err
	}
	chains, err := s.Chains(ctx, cert, others, at)
	return len(chains) > 0, err
}

func (s stamping) Chains(ctx context.Context, cert *x509.Certificate, others []*x509.Certificate, at time.Time) ([][]*x509.Certificate, error) {
	chains, err := s.builder.Chains(ctx, cert, others, at)
	return slices.DeleteFunc(slices.Clone(chains), func(chain []*x509.Certificate) bool {
		return len(chain) > 2 && slices.ContainsFunc(chain[1:len(chain)-1], func(c *x509.Certificate) bool { return !mayIssueTime(c) })
	}), err
}

func mayIssueTime(c *x509.Certificate) bool {
	return len(c.ExtKeyUsage)+len(c.UnknownExtKeyUsage) == 0 ||
		slices.Contains(c.ExtKeyUsage, x509.ExtKeyUsageTimeStamping) || slices.Contains(c.ExtKeyUsage, x509.ExtKeyUsageAny)
}

type widened struct {
	signature.Trust
	more []*x509.Certificate
}

func (w widened) Trusted(ctx context.Context, cert *x509.Certificate, others []*x509.Certificate, at time.Time) (bool, error) {
	return w.Trust.Trusted(ctx, cert, slices.Concat(others, w.more), at)
}

type widenedBuilder struct {
	widened
	builder signature.ChainBuilder
}

func (w widenedBuilder) Chains(ctx context.Context, cert *x509.Certificate, others []*x509.Certificate, at time.Time) ([][]*x509.Certificate, error) {
	return w.builder.Chains(ctx, cert, slices.Concat(others, w.more), at)
}
