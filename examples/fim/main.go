// Command fim shows a FIM data schema (XDatenfelder 1, 2 or 3) as an online form.
//
//	go run ./examples/fim                                   a schema of this example: dogs of Musterstadt
//	go run ./examples/fim schema.xml                        any other
//	go run ./examples/fim -codelisten folder schema.xml     with code lists (genericode) of a folder
//
// First it prints the report: which rules of the schema the form keeps, which are
// left to people (ungeklärt), and what else the form does not have; with -bericht
// as JSON, and nothing more. Then it serves the form on this machine, at -addr; there is
// nothing to log in to. What is sent is listed under /eingang, as FIM JSON and
// XFall XML, for whoever uses this machine. Everything is kept in memory and gone
// when the program ends.
package main

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/bausteine/egov/forms/fim"
	"github.com/bausteine/egov/forms/fim/datenschema"
	"github.com/bausteine/egov/xoev/codelist"
	"github.com/bausteine/egov/xoev/xdatenfelder"
)

//go:embed hunde.xml
var hunde []byte

func main() {
	if err := run(os.Args[1:], os.Stdout, os.Stderr); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "fim:", err)
		os.Exit(1)
	}
}

// run prints the report and serves the form.
func run(args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("fim", flag.ContinueOnError)
	flags.SetOutput(stderr)
	addr := flags.String("addr", "127.0.0.1:8081", "loopback `address` to listen on")
	folder := flags.String("codelisten", "", "`folder` of code lists in genericode, *.xml")
	report := flags.Bool("bericht", false, "print the report as JSON and end")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 1 {
		return errors.New("name one file; see -help")
	}
	form, schema, err := open(flags.Arg(0), *folder)
	if err != nil {
		return err
	}
	if *report {
		out := json.NewEncoder(stdout)
		out.SetIndent("", "  ")
		return out.Encode(form.Report)
	}
	if _, err := form.Report.WriteTo(stdout); err != nil {
		return err
	}
	listener, err := net.Listen("tcp", *addr)
	if err != nil {
		return err
	}
	handler, err := dienst(form, schema, "http://"+listener.Addr().String(), stderr)
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "\nDas Formular: http://%s/antrag/\nMit Strg-C beenden.\n", listener.Addr())
	server := http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: time.Minute}
	return server.Serve(listener)
}

// open reads a data schema, that of this program if name is empty: as a form, and
// as the schema of what the form gives.
func open(name, folder string) (*fim.SchemaForm, *datenschema.Schema, error) {
	b, err := hunde, error(nil)
	if name != "" {
		b, err = os.ReadFile(name)
	}
	if err != nil {
		return nil, nil, err
	}
	n, err := xdatenfelder.Read(bytes.NewReader(b), &xdatenfelder.Options{AllowAnyCharacter: true})
	if err != nil {
		return nil, nil, fmt.Errorf("the file is no message of XDatenfelder: %w", err)
	}
	lists, err := codelisten(folder)
	if err != nil {
		return nil, nil, err
	}
	schema, err := datenschema.Compile(n, &datenschema.Options{Codelisten: lists})
	if err != nil {
		return nil, nil, err
	}
	form, err := fim.FromSchema(n, &fim.SchemaOptions{Codelisten: lists})
	return form, schema, err
}

// codelisten reads the code lists of a folder, if one is named.
func codelisten(folder string) (func(*xdatenfelder.CodelisteReferenz) (*codelist.List, error), error) {
	lists := map[string]*codelist.List{}
	if folder != "" {
		names, err := filepath.Glob(filepath.Join(folder, "*.xml"))
		if err != nil || len(names) == 0 {
			return nil, fmt.Errorf("no *.xml in %s", folder)
		}
		for _, name := range names {
			b, err := os.ReadFile(name)
			if err != nil {
				return nil, err
			}
			list, err := codelist.Read(bytes.NewReader(b), nil)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", filepath.Base(name), err)
			}
			lists[list.Metadata().CanonicalVersionURI] = list
		}
	}
	return func(ref *xdatenfelder.CodelisteReferenz) (*codelist.List, error) {
		return lists[ref.CanonicalVersionURI], nil
	}, nil
}
