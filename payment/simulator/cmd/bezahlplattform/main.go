// Command bezahlplattform runs a payment platform for trying things out: the
// simulator of package payment/simulator as a program of its own. No money
// moves, and every page says so.
//
//	go run ./payment/simulator/cmd/bezahlplattform [-addr 127.0.0.1:8085] [-profil pmPayment|epay21] [-kunde musterstadt]
//
// It prints the addresses, the client's id and a secret made for this run (or
// taken from the environment variable BEZAHLPLATTFORM_SECRET), keeps its books in
// memory and ends with Ctrl-C. The admin API and the statement of account are
// below /verwaltung; see the package documentation. Mutual TLS, and with it the
// profile ePayBL-Konnektor, need a server of your own around the package.
package main

import (
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"time"

	"github.com/bausteine/egov/payment/simulator"
	"github.com/bausteine/egov/payment/xbezahldienste"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Getenv("BEZAHLPLATTFORM_SECRET"), os.Stdout, os.Stderr); err != nil {
		if !errors.Is(err, flag.ErrHelp) {
			fmt.Fprintln(os.Stderr, "bezahlplattform:", err)
			os.Exit(1)
		}
	}
}

// run serves until the context ends.
func run(ctx context.Context, args []string, secret string, out, log io.Writer) error {
	flags := flag.NewFlagSet("bezahlplattform", flag.ContinueOnError)
	flags.SetOutput(log)
	addr := flags.String("addr", "127.0.0.1:8085", "address to listen on, on a loopback host")
	profile := flags.String("profil", "", "operator whose ways to take: pmPayment or epay21; empty keeps to the documentation")
	client := flags.String("kunde", "musterstadt", "id of the client, and user name for HTTP Basic")
	requestID := flags.Bool("request-id", false, "make the request id the transaction id, as some platforms do")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	if *profile != "" && xbezahldienste.Profile(*profile) != xbezahldienste.PMPayment && xbezahldienste.Profile(*profile) != xbezahldienste.Epay21 {
		return fmt.Errorf("unknown profile %q: pmPayment or epay21", *profile)
	}
	if secret == "" {
		secret = rand.Text()
	}
	listener, err := net.Listen("tcp", *addr)
	if err != nil {
		return err
	}
	if tcp, ok := listener.Addr().(*net.TCPAddr); !ok || !tcp.IP.IsLoopback() {
		return errors.Join(errors.New("-addr is not on a loopback host: the platform would answer nobody"), listener.Close())
	}
	logger := slog.New(slog.NewTextHandler(log, nil))
	base := "http://" + listener.Addr().String()
	platform, err := simulator.New(ctx, simulator.Options{
		BaseURL: base, Profile: xbezahldienste.Profile(*profile), RequestIDAsTransactionID: *requestID,
		Clients: []simulator.Client{{ID: *client, Secret: secret}}, Logger: logger,
	})
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	fmt.Fprintf(out, "Platform:  %s\nToken URL: %s/oauth/token\nClient:    %s\nSecret:    %s\nPayments:  %s/verwaltung/zahlungen\nStatement: %s/verwaltung/kontoauszug\n",
		base, base, *client, secret, base, base)
	server := &http.Server{
		Handler: platform, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second,
		WriteTimeout: 11 * time.Minute, // longer than the longest delay of a fault
		IdleTimeout:  2 * time.Minute, MaxHeaderBytes: 64 << 10, ErrorLog: slog.NewLogLogger(logger.Handler(), slog.LevelWarn),
	}
	ended := make(chan error, 1)
	go func() {
		<-ctx.Done()
		wait, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		ended <- server.Shutdown(wait)
	}()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return <-ended
}
