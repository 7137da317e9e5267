package payment_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/payment"
	"github.com/bausteine/egov/payment/paymenttest"
	"github.com/bausteine/egov/xoev/finding"
)

// platformRules are those that TestPlatformLimits breaks, each.
var platformRules = map[string]bool{"PAY-030": true, "PAY-031": true, "PAY-032": true, "PAY-033": true, "PAY-034": true, "PAY-035": true}

func limits() payment.Capabilities {
	return payment.Capabilities{
		Currencies: []string{"EUR"}, MinCents: 100, MaxCents: 99999900, MaxItems: 2, BookingDataKeys: []string{"hhst"},
		Texts: map[string]payment.TextLimit{
			"purpose": {Max: 27, Alphabet: `[0-9A-Za-z_ \-]`}, "description": {Max: 250}, "items.description": {Max: 10}, "kassenzeichen": {Max: 12},
		},
	}
}

func TestPlatformLimits(t *testing.T) {
	b := newBench(t)
	b.platform.Limits = limits()
	good := func() payment.Claim {
		c := claim("K1")
		c.BookingData = map[string]string{"hhst": "1234"}
		return c
	}
	findings, err := b.Check(good())
	require.NoError(t, err)
	require.Empty(t, findings)
	item := payment.Item{ID: "1", Quantity: 1, UnitNet: payment.EUR(3070), BookingData: map[string]string{"hhst": "1"}}
	seen := make(map[string]bool)
	for _, tt := range []struct {
		name   string
		change func(*payment.Claim)
		code   string
		path   string
	}{
		{"too small", func(c *payment.Claim) { c.Amount = payment.EUR(99) }, "PAY-031", "amount"},
		{"too large, and not cut", func(c *payment.Claim) { c.Amount = payment.EUR(99999901) }, "PAY-031", "amount"},
		{"too many items", func(c *payment.Claim) {
			for _, id := range []string{"1", "2", "3"} {
				i := item
				i.ID, i.UnitNet = id, payment.EUR(100)
				c.Items = append(c.Items, i)
			}
			c.Amount = payment.EUR(300)
		}, "PAY-032", "items"},
		{"long purpose, and not cut", func(c *payment.Claim) { c.Purpose = strings.Repeat("a", 28) }, "PAY-033", "purpose"},
		{"long item", func(c *payment.Claim) {
			i := item
			i.Description = strings.Repeat("a", 11)
			c.Items = append(c.Items, i)
		}, "PAY-033", "items[0].description"},
		{"an umlaut", func(c *payment.Claim) { c.Purpose = "Gebühr" }, "PAY-034", "purpose"},
		{"no booking data", func(c *payment.Claim) { c.BookingData = nil }, "PAY-035", "bookingData"},
		{"no booking data in an item", func(c *payment.Claim) {
			i := item
			i.BookingData = nil
			c.Items = append(c.Items, i)
		}, "PAY-035", "items[0].bookingData"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := good()
			tt.change(&c)
			findings, err := b.Check(c)
			require.NoError(t, err)
			require.Len(t, findings, 1)
			assert.Equal(t, tt.code, findings[0].Code)
			assert.Equal(t, tt.path, findings[0].Path)
			seen[tt.code] = true
			b.store = payment.NewMemoryStore()
			s := b.restart(t)
			_, err = s.Open(t.Context(), c)
			require.NoError(t, err)
			_, err = s.Start(t.Context(), c.Tenant, c.ID)
			var bad *finding.InvalidError
			require.ErrorAs(t, err, &bad)
			assert.Empty(t, b.platform.Requests(), "nothing was sent")
		})
	}
	francs := limits()
	francs.Currencies = []string{"CHF"}
	findings = francs.Check(good())
	require.Len(t, findings, 1)
	seen[findings[0].Code] = true
	assert.Equal(t, "PAY-030", findings[0].Code)
	assert.Equal(t, platformRules, seen)
}

// plain is a provider that can create and query only.
type plain struct{ payment.Provider }

func TestCapabilities(t *testing.T) {
	b := newBench(t)
	b.platform.Limits = limits()
	c, err := b.Capabilities("musterstadt", "")
	require.NoError(t, err)
	want := limits()
	want.Cancel, want.Refund, want.Lookup, want.Notification, want.Health = true, true, true, true, true
	assert.Equal(t, want, c)
	c, err = serviceWith(t, b, plain{new(paymenttest.Provider)}).Capabilities("musterstadt", "fake")
	require.NoError(t, err)
	assert.Equal(t, payment.Capabilities{Currencies: []string{"EUR"}}, c)
	_, err = b.Capabilities("musterstadt", "other")
	assert.ErrorIs(t, err, payment.ErrNoProvider)
	broken := payment.Capabilities{Texts: map[string]payment.TextLimit{"purpose": {Alphabet: "["}}}
	require.Len(t, broken.Check(claim("K1")), 1, "an alphabet that cannot be read allows nothing")
}

func TestPayPagesElsewhereAreNotFollowed(t *testing.T) {
	for _, tt := range []struct {
		name, page string
		pages      []string
		ok         bool
	}{
		{"any", "https://anywhere.example/x", nil, true},
		{"the one", "https://pay.example/x", []string{"https://other.example", "https://pay.example"}, true},
		{"another host", "https://pay.example.evil.example/x", []string{"https://pay.example"}, false},
		{"another scheme", "http://pay.example/x", []string{"https://pay.example"}, false},
		{"a user before the host", "https://pay.example@evil.example/x", []string{"https://pay.example"}, false},
		{"a user", "https://a@pay.example/x", []string{"https://pay.example"}, false},
		{"another port", "https://pay.example:444/x", []string{"https://pay.example"}, false},
		{"no address", "javascript:alert(1)", []string{"https://pay.example"}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := newBench(t)
			b.platform.OnCreate = func(_ payment.CreateRequest, r *payment.Result) (*payment.Result, error) {
				r.PayPageURL = tt.page
				return r, nil
			}
			s, err := payment.New(b.store, []payment.Registration{{Key: "fake", Version: "1", Provider: b.platform, PayPages: tt.pages}}, config(b.clock))
			require.NoError(t, err)
			b.open(t, "K1")
			a, err := s.Start(t.Context(), "musterstadt", "K1")
			if tt.ok {
				require.NoError(t, err)
				assert.Equal(t, tt.page, a.PayPageURL)
				return
			}
			require.ErrorIs(t, err, payment.ErrBadAnswer)
			assert.Equal(t, payment.StateUnknown, b.attempts(t, "K1")[0].State)
		})
	}
	for _, bad := range []string{"pay.example", "https://pay.example/", "ftp://pay.example", "https://a@pay.example", ""} {
		_, err := payment.New(payment.NewMemoryStore(), []payment.Registration{
			{Key: "fake", Version: "1", Provider: new(paymenttest.Provider), PayPages: []string{bad}},
		}, config(newClock()))
		assert.Error(t, err, bad)
	}
}

func TestTargetsAreFromAFixedList(t *testing.T) {
	for _, tt := range []struct {
		target string
		ok     bool
	}{
		{"/antrag/K1", true}, {"/danke", true}, {"/antrag/", true}, {"/danke?x=1", true}, {"/danke/x", false}, {"/anders", false}, {"/antrag/../anders", false}, {"/antragx", false},
	} {
		b := newBench(t)
		a := b.start(t, "K1")
		b.platform.Set(a.TransactionID, payment.StatePaid)
		c := config(b.clock)
		c.Targets = []string{"/antrag/", "/danke"}
		c.Target = func(payment.Claim, payment.State) string { return tt.target }
		var err error
		b.Service, err = payment.New(b.store, []payment.Registration{{Key: "fake", Version: "1", Provider: b.platform}}, c)
		require.NoError(t, err)
		w := b.visit(t, "GET", b.returnURL(0))
		if tt.ok {
			assert.Equal(t, 303, w.Code, tt.target)
		} else {
			assert.Equal(t, 200, w.Code, tt.target)
			assert.Contains(t, w.Body.String(), "Ihre Zahlung ist eingegangen")
		}
	}
}
