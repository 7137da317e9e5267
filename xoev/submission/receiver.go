package submission

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/bausteine/egov/xoev"
	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/signature"
	"github.com/bausteine/egov/xoev/xmlscan"
)

// Verifier checks signatures; *[signature.Verifier] is one.
type Verifier interface {
	VerifyEnveloped(doc []byte) (*signature.Report, error)
	VerifyDetached(doc, sigFile []byte, name string) (*signature.Report, error)
}

// ReceiverOptions are the receiver's settings; nil and the zero value are
// strict.
type ReceiverOptions struct {
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// VerifierOf gives the verifier of a tenant, where senders differ between
	// tenants; nil means that nobody may submit for the tenant. It replaces the
	// verifier given to [NewReceiver].
	VerifierOf func(tenant string) Verifier
	// Prefix begins the reference numbers that the receiver makes
	// ([NewReference]); empty means "EB". A sender that uses the same prefix has
	// the same numbers.
	Prefix string
	// MaxBytes limits the document and the signature, each; 0 means
	// [DefaultMaxBytes].
	MaxBytes int64
	// Scan limits the XML; nil means xmlscan's defaults.
	Scan *xmlscan.Options
	// AllowTestMessages accepts XÖV messages that call themselves test messages.
	// In production that lets invented cases into the authority's files.
	AllowTestMessages bool
	// SignReceipt signs a receipt; it may return the receipt with an enveloped
	// signature, such as (*signature.Signer).SignEnveloped makes. Nil leaves
	// receipts unsigned.
	SignReceipt func(receipt []byte) ([]byte, error)
	// Logger gets one line for each package; nil means none. It gets ids,
	// references and codes, never content.
	Logger *slog.Logger
}

// Receiver judges packages and gives receipts. It is safe for concurrent use,
// also by several processes that share an [Inbox].
type Receiver struct {
	inbox Inbox
	kinds []Kind
	opt   ReceiverOptions
	log   *slog.Logger
	hook  func(step string) // for crash tests; never nil
}

// NewReceiver returns a receiver that accepts the given kinds.
func NewReceiver(inbox Inbox, verifier Verifier, kinds []Kind, options *ReceiverOptions) (*Receiver, error) {
	r := &Receiver{
		inbox: inbox, kinds: append([]Kind(nil), kinds...),
		log: slog.New(slog.DiscardHandler), hook: func(string) {},
	}
	if options != nil {
		r.opt = *options
	}
	if inbox == nil || verifier == nil && r.opt.VerifierOf == nil {
		return nil, errors.New("submission: a receiver needs an inbox and a verifier")
	}
	if err := checkKinds(r.kinds); err != nil {
		return nil, err
	}
	if r.opt.Now == nil {
		r.opt.Now = time.Now
	}
	if r.opt.VerifierOf == nil {
		r.opt.VerifierOf = func(string) Verifier { return verifier }
	}
	if r.opt.Prefix == "" {
		r.opt.Prefix = "EB"
	}
	if !referencePrefix(r.opt.Prefix) {
		return nil, fmt.Errorf("submission: prefix: %w", ErrReferenceFormat)
	}
	if r.opt.MaxBytes <= 0 {
		r.opt.MaxBytes = DefaultMaxBytes
	}
	if r.opt.Logger != nil {
		r.log = r.opt.Logger
	}
	return r, nil
}

// Result is the judgement on a package.
type Result struct {
	// Verdict is Accepted or Rejected. A nil *Result comes with an error.
	Verdict finding.Verdict
	// Findings are the broken rules; those of severity Warning do not reject.
	Findings []finding.Finding
	// Repeat reports that the package was accepted before; the receipt is the
	// first one, and Submitted is nil.
	Repeat bool
	// Submitted is the signed content; nil unless accepted for the first time.
	Submitted *Submitted
	// Receipt says so to the sender, and ReceiptXML is its file. Both are nil if
	// tenant or id are no plain names (SUB-001).
	Receipt    *Receipt
	ReceiptXML []byte
}

// LogValue gives verdict and codes.
func (r *Result) LogValue() slog.Value {
	return slog.GroupValue(slog.String("verdict", r.Verdict.String()), slog.Bool("repeat", r.Repeat),
		slog.String("codes", strings.Join(codesOf(r.Findings), " ")))
}

// String gives verdict and codes on one line.
func (r *Result) String() string {
	return strings.Join(append([]string{r.Verdict.String()}, codesOf(r.Findings)...), " ")
}

// GoString keeps %#v from printing the content.
func (r *Result) GoString() string { return r.String() }

// Receive judges a package. Accepted content goes to the kind's Take, and then
// the receipt is stored; only then Receive returns. If it is interrupted, the
// same package may be given again. Everything after the check of the signature
// works on the signed content alone.
//
// It is idempotent by (Tenant, ID): the same content again is Accepted with
// Repeat and the first receipt, other content is rejected (SUB-030). A rejected
// package leaves nothing behind and does not block its id.
//
// An error means that the package could not be judged or not be stored: the
// inbox, the verifier, Check or Take failed, or ctx ended.
func (r *Receiver) Receive(ctx context.Context, p Package) (*Result, error) {
	if !plainName(p.Tenant) || !plainName(p.ID) {
		return &Result{Verdict: finding.Rejected, Findings: []finding.Finding{ruleNames.At("", 0, 0, nil)}}, nil
	}
	res, err := r.receive(ctx, p)
	if err != nil {
		r.log.Error("package not judged", "package", p)
		return nil, fmt.Errorf("submission: receiving %s/%s: %w", p.Tenant, p.ID, err)
	}
	r.log.Info("package judged", "package", p, "result", res)
	return res, nil
}

func (r *Receiver) receive(ctx context.Context, p Package) (*Result, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if f := r.checkPackage(p); len(f) > 0 {
		return r.reject(p, f)
	}
	// The very bytes that were accepted before are accepted still, even if the
	// certificate has expired meanwhile.
	if known, err := r.sameBytes(ctx, p); known != nil || err != nil {
		return known, err
	}
	sub, found, err := r.open(p)
	if sub == nil || err != nil {
		return r.rejectOr(p, found, err)
	}
	kind, more, err := r.identify(ctx, p, sub)
	found = append(found, more...)
	if err != nil || finding.Judge(found) != finding.Accepted {
		return r.rejectOr(p, found, err)
	}
	if kind.Check != nil {
		more, err := kind.Check(ctx, sub)
		found = append(found, more...)
		if err != nil || finding.Judge(found) != finding.Accepted {
			return r.rejectOr(p, found, err)
		}
	}
	return r.accept(ctx, p, sub, kind, found)
}

// sameBytes returns the first result if this very package was accepted before.
func (r *Receiver) sameBytes(ctx context.Context, p Package) (*Result, error) {
	for _, id := range slices.Compact([]string{p.ID, strings.ToLower(p.ID)}) { // see inboxID
		known, err := r.inbox.ByID(ctx, p.Tenant, id)
		if err != nil {
			return nil, err
		}
		if known == nil || known.Receipt == nil || known.PackageDigest != packageDigest(p) {
			continue
		}
		if result, err := repeat(known.Receipt); err != nil || result.Receipt.ID == p.ID {
			return result, err
		}
	}
	return nil, nil
}

// inboxID is what a submission goes by in the inbox: a nachrichtenUUID is the
// same in upper and lower case.
func inboxID(kind *Kind, p Package) string {
	if kind.Standard != "" {
		return strings.ToLower(p.ID)
	}
	return p.ID
}

// checkPackage looks at what can be seen from outside.
func (r *Receiver) checkPackage(p Package) []finding.Finding {
	switch {
	case finding.Judge(p.Findings) != finding.Accepted:
		return p.Findings
	case !documentName(p.Name):
		return []finding.Finding{ruleFiles.At("", 0, 0, nil)}
	case len(p.Document) == 0, int64(len(p.Document)) > r.opt.MaxBytes, int64(len(p.Signature)) > r.opt.MaxBytes:
		return []finding.Finding{sizeFinding(r.opt.MaxBytes)}
	case r.opt.VerifierOf(p.Tenant) == nil:
		return []finding.Finding{ruleTenant.At("", 0, 0, nil)}
	}
	return nil
}

// open scans the document and checks its signature. It returns the signed
// content, or what is wrong.
func (r *Receiver) open(p Package) (*Submitted, []finding.Finding, error) {
	s := xmlscan.NewBytes(p.Document, r.opt.Scan)
	var root place
	for s.Next() {
		if s.Kind() == xmlscan.StartElement && s.Depth() == 1 {
			root = place{s.Path(), s.Pos()}
		}
	}
	if err := s.Err(); err != nil {
		return nil, invalidFindings(err), nil
	}
	verifier := r.opt.VerifierOf(p.Tenant)
	var report *signature.Report
	var err error
	if len(p.Signature) > 0 {
		report, err = verifier.VerifyDetached(p.Document, p.Signature, p.Name)
	} else {
		report, err = verifier.VerifyEnveloped(p.Document)
	}
	if err != nil {
		if f := invalidFindings(err); f != nil {
			return nil, f, nil
		}
		return nil, nil, err
	}
	if report == nil {
		return nil, nil, errors.New("the verifier gave no report")
	}
	content := report.Content()
	if report.Verdict != finding.Accepted || content == nil {
		if report.Verdict == finding.Undetermined || finding.Judge(report.Findings) != finding.Rejected {
			return nil, nil, errors.New("the verifier came to no verdict")
		}
		return nil, report.Findings, nil
	}
	sub := &Submitted{Tenant: p.Tenant, ID: p.ID, Name: p.Name, Content: content, Signer: report.Certificate, root: root}
	s = xmlscan.NewBytes(content, r.opt.Scan)
	for s.Next() && s.Kind() != xmlscan.StartElement {
	}
	if err := s.Err(); err != nil {
		return nil, invalidFindings(err), nil
	}
	sub.Root = s.Name()
	return sub, report.Findings, nil
}

// identify finds the kind and the id of signed content.
func (r *Receiver) identify(ctx context.Context, p Package, sub *Submitted) (*Kind, []finding.Finding, error) {
	kind := r.kindOf(sub.Root)
	if kind == nil {
		return nil, []finding.Finding{sub.root.finding(ruleKind, nil)}, nil
	}
	sub.Kind, sub.ID = kind.Name, inboxID(kind, p)
	var found []finding.Finding
	var id string
	if kind.Standard == "" {
		id = kind.ID(sub.Content, p)
	} else {
		envelope, err := xoev.ReadEnvelope(bytes.NewReader(sub.Content), &xoev.ReadOptions{Scan: r.opt.Scan})
		if err != nil {
			return nil, invalidFindings(err), nil
		}
		sub.Envelope = envelope
		if envelope.Family == xoev.FamilyUnknown {
			return nil, append(found, sub.root.finding(ruleEnvelope, nil)), nil
		}
		found = append(envelope.Findings[:len(envelope.Findings):len(envelope.Findings)], r.checkEnvelope(kind, envelope, sub.root)...)
		id = envelope.Nachricht.UUID
	}
	switch {
	case id == "":
		found = append(found, sub.root.finding(ruleUnbound, nil))
	case id != p.ID && (kind.Standard == "" || !strings.EqualFold(id, p.ID)):
		found = append(found, sub.root.finding(ruleOtherID, nil))
		known, err := r.inbox.ByContent(ctx, contentDigest(p, sub.Content))
		if err != nil {
			return nil, nil, err
		}
		if known != nil {
			found = append(found, sub.root.finding(ruleReplay, nil))
		}
	}
	return kind, found, nil
}

func (r *Receiver) checkEnvelope(kind *Kind, e *xoev.Envelope, root place) []finding.Finding {
	var found []finding.Finding
	if e.Standard != kind.Standard || e.Version != kind.Version {
		found = append(found, root.finding(ruleStandard, map[string]string{"standard": kind.Standard, "version": kind.Version}))
	}
	if e.IsTest() && !r.opt.AllowTestMessages {
		found = append(found, root.finding(ruleTest, nil))
	}
	return found
}

// accept reserves the id, hands the content on and stores the receipt.
func (r *Receiver) accept(ctx context.Context, p Package, sub *Submitted, kind *Kind, found []finding.Finding) (*Result, error) {
	id := inboxID(kind, p)
	record := InboxRecord{
		Tenant: p.Tenant, ID: id, ContentDigest: contentDigest(p, sub.Content), PackageDigest: packageDigest(p), ReservedAt: r.opt.Now(),
	}
	known, replayed, err := r.reserve(ctx, record)
	switch {
	case err != nil:
		return nil, err
	case replayed:
		return r.reject(p, append(found, sub.root.finding(ruleReplay, nil)))
	case known != nil:
		switch {
		case known.ContentDigest != record.ContentDigest:
			return r.reject(p, append(found, sub.root.finding(ruleTaken, nil)))
		case known.Receipt != nil:
			result, err := repeat(known.Receipt)
			if err == nil && result.Receipt.ID != p.ID { // the id in another case
				return r.reject(p, append(found, sub.root.finding(ruleReplay, nil)))
			}
			return result, err
		}
		// Somebody came as far as this and no further: the time of receipt stays.
		record = *known
	}
	r.hook("reserved")
	if kind.Take != nil {
		if err := kind.Take(ctx, sub); err != nil {
			return nil, err
		}
	}
	r.hook("taken")
	reference := ""
	if kind.Reference != nil {
		reference = kind.Reference(sub.Content, p)
	}
	xml, err := r.receiptFor(p, reference, finding.Accepted, found, record.ReservedAt)
	if err != nil {
		return nil, err
	}
	stored, err := r.inbox.Complete(ctx, p.Tenant, id, xml)
	if err != nil {
		return nil, err
	}
	r.hook("completed")
	receipt, err := ownReceipt(stored)
	if err != nil {
		return nil, err
	}
	if receipt.ID != p.ID { // the id in another case was faster
		return r.reject(p, append(found, sub.root.finding(ruleReplay, nil)))
	}
	return &Result{Verdict: finding.Accepted, Findings: found, Submitted: sub, Receipt: receipt, ReceiptXML: stored}, nil
}

// forgotten bounds how often a record is reserved again because retention
// deleted the one that it met.
const forgotten = 5

// reserve stores the record. It returns the one that has its id already, or
// says that its content came under another id.
func (r *Receiver) reserve(ctx context.Context, record InboxRecord) (known *InboxRecord, replayed bool, err error) {
	for range forgotten {
		if fresh, err := r.inbox.Reserve(ctx, record); fresh || err != nil {
			return nil, false, err
		}
		if known, err = r.inbox.ByID(ctx, record.Tenant, record.ID); known != nil || err != nil {
			return known, false, err
		}
		other, err := r.inbox.ByContent(ctx, record.ContentDigest)
		if err != nil || other != nil {
			return nil, err == nil, err
		}
	}
	return nil, false, errors.New("the inbox forgets the record again and again")
}

// place is where the root element stands in the document as it came.
type place struct {
	path string
	pos  xmlscan.Position
}

func (p place) finding(rule finding.Rule, params map[string]string) finding.Finding {
	return rule.At(p.path, p.pos.Line, p.pos.Column, params)
}

// contentDigest stands for what was signed. With a detached signature that is
// the content and the file name.
func contentDigest(p Package, content []byte) string {
	if len(p.Signature) == 0 {
		return hashParts("enveloped", content)
	}
	return hashParts("detached", []byte(p.Name), content)
}

// packageDigest stands for all bytes of a package.
func packageDigest(p Package) string {
	return hashParts("package", []byte(p.Name), p.Document, p.Signature)
}

func hashParts(kind string, parts ...[]byte) string {
	h := sha256.New()
	h.Write([]byte(kind))
	for _, part := range parts {
		h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(part))))
		h.Write(part)
	}
	return hex.EncodeToString(h.Sum(nil))
}
