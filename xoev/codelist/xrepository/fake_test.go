package xrepository

import (
	"archive/zip"
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev/codelist"
)

const (
	listKennung = "urn:de:musterstadt:codeliste:farbe"
	standardV1  = "urn:de:musterstadt:standard:xmuster_1.0"
)

// list is a code list as XRepository would send it.
func list(version string) string {
	return `<?xml version="1.0" encoding="UTF-8"?>
<gc:CodeList xmlns:gc="http://docs.oasis-open.org/codelist/ns/genericode/1.0/"><Identification><ShortName>farbe</ShortName><Version>` + version +
		`</Version><CanonicalUri>` + listKennung + `</CanonicalUri><CanonicalVersionUri>` + listKennung + `_` + version + `</CanonicalVersionUri></Identification>
<ColumnSet><Column Id="code" Use="required"><ShortName>code</ShortName><Data Type="string"/></Column><Key Id="k"><ShortName>k</ShortName><ColumnRef Ref="code"/></Key></ColumnSet>
<SimpleCodeList><Row><Value ColumnRef="code"><SimpleValue>rot</SimpleValue></Value></Row></SimpleCodeList></gc:CodeList>`
}

func archive(t testing.TB, files ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		f, err := w.Create(files[i])
		require.NoError(t, err)
		_, err = io.WriteString(f, files[i+1])
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	return b.Bytes()
}

// fake is a server that answers as XRepository does, as far as is known, and
// that counts requests.
type fake struct {
	*httptest.Server
	mux      *http.ServeMux
	requests atomic.Int64
	now, top atomic.Int64

	mu   sync.Mutex
	seen []*http.Request
}

func newFake(t testing.TB) *fake {
	t.Helper()
	f := &fake{mux: http.NewServeMux()}
	f.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f.requests.Add(1)
		n := f.now.Add(1)
		for top := f.top.Load(); n > top && !f.top.CompareAndSwap(top, n); top = f.top.Load() {
		}
		defer f.now.Add(-1)
		f.mu.Lock()
		f.seen = append(f.seen, r.Clone(r.Context()))
		f.mu.Unlock()
		f.mux.ServeHTTP(w, r)
	}))
	t.Cleanup(f.Close)
	return f
}

// answer lets a path give a body; content types are as wrong as the service's.
func (f *fake) answer(path, contentType string, body []byte) {
	f.mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.Write(body)
	})
}

func (f *fake) handle(path string, h http.HandlerFunc) { f.mux.HandleFunc(path, h) }

// first returns the first request that came.
func (f *fake) first() *http.Request {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.seen[0]
}

func (f *fake) client(t testing.TB, o *Options) *Client {
	t.Helper()
	if o == nil {
		o = &Options{}
	}
	if o.Backoff == 0 {
		o.Backoff = time.Millisecond
	}
	c, err := New(f.URL+"/api", o)
	require.NoError(t, err)
	return c
}

func version(v string) codelist.VersionKennung {
	return codelist.VersionKennung{Kennung: listKennung, Version: v}
}

// reset ends the connection in the midst of an answer.
func reset(w http.ResponseWriter) {
	w.Header().Set("Content-Length", "1000")
	io.WriteString(w, "<begin")
	w.(http.Flusher).Flush()
	panic(http.ErrAbortHandler)
}
