package main

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/payment"
	"github.com/bausteine/egov/payment/xbezahldienste"
)

func TestRun(t *testing.T) {
	for _, profile := range []xbezahldienste.Profile{"", xbezahldienste.PMPayment, xbezahldienste.Epay21} {
		t.Run("profile "+string(profile), func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			out, in := io.Pipe()
			ended := make(chan error, 1)
			go func() {
				ended <- run(ctx, []string{"-addr", "127.0.0.1:0", "-profil", string(profile)}, "geheim", in, io.Discard)
				_ = in.Close()
			}()
			said := map[string]string{}
			lines := bufio.NewScanner(out)
			for len(said) < 6 && lines.Scan() {
				name, value, _ := strings.Cut(lines.Text(), ":")
				said[name] = strings.TrimSpace(value)
			}
			o := xbezahldienste.Options{Profile: profile}
			if profile == xbezahldienste.Epay21 {
				o.Basic = &xbezahldienste.Basic{User: said["Client"], Password: said["Secret"]}
			} else {
				o.Credentials = &xbezahldienste.ClientCredentials{TokenURL: said["Token URL"], ClientID: said["Client"], ClientSecret: said["Secret"]}
			}
			p, err := xbezahldienste.New(said["Platform"], "meldewesen", "09999999", &o)
			require.NoError(t, err)
			require.NoError(t, p.Health(t.Context()))
			r, err := p.Create(t.Context(), payment.CreateRequest{RequestID: "R1", ReturnURL: "https://service.musterstadt.example/",
				Claim: payment.Claim{Tenant: "09999999", ID: "K1", Amount: payment.EUR(1200), Purpose: "Meldebescheinigung"}})
			require.NoError(t, err)
			page, err := http.Get(r.PayPageURL)
			require.NoError(t, err)
			assert.Equal(t, 200, page.StatusCode)
			require.NoError(t, page.Body.Close())
			cancel()
			require.NoError(t, <-ended)
		})
	}
}

func TestRunRefuses(t *testing.T) {
	for _, args := range [][]string{{"-profil", "ePayBL-Konnektor"}, {"-addr", "nirgends"}, {"-addr", "0.0.0.0:0"}, {"was"}, {"-x"}} {
		require.Error(t, run(t.Context(), args, "", io.Discard, io.Discard))
	}
}
