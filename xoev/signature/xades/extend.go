package xades

import (
	"context"
	"crypto"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"slices"
	"time"

	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/signature"
	"github.com/bausteine/egov/xoev/signature/xades/internal/rfc3161"
)

// AddTimeStamp asks for a time stamp over the value of a signature, which makes
// B-T of B-B, and returns the document with it. Nothing is verified but that the
// token is for this signature. Errors are [ErrTimeStamp], [ErrPresent], those of
// the TimeStamper, and *finding.InvalidError for what is not a signature of this
// kind.
func AddTimeStamp(ctx context.Context, r signature.Request, stamper TimeStamper) ([]byte, error) {
	e, err := locate(ctx, &r)
	if err != nil {
		return nil, err
	}
	octets, err := e.found.SignatureValue(signature.ExclusiveC14N)
	if err != nil || octets == nil {
		return nil, errors.Join(err, ErrTimeStamp)
	}
	h := crypto.SHA256.New()
	h.Write(octets)
	der, err := stamper.TimeStamp(ctx, crypto.SHA256, h.Sum(nil))
	if err != nil {
		return nil, err
	}
	token, err := rfc3161.Parse(der)
	if err != nil || !token.Fits(octets) {
		return nil, errors.Join(ErrTimeStamp, err)
	}
	return e.insert(&r, `<xades:SignatureTimeStamp xmlns:xades="`+NS+`"><ds:CanonicalizationMethod xmlns:ds="`+signature.NS+`" Algorithm="`+
		signature.ExclusiveC14N+`"></ds:CanonicalizationMethod><xades:EncapsulatedTimeStamp>`+base64.StdEncoding.EncodeToString(der)+
		`</xades:EncapsulatedTimeStamp></xades:SignatureTimeStamp>`), nil
}

// ValidationData is what a verifier needs to check a signature without asking
// anybody: the certificates of the signer's and the time stamping authority's
// chains, and revocation lists and OCSP responses, in DER, about each of them.
// Those made after the time stamp serve longest.
type ValidationData struct {
	Certificates []*x509.Certificate
	CRLs, OCSPs  [][]byte
}

// AddValidationData puts validation data into a signature of level B-T, which
// makes it B-LT if the data is complete; [Verifier.Verify] says whether it is.
// Errors are [ErrPresent], if the signature has such data, and
// *finding.InvalidError for what is not a signature of this kind.
func AddValidationData(ctx context.Context, r signature.Request, d ValidationData) ([]byte, error) {
	e, err := locate(ctx, &r)
	if err != nil {
		return nil, err
	}
	if e.hasData {
		return nil, ErrPresent
	}
	w := &xmlWriter{}
	if len(d.Certificates) > 0 {
		w.WriteString(`<xades:CertificateValues xmlns:xades="` + NS + `">`)
		for _, c := range d.Certificates {
			w.text("EncapsulatedX509Certificate", base64.StdEncoding.EncodeToString(c.Raw))
		}
		w.close("CertificateValues")
	}
	list := func(group, name string, values [][]byte) {
		if len(values) == 0 {
			return
		}
		w.open(group)
		for _, v := range values {
			w.text(name, base64.StdEncoding.EncodeToString(v))
		}
		w.close(group)
	}
	if len(d.CRLs)+len(d.OCSPs) > 0 {
		w.WriteString(`<xades:RevocationValues xmlns:xades="` + NS + `">`)
		list("CRLValues", "EncapsulatedCRLValue", d.CRLs)
		list("OCSPValues", "EncapsulatedOCSPValue", d.OCSPs)
		w.close("RevocationValues")
	}
	return e.insert(&r, w.String()), nil
}

// extension is a signature that gets unsigned properties.
type extension struct {
	found         *signature.Report
	element       []byte
	at            int64 // where they go, in element
	before, after string
	hasData       bool
}

func locate(ctx context.Context, r *signature.Request) (*extension, error) {
	if r.Large != nil {
		return nil, ErrPresent
	}
	c := &check{v: &Verifier{Policy: signature.LegacyVerifyOnly()}, ctx: ctx, request: r, at: time.Now(), report: &Report{}}
	core, err := c.locate()
	if err != nil {
		return nil, err
	}
	if c.element == nil || c.failed() {
		return nil, &finding.InvalidError{Findings: append(core.Findings, c.report.Findings...)}
	}
	if c.noted {
		return nil, ErrPresent
	}
	e := &extension{found: c.found, element: c.element}
	unsigned := c.qualifying.child("UnsignedProperties")
	props := unsigned.childOf("UnsignedSignatureProperties")
	const outer, inner = "UnsignedProperties", "UnsignedSignatureProperties"
	switch {
	case props != nil && !props.emptyTag:
		e.at = props.bodyEnd
		e.hasData = props.child("CertificateValues") != nil || props.child("RevocationValues") != nil
	case unsigned == nil && !c.qualifying.emptyTag:
		e.at = c.qualifying.bodyEnd
		e.before = `<xades:` + outer + ` xmlns:xades="` + NS + `"><xades:` + inner + `>`
		e.after = `</xades:` + inner + `></xades:` + outer + `>`
	default:
		return nil, ErrPresent
	}
	return e, nil
}

func (e *extension) insert(r *signature.Request, text string) []byte {
	at := cap(r.Document) - cap(e.element) + int(e.at)
	return slices.Concat(r.Document[:at:at], []byte(e.before+text+e.after), r.Document[at:])
}
