package submission_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/internal/testenv"
	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/signature"
	"github.com/bausteine/egov/xoev/submission"
	"github.com/bausteine/egov/xoev/xmlscan"
)

// A real message of XWasser, which calls itself a test message.
func TestReceiveRealXOEVMessage(t *testing.T) {
	doc, err := os.ReadFile(testenv.Data(t, "xoev/xwasser/samples/administration_receipt.xml"))
	require.NoError(t, err)
	const id = "693c64d6-456f-4d14-abe7-fe9681c74aaf"
	kind := submission.Kind{
		Name: "XWasser", Standard: "XWasser", Version: "1.0.0",
		Root: xmlscan.Name{Space: "https://gitlab.opencode.de/akdb/xoev/xwasser/-/raw/main/V1_0_0"},
	}
	for _, tt := range []struct {
		name  string
		allow bool
		want  finding.Verdict
	}{{"production", false, finding.Rejected}, {"test messages allowed", true, finding.Accepted}} {
		t.Run(tt.name, func(t *testing.T) {
			d := newDesk(t, submission.NewMemoryInbox(), nil)
			r, err := submission.NewReceiver(submission.NewMemoryInbox(), &signature.Verifier{Trust: signature.Pinned(d.id.cert), Now: d.clock.Now},
				[]submission.Kind{kind}, &submission.ReceiverOptions{AllowTestMessages: tt.allow})
			require.NoError(t, err)
			for _, p := range []submission.Package{d.detached(id, "nachricht.xml", doc), d.enveloped(id, doc)} {
				result, err := r.Receive(t.Context(), p)
				require.NoError(t, err)
				if len(p.Signature) == 0 && tt.allow {
					// The same id again, signed in another way, is other content.
					require.True(t, finding.Has(result.Findings, "SUB-030"))
					continue
				}
				require.Equal(t, tt.want, result.Verdict, "%v", result)
				require.Equal(t, !tt.allow, finding.Has(result.Findings, "SUB-013"))
				if tt.allow {
					require.Equal(t, id, result.Submitted.Envelope.Nachricht.UUID)
				}
			}
		})
	}
}

// A signature over the root by its ID, moved into another root.
func TestWrappedByIDIsRejected(t *testing.T) {
	d := newDesk(t, submission.NewMemoryInbox(), nil)
	signed, err := d.id.signer.SignEnveloped(form("a-1", ""), &signature.SignOptions{ByID: true})
	require.NoError(t, err)
	good := submission.Package{Tenant: tenant, ID: "a-1", Name: "antrag.xml", Document: signed}
	start := bytes.LastIndex(signed[:bytes.Index(signed, []byte("SignedInfo"))], []byte("Signature"))
	start = bytes.LastIndexByte(signed[:start], '<')
	end := bytes.LastIndex(signed, []byte("</a:antrag>"))
	sig, inner := string(signed[start:end]), string(form("a-1", ""))
	for name, doc := range map[string]string{
		"content inside, signature outside": `<a:antrag xmlns:a="` + nsForm + `" id="a-2"><name>Mallory</name>` + inner + sig + `</a:antrag>`,
		"everything inside":                 `<a:antrag xmlns:a="` + nsForm + `" id="a-2"><name>Mallory</name>` + string(signed) + `</a:antrag>`,
		"the same id twice":                 `<a:antrag xmlns:a="` + nsForm + `" id="a-1"><name>Mallory</name>` + inner + sig + `</a:antrag>`,
		"content in an Object":              `<a:antrag xmlns:a="` + nsForm + `" id="a-1"><name>Mallory</name>` + sig[:len(sig)-len("</ds:Signature>")] + `<ds:Object>` + inner + `</ds:Object></ds:Signature></a:antrag>`,
	} {
		p := good
		p.Document = []byte(doc)
		for _, id := range []string{"a-1", "a-2"} {
			p.ID = id
			r := d.receive(p)
			require.Equal(t, finding.Rejected, r.Verdict, name)
			require.Nil(t, r.Submitted)
		}
	}
	require.Empty(t, d.taken)
	require.Equal(t, finding.Accepted, d.receive(good).Verdict)
}

// brokenVerifier comes to no verdict.
type brokenVerifier struct {
	report *signature.Report
	err    error
}

func (v brokenVerifier) VerifyEnveloped([]byte) (*signature.Report, error) { return v.report, v.err }
func (v brokenVerifier) VerifyDetached(_, _ []byte, _ string) (*signature.Report, error) {
	return v.report, v.err
}

// A verifier that does not say Accepted, with content, accepts nothing.
func TestVerifierWithoutVerdict(t *testing.T) {
	away := errors.New("OCSP is away")
	d := newDesk(t, submission.NewMemoryInbox(), nil)
	for name, v := range map[string]brokenVerifier{
		"no report":                {},
		"undetermined":             {report: &signature.Report{}},
		"accepted without content": {report: &signature.Report{Verdict: finding.Accepted}},
		"rejected without reason":  {report: &signature.Report{Verdict: finding.Rejected}},
		"an error":                 {err: away},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := submission.NewReceiver(submission.NewMemoryInbox(), v, d.kinds(), nil)
			require.NoError(t, err)
			result, err := r.Receive(t.Context(), d.good("a-1"))
			require.Error(t, err)
			require.Nil(t, result)
		})
	}
	require.Empty(t, d.taken)
}

// brokenInbox fails at one of its calls.
type brokenInbox struct {
	*submission.MemoryInbox
	fail string
}

var errInbox = errors.New("the database is away")

func (b brokenInbox) broken(call string) error {
	if b.fail == call {
		return errInbox
	}
	return nil
}

func (b brokenInbox) ByID(ctx context.Context, tenant, id string) (*submission.InboxRecord, error) {
	if err := b.broken("ByID"); err != nil {
		return nil, err
	}
	return b.MemoryInbox.ByID(ctx, tenant, id)
}

func (b brokenInbox) ByContent(ctx context.Context, digest string) (*submission.InboxRecord, error) {
	if err := b.broken("ByContent"); err != nil {
		return nil, err
	}
	return b.MemoryInbox.ByContent(ctx, digest)
}

func (b brokenInbox) Reserve(ctx context.Context, r submission.InboxRecord) (bool, error) {
	if err := b.broken("Reserve"); err != nil {
		return false, err
	}
	return b.MemoryInbox.Reserve(ctx, r)
}

func (b brokenInbox) Complete(ctx context.Context, tenant, id string, receipt []byte) ([]byte, error) {
	if err := b.broken("Complete"); err != nil {
		return nil, err
	}
	return b.MemoryInbox.Complete(ctx, tenant, id, receipt)
}

// Whatever call fails, there is no receipt, and the package can come again.
func TestInboxFails(t *testing.T) {
	for _, call := range []string{"ByID", "ByContent", "Reserve", "Complete"} {
		t.Run(call, func(t *testing.T) {
			memory := submission.NewMemoryInbox()
			d := newDesk(t, brokenInbox{memory, call}, nil)
			p := d.good("a-1")
			if call == "ByContent" {
				p.ID = "a-2" // only asked when ids differ
			}
			result, err := d.Receive(t.Context(), p)
			require.ErrorIs(t, err, errInbox)
			require.Nil(t, result)
			again := newDesk(t, memory, nil)
			r := again.receive(d.good("a-1"))
			require.Equal(t, finding.Accepted, r.Verdict)
			require.False(t, r.Repeat)
		})
	}
}

func TestGroupMayReadWhenAllowed(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no modes")
	}
	dir := t.TempDir()
	d, err := submission.NewDirectory(dir, &submission.DirectoryOptions{AllowGroup: true})
	require.NoError(t, err)
	_, err = d.Send(t.Context(), message("a-1"))
	require.NoError(t, err)
	for path, want := range map[string]os.FileMode{
		tenant: 0o770, tenant + "/a-1": 0o770, tenant + "/a-1/antrag.xml": 0o660,
	} {
		info, err := os.Stat(filepath.Join(dir, path))
		require.NoError(t, err)
		require.Equal(t, want, info.Mode().Perm(), path)
	}
}

func TestSenderWithoutDirectoryForAName(t *testing.T) {
	d, _ := newDirectory(t)
	m := message("a-1")
	m.ID = "../a-1"
	_, err := d.Send(t.Context(), m)
	var refused *submission.RefusedError
	require.ErrorAs(t, err, &refused)
	require.ErrorIs(t, err, submission.ErrInvalidMessage)
	require.ErrorIs(t, d.Done(submission.Package{Tenant: tenant, ID: ".."}, finding.Accepted), submission.ErrInvalidMessage)
	require.ErrorIs(t, d.Done(submission.Package{Tenant: tenant, ID: "a-1"}, finding.Undetermined), submission.ErrInvalidMessage)
}
