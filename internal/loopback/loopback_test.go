package loopback_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/bausteine/egov/internal/loopback"
)

func TestHost(t *testing.T) {
	for _, host := range []string{"localhost", "LocalHost", "127.0.0.1", "127.9.8.7", "::1", "0:0:0:0:0:0:0:1", "::ffff:127.0.0.1"} {
		assert.True(t, loopback.Host(host), host)
	}
	for _, host := range []string{
		"", "localhost.", "localhost.example", "a.localhost", "127.0.0.1.example", "127.1", "2130706433", "0x7f.0.0.1", "0177.0.0.1",
		"0.0.0.0", "::", "::2", "128.0.0.1", "10.0.0.1", "127.0.0.1:80", "[::1]", " 127.0.0.1", "::ffff:128.0.0.1",
	} {
		assert.False(t, loopback.Host(host), host)
	}
}
