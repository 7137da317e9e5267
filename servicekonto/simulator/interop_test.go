package simulator_test

import (
	"os/exec"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/internal/testenv"
	"github.com/bausteine/egov/servicekonto/simulator"
)

// TestAnotherClient logs in with a relying party that we did not write: the npm
// package openid-client, installed in the folder that EGOV_NODE_PEERS names.
func TestAnotherClient(t *testing.T) {
	testenv.NodePackages(t, "openid-client")
	node := testenv.Tool(t, "node")
	for _, auth := range []string{"basic", "post"} {
		for _, signed := range []bool{false, true} {
			o := newOP(t, func(o *simulator.Options) { o.SignedUserInfo, o.Now = signed, time.Now })
			out, err := exec.CommandContext(t.Context(), node, "testdata/rp.mjs", o.base, redirectURI, auth).CombinedOutput()
			require.NoError(t, err, "%s", out)
			require.JSONEq(t, `{"acr":"http://eidas.europa.eu/LoA/high","account_type":"organisation","name":"Muster GmbH","family_name":"Prokura"}`, string(out))
		}
	}
}
