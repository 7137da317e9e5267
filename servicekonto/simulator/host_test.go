package simulator

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestForeignNames: a name of another site that leads to this machine (DNS
// rebinding) is refused, and a redirect address writes no policy.
func TestForeignNames(t *testing.T) {
	issuer, err := url.Parse("https://konto.musterstadt.example:8443/konto")
	require.NoError(t, err)
	s := &Simulator{issuer: issuer}
	for host, want := range map[string]bool{
		"konto.musterstadt.example:8443": true, "KONTO.musterstadt.example": true, "localhost:8080": true, "127.0.0.1": true, "[::1]:80": true,
		"angreifer.example": false, "": false, "127.0.0.1.angreifer.example": false, "10.0.0.1": false,
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Host = host
		assert.Equal(t, want, s.named(r), host)
	}
	assert.False(t, local(httptest.NewRequest(http.MethodGet, "/", nil)))
	assert.Equal(t, " https://service.musterstadt.example:1", originOf("https://service.musterstadt.example:1/zurueck"))
	for _, bad := range []string{"https://a;script-src *", "https://*.example", "https://a,b", ":", "/relativ"} {
		assert.Empty(t, originOf(bad), bad)
	}
}
