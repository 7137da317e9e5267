package epcqr_test

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding/charmap"

	"github.com/bausteine/egov/forms/ids"
	"github.com/bausteine/egov/internal/testenv"
	"github.com/bausteine/egov/payment"
	"github.com/bausteine/egov/payment/sepa/epcqr"
	"github.com/bausteine/egov/xoev/finding"
)

func sample() epcqr.Code {
	return epcqr.Code{
		Name: "Stadt Musterstadt Stadtkasse", IBAN: "DE89370400440532013000",
		Amount: payment.EUR(1200), Text: "4200000000061 Meldebescheinigung",
	}
}

func TestSamples(t *testing.T) {
	folder := testenv.Data(t, "payment/epcqr")
	for name, want := range map[string]epcqr.Decoded{
		"epc-v1-structured": {Version: "001", Charset: 1, Code: epcqr.Code{
			BIC: "BHBLDEHHXXX", Name: "Franz Mustermänn", IBAN: "DE71110220330123456789", Amount: payment.EUR(1230), Purpose: "GDDS", Reference: "RF18539007547034"}},
		"epc-v2-unstructured": {Version: "002", Charset: 1, Code: epcqr.Code{
			Name: "François D'Alsace S.A.", IBAN: "FR1420041010050500013M02606", Amount: payment.EUR(1230), Text: "Client:Marie Louise La Lune"}},
		"municipal-v2-rf": {Version: "002", Charset: 1, Code: epcqr.Code{
			Name: "Stadt Musterstadt Stadtkasse", IBAN: "DE89370400440532013000", Amount: payment.EUR(1200), Reference: "RF18539007547034"}},
		"municipal-v2-kassenzeichen-ustrd": {Version: "002", Charset: 1, Code: sample()},
	} {
		t.Run(name, func(t *testing.T) {
			payload, err := os.ReadFile(filepath.Join(folder, name+".txt"))
			require.NoError(t, err)
			got, err := epcqr.Parse(payload)
			require.NoError(t, err)
			require.Equal(t, want, *got)
			crlf, err := epcqr.Parse(bytes.ReplaceAll(payload, []byte("\n"), []byte("\r\n")))
			require.NoError(t, err)
			require.Equal(t, want, *crlf)
			if strings.HasPrefix(name, "municipal") {
				written, err := want.Payload()
				require.NoError(t, err)
				require.Equal(t, string(payload), written)
			}
		})
	}
}

// TestGuidelineSize: the guideline says that its version 001 example gives QR
// version 6, which is 41 modules. Ours is the same in version 002.
func TestGuidelineSize(t *testing.T) {
	var b bytes.Buffer
	code := epcqr.Code{BIC: "BHBLDEHHXXX", Name: "Franz Mustermänn", IBAN: "DE71110220330123456789", Amount: payment.EUR(1230), Purpose: "GDDS", Reference: "RF18539007547034"}
	require.NoError(t, code.PNG(&b, 1))
	m, err := png.Decode(&b)
	require.NoError(t, err)
	require.Equal(t, 41+8, m.Bounds().Dx())
}

func TestWhatIsRefused(t *testing.T) {
	edit := func(f func(*epcqr.Code)) epcqr.Code {
		c := sample()
		f(&c)
		return c
	}
	for _, tt := range []struct {
		name, code, path string
		c                epcqr.Code
	}{
		{"no name", "EPC-006", "name", edit(func(c *epcqr.Code) { c.Name = "" })},
		{"name of 71", "EPC-006", "name", edit(func(c *epcqr.Code) { c.Name = strings.Repeat("ü", 71) })},
		{"line end in the name", "EPC-006", "name", edit(func(c *epcqr.Code) { c.Name = "Stadt\nMusterstadt" })},
		{"line separator in the name", "EPC-006", "name", edit(func(c *epcqr.Code) { c.Name = "Stadt\u2028Musterstadt" })},
		{"text that turns its direction", "EPC-006", "text", edit(func(c *epcqr.Code) { c.Text = "42\u202e24" })},
		{"blank of no width", "EPC-006", "information", edit(func(c *epcqr.Code) { c.Information = "a\u200bb" })},
		{"text of 141", "EPC-006", "text", edit(func(c *epcqr.Code) { c.Text = strings.Repeat("x", 141) })},
		{"text not UTF-8", "EPC-006", "text", edit(func(c *epcqr.Code) { c.Text = "\xff" })},
		{"information of 71", "EPC-006", "information", edit(func(c *epcqr.Code) { c.Information = strings.Repeat("x", 71) })},
		{"no IBAN", "EPC-007", "iban", edit(func(c *epcqr.Code) { c.IBAN = "NOTANIBAN" })},
		{"IBAN with blanks", "EPC-007", "iban", edit(func(c *epcqr.Code) { c.IBAN = "DE89 3704 0044 0532 0130 00" })},
		{"wrong BIC", "EPC-008", "bic", edit(func(c *epcqr.Code) { c.BIC = "COBA" })},
		{"other currency", "EPC-009", "amount", edit(func(c *epcqr.Code) { c.Amount.Currency = "USD" })},
		{"negative amount", "EPC-009", "amount", edit(func(c *epcqr.Code) { c.Amount.Cents = -1 })},
		{"zero euro", "EPC-009", "amount", edit(func(c *epcqr.Code) { c.Amount.Cents = 0 })},
		{"a billion", "EPC-009", "amount", edit(func(c *epcqr.Code) { c.Amount.Cents = 100000000000 })},
		{"long purpose", "EPC-010", "purpose", edit(func(c *epcqr.Code) { c.Purpose = "GDDSX" })},
		{"wrong reference", "EPC-011", "reference", edit(func(c *epcqr.Code) { c.Text, c.Reference = "", "RF19539007547034" })},
		{"reference and text", "EPC-012", "text", edit(func(c *epcqr.Code) { c.Reference = "RF18539007547034" })},
		{"332 bytes", "EPC-005", "", edit(func(c *epcqr.Code) { c.Name, c.Text = strings.Repeat("ü", 70), strings.Repeat("ü", 70)+"xyz" })},
	} {
		t.Run(tt.name, func(t *testing.T) {
			payload, err := tt.c.Payload()
			var invalid *finding.InvalidError
			if tt.code == "EPC-005" && err == nil { // fill up to one byte too much
				tt.c.Text += strings.Repeat("x", epcqr.MaxBytes+1-len(payload))
				payload, err = tt.c.Payload()
			}
			require.ErrorAs(t, err, &invalid)
			require.Len(t, invalid.Findings, 1)
			require.Equal(t, tt.code, invalid.Findings[0].Code)
			require.Equal(t, tt.path, invalid.Findings[0].Path)
			require.Error(t, tt.c.PNG(io.Discard, 0))
			require.Error(t, tt.c.SVG(io.Discard, ""))
			require.Empty(t, payload)
		})
	}
	require.Error(t, sample().PNG(io.Discard, 65))
}

func TestParseRefuses(t *testing.T) {
	good, err := sample().Payload()
	require.NoError(t, err)
	replace := func(from, to string) string {
		require.Contains(t, good, from)
		return strings.Replace(good, from, to, 1)
	}
	for _, tt := range []struct{ name, code, payload string }{
		{"nothing", "EPC-001", ""},
		{"other tag", "EPC-001", replace("BCD", "SPC")},
		{"other scheme", "EPC-001", replace("SCT", "SDD")},
		{"version 003", "EPC-002", replace("\n002\n", "\n003\n")},
		{"charset 9", "EPC-003", replace("\n1\n", "\n9\n")},
		{"charset 0", "EPC-003", replace("\n1\n", "\n0\n")},
		{"charset 10", "EPC-003", replace("\n1\n", "\n10\n")},
		{"not UTF-8", "EPC-003", replace("Stadtkasse", "K\xfcmmerei")},
		{"13 lines", "EPC-004", good + "\n\n"},
		{"mixed line ends", "EPC-004", replace("\n", "\r\n")},
		{"lone CR", "EPC-004", replace("Stadt ", "Stadt\r")},
		{"too long", "EPC-005", good + strings.Repeat("x", 332)},
		{"amount 1e2", "EPC-009", replace("EUR12.00", "EUR1e2")},
		{"amount with comma", "EPC-009", replace("EUR12.00", "EUR12,00")},
		{"amount with three decimals", "EPC-009", replace("EUR12.00", "EUR12.000")},
		{"point alone", "EPC-009", replace("EUR12.00", "EUR12.")},
		{"zero", "EPC-009", replace("EUR12.00", "EUR0.00")},
		{"negative", "EPC-009", replace("EUR12.00", "EUR-1.00")},
		{"dollar", "EPC-009", replace("EUR12.00", "USD12.00")},
		{"version 001 without BIC", "EPC-008", replace("\n002\n", "\n001\n")},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d, err := epcqr.Parse([]byte(tt.payload))
			require.Nil(t, d)
			var invalid *finding.InvalidError
			require.ErrorAs(t, err, &invalid)
			require.True(t, invalid.Has(tt.code), "%v", err)
		})
	}
}

func TestOtherCharsets(t *testing.T) {
	c := sample()
	c.Name = "Stadtkämmerei Münster"
	payload, err := c.Payload()
	require.NoError(t, err)
	for digit, table := range map[string]*charmap.Charmap{"2": charmap.ISO8859_1, "3": charmap.ISO8859_2, "4": charmap.ISO8859_4, "8": charmap.ISO8859_15} {
		text, err := table.NewEncoder().String(strings.Replace(payload, "\n1\n", "\n"+digit+"\n", 1))
		require.NoError(t, err)
		d, err := epcqr.Parse([]byte(text))
		require.NoError(t, err)
		require.Equal(t, c, d.Code, digit)
	}
	d, err := epcqr.Parse([]byte(strings.Replace(payload, "SCT", "INST", 1)))
	require.NoError(t, err)
	require.True(t, d.Instant)
}

func TestReferenceAndFolding(t *testing.T) {
	c, err := sample().WithReference("4200000000061")
	require.NoError(t, err)
	require.Equal(t, ids.CreditorReference("RF594200000000061"), c.Reference)
	require.Empty(t, c.Text)
	_, err = c.Payload()
	require.NoError(t, err)
	_, err = c.WithReference("Gebühr")
	require.Error(t, err)

	c = sample()
	c.Text = "Gebühr 42"
	folded, changes := c.Fold()
	require.True(t, changes.Any())
	require.Len(t, changes.Text, 1)
	require.Equal(t, "Gebuehr 42", folded.Text)
	require.Equal(t, "Gebühr 42", c.Text)
	_, changes = folded.Fold()
	require.False(t, changes.Any())
}

func TestLogsHideTheTexts(t *testing.T) {
	var b bytes.Buffer
	slog.New(slog.NewTextHandler(&b, nil)).Info("x", "code", sample())
	fmt.Fprintf(&b, "%v %+v %#v", sample(), sample(), sample())
	require.NotContains(t, b.String(), "Muster")
	require.NotContains(t, b.String(), "DE89")
}

// decodeZXing reads a picture with a decoder that this project did not write.
func decodeZXing(t testing.TB, m image.Image) string {
	t.Helper()
	bitmap, err := gozxing.NewBinaryBitmapFromImage(m)
	require.NoError(t, err)
	result, err := qrcode.NewQRCodeReader().Decode(bitmap, map[gozxing.DecodeHintType]interface{}{
		gozxing.DecodeHintType_PURE_BARCODE: true, gozxing.DecodeHintType_CHARACTER_SET: "UTF-8"})
	require.NoError(t, err)
	return result.GetText()
}

// TestDrawnCodesAreRead draws codes and reads them with decoders that this
// project did not write: a port of ZXing, and zbar where it is installed.
func TestDrawnCodesAreRead(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	codes := []epcqr.Code{sample()}
	letters := []rune("ABCxyz0123456789 äöüßÄÖÜéŁ€/-.,+()':?&")
	text := func(low, high int) string {
		var b strings.Builder
		for range low + rng.IntN(high-low+1) {
			b.WriteRune(letters[rng.IntN(len(letters))])
		}
		return strings.TrimSpace("S" + b.String() + "E")
	}
	for range 24 {
		c := epcqr.Code{Name: text(1, 40), IBAN: "DE89370400440532013000", Amount: payment.EUR(1 + rng.Int64N(99999999999))}
		switch rng.IntN(3) {
		case 0:
			c.Text = text(0, 70)
		case 1:
			c.Text, c.Information = text(0, 40), text(0, 20)
		default:
			var err error
			c, err = c.WithReference("4200000000061")
			require.NoError(t, err)
		}
		codes = append(codes, c)
	}
	for _, c := range codes {
		payload, err := c.Payload()
		require.NoError(t, err)
		var b bytes.Buffer
		require.NoError(t, c.PNG(&b, 3))
		m, err := png.Decode(&b)
		require.NoError(t, err)
		read := decodeZXing(t, m)
		require.Equal(t, payload, read)
		d, err := epcqr.Parse([]byte(read))
		require.NoError(t, err)
		require.Equal(t, c, d.Code)
		require.Equal(t, read, decodeZXing(t, drawSVG(t, c)))
	}
}

// drawSVG paints the rectangles of the SVG element, so that they can be read.
func drawSVG(t testing.TB, c epcqr.Code) image.Image {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, c.SVG(&b, `A & B <"'>`))
	var svg struct {
		Role  string `xml:"role,attr"`
		Title string `xml:"title"`
		Path  struct {
			D string `xml:"d,attr"`
		} `xml:"path"`
		ViewBox string `xml:"viewBox,attr"`
	}
	require.NoError(t, xml.Unmarshal(b.Bytes(), &svg))
	require.Equal(t, "img", svg.Role)
	require.Equal(t, `A & B <"'>`, svg.Title)
	var n int
	_, err := fmt.Sscanf(svg.ViewBox, "0 0 %d", &n)
	require.NoError(t, err)
	const scale = 3
	m := image.NewGray(image.Rect(0, 0, n*scale, n*scale))
	draw.Draw(m, m.Bounds(), image.White, image.Point{}, draw.Src)
	for part := range strings.SplitSeq(strings.TrimSuffix(svg.Path.D, "z"), "z") {
		var x, y, w, back int
		_, err := fmt.Sscanf(part, "M%d %dh%dv1h-%d", &x, &y, &w, &back)
		require.NoError(t, err)
		require.Equal(t, w, back)
		draw.Draw(m, image.Rect(x*scale, y*scale, (x+w)*scale, (y+1)*scale), image.NewUniform(color.Black), image.Point{}, draw.Src)
	}
	return m
}

// TestZbarReadsTheCode compares bytes: left to itself, zbar guesses the
// character set and takes two umlauts for Chinese, as some apps do. That is
// what [epcqr.Code.Fold] is for.
func TestZbarReadsTheCode(t *testing.T) {
	zbar := testenv.Tool(t, "zbarimg")
	full := epcqr.Code{Name: strings.Repeat("N", 70), IBAN: "DE89370400440532013000", Amount: payment.EUR(99999999999), Text: strings.Repeat("t", 140), Information: strings.Repeat("i", 55)}
	payload, err := full.Payload()
	require.NoError(t, err)
	full.Information += strings.Repeat("i", epcqr.MaxBytes-len(payload))
	umlaut := sample()
	umlaut.Text = "Gebühr für Ausweis"
	for _, c := range []epcqr.Code{sample(), full, umlaut} {
		payload, err := c.Payload()
		require.NoError(t, err)
		file := filepath.Join(t.TempDir(), "code.png")
		var b bytes.Buffer
		require.NoError(t, c.PNG(&b, 0))
		require.NoError(t, os.WriteFile(file, b.Bytes(), 0o600))
		out, err := exec.Command(zbar, "--quiet", "--raw", "-Sbinary", file).Output()
		require.NoError(t, err)
		require.Equal(t, payload, strings.TrimSuffix(string(out), "\n"))
	}
}

// TestExactlyAsLongAsAllowed: 331 bytes fit into QR version 13.
func TestExactlyAsLongAsAllowed(t *testing.T) {
	c := epcqr.Code{Name: strings.Repeat("N", 70), IBAN: "DE89370400440532013000", Amount: payment.EUR(99999999999), Text: strings.Repeat("t", 140)}
	payload, err := c.Payload()
	require.NoError(t, err)
	c.Information = strings.Repeat("i", epcqr.MaxBytes-len(payload)-1)
	payload, err = c.Payload()
	require.NoError(t, err)
	require.Len(t, payload, epcqr.MaxBytes)
	var b bytes.Buffer
	require.NoError(t, c.PNG(&b, 1))
	m, err := png.Decode(&b)
	require.NoError(t, err)
	require.Equal(t, 69+8, m.Bounds().Dx())
}

func FuzzParse(f *testing.F) {
	good, _ := sample().Payload()
	f.Add([]byte(good))
	f.Add([]byte("BCD\n001\n2\nSCT\nBHBLDEHHXXX\nFranz Musterm\xe4nn\nDE71110220330123456789\nEUR12.3\nGDDS\nRF18539007547034"))
	f.Add([]byte("BCD\r\n002\r\n1\r\nSCT\r\n\r\nStadt\r\nDE89370400440532013000"))
	f.Fuzz(func(t *testing.T, payload []byte) {
		d, err := epcqr.Parse(payload)
		if err != nil {
			require.Nil(t, d)
			var invalid *finding.InvalidError
			require.ErrorAs(t, err, &invalid)
			return
		}
		again, err := d.Payload()
		if err != nil { // other character sets may need more bytes in UTF-8
			require.True(t, d.Charset != 1 || len(payload) > 300)
			return
		}
		twice, err := epcqr.Parse([]byte(again))
		require.NoError(t, err)
		require.Equal(t, d.Code, twice.Code)
	})
}

func ExampleCode_Payload() {
	code := epcqr.Code{
		Name: "Stadt Musterstadt Stadtkasse", IBAN: "DE89370400440532013000",
		Amount: payment.EUR(1200), Text: "4200000000061 Meldebescheinigung",
	}
	payload, err := code.Payload()
	fmt.Printf("%q %v\n", payload, err)
	// Output: "BCD\n002\n1\nSCT\n\nStadt Musterstadt Stadtkasse\nDE89370400440532013000\nEUR12.00\n\n\n4200000000061 Meldebescheinigung" <nil>
}

func ExampleParse() {
	code, err := epcqr.Parse([]byte("BCD\n002\n1\nSCT\n\nStadt Musterstadt\nDE89370400440532013000\nEUR12.00\n\nRF18539007547034"))
	if err != nil {
		panic(err)
	}
	fmt.Println(code.Amount.German(), code.IBAN.Format(), code.Reference.Format())
	// Output: 12,00 € DE89 3704 0044 0532 0130 00 RF18 5390 0754 7034
}
