// Command river shows package payment with River, a job queue in the same
// database, as its scheduler instead of a ticker: two periodic jobs ask about
// payments and hand out events, on one node of many, and survive its end.
//
//	go run ./examples/river
//
// Package payment does not know River, and needs none of it: what has to be
// done is two functions (Service.RefreshDue, Service.Events with Ack) that any
// scheduler may call, on any number of nodes at once.
package main

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"
	_ "modernc.org/sqlite"

	"github.com/bausteine/egov/payment"
	"github.com/bausteine/egov/payment/simulator"
	"github.com/bausteine/egov/payment/sqlstore"
	"github.com/bausteine/egov/payment/xbezahldienste"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	folder, err := os.MkdirTemp("", "river-")
	if err == nil {
		err = run(ctx, os.Stdout, filepath.Join(folder, "kasse.db"))
		_ = os.RemoveAll(folder)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "river:", err)
		os.Exit(1)
	}
}

// asked is the job that asks about payments whose time has come.
type asked struct{}

// Kind names the job in River's tables.
func (asked) Kind() string { return "payment-refresh" }

type asker struct {
	river.WorkerDefaults[asked]
	kasse *payment.Service
}

// Work may run on several nodes at once: each attempt is leased to one. What
// fails comes again by itself, so that River need not repeat the job.
func (a *asker) Work(ctx context.Context, _ *river.Job[asked]) error {
	_, err := a.kasse.RefreshDue(ctx, 100)
	return err
}

// told is the job that hands events to the application.
type told struct{}

// Kind names the job in River's tables.
func (told) Kind() string { return "payment-events" }

type teller struct {
	river.WorkerDefaults[told]
	kasse *payment.Service
	take  func(context.Context, payment.Event) error
}

// Work acknowledges an event after its work is done; take drops repeats by the
// event's ID.
func (t *teller) Work(ctx context.Context, _ *river.Job[told]) error {
	events, err := t.kasse.Events(ctx, 100)
	if err != nil {
		return err
	}
	for _, e := range events {
		if err := t.take(ctx, e); err != nil {
			slog.WarnContext(ctx, "an event stays for later", "event", e.ID, "error", err)
			continue // the others do not wait for it
		}
		if err := t.kasse.Ack(ctx, e.ID); err != nil {
			return err
		}
	}
	return nil
}

// every is a periodic job. One that is still waiting or running is not queued
// again.
func every(d time.Duration, args river.JobArgs) *river.PeriodicJob {
	return river.NewPeriodicJob(river.PeriodicInterval(d), func() (river.JobArgs, *river.InsertOpts) {
		return args, &river.InsertOpts{MaxAttempts: 1, UniqueOpts: river.UniqueOpts{ByArgs: true, ByPeriod: d}}
	}, &river.PeriodicJobOpts{RunOnStart: true})
}

// scheduler is River on the caller's database with the two jobs.
func scheduler(ctx context.Context, db *sql.DB, kasse *payment.Service, take func(context.Context, payment.Event) error) (*river.Client[*sql.Tx], error) {
	driver := riversqlite.New(db)
	migrator, err := rivermigrate.New(driver, nil)
	if err != nil {
		return nil, err
	}
	if _, err := migrator.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return nil, err
	}
	workers := river.NewWorkers()
	river.AddWorker(workers, &asker{kasse: kasse})
	river.AddWorker(workers, &teller{kasse: kasse, take: take})
	return river.NewClient(driver, &river.Config{
		Workers: workers, Queues: map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: 4}},
		PeriodicJobs: []*river.PeriodicJob{every(2*time.Second, asked{}), every(time.Second, told{})},
		Logger:       slog.New(slog.DiscardHandler),
	})
}

// bezahlplattform is the simulator, served on this machine.
func bezahlplattform(ctx context.Context) (platform *simulator.Simulator, provider payment.Provider, end func() error, err error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, nil, nil, err
	}
	base, secret := "http://"+listener.Addr().String(), rand.Text()
	platform, err1 := simulator.New(ctx, simulator.Options{BaseURL: base, Clients: []simulator.Client{{ID: "musterstadt", Secret: secret}}})
	provider, err2 := xbezahldienste.New(base, "parken", "09999999", &xbezahldienste.Options{Basic: &xbezahldienste.Basic{User: "musterstadt", Password: secret}})
	if err := errors.Join(err1, err2); err != nil {
		return nil, nil, nil, errors.Join(err, listener.Close())
	}
	server := &http.Server{Handler: platform, ReadHeaderTimeout: 5 * time.Second}
	go server.Serve(listener) //nolint:errcheck // ends with Close
	return platform, provider, server.Close, nil
}

// run takes one payment on a platform in memory, whose payer never comes back.
func run(ctx context.Context, out io.Writer, file string) error {
	db, err := sql.Open("sqlite", "file:"+file+"?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_txlock=immediate")
	if err != nil {
		return err
	}
	defer db.Close() //nolint:errcheck // everything is committed
	store, err := sqlstore.New(ctx, db)
	if err != nil {
		return err
	}
	platform, provider, end, err := bezahlplattform(ctx)
	if err != nil {
		return err
	}
	defer end() //nolint:errcheck // nothing is lost: it is in memory
	kasse, err := payment.New(store, []payment.Registration{{Key: "plattform", Version: "1", Provider: provider}}, payment.Config{
		BaseURL: "https://service.musterstadt.example", Target: func(c payment.Claim, _ payment.State) string { return "/antrag/" + c.ID },
	})
	if err != nil {
		return err
	}
	paid := make(chan payment.Event, 1)
	client, err := scheduler(ctx, db, kasse, func(_ context.Context, e payment.Event) error { paid <- e; return nil })
	if err != nil {
		return err
	}
	if err := client.Start(ctx); err != nil {
		return err
	}
	defer client.Stop(context.WithoutCancel(ctx)) //nolint:errcheck // what is not done comes again

	claim := payment.Claim{Tenant: "musterstadt", ID: "4711", Amount: payment.EUR(3070), Purpose: "Bewohnerparkausweis"}
	c, err := kasse.Collect(ctx, claim, nil)
	if err != nil {
		return err
	}
	fmt.Fprintln(out, "Bezahlseite:", c.PayPageURL != "")
	all, err := platform.Transactions(ctx)
	if err != nil {
		return err
	}
	if err := platform.Settle(ctx, all[0].TransactionID, simulator.StatusPayed); err != nil { // the payer pays, and closes the window
		return err
	}
	select {
	case e := <-paid:
		status, err := kasse.Status(ctx, e.Tenant, e.ClaimID)
		if err != nil {
			return err
		}
		fmt.Fprintln(out, "Gebucht:", status.Balance.Booked.German())
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
