package submission_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	_ "modernc.org/sqlite"

	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/signature"
	"github.com/bausteine/egov/xoev/submission"
	"github.com/bausteine/egov/xoev/xmlscan"
)

// must keeps the examples short.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// A reference number is made of the submission's id, and typing errors show.
func ExampleNewReference() {
	reference := must(submission.NewReference("PARKEN", "musterstadt", "A-1"))
	fmt.Println(reference)
	fmt.Println(submission.ParseReference("parken dttkw fjfff r6e6p"))
	_, err := submission.ParseReference("PARKEN-DTTKW-FJFFF-R6E6R")
	fmt.Println(errors.Is(err, submission.ErrReferenceCheck))
	// Output:
	// PARKEN-DTTKW-FJFFF-R6E6P
	// PARKEN-DTTKW-FJFFF-R6E6P <nil>
	// true
}

// A message is stored before anything is sent. Submitting it again changes
// nothing, not even if it would be signed anew.
func ExampleOutbox_SubmitOnce() {
	ctx := context.Background()
	dir := must(os.MkdirTemp("", "egov"))
	defer os.RemoveAll(dir) //nolint:errcheck // an example
	db := must(sql.Open("sqlite", "file:"+filepath.Join(dir, "outbox.db")+"?_pragma=busy_timeout(10000)"))
	defer db.Close() //nolint:errcheck // an example
	must(0, os.Mkdir(filepath.Join(dir, "einreichungen"), 0o700))
	directory := must(submission.NewDirectory(filepath.Join(dir, "einreichungen"), nil))

	outbox := must(submission.NewOutbox(ctx, db, directory, nil))
	for range 2 {
		entry := must(outbox.SubmitOnce(ctx, "musterstadt", "A-1", func() (submission.Message, error) {
			fmt.Println("signing")
			reference, err := submission.NewReference("PARKEN", "musterstadt", "A-1")
			return submission.Message{
				Name: "antrag.xml", Reference: reference,
				Document: []byte(`<antrag id="A-1"/>`), Signature: []byte(`<Signature/>`),
			}, err
		}))
		fmt.Println(entry.State, entry.Reference)
	}
	fmt.Println(outbox.SendDue(ctx, 100))
	fmt.Println(must(outbox.Get(ctx, "musterstadt", "A-1")).State)
	files := must(filepath.Glob(filepath.Join(dir, "einreichungen", "musterstadt", "A-1", "*")))
	for _, f := range files {
		fmt.Println(filepath.Base(f))
	}
	// Output:
	// signing
	// pending PARKEN-DTTKW-FJFFF-R6E6P
	// pending PARKEN-DTTKW-FJFFF-R6E6P
	// 1 <nil>
	// sent
	// antrag.xml
	// antrag.xml.sig.xml
}

// The receiving side judges what came, hands the signed content on and gives a
// receipt. A repetition gets the same receipt.
func ExampleReceiver_Receive() {
	ctx := context.Background()
	id := must(trusted()) // the sender's key and certificate
	document := []byte(`<antrag xmlns="urn:example:antrag" id="A-1"><kennzeichen>J-EN 123</kennzeichen></antrag>`)
	packed := submission.Package{
		Tenant: "musterstadt", ID: "A-1", Name: "antrag.xml",
		Document: document, Signature: must(id.signer.SignDetached(document, "antrag.xml", nil)),
	}

	now := func() time.Time { return time.Date(2026, 11, 2, 9, 30, 0, 0, time.UTC) }
	verifier := &signature.Verifier{Trust: signature.Pinned(id.cert), Now: now}
	receiver := must(submission.NewReceiver(submission.NewMemoryInbox(), verifier, []submission.Kind{{
		Name: "Bewohnerparkausweis",
		Root: xmlscan.Name{Space: "urn:example:antrag", Local: "antrag"},
		ID:   submission.IDAttribute("", "id"),
		Take: func(_ context.Context, s *submission.Submitted) error {
			fmt.Println("taken:", s.Kind, s.ID)
			return nil
		},
	}}, &submission.ReceiverOptions{Now: now}))

	result := must(receiver.Receive(ctx, packed))
	fmt.Println(result.Verdict, result.Receipt.Reference)
	result = must(receiver.Receive(ctx, packed))
	fmt.Println(result.Verdict, "repeat:", result.Repeat)

	packed.Document = bytes.Replace(document, []byte("J-EN 123"), []byte("J-EN 124"), 1)
	result = must(receiver.Receive(ctx, packed))
	fmt.Println(result)
	packed.Document, packed.ID = document, "A-2"
	result = must(receiver.Receive(ctx, packed))
	fmt.Println(result)
	// Output:
	// taken: Bewohnerparkausweis A-1
	// accepted EB-6XD6C-D6WHW-4FCH3
	// accepted repeat: true
	// rejected SIG-034
	// rejected SUB-021 SUB-031
}

// A receipt is a small XML document.
func ExampleReceipt_XML() {
	sum := sha256.Sum256([]byte("x"))
	r := submission.Receipt{
		Tenant: "musterstadt", ID: "A-1", Reference: must(submission.NewReference("EB", "musterstadt", "A-1")),
		ReceivedAt: time.Date(2026, 11, 2, 9, 30, 0, 0, time.UTC), Name: "antrag.xml",
		Digest: hex.EncodeToString(sum[:]), Verdict: finding.Accepted,
	}
	xml := must(r.XML())
	fmt.Print(string(xml))
	parsed := must(submission.ParseReceipt(bytes.NewReader(xml)))
	fmt.Println(parsed.Verdict, parsed.Reference)
	// Output:
	// <?xml version="1.0" encoding="UTF-8"?>
	// <eingangsbestaetigung xmlns="https://github.com/bausteine/egov/xoev/submission/eingangsbestaetigung/1.0">
	//   <mandant>musterstadt</mandant>
	//   <kennung>A-1</kennung>
	//   <referenz>EB-6XD6C-D6WHW-4FCH3</referenz>
	//   <eingang>2026-11-02T09:30:00.000000Z</eingang>
	//   <dokument>
	//     <name>antrag.xml</name>
	//     <sha256>2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881</sha256>
	//   </dokument>
	//   <ergebnis>angenommen</ergebnis>
	// </eingangsbestaetigung>
	// accepted EB-6XD6C-D6WHW-4FCH3
}
