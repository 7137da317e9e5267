// Command kasse reconciles a statement of account (camt.052, .053 or .054)
// with the claims of the fictional Stadt Musterstadt, and shows on a page what
// was booked and what a person has to look at.
//
//	go run ./examples/kasse
//	go run ./examples/kasse -konto IBAN -muster '42##########?' -forderungen LISTE.csv AUSZUG.xml
//	go run ./examples/kasse -text
//
// Without a file it takes a sample of its own. What a vendor would write is
// kasse.go. Everything is kept in memory: the page can run the file again, which
// changes nothing.
package main

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/bausteine/egov/forms/ids"
)

var (
	//go:embed auszug.xml
	musterAuszug []byte
	//go:embed forderungen.csv
	musterForderungen []byte
)

const musterKassenzeichen = "42.####.####.##?"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil {
		if !errors.Is(err, flag.ErrHelp) {
			fmt.Fprintln(os.Stderr, "kasse:", err)
		}
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("kasse", flag.ContinueOnError)
	flags.SetOutput(stderr)
	addr := flags.String("addr", "127.0.0.1:8085", "`Adresse` der Seite, nur auf diesem Rechner")
	account := flags.String("konto", "DE89370400440532013000", "`IBAN` des Kontos der Stadt")
	claims := flags.String("forderungen", "", "`Liste` der Forderungen (CSV), sonst eine erfundene")
	pattern := flags.String("muster", musterKassenzeichen, "`Muster` der Kassenzeichen: # Ziffer, ? Prüfziffer nach Luhn")
	text := flags.Bool("text", false, "nur das Ergebnis ausgeben, keine Seite")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 1 {
		return errors.New("nur eine Datei, siehe -help")
	}
	statement, err := datei(flags.Arg(0), musterAuszug)
	if err != nil {
		return err
	}
	list, err := datei(*claims, musterForderungen)
	if err != nil {
		return err
	}
	iban, err := ids.ParseIBAN(*account)
	if err != nil {
		return err
	}
	k, err := neueKasse(iban, *pattern)
	if err != nil {
		return err
	}
	if err := k.forderungen(ctx, bytes.NewReader(list)); err != nil {
		return err
	}
	if err := k.laufe(ctx, bytes.NewReader(statement)); err != nil {
		return err
	}
	k.drucke(stdout)
	if *text {
		return nil
	}
	return k.serve(ctx, *addr, statement, stdout)
}

// datei reads a file, or takes the sample if none is named.
func datei(name string, sample []byte) ([]byte, error) {
	if name == "" {
		return sample, nil
	}
	return os.ReadFile(name)
}

// serve shows the page until ctx ends.
func (k *kasse) serve(ctx context.Context, addr string, statement []byte, stdout io.Writer) error {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	if a, ok := l.Addr().(*net.TCPAddr); !ok || !a.IP.IsLoopback() {
		_ = l.Close()
		return errors.New("die Seite zeigt personenbezogene Daten und darf nur auf diesem Rechner zu sehen sein (-addr)")
	}
	server := &http.Server{Handler: k.handler(statement), ReadHeaderTimeout: 5 * time.Second}
	done := make(chan error, 1)
	go func() { done <- server.Serve(l) }()
	fmt.Fprintf(stdout, "\nErgebnis als Seite: http://%s/\n", l.Addr())
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	return server.Shutdown(end)
}
