package formstest_test

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/forms/formstest"
)

// children is a service with one repeated group. Careless is what it does with
// the index or the action of a request that it should not trust.
type children struct {
	careful  *service
	entries  int
	careless func(s *children, w http.ResponseWriter, r *http.Request) (answered bool)
	posts    int
}

func (s *children) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var b strings.Builder
	b.WriteString(`<fieldset><legend>Kinder</legend>`)
	for i := range s.entries {
		fmt.Fprintf(&b, `<fieldset><legend>Kind %d</legend><label for="k%d">Vorname</label><input type="text" id="k%d" name="a.kind[%d].name" value="x">`+
			`<button type="submit" name="_aktion" value="entfernen:a.kind[%d]">Kind %d entfernen</button></fieldset>`, i+1, i, i, i, i, i+1)
	}
	b.WriteString(`<button type="submit" name="_aktion" value="hinzufuegen:a.kind">Kind hinzufügen</button></fieldset><button type="submit">`)
	s.careful.body = strings.Replace(page, `<button type="submit" name="knopf" value="ja">`, b.String(), 1)
	if r.Method == http.MethodPost && r.Header.Get("Content-Type") == "application/x-www-form-urlencoded" && r.Header.Get("Sec-Fetch-Site") == "same-origin" {
		r.Body = http.MaxBytesReader(w, r.Body, 1<<20)
		if r.ParseForm() == nil && len(r.PostForm["_token"]) == 1 && r.PostForm.Get("_token") == "gut" && len(r.PostForm["n"]) == 1 {
			s.posts++
			if s.careless != nil && s.careless(s, w, r) {
				return
			}
		}
	}
	s.careful.ServeHTTP(w, r)
}

// index of the first entry that a request names beyond those that are there.
func (s *children) beyond(r *http.Request) int {
	for name := range r.PostForm {
		_, rest, _ := strings.Cut(name, "[")
		number, _, ok := strings.Cut(rest, "]")
		if i, err := strconv.Atoi(number); ok && err == nil && (i >= s.entries || i < 0) {
			return i
		}
	}
	return 0
}

func TestAttackKnowsEntries(t *testing.T) {
	for entries := range 3 {
		s := &children{careful: careful(), entries: entries}
		p := formstest.New(t, origin, formstest.Transport(s)).Get("/")
		assert.Greater(t, p.Attack(), 100)
		assert.Greater(t, s.posts, 100)
		assert.Equal(t, entries, s.entries)
	}
}

func TestAttackFindsCarelessEntries(t *testing.T) {
	action := func(r *http.Request, prefix string) (string, bool) {
		return strings.CutPrefix(r.PostForm.Get("_aktion"), prefix)
	}
	for name, c := range map[string]struct {
		careless func(s *children, w http.ResponseWriter, r *http.Request) bool
		want     string
	}{
		"an answer makes its entry": {func(s *children, _ http.ResponseWriter, r *http.Request) bool {
			if i := s.beyond(r); i > 0 && i < 10 {
				s.entries = i + 1
			}
			return false
		}, "entries"},
		"an answer makes all entries up to it": {func(s *children, w http.ResponseWriter, r *http.Request) bool {
			if i := s.beyond(r); i > 1000 {
				_, _ = w.Write([]byte(s.careful.body + strings.Repeat(" ", min(i, 1<<20))))
				return true
			}
			return false
		}, "bytes"},
		"negative index": {func(s *children, w http.ResponseWriter, r *http.Request) bool {
			if s.beyond(r) < 0 {
				w.WriteHeader(http.StatusInternalServerError)
				return true
			}
			return false
		}, "500"},
		"leading zero removes": {func(s *children, _ http.ResponseWriter, r *http.Request) bool {
			if entry, ok := action(r, "entfernen:a.kind["); ok && entry == "00]" && s.entries > 0 {
				s.entries--
			}
			return false
		}, "entries"},
		"removing what is not there removes the last": {func(s *children, _ http.ResponseWriter, r *http.Request) bool {
			if _, ok := action(r, "entfernen:"); ok && s.entries > 0 {
				s.entries--
			}
			return false
		}, "entries"},
		"any action adds": {func(s *children, _ http.ResponseWriter, r *http.Request) bool {
			if _, ok := action(r, "hinzufuegen:"); ok {
				s.entries++
			}
			return false
		}, "entries"},
		"an unknown action is answered with nothing": {func(_ *children, _ http.ResponseWriter, r *http.Request) bool {
			_, ok := action(r, "aendern:")
			return ok
		}, "not answered with a page"},
	} {
		t.Run(name, func(t *testing.T) {
			s := &children{careful: careful(), entries: 1, careless: c.careless}
			r := &recorder{TB: t}
			failures := r.run(func() { formstest.New(r, origin, formstest.Transport(s)).Get("/").Attack() })
			require.NotEmpty(t, failures)
			assert.Contains(t, strings.Join(failures, "\n"), c.want)
		})
	}
}
