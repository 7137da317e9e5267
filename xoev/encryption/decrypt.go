package encryption

import (
	"crypto/rsa"
	"errors"
	"fmt"
	"log/slog"
	"math"

	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/xmlscan"
)

// ErrDecrypt says that decryption failed: wrong key, changed ciphertext, bad
// padding. There is one error for all of that, always this very value, because who
// can tell failures apart can sometimes decrypt.
var ErrDecrypt = errors.New("encryption: decryption failed")

// Decrypter decrypts what was encrypted for own keys. Keys is required; everything
// else has a safe zero value. A Decrypter is not changed by its methods; several
// goroutines may use it at once.
type Decrypter struct {
	// Keys are the own keys: more than one while an old one is replaced. KeyInfo
	// chooses among them; where it says nothing, all are tried.
	Keys []Key
	// Policy says which algorithms and keys are good enough; zero is strict.
	Policy Policy
	// Recipient, if not empty, leaves out each EncryptedKey whose Recipient
	// attribute is there and another one.
	Recipient string
	// Limits bound the work; zero means the defaults.
	Limits Limits

	count func(operation string) // counts operations in tests; may be nil
}

// Place chooses an element of a document. The zero value means the root element.
type Place struct {
	// Offset is where the element's start tag begins, in bytes from the start of
	// the document, as [xmlscan.Scanner.Pos] gives it.
	Offset int64
	// ID, if not empty, is its ID attribute (Id, ID, id or xml:id), which must
	// be unique; Offset does not count then.
	ID string
}

// Request says what [Decrypter.Decrypt] has to decrypt.
type Request struct {
	// Document is the document around the EncryptedData.
	Document []byte
	// Scope, if not nil, says that Document is an element that was cut out of
	// another, and holds the namespace declarations in scope there (see
	// xmlscan.NewFragment).
	Scope []xmlscan.NSDecl
	// Place is where the EncryptedData is.
	Place Place
	// Kind is what the EncryptedData must stand for. One without Type is taken
	// for it, one with another Type is refused. A SAML EncryptedAssertion is an
	// [Element].
	Kind Kind
}

// LogValue gives sizes and kind, no content.
func (r Request) LogValue() slog.Value {
	return slog.GroupValue(slog.Int("bytes", len(r.Document)), slog.Bool("fragment", r.Scope != nil), slog.String("kind", r.Kind.String()))
}

// Decrypt decrypts one EncryptedData. The key may stand in its KeyInfo, or anywhere
// in the document: named by RetrievalMethod, by ReferenceList, by CarriedKeyName,
// or beside it as SAML has it.
//
// Content that is meant to be XML is scanned before it is handed out, with the
// namespaces of its place. EncryptedData in it stay as they are.
//
// The error is [ErrDecrypt], [ErrKey] or the key's own if it matches
// [ErrKeyUnavailable]; it matches *finding.InvalidError if the document or its
// encrypted parts cannot be read (codes of [Rules] and of xmlscan). The report is
// nil then. What must not be decrypted is in the report.
func (d *Decrypter) Decrypt(r Request) (*Report, error) {
	w, err := d.begin(len(r.Document))
	if err != nil {
		return nil, err
	}
	p, err := w.parse(r.Document, r.Scope, false)
	if err != nil {
		return nil, err
	}
	e, err := p.find(r.Place)
	if err != nil {
		return nil, err
	}
	jobs, err := w.plan(p, []*encrypted{e}, r.Kind, 1)
	if err != nil {
		return nil, err
	}
	if len(w.refused) > 0 {
		return &Report{Verdict: finding.Rejected, Findings: w.refused}, nil
	}
	content, err := w.run(jobs[0])
	if err != nil {
		return nil, err
	}
	return &Report{
		Verdict: finding.Accepted, Decrypted: w.done,
		content: content, scope: e.scope, fragment: true, limits: w.limits,
	}, nil
}

// work is one call of a Decrypter.
type work struct {
	*Decrypter
	limits  Limits
	publics []*rsa.PublicKey

	data, keys, operations int // used up
	unwrapped              map[unwrapID]unwrapResult
	matches                map[unwrapID]match

	refused []finding.Finding
	done    []Decrypted
}

func (d *Decrypter) begin(size int) (*work, error) {
	w := &work{Decrypter: d, limits: d.Limits.withDefaults(), unwrapped: map[unwrapID]unwrapResult{}, matches: map[unwrapID]match{}}
	if len(d.Keys) == 0 {
		return nil, fmt.Errorf("%w: no keys", ErrKey)
	}
	for _, k := range d.Keys {
		public, err := k.public()
		if err != nil {
			return nil, err
		}
		w.publics = append(w.publics, public)
	}
	if size > w.limits.MaxBytes {
		return nil, invalid(catalogue[ruleSize].At("", 0, 0, limit(w.limits.MaxBytes)))
	}
	return w, nil
}

// parse reads a document and takes what it holds from the limits.
func (w *work) parse(doc []byte, scope []xmlscan.NSDecl, wrapped bool) (*parser, error) {
	left := w.limits
	left.MaxEncryptedData -= w.data
	left.MaxEncryptedKeys -= w.keys
	p, err := parse(doc, scope, left, wrapped)
	if err != nil {
		return nil, err
	}
	if err := invalid(p.broken...); err != nil {
		return nil, err
	}
	w.data += len(p.data)
	w.keys += len(p.keys)
	return p, nil
}

// find returns the EncryptedData at a place.
func (p *parser) find(place Place) (*encrypted, error) {
	at := place.Offset
	if place.ID != "" {
		var err error
		if at, err = p.idOffset(place.ID); err != nil {
			return nil, err
		}
	}
	for _, e := range p.data {
		if e.start == at || at == 0 && place.ID == "" && e.parent == 0 {
			return e, nil
		}
	}
	return nil, invalid(catalogue[ruleNone].At("", 0, 0, nil))
}

// idOffset returns where the element with an ID starts.
func (p *parser) idOffset(id string) (int64, error) {
	offsets := locate(p.scanner(), id)
	switch len(offsets) {
	case 0:
		return 0, invalid(catalogue[ruleNone].At("", 0, 0, nil))
	case 1:
		return offsets[0], nil
	}
	return 0, invalid(catalogue[ruleDuplicate].At("", 0, 0, nil))
}

// locate returns where elements with an ID start, two at most.
func locate(s *xmlscan.Scanner, id string) []int64 {
	var offsets []int64
	for s.Next() && len(offsets) < 2 {
		eachID(s, func(value []byte) {
			if string(value) == id {
				offsets = append(offsets, s.Pos().Offset)
			}
		})
	}
	return offsets
}

// eachID calls f for the ID attributes of a start tag.
func eachID(s *xmlscan.Scanner, f func(value []byte)) {
	if s.Kind() != xmlscan.StartElement {
		return
	}
	for _, a := range s.Attrs() {
		if a.Space == "" && (a.Local == "Id" || a.Local == "ID" || a.Local == "id") ||
			a.Space == "http://www.w3.org/XML/1998/namespace" && a.Local == "id" {
			f(a.Value)
		}
	}
}

// kindOf says what an EncryptedData stands for, if that is what was expected.
func (e *encrypted) kindOf(want Kind) (Kind, bool) {
	stated := AsStated
	switch e.typ {
	case typeElement:
		stated = Element
	case typeContent:
		stated = Content
	}
	switch {
	case e.typ == "":
		return want, want != AsStated
	case stated == AsStated:
		return Octets, want == Octets
	}
	return stated, want == AsStated || want == stated
}

// job is one EncryptedData that may be decrypted.
type job struct {
	e     *encrypted
	kind  Kind
	suite suite
	ivs   []int // lengths of the initialisation vector to try
	pairs []pair
	level int
	// grounds of the content's algorithm, one for each of ivs
	grounds []Ground
}

// pair is an EncryptedKey with an own key that may decrypt it.
type pair struct {
	e       *encrypted
	own     int
	grounds []Ground
}

// plan judges everything before a private key is used. Broken structure is an
// error; what the policy refuses is added to w.refused.
func (w *work) plan(p *parser, data []*encrypted, kind Kind, level int) ([]job, error) {
	var broken []finding.Finding
	jobs := make([]job, 0, len(data))
	for _, e := range data {
		j := job{e: e, level: level}
		broken = append(broken, e.broken...)
		var ok bool
		if j.kind, ok = e.kindOf(kind); !ok {
			broken = append(broken, e.at(violation{rule: ruleType}))
		}
		keys, more := p.keysOf(e)
		broken = append(broken, more...)
		if len(broken) > 0 {
			continue
		}
		if v := w.judgeContent(&j); v != nil {
			if v.rule == ruleLength {
				broken = append(broken, e.at(*v))
			} else {
				w.refused = append(w.refused, e.at(*v))
			}
		}
		w.refused = append(w.refused, w.judgeKeys(&j, keys)...)
		jobs = append(jobs, j)
	}
	if len(broken) > 0 {
		return nil, invalid(broken...)
	}
	if n := w.planned(jobs); n > w.limits.MaxKeyOperations {
		return nil, invalid(catalogue[ruleOperations].At("", 0, 0, limit(w.limits.MaxKeyOperations)))
	}
	return jobs, nil
}

// planned counts the uses of private keys, with those before.
func (w *work) planned(jobs []job) int {
	n := w.operations
	seen := map[unwrapID]bool{}
	for _, j := range jobs {
		for _, p := range j.pairs {
			id := unwrapID{p.e, p.own, j.suite.keyLen}
			if _, old := w.unwrapped[id]; !old && !seen[id] {
				seen[id] = true
				n++
			}
		}
	}
	return min(n, math.MaxInt32)
}

// judgeContent judges the algorithm of the content and the lengths.
func (w *work) judgeContent(j *job) *violation {
	m := j.e.method
	s, known := suiteOf(m.uri)
	g, refused := w.Policy.allow(m.uri, ruleAlgorithm)
	if !known || len(refused) > 0 {
		return &violation{rule: ruleAlgorithm}
	}
	j.suite = s
	if s.mode != modeGCM {
		j.ivs, j.grounds = []int{s.block}, []Ground{g}
		if !s.fits(len(j.e.cipher), 0) {
			return &violation{rule: ruleLength}
		}
		return nil
	}
	lengths := []int{gcmIV, gcmOldIV}
	if m.ivLength != 0 {
		lengths = []int{m.ivLength}
	}
	fits := false
	for _, n := range lengths {
		if g, ok := w.Policy.allowIV(m.uri, n); ok {
			fits = fits || s.fits(len(j.e.cipher), n)
			if s.fits(len(j.e.cipher), n) {
				j.ivs, j.grounds = append(j.ivs, n), append(j.grounds, g)
			}
		} else if m.ivLength != 0 {
			return &violation{rule: ruleIV}
		}
	}
	if !fits {
		return &violation{rule: ruleLength}
	}
	return nil
}

// judgeKeys chooses which EncryptedKey to decrypt with which own key.
func (w *work) judgeKeys(j *job, keys []*encrypted) []finding.Finding {
	if len(keys) == 0 {
		rule := ruleNoKey
		if j.e.agreement {
			rule = ruleAgreement
		}
		return []finding.Finding{j.e.at(violation{rule: rule})}
	}
	best := matchNo
	for _, level := range []match{matchYes, matchUnknown} {
		for _, k := range keys {
			if w.Recipient != "" && k.recipient != "" && k.recipient != w.Recipient {
				continue
			}
			for own := range w.Keys {
				if w.named(k, own) == level {
					best = level
					j.pairs = append(j.pairs, pair{e: k, own: own})
				}
			}
		}
		if best == level {
			break
		}
	}
	if best == matchNo {
		return []finding.Finding{j.e.at(violation{rule: ruleNotOurs})}
	}
	return w.judgePairs(j)
}

// named says whether an EncryptedKey is for an own key.
func (w *work) named(k *encrypted, own int) match {
	id := unwrapID{e: k, own: own}
	m, known := w.matches[id]
	if !known {
		m = w.Keys[own].named(k, w.publics[own])
		w.matches[id] = m
	}
	return m
}

// judgePairs keeps the pairs that the policy allows; if it allows none, it says
// why.
func (w *work) judgePairs(j *job) []finding.Finding {
	var allowed []pair
	var findings []finding.Finding
	for _, p := range j.pairs {
		grounds, broken := w.Policy.judgeTransport(p.e, w.publics[p.own].N.BitLen())
		for _, v := range broken {
			if f := p.e.at(v); !finding.Has(findings, f.Code) {
				findings = append(findings, f)
			}
		}
		if len(broken) == 0 {
			p.grounds = grounds
			allowed = append(allowed, p)
		}
	}
	j.pairs = allowed
	if len(allowed) > 0 {
		return nil
	}
	return findings
}

// judgeTransport judges how a key is encrypted.
func (p Policy) judgeTransport(e *encrypted, bits int) (grounds []Ground, broken []violation) {
	switch {
	case e.agreement:
		return nil, []violation{{rule: ruleAgreement}}
	case e.wrapped:
		return nil, []violation{{rule: ruleWrapped}}
	case !transportOf(e.method.uri):
		return nil, []violation{{rule: ruleTransport}}
	}
	take := func(g Ground, v []violation) {
		if len(v) == 0 {
			grounds = append(grounds, g)
		}
		broken = append(broken, v...)
	}
	take(p.allowKey(e.method.uri, bits))
	if e.method.uri != RSA15 && (len(broken) == 0 || broken[0].rule != ruleTransport) {
		take(p.allowDigest(e.method.digest))
		take(p.allowMGF(e.method.mgf))
	}
	return grounds, broken
}
