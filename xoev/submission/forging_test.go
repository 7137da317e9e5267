package submission_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev"
	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/signature"
	"github.com/bausteine/egov/xoev/submission"
)

// TestUUIDInAnotherCase: upper and lower case of a nachrichtenUUID are the same
// id, so they stand for one content.
func TestUUIDInAnotherCase(t *testing.T) {
	write := func(id, kennung string) []byte {
		return wasser(t, func(m *xoev.Message) { m.Nachricht.UUID, m.Autor.Kennung = id, kennung })
	}
	upper := strings.ToUpper(uuid)
	for _, first := range []string{uuid, upper} {
		t.Run(first, func(t *testing.T) {
			second := map[string]string{uuid: upper, upper: uuid}[first]
			d := newDesk(t, submission.NewMemoryInbox(), nil)
			p := d.detached(first, "nachricht.xml", write(first, "psw:01003110"))
			r := d.receive(p)
			require.Equal(t, finding.Accepted, r.Verdict)
			require.Equal(t, first, r.Receipt.ID, "the sender's spelling")

			r = d.receive(d.detached(second, "nachricht.xml", write(second, "psw:01003111")))
			require.Equal(t, finding.Rejected, r.Verdict)
			require.Equal(t, []string{"SUB-030"}, codes(r))
			require.Len(t, d.taken, 1)

			// The same bytes under the other spelling are not another submission.
			other := p
			other.ID = second
			r = d.receive(other)
			require.Equal(t, finding.Rejected, r.Verdict)
			require.Equal(t, []string{"SUB-031"}, codes(r))

			d.clock.Add(20 * 365 * 24 * 3600e9) // certificates have expired
			r = d.receive(p)
			require.Equal(t, finding.Accepted, r.Verdict)
			require.True(t, r.Repeat)
			require.Equal(t, first, r.Receipt.ID)
		})
	}
}

// TestReceiptOfAnotherAuthority: whose receipts are trusted differs between
// tenants; the authority of one must not confirm what another one waits for.
func TestReceiptOfAnotherAuthority(t *testing.T) {
	both(t, func(t *testing.T, on kind) {
		own, err := trusted()
		require.NoError(t, err)
		foreign, err := stranger()
		require.NoError(t, err)
		c := newClock()
		l := newLine(t, on, nil, func(o *submission.OutboxOptions) {
			pin := func(i *identity) submission.Verifier {
				return &signature.Verifier{Trust: signature.Pinned(i.cert), Now: c.Now}
			}
			o.ReceiptVerifier = pin(foreign) // replaced
			o.ReceiptVerifierOf = func(name string) submission.Verifier {
				return map[string]submission.Verifier{tenant: pin(own), "beispielstadt": pin(foreign)}[name]
			}
		})
		l.submit(l.good("a-1"))
		e, err := l.outbox.Get(t.Context(), tenant, "a-1")
		require.NoError(t, err)
		collect := func(signer *identity, name string) error {
			r := receipt()
			r.Tenant, r.Digest, r.Verdict, r.Codes = name, e.Digest, finding.Accepted, nil
			b, err := r.XML()
			require.NoError(t, err)
			b, err = signer.signer.SignEnveloped(b, nil)
			require.NoError(t, err)
			require.NoError(t, l.receipts.Write(r, b))
			_, err = l.outbox.CollectReceipts(t.Context(), l.receipts)
			for file := range files(t, l.dir+"/quittungen") {
				require.NoError(t, l.receipts.Done(t.Context(), file))
			}
			return err
		}
		var invalid *finding.InvalidError
		require.ErrorAs(t, collect(foreign, tenant), &invalid)
		require.True(t, invalid.Has("SIG-024"))
		require.Equal(t, submission.StatePending, l.state("a-1"))
		require.ErrorIs(t, collect(foreign, "nirgendwo"), submission.ErrNotFound)
		require.ErrorIs(t, collect(foreign, "beispielstadt"), submission.ErrNotFound, "its own, but unknown")
		require.NoError(t, collect(own, tenant))
		require.Equal(t, submission.StateConfirmed, l.state("a-1"))
	})
}
