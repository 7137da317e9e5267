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
