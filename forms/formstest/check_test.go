package formstest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/forms/formstest"
)

// good passes every check; each case below breaks one rule of it.
const good = `<!DOCTYPE html>
<html lang="de"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Fehler: Seite</title></head>
<body><a href="#inhalt">Zum Inhalt springen</a>
<main id="inhalt" tabindex="-1">
<div id="fehler" role="alert" tabindex="-1"><h2>Eine Angabe fehlt</h2><ul><li><a href="#name">Geben Sie einen Namen ein.</a></li></ul></div>
<h1>Seite</h1>
<form method="post" novalidate><input type="hidden" name="_token" value="x">
<div><label for="name">Name</label><p id="name_fehler" class="kern-error">Geben Sie einen Namen ein.</p><input type="text" id="name" name="name" aria-invalid="true" aria-describedby="name_fehler"></div>
<fieldset><legend>Auswahl</legend><input type="radio" id="a" name="r" value="a"><label for="a">A</label><input type="radio" id="b" name="r" value="b"><label for="b">B</label></fieldset>
<label for="adresse">Anschrift</label><textarea id="adresse" name="adresse" autocomplete="street-address"></textarea>
<fieldset><legend>Kinder</legend>
<fieldset id="e0"><legend>Kind 1</legend><label for="k0">Vorname</label><input type="text" id="k0" name="a.k[0].n"><fieldset><legend>Zeiten</legend><fieldset id="z0"><legend>Zeit 1</legend><label for="v0">Von</label><input type="text" id="v0" name="a.k[0].z[0].v"><button type="submit" name="_aktion" value="entfernen:a.k[0].z[0]">Zeit 1 entfernen</button></fieldset><button type="submit" name="_aktion" value="hinzufuegen:a.k[0].z">Zeit hinzufügen</button></fieldset><button type="submit" name="_aktion" value="entfernen:a.k[0]">Kind 1 entfernen</button></fieldset>
<fieldset id="e1"><legend>Kind 2</legend><label for="k1">Vorname</label><input type="text" id="k1" name="a.k[1].n"><fieldset><legend>Zeiten</legend><fieldset id="z1"><legend>Zeit 1</legend><label for="v1">Von</label><input type="text" id="v1" name="a.k[1].z[0].v"><button type="submit" name="_aktion" value="entfernen:a.k[1].z[0]">Zeit 1 entfernen</button></fieldset><button type="submit" name="_aktion" value="hinzufuegen:a.k[1].z">Zeit hinzufügen</button></fieldset><button type="submit" name="_aktion" value="entfernen:a.k[1]">Kind 2 entfernen</button></fieldset>
<button type="submit" name="_aktion" value="hinzufuegen:a.k">Kind hinzufügen</button></fieldset>
<h2>Mehr</h2><h3>Noch mehr</h3><img src="x.png" alt="">
<button type="submit">Weiter</button></form>
</main></body></html>`

func codes(t *testing.T, page string) []string {
	t.Helper()
	problems, err := formstest.CheckPage(strings.NewReader(page))
	require.NoError(t, err)
	var list []string
	for _, p := range problems {
		list = append(list, p.Code)
	}
	return list
}

func TestCheckPage(t *testing.T) {
	require.Empty(t, codes(t, good))
	cases := []struct{ name, code, old, new string }{
		{"no doctype", "DOCTYPE", "<!DOCTYPE html>", ""},
		{"no language", "LANG", ` lang="de"`, ``},
		{"other language", "LANG", ` lang="de"`, ` lang="en"`},
		{"no viewport", "VIEWPORT", `<meta name="viewport" content="width=device-width, initial-scale=1">`, ""},
		{"no zoom", "VIEWPORT", `initial-scale=1`, "user-scalable=no"},
		{"two titles", "TITLE", `</head>`, `<title>Fehler: zwei</title></head>`},
		{"title without error", "TITLE-ERROR", `<title>Fehler: `, `<title>`},
		{"two h1", "H1", `<h1>Seite</h1>`, `<h1>Seite</h1><h1>Seite</h1>`},
		{"blank h1", "H1", `<h1>Seite</h1>`, `<h1> </h1>`},
		{"level skipped", "HEADING-LEVEL", `<h2>Mehr</h2>`, ``},
		{"no main", "MAIN", `<main id="inhalt" tabindex="-1">`, `<div id="inhalt">`},
		{"no skip link", "SKIP-LINK", `<a href="#inhalt">Zum Inhalt springen</a>`, `<a href="/">Start</a>`},
		{"id twice", "ID", `<h2>Mehr`, `<h2 id="name_fehler">Mehr`},
		{"id with space", "ID", `<h2>Mehr`, `<h2 id="a b">Mehr`},
		{"no label", "LABEL", `<label for="b">B</label>`, ``},
		{"blank label", "LABEL", `<label for="b">B</label>`, `<label for="b"> </label>`},
		{"label of nothing", "LABEL-FOR", `<h2>Mehr`, `<label for="nichts">x</label><h2>Mehr`},
		{"no type", "INPUT-TYPE", `<input type="text"`, `<input`},
		{"street-address on one line", "AUTOCOMPLETE", `name="name"`, `name="name" autocomplete="street-address"`},
		{"dangling description", "ARIA-REF", `aria-describedby="name_fehler"`, `aria-describedby="name_fehler nichts"`},
		{"no legend", "FIELDSET-LEGEND", `<legend>Auswahl</legend>`, ``},
		{"legend not first", "FIELDSET-LEGEND", `<legend>`, `<p>x</p><legend>`},
		{"entry without legend", "FIELDSET-LEGEND", `<legend>Kind 2</legend>`, ``},
		{"two entries with one legend", "ENTRY-LEGEND", `<legend>Kind 2</legend>`, `<legend>Kind 1</legend>`},
		{"entry without fieldset", "ENTRY-LEGEND", `<h2>Mehr`, `<label for="k2">Vorname</label><input type="text" id="k2" name="a.k[2].n"><h2>Mehr`},
		{"control of another entry", "ENTRY-LEGEND", `name="a.k[1].n"`, `name="a.k[0].n"`},
		{"entry in two places", "ENTRY-LEGEND", `<h2>Mehr`, `<fieldset><legend>Noch etwas</legend><label for="k2">Alter</label><input type="text" id="k2" name="a.k[1].a"></fieldset><h2>Mehr`},
		{"nested entry without fieldset", "ENTRY-LEGEND", `<button type="submit" name="_aktion" value="hinzufuegen:a.k[1].z">`, `<label for="v2">Von</label><input type="text" id="v2" name="a.k[1].z[1].v"><button type="submit" name="_aktion" value="hinzufuegen:a.k[1].z">`},
		{"ids of two entries", "ID", `id="k1"`, `id="k0"`},
		{"button removes it does not say which", "ENTRY-BUTTON", `>Kind 2 entfernen<`, `>Entfernen<`},
		{"button names another entry", "ENTRY-BUTTON", `>Kind 2 entfernen<`, `>Kind 1 entfernen<`},
		{"label names another entry", "ENTRY-BUTTON", `value="entfernen:a.k[1]">`, `value="entfernen:a.k[1]" aria-label="Kind 1 entfernen">`},
		{"button of an entry elsewhere", "ENTRY-BUTTON", `<h2>Mehr`, `<button type="submit" name="_aktion" value="entfernen:a.k[2]">Kind 3 entfernen</button><h2>Mehr`},
		{"two buttons alike", "ENTRY-BUTTON", `<h2>Mehr`, `<fieldset><legend>Kinder</legend><button type="submit" name="_aktion" value="hinzufuegen:a.j">Kind hinzufügen</button></fieldset><h2>Mehr`},
		{"radio buttons alone", "GROUP", `<h2>Mehr`, `<input type="radio" id="c" name="s"><label for="c">C</label><h2>Mehr`},
		{"button without name", "BUTTON-NAME", `>Weiter<`, `> <`},
		{"link without name", "LINK-NAME", `<h2>Mehr`, `<a href="/"></a><h2>Mehr`},
		{"link without target", "LINK-NAME", `<h2>Mehr`, `<a>x</a><h2>Mehr`},
		{"dangling fragment", "FRAGMENT", `<h2>Mehr`, `<a href="#nichts">x</a><h2>Mehr`},
		{"summary without role", "ERROR-SUMMARY", ` role="alert"`, ``},
		{"summary without link", "ERROR-SUMMARY", `<a href="#name">Geben Sie einen Namen ein.</a>`, `Geben Sie einen Namen ein.`},
		{"message describes nothing", "ERROR-DESCRIBES", `<h2>Mehr`, `<p class="kern-error" id="e">x</p><h2>Mehr`},
		{"browser validates", "NOVALIDATE", ` novalidate`, ``},
		{"script", "SCRIPT", `</main>`, `<script src="x.js"></script></main>`},
		{"event attribute", "SCRIPT", `<button`, `<button onclick="x()"`},
		{"script URL", "SCRIPT", `<h2>Mehr`, `<a href="javascript:x()">x</a><h2>Mehr`},
		{"style element", "STYLE", `</head>`, `<style>p{}</style></head>`},
		{"style attribute", "STYLE", `<h2>Mehr`, `<h2 style="color:red">Mehr`},
		{"tabindex", "TABINDEX", `<button`, `<button tabindex="3"`},
		{"image without alt", "IMG-ALT", ` alt=""`, ``},
		{"refresh", "REFRESH", `</head>`, `<meta http-equiv="refresh" content="5"></head>`},
	}
	seen := map[string]bool{}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			require.Contains(t, good, c.old)
			got := codes(t, strings.Replace(good, c.old, c.new, 1))
			assert.Contains(t, got, c.code)
			for _, g := range got {
				known := formstest.Codes()[g] != ""
				assert.True(t, known, g)
			}
		})
		seen[c.code] = true
	}
	for code := range formstest.Codes() {
		assert.True(t, seen[code], "no page breaks %s", code)
	}
}

func FuzzCheckPage(f *testing.F) {
	f.Add(good)
	f.Add(`<fieldset><input name="a[0]"><input name="a[0].b[1]"><input name="[0][0"><button name="_aktion" value="entfernen:a[0">x</button><button name="_aktion" value="hinzufuegen:">`)
	f.Add("")
	f.Add("<select><select><table><form><input></form>")
	f.Add(`<label for=""><input id=""><a href="#">`)
	f.Fuzz(func(t *testing.T, page string) {
		problems, err := formstest.CheckPage(strings.NewReader(page))
		if err != nil {
			return // nested too deeply for the parser
		}
		for _, p := range problems {
			if formstest.Codes()[p.Code] == "" {
				t.Fatalf("unknown code %q", p.Code)
			}
		}
	})
}

func ExampleCheckPage() {
	problems, err := formstest.CheckPage(strings.NewReader(strings.Replace(good, `<label for="name">Name</label>`, "Name", 1)))
	if err != nil {
		panic(err)
	}
	for _, p := range problems {
		fmt.Println(p)
	}
	// Output:
	// LABEL at <input id="name" name="name" type="text">
}
