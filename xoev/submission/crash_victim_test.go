package submission_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/bausteine/egov/xoev/signature"
	"github.com/bausteine/egov/xoev/submission"
	"github.com/bausteine/egov/xoev/xmlscan"
)

var testNow = time.Date(2026, 11, 2, 9, 30, 0, 0, time.UTC)

// office is a whole process: outbox, folder and receiver on one database.
type office struct {
	id       *identity
	db       *sql.DB
	outbox   *submission.Outbox
	packages *submission.Directory
	receipts *submission.ReceiptDirectory
	receiver *submission.Receiver
}

// openOffice opens what is in dir; die is told every step.
func openOffice(dir string, c *clock, die func(step string)) (*office, error) {
	o := &office{}
	key, err := os.ReadFile(filepath.Join(dir, "key"))
	if err != nil {
		return nil, err
	}
	cert, err := os.ReadFile(filepath.Join(dir, "cert"))
	if err != nil {
		return nil, err
	}
	private, err := x509.ParsePKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	if o.id, err = identityOf(private.(*rsa.PrivateKey), cert); err != nil {
		return nil, err
	}
	where, err := os.ReadFile(filepath.Join(dir, "database"))
	if err != nil {
		return nil, err
	}
	driver, dsn, _ := strings.Cut(string(where), " ")
	if driver == "sqlite" {
		dsn += "&_txlock=immediate"
	}
	if o.db, err = sql.Open(driver, dsn); err != nil {
		return nil, err
	}
	if o.packages, err = submission.NewDirectory(filepath.Join(dir, "einreichungen"), nil); err != nil {
		return nil, err
	}
	if o.receipts, err = submission.NewReceiptDirectory(filepath.Join(dir, "quittungen"), nil); err != nil {
		return nil, err
	}
	o.outbox, err = submission.NewOutbox(context.Background(), o.db, o.packages, &submission.OutboxOptions{Now: c.Now})
	if err != nil {
		return nil, err
	}
	inbox, err := submission.NewSQLInbox(context.Background(), o.db)
	if err != nil {
		return nil, err
	}
	kind := submission.Kind{
		Name: "Antrag", Root: xmlscan.Name{Space: nsForm, Local: "antrag"}, ID: submission.IDAttribute("", "id"),
		Take: func(_ context.Context, s *submission.Submitted) error {
			return os.WriteFile(filepath.Join(dir, "uebernommen", s.ID), s.Content, 0o600)
		},
	}
	verifier := &signature.Verifier{Trust: signature.Pinned(o.id.cert), Now: c.Now}
	o.receiver, err = submission.NewReceiver(inbox, verifier, []submission.Kind{kind}, &submission.ReceiverOptions{Now: c.Now})
	if err != nil {
		return nil, err
	}
	o.outbox.SetHook(die)
	o.packages.SetHook(die)
	o.receiver.SetHook(die)
	return o, nil
}

// everything submits one application, sends, receives and collects. The
// document differs whenever it is made anew, as one with an ECDSA signature
// would.
func (o *office) everything() error {
	ctx := context.Background()
	_, err := o.outbox.SubmitOnce(ctx, tenant, "a-1", func() (submission.Message, error) {
		m := submission.Message{Name: "antrag.xml", Document: form("a-1", "<nonce>"+rand.Text()+"</nonce>")}
		var err error
		m.Signature, err = o.id.signer.SignDetached(m.Document, m.Name, nil)
		return m, err
	})
	if err != nil {
		return err
	}
	if _, err := o.outbox.SendDue(ctx, 10); err != nil {
		return err
	}
	if _, err := o.receiver.ReceiveDirectory(ctx, o.packages, o.receipts); err != nil {
		return err
	}
	_, err = o.outbox.CollectReceipts(ctx, o.receipts)
	return err
}
