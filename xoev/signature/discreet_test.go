package signature_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/signature"
)

// TestValuesAreDiscreet logs everything that holds content.
func TestValuesAreDiscreet(t *testing.T) {
	const secret = "Mustermann"
	request := signature.Request{Document: []byte(secret), Files: map[string][]byte{secret: []byte(secret)}}
	object := signature.Object{Content: []byte(secret)}
	signed, err := signPair().signer(t).Sign(signature.SignRequest{
		Form: signature.Detached, References: []signature.SignReference{{URI: secret}}, Files: request.Files,
	})
	require.NoError(t, err)
	report, err := signPair().verifier().Verify(context.Background(), signature.Request{Form: signature.Detached, Document: signed, Files: request.Files})
	accepted(t, report, err)
	require.Equal(t, secret, string(report.References[0].Content()))
	for _, value := range []any{request, &request, object, signature.SignRequest{Document: []byte(secret), Objects: []signature.Object{object}, Files: request.Files}, report.References[0], report} {
		var log bytes.Buffer
		slog.New(slog.NewTextHandler(&log, nil)).Info("geprüft", "value", value)
		slog.New(slog.NewJSONHandler(&log, nil)).Info("geprüft", "value", value)
		for _, form := range []string{secret, base64.StdEncoding.EncodeToString([]byte(secret)), strings.Trim(fmt.Sprint([]byte(secret)), "[]")} {
			assert.NotContains(t, log.String(), form)
		}
	}
}

// TestUndetermined: while nothing is known about the revocation, nothing is
// handed out, by no way.
func TestUndetermined(t *testing.T) {
	g := enveloping(t)
	revocable(t, g, signature.RevocationUnknown)
	doc := g.build(t)
	report, err := g.verifier.Verify(context.Background(), signature.Request{Form: signature.Enveloping, Document: doc})
	require.NoError(t, err)
	require.Equal(t, finding.Undetermined, report.Verdict)
	require.Len(t, report.References, 1)
	require.Nil(t, report.References[0].Content())
	require.Nil(t, report.Content())
	_, err = report.ContentReader(context.Background())
	require.ErrorIs(t, err, signature.ErrNotAccepted)
}
