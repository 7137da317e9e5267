package xades_test

import (
	"context"
	"crypto/x509"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev/signature"
	"github.com/bausteine/egov/xoev/signature/xades"
	"github.com/bausteine/egov/xoev/signature/xades/internal/tsatest"
)

// validationData is complete: a response about the signer, a list of the
// authority's issuer.
func (w *world) validationData(at time.Time) xades.ValidationData {
	return xades.ValidationData{
		Certificates: []*x509.Certificate{w.ca.Cert, w.tsaCA.Cert},
		CRLs:         [][]byte{w.tsaCA.CRL(at, nil)},
		OCSPs:        [][]byte{w.ca.OCSP(w.signerOf, at)},
	}
}

func TestLongTerm(t *testing.T) {
	tests := []struct {
		name   string
		data   func(*world, *xades.ValidationData)
		later  time.Duration // since the data was made
		verify func(*world, *xades.Verifier)
		want   xades.Indication
		sub    xades.SubIndication
		level  xades.Level
	}{
		{name: "complete", later: time.Hour, want: xades.TotalPassed, level: xades.LevelLT},
		{name: "three years later", later: 3 * 365 * 24 * time.Hour, sub: xades.TryLater},
		{name: "three years later, old data allowed", later: 3 * 365 * 24 * time.Hour, want: xades.TotalPassed, level: xades.LevelLT,
			verify: func(_ *world, v *xades.Verifier) { v.AllowOldTSARevocation = true }},
		{name: "three years later, authority asked", later: 3 * 365 * 24 * time.Hour, want: xades.TotalPassed, level: xades.LevelLT,
			verify: func(w *world, v *xades.Verifier) {
				v.Revocation = &signature.RevocationData{CRLs: [][]byte{w.tsaCA.CRL(w.now, nil)}}
			}},
		{name: "authority revoked since", later: 3 * 365 * 24 * time.Hour, sub: xades.TryLater,
			verify: func(w *world, v *xades.Verifier) {
				v.AllowOldTSARevocation = true
				v.Revocation = &signature.RevocationData{CRLs: [][]byte{w.tsaCA.CRL(w.now, map[*tsatest.Entity]time.Time{w.tsa.Entity: w.now.Add(-time.Hour)})}}
			}},
		{name: "signer revoked since", later: 3 * 365 * 24 * time.Hour, want: xades.TotalPassed, level: xades.LevelLT,
			verify: func(w *world, v *xades.Verifier) {
				v.AllowOldTSARevocation = true
				v.Revocation = &signature.RevocationData{CRLs: [][]byte{w.ca.CRL(w.now, map[*tsatest.Entity]time.Time{w.signerOf: w.now.Add(-time.Hour)})}}
			}},
		{name: "nothing about the signer", later: time.Hour, data: func(_ *world, d *xades.ValidationData) { d.OCSPs = nil }, sub: xades.TryLater},
		{name: "nothing about the signer, asked", later: time.Hour, data: func(_ *world, d *xades.ValidationData) { d.OCSPs = nil }, want: xades.TotalPassed, level: xades.LevelT,
			verify: func(w *world, v *xades.Verifier) {
				v.Revocation = &signature.RevocationData{CRLs: [][]byte{w.ca.CRL(w.now, nil)}}
			}},
		{name: "nothing about the authority", later: time.Hour, data: func(_ *world, d *xades.ValidationData) { d.CRLs = nil }, want: xades.TotalPassed, level: xades.LevelB},
		{name: "a response by somebody else", later: time.Hour, data: func(w *world, d *xades.ValidationData) {
			d.OCSPs = [][]byte{w.tsaCA.OCSP(w.signerOf, w.now)}
		}, sub: xades.TryLater},
		{name: "not asked for", later: 3 * 365 * 24 * time.Hour, want: xades.TotalPassed, level: xades.LevelT,
			verify: func(_ *world, v *xades.Verifier) { v.SkipRevocation = true }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			signed := w.sign(t, w.request(true))
			data := w.validationData(w.now)
			if tt.data != nil {
				tt.data(w, &data)
			}
			extended, err := xades.AddValidationData(context.Background(), signature.Request{Document: signed}, data)
			require.NoError(t, err)
			w.now = w.now.Add(tt.later)
			v := w.verifier()
			v.SkipRevocation = false
			if tt.verify != nil {
				tt.verify(w, v)
			}
			report := verify(t, v, extended)
			assert.Equal(t, tt.want, report.Indication, "%v", report)
			assert.Equal(t, tt.sub, report.SubIndication, "%v", report)
			assert.Equal(t, tt.level, report.Level, "%v", report)
		})
	}
}

func TestAddErrors(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	signed := w.sign(t, w.request(true))
	request := func(doc []byte) signature.Request { return signature.Request{Document: doc} }
	twice, err := xades.AddTimeStamp(ctx, request(signed), w)
	require.NoError(t, err)
	report := verify(t, w.verifier(), twice)
	require.Len(t, report.TimeStamps, 2)
	require.Equal(t, "TOTAL-PASSED", report.String())
	extended, err := xades.AddValidationData(ctx, request(signed), w.validationData(w.now))
	require.NoError(t, err)
	_, err = xades.AddValidationData(ctx, request(extended), w.validationData(w.now))
	require.ErrorIs(t, err, xades.ErrPresent)
	plain, err := w.signer.SignEnveloped([]byte(message), nil)
	require.NoError(t, err)
	for _, doc := range [][]byte{plain, []byte(message), []byte("<a>")} {
		_, err = xades.AddTimeStamp(ctx, request(doc), w)
		require.ErrorAs(t, err, new(*invalidError))
		out, err := xades.AddValidationData(ctx, request(doc), w.validationData(w.now))
		require.ErrorAs(t, err, new(*invalidError))
		require.Nil(t, out)
	}
	_, err = xades.AddTimeStamp(ctx, request(signed), stamper(func() ([]byte, error) { return []byte{0x30, 0}, nil }))
	require.ErrorIs(t, err, xades.ErrTimeStamp)
	_, err = xades.AddTimeStamp(ctx, request(signed), stamper(func() ([]byte, error) { return w.TimeStamp(ctx, 5, make([]byte, 32)) }))
	require.ErrorIs(t, err, xades.ErrTimeStamp)
	_, err = xades.AddTimeStamp(ctx, request(signed), stamper(func() ([]byte, error) { return nil, context.Canceled }))
	require.ErrorIs(t, err, context.Canceled)
}

func TestSignErrors(t *testing.T) {
	w := newWorld(t)
	for name, p := range map[string]xades.Properties{
		"control character": {ClaimedRoles: []string{"\x01"}},
		"empty role":        {ClaimedRoles: []string{""}},
		"no commitment":     {Commitments: []xades.Commitment{{}}},
		"unknown reference": {Commitments: []xades.Commitment{{Identifier: xades.ProofOfOrigin, ReferenceIDs: []string{"x"}}}},
		"too many formats":  {Formats: make([]xades.DataObjectFormat, 2)},
		"policy":            {Policy: "urn:p"},
		"not UTF-8":         {Place: &xades.Place{City: "\xff"}},
	} {
		r := w.request(false)
		r.Properties = p
		signed, err := xades.Sign(context.Background(), w.signer, r)
		require.ErrorIs(t, err, xades.ErrProperties, name)
		require.Nil(t, signed)
	}
	_, err := (&xades.Verifier{}).Verify(context.Background(), signature.Request{})
	require.ErrorIs(t, err, signature.ErrNoTrust)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err = w.verifier().Verify(ctx, signature.Request{Document: []byte(message)})
	require.ErrorIs(t, err, context.Canceled)
}
