package submission_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev"
	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/signature"
	"github.com/bausteine/egov/xoev/submission"
	"github.com/bausteine/egov/xoev/xmlscan"
)

// inboxes runs a test on every inbox.
func inboxes(t *testing.T, f func(t *testing.T, inbox submission.Inbox)) {
	t.Run("memory", func(t *testing.T) { f(t, submission.NewMemoryInbox()) })
	both(t, func(t *testing.T, on kind) {
		inbox, err := submission.NewSQLInbox(t.Context(), newDB(t, on))
		require.NoError(t, err)
		f(t, inbox)
	})
}

func TestReceiveAccepts(t *testing.T) {
	d := newDesk(t, submission.NewMemoryInbox(), nil)
	for _, tt := range []struct {
		name, kind string
		p          submission.Package
	}{
		{"detached, id in an attribute", "Antrag", d.detached("a-1", "antrag.xml", form("a-1", ""))},
		{"enveloped, id in an attribute", "Antrag", d.enveloped("a-2", form("a-2", ""))},
		{"detached, id in the file name", "Anlage", d.detached("a-3", "a-3.xml", []byte(`<anlage xmlns="`+nsForm+`"/>`))},
		{"XÖV message", "XWasser", d.detached(uuid, "nachricht.xml", wasser(t, func(*xoev.Message) {}))},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d.taken = nil
			r := d.receive(tt.p)
			require.Equal(t, finding.Accepted, r.Verdict, "%v", r)
			require.False(t, r.Repeat)
			require.Equal(t, tt.kind, r.Submitted.Kind)
			require.Equal(t, d.id.cert, r.Submitted.Signer)
			require.Equal(t, tt.kind == "XWasser", r.Submitted.Envelope != nil)
			require.NotContains(t, string(r.Submitted.Content), "SignatureValue")
			require.Equal(t, []*submission.Submitted{r.Submitted}, d.taken)

			require.Equal(t, finding.Accepted, r.Receipt.Verdict)
			require.Equal(t, sha256Hex(tt.p.Document), r.Receipt.Digest)
			require.Equal(t, d.clock.Now(), r.Receipt.ReceivedAt)
			reference, err := submission.NewReference("EB", tenant, tt.p.ID)
			require.NoError(t, err)
			require.Equal(t, reference, r.Receipt.Reference)
			parsed, err := submission.ParseReceipt(bytes.NewReader(r.ReceiptXML))
			require.NoError(t, err)
			require.Equal(t, r.Receipt, parsed)
		})
	}
}

// vector breaks one rule of the catalogue; its neighbours in TestReceiveAccepts
// pass.
type vector struct {
	name string
	want []string // all codes
	p    func(t *testing.T, d *desk) submission.Package
}

func vectors() []vector {
	with := func(change func(*submission.Package)) func(*testing.T, *desk) submission.Package {
		return func(_ *testing.T, d *desk) submission.Package {
			p := d.good("a-1")
			change(&p)
			return p
		}
	}
	message := func(change func(*xoev.Message)) func(*testing.T, *desk) submission.Package {
		return func(t *testing.T, d *desk) submission.Package {
			return d.detached(uuid, "nachricht.xml", wasser(t, change))
		}
	}
	before := func(first, then func(d *desk) submission.Package) func(*testing.T, *desk) submission.Package {
		return func(t *testing.T, d *desk) submission.Package {
			require.Equal(t, finding.Accepted, d.receive(first(d)).Verdict)
			d.taken = nil
			return then(d)
		}
	}
	good := func(d *desk) submission.Package { return d.good("a-1") }
	return []vector{
		{"id leaves the folder", []string{"SUB-001"}, with(func(p *submission.Package) { p.ID = "../a-1" })},
		{"no tenant", []string{"SUB-001"}, with(func(p *submission.Package) { p.Tenant = "" })},
		{"file name with a folder", []string{"SUB-002"}, with(func(p *submission.Package) { p.Name = "a/antrag.xml" })},
		{"empty document", []string{"SUB-003"}, with(func(p *submission.Package) { p.Document = nil })},
		{"big document", []string{"SUB-003"}, with(func(p *submission.Package) { p.Document = make([]byte, 100_001) })},
		{"big signature", []string{"SUB-003"}, with(func(p *submission.Package) { p.Signature = make([]byte, 100_001) })},
		{"tenant without senders", []string{"SUB-004"}, with(func(p *submission.Package) { p.Tenant = "niemandsstadt" })},
		{"another namespace", []string{"SUB-010"}, func(_ *testing.T, d *desk) submission.Package {
			return d.detached("a-1", "antrag.xml", bytes.Replace(form("a-1", ""), []byte(nsForm), []byte("urn:other"), 1))
		}},
		{"XÖV namespace without a header", []string{"SUB-011"}, func(_ *testing.T, d *desk) submission.Package {
			return d.detached("a-1", "antrag.xml", []byte(`<x xmlns="`+nsWasser+`"/>`))
		}},
		{"another version", []string{"SUB-012"}, message(func(m *xoev.Message) { m.Version = "0.9" })},
		{"another standard", []string{"SUB-012"}, message(func(m *xoev.Message) { m.Standard = "XBau" })},
		{"test message", []string{"SUB-013"}, message(func(m *xoev.Message) { m.Test = "false"; m.TestPresent = true })},
		{"no id", []string{"SUB-020"}, func(_ *testing.T, d *desk) submission.Package {
			return d.detached("a-1", "antrag.xml", bytes.Replace(form("a-1", ""), []byte(" id="), []byte(" nr="), 1))
		}},
		{"id in the file name, which is not signed", []string{"SUB-020"}, func(_ *testing.T, d *desk) submission.Package {
			p := d.enveloped("a-3", []byte(`<anlage xmlns="`+nsForm+`"/>`))
			p.Name = "a-3.xml"
			return p
		}},
		{"another id", []string{"SUB-021"}, with(func(p *submission.Package) { p.ID = "a-2" })},
		{"another id, XÖV", []string{"SUB-021"}, func(t *testing.T, d *desk) submission.Package {
			return d.detached("a-1", "nachricht.xml", wasser(t, func(*xoev.Message) {}))
		}},
		{"id with other content", []string{"ANTRAG-2", "SUB-030"}, before(good, func(d *desk) submission.Package {
			return d.detached("a-1", "antrag.xml", form("a-1", "<neu/>"))
		})},
		{"replay under another id", []string{"SUB-021", "SUB-031"}, before(good, func(d *desk) submission.Package {
			p := d.good("a-1")
			p.ID = "a-2"
			return p
		})},
		{"replay for another tenant", []string{"ANTRAG-2", "SUB-031"}, before(good, func(d *desk) submission.Package {
			p := d.good("a-1")
			p.Tenant = "beispielstadt"
			return p
		})},
	}
}

func TestEveryRuleRejects(t *testing.T) {
	seen := map[string]bool{}
	for _, v := range vectors() {
		t.Run(v.name, func(t *testing.T) {
			inboxes(t, func(t *testing.T, inbox submission.Inbox) {
				var d *desk
				d = newDesk(t, inbox, func(o *submission.ReceiverOptions) {
					o.VerifierOf = func(tenant string) submission.Verifier {
						if tenant == "niemandsstadt" {
							return nil
						}
						return &signature.Verifier{Trust: signature.Pinned(d.id.cert), Now: d.clock.Now}
					}
				})
				r := d.receive(v.p(t, d))
				require.Equal(t, finding.Rejected, r.Verdict)
				require.Equal(t, v.want, codes(r))
				require.Nil(t, r.Submitted)
				require.Empty(t, d.taken)
				for _, f := range r.Findings {
					// What the content breaks has a place.
					inside := strings.HasPrefix(f.Code, "SUB-") && f.Code > "SUB-009" || f.Line > 0
					require.Equal(t, inside, f.Path != "" && f.Line > 0, f.Code)
				}
				require.Equal(t, v.want[0] == "SUB-001", r.Receipt == nil)
				if r.Receipt != nil {
					require.Equal(t, finding.Rejected, r.Receipt.Verdict)
					require.Equal(t, v.want, r.Receipt.Codes)
				}
			})
		})
		for _, code := range v.want {
			seen[code] = true
		}
	}
	for _, v := range receiptVectors() {
		seen[v.want] = true
	}
	last := ""
	for _, rule := range submission.Rules() {
		require.True(t, seen[rule.Code], "%s has no vector", rule.Code)
		require.Less(t, last, rule.Code, "codes are unique and in order")
		require.NotEmpty(t, rule.Source)
		require.NotEmpty(t, rule.Message)
		last = rule.Code
	}
}

func TestAttacksAreRejected(t *testing.T) {
	other, err := stranger()
	require.NoError(t, err)
	replace := func(p submission.Package, old, repl string) submission.Package {
		if !bytes.Contains(p.Document, []byte(old)) {
			panic("the vector breaks nothing")
		}
		p.Document = bytes.Replace(p.Document, []byte(old), []byte(repl), 1)
		return p
	}
	for _, tt := range []struct {
		name string
		want string // beginning of the code
		p    func(d *desk) submission.Package
	}{
		{"a changed byte, detached", "SIG-", func(d *desk) submission.Package { return replace(d.good("a-1"), "Erika", "Erica") }},
		{"a changed byte, enveloped", "SIG-", func(d *desk) submission.Package {
			return replace(d.enveloped("a-1", form("a-1", "")), "Erika", "Erica")
		}},
		{"another file name", "SIG-", func(d *desk) submission.Package {
			p := d.good("a-1")
			p.Name = "bescheid.xml"
			return p
		}},
		{"the signature of another document", "SIG-", func(d *desk) submission.Package {
			p := d.good("a-1")
			p.Signature = d.detached("a-1", "antrag.xml", form("a-1", "<x/>")).Signature
			return p
		}},
		{"a second root", "XML-", func(d *desk) submission.Package {
			p := d.enveloped("a-1", form("a-1", ""))
			p.Document = append(p.Document, form("a-1", "<x/>")...)
			return p
		}},
		{"a document type", "XML-", func(d *desk) submission.Package {
			p := d.enveloped("a-1", form("a-1", ""))
			p.Document = append([]byte(`<!DOCTYPE antrag [<!ENTITY x "y">]>`), p.Document...)
			return p
		}},
		{"signed content wrapped in another root", "SIG-", func(d *desk) submission.Package {
			signed := d.enveloped("a-1", form("a-1", ""))
			start := bytes.Index(signed.Document, []byte("<ds:Signature"))
			if start < 0 {
				start = bytes.Index(signed.Document, []byte("<Signature"))
			}
			end := bytes.LastIndex(signed.Document, []byte("</a:antrag>"))
			sig := signed.Document[start:end]
			signed.Document = []byte(`<a:antrag xmlns:a="` + nsForm + `" id="a-1"><name>Mallory</name><alt>` +
				string(form("a-1", "")) + `</alt>` + string(sig) + `</a:antrag>`)
			return signed
		}},
		{"no signature", "SIG-", func(d *desk) submission.Package {
			return submission.Package{Tenant: tenant, ID: "a-1", Name: "antrag.xml", Document: form("a-1", "")}
		}},
		{"a stranger's signature", "SIG-", func(d *desk) submission.Package {
			p := d.good("a-1")
			p.Signature, err = other.signer.SignDetached(p.Document, p.Name, nil)
			require.NoError(d.t, err)
			return p
		}},
		{"an expired certificate", "SIG-", func(d *desk) submission.Package {
			d.clock.Add(60 * 24 * time.Hour)
			return d.good("a-1")
		}},
		{"a signature that is no XML", "", func(d *desk) submission.Package {
			p := d.good("a-1")
			p.Signature = []byte("%PDF-1.7")
			return p
		}},
		{"what the kind's own check refuses", "ANTRAG-1", func(d *desk) submission.Package {
			return d.detached("a-1", "antrag.xml", form("a-1", "<falsch/>"))
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := newDesk(t, submission.NewMemoryInbox(), nil)
			r := d.receive(tt.p(d))
			require.Equal(t, finding.Rejected, r.Verdict)
			require.NotEmpty(t, r.Findings)
			require.True(t, slices.ContainsFunc(r.Findings, func(f finding.Finding) bool { return strings.HasPrefix(f.Code, tt.want) }), "%v", r)
			require.Nil(t, r.Submitted)
			require.Empty(t, d.taken)
			require.Equal(t, finding.Rejected, r.Receipt.Verdict)

			// A rejected package does not block its id.
			d.clock.Add(newClock().Now().Sub(d.clock.Now()))
			require.Equal(t, finding.Accepted, d.receive(d.good("a-1")).Verdict)
		})
	}
}

func TestRepeatsGetTheFirstReceipt(t *testing.T) {
	inboxes(t, func(t *testing.T, inbox submission.Inbox) {
		d := newDesk(t, inbox, nil)
		p := d.enveloped("a-1", form("a-1", ""))
		first := d.receive(p)
		require.Equal(t, finding.Accepted, first.Verdict)
		d.clock.Add(time.Hour)

		check := func(r *submission.Result) {
			require.Equal(t, finding.Accepted, r.Verdict, "%v", r)
			require.True(t, r.Repeat)
			require.Nil(t, r.Submitted)
			require.Equal(t, first.Receipt, r.Receipt)
			require.Equal(t, first.ReceiptXML, r.ReceiptXML)
			require.Len(t, d.taken, 1)
		}
		check(d.receive(p))
		// The same content with comments, which are not signed.
		other := p
		other.Document = append([]byte("<!-- zum zweiten Mal -->"), p.Document...)
		check(d.receive(other))
		// Identical bytes after the certificate expired.
		d.clock.Add(60 * 24 * time.Hour)
		check(d.receive(p))
	})
}

func TestTakeFailsThenSucceeds(t *testing.T) {
	inboxes(t, func(t *testing.T, inbox submission.Inbox) {
		d := newDesk(t, inbox, nil)
		d.failTake = errors.New("the Fachverfahren is away")
		came := d.clock.Now()
		_, err := d.Receive(t.Context(), d.good("a-1"))
		require.ErrorIs(t, err, d.failTake)

		// While it is half taken, other content under the id has no chance.
		r := d.receive(d.detached("a-1", "antrag.xml", form("a-1", "<neu/>")))
		require.Equal(t, finding.Rejected, r.Verdict)

		d.failTake = nil
		d.clock.Add(time.Hour)
		r = d.receive(d.good("a-1"))
		require.Equal(t, finding.Accepted, r.Verdict)
		require.False(t, r.Repeat)
		require.Equal(t, came, r.Receipt.ReceivedAt, "the time of receipt is the first")
		require.Len(t, d.taken, 1)
	})
}

func TestManyReceiveAtOnce(t *testing.T) {
	inboxes(t, func(t *testing.T, inbox submission.Inbox) {
		d := newDesk(t, inbox, nil)
		same := d.good("a-1")
		rivals := make([]submission.Package, 8)
		for i := range rivals {
			rivals[i] = d.detached("a-2", "antrag.xml", form("a-2", fmt.Sprintf("<nr>%d</nr>", i)))
		}
		var wg sync.WaitGroup
		receipts := make([]string, len(rivals))
		var mu sync.Mutex
		winners := 0
		for i := range rivals {
			wg.Go(func() {
				r, err := d.Receive(context.Background(), same)
				if assert.NoError(t, err) && assert.Equal(t, finding.Accepted, r.Verdict) {
					receipts[i] = string(r.ReceiptXML)
				}
				r, err = d.Receive(context.Background(), rivals[i])
				if assert.NoError(t, err) && r.Verdict == finding.Accepted {
					mu.Lock()
					winners++
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		for _, r := range receipts {
			require.Equal(t, receipts[0], r)
		}
		require.Equal(t, 1, winners, "one content wins the id")
	})
}

func TestCouldNotCheckIsAnError(t *testing.T) {
	d := newDesk(t, submission.NewMemoryInbox(), nil)
	_, err := d.Receive(t.Context(), d.detached("a-1", "antrag.xml", form("a-1", "<unklar/>")))
	require.ErrorIs(t, err, errSchemaAway)

	noTrust, err := submission.NewReceiver(submission.NewMemoryInbox(), &signature.Verifier{}, d.kinds(), nil)
	require.NoError(t, err)
	_, err = noTrust.Receive(t.Context(), d.good("a-1"))
	require.ErrorIs(t, err, signature.ErrNoTrust)

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = d.Receive(ctx, d.good("a-1"))
	require.ErrorIs(t, err, context.Canceled)
	require.Equal(t, finding.Accepted, d.receive(d.good("a-1")).Verdict)
}

func TestTestMessagesCanBeAllowed(t *testing.T) {
	d := newDesk(t, submission.NewMemoryInbox(), func(o *submission.ReceiverOptions) { o.AllowTestMessages = true })
	r := d.receive(d.detached(uuid, "nachricht.xml", wasser(t, func(m *xoev.Message) { m.Test, m.TestPresent = "100", true })))
	require.Equal(t, finding.Accepted, r.Verdict)
	require.True(t, r.Submitted.Envelope.IsTest())
}

func TestNewReceiverRefusesMistakes(t *testing.T) {
	root := xmlscan.Name{Space: nsForm, Local: "antrag"}
	id := submission.IDAttribute("", "id")
	ok := submission.Kind{Name: "Antrag", Root: root, ID: id}
	for name, kinds := range map[string][]submission.Kind{
		"no kinds":           nil,
		"no name":            {{Root: root, ID: id}},
		"form data, no id":   {{Name: "x", Root: root}},
		"form data, no root": {{Name: "x", Root: xmlscan.Name{Space: nsForm}, ID: id}},
		"XÖV with an id":     {{Name: "x", Root: root, ID: id, Standard: "X", Version: "1"}},
		"XÖV, no version":    {{Name: "x", Root: root, Standard: "X"}},
		"XÖV, no namespace":  {{Name: "x", Root: xmlscan.Name{Local: "a"}, Standard: "X", Version: "1"}},
		"one root twice":     {ok, ok},
	} {
		_, err := submission.NewReceiver(submission.NewMemoryInbox(), &signature.Verifier{}, kinds, nil)
		require.Error(t, err, name)
	}
	_, err := submission.NewReceiver(submission.NewMemoryInbox(), &signature.Verifier{}, []submission.Kind{ok}, nil)
	require.NoError(t, err)
	_, err = submission.NewReceiver(nil, &signature.Verifier{}, []submission.Kind{ok}, nil)
	require.Error(t, err)
	_, err = submission.NewReceiver(submission.NewMemoryInbox(), nil, []submission.Kind{ok}, nil)
	require.Error(t, err)
	_, err = submission.NewReceiver(submission.NewMemoryInbox(), &signature.Verifier{}, []submission.Kind{ok}, &submission.ReceiverOptions{Prefix: "klein"})
	require.ErrorIs(t, err, submission.ErrReferenceFormat)
}

func TestReceivedContentStaysOutOfTextAndLogs(t *testing.T) {
	var log bytes.Buffer
	d := newDesk(t, submission.NewMemoryInbox(), func(o *submission.ReceiverOptions) { o.Logger = textLogger(&log) })
	p := d.good("a-1")
	r := d.receive(p)
	for _, v := range []any{p, &p, r, r.Submitted, r.Receipt} {
		for _, format := range []string{"%v", "%+v", "%#v", "%s"} {
			require.NotContains(t, fmt.Sprintf(format, v), "Erika")
			require.NotContains(t, fmt.Sprintf(format, v), "69 114 105 107 97") // as bytes
		}
	}
	d.receive(d.detached("a-2", "antrag.xml", form("a-2", "<falsch/>")))
	require.Contains(t, log.String(), "ANTRAG-1")
	require.NotContains(t, log.String(), "Erika")
}

func TestInboxForgets(t *testing.T) {
	both(t, func(t *testing.T, on kind) {
		inbox, err := submission.NewSQLInbox(t.Context(), newDB(t, on))
		require.NoError(t, err)
		d := newDesk(t, inbox, nil)
		d.receive(d.good("a-1"))
		n, err := inbox.DeleteBefore(t.Context(), d.clock.Now())
		require.NoError(t, err)
		require.Zero(t, n)
		n, err = inbox.DeleteBefore(t.Context(), d.clock.Now().Add(time.Second))
		require.NoError(t, err)
		require.Equal(t, 1, n)
		_, err = inbox.Complete(t.Context(), tenant, "a-1", nil)
		require.ErrorIs(t, err, submission.ErrNotFound)
	})
}

func TestReceiptHasTheSendersReference(t *testing.T) {
	for name, tt := range map[string]struct{ attribute, want string }{
		"given":                    {` referenz="PARKEN-DTTKW-FJFFF-R6E6P"`, "PARKEN-DTTKW-FJFFF-R6E6P"},
		"not given":                {"", "EB-"},
		"empty":                    {` referenz=""`, "EB-"},
		"too long":                 {` referenz="` + strings.Repeat("x", 101) + `"`, "EB-"},
		"with a control character": {` referenz="a&#10;b"`, "EB-"},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t, submission.NewMemoryInbox(), nil)
			doc := bytes.Replace(form("a-1", ""), []byte(` id=`), []byte(tt.attribute+` id=`), 1)
			r := d.receive(d.detached("a-1", "antrag.xml", doc))
			require.Equal(t, finding.Accepted, r.Verdict)
			require.True(t, strings.HasPrefix(r.Receipt.Reference, tt.want), r.Receipt.Reference)
		})
	}
}
