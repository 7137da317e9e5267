package xbezahldienste

import (
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/payment"
	"github.com/bausteine/egov/xoev/finding"
)

func testClaim() payment.Claim {
	return payment.Claim{
		Tenant: "musterstadt", ID: "K1", Amount: payment.EUR(3070), Purpose: "Meldebescheinigung 4711", Description: "Gebühr, einfache Auskunft",
	}
}

func itemClaim() payment.Claim {
	c := testClaim()
	c.Amount = payment.EUR(4380)
	c.Items = []payment.Item{
		{ID: "1", Reference: "R-1", Description: "Auszug", Quantity: 2, UnitNet: payment.EUR(1000), BookingData: map[string]string{"hhst": "1"}},
		{ID: "2", Quantity: 1, UnitNet: payment.EUR(2000), UnitTax: payment.EUR(380), TaxRate: 1900, BookingData: map[string]string{"hhst": "2"}},
	}
	c.Payer = &payment.Payer{Name: "Mustermann", FirstName: "Erika", PostalCode: "99999", Country: "DE", AddressLines: []string{"Hinterhaus"}}
	return c
}

func newProvider(t testing.TB, base string, o Options) *Provider {
	t.Helper()
	p, err := New(base, "meldewesen", "09999999", &o)
	require.NoError(t, err)
	return p
}

func TestOrdinaryTextsThatTheStandardRefuses(t *testing.T) {
	for _, tt := range []struct {
		purpose, index string
	}{
		{"§ 5 Abs. 2 BMG", "0"}, {"Gebühr/Auslagen", "3"}, {"Fischereischein (1 Jahr)", "16"}, {"Mueller & Soehne", "8"},
		{"Strasse 1: Test", "9"}, {"Bescheid vom 1.2.2026", "14"},
	} {
		t.Run(tt.purpose, func(t *testing.T) {
			found := CheckTexts(tt.purpose, "")
			require.Len(t, found, 1)
			assert.Equal(t, "XBZ-002", found[0].Code)
			assert.Equal(t, "purpose", found[0].Path)
			assert.Equal(t, tt.index, found[0].Params["index"], "counted in characters")
		})
	}
	for _, description := range []string{"§ 5", "Gebühr/Auslagen", "Schein (1 Jahr)", "Müller & Söhne", "Straße 1: Test", "Ș"} {
		assert.True(t, finding.Has(CheckTexts("x", description), "XBZ-002"), description)
	}
	assert.Empty(t, CheckTexts("Meldebescheinigung_1 - 2", "Gebühr für Straße 1, Ž. 2"))
}

func TestRulesBeforeSending(t *testing.T) {
	options := Options{SendRequestor: true, BookingDataKeys: []string{"hhst"}}
	p := newProvider(t, "https://payment.example", options)
	require.Empty(t, p.Check(itemClaim()))
	covered := map[string]bool{"XBZ-010": true} // TestWhatComesWithTheAttempt
	for _, tt := range []struct {
		name       string
		change     func(*payment.Claim)
		code, path string
	}{
		{"28 characters", func(c *payment.Claim) { c.Purpose = strings.Repeat("a", 28) }, "XBZ-001", "purpose"},
		{"251 characters", func(c *payment.Claim) { c.Description = strings.Repeat("ä", 251) }, "XBZ-001", "description"},
		{"foreign postcode", func(c *payment.Claim) { c.Payer.PostalCode = "SW1A 1AA" }, "XBZ-001", "payer.postalCode"},
		{"house number", func(c *payment.Claim) { c.Payer.HouseNumber = strings.Repeat("1", 21) }, "XBZ-001", "payer.houseNumber"},
		{"ten lines", func(c *payment.Claim) { c.Payer.AddressLines = make([]string, 10) }, "XBZ-001", "payer.addressLines"},
		{"umlaut in the purpose", func(c *payment.Claim) { c.Purpose = "Gebühr" }, "XBZ-002", "purpose"},
		{"item's text", func(c *payment.Claim) { c.Items[1].Description = "a/b" }, "XBZ-002", "items[1].description"},
		{"item's reference", func(c *payment.Claim) { c.Items[0].Reference = "1.2" }, "XBZ-002", "items[0].reference"},
		{"item's ID", func(c *payment.Claim) { c.Items[0].ID = "a:b" }, "XBZ-002", "items[0].id"},
		{"no purpose", func(c *payment.Claim) { c.Purpose = "" }, "XBZ-003", "purpose"},
		{"not UTF-8", func(c *payment.Claim) { c.Description = "\xff" }, "XBZ-004", "description"},
		{"a cent above the greatest sum", func(c *payment.Claim) { c.Items, c.Amount = nil, payment.EUR(99999901) }, "XBZ-005", "amount"},
		{"nothing", func(c *payment.Claim) { c.Items, c.Amount = nil, payment.EUR(0) }, "XBZ-005", "amount"},
		{"a cent off", func(c *payment.Claim) { c.Amount.Cents++ }, "XBZ-006", "items"},
		{"a hundred items", func(c *payment.Claim) { c.Items = make([]payment.Item, 100) }, "XBZ-007", "items"},
		{"quantity", func(c *payment.Claim) {
			c.Items = append(c.Items, payment.Item{ID: "3", UnitNet: payment.EUR(5), BookingData: map[string]string{"hhst": "1"}})
		}, "XBZ-008", "items[2]"},
		{"tax rate", func(c *payment.Claim) { c.Items[1].TaxRate = 10001 }, "XBZ-008", "items[1]"},
		{"francs", func(c *payment.Claim) { c.Items, c.Amount.Currency = nil, "CHF" }, "XBZ-009", "amount.currency"},
		{"booking data", func(c *payment.Claim) { delete(c.Items[1].BookingData, "hhst") }, "XBZ-011", "items[1].bookingData"},
		{"country", func(c *payment.Claim) { c.Payer.Country = "Deutschland" }, "XBZ-012", "payer.country"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := itemClaim()
			tt.change(&c)
			if c.Items == nil {
				c.BookingData = map[string]string{"hhst": "1"}
			}
			found := p.Check(c)
			require.Len(t, found, 1)
			assert.Equal(t, tt.code, found[0].Code)
			assert.Equal(t, tt.path, found[0].Path)
			covered[tt.code] = true
			_, err := p.Create(t.Context(), payment.CreateRequest{Claim: c, RequestID: "R1", ReturnURL: "https://a.example/"})
			var bad *finding.InvalidError
			require.ErrorAs(t, err, &bad, "and nothing is sent")
		})
	}
	for _, r := range Rules() {
		assert.True(t, covered[r.Code], "no test breaks %s", r.Code)
	}
	silent := newProvider(t, "https://payment.example", Options{})
	c := itemClaim()
	c.Payer.PostalCode = "SW1A 1AA"
	assert.Empty(t, silent.Check(c), "what is not sent is not checked")
	c = testClaim()
	c.Amount = payment.EUR(99999900)
	assert.Empty(t, silent.Check(c), "the greatest sum")
	c.Kassenzeichen = "1.2"
	assert.True(t, finding.Has(silent.Check(c), "XBZ-002"))
}

func TestWhatComesWithTheAttempt(t *testing.T) {
	p := newProvider(t, "https://payment.example", Options{})
	for name, r := range map[string]payment.CreateRequest{
		"relative":  {RequestID: "R", ReturnURL: "/zahlung"},
		"no URL":    {RequestID: "R", ReturnURL: ""},
		"scheme":    {RequestID: "R", ReturnURL: "javascript://a.example/"},
		"too long":  {RequestID: "R", ReturnURL: "https://a.example/" + strings.Repeat("a", 2082)},
		"not a URL": {RequestID: "R", ReturnURL: "https://a.example/%zz"},
	} {
		r.Claim = testClaim()
		_, err := p.Create(t.Context(), r)
		var bad *finding.InvalidError
		require.ErrorAs(t, err, &bad, name)
		assert.Equal(t, "XBZ-010", bad.Findings[0].Code, name)
	}
	_, err := p.Create(t.Context(), payment.CreateRequest{Claim: testClaim(), RequestID: "a b", ReturnURL: "https://a.example/"})
	var bad *finding.InvalidError
	require.ErrorAs(t, err, &bad)
	assert.Equal(t, "requestId", bad.Findings[0].Path)
}

func TestTransliterate(t *testing.T) {
	for _, tt := range []struct {
		in      string
		field   Field
		want    string
		changes int
	}{
		{"Meldebescheinigung", Purpose, "Meldebescheinigung", 0},
		{"Gebühr/Auslagen", Purpose, "Gebuehr-Auslagen", 2},
		{"Gebühr/Auslagen", Description, "Gebühr-Auslagen", 1},
		{"§ 5 Abs. 2 BMG", Purpose, "Par 5 Abs  2 BMG", 2},
		{"Müller & Söhne", Description, "Müller und Söhne", 1},
		{"Șerban Ḿ", Description, "Serban M", 2},
		{"Łódź Žižka", Purpose, "Lodz Zizka", 5},
		{"u\u0308ber", Purpose, "ueber", 1},
		{"漢", Purpose, "-", 1},
		{"ﬁx", Purpose, "fix", 1},
	} {
		t.Run(tt.in, func(t *testing.T) {
			got, changes := Transliterate(tt.in, tt.field)
			assert.Equal(t, tt.want, got)
			assert.Len(t, changes, tt.changes)
		})
	}
	_, changes := Transliterate("für §", Purpose)
	assert.Equal(t, []Replacement{{Index: 1, From: 'ü', To: "ue"}, {Index: 4, From: '§', To: "Par"}}, changes)
}

// FuzzTexts holds our alphabets against the documented patterns.
func FuzzTexts(f *testing.F) {
	for _, s := range []string{"", "Gebühr/Auslagen", "a\u017Fb", "a\u0180b", "a\vb", "a\u00a0b", "\xff", strings.Repeat("ä", 28), "Łódź"} {
		f.Add(s)
	}
	purpose := regexp.MustCompile(`^[\w\d\s-]{1,27}$`)
	description := regexp.MustCompile(`^[\w\d\s\-,.\x{00C0}-\x{017F}]{0,250}$`)
	f.Fuzz(func(t *testing.T, s string) {
		valid := utf8.ValidString(s)
		if got, want := len(CheckTexts(s, "")) == 0, valid && purpose.MatchString(s); got != want {
			t.Fatalf("purpose %q: accepted %v, pattern %v", s, got, want)
		}
		if got, want := len(CheckTexts("x", s)) == 0, valid && description.MatchString(s); got != want {
			t.Fatalf("description %q: accepted %v, pattern %v", s, got, want)
		}
		for _, field := range []Field{Purpose, Description} {
			text, _ := Transliterate(s, field)
			again, changes := Transliterate(text, field)
			if again != text || len(changes) != 0 {
				t.Fatalf("%q: %q is not stable", s, text)
			}
		}
	})
}
