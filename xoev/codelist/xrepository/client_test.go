package xrepository

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev/codelist"
)

const genericodePath = "/api/xrepository/" + listKennung + "_1:technischerBestandteilGenericode"

func TestNewPinsTheHost(t *testing.T) {
	for _, good := range []string{BaseURL, BaseURL + "/", "http://localhost:1/api", "http://127.0.0.2/api", "http://[::1]:8080", "https://spiegel.musterstadt.example/x"} {
		_, err := New(good, nil)
		assert.NoError(t, err, good)
	}
	for _, bad := range []string{"", "/api", "http://www.xrepository.de/api", "ftp://localhost/", "https://", "https://user:x@www.xrepository.de/api",
		"https://www.xrepository.de/api?x=1", "https://www.xrepository.de/api#x", "https:www.xrepository.de", "http://localhost.example/", "http://127.0.0.1.example", ":", "http://10.0.0.1/"} {
		c, err := New(bad, nil)
		assert.ErrorIs(t, err, ErrHost, bad)
		assert.Nil(t, c)
	}
}

func TestMetadaten(t *testing.T) {
	f := newFake(t)
	f.answer("/api/xrepository/"+listKennung+"/metadaten", "application/json", []byte(`{"kennung":"`+listKennung+`","version":null,
		"zeitpunktLetzteBearbeitung":"2025-01-17T10:11:12.345+0100","alleVersionsKennungen":["`+listKennung+`_1"],"unbekannt":{"a":[1]},
		"referenzen":[{"typ":"VERSION_CODELISTE","kennung":"`+listKennung+`_1","version":"1","statusVerwendung":"AKTUELL","zeitpunktLetzteBearbeitung":"2025-01-17T09:11:12Z"}],
		"dokumente":[{"dokumentenkategorie":"XSD","kennung":"urn:d","name":"n","datei":[{"kennung":"urn:d:x","mimeType":"application/zip"}]}]}`))
	m, err := f.client(t, nil).Metadaten(t.Context(), listKennung)
	require.NoError(t, err)
	at := time.Date(2025, 1, 17, 9, 11, 12, 345e6, time.UTC)
	assert.True(t, m.ZeitpunktLetzteBearbeitung.Equal(at), m.ZeitpunktLetzteBearbeitung)
	assert.Equal(t, []string{listKennung + "_1"}, m.AlleVersionsKennungen)
	require.Len(t, m.Referenzen, 1)
	assert.Equal(t, TypVersionCodeliste, m.Referenzen[0].Typ)
	assert.True(t, m.Referenzen[0].ZeitpunktLetzteBearbeitung.Equal(at.Truncate(time.Second)))
	assert.Equal(t, []Dokument{{"XSD", "urn:d", "n", []Datei{{"urn:d:x", "application/zip"}}}}, m.Dokumente)
	assert.Equal(t, "*/*", f.first().Header.Get("Accept"))
	assert.Equal(t, "bausteine-egov", f.first().Header.Get("User-Agent"))
}

func TestGueltigeVersion(t *testing.T) {
	const head = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>`
	cases := []struct{ name, body, want string }{
		{"XML", head + `<dat:VersionCodeliste xmlns:dat="urn:d"><dat:name>x</dat:name><dat:kennung>` + listKennung + `_20240925-0</dat:kennung><dat:codeliste><dat:kennung>` + listKennung + `</dat:kennung></dat:codeliste></dat:VersionCodeliste>`, "20240925-0"},
		{"another prefix", `<VersionCodeliste xmlns="urn:d"><kennung> ` + listKennung + `_3 </kennung></VersionCodeliste>`, "3"},
		{"JSON", `{"kennung":"` + listKennung + `_2022-08-01","version":"2022-08-01"}`, "2022-08-01"},
		{"another list", `{"kennung":"urn:de:other_1"}`, ""},
		{"list without version", `{"kennung":"` + listKennung + `"}`, ""},
		{"empty version", `{"kennung":"` + listKennung + `_"}`, ""},
		{"JSON without kennung", `{}`, ""},
		{"kennung of another namespace", `<d:VersionCodeliste xmlns:d="urn:d"><kennung>` + listKennung + `_3</kennung></d:VersionCodeliste>`, ""},
		{"two kennungen", `<V:VersionCodeliste xmlns:V="urn:d"><V:kennung>` + listKennung + `_3</V:kennung><V:kennung>` + listKennung + `_4</V:kennung></V:VersionCodeliste>`, ""},
		{"another root", `<VersionStandard><kennung>` + listKennung + `_3</kennung></VersionStandard>`, ""},
		{"entities", `<!DOCTYPE a [<!ENTITY x "` + listKennung + `_3">]><VersionCodeliste><kennung>&x;</kennung></VersionCodeliste>`, ""},
		{"cut off", `<VersionCodeliste><kennung>` + listKennung + `_3</kennung>`, ""},
		{"a web page", `<html><body>Wartung</body></html>`, ""},
		{"nothing", ``, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			f := newFake(t)
			f.answer("/api/codeliste/"+listKennung+"/gueltigeVersion", "text/plain", []byte(c.body))
			v, err := f.client(t, nil).GueltigeVersion(t.Context(), listKennung)
			if c.want == "" {
				assert.ErrorIs(t, err, ErrFormat)
				assert.Zero(t, v)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, version(c.want), v)
		})
	}
}

func TestGenericodeAtBothAddresses(t *testing.T) {
	placeholder := func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusNotFound)
		w.Write([]byte(`{"fehler":"NUR PLATZHALTER GEFUNDEN","meldung":"geheim"}`))
	}
	hidden := func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusNotFound)
		w.Write([]byte(`{"fehler":"NICHT SICHTBAR"}`))
	}
	second := "/api/version_codeliste/" + listKennung + "_1/genericode"
	t.Run("first", func(t *testing.T) {
		f := newFake(t)
		f.answer(genericodePath, "application/json", []byte(list("1")))
		b, err := f.client(t, nil).Genericode(t.Context(), version("1"))
		require.NoError(t, err)
		assert.Equal(t, list("1"), string(b))
		assert.EqualValues(t, 1, f.requests.Load())
	})
	t.Run("second", func(t *testing.T) {
		f := newFake(t)
		f.handle(genericodePath, placeholder)
		f.answer(second, "application/octet-stream", []byte("\ufeff \n<x/>"))
		b, err := f.client(t, nil).Genericode(t.Context(), version("1"))
		require.NoError(t, err)
		assert.Equal(t, "\ufeff \n<x/>", string(b))
	})
	for name, h := range map[string]http.HandlerFunc{"placeholder": placeholder, "hidden": hidden} {
		t.Run(name, func(t *testing.T) {
			f := newFake(t)
			f.handle("/", h)
			b, err := f.client(t, nil).Genericode(t.Context(), version("1"))
			assert.ErrorIs(t, err, ErrNotAvailable)
			assert.NotErrorIs(t, err, ErrNotFound)
			assert.NotContains(t, err.Error(), "geheim")
			assert.Nil(t, b)
			assert.EqualValues(t, 2, f.requests.Load(), "404 is final")
		})
	}
	t.Run("unknown", func(t *testing.T) {
		f := newFake(t)
		_, err := f.client(t, nil).Genericode(t.Context(), version("1"))
		assert.ErrorIs(t, err, ErrNotFound)
		assert.NotErrorIs(t, err, ErrNotAvailable)
	})
	t.Run("JSON instead", func(t *testing.T) {
		f := newFake(t)
		f.answer(genericodePath, "application/xml", []byte(`{"daten":[]}`))
		_, err := f.client(t, nil).Genericode(t.Context(), version("1"))
		assert.ErrorIs(t, err, ErrFormat)
	})
}

func TestKennungThatCannotBeAsked(t *testing.T) {
	f := newFake(t)
	c := f.client(t, nil)
	for _, k := range []string{"", "urn:", "farbe", "..", "urn:de:a/../../b", "urn:de:a?x=1", "urn:de:a#x", "urn:de:a b", "urn:de:%2e%2e", "urn:de:ä", `urn:de:a\b`, "urn:de:\x00"} {
		_, err := c.Metadaten(t.Context(), k)
		assert.ErrorIs(t, err, ErrKennung, k)
		_, err = c.GueltigeVersion(t.Context(), k)
		assert.ErrorIs(t, err, ErrKennung, k)
		_, err = c.Genericode(t.Context(), codelist.VersionKennung{Kennung: "urn:de:a", Version: k + " "})
		assert.ErrorIs(t, err, ErrKennung, k)
	}
	assert.Zero(t, f.requests.Load())
}

func TestArchives(t *testing.T) {
	f := newFake(t)
	lists := archive(t, "Farben der Stadt_1.xml", list("1"), "Überfarben_2.xml", list("2"))
	f.answer("/api/version_standard/"+standardV1+"/genutzteAktuelleCodelisten", "application/json", lists)
	f.answer("/api/xrepository/"+standardV1+":xmlschema", "application/json", archive(t, "xmuster.xsd", "<xs/>", "d/typen.xsd", "<xs/>"))
	v, ok := codelist.ParseVersionKennung(standardV1)
	require.True(t, ok)
	var last int64
	c := f.client(t, &Options{Progress: func(_ string, read, total int64) {
		last = read
		assert.EqualValues(t, len(lists), total)
	}})
	z, err := c.GenutzteAktuelleCodelisten(t.Context(), v)
	require.NoError(t, err)
	assert.Equal(t, []string{"Farben der Stadt_1.xml", "Überfarben_2.xml"}, z.Names())
	assert.EqualValues(t, len(lists), last)
	b, err := fs.ReadFile(z, "Überfarben_2.xml")
	require.NoError(t, err)
	assert.Equal(t, list("2"), string(b))

	z, err = f.client(t, nil).XMLSchema(t.Context(), v)
	require.NoError(t, err)
	assert.Equal(t, []string{"xmuster.xsd", "d/typen.xsd"}, z.Names())

	_, err = f.client(t, &Options{ZIP: codelist.ZIPLimits{MaxBytes: 100}}).XMLSchema(t.Context(), v)
	assert.ErrorIs(t, err, ErrTooLarge)
}

func TestArchivesThatAreNone(t *testing.T) {
	v, _ := codelist.ParseVersionKennung(standardV1)
	path := "/api/xrepository/" + standardV1 + ":xmlschema"
	for name, body := range map[string][]byte{
		"error text with status 200": []byte(`{"fehler":"INTERN"}`),
		"web page":                   []byte("<html>"),
		"nothing":                    nil,
	} {
		f := newFake(t)
		f.answer(path, "application/zip", body)
		z, err := f.client(t, nil).XMLSchema(t.Context(), v)
		assert.ErrorIs(t, err, ErrFormat, name)
		assert.Nil(t, z)
	}
	f := newFake(t)
	f.answer(path, "application/zip", archive(t, "../../x.xsd", "x"))
	_, err := f.client(t, nil).XMLSchema(t.Context(), v)
	assert.ErrorContains(t, err, "ZIP-004")
}

func TestSuche(t *testing.T) {
	f := newFake(t)
	var asked map[string]any
	f.handle("POST /api/xrepository/suche", func(w http.ResponseWriter, r *http.Request) {
		if json.NewDecoder(r.Body).Decode(&asked) != nil {
			w.WriteHeader(http.StatusBadRequest)
		}
		w.Write([]byte(`{"total":2,"hits":[{"typ":"STANDARD","kennung":"urn:a","i18n":{"nameKurz":"A","de":{"nameLang":"Standard A"}},"zeitpunktLetzteBearbeitung":"2025-01-17T10:11:12.345+0100","referenzen":[{"typ":"VERSION_STANDARD","kennung":"urn:a_1","statusVerwendung":"AKTUELL","statusFassung":"ENDFASSUNG"}]},{"typ":"STANDARD","kennung":"urn:b","i18n":{"no-lang":{"nameKurz":"B"}}}]}`))
	})
	got, err := f.client(t, nil).Suche(t.Context(), `Muster "x"`, 1, 1000)
	require.NoError(t, err)
	assert.Equal(t, map[string]any{"typen": []any{"STANDARD"}, "match": `Muster "x"`}, asked)
	assert.Equal(t, "page=1&size=100&sort=zeitpunktLetzteBearbeitung+DESC", f.first().URL.RawQuery)
	assert.Equal(t, 2, got.Gesamt)
	require.Len(t, got.Treffer, 2)
	assert.Equal(t, [4]string{"urn:a", "A", "Standard A", "AKTUELL"}, [4]string{got.Treffer[0].Kennung, got.Treffer[0].NameKurz, got.Treffer[0].NameLang, got.Treffer[0].Referenzen[0].StatusVerwendung})
	assert.Equal(t, "B", got.Treffer[1].NameKurz)

	for body, ok := range map[string]bool{`[{"kennung":"urn:a"}]`: true, `{"hits":[]}`: true, `{}`: false, `{"hits":3}`: false, ``: false, `null`: false} {
		f := newFake(t)
		f.answer("/", "application/json", []byte(body))
		got, err := f.client(t, nil).Suche(t.Context(), "x", 0, 10, TypCodeliste)
		if ok {
			require.NoError(t, err, body)
			assert.Equal(t, -1, got.Gesamt)
		} else {
			assert.ErrorIs(t, err, ErrFormat, body)
			assert.Nil(t, got)
		}
	}
}

func TestEntityTags(t *testing.T) {
	f := newFake(t)
	f.handle("/", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `"v1"`)
		if r.Header.Get("If-None-Match") == `"v1"` {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		w.Write([]byte(list("1")))
	})
	cache := &MemoryCache{}
	c := f.client(t, &Options{Cache: cache})
	for range 3 {
		b, err := c.Genericode(t.Context(), version("1"))
		require.NoError(t, err)
		assert.Equal(t, list("1"), string(b))
	}
	assert.EqualValues(t, 3, f.requests.Load())
	_, body, ok := cache.Load(f.URL + "/api/xrepository/" + listKennung + "_1:technischerBestandteilGenericode")
	assert.True(t, ok)
	assert.Equal(t, list("1"), string(body))

	other := newFake(t)
	other.handle("/", func(w http.ResponseWriter, r *http.Request) {
		assert.Empty(t, r.Header.Get("If-None-Match"), "a tag is no business of another service")
		w.Write([]byte(list("other")))
	})
	b, err := other.client(t, &Options{Cache: cache}).Genericode(t.Context(), version("1"))
	require.NoError(t, err)
	assert.Equal(t, list("other"), string(b))

	small := &MemoryCache{MaxBytes: 5}
	small.Save("/a", "1", []byte("1234"))
	small.Save("/b", "1", []byte("56"))
	small.Save("/a", "2", []byte("abcde"))
	_, _, ok = small.Load("/b")
	assert.False(t, ok)
	tag, body, ok := small.Load("/a")
	assert.Equal(t, "2abcdetrue", tag+string(body)+map[bool]string{true: "true"}[ok])

	f = newFake(t)
	f.handle("/", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotModified) })
	_, err = f.client(t, nil).Genericode(t.Context(), version("1"))
	var status *StatusError
	require.ErrorAs(t, err, &status, "nobody asked whether it was modified")
	assert.Equal(t, http.StatusNotModified, status.Code)
}

func TestContextOfTheCaller(t *testing.T) {
	f := newFake(t)
	ctx, cancel := context.WithCancel(t.Context())
	f.handle("/", func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
	})
	c := f.client(t, nil)
	_, err := c.Metadaten(ctx, listKennung)
	assert.ErrorIs(t, err, context.Canceled)
	assert.EqualValues(t, 1, f.requests.Load(), "nothing is repeated after the context's end")

	done, stop := context.WithCancelCause(t.Context())
	why := errors.New("why")
	stop(why)
	_, err = c.Metadaten(done, listKennung)
	assert.ErrorIs(t, err, why)
	assert.EqualValues(t, 1, f.requests.Load())
}
