//go:build !linux

package main

import (
	"net"
	"testing"

	"github.com/stretchr/testify/require"
)

// freieAdresse is a loopback address at which nobody listens now.
func freieAdresse(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, listener.Close())
	return listener.Addr().String()
}
