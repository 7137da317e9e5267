package web_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/forms/formstest"
	"github.com/bausteine/egov/forms/web"
)

func (b *bench) toUploads(br *formstest.Browser) *formstest.Page {
	b.t.Helper()
	p := br.Get(prefix+"/").Submit("Ohne Anmeldung fortfahren", nil).Submit(weiter, person).Submit(weiter, fahrzeug)
	require.Equal(b.t, "Nachweise", p.Heading())
	return p
}

func (b *bench) blobs(p *formstest.Page) (sizes []int64) {
	b.t.Helper()
	list, err := b.drafts.Blobs(context.Background(), b.cfg.Tenant, id(p))
	require.NoError(b.t, err)
	for _, blob := range list {
		sizes = append(sizes, blob.Size)
	}
	return sizes
}

func TestUploads(t *testing.T) {
	png := append([]byte("\x89PNG\r\n\x1a\n"), make([]byte, 100)...)
	b := newBench(t, nil)
	br := b.browser()
	p := b.toUploads(br)
	base := p.URL.Path

	p = p.Submit(weiter, nil)
	assert.Equal(t, []string{"f_nachweis_ausweis", "f_nachweis_wahr"}, p.ErrorLinks())
	for name, file := range map[string]formstest.Upload{
		"wrong type":           {FileName: "x.pdf", Content: []byte("<html><script>")},
		"wrong ending":         {FileName: "x.exe", Content: pdf.Content},
		"empty":                {FileName: "x.pdf"},
		"larger than allowed":  {FileName: "x.pdf", Content: append([]byte("%PDF-1.7\n"), make([]byte, 1<<20)...)},
		"path in name, no PDF": {FileName: "../../etc/passwd", Content: []byte("root")},
	} {
		q := br.Get(base).SubmitFiles(weiter, nachweis, map[string]formstest.Upload{"nachweis.ausweis": file})
		assert.Equal(t, http.StatusUnprocessableEntity, q.Status, name)
		assert.Equal(t, []string{"f_nachweis_ausweis"}, q.ErrorLinks(), name)
		assert.Empty(t, b.blobs(q), name)
	}
	tooMuch := br.Get(base).SubmitFiles(weiter, nachweis, map[string]formstest.Upload{"nachweis.ausweis": {FileName: "x.pdf", Content: make([]byte, 8<<20)}})
	assert.Equal(t, http.StatusRequestEntityTooLarge, tooMuch.Status)

	// A good file is kept though the page has another error.
	p = br.Get(base).SubmitFiles(weiter, nil, dateien)
	assert.Equal(t, []string{"f_nachweis_wahr"}, p.ErrorLinks())
	assert.Contains(t, p.Text(), "Hochgeladen: Schein.pdf")
	assert.Equal(t, []int64{17}, b.blobs(p))
	p = p.SubmitFiles(weiter, nachweis, map[string]formstest.Upload{"nachweis.foto": {FileName: "foto.png", Content: png}})
	require.Equal(t, "Prüfen Sie Ihre Angaben", p.Heading())
	assert.Contains(t, p.Text(), "Schein.pdf (17 Byte)")
	assert.Contains(t, p.Text(), "foto.png (108 Byte)")
	assert.ElementsMatch(t, []int64{17, 108}, b.blobs(p))

	// Replaced, then removed.
	p = p.Click("Ändern: Nachweise").SubmitFiles(weiter, nil, map[string]formstest.Upload{"nachweis.ausweis": {FileName: "neu.png", Content: png}})
	assert.Contains(t, p.Text(), "neu.png (108 Byte)")
	assert.Equal(t, []int64{108, 108}, b.blobs(p), "the same bytes twice are two files, the old one is gone")
	p = p.Click("Ändern: Nachweise").Submit(weiter, map[string]string{"nachweis.foto.entfernen": "1"})
	require.Equal(t, "Prüfen Sie Ihre Angaben", p.Heading())
	assert.NotContains(t, p.Text(), "foto.png")
	assert.Equal(t, []int64{108}, b.blobs(p))
	p = p.Click("Ändern: Nachweise").Submit(weiter, map[string]string{"nachweis.ausweis.entfernen": "1"})
	assert.Equal(t, []string{"f_nachweis_ausweis"}, p.ErrorLinks())
	assert.Equal(t, []int64{108}, b.blobs(p), "what the form needs stays until there is another")
	p = br.Get(base).Submit(weiter, nil).Submit(absenden, nil)
	require.Equal(t, "Ihr Antrag ist eingegangen", p.Heading())
	f, ok := b.last.Answers.Get("nachweis.ausweis").File()
	require.True(t, ok)
	content, err := b.last.Content(context.Background(), f)
	require.NoError(t, err)
	assert.True(t, bytes.Equal(png, content))
}

func TestPausingKeepsFilesAndDropsRefusedOnes(t *testing.T) {
	b := newBench(t, nil)
	br := b.browser()
	p := b.toUploads(br)
	base := p.URL.Path
	p = p.SubmitFiles("Speichern und später fortsetzen", nil, dateien)
	assert.Equal(t, "Ihr Antrag ist gespeichert", p.Heading())
	p = br.Get(base)
	assert.Contains(t, p.Text(), "Schein.pdf")
	p.SubmitFiles("Speichern und später fortsetzen", nil, map[string]formstest.Upload{"nachweis.ausweis": {FileName: "x.pdf", Content: []byte("kein PDF")}})
	assert.Contains(t, br.Get(base).Text(), "Schein.pdf")
	assert.Equal(t, []int64{17}, b.blobs(p))
}

func TestFailureWhileStoringAFile(t *testing.T) {
	b := newBench(t, nil)
	_, err := b.db.Exec(`CREATE TRIGGER boom BEFORE INSERT ON draft_blobs BEGIN SELECT RAISE(ABORT, 'boom'); END`)
	require.NoError(t, err)
	br := b.browser()
	p := b.toUploads(br)
	q := p.SubmitFiles(weiter, nachweis, dateien)
	assert.Equal(t, http.StatusInternalServerError, q.Status)
	assert.NotContains(t, strings.Join(q.Errors(), ""), "boom")
	assert.NotContains(t, br.Get(p.URL.Path).Text(), "Schein.pdf", "neither file nor answer was stored")
}

// A phone's photograph is larger than most limits. Browsers show our page only
// if they may send it to its end.
func TestOversizedUploadIsReadToItsEnd(t *testing.T) {
	b := newBench(t, func(c *web.Config) { c.BaseURL = "http://127.0.0.1" + prefix })
	server := httptest.NewServer(b.wizard)
	defer server.Close()
	br := formstest.New(t, server.URL, nil)
	p := br.Get(prefix+"/").Submit("Ohne Anmeldung fortfahren", nil)
	p = p.Submit(weiter, person).Submit(weiter, fahrzeug)
	require.Equal(t, "Nachweise", p.Heading())

	const size = 24 << 20
	head := "--x\r\nContent-Disposition: form-data; name=\"_token\"\r\n\r\n" + p.Value("_token") + "\r\n--x\r\nContent-Disposition: form-data; name=\"nachweis.ausweis\"; filename=\"a.pdf\"\r\n\r\n"
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	require.NoError(t, err)
	defer conn.Close()
	require.NoError(t, conn.SetDeadline(time.Now().Add(2*time.Minute)))
	_, err = fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: x\r\nCookie: antrag=%s\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: %d\r\n\r\n%s", p.URL.Path, br.Cookies()[0].Value, len(head)+size, head)
	require.NoError(t, err)
	chunk := make([]byte, 1<<20)
	for range size / len(chunk) {
		_, err = conn.Write(chunk)
		require.NoError(t, err, "the server must not cut off a browser that is sending")
		time.Sleep(40 * time.Millisecond) // longer in all than a server waits for a client it has answered
	}
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	require.NoError(t, err)
	assert.Equal(t, http.StatusRequestEntityTooLarge, resp.StatusCode)
}
