package web_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// FuzzStep posts anything, with a good token, to a step with every widget: never
// a 5xx, never a panic, always a page or a redirect below our path.
func FuzzStep(f *testing.F) {
	b := newBench(f, nil)
	p := b.browser().Get(prefix+"/").Submit("Ohne Anmeldung fortfahren", nil)
	base := "/antrag/" + id(p) + "/schritt/"
	v := url.Values{}
	for k, s := range person {
		v.Set(k, s)
	}
	f.Add("person", v.Encode(), false)
	f.Add("fahrzeug", "fahrzeug.zeiten=tag&fahrzeug.zeiten=%00&fahrzeug.halter=03", false)
	f.Add("nachweis", "nachweis.ausweis=x&nachweis.ausweis.entfernen=1&_aktion=pause", false)
	f.Add("person", "--b\r\nContent-Disposition: form-data; name=\"person.familienname\"; filename=\"x\"\r\n\r\nx\r\n--b--\r\n", true)
	f.Add("", "_stand=x&_zurueck=zusammenfassung&_stand=y", false)
	f.Add("%2e%2e", "&&==%", false)
	cookie, token := p.Cookies()[0], p.Value("_token")
	f.Fuzz(func(t *testing.T, step, body string, multipart bool) {
		contentType := "application/x-www-form-urlencoded"
		if multipart {
			contentType = "multipart/form-data; boundary=b"
			body = "--b\r\nContent-Disposition: form-data; name=\"_token\"\r\n\r\n" + token + "\r\n" + body
		} else {
			body = "_token=" + token + "&" + body
		}
		r := httptest.NewRequest(http.MethodPost, origin+prefix+"/", strings.NewReader(body))
		r.URL.Path = prefix + base + step
		r.Header.Set("Content-Type", contentType)
		r.AddCookie(cookie)
		rec := httptest.NewRecorder()
		b.wizard.ServeHTTP(rec, r)
		switch {
		case rec.Code >= 500:
			t.Fatalf("status %d", rec.Code)
		case rec.Code == http.StatusSeeOther:
			if !strings.HasPrefix(rec.Header().Get("Location"), prefix+"/antrag/") {
				t.Fatalf("redirected to %q", rec.Header().Get("Location"))
			}
		case !strings.Contains(rec.Body.String(), "<h1>"):
			t.Fatalf("status %d without a page", rec.Code)
		}
	})
}

func TestHostileAnswersAreShownAsText(t *testing.T) {
	b := newBench(t, nil)
	br := b.browser()
	p := br.Get(prefix+"/").Submit("Ohne Anmeldung fortfahren", nil)
	hostile := map[string]string{}
	for k, s := range person {
		hostile[k] = s
	}
	hostile["person.familienname"] = `"><script>alert(1)</script>`
	hostile["person.vornamen"] = `</textarea><img src=x onerror=alert(1)>`
	p = p.Submit(weiter, hostile).Submit(weiter, fahrzeug).SubmitFiles(weiter, nachweis, dateien)
	require.Equal(t, "Prüfen Sie Ihre Angaben", p.Heading(), "and the browser found no script on any page")
	assert.Contains(t, p.Text(), hostile["person.familienname"])
	assert.Equal(t, hostile["person.vornamen"], p.Click("Ändern: Angaben zu Ihrer Person").Value("person.vornamen"))
}

func TestNothingPersonalInTheLog(t *testing.T) {
	b := newBench(t, nil)
	br := b.browser()
	p := b.toSummary(br)
	b.fail = io.ErrUnexpectedEOF
	p.Submit(absenden, nil)
	_, err := b.db.Exec(`UPDATE draft_drafts SET sealed = x'00'`)
	require.NoError(t, err)
	assert.Equal(t, http.StatusInternalServerError, br.Get(prefix+"/antrag/"+id(p)).Status)
	require.Contains(t, b.log.String(), "unexpected EOF")
	require.Contains(t, b.log.String(), "seal broken")
	for _, s := range []string{"Mustermann", "Heidestra", "J-EN", "Schein.pdf", br.Cookies()[0].Value} {
		assert.NotContains(t, b.log.String(), s)
	}
}

func benchmarkRequest(b *testing.B, method, path string, cookie *http.Cookie, w http.Handler, body string, want int) {
	b.Helper()
	b.ReportAllocs()
	for b.Loop() {
		r := httptest.NewRequest(method, origin+path, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.AddCookie(cookie)
		rec := httptest.NewRecorder()
		w.ServeHTTP(rec, r)
		if rec.Code != want {
			b.Fatal(rec.Code)
		}
	}
}

func BenchmarkRenderStep(b *testing.B) {
	e := newBench(b, nil)
	p := e.browser().Get(prefix+"/").Submit("Ohne Anmeldung fortfahren", nil)
	benchmarkRequest(b, http.MethodGet, p.URL.Path, p.Cookies()[0], e.wizard, "", http.StatusOK)
}

func BenchmarkPostStep(b *testing.B) {
	e := newBench(b, nil)
	p := e.browser().Get(prefix+"/").Submit("Ohne Anmeldung fortfahren", nil)
	v := url.Values{"_token": {p.Value("_token")}}
	for k, s := range person {
		v.Set(k, s)
	}
	p.Submit(weiter, person)
	benchmarkRequest(b, http.MethodPost, p.URL.Path, p.Cookies()[0], e.wizard, v.Encode(), http.StatusSeeOther)
}

func BenchmarkRenderSummary(b *testing.B) {
	e := newBench(b, nil)
	p := e.toSummary(e.browser())
	benchmarkRequest(b, http.MethodGet, p.URL.Path, p.Cookies()[0], e.wizard, "", http.StatusOK)
}
