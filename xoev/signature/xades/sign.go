package xades

import (
	"context"
	"crypto"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/bausteine/egov/xoev/signature"
	"github.com/bausteine/egov/xoev/signature/internal/c14n"
	"github.com/bausteine/egov/xoev/signature/xades/internal/rfc3161"
	"github.com/bausteine/egov/xoev/xmlscan"
)

var (
	// ErrTimeStamp says that a [TimeStamper] gave something that is no time stamp
	// over what it was asked for.
	ErrTimeStamp = errors.New("xades: not a time stamp over the signature value")
	// ErrPresent says that a signature already has what was to be added, or an
	// archive time stamp that the addition would break; or that its document is not
	// in memory.
	ErrPresent = errors.New("xades: the signature cannot be extended")
	// ErrProperties says that a property to be signed is not text, has no
	// identifier or belongs to no reference.
	ErrProperties = errors.New("xades: a property cannot be written")
)

// TimeStamper gets time stamps (RFC 3161): a client of a time stamping authority
// such as that of package tsa, or anything else. Implementations are safe for
// concurrent use.
type TimeStamper interface {
	// TimeStamp returns a token in DER over a digest. The implementation has
	// checked it against its request.
	TimeStamp(ctx context.Context, hash crypto.Hash, digest []byte) (token []byte, err error)
}

// SignRequest says what [Sign] has to make.
type SignRequest struct {
	// SignRequest is that of package signature. An empty ID is made up at random,
	// and so are those of references. For an enveloped signature without
	// References the whole document is signed.
	signature.SignRequest
	// Properties are signed with it.
	Properties Properties
	// TimeStamper, if not nil, is asked for a time stamp, which makes the level
	// B-T of B-B.
	TimeStamper TimeStamper
}

// Sign makes a signature of level B-B, or with a TimeStamper B-T, and returns what
// signature.Signer.Sign does. Errors are those of that, [ErrProperties],
// [ErrTimeStamp] and those of the TimeStamper.
func Sign(ctx context.Context, s *signature.Signer, r SignRequest) ([]byte, error) {
	if r.Form == signature.Enveloped && len(r.References) == 0 {
		r.References = []signature.SignReference{{}}
	}
	r.References, r.Objects = slices.Clone(r.References), slices.Clone(r.Objects)
	if r.ID == "" {
		r.ID = "xades-" + randomID()
	}
	for i := range r.References {
		if r.References[i].ID == "" {
			r.References[i].ID = fmt.Sprintf("%s-r%d", r.ID, i+1)
		}
	}
	if r.SignatureValueID == "" {
		r.SignatureValueID = r.ID + "-sv"
	}
	object, err := r.object(s)
	if err != nil {
		return nil, err
	}
	r.Objects = append(r.Objects, signature.Object{Content: object})
	r.References = append(r.References, signature.SignReference{URI: "#" + r.ID + "-sp", Type: signature.SignedPropertiesType})
	signed, err := s.Sign(r.SignRequest)
	if err != nil || r.TimeStamper == nil {
		return signed, err
	}
	return AddTimeStamp(ctx, signature.Request{Form: r.Form, Document: signed, SignatureID: r.ID, Files: r.Files}, r.TimeStamper)
}

func randomID() string {
	b := make([]byte, 16)
	rand.Read(b) // never fails (crypto/rand)
	return hex.EncodeToString(b)
}

// xmlWriter writes elements of XAdES.
type xmlWriter struct {
	strings.Builder
	broken bool
}

// text writes an element with text, unless that is empty.
func (w *xmlWriter) text(name, value string) {
	if value == "" {
		return
	}
	s := xmlscan.NewBytes([]byte("<a>"+escape(value)+"</a>"), nil)
	for s.Next() {
	}
	w.broken = w.broken || s.Err() != nil
	w.WriteString("<xades:" + name + ">" + escape(value) + "</xades:" + name + ">")
}

func escape(s string) string { return string(c14n.AppendAttr(nil, s)) }

func (w *xmlWriter) open(name string)  { w.WriteString("<xades:" + name + ">") }
func (w *xmlWriter) close(name string) { w.WriteString("</xades:" + name + ">") }

// object writes QualifyingProperties.
func (r *SignRequest) object(s *signature.Signer) ([]byte, error) {
	cert := s.Certificates()[0]
	now := time.Now
	if s.Now != nil {
		now = s.Now
	}
	p, w := r.Properties, &xmlWriter{}
	if p.SigningTime.IsZero() {
		p.SigningTime = now()
	}
	serial, err := rfc3161.MarshalIssuerSerial(cert)
	if err != nil {
		return nil, err
	}
	h := crypto.SHA256.New()
	h.Write(cert.Raw)
	w.WriteString(`<xades:QualifyingProperties xmlns:xades="` + NS + `" Target="#` + r.ID + `"><xades:SignedProperties Id="` + r.ID + `-sp">`)
	w.open("SignedSignatureProperties")
	w.text("SigningTime", p.SigningTime.UTC().Format("2006-01-02T15:04:05Z"))
	w.WriteString(`<xades:SigningCertificateV2><xades:Cert><xades:CertDigest><ds:DigestMethod Algorithm="` + signature.SHA256 + `"></ds:DigestMethod><ds:DigestValue>` +
		base64.StdEncoding.EncodeToString(h.Sum(nil)) + `</ds:DigestValue></xades:CertDigest>`)
	w.text("IssuerSerialV2", base64.StdEncoding.EncodeToString(serial))
	w.WriteString(`</xades:Cert></xades:SigningCertificateV2>`)
	w.place(p.Place)
	if len(p.ClaimedRoles) > 0 {
		w.open("SignerRoleV2")
		w.open("ClaimedRoles")
		for _, role := range p.ClaimedRoles {
			w.broken = w.broken || role == ""
			w.text("ClaimedRole", role)
		}
		w.close("ClaimedRoles")
		w.close("SignerRoleV2")
	}
	w.close("SignedSignatureProperties")
	if err := w.dataObjects(r); err != nil {
		return nil, err
	}
	w.WriteString(`</xades:SignedProperties></xades:QualifyingProperties>`)
	if w.broken || len(p.Formats) > len(r.References) || p.Policy != "" {
		return nil, ErrProperties
	}
	return []byte(w.String()), nil
}

func (w *xmlWriter) place(p *Place) {
	if p == nil {
		return
	}
	w.open("SignatureProductionPlaceV2")
	w.text("City", p.City)
	w.text("StreetAddress", p.Street)
	w.text("StateOrProvince", p.State)
	w.text("PostalCode", p.PostalCode)
	w.text("CountryName", p.Country)
	w.close("SignatureProductionPlaceV2")
}

// dataObjects writes what is about single references.
func (w *xmlWriter) dataObjects(r *SignRequest) error {
	w.open("SignedDataObjectProperties")
	for i, ref := range r.References {
		f := DataObjectFormat{}
		if i < len(r.Properties.Formats) {
			f = r.Properties.Formats[i]
		}
		for _, o := range r.Objects {
			if f.MimeType == "" && o.ID != "" && ref.URI == "#"+o.ID {
				f.MimeType = o.MimeType
			}
		}
		if f.MimeType == "" {
			f.MimeType = "text/xml"
			if local := ref.URI == "" || ref.URI[0] == '#'; ref.Base64 || !local && ref.Canonicalization == "" {
				f.MimeType = "application/octet-stream"
			}
		}
		w.WriteString(`<xades:DataObjectFormat ObjectReference="#` + ref.ID + `">`)
		w.text("Description", f.Description)
		if f.Identifier != "" {
			w.open("ObjectIdentifier")
			w.text("Identifier", f.Identifier)
			w.close("ObjectIdentifier")
		}
		w.text("MimeType", f.MimeType)
		w.text("Encoding", f.Encoding)
		w.close("DataObjectFormat")
	}
	for _, c := range r.Properties.Commitments {
		if c.Identifier == "" {
			return ErrProperties
		}
		w.open("CommitmentTypeIndication")
		w.open("CommitmentTypeId")
		w.text("Identifier", c.Identifier)
		w.close("CommitmentTypeId")
		for _, id := range c.ReferenceIDs {
			if !slices.ContainsFunc(r.References, func(ref signature.SignReference) bool { return ref.ID == id }) {
				return ErrProperties
			}
			w.text("ObjectReference", "#"+id)
		}
		if len(c.ReferenceIDs) == 0 {
			w.WriteString("<xades:AllSignedDataObjects></xades:AllSignedDataObjects>")
		}
		w.close("CommitmentTypeIndication")
	}
	w.close("SignedDataObjectProperties")
	return nil
}
