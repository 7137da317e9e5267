package xades

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"math/big"
	"slices"
	"strings"
	"time"

	"github.com/bausteine/egov/xoev/signature"
	"github.com/bausteine/egov/xoev/signature/xades/internal/rfc3161"
	"github.com/bausteine/egov/xoev/xmlscan"
)

// signedProperties finds the one reference to SignedProperties and reads what was
// signed; nil if a finding was added.
func (c *check) signedProperties(core *signature.Report, scan *xmlscan.Options) (*node, error) {
	var found []signature.Reference
	for _, r := range core.References {
		if r.Target == signature.TargetSignedProperties || r.Type == signature.SignedPropertiesType {
			found = append(found, r)
		}
	}
	if len(found) != 1 || found[0].Type != signature.SignedPropertiesType || found[0].Target != signature.TargetSignedProperties ||
		slices.Contains(found[0].Transforms, signature.Base64Transform) {
		c.add(ruleReference, nil)
		return nil, nil
	}
	tree, err := readTree(found[0].Content(), []xmlscan.NSDecl{}, false, scan)
	if err != nil {
		return nil, err
	}
	props := tree.root
	switch id := props.attr("Id"); {
	case tree.tooMany:
		c.add(ruleSize, nil)
	case !props.name.Is(NS, "SignedProperties"), "#"+id != found[0].URI, c.qualifying == nil || c.qualifying.child("SignedProperties").attr("Id") != id:
		c.add(ruleQualifying, nil)
	default:
		return props, nil
	}
	return nil, nil
}

// container finds the one QualifyingProperties of the signature.
func (c *check) container(sig *node) {
	var found []*node
	for _, o := range sig.all(signature.NS, "Object") {
		for _, q := range o.children {
			if isQualifying(q.name) {
				found = append(found, q)
			}
		}
	}
	if len(found) != 1 || !found[0].name.Is(NS, "QualifyingProperties") || len(found[0].all(NS, "SignedProperties")) != 1 ||
		len(found[0].all(NS, "UnsignedProperties")) > 1 || len(found[0].child("UnsignedProperties").all(NS, "UnsignedSignatureProperties")) > 1 {
		c.add(ruleQualifying, first(found))
		return
	}
	c.qualifying = found[0]
	if id := sig.attr("Id"); id == "" || c.qualifying.attr("Target") != "#"+id {
		c.add(ruleTarget, c.qualifying)
	}
}

// singles are the signed properties that stand at most once.
var singles = []string{"SigningTime", "SigningCertificate", "SigningCertificateV2", "SignaturePolicyIdentifier",
	"SignatureProductionPlace", "SignatureProductionPlaceV2", "SignerRole", "SignerRoleV2"}

// properties judges what was signed beside the data.
func (c *check) properties(props *node, core *signature.Report) *Properties {
	p := &Properties{}
	sig := props.child("SignedSignatureProperties")
	if len(props.all(NS, "SignedSignatureProperties")) > 1 || len(props.all(NS, "SignedDataObjectProperties")) > 1 {
		c.add(ruleStructure, props)
	}
	for _, n := range props.children {
		if n.name.Space == NS && n.name.Local != "SignedSignatureProperties" && n.name.Local != "SignedDataObjectProperties" {
			c.add(ruleStructure, n)
		}
	}
	if sig != nil {
		for _, n := range sig.children {
			if n.name.Space == NS && (!slices.Contains(singles, n.name.Local) || len(sig.all(NS, n.name.Local)) > 1) {
				c.add(ruleStructure, n)
				return p
			}
		}
	}
	for _, name := range []string{"SignatureProductionPlace", "SignerRole"} {
		if both := sig.all(NS, name+"V2"); len(both) > 0 && len(sig.all(NS, name)) > 0 {
			c.add(ruleStructure, both[0])
		}
	}
	c.signingTime(p, sig)
	c.signingCertificate(sig, core.Certificate)
	for _, n := range slices.Concat(sig.all(NS, "SignatureProductionPlaceV2"), sig.all(NS, "SignatureProductionPlace")) {
		parts := []string{"City", "StreetAddress", "StateOrProvince", "PostalCode", "CountryName"}
		c.shape(n, parts...)
		c.texts(n, parts...)
	}
	p.Place = place(first(slices.Concat(sig.all(NS, "SignatureProductionPlaceV2"), sig.all(NS, "SignatureProductionPlace"))))
	for _, role := range slices.Concat(sig.all(NS, "SignerRoleV2"), sig.all(NS, "SignerRole")) {
		for _, n := range role.child("ClaimedRoles").all(NS, "ClaimedRole") {
			p.ClaimedRoles = append(p.ClaimedRoles, n.allText())
		}
	}
	if policy := sig.childOf("SignaturePolicyIdentifier"); policy != nil {
		p.Policy = "implied"
		if id := policy.childOf("SignaturePolicyId"); id != nil {
			p.Policy = id.childOf("SigPolicyId").childOf("Identifier").value()
		}
		c.add(rulePolicy, policy)
	}
	c.dataObjects(p, props.child("SignedDataObjectProperties"), core)
	return p
}

// childOf is child for a node that may be nil.
func (n *node) childOf(local string) *node {
	if n == nil {
		return nil
	}
	return n.child(local)
}

func (n *node) allText() string {
	out := string(n.text)
	for _, c := range n.children {
		out += c.allText()
	}
	return strings.Trim(out, " \t\r\n")
}

func place(n *node) *Place {
	if n == nil {
		return nil
	}
	return &Place{
		City: n.child("City").value(), Street: n.child("StreetAddress").value(), State: n.child("StateOrProvince").value(),
		PostalCode: n.child("PostalCode").value(), Country: n.child("CountryName").value(),
	}
}

func (c *check) signingTime(p *Properties, sig *node) {
	n := sig.childOf("SigningTime")
	if n == nil {
		c.add(ruleNoSigningTime, sig)
		c.extended = true
		return
	}
	at, err := time.Parse(time.RFC3339Nano, n.value())
	if err != nil || len(n.children) > 0 || len(n.value()) > 40 {
		c.add(ruleSigningTime, n)
		return
	}
	p.SigningTime = at
}

// methods are the digests that a reference to the certificate may have.
func digestOf(uri string) crypto.Hash {
	switch uri {
	case signature.SHA256:
		return crypto.SHA256
	case signature.SHA384:
		return crypto.SHA384
	case signature.SHA512:
		return crypto.SHA512
	}
	return 0
}

// signingCertificate compares what the signer named with the certificate that
// the signature was verified with (EN 319 102-1, 5.2.3).
func (c *check) signingCertificate(sig *node, cert *x509.Certificate) {
	v1, v2 := sig.childOf("SigningCertificate"), sig.childOf("SigningCertificateV2")
	if v1 == nil && v2 == nil {
		c.add(ruleNoCertificate, sig)
	}
	if v2 != nil {
		c.namesCertificate(v2, cert, func(n *node) bool {
			serial := n.child("IssuerSerialV2")
			der, ok := serial.base64()
			return serial == nil || ok && rfc3161.IssuerSerial(der, cert) == rfc3161.Same
		})
	}
	c.extended = c.extended || v1 != nil && v2 != nil // EN 319 132-1, 6.3: one of them
	if v1 != nil {
		if v2 == nil {
			c.add(ruleVersion1, v1)
		}
		c.namesCertificate(v1, cert, func(n *node) bool {
			serial, ok := new(big.Int).SetString(n.childOf("IssuerSerial").dsValue("X509SerialNumber"), 10)
			return ok && serial.Cmp(cert.SerialNumber) == 0
		})
	}
}

// shape checks that each of the named children stands at most once.
func (c *check) shape(n *node, names ...string) {
	for _, name := range names {
		if len(n.all(NS, name)) > 1 {
			c.add(ruleStructure, n)
			return
		}
	}
}

// texts checks that the named children hold text only.
func (c *check) texts(n *node, names ...string) {
	for _, name := range names {
		for _, child := range n.all(NS, name) {
			if len(child.children) > 0 {
				c.add(ruleStructure, child)
			}
		}
	}
}

// objectType is what the Object that a reference covers says about itself, which
// must be what DataObjectFormat says (EN 319 132-1, 5.2.4).
func objectType(core *signature.Report, ref string) (mime, encoding string) {
	for _, r := range core.References {
		if r.Target != signature.TargetObject || "#"+r.ID != ref || slices.Contains(r.Transforms, signature.Base64Transform) {
			continue
		}
		s := xmlscan.NewFragment(r.Content(), []xmlscan.NSDecl{}, nil)
		for s.Next() {
			if s.Kind() != xmlscan.StartElement {
				continue
			}
			if s.Name().Is(signature.NS, "Object") {
				m, _ := s.Attr("", "MimeType")
				e, _ := s.Attr("", "Encoding")
				mime, encoding = string(m), string(e)
			}
			return mime, encoding
		}
	}
	return "", ""
}

// references are the Ids of what a property may be about: the References of the
// signature, and those of a Manifest that it covers (EN 319 132-1, 5.2.4).
func (c *check) references(core *signature.Report) (map[string]bool, error) {
	ids := map[string]bool{}
	for _, r := range core.References {
		if r.ID != "" {
			ids["#"+r.ID] = true
		}
		if r.Target != signature.TargetManifest || slices.Contains(r.Transforms, signature.Base64Transform) {
			continue
		}
		tree, err := readTree(r.Content(), []xmlscan.NSDecl{}, false, c.v.Limits.Scan)
		if err != nil {
			return ids, err
		}
		for _, ref := range tree.root.all(signature.NS, "Reference") {
			if id := ref.attr("Id"); id != "" {
				ids["#"+id] = true
			}
		}
	}
	return ids, nil
}

func (n *node) dsValue(local string) string {
	if n == nil {
		return ""
	}
	v := n.ds(local).value()
	if len(v) > 64 {
		return ""
	}
	return v
}

func (c *check) namesCertificate(list *node, cert *x509.Certificate, issuer func(*node) bool) {
	unknown := false
	for _, n := range list.all(NS, "Cert") {
		digest := n.child("CertDigest")
		c.shape(n, "CertDigest", "IssuerSerialV2", "IssuerSerial")
		c.extended = c.extended || n.attr("URI") != "" // EN 319 132-1, 6.3
		if digest == nil || len(digest.all(signature.NS, "DigestMethod")) != 1 || len(digest.all(signature.NS, "DigestValue")) != 1 {
			c.add(ruleStructure, n)
			return
		}
		hash := digestOf(digest.ds("DigestMethod").attr("Algorithm"))
		want, ok := digest.ds("DigestValue").base64()
		if hash == 0 || !ok {
			unknown = unknown || hash == 0
			continue
		}
		h := hash.New()
		h.Write(cert.Raw)
		if !bytes.Equal(h.Sum(nil), want) {
			continue
		}
		if !issuer(n) {
			c.add(ruleIssuerSerial, n)
		}
		return
	}
	if unknown {
		c.add(ruleCertificateMethod, list)
		return
	}
	c.add(ruleCertificateDigest, list)
}

// dataObjects reads what is said about single references.
func (c *check) dataObjects(p *Properties, data *node, core *signature.Report) {
	references, err := c.references(core)
	if err != nil {
		c.add(ruleObjectReference, data)
	}
	formats, described := map[string]bool{}, map[string]bool{}
	for _, n := range data.allChildren() {
		switch n.name.Local {
		case "DataObjectFormat":
			ref := n.attr("ObjectReference")
			f := DataObjectFormat{ReferenceID: strings.TrimPrefix(ref, "#"), MimeType: n.child("MimeType").value(), Encoding: n.child("Encoding").value(),
				Description: n.child("Description").value(), Identifier: n.child("ObjectIdentifier").childOf("Identifier").value()}
			c.shape(n, "Description", "ObjectIdentifier", "MimeType", "Encoding")
			c.texts(n, "Description", "MimeType", "Encoding")
			if !references[ref] || formats[ref] {
				c.add(ruleObjectReference, n)
				continue
			}
			if mime, encoding := objectType(core, ref); mime != "" && f.MimeType != "" && mime != f.MimeType || encoding != "" && f.Encoding != "" && encoding != f.Encoding {
				c.add(ruleStructure, n)
			}
			formats[ref] = true
			described[ref] = f.MimeType != ""
			p.Formats = append(p.Formats, f)
		case "CommitmentTypeIndication":
			c.shape(n, "CommitmentTypeId", "AllSignedDataObjects")
			c.texts(n, "ObjectReference")
			commitment := Commitment{Identifier: n.child("CommitmentTypeId").childOf("Identifier").value()}
			for _, o := range n.all(NS, "ObjectReference") {
				if !references[o.value()] {
					c.add(ruleObjectReference, o)
				}
				commitment.ReferenceIDs = append(commitment.ReferenceIDs, strings.TrimPrefix(o.value(), "#"))
			}
			if commitment.Identifier == "" || (len(commitment.ReferenceIDs) == 0) == (n.child("AllSignedDataObjects") == nil) {
				c.add(ruleStructure, n)
				continue
			}
			p.Commitments = append(p.Commitments, commitment)
		case "AllDataObjectsTimeStamp", "IndividualDataObjectsTimeStamp":
			c.unchecked(n)
		default:
			c.add(ruleStructure, n)
		}
	}
	for _, r := range core.References {
		switch r.Target {
		case signature.TargetSignedProperties, signature.TargetKeyInfo, signature.TargetSignatureValue:
		default:
			if !described["#"+r.ID] {
				c.extended = c.extended || r.ID != "" // EN 319 132-1, 6.3, as EU DSS reads it
				c.add(ruleNoFormat, nil)
				return
			}
		}
	}
}

func (n *node) allChildren() []*node {
	if n == nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(n.children), func(c *node) bool { return c.name.Space != NS })
}
