package submission_test

import (
	"context"
	"crypto/rand"
	"database/sql"
	"path/filepath"
	"time"

	"github.com/bausteine/egov/xoev/submission"
)

// runVictim is the process that is killed; die is told every step.
func runVictim(dir string, die func(step string)) error {
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "t.db")+"?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_txlock=immediate")
	if err != nil {
		return err
	}
	directory, err := submission.NewDirectory(filepath.Join(dir, "out"), nil)
	if err != nil {
		return err
	}
	o, err := submission.NewOutbox(context.Background(), db, directory, nil)
	if err != nil {
		return err
	}
	o.SetHook(die)
	directory.SetHook(die)
	return runVictimOn(o, &clock{now: time.Now()})
}

// runVictimOn submits and sends until nothing is due, past a lease.
func runVictimOn(o *submission.Outbox, c *clock) error {
	_, err := o.SubmitOnce(context.Background(), tenant, "a-1", func() (submission.Message, error) {
		m := message("a-1")
		m.Signature = []byte("<signature value='" + rand.Text() + "'/>")
		return m, nil
	})
	if err != nil {
		return err
	}
	c.Add(3 * time.Minute)
	_, err = o.SendDue(context.Background(), 10)
	return err
}
