package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	_ "modernc.org/sqlite" // the embedded database

	"github.com/bausteine/egov/xoev/submission"
	"github.com/bausteine/egov/xoev/xmlscan"
)

// parkausweis is the one kind of document that this authority takes: an
// application by the FIM data schema S99000000002 of examples/bewohnerparken.
// Its id and reference stand in what was signed.
func (p *printer) parkausweis() submission.Kind {
	return submission.Kind{
		Name:      "Antrag auf Bewohnerparkausweis (S99000000002)",
		Root:      xmlscan.Name{Space: "urn:fim-de:xfall:datenschema:xdf3", Local: "S99000000002V1.0.0"},
		ID:        submission.IDAttribute("", "id"),
		Reference: submission.IDAttribute("", "referenz"),
		Take: func(context.Context, *submission.Submitted) error {
			return nil // a real authority puts it into its Fachverfahren here
		},
	}
}

// folder receives what waits in the outbox folder of the service.
func (p *printer) folder(ctx context.Context, verifier submission.Verifier, folder string) error {
	outbox, receipts := filepath.Join(folder, "ausgang"), filepath.Join(folder, "quittungen")
	packages, err := submission.NewDirectory(outbox, nil)
	if err != nil {
		return fmt.Errorf("%w (läuft das Beispiel bewohnerparken schon?)", err)
	}
	if err := os.MkdirAll(receipts, 0o700); err != nil {
		return err
	}
	back, err := submission.NewReceiptDirectory(receipts, nil)
	if err != nil {
		return err
	}
	options := url.Values{"_pragma": {"busy_timeout(10000)", "journal_mode(WAL)"}, "_txlock": {"immediate"}}
	file, err := filepath.Abs(filepath.Join(folder, "empfang.db"))
	if err != nil {
		return err
	}
	// A URI, so that ? and # in a folder's name and C:\ on Windows are understood.
	address := url.URL{Scheme: "file", Path: "/" + strings.TrimPrefix(filepath.ToSlash(file), "/"), RawQuery: options.Encode()}
	db, err := sql.Open("sqlite", address.String())
	if err != nil {
		return err
	}
	defer db.Close()
	inbox, err := submission.NewSQLInbox(ctx, db)
	if err != nil {
		return err
	}
	receiver, err := submission.NewReceiver(inbox, verifier, []submission.Kind{p.parkausweis()}, nil)
	if err != nil {
		return err
	}
	err = p.receive(ctx, receiver, packages, back)
	if err == nil && p.accepted+p.rejected == 0 {
		fmt.Fprintf(p.w, "In %s wartet kein Antrag: Es wurde noch keiner abgesendet und bezahlt, oder alle sind schon abgeholt.\n", outbox)
	}
	p.sum()
	return err
}

// receive judges each package that waits, prints the verdict, and leaves the
// receipt before the package is taken away. A package that cannot be judged now
// stays and does not stop the others.
func (p *printer) receive(ctx context.Context, receiver *submission.Receiver, from *submission.Directory, to *submission.ReceiptDirectory) error {
	var errs []error
	for pkg, err := range from.Packages(ctx) {
		if err != nil {
			errs = append(errs, err)
			continue
		}
		result, err := receiver.Receive(ctx, pkg)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s/%s: %w", pkg.Tenant, pkg.ID, err))
			continue
		}
		p.result(pkg, result)
		if result.Receipt != nil {
			err = to.Write(result.Receipt, result.ReceiptXML)
		}
		if err == nil {
			err = from.Done(pkg, result.Verdict)
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

func (p *printer) result(pkg submission.Package, r *submission.Result) {
	what := pkg.Tenant + " " + pkg.ID
	if r.Receipt != nil {
		what = r.Receipt.Reference + "  " + what
	}
	if r.Repeat {
		what += "  (Wiederholung: bestätigt wie beim ersten Mal)"
	}
	p.verdict(r.Verdict, what, r.Findings)
	if r.Submitted == nil {
		return
	}
	fmt.Fprintf(p.w, "            %s, unterschrieben mit dem Zertifikat %q\n", r.Submitted.Kind, r.Submitted.Signer.Subject.CommonName)
	if p.content {
		p.fields(r.Submitted.Content)
	}
}

// fields prints the answers by their FIM ids. The content is what was signed.
func (p *printer) fields(content []byte) {
	s := xmlscan.NewBytes(content, nil)
	var text strings.Builder
	leaf := false
	for s.Next() {
		switch s.Kind() {
		case xmlscan.StartElement:
			text.Reset()
			leaf = true
		case xmlscan.Text:
			text.Write(s.Text())
		case xmlscan.EndElement:
			if value := text.String(); leaf && len(value) < 500 {
				fmt.Fprintf(p.w, "            %-24s %q\n", s.Name().Local, value)
			} else if leaf {
				fmt.Fprintf(p.w, "            %-24s (%d Zeichen)\n", s.Name().Local, len(value))
			}
			leaf = false
		}
	}
}
