package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/internal/testenv"
)

const loose = `<?xml version="1.0"?><!-- c --><a xmlns:y='urn:y' xmlns='urn:x'  b = 'ä&#x9;'><c Id="i" y:d='1'/><!-- in --></a>`

func TestC14N(t *testing.T) {
	f := newFolder(t)
	file := f.write("a.xml", []byte(loose))
	for name, tc := range map[string]struct {
		args   []string
		stdin  string
		status int
		out    string
		says   string
	}{
		"c14n":      {[]string{"--method", "c14n", file}, "", 0, `<a xmlns="urn:x" xmlns:y="urn:y" b="ä&#x9;"><c Id="i" y:d="1"></c></a>`, ""},
		"c14n11":    {[]string{"--method", "c14n11", file}, "", 0, `<a xmlns="urn:x" xmlns:y="urn:y" b="ä&#x9;"><c Id="i" y:d="1"></c></a>`, ""},
		"exclusive": {[]string{"--method", "exc-c14n", file}, "", 0, `<a xmlns="urn:x" b="ä&#x9;"><c xmlns:y="urn:y" Id="i" y:d="1"></c></a>`, ""},
		"comments": {[]string{"--method", "exc-c14n", "--with-comments", "-"}, loose, 0,
			"<!-- c -->\n" + `<a xmlns="urn:x" b="ä&#x9;"><c xmlns:y="urn:y" Id="i" y:d="1"></c><!-- in --></a>`, ""},
		"prefixes": {[]string{"--method", "exc-c14n", "--inclusive-prefixes", "y, #default", file}, "", 0,
			`<a xmlns="urn:x" xmlns:y="urn:y" b="ä&#x9;"><c Id="i" y:d="1"></c></a>`, ""},
		"by ID":           {[]string{"--method", "exc-c14n", "--id", "i", file}, "", 0, `<c xmlns="urn:x" xmlns:y="urn:y" Id="i" y:d="1"></c>`, ""},
		"no such ID":      {[]string{"--method", "c14n", "--id", "j", file}, "", 1, "", "ID"},
		"bad prefix":      {[]string{"--method", "exc-c14n", "--inclusive-prefixes", "a:b", file}, "", 1, "", "SIG-016"},
		"prefix of c14n":  {[]string{"--method", "c14n", "--inclusive-prefixes", "y", file}, "", 2, "", "exc-c14n only"},
		"no method":       {[]string{file}, "", 2, "", "--method"},
		"unknown method":  {[]string{"--method", "c14n2", file}, "", 2, "", "--method"},
		"no file":         {[]string{"--method", "c14n"}, "", 2, "", "exactly one"},
		"two files":       {[]string{"--method", "c14n", file, file}, "", 2, "", "exactly one"},
		"not there":       {[]string{"--method", "c14n", f.path("none")}, "", 2, "", "no such file"},
		"refused at end":  {[]string{"--method", "c14n", "-"}, "<a>" + strings.Repeat("<b>text</b>", 100_000) + "</c>", 1, "", "XML-026"},
		"refused, German": {[]string{"--method", "c14n", "--lang", "de", "-"}, "<a></b>", 1, "", "ein End-Tag passt nicht"},
		"over the limit":  {[]string{"--method", "c14n", "--limit", "1", "-"}, "<a>" + strings.Repeat("<b>text</b>", 100_000) + "</a>", 2, "", "limit"},
		"at the limit":    {[]string{"--method", "c14n", "--limit", "2", "-"}, "<a>" + strings.Repeat("<b>t</b>", 1<<17) + "</a>", 0, "<a>" + strings.Repeat("<b>t</b>", 1<<17) + "</a>", ""},
		"no limit":        {[]string{"--method", "c14n", "--limit", "0", file}, "", 2, "", "--limit"},
	} {
		t.Run(name, func(t *testing.T) {
			r := call(t, tc.stdin, append([]string{"c14n"}, tc.args...)...)
			assert.Equal(t, tc.status, r.status, r.errOut)
			assert.Equal(t, tc.out, r.out, "only complete output")
			assert.Contains(t, r.errOut, tc.says)
			if tc.status != 0 {
				assert.NotEmpty(t, r.errOut)
			}
		})
	}
}

// TestC14NPeer compares with libxml2, which keeps comments always.
func TestC14NPeer(t *testing.T) {
	tool := testenv.Tool(t, "xmllint")
	files, err := filepath.Glob(filepath.Join(testenv.Data(t, "xoev/xwasser/samples"), "*.xml"))
	require.NoError(t, err)
	require.Len(t, files, 15)
	own, err := filepath.Glob("testdata/*.xml")
	require.NoError(t, err)
	for _, file := range append(files, own...) {
		for _, method := range []string{"c14n", "c14n11", "exc-c14n"} {
			want, err := exec.Command(tool, "--huge", "--"+method, file).Output()
			require.NoError(t, err)
			r := call(t, "", "c14n", "--method", method, "--with-comments", file)
			require.Equal(t, 0, r.status, r.errOut)
			assert.Equal(t, string(want), r.out, "%s of %s", method, file)
		}
	}
}

// TestC14NLeavesNothing: the temporary file is gone, whatever happened.
func TestC14NLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	big := "<a>" + strings.Repeat("<b>text</b>", 200_000)
	assert.Equal(t, 0, call(t, big+"</a>", "c14n", "--method", "c14n", "-").status)
	assert.Equal(t, 1, call(t, big+"</b>", "c14n", "--method", "c14n", "-").status)
	assert.Equal(t, 2, call(t, big+"</a>", "c14n", "--method", "c14n", "--limit", "1", "-").status)
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Empty(t, left)
}
