package submission_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"math/big"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev"
	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/signature"
	"github.com/bausteine/egov/xoev/submission"
	"github.com/bausteine/egov/xoev/xmlscan"
)

const nsForm = "urn:example:antrag"

// identity is a sender's key and certificate, valid in November 2026.
type identity struct {
	key    *rsa.PrivateKey
	cert   *x509.Certificate
	signer *signature.Signer
}

func newIdentity() (*identity, error) {
	key, err := rsa.GenerateKey(rand.Reader, 3072)
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Onlinedienst Musterstadt"},
		NotBefore: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC), NotAfter: time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC),
		KeyUsage: x509.KeyUsageDigitalSignature,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, err
	}
	return identityOf(key, der)
}

func identityOf(key *rsa.PrivateKey, der []byte) (*identity, error) {
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, err
	}
	signer, err := signature.NewSigner(key, []*x509.Certificate{cert})
	if err != nil {
		return nil, err
	}
	signer.Now = func() time.Time { return testNow } // the certificate is for a month
	return &identity{key: key, cert: cert, signer: signer}, nil
}

// Two identities for all tests: making keys takes time.
var (
	trusted  = sync.OnceValues(newIdentity)
	stranger = sync.OnceValues(newIdentity)
)

// desk is a receiving side with what its tests need.
type desk struct {
	*submission.Receiver
	t     testing.TB
	clock *clock
	id    *identity
	inbox submission.Inbox
	mu    sync.Mutex
	taken []*submission.Submitted
	// failTake is what Take returns.
	failTake error
}

func newDesk(t testing.TB, inbox submission.Inbox, change func(*submission.ReceiverOptions)) *desk {
	t.Helper()
	id, err := trusted()
	require.NoError(t, err)
	d := &desk{t: t, clock: newClock(), id: id, inbox: inbox}
	options := &submission.ReceiverOptions{Now: d.clock.Now, MaxBytes: 100_000}
	if change != nil {
		change(options)
	}
	verifier := &signature.Verifier{Trust: signature.Pinned(id.cert), Now: d.clock.Now}
	d.Receiver, err = submission.NewReceiver(inbox, verifier, d.kinds(), options)
	require.NoError(t, err)
	return d
}

func (d *desk) kinds() []submission.Kind {
	return []submission.Kind{
		{
			Name: "Antrag", Root: xmlscan.Name{Space: nsForm, Local: "antrag"}, ID: submission.IDAttribute("", "id"),
			Reference: submission.IDAttribute("", "referenz"),
			Check: func(_ context.Context, s *submission.Submitted) ([]finding.Finding, error) {
				switch {
				case bytes.Contains(s.Content, []byte("<falsch")):
					return []finding.Finding{{Code: "ANTRAG-1"}}, nil
				case bytes.Contains(s.Content, []byte("<unklar")):
					return nil, errSchemaAway
				}
				return []finding.Finding{{Code: "ANTRAG-2", Severity: finding.Warning}}, nil
			},
			Take: d.take,
		},
		{Name: "Anlage", Root: xmlscan.Name{Space: nsForm, Local: "anlage"}, ID: submission.IDFileName, Take: d.take},
		{Name: "XWasser", Root: xmlscan.Name{Space: nsWasser}, Standard: "XWasser", Version: "1.0.0", Take: d.take},
	}
}

var errSchemaAway = errors.New("the schema is away")

func (d *desk) take(_ context.Context, s *submission.Submitted) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.failTake != nil {
		return d.failTake
	}
	d.taken = append(d.taken, s)
	return nil
}

func (d *desk) receive(p submission.Package) *submission.Result {
	d.t.Helper()
	r, err := d.Receive(d.t.Context(), p)
	require.NoError(d.t, err)
	return r
}

func form(id, inner string) []byte {
	return []byte(`<a:antrag xmlns:a="` + nsForm + `" id="` + id + `"><name>Erika Mustermann</name>` + inner + `</a:antrag>`)
}

func (d *desk) enveloped(id string, doc []byte) submission.Package {
	d.t.Helper()
	signed, err := d.id.signer.SignEnveloped(doc, nil)
	require.NoError(d.t, err)
	return submission.Package{Tenant: tenant, ID: id, Name: "antrag.xml", Document: signed}
}

func (d *desk) detached(id, name string, doc []byte) submission.Package {
	d.t.Helper()
	sig, err := d.id.signer.SignDetached(doc, name, nil)
	require.NoError(d.t, err)
	return submission.Package{Tenant: tenant, ID: id, Name: name, Document: doc, Signature: sig}
}

// good is a package that is accepted.
func (d *desk) good(id string) submission.Package { return d.detached(id, "antrag.xml", form(id, "")) }

const (
	nsWasser = "https://xwasser.de/xwasser/1/0/0"
	uuid     = "5b0f7b43-1d9f-4b5e-9a3e-1f0d2c3b4a59"
)

// wasser writes an XÖV message.
func wasser(t testing.TB, change func(*xoev.Message)) []byte {
	t.Helper()
	office := xoev.Behoerde{Verzeichnisdienst: xoev.Code{Code: "DVDV", ListVersionID: "3"}, Kennung: "psw:01003110", Name: "Amt Musterstadt"}
	m := &xoev.Message{Envelope: xoev.Envelope{
		Root: xmlscan.Name{Prefix: "xwas", Space: nsWasser, Local: "vorgang.transportieren.2010"}, Family: xoev.FamilyUnqualified,
		Standard: "XWasser", Version: "1.0.0", Produkt: "Test", Produkthersteller: "Musterstadt",
		Nachricht: xoev.Nachricht{UUID: uuid, Typ: xoev.Code{Code: "2010"}}, Leser: office, Autor: office,
	}}
	change(m)
	var b bytes.Buffer
	require.NoError(t, xoev.Write(&b, m, &xoev.WriteOptions{Now: newClock().Now}))
	return b.Bytes()
}

func codes(r *submission.Result) []string {
	out := []string{}
	for _, f := range r.Findings {
		out = append(out, f.Code)
	}
	return out
}
