package main

import (
	"bytes"
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestRiverAsksAndTells(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	var out bytes.Buffer
	require.NoError(t, run(ctx, &out, filepath.Join(t.TempDir(), "kasse.db")))
	require.Equal(t, "Bezahlseite: true\nGebucht: 30,70 €\n", out.String())
}
