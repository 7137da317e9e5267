package encryption

import (
	"bytes"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/bausteine/egov/xoev/xmlscan"
)

// selector is one way in which KeyInfo names a key.
type selector struct {
	certificate, ski, modulus []byte
	serial                    *big.Int
}

// keyInfo reads the KeyInfo of EncryptedData or EncryptedKey. What it does not
// know says nothing about a key.
func (p *parser) keyInfo(e *encrypted) {
	e.keyInfo = true
	p.attributes(e, map[string]*string{"Id": nil})
	n := 0
	count := func() bool {
		if n++; n == maxSelectors+1 {
			p.add(e, ruleSelectors, limit(maxSelectors))
		}
		return n <= maxSelectors
	}
	p.children(e, func(name xmlscan.Name) {
		switch {
		case name.Is(NS, "EncryptedKey"):
			if e.isKey {
				e.wrapped = true
			} else if len(p.broken) == 0 {
				e.inline = append(e.inline, p.encrypted(true))
			}
		case name.Is(nsDS, "RetrievalMethod"):
			if count() {
				p.retrieval(e)
			}
		case name.Is(nsDS, "KeyName"):
			if count() {
				e.names = append(e.names, p.text(e))
			}
		case name.Is(NS, "AgreementMethod"), name.Is(NS11, "DerivedKey"):
			e.agreement = true
		case e.isKey && name.Is(nsDS, "X509Data"):
			p.children(e, func(name xmlscan.Name) {
				if name.Space == nsDS && count() {
					p.x509(e, name.Local)
				}
			})
		case e.isKey && name.Is(nsDS, "KeyValue"):
			p.children(e, func(name xmlscan.Name) {
				if name.Is(nsDS, "RSAKeyValue") && count() {
					p.rsaKey(e)
				}
			})
		}
	})
}

func (p *parser) x509(e *encrypted, local string) {
	var s selector
	switch local {
	case "X509Certificate":
		s.certificate = p.octets(e, maxText)
	case "X509SKI":
		s.ski = p.octets(e, maxText)
	case "X509IssuerSerial":
		p.children(e, func(name xmlscan.Name) {
			if name.Is(nsDS, "X509SerialNumber") {
				if text := strings.TrimSpace(p.text(e)); len(text) <= 64 {
					s.serial, _ = new(big.Int).SetString(text, 10)
				}
			}
		})
	default:
		return
	}
	if len(s.certificate) > 0 || len(s.ski) > 0 || s.serial != nil {
		e.selectors = append(e.selectors, s)
	}
}

func (p *parser) rsaKey(e *encrypted) {
	var s selector
	p.children(e, func(name xmlscan.Name) {
		if name.Is(nsDS, "Modulus") {
			s.modulus = bytes.TrimLeft(p.octets(e, maxWrapped), "\x00")
		}
	})
	if len(s.modulus) > 0 {
		e.selectors = append(e.selectors, s)
	}
}

// retrieval reads RetrievalMethod, of which only a plain reference to an
// EncryptedKey of the same document counts.
func (p *parser) retrieval(e *encrypted) {
	var uri, typ string
	p.attributes(e, map[string]*string{"URI": &uri, "Type": &typ})
	id, ok := fragmentID(uri)
	children := 0
	path, at := p.here()
	p.children(e, func(xmlscan.Name) { children++ })
	if !ok || children > 0 || typ != typeKey {
		e.broken = append(e.broken, catalogue[ruleRetrieval].At(path, at.Line, at.Column, nil))
		return
	}
	if e.isKey {
		e.wrapped = true // a second hop
		return
	}
	e.retrieval = append(e.retrieval, id)
}

// method reads EncryptionMethod.
func (p *parser) method(e *encrypted) {
	m := &e.method
	p.attributes(e, map[string]*string{"Algorithm": &m.uri})
	if m.uri == "" {
		p.add(e, ruleAttribute, nil)
	}
	var seen []xmlscan.Name // known ones only: the cost stays linear
	p.children(e, func(name xmlscan.Name) {
		name.Prefix = ""
		if slices.Contains(seen, name) || !p.parameter(e, name) {
			p.add(e, ruleParameter, nil)
			return
		}
		seen = append(seen, name)
	})
	if !m.consistent() {
		p.add(e, ruleParameter, nil)
	}
}

// parameter reads one child of EncryptionMethod and reports whether it is known.
func (p *parser) parameter(e *encrypted, name xmlscan.Name) bool {
	m := &e.method
	switch {
	case name.Is(NS, "KeySize"):
		m.keySize, _ = strconv.Atoi(strings.TrimSpace(p.text(e)))
		return m.keySize > 0
	case e.isKey && name.Is(NS, "OAEPparams"):
		m.labelled = true
		m.label = p.octets(e, maxLabel)
	case e.isKey && name.Is(nsDS, "DigestMethod"):
		m.named = true
		p.attributes(e, map[string]*string{"Algorithm": &m.digest})
	case e.isKey && name.Is(NS11, "MGF"):
		m.gen = true
		p.attributes(e, map[string]*string{"Algorithm": &m.mgf})
	case !e.isKey && name.Is(NSOSCI, "IvLength"):
		var value string
		p.attributes(e, map[string]*string{"Value": &value})
		m.ivLength, _ = strconv.Atoi(strings.TrimSpace(value))
		return m.ivLength > 0
	default:
		return false
	}
	return true
}

// consistent reports whether the parameters fit the algorithm, as far as the
// package knows it, and fills in the standard's defaults (XML Encryption 1.1,
// 5.5.2).
func (m *method) consistent() bool {
	s, known := suiteOf(m.uri)
	if known && m.keySize != 0 && m.keySize != 8*s.keyLen && (m.uri != TripleDESCBC || m.keySize != 168) {
		return false
	}
	if m.ivLength != 0 && s.mode != modeGCM && (known || transportOf(m.uri)) {
		return false
	}
	switch m.uri {
	case RSAOAEP, RSAOAEPMGF1P:
		if m.gen && m.mgf == "" || m.named && m.digest == "" {
			return false
		}
		if m.mgf == "" {
			m.mgf = MGF1SHA1
		}
		switch m.digest {
		case "":
			m.digest = SHA1
		case sha384Other:
			m.digest = SHA384
		}
		return m.uri == RSAOAEP || !m.gen
	case RSA15:
		return !m.gen && !m.named && !m.labelled
	}
	return true
}
