package submission_test

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev/submission"
)

// BenchmarkSubmit stores messages of 10 kB, each in a transaction of its own
// that is synced to the disk.
func BenchmarkSubmit(b *testing.B) {
	o := newOutbox(b, newDB(b, sqlite), nil, newClock())
	document := bytes.Repeat([]byte("x"), 10_000)
	for i := 0; b.Loop(); i++ {
		m := message(fmt.Sprint("a-", i))
		m.Document = document
		_, err := o.Submit(b.Context(), m)
		require.NoError(b, err)
	}
}

// BenchmarkSendDue sends to a sender that does nothing: the cost of leasing and
// noting.
func BenchmarkSendDue(b *testing.B) {
	o := newOutbox(b, newDB(b, sqlite), senderFunc(discard), newClock())
	for i := range b.N {
		_, err := o.Submit(b.Context(), message(fmt.Sprint("a-", i)))
		require.NoError(b, err)
	}
	b.ResetTimer()
	n, err := o.SendDue(b.Context(), b.N)
	require.NoError(b, err)
	require.Equal(b, b.N, n)
}

// BenchmarkDirectory writes packages of 10 kB, synced.
func BenchmarkDirectory(b *testing.B) {
	d, _ := newDirectory(b)
	document := bytes.Repeat([]byte("x"), 10_000)
	for i := 0; b.Loop(); i++ {
		m := message(fmt.Sprint("a-", i))
		m.Document = document
		_, err := d.Send(b.Context(), m)
		require.NoError(b, err)
	}
}

// BenchmarkReceive judges packages with detached signatures and stores receipts.
func BenchmarkReceive(b *testing.B) {
	inbox, err := submission.NewSQLInbox(b.Context(), newDB(b, sqlite))
	require.NoError(b, err)
	d := newDesk(b, inbox, nil)
	packages := make([]submission.Package, b.N)
	for i := range packages {
		packages[i] = d.good(fmt.Sprint("a-", i))
	}
	b.ResetTimer()
	for _, p := range packages {
		require.NotNil(b, d.receive(p).Submitted)
	}
}
