// Command bewohnerparken is a complete online service on one machine: the
// application for a resident's parking permit (Bewohnerparkausweis) of the
// fictional Stadt Musterstadt. It logs a citizen in, asks, takes the fee, and
// puts the signed application into an outbox.
//
//	go run ./examples/bewohnerparken
//
// It needs nothing installed. What a vendor would write is dienst.go; the
// other files stand in for what the vendor's installation already has:
// configuration and keys (umgebung.go), and this program around the handler.
// README.md beside this file walks through it.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"sync"
	"syscall"
	"time"
)

// defaultAddr is where the service listens if nothing else is asked for.
const defaultAddr = "127.0.0.1:8080"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil {
		if !errors.Is(err, flag.ErrHelp) {
			fmt.Fprintln(os.Stderr, "bewohnerparken:", err)
		}
		os.Exit(1)
	}
}

// run serves until ctx ends, and then lets requests under way finish.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("bewohnerparken", flag.ContinueOnError)
	flags.SetOutput(stderr)
	addr := flags.String("addr", defaultAddr, "loopback `address` to listen on; another port is taken if this one is in use")
	folder := flags.String("daten", "bewohnerparken-daten", "`folder` for the database and the outbox")
	verbose := flags.Bool("v", false, "log every step to standard error")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("unexpected argument; see -help")
	}
	level := slog.LevelWarn // what a person has to know: errors, payments to look at
	if *verbose {
		level = slog.LevelInfo
	}
	log := slog.New(slog.NewTextHandler(stderr, &slog.HandlerOptions{Level: level}))
	if err := os.MkdirAll(*folder, 0o700); err != nil {
		return err
	}
	listener, busy, err := listen(*addr, *folder)
	if err != nil {
		return err
	}
	defer listener.Close()
	if busy != "" {
		fmt.Fprintf(stderr, "%s lässt sich nicht benutzen (belegt?), darum eine andere Adresse. Seiten, die ein Browser noch von dort hat, führen nicht hierher; Anmeldung und Anträge sind noch da.\n", busy)
	}
	u, err := openUmgebung(ctx, *folder, "http://"+listener.Addr().String(), log)
	if err != nil {
		return fmt.Errorf("-daten %s: %w", *folder, err)
	}
	defer u.DB.Close()
	return serve(ctx, u, listener, stdout)
}

// serve runs the service and, beside it, the work that no browser waits for.
func serve(ctx context.Context, u *umgebung, listener net.Listener, stdout io.Writer) error {
	d, err := neuerDienst(u)
	if err != nil {
		return err
	}
	background, cancel := context.WithCancel(context.WithoutCancel(ctx))
	var working sync.WaitGroup
	for _, work := range d.faelliges() {
		working.Go(func() { every(background, faelligesAlle, u.Log, work) })
	}
	defer func() { cancel(); working.Wait() }()

	server := &http.Server{
		Handler: d.handler(), ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 2 * time.Minute,
		WriteTimeout: 2 * time.Minute, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	fmt.Fprintf(stdout, "Der Dienst läuft: %s\nAnträge gehen nach %s\nMit Strg-C beenden.\n", u.BaseURL+"/", filepath.Join(u.Ordner, "ausgang"))
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	fmt.Fprintln(stdout, "Der Dienst wird beendet.")
	grace, cancelGrace := context.WithTimeout(background, 5*time.Second)
	defer cancelGrace()
	if err := server.Shutdown(grace); errors.Is(err, context.DeadlineExceeded) {
		// A connection that a browser opened in advance, or a request that takes
		// too long. Nothing is lost: what was answered is stored.
		return server.Close()
	} else if err != nil {
		return err
	}
	return nil
}

// every calls work now and at each tick until ctx ends. An error is logged and
// tried again: work that is due stays due.
func every(ctx context.Context, interval time.Duration, log *slog.Logger, work func(context.Context) error) {
	tick := time.NewTicker(interval)
	defer tick.Stop()
	for {
		if err := work(ctx); err != nil && ctx.Err() == nil {
			log.Error("due work", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// listen takes the port of the last run first, so that addresses a browser
// still holds stay good after a restart, then the one asked for, then any. It
// returns the first address that it could not have, too.
func listen(addr, folder string) (listener net.Listener, busy string, err error) {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, "", fmt.Errorf("-addr: %w", err)
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, "", errors.New("-addr: this example listens on loopback addresses only, because its simulators log in anybody")
	}
	if _, err := net.ResolveTCPAddr("tcp", addr); err != nil {
		return nil, "", fmt.Errorf("-addr: %w", err)
	}
	remembered := filepath.Join(folder, "adresse")
	candidates := []string{addr, net.JoinHostPort(host, "0")}
	if last, err := os.ReadFile(remembered); err == nil {
		if lastHost, _, err := net.SplitHostPort(string(last)); err == nil && lastHost == host && addr == defaultAddr {
			candidates = append([]string{string(last)}, candidates...)
		}
	}
	for _, candidate := range candidates {
		if listener, err = net.Listen("tcp", candidate); err == nil {
			break
		}
		if busy == "" {
			busy = candidate
		}
	}
	if err != nil {
		return nil, "", err
	}
	if err := os.WriteFile(remembered, []byte(listener.Addr().String()), 0o600); err != nil {
		listener.Close()
		return nil, "", err
	}
	return listener, busy, nil
}
