// Command empfang is the authority's side of the example bewohnerparken: it
// takes the applications out of the outbox folder, checks each signature, and
// from there on looks only at what was signed. It prints what it accepts, and
// why it rejects what it doesn't, and leaves a receipt (Eingangsbestätigung)
// that the service's status page then shows.
//
//	go run ./examples/empfang
//	go run ./examples/empfang -vertrauen CERT.pem NACHRICHT.xml
//
// The second form judges single files, such as XÖV messages with an enveloped
// signature, or with a signature file NACHRICHT.xml.sig.xml beside them.
//
// Exit status: 0 everything accepted, 1 something rejected, 2 could not check.
package main

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"

	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/signature"
	"github.com/bausteine/egov/xoev/signature/xades"
	"github.com/bausteine/egov/xoev/submission"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

const (
	fine     = 0
	rejected = 1
	unknown  = 2
)

func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("empfang", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		fmt.Fprintln(stderr, "empfang [-daten ORDNER] [-vertrauen CERT.pem] [-inhalt] [DATEI…]\n\n"+
			"Ohne DATEI: nimmt die Anträge aus ORDNER/ausgang, prüft sie und schreibt Eingangsbestätigungen.\n"+
			"Mit DATEI: prüft die Dateien und ändert nichts.")
		flags.PrintDefaults()
	}
	folder := flags.String("daten", "bewohnerparken-daten", "`Ordner` des Beispiels bewohnerparken")
	trust := flags.String("vertrauen", "", "`Zertifikat` (PEM), dem vertraut wird; sonst zertifikat.pem im Ordner")
	content := flags.Bool("inhalt", false, "auch die Angaben der Anträge ausgeben (personenbezogene Daten)")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return fine
		}
		return unknown
	}
	hint := ""
	if *trust == "" {
		*trust = filepath.Join(*folder, "zertifikat.pem")
		hint = "\nDas Beispiel bewohnerparken legt es beim ersten Start an. Lief es schon, und mit demselben Ordner (-daten)?"
	}
	verifier, err := verifierFor(*trust)
	if errors.Is(err, fs.ErrNotExist) {
		fmt.Fprintf(stderr, "empfang: das Zertifikat %s gibt es nicht.%s\n", *trust, hint)
		return unknown
	}
	if err != nil {
		fmt.Fprintln(stderr, "empfang:", err)
		return unknown
	}
	p := &printer{w: stdout, content: *content}
	if flags.NArg() > 0 {
		err = p.files(verifier, flags.Args())
	} else {
		err = p.folder(ctx, verifier, *folder)
	}
	switch {
	case err != nil:
		fmt.Fprintln(stderr, "empfang:", err)
		return unknown
	case p.rejected > 0:
		return rejected
	}
	return fine
}

// verifierFor trusts exactly the certificates of the file. It takes XAdES, as the
// example bewohnerparken signs, and plain signatures. Nobody can revoke a
// certificate that is pinned here but whoever takes it out of the file; with the
// CAs of a Verwaltungs-PKI, set Revocation and leave SkipRevocation out.
func verifierFor(file string) (submission.Verifier, error) {
	rest, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("kein Zertifikat, dem vertraut werden könnte: %w", err)
	}
	var certs []*x509.Certificate
	for {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		if block.Type != "CERTIFICATE" {
			continue
		}
		cert, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		certs = append(certs, cert)
	}
	if len(certs) == 0 {
		return nil, fmt.Errorf("%s: kein Zertifikat in der Datei", file)
	}
	trust := signature.Pinned(certs...)
	return &submission.XAdESVerifier{
		XAdES: &xades.Verifier{Trust: trust, SkipRevocation: true},
		Plain: &signature.Verifier{Trust: trust},
	}, nil
}

// printer tells a person what was accepted and what not.
type printer struct {
	w                  io.Writer
	content            bool // print what was sent, too
	accepted, rejected int
}

func (p *printer) verdict(v finding.Verdict, what string, findings []finding.Finding) {
	if v == finding.Accepted {
		p.accepted++
		fmt.Fprintf(p.w, "ANGENOMMEN  %s\n", what)
	} else {
		p.rejected++
		fmt.Fprintf(p.w, "ABGEWIESEN  %s\n", what)
	}
	for _, f := range findings {
		fmt.Fprintf(p.w, "            %s\n", f)
		if f.Source != "" {
			fmt.Fprintf(p.w, "            (%s)\n", f.Source)
		}
	}
}

func (p *printer) sum() {
	fmt.Fprintf(p.w, "%d angenommen, %d abgewiesen\n", p.accepted, p.rejected)
}
