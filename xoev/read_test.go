package xoev_test

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/internal/testenv"
	"github.com/bausteine/egov/xoev"
	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/xmlscan"
)

func TestReadEnvelope(t *testing.T) {
	rebound := strings.NewReplacer("bn-g2g:", "a:", "bn-beh:", "m2:", "bn-kom:", "b:",
		"xmlns:bn-g2g", "xmlns:a", "xmlns:bn-beh", "xmlns:m2", "xmlns:bn-kom", "xmlns:b").Replace(qualified)
	old := strings.NewReplacer("/1_1", "/1_0").Replace(qualified)
	// Prefixes swapped inside the header: only the namespace counts.
	swapped := strings.Replace(qualified, "<bn-g2g:leser>",
		`<x:leser xmlns:x="http://xoev.de/schemata/basisnachricht/g2g/1_1" xmlns:bn-g2g="urn:other">`, 1)
	swapped = strings.Replace(swapped, "</bn-g2g:leser>", "</x:leser>", 1)

	for name, tc := range map[string]struct {
		message string
		family  xoev.Family
		version string
	}{
		"qualified 1.1":       {qualified, xoev.FamilyQualified, "1.1"},
		"qualified 1.0":       {old, xoev.FamilyQualified, "1.0"},
		"unqualified":         {unqualified, xoev.FamilyUnqualified, ""},
		"other prefixes":      {rebound, xoev.FamilyQualified, "1.1"},
		"prefix bound again":  {swapped, xoev.FamilyQualified, "1.1"},
		"byte order mark":     {"\ufeff" + qualified, xoev.FamilyQualified, "1.1"},
		"comments everywhere": {strings.ReplaceAll(qualified, "</", "<!-- x --></"), xoev.FamilyQualified, "1.1"},
	} {
		t.Run(name, func(t *testing.T) {
			want := wantEnvelope(tc.family)
			want.FamilyVersion = tc.version
			got, err := xoev.ReadEnvelope(strings.NewReader(tc.message), nil)
			require.NoError(t, err)
			assert.Equal(t, want, got)

			slow, err := xoev.ReadEnvelope(iotest.OneByteReader(strings.NewReader(tc.message)), nil)
			require.NoError(t, err)
			assert.Equal(t, want, slow)
		})
	}
}

// TestRealMessages reads every message of two standards and fails when there
// are more or fewer than are known.
func TestRealMessages(t *testing.T) {
	for _, tc := range []struct {
		folder, standard, version string
		family                    xoev.Family
		count                     int
		warnings                  map[string]int // code to number of messages with it
	}{
		{"xoev/xbeteiligung/samples", "XBeteiligung", "1.2", xoev.FamilyQualified, 6, map[string]int{"ENV-015": 3}},
		{"xoev/xwasser/samples", "XWasser", "1.0.0", xoev.FamilyUnqualified, 15,
			map[string]int{"ENV-011": 15, "ENV-014": 15, "ENV-015": 6}},
	} {
		t.Run(tc.standard, func(t *testing.T) {
			files := messageFiles(t, tc.folder)
			require.Len(t, files, tc.count, "number of messages")
			warnings := map[string]int{}
			for _, file := range files {
				f, err := os.Open(file)
				require.NoError(t, err)
				e, err := xoev.ReadEnvelope(f, nil)
				require.NoError(t, f.Close())
				require.NoError(t, err, file)
				assert.Equal(t, tc.family, e.Family, file)
				assert.Equal(t, tc.standard, e.Standard, file)
				assert.Equal(t, tc.version, e.Version, file)
				assert.Len(t, e.Nachricht.UUID, 36, file)
				assert.Len(t, e.Nachricht.Typ.Code, 4, file)
				assert.NotEmpty(t, e.Produkt, file)
				seen := map[string]bool{}
				for _, f := range e.Findings {
					assert.Equal(t, finding.Warning, f.Severity, file)
					if !seen[f.Code] {
						warnings[f.Code]++
					}
					seen[f.Code] = true
				}
				if tc.family == xoev.FamilyUnqualified {
					assert.True(t, e.IsTest(), file)
					assert.NotEmpty(t, e.Extensions, file)
				} else {
					assert.False(t, e.IsTest(), file)
					assert.Len(t, e.Autor.Erreichbarkeit, 2, file)
				}
			}
			assert.Equal(t, tc.warnings, warnings)
		})
	}
}

func messageFiles(t testing.TB, folder string) []string {
	t.Helper()
	var files []string
	require.NoError(t, filepath.WalkDir(testenv.Data(t, folder), func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && filepath.Ext(path) == ".xml" {
			files = append(files, path)
		}
		return err
	}))
	return files
}

// counting counts what is taken from a reader.
type counting struct {
	r io.Reader
	n int
}

func (c *counting) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += n
	return n, err
}

// endless is content without end.
type endless struct{}

func (endless) Read(p []byte) (int, error) { return copy(p, "<!-- mehr -->"), nil }

// maxBuffer is more than the scanner reads ahead.
const maxBuffer = 64 << 10

func TestReadsOnlyTheHeader(t *testing.T) {
	end := strings.Index(qualified, "<m:inhalt>")
	require.Positive(t, end)
	for name, prolog := range map[string]string{"short": "", "behind 300 KB of comments": "<!--" + strings.Repeat(" ", 300<<10) + "-->"} {
		t.Run(name, func(t *testing.T) {
			head := strings.Replace(qualified[:end], "?>\n", "?>"+prolog, 1)
			src := &counting{r: io.MultiReader(strings.NewReader(head), endless{})}
			e, err := xoev.ReadEnvelope(src, nil)
			if prolog != "" { // such a header is beyond the limit, and reading stops there
				requireCode(t, err, "ENV-016")
				assert.LessOrEqual(t, src.n, 1<<20)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, "0001", e.Nachricht.Typ.Code)
			assert.LessOrEqual(t, src.n, len(head)+maxBuffer)
		})
	}

	t.Run("broken behind the header", func(t *testing.T) {
		_, err := xoev.ReadEnvelope(strings.NewReader(qualified[:end]+"<<< not XML"), nil)
		require.NoError(t, err)
	})
	t.Run("broken in the header", func(t *testing.T) {
		e, err := xoev.ReadEnvelope(strings.NewReader(qualified[:end/2]), nil)
		require.Nil(t, e)
		var invalid *finding.InvalidError
		require.ErrorAs(t, err, &invalid)
		assert.True(t, strings.HasPrefix(invalid.Findings[0].Code, "XML-"), invalid.Findings[0].Code)
	})
	t.Run("reader fails in the header", func(t *testing.T) {
		boom := errors.New("boom")
		e, err := xoev.ReadEnvelope(io.MultiReader(strings.NewReader(qualified[:end/2]), iotest.ErrReader(boom)), nil)
		require.Nil(t, e)
		require.ErrorIs(t, err, boom)
		var invalid *finding.InvalidError
		assert.False(t, errors.As(err, &invalid), "an I/O error is no judgement")
	})
	t.Run("reader fails behind the header", func(t *testing.T) {
		body := strings.Repeat(" ", maxBuffer*2)
		_, err := xoev.ReadEnvelope(io.MultiReader(strings.NewReader(qualified[:end]+body), iotest.ErrReader(io.ErrUnexpectedEOF)), nil)
		require.NoError(t, err)
	})
}

func requireCode(t *testing.T, err error, code string) finding.Finding {
	t.Helper()
	var invalid *finding.InvalidError
	require.ErrorAs(t, err, &invalid)
	for _, f := range invalid.Findings {
		if f.Code == code {
			return f
		}
	}
	require.Failf(t, "code missing", "want %s, have %v", code, invalid.Findings)
	return finding.Finding{}
}

func TestUnknownFamily(t *testing.T) {
	const xjustiz = `<tns:nachricht.x.0005005 xmlns:tns="http://www.xjustiz.de"><tns:kopf/></tns:nachricht.x.0005005>`
	const xinneres = `<a:x.0010 xmlns:a="urn:example:a" produkt="P" produkthersteller="H" standard="XA"><nachrichtenkopf><leser/></nachrichtenkopf></a:x.0010>`
	const privat = `<x:baugenehmigung.antrag.0200 xmlns:x="http://www.xleitstelle.de/xbau/2/6" produkt="P" produkthersteller="H" standard="XBau-Hochbau" version="2.6" test="">` +
		`<nachrichtenkopf.privat2G><leser/></nachrichtenkopf.privat2G></x:baugenehmigung.antrag.0200>`
	const later = `<a:x.0010 xmlns:a="urn:example:a" xmlns:b="http://xoev.de/schemata/basisnachricht/g2g/2_0"><b:nachrichtenkopf.g2g/></a:x.0010>`
	for name, tc := range map[string]struct {
		message  string
		standard string
		attrs    int
		test     bool
	}{
		"another header of XJustiz": {message: xjustiz, standard: "XJustiz"},
		"attributes are missing":    {message: xinneres, attrs: 3},
		"from a citizen":            {message: privat, standard: "XBau-Hochbau", test: true},
		"XDatenfelder 1":            {standard: "XDatenfelder", message: `<x:xdatenfelder.stammdatenschema.0102001 xmlns:x="urn:xoev-de:fim:standard:xdatenfelder_1"><x:header/></x:xdatenfelder.stammdatenschema.0102001>`},
		"a later Basisnachricht":    {message: later},
		"an XSLT with a version":    {message: `<xsl:stylesheet xmlns:xsl="urn:x" version="2.0"><xsl:x/></xsl:stylesheet>`, attrs: 1},
		"no children":               {message: `<x test="1"/>`, attrs: 1, test: true},
		"test, but of another kind": {message: `<x xmlns:p="urn:p" p:test="1" Test="1"/>`, attrs: 2},
		"empty test":                {message: `<x test=""><y/></x>`, attrs: 1, test: true},
		"text only":                 {message: `<x>text</x>`},
		"attributes in namespaces":  {message: `<x xmlns:p="urn:p" p:produkt="" p:produkthersteller="" p:standard="XA" p:version="1"><y/></x>`, attrs: 4},
	} {
		t.Run(name, func(t *testing.T) {
			e, err := xoev.ReadEnvelope(strings.NewReader(tc.message), nil)
			require.NoError(t, err)
			assert.Equal(t, xoev.FamilyUnknown, e.Family)
			assert.NotEmpty(t, e.Root.Local)
			assert.Equal(t, tc.standard, e.Standard)
			assert.Equal(t, tc.test, e.IsTest())
			assert.Len(t, e.Attributes, tc.attrs)
			assert.Equal(t, xoev.Nachricht{}, e.Nachricht)
			assert.Equal(t, xoev.Behoerde{}, e.Leser)
			require.Len(t, e.Findings, 1)
			assert.Equal(t, "ENV-002", e.Findings[0].Code)
		})
	}
}

func TestTestAttribute(t *testing.T) {
	for name, tc := range map[string]struct {
		attribute, value string
		want             bool
	}{
		"absent":    {"", "", false},
		"true":      {`test="true"`, "true", true},
		"100":       {`test="100"`, "100", true},
		"false":     {`test="false"`, "false", true},
		"empty":     {`test=""`, "", true},
		"namespace": {`m:test="true"`, "", false},
	} {
		t.Run(name, func(t *testing.T) {
			e, err := xoev.ReadEnvelope(strings.NewReader(strings.Replace(qualified, `test="ja"`, tc.attribute, 1)), nil)
			require.NoError(t, err)
			assert.Equal(t, tc.want, e.IsTest())
			assert.Equal(t, tc.value, e.Test)
		})
	}
}

func TestExtensionKeepsItsNamespaces(t *testing.T) {
	message := strings.Replace(qualified, "</bn-g2g:leser>",
		`<m:mehr xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:unused="urn:unused" xsi:type="xs:token"><!-- weg --><m:a b="&lt;&quot;&#10;"/><c xmlns="urn:c">]]&gt;</c></m:mehr></bn-g2g:leser>`, 1)
	e, err := xoev.ReadEnvelope(strings.NewReader(message), nil)
	require.NoError(t, err)
	require.Len(t, e.Leser.Extensions, 1)
	x := e.Leser.Extensions[0]
	assert.Equal(t, "mehr", x.Name.Local)
	assert.Equal(t, "urn:example:probe:1", x.Name.Space)
	assert.Empty(t, x.Text)
	assert.Equal(t, `<m:mehr xmlns:m="urn:example:probe:1" xmlns:xs="http://www.w3.org/2001/XMLSchema" `+
		`xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="xs:token">`+
		`<m:a b="&lt;&quot;&#xA;"/><c xmlns="urn:c">]]&gt;</c></m:mehr>`, x.XML)
	s := xmlscan.NewBytes([]byte(x.XML), nil)
	for s.Next() {
	}
	require.NoError(t, s.Err(), "well formed on its own")
}

func TestExtensionLimits(t *testing.T) {
	with := func(xml string) io.Reader {
		return strings.NewReader(strings.Replace(unqualified, "<dienst>", xml+"<dienst>", 1))
	}
	many := strings.Repeat("<x/>", 62)
	_, err := xoev.ReadEnvelope(with(many), nil)
	require.NoError(t, err)
	_, err = xoev.ReadEnvelope(with(many+"<x/>"), nil)
	requireCode(t, err, "ENV-016")

	_, err = xoev.ReadEnvelope(with("<x>"+strings.Repeat("y", 60<<10)+"</x>"), nil)
	require.NoError(t, err)
	_, err = xoev.ReadEnvelope(with("<x>"+strings.Repeat("y", 64<<10)+"</x>"), nil)
	requireCode(t, err, "ENV-016")
	half := "<x>" + strings.Repeat("y", 33<<10) + "</x>"
	_, err = xoev.ReadEnvelope(with(half+half), nil)
	requireCode(t, err, "ENV-016")
	_, err = xoev.ReadEnvelope(with(half+half), &xoev.ReadOptions{MaxExtensionBytes: 80 << 10})
	require.NoError(t, err)
}

func TestCollectorBesideAnotherConsumer(t *testing.T) {
	c := xoev.NewCollector(nil)
	s := xmlscan.New(strings.NewReader(qualified), nil)
	content := false
	require.NoError(t, xmlscan.Run(s, c, xmlscan.ConsumerFunc(func(s *xmlscan.Scanner) error {
		content = content || s.Name().Local == "inhalt"
		return nil
	})))
	e, err := c.Envelope()
	require.NoError(t, err)
	assert.Equal(t, wantEnvelope(xoev.FamilyQualified), e)
	assert.True(t, c.Done())
	assert.True(t, content, "the other consumer sees what follows the header")

	e, err = xoev.NewCollector(nil).Envelope()
	assert.Nil(t, e)
	requireCode(t, err, "ENV-004")
}

func TestLogsHoldNoPersonalData(t *testing.T) {
	e, err := xoev.ReadEnvelope(strings.NewReader(strings.Replace(unqualified, `test="ja"`, `test="ja" xml:lang="de"`, 1)), nil)
	require.NoError(t, err)
	e.Leser.Kennung = "mailto:max@example.org"
	var out bytes.Buffer
	log := slog.New(slog.NewJSONHandler(&out, nil))
	log.Info("value", "envelope", *e)
	log.Info("pointer", "envelope", e)
	log.Info("message", "message", &xoev.Message{Envelope: *e})
	log.Info("parts", "autor", e.Autor, "kanal", e.Autor.Erreichbarkeit[0], "x", e.Extensions[0], "a", e.Attributes[0])
	for _, secret := range []string{"Mustermann", "erika@", "max@", "16000000", "16000001", "23125000", "Beispiel", "Musterstadt", "mehr", "5e78"} {
		assert.NotContains(t, out.String(), secret)
	}
	for _, shown := range []string{e.Nachricht.UUID, "XProbe", "psw:…", "probe.antrag.0001", `"test":true`} {
		assert.Contains(t, out.String(), shown)
	}
}
