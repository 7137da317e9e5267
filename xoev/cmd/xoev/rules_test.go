package main

import (
	"os"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev"
	"github.com/bausteine/egov/xoev/codelist"
	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/latin"
	"github.com/bausteine/egov/xoev/lint"
	"github.com/bausteine/egov/xoev/rueckweisung"
	"github.com/bausteine/egov/xoev/signature"
	"github.com/bausteine/egov/xoev/signature/xades"
	"github.com/bausteine/egov/xoev/xdatenfelder"
	"github.com/bausteine/egov/xoev/xmlscan"
)

// catalogues are the rules of all packages whose findings the command prints.
func catalogues() map[string][]finding.Rule {
	reasons := []finding.Rule{}
	for _, r := range []rueckweisung.Code{rueckweisung.S001, rueckweisung.S010, rueckweisung.S011, rueckweisung.S020, rueckweisung.S030,
		rueckweisung.S100, rueckweisung.S999, rueckweisung.T000, rueckweisung.T001, rueckweisung.T002, rueckweisung.T003, rueckweisung.T010,
		rueckweisung.T011, rueckweisung.T020, rueckweisung.T070, rueckweisung.T080, rueckweisung.T099, rueckweisung.V000, rueckweisung.X000, rueckweisung.X001} {
		reasons = append(reasons, finding.Rule{Code: string(r)})
	}
	return map[string][]finding.Rule{
		"xmlscan": xmlscan.Rules(), "xoev": xoev.Rules(), "lint": lint.Rules(), "codelist": codelist.Rules(),
		"latin": latin.Rules(), "signature": signature.Rules(), "xades": xades.Rules(), "rueckweisung": reasons, "xdatenfelder": xdatenfelder.Rules(),
	}
}

// TestEveryRuleHasAGermanText, and no text belongs to a rule that is gone.
func TestEveryRuleHasAGermanText(t *testing.T) {
	known := map[string]bool{}
	for name, rules := range catalogues() {
		require.NotEmpty(t, rules, name)
		for _, r := range rules {
			known[r.Code] = true
			text, ok := germanRule(r.Code)
			if !assert.True(t, ok, "%s: rule %s has no German text (rules_de_*.go)", name, r.Code) {
				continue
			}
			assert.NotEqual(t, r.Message, text, r.Code)
			first, _ := utf8.DecodeRuneInString(text)
			assert.NotEqual(t, ' ', first, r.Code)
			assert.False(t, strings.HasSuffix(text, "."), r.Code)
			assert.NotContains(t, text, "%", r.Code)
		}
	}
	require.Greater(t, len(known), 255)
	count := 0
	for _, table := range []map[string]string{germanXML, germanMessage, germanLists, germanSignature, germanXAdES, germanXDF} {
		count += len(table)
		for code := range table {
			assert.True(t, known[code], "%s is no rule any more", code)
		}
	}
	assert.Equal(t, len(known), count, "a code stands in two tables")
}

var helps = map[string][2]string{
	"": {overviewEN, overviewDE}, "inspect": {inspectEN, inspectDE}, "lint": {lintEN, lintDE}, "verify": {verifyEN, verifyDE}, "sign": {signEN, signDE},
	"c14n": {c14nEN, c14nDE}, "codelist": {codelistEN, codelistDE}, "codelist show": {showEN, showDE}, "codelist find": {findEN, findDE},
	"codelist diff": {diffEN, diffDE}, "codelist lock": {lockEN, lockDE}, "codelist pull": {pullEN, pullDE},
}

// words splits a line as a shell does, up to a pipe or redirection.
func words(line string) []string {
	var out []string
	for _, w := range regexp.MustCompile(`"[^"]*"|\S+`).FindAllString(line, -1) {
		if w == "|" || w == ">" || w == "<" || w == "&&" {
			break
		}
		out = append(out, strings.Trim(w, `"`))
	}
	return out
}

// TestHelp: each help is there in both languages, and its examples are
// understood by the command.
func TestHelp(t *testing.T) {
	t.Chdir(t.TempDir())
	examples := 0
	for name, help := range helps {
		for i, lang := range []string{"en", "de"} {
			args := append([]string{"help"}, strings.Fields(name)...)
			r := call(t, "", append(args, "--lang", lang)...)
			assert.Equal(t, 0, r.status, r.errOut)
			assert.Equal(t, help[i], r.out, name)
			assert.NotEqual(t, help[0], help[1], name)
			if name != "" {
				r = call(t, "", append(strings.Fields(name), "--help", "--lang="+lang)...)
				assert.Equal(t, help[i], r.out, name)
			}
			for _, line := range strings.Split(help[i], "\n") {
				assert.LessOrEqual(t, utf8.RuneCountInString(line), 120, line)
			}
			_, after, ok := strings.Cut(help[i], map[string]string{"en": "Examples:\n", "de": "Beispiele:\n"}[lang])
			if name == "" {
				continue
			}
			require.True(t, ok, "%s has no examples", name)
			for _, line := range strings.Split(strings.TrimSpace(after), "\n") {
				words := words(line)
				require.Equal(t, "xoev", words[0], line)
				var errOut strings.Builder
				c := &command{ctx: t.Context(), stdin: strings.NewReader(""), stdout: &errOut, stderr: &errOut, dry: true}
				assert.Equal(t, 0, c.run(words[1:]), "%s: %s", line, errOut.String())
				examples++
			}
		}
	}
	assert.Greater(t, examples, 50)
}

// TestHelpNamesEveryFlag, in both languages.
func TestHelpNamesEveryFlag(t *testing.T) {
	source := ""
	for _, file := range []string{"inspect.go", "lint.go", "verify.go", "sign.go", "c14n.go", "codelist.go", "codelist_show.go", "codelist_find.go", "codelist_lock.go", "codelist_pull.go"} {
		b, err := os.ReadFile(file)
		require.NoError(t, err)
		source += string(b)
	}
	flags := regexp.MustCompile(`(?:String|Int|Int64|Bool|Var)\((?:&[\w.]+, )?"([a-z0-9-]+)"`).FindAllStringSubmatch(source, -1)
	require.Greater(t, len(flags), 30)
	all := [2]string{}
	for _, help := range helps {
		all[0] += help[0]
		all[1] += help[1]
	}
	for _, f := range flags {
		for _, text := range all {
			assert.True(t, strings.Contains(text, "--"+f[1]), f[1])
		}
	}
}

func TestLang(t *testing.T) {
	f := newFolder(t)
	f.signEnveloped()
	missing := f.path("none.xml")
	for name, tc := range map[string]struct {
		args   []string
		status int
		says   string
	}{
		"before":           {[]string{"--lang", "de", "inspect", missing}, 2, "Datei nicht gefunden"},
		"before, joined":   {[]string{"--lang=de", "inspect", missing}, 2, "Datei nicht gefunden"},
		"behind":           {[]string{"inspect", missing, "--lang", "de"}, 2, "Datei nicht gefunden"},
		"English":          {[]string{"inspect", missing, "--lang", "en"}, 2, "no such file"},
		"unknown":          {[]string{"inspect", missing, "--lang", "fr"}, 2, "--lang"},
		"unknown before":   {[]string{"--lang", "fr", "inspect", missing}, 2, "--lang"},
		"no value":         {[]string{"--lang"}, 2, "--lang"},
		"usage":            {[]string{"inspect", "--lang", "de"}, 2, "keine DATEI"},
		"codelist":         {[]string{"codelist", "--lang", "de", "show"}, 2, "LISTE"},
		"no command":       {[]string{"codelist", "fly", "--lang", "de"}, 2, "keinen Befehl"},
		"verify":           {[]string{"verify", "--lang", "de", "--trust", f.path("cert.pem"), f.path("signed.xml")}, 0, "ANGENOMMEN"},
		"verify, findings": {[]string{"verify", "--lang", "de", "--trust", f.path("cert.pem"), f.path("antrag.xml")}, 1, "kein Kind des Wurzelelements"},
	} {
		t.Run(name, func(t *testing.T) {
			r := call(t, "", tc.args...)
			assert.Equal(t, tc.status, r.status, r.out+r.errOut)
			assert.Contains(t, r.out+r.errOut, tc.says)
		})
	}
	t.Setenv("LANG", "de_DE.UTF-8")
	assert.Contains(t, call(t, "", "inspect", missing).out, "no such file", "only the flag chooses the language")
}
