package forms_test

import (
	"bytes"
	"errors"
	"fmt"
	"mime/multipart"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"

	"github.com/bausteine/egov/forms"
)

type posted struct {
	S struct {
		Text    string      `label:"Text"`
		Lang    string      `label:"Lang" widget:"textarea"`
		Datum   *forms.Date `label:"Datum"`
		Tag     forms.Date  `label:"Tag" widget:"text"`
		Zahl    int         `label:"Zahl"`
		Ja      bool        `label:"Ja"`
		Frage   *bool       `label:"Frage"`
		Wahl    string      `label:"Wahl" options:"1=Eins|2=Zwei"`
		Mehrere []string    `label:"Mehrere" options:"1=Eins|2=Zwei"`
		IBAN    string      `label:"IBAN" validate:"iban"`
		Kfz     string      `label:"Kfz" validate:"kfzkennzeichen"`
		Datei   forms.File  `label:"Datei" accept:"application/pdf,text/plain" maxsize:"2KB"`
	} `step:"s" title:"S"`
	T struct {
		X string `label:"X"`
	} `step:"t" title:"T"`
}

func postedForm(t testing.TB, o *forms.Options) *forms.Form {
	t.Helper()
	form, err := forms.New("S1", "1.0", posted{}, o)
	require.NoError(t, err)
	return form
}

func TestDecode(t *testing.T) {
	form := postedForm(t, nil)
	for _, tt := range []struct {
		name, path string
		posted     url.Values
		want       forms.Value
	}{
		{"text is trimmed", "s.text", url.Values{"s.text": {"  a  b\t"}}, forms.Text("a  b")},
		{"text becomes NFC", "s.text", url.Values{"s.text": {"Mu\u0308ller"}}, forms.Text("Müller")},
		{"invisible characters go", "s.text", url.Values{"s.text": {"\ufeffa\u200bb\u00adc\u202ed\u2060\x07"}}, forms.Text("abcd")},
		{"spaces become plain", "s.text", url.Values{"s.text": {"a\u00a0b\u2009c"}}, forms.Text("a b c")},
		{"one line stays one line", "s.text", url.Values{"s.text": {"a\r\nb"}}, forms.Text("a b")},
		{"letters of DIN 91379 stay", "s.text", url.Values{"s.text": {"Ș̌ ḱ ʿ ẞ"}}, forms.Text("Ș̌ ḱ ʿ ẞ")},
		{"blank is empty", "s.text", url.Values{"s.text": {" \u200b "}}, forms.Text("")},
		{"not posted is absent", "s.text", url.Values{}, forms.Value{}},
		{"line ends become LF", "s.lang", url.Values{"s.lang": {"a\r\nb\rc\n\u2028d\n"}}, forms.Text("a\nb\nc\n\nd")},
		{"date in three inputs", "s.datum", url.Values{"s.datum.tag": {"3"}, "s.datum.monat": {"04"}, "s.datum.jahr": {" 2026 "}}, forms.Text("2026-04-03")},
		{"date in one input", "s.tag", url.Values{"s.tag": {"03.04.2026"}}, forms.Text("2026-04-03")},
		{"date where three inputs were", "s.datum", url.Values{"s.datum": {"3.4.2026"}}, forms.Text("2026-04-03")},
		{"date in pieces", "s.datum", url.Values{"s.datum.tag": {"3"}, "s.datum.monat": {""}, "s.datum.jahr": {"2026"}}, forms.Text("3..2026")},
		{"no such day", "s.datum", url.Values{"s.datum.tag": {"31"}, "s.datum.monat": {"2"}, "s.datum.jahr": {"2026"}}, forms.Text("31.2.2026")},
		{"blank date", "s.datum", url.Values{"s.datum.tag": {""}, "s.datum.monat": {" "}, "s.datum.jahr": {""}}, forms.Text("")},
		{"text for a date", "s.tag", url.Values{"s.tag": {"morgen"}}, forms.Text("morgen")},
		{"number", "s.zahl", url.Values{"s.zahl": {"+007"}}, forms.Text("7")},
		{"number in groups", "s.zahl", url.Values{"s.zahl": {"1.234.567"}}, forms.Text("1234567")},
		{"number in other groups", "s.zahl", url.Values{"s.zahl": {"12 345"}}, forms.Text("12345")},
		{"no groups", "s.zahl", url.Values{"s.zahl": {"1.5"}}, forms.Text("1.5")},
		{"negative", "s.zahl", url.Values{"s.zahl": {"-0"}}, forms.Text("0")},
		{"zero", "s.zahl", url.Values{"s.zahl": {"0"}}, forms.Text("0")},
		{"box ticked", "s.ja", url.Values{"s.ja": {"on"}}, forms.Text("true")},
		{"box not ticked", "s.ja", url.Values{}, forms.Text("false")},
		{"question answered", "s.frage", url.Values{"s.frage": {"false"}}, forms.Text("false")},
		{"question not answered", "s.frage", url.Values{}, forms.Value{}},
		{"choice", "s.wahl", url.Values{"s.wahl": {"2"}}, forms.Text("2")},
		{"unknown choice is kept", "s.wahl", url.Values{"s.wahl": {"9"}}, forms.Text("9")},
		{"multiple choice", "s.mehrere", url.Values{"s.mehrere": {"2", "1", "2"}}, forms.List("2", "1")},
		{"nothing chosen", "s.mehrere", url.Values{}, forms.List()},
		{"IBAN", "s.iban", url.Values{"s.iban": {"de89 3704 0044 0532 0130 00"}}, forms.Text("DE89370400440532013000")},
		{"wrong IBAN is kept as typed", "s.iban", url.Values{"s.iban": {"de89 3704"}}, forms.Text("de89 3704")},
		{"Kennzeichen", "s.kfz", url.Values{"s.kfz": {"j en 123"}}, forms.Text("J-EN 123")},
		{"other steps are ignored", "t.x", url.Values{"t.x": {"a"}}, forms.Value{}},
		{"unknown fields are ignored", "s.unbekannt", url.Values{"s.unbekannt": {"a"}}, forms.Value{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a, err := form.Decode("s", tt.posted, forms.Answers{})
			require.NoError(t, err)
			got := a.Get(tt.path)
			assert.True(t, tt.want.Equal(got), "%q %q", got.Text(), got.List())
		})
	}
}

func TestDecodeKeepsWhatWasNotPosted(t *testing.T) {
	form := postedForm(t, nil)
	prev := forms.Answers{}.With("s.text", forms.Text("alt")).With("s.wahl", forms.Text("1")).
		With("s.mehrere", forms.List("1")).With("t.x", forms.Text("bleibt")).With("s.datei", file("a.pdf", "application/pdf", 1))
	a, err := form.Decode("s", url.Values{"s.text": {""}}, prev)
	require.NoError(t, err)
	assert.True(t, a.Get("s.text").Empty())
	assert.Equal(t, "1", a.Get("s.wahl").Text())
	assert.True(t, a.Get("s.mehrere").Empty())
	assert.Equal(t, "bleibt", a.Get("t.x").Text())
	assert.True(t, a.Get("s.datei").Answered())
	assert.Equal(t, "alt", prev.Get("s.text").Text(), "the previous answers are untouched")
	a, err = form.Decode("s", url.Values{"s.datei.entfernen": {"on"}}, prev)
	require.NoError(t, err)
	assert.True(t, a.Get("s.datei").Empty())
}

func TestDecodeErrors(t *testing.T) {
	form := postedForm(t, &forms.Options{Limits: forms.Limits{Fields: 5, ValueBytes: 20, TotalBytes: 60}})
	for _, tt := range []struct {
		name, step, code, path string
		status                 int
		fail, pass             url.Values
	}{
		{"no such step", "x", forms.DecodeUnknownStep, "", 404, url.Values{}, nil},
		{"not UTF-8", "s", forms.DecodeInvalidUTF8, "s.text", 400, url.Values{"s.text": {"\xff"}}, url.Values{"s.text": {"\u00ff"}}},
		{"name not UTF-8", "s", forms.DecodeInvalidUTF8, "", 400, url.Values{"\xff": {"a"}}, url.Values{"ÿ": {"a"}}},
		{"NUL", "s", forms.DecodeNUL, "s.text", 400, url.Values{"s.text": {"a\x00"}}, url.Values{"s.text": {"a\x01"}}},
		{"NUL in an unknown field", "s", forms.DecodeNUL, "", 400, url.Values{"x": {"\x00"}}, url.Values{"x": {"0"}}},
		{"posted twice", "s", forms.DecodeRepeated, "s.text", 400, url.Values{"s.text": {"a", "a"}}, url.Values{"s.mehrere": {"1", "1"}}},
		{"day posted twice", "s", forms.DecodeRepeated, "s.datum", 400, url.Values{"s.datum.tag": {"1", "2"}}, url.Values{"s.datum.tag": {"1"}}},
		{"too many fields", "s", forms.DecodeTooManyFields, "", 413, url.Values{"a": nil, "b": nil, "c": nil, "d": nil, "e": nil, "f": nil}, url.Values{"a": nil, "b": nil, "c": nil, "d": nil, "e": nil}},
		{"too many values", "s", forms.DecodeTooManyFields, "", 413, url.Values{"s.mehrere": {"1", "2", "1", "2", "1", "2"}}, url.Values{"s.mehrere": {"1", "2", "1", "2", "1"}}},
		{"value too large", "s", forms.DecodeValueTooLarge, "s.text", 413, url.Values{"s.text": {strings.Repeat("x", 21)}}, url.Values{"s.text": {strings.Repeat("x", 20)}}},
		{"all too large", "s", forms.DecodeTooLarge, "", 413, url.Values{strings.Repeat("x", 61): nil}, url.Values{strings.Repeat("x", 60): nil}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a, err := form.Decode(tt.step, tt.fail, forms.Answers{}.With("s.text", forms.Text("a")))
			var e *forms.DecodeError
			require.True(t, errors.As(err, &e), "%v", err)
			assert.Equal(t, tt.code, e.Code)
			assert.Equal(t, tt.status, e.Status)
			assert.Equal(t, tt.path, e.Path)
			assert.Contains(t, err.Error(), tt.code)
			assert.Zero(t, a.Len())
			if tt.pass != nil {
				_, err = form.Decode(tt.step, tt.pass, forms.Answers{})
				require.NoError(t, err)
			}
		})
	}
}

type part struct{ field, name, content string }

// multipartOf reads the parts as a server would.
func multipartOf(t testing.TB, parts ...part) *multipart.Form {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for _, p := range parts {
		var err error
		if p.name == "" && p.content != "" {
			err = w.WriteField(p.field, p.content)
		} else {
			out, createErr := w.CreateFormFile(p.field, p.name)
			require.NoError(t, createErr)
			_, err = out.Write([]byte(p.content))
		}
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	r := httptest.NewRequest("POST", "/", &b)
	r.Header.Set("Content-Type", w.FormDataContentType())
	require.NoError(t, r.ParseMultipartForm(1<<20))
	return r.MultipartForm
}

func TestDecodeMultipart(t *testing.T) {
	form := postedForm(t, nil)
	pdf := "%PDF-1.7\n"
	for _, tt := range []struct {
		name    string
		part    part
		want    string // name of the file
		code    string
		uploads int
	}{
		{"accepted", part{"s.datei", "Nachweis.pdf", pdf}, "Nachweis.pdf", "", 1},
		{"path in the name", part{"s.datei", `C:\Eigene Dateien\..\a<b>.pdf`, pdf}, "ab.pdf", "", 1},
		{"text", part{"s.datei", "a.txt", "Grüße"}, "a.txt", "", 1},
		{"wrong ending", part{"s.datei", "a.html", pdf}, "a.html", "FILE_TYPE", 0},
		{"content of another type", part{"s.datei", "a.pdf", "MZ\x90\x00"}, "a.pdf", "FILE_TYPE", 0},
		{"web page as text", part{"s.datei", "a.txt", "<html><script>"}, "a.txt", "FILE_TYPE", 0},
		{"too large", part{"s.datei", "a.pdf", pdf + strings.Repeat("x", 2048)}, "a.pdf", "FILE_SIZE", 0},
		{"empty", part{"s.datei", "a.pdf", ""}, "a.pdf", "FILE_EMPTY", 0},
		{"no name", part{"s.datei", "..", "abc"}, "datei", "FILE_TYPE", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a, uploads, err := form.DecodeMultipart("s", multipartOf(t, tt.part, part{"s.text", "", "ä"}), forms.Answers{})
			require.NoError(t, err)
			assert.Equal(t, "ä", a.Get("s.text").Text())
			got, ok := a.Get("s.datei").File()
			require.True(t, ok)
			assert.Equal(t, tt.want, got.Name)
			require.Len(t, uploads, tt.uploads)
			code := ""
			for _, e := range form.Validate(a, "s") {
				code = e.Code
			}
			assert.Equal(t, tt.code, code)
			if tt.uploads == 1 {
				assert.Equal(t, tt.part.content, string(uploads[0].Content))
				assert.Equal(t, got, uploads[0].File)
				assert.Equal(t, got.SHA256, got.Blob)
				assert.Equal(t, int64(len(tt.part.content)), got.Size)
			} else {
				assert.Empty(t, got.Blob)
			}
		})
	}
	t.Run("spooled file is gone", func(t *testing.T) {
		var b bytes.Buffer
		w := multipart.NewWriter(&b)
		out, err := w.CreateFormFile("s.datei", "a.pdf")
		require.NoError(t, err)
		_, err = out.Write([]byte(pdf))
		require.NoError(t, err)
		require.NoError(t, w.Close())
		spooled, err := multipart.NewReader(&b, w.Boundary()).ReadForm(0)
		require.NoError(t, err)
		require.NoError(t, spooled.RemoveAll())
		_, _, err = form.DecodeMultipart("s", spooled, forms.Answers{})
		var e *forms.DecodeError
		require.True(t, errors.As(err, &e))
		assert.Equal(t, forms.DecodeUnreadableFile, e.Code)
		assert.Error(t, e.Unwrap())
	})
	t.Run("nothing posted", func(t *testing.T) {
		_, uploads, err := form.DecodeMultipart("s", nil, forms.Answers{})
		require.NoError(t, err)
		assert.Empty(t, uploads)
	})
	t.Run("larger than any file may be", func(t *testing.T) {
		small := postedForm(t, &forms.Options{Limits: forms.Limits{FileBytes: 5}})
		_, _, err := small.DecodeMultipart("s", multipartOf(t, part{"s.datei", "a.pdf", pdf}), forms.Answers{})
		var e *forms.DecodeError
		require.True(t, errors.As(err, &e))
		assert.Equal(t, 413, e.Status)
	})
	t.Run("left blank keeps the file", func(t *testing.T) {
		prev := forms.Answers{}.With("s.datei", file("alt.pdf", "application/pdf", 5))
		a, uploads, err := form.DecodeMultipart("s", multipartOf(t, part{"s.datei", "", ""}), prev)
		require.NoError(t, err)
		assert.Empty(t, uploads)
		assert.True(t, prev.Get("s.datei").Equal(a.Get("s.datei")))
	})
	for name, parts := range map[string][]part{
		forms.DecodeRepeated:    {{"s.datei", "a.pdf", pdf}, {"s.datei", "b.pdf", pdf}},
		forms.DecodeInvalidUTF8: {{"s.text", "", "\xff"}},
	} {
		_, _, err := form.DecodeMultipart("s", multipartOf(t, parts...), forms.Answers{})
		var e *forms.DecodeError
		require.True(t, errors.As(err, &e))
		assert.Equal(t, name, e.Code)
	}
}

func TestLongFileNamesKeepTheirEnding(t *testing.T) {
	got := forms.NewFile(strings.Repeat("ä", 300)+".pdf", nil)
	assert.Equal(t, 120, utf8.RuneCountInString(got.Name))
	assert.True(t, strings.HasSuffix(got.Name, ".pdf"))
}

func TestDateParts(t *testing.T) {
	for in, want := range map[string][3]string{
		"2026-04-03": {"3", "4", "2026"},
		"3..2026":    {"3", "", "2026"},
		"31.2.2026":  {"31", "2", "2026"},
		"":           {"", "", ""},
		"morgen":     {"morgen", "", ""},
	} {
		day, month, year := forms.DateParts(forms.Text(in))
		assert.Equal(t, want, [3]string{day, month, year}, in)
	}
}

func TestParse(t *testing.T) {
	form := postedForm(t, nil)
	for path, tt := range map[string]struct {
		in   string
		want forms.Value
	}{
		"s.text":    {" Mu\u0308ller\x00\xff", forms.Text("Müller")},
		"s.datum":   {"12.8.1964", forms.Text("1964-08-12")},
		"s.zahl":    {"007", forms.Text("7")},
		"s.frage":   {"Ja", forms.Text("true")},
		"s.iban":    {"de89 3704 0044 0532 0130 00", forms.Text("DE89370400440532013000")},
		"s.mehrere": {"1", forms.List("1")},
		"s.datei":   {"a.pdf", forms.Value{}},
		"s.wahl":    {"", forms.Text("")},
	} {
		assert.True(t, tt.want.Equal(form.Parse(form.Field(path), tt.in)), path)
	}
}

func FuzzDecode(f *testing.F) {
	form := postedForm(f, nil)
	f.Add("s.text=a&s.datum.tag=3&s.datum.monat=4&s.datum.jahr=2026")
	f.Add("s.mehrere=1&s.mehrere=2&s.ja=on&s.zahl=1.000&s.iban=DE89370400440532013000")
	f.Add("s.text=%ff&s.lang=a%0d%0ab%E2%80%8B")
	f.Add("s.datum.tag=. 0&s.datum.monat=e.%CC%81")
	f.Add("s.text=e%CC%81&s.kfz=j+en+1&s.wahl=9&s.frage=ja")
	f.Fuzz(func(t *testing.T, query string) {
		values, err := url.ParseQuery(query)
		if err != nil {
			return
		}
		a, err := form.Decode("s", values, forms.Answers{})
		if err != nil {
			var e *forms.DecodeError
			if a.Len() != 0 || !errors.As(err, &e) || e.Status < 400 {
				t.Fatalf("%v with %d answers", err, a.Len())
			}
			return
		}
		for _, e := range form.Validate(a) {
			if e.Code == "" || e.Message == "" || form.Field(e.Path) == nil {
				t.Fatalf("an error without code, message or field: %q", e.Path)
			}
		}
		again := url.Values{}
		for path, v := range a.All() {
			for _, s := range append(v.List(), v.Text()) {
				if !utf8.ValidString(s) || !norm.NFC.IsNormalString(s) || strings.ContainsAny(s, "\x00\r\u200b") {
					t.Fatalf("%s is not clean: %q", path, s)
				}
			}
			if again[path] = v.List(); v.List() == nil {
				again[path] = []string{v.Text()}
			}
			_ = form.Display(path, a)
		}
		// What was decoded decodes to itself.
		b, err := form.Decode("s", again, forms.Answers{})
		if err != nil || !a.Equal(b) {
			t.Fatalf("decoding again gives other answers: %v", err)
		}
	})
}

func ExampleForm_Decode() {
	type antrag struct {
		Person struct {
			Name   string      `label:"Name" validate:"required"`
			Geburt *forms.Date `label:"Geburtsdatum" validate:"required"`
		} `step:"person" title:"Person"`
	}
	form, err := forms.New("S1", "1.0", antrag{}, nil)
	if err != nil {
		panic(err)
	}
	posted := url.Values{
		"person.name":       {" Erika  Mustermann "},
		"person.geburt.tag": {"12"}, "person.geburt.monat": {"8"}, "person.geburt.jahr": {"1964"},
	}
	answers, err := form.Decode("person", posted, forms.Answers{})
	if err != nil {
		panic(err)
	}
	fmt.Println(answers.Get("person.geburt").Text())
	fmt.Println(form.Display("person.geburt", answers))
	fmt.Println(answers)
	// Output:
	// 1964-08-12
	// 12.8.1964
	// 2 answers
}
