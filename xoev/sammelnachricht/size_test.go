package sammelnachricht_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev"
	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/latin"
	"github.com/bausteine/egov/xoev/sammelnachricht"
	"github.com/bausteine/egov/xoev/xmlscan"
)

const (
	gigabyte   = 1_000_000_000
	attachment = 200 << 20
	maxHeap    = 64 << 20
	childEnv   = "EGOV_SAMMELNACHRICHT_CHILD"
)

// usage is what a child process measured of itself.
type usage struct {
	HeapAlloc, HeapSys uint64 // peaks of what the runtime says
	Samples            int
	Bytes, Records     int64
	Seconds            float64
}

// watchHeap samples the heap until stop is called. HeapSys is what the heap got
// from the operating system; it never shrinks, so that nothing escapes between
// two samples.
func watchHeap() (stop func() usage) {
	var alloc, sys atomic.Uint64
	var samples atomic.Int64
	quit, done := make(chan struct{}), make(chan struct{})
	look := func() {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		alloc.Store(max(alloc.Load(), m.HeapAlloc))
		sys.Store(max(sys.Load(), m.HeapSys))
		samples.Add(1)
	}
	start := time.Now()
	go func() {
		defer close(done)
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				look()
			case <-quit:
				look()
				return
			}
		}
	}()
	return func() usage {
		close(quit)
		<-done
		return usage{HeapAlloc: alloc.Load(), HeapSys: sys.Load(), Samples: int(samples.Load()), Seconds: time.Since(start).Seconds()}
	}
}

// TestAnySize runs each job in a process of its own, whose heap holds nothing
// else, with the garbage collector as Go sets it.
func TestAnySize(t *testing.T) {
	if testing.Short() {
		t.Skip("reads and writes 2.4 GB, which takes about 20 s of CPU time")
	}
	for _, tc := range []struct {
		job   string
		bytes int64
	}{{"read", gigabyte}, {"write", gigabyte}, {"base64", attachment}} {
		t.Run(tc.job, func(t *testing.T) {
			cmd := exec.Command(os.Args[0], "-test.run=^TestAnySizeChild$", "-test.v")
			for _, v := range os.Environ() {
				if !strings.HasPrefix(v, "GOGC=") && !strings.HasPrefix(v, "GOMEMLIMIT=") {
					cmd.Env = append(cmd.Env, v)
				}
			}
			cmd.Env = append(cmd.Env, childEnv+"="+tc.job)
			out, err := cmd.CombinedOutput()
			require.NoError(t, err, "%s", out)
			_, after, ok := strings.Cut(string(out), "measured: ")
			require.True(t, ok, "%s", out)
			line, _, _ := strings.Cut(after, "\n")
			var u usage
			require.NoError(t, json.Unmarshal([]byte(line), &u))
			t.Logf("%s: %d bytes, %d records in %.1f s; peaks HeapAlloc %.1f MiB, HeapSys %.1f MiB (%d samples)",
				tc.job, u.Bytes, u.Records, u.Seconds, float64(u.HeapAlloc)/(1<<20), float64(u.HeapSys)/(1<<20), u.Samples)
			require.GreaterOrEqual(t, u.Bytes, tc.bytes)
			require.Positive(t, u.Records)
			require.Greater(t, u.Samples, 20)
			require.Positive(t, u.HeapAlloc)
			require.Less(t, u.HeapAlloc, uint64(maxHeap))
			require.Less(t, u.HeapSys, uint64(maxHeap))
		})
	}
}

// TestAnySizeChild is the process that TestAnySize starts.
func TestAnySizeChild(t *testing.T) {
	job := os.Getenv(childEnv)
	if job == "" {
		t.Skip("runs only as a process of TestAnySize")
	}
	require.Equal(t, 100, debug.SetGCPercent(100), "the collector runs as Go sets it")
	stop := watchHeap()
	var bytes, count int64
	switch job {
	case "read":
		bytes, count = readGigabyte(t)
	case "write":
		bytes, count = writeGigabyte(t)
	case "base64":
		bytes, count = moveAttachment(t)
	default:
		t.Fatal(job)
	}
	u := stop()
	u.Bytes, u.Records = bytes, count
	line, err := json.Marshal(u)
	require.NoError(t, err)
	fmt.Printf("measured: %s\n", line)
}

// bestand makes a message of at least size bytes without holding it.
type bestand struct {
	head, tail string
	size, made int64
	n          int64
	buf        bytes.Buffer
}

func (g *bestand) Read(p []byte) (int, error) {
	if g.head != "" {
		g.buf.WriteString(g.head)
		g.head = ""
	}
	for g.buf.Len() < len(p) && g.tail != "" {
		before := g.buf.Len()
		if g.made+int64(before) < g.size {
			fmt.Fprintf(&g.buf, "\n"+`<m:satz nr="%d"><m:name>Erika Mustermann</m:name><m:ort>Musterstadt</m:ort><m:ort>Außenort %d</m:ort>`+
				`<notiz>Familienname &amp; Vorname stehen im Personenstandsregister; die Anschrift ist aus dem Melderegister übernommen.</notiz>`+
				`<m:lang>%s</m:lang></m:satz>`, g.n, g.n%100, filler)
			g.n++
		} else {
			g.buf.WriteString(g.tail)
			g.tail = ""
		}
	}
	n, err := g.buf.Read(p)
	g.made += int64(n)
	return n, err
}

var filler = strings.Repeat("Straße, Hausnummer, Ort und Zustelladresse der Person in der Gemeinde Musterstadt. ", 20)

// readGigabyte decodes, takes, walks and skips records by turns.
func readGigabyte(t *testing.T) (int64, int64) {
	text := with(t, "")
	at := strings.LastIndex(text, "</")
	g := &bestand{head: text[:at], tail: text[at:], size: gigabyte}
	digest := sha256.New()
	r, err := sammelnachricht.NewReader(context.Background(), g, saetze, &sammelnachricht.Options{
		Latin:     &sammelnachricht.Latin{Type: latin.C},
		Consumers: []xmlscan.Consumer{xmlscan.ConsumerFunc(func(s *xmlscan.Scanner) error { digest.Write(s.Raw()[:1]); return nil })},
	})
	require.NoError(t, err)
	_, err = drain(r, func(rec *sammelnachricht.Record) error {
		switch rec.Index() % 4 {
		case 0:
			var s satz
			if err := rec.Decode(&s); err != nil {
				return err
			}
			if int64(s.Nr) != rec.Index() {
				return fmt.Errorf("record %d says %d", rec.Index(), s.Nr)
			}
		case 1:
			_, _, err := rec.Raw()
			return err
		case 2:
			for rec.Next() {
			}
		}
		return rec.Err()
	})
	require.NoError(t, err)
	p := r.Report()
	require.Equal(t, finding.Accepted, p.Verdict, "%v", p.Findings)
	require.Equal(t, g.n, p.Records)
	return r.Progress().Bytes, p.Records
}

// checked counts and digests what is written.
type checked struct {
	n    int64
	last [64]byte
}

func (c *checked) Write(p []byte) (int, error) {
	c.n += int64(len(p))
	copy(c.last[:], p[max(0, len(p)-64):])
	return len(p), nil
}

func writeGigabyte(t *testing.T) (int64, int64) {
	out := &checked{}
	w, err := sammelnachricht.NewWriter(out, message(), saetze, &xoev.WriteOptions{MaxBytes: gigabyte + 1<<20})
	require.NoError(t, err)
	xml := []byte("<m:satz><m:lang>" + filler + "</m:lang></m:satz>")
	for i := 0; w.Progress().Bytes < gigabyte; i++ {
		if i%4 == 0 {
			require.NoError(t, w.RecordXML(el("satz"), xml))
			continue
		}
		err := w.Record(el("satz"), func(e *xoev.Encoder) error {
			e.Element(el("name"), "Erika Mustermann")
			e.Element(el("ort"), "Außenort")
			e.Code(el("zone"), xoev.Code{Code: "07", ListURI: "urn:example:zone", ListVersionID: "1"})
			e.Element(no("notiz"), filler)
			return nil
		}, xoev.Attribute{Name: no("nr"), Value: fmt.Sprint(i)})
		if err != nil {
			t.Fatal(err)
		}
	}
	require.NoError(t, w.Close())
	require.Equal(t, out.n, w.Progress().Bytes)
	require.Contains(t, string(out.last[:]), "</m:bestand.lieferung.0007>")
	return out.n, w.Progress().Records
}

// counter delivers n bytes that are all different in their place.
type counter struct{ at, n int64 }

func (c *counter) Read(p []byte) (int, error) {
	if c.at >= c.n {
		return 0, io.EOF
	}
	var b [8]byte
	i := 0
	for i < len(p) && c.at < c.n {
		binary.LittleEndian.PutUint64(b[:], uint64(c.at/8)*0x9E3779B97F4A7C15)
		k := copy(p[i:min(int64(len(p)), int64(i)+c.n-c.at)], b[c.at%8:])
		i += k
		c.at += int64(k)
	}
	return i, nil
}

// moveAttachment writes an attachment into a message that is read at the same
// time.
func moveAttachment(t *testing.T) (int64, int64) {
	in, out := io.Pipe()
	sent := sha256.New()
	failed := make(chan error, 1)
	go func() {
		w, err := sammelnachricht.NewWriter(out, message(), saetze, nil)
		if err == nil {
			err = w.Record(el("satz"), func(e *xoev.Encoder) error {
				e.Base64(el("anlage"), io.TeeReader(&counter{n: attachment}, sent))
				return nil
			})
		}
		if err == nil {
			err = w.Close()
		}
		failed <- err
		_ = out.CloseWithError(err)
	}()
	r, err := sammelnachricht.NewReader(context.Background(), in, saetze, &sammelnachricht.Options{MaxRecordBytes: 1 << 30})
	require.NoError(t, err)
	got := sha256.New()
	var n int64
	_, err = drain(r, func(rec *sammelnachricht.Record) error {
		for rec.Next() {
			if rec.Scanner().Kind() == xmlscan.StartElement {
				k, err := io.Copy(got, rec.Base64(attachment))
				n += k
				if err != nil {
					return err
				}
			}
		}
		return nil
	})
	require.NoError(t, err)
	require.NoError(t, <-failed)
	require.Equal(t, sent.Sum(nil), got.Sum(nil))
	require.EqualValues(t, attachment, n)
	require.Equal(t, finding.Accepted, r.Report().Verdict)
	return n, r.Report().Records
}
