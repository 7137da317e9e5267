package xoev

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/google/uuid"

	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/xmlscan"
)

const defaultMessageBytes = 64 << 20

// Message is a message to be written: the envelope and the content.
type Message struct {
	// Envelope needs Root, Family (and FamilyVersion where it is
	// FamilyQualified), Standard, Version, Produkt, Produkthersteller, the
	// type of the message, Leser and Autor. Findings are ignored.
	Envelope
	// Namespaces are declared on the root element besides those of root and
	// header, so that the content can use their prefixes.
	Namespaces []xmlscan.NSDecl
	// Body writes the content after the header; nil = none. What it returns is
	// returned by [Write].
	Body func(*Encoder) error
	// BodyXML is content that is XML already, any number of elements; see
	// [Encoder.Raw]. It is written before what Body writes.
	BodyXML []byte
}

// LogValue shows what the envelope shows.
func (m Message) LogValue() slog.Value { return m.Envelope.LogValue() }

// WriteOptions are the options of [Write]. The zero value and nil are strict.
type WriteOptions struct {
	// Now is the clock for Erstellungszeitpunkt; nil = time.Now.
	Now func() time.Time
	// Rand is the source of the UUID (version 4); nil = crypto/rand.
	Rand io.Reader
	// MaxBytes is how long the message may be; default 64 MiB. It is built in
	// memory.
	MaxBytes int
	// AllowEmpty lets mandatory values be empty, as some software does. The
	// damage: receivers that follow XInneres reject such a message (S030), and
	// an answer cannot be addressed to an author without kennung.
	AllowEmpty bool
}

// Write checks a message and writes it: UTF-8 with XML declaration, every
// element in its exact namespace, no white space between elements. Equal
// messages give equal bytes.
//
// Where Nachricht.UUID or Nachricht.Erstellungszeitpunkt is empty, a new
// random UUID and the current time are used and, once the message is written,
// stored in m: writing m again repeats the message.
//
// The error is a *finding.InvalidError with all findings (ENV-101 and up) if
// the message must not be sent; else it comes from Body, from Rand or from w.
// Nothing is written to w unless the whole message is in order.
func Write(w io.Writer, m *Message, o *WriteOptions) error {
	var opt WriteOptions
	if o != nil {
		opt = *o
	}
	setDefault(&opt.MaxBytes, defaultMessageBytes)
	env, err := complete(&m.Envelope, &opt)
	if err != nil {
		return err
	}
	if findings := validate(env, m.Namespaces, &opt); len(findings) > 0 {
		return &finding.InvalidError{Findings: findings}
	}
	e := &Encoder{limit: opt.MaxBytes}
	if err := e.message(env, m); err != nil {
		return err
	}
	if err := proofread(e.buf.Bytes()); err != nil {
		return err
	}
	if _, err := w.Write(e.buf.Bytes()); err != nil {
		return fmt.Errorf("xoev: writing the message: %w", err)
	}
	m.Nachricht.UUID = env.Nachricht.UUID
	m.Nachricht.Erstellungszeitpunkt = env.Nachricht.Erstellungszeitpunkt
	return nil
}

// complete returns a copy of the envelope with UUID and time.
func complete(in *Envelope, o *WriteOptions) (*Envelope, error) {
	env := *in
	if env.Nachricht.UUID == "" {
		source := o.Rand
		if source == nil {
			source = rand.Reader
		}
		id, err := uuid.NewRandomFromReader(source)
		if err != nil {
			return nil, fmt.Errorf("xoev: making a UUID: %w", err)
		}
		env.Nachricht.UUID = id.String()
	}
	if env.Nachricht.Erstellungszeitpunkt == "" {
		now := time.Now
		if o.Now != nil {
			now = o.Now
		}
		env.Nachricht.Erstellungszeitpunkt = FormatZeitpunkt(now())
	}
	return &env, nil
}

// proofread reads the finished message once more to its end: what this package
// writes, it must read, and what it was handed over must not have bent it.
func proofread(message []byte) error {
	c := NewCollector(&ReadOptions{MaxHeaderBytes: len(message) + 1, MaxExtensions: len(message), MaxExtensionBytes: len(message)})
	s := xmlscan.NewBytes(message, &xmlscan.Options{MaxBytes: int64(len(message)) + 1})
	err := xmlscan.Run(s, c)
	if err == nil {
		_, err = c.Envelope()
	}
	if err == nil {
		return nil
	}
	findings := []finding.Finding{ruleWriteXML.At("", 0, 0, nil)}
	var invalid *finding.InvalidError
	if errors.As(err, &invalid) {
		findings = append(findings, invalid.Findings...)
	}
	return &finding.InvalidError{Findings: findings}
}

// message writes all of it.
func (e *Encoder) message(env *Envelope, m *Message) error {
	spaces, _ := qualifiedSpaces(env.FamilyVersion)
	if env.Family == FamilyUnqualified {
		spaces = headerSpaces{}
	}
	e.buf.WriteString(`<?xml version="1.0" encoding="UTF-8"?>` + "\n")
	e.start(env.Root, declarations(env, m.Namespaces), rootAttributes(env))
	e.base = len(e.stack)
	e.header(env, spaces)
	e.Raw(m.BodyXML)
	if m.Body != nil && e.err == nil {
		if err := m.Body(e); err != nil {
			return fmt.Errorf("xoev: writing the body: %w", err)
		}
	}
	if e.err == nil && len(e.stack) != e.base {
		e.fail(ruleWriteNesting, nil)
	}
	if e.err == nil {
		e.end()
	}
	return e.err
}

// headerPrefixes are the prefixes that the Basisnachricht's schemas use.
var headerPrefixes = [roles]string{"", "bn-g2g", "bn-beh", "bn-kom"}

// declarations are the namespaces declared on the root; validate has made sure
// that they do not contradict each other.
func declarations(env *Envelope, more []xmlscan.NSDecl) []xmlscan.NSDecl {
	var all []xmlscan.NSDecl
	add := func(d xmlscan.NSDecl) {
		for _, have := range all {
			if have.Prefix == d.Prefix {
				return
			}
		}
		all = append(all, d)
	}
	if env.Root.Prefix != "" {
		add(xmlscan.NSDecl{Prefix: env.Root.Prefix, URI: env.Root.Space})
	}
	for _, d := range headerDeclarations(env) {
		add(d)
	}
	for _, d := range more {
		add(d)
	}
	return all
}

// headerDeclarations are the namespaces of the header, if it has any.
func headerDeclarations(env *Envelope) []xmlscan.NSDecl {
	spaces, ok := qualifiedSpaces(env.FamilyVersion)
	if !ok || env.Family != FamilyQualified {
		return nil
	}
	all := make([]xmlscan.NSDecl, 0, roles)
	for r := roleG2G; r < roles; r++ {
		all = append(all, xmlscan.NSDecl{Prefix: headerPrefixes[r], URI: spaces.uri[r]})
	}
	return all
}

func rootAttributes(env *Envelope) []Attribute {
	local := func(name string) xmlscan.Name { return xmlscan.Name{Local: name} }
	attrs := []Attribute{{local("produkt"), env.Produkt}, {local("produkthersteller"), env.Produkthersteller}}
	if env.Produktversion != "" {
		attrs = append(attrs, Attribute{local("produktversion"), env.Produktversion})
	}
	attrs = append(attrs, Attribute{local("standard"), env.Standard})
	if env.IsTest() {
		attrs = append(attrs, Attribute{local("test"), env.Test})
	}
	attrs = append(attrs, Attribute{local("version"), env.Version})
	return append(attrs, env.Attributes...)
}

// header writes nachrichtenkopf.g2g in the order of the schema.
func (e *Encoder) header(env *Envelope, spaces headerSpaces) {
	name := func(el *element) xmlscan.Name {
		return xmlscan.Name{Prefix: headerPrefixes[el.role], Local: el.local, Space: spaces.uri[el.role]}
	}
	n := &env.Nachricht
	e.Start(name(elKopf))
	e.Start(name(elIdentifikation))
	e.Element(name(elUUID), n.UUID)
	e.Code(name(elTyp), n.Typ)
	e.Element(name(elZeitpunkt), string(n.Erstellungszeitpunkt))
	e.extensions(n.Extensions)
	e.ending()
	e.behoerde(elLeser, &env.Leser, name)
	e.behoerde(elAutor, &env.Autor, name)
	e.extensions(env.Extensions)
	e.ending()
}

func (e *Encoder) behoerde(el *element, b *Behoerde, name func(*element) xmlscan.Name) {
	e.Start(name(el))
	e.code(name(elVerzeichnisdienst), b.Verzeichnisdienst, true)
	e.Element(name(elKennung), b.Kennung)
	e.Element(name(elName), b.Name)
	for i := range b.Erreichbarkeit {
		r := &b.Erreichbarkeit[i]
		e.Start(name(elErreichbarkeit))
		e.code(name(elKanal), r.Kanal, true)
		e.Element(name(elKanalKennung), r.Kennung)
		if r.Zusatz != "" {
			e.Element(name(elZusatz), r.Zusatz)
		}
		e.extensions(r.Extensions)
		e.ending()
	}
	e.extensions(b.Extensions)
	e.ending()
}

func (e *Encoder) extensions(all []Extension) {
	for _, x := range all {
		e.Raw([]byte(x.XML))
	}
}
