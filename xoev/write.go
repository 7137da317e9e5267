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
	// Envelope needs Root and what its family's header demands. Standard,
	// Version, Family and FamilyVersion are filled from the table of standards
	// where they are empty. Findings are ignored.
	Envelope
	// Namespaces are declared on the root element besides those of root and
	// header, so that the content can use their prefixes; the header uses them
	// too. The default namespace may be among them if Body is nil: content that
	// an Encoder writes never uses it.
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
	// AllowWarnings writes whatever reading only warns of: empty mandatory
	// values, a time without milliseconds or zone, a type that is not the
	// root's number, another standard or version than the schema fixes, a value
	// that the schema does not list or allow (ENV-117). It is for
	// passing on messages of others as they are. The damage: that of AllowEmpty,
	// and receivers reject or misplace such messages.
	AllowWarnings bool
	// Standards is the table of known standards; nil = KnownStandards.
	Standards Standards

	noBody bool // the content is XML already
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
	opt.noBody = m.Body == nil
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
	if err := proofread(e.buf.Bytes(), opt.Standards); err != nil {
		return err
	}
	if _, err := w.Write(e.buf.Bytes()); err != nil {
		return fmt.Errorf("xoev: writing the message: %w", err)
	}
	m.Nachricht.UUID = env.Nachricht.UUID
	m.Nachricht.Erstellungszeitpunkt = env.Nachricht.Erstellungszeitpunkt
	return nil
}

// complete returns a copy of the envelope with all that the caller left to the
// package: UUID, time, and what the namespace of the root tells.
func complete(in *Envelope, o *WriteOptions) (*Envelope, error) {
	env := *in
	if std := o.Standards.find(env.Root.Space); std != nil {
		fill(&env.Standard, std.Name)
		fill(&env.Version, std.Version)
		if env.Family == FamilyUnknown {
			env.Family = std.Family
		}
		if env.Family == std.Family {
			fill(&env.FamilyVersion, std.FamilyVersion)
		}
	}
	f := formToWrite(env.Family, env.FamilyVersion)
	if f == nil {
		return &env, nil // refused later
	}
	for _, party := range [...]struct {
		id id
		b  *Behoerde
	}{{idLeser, &env.Leser}, {idAutor, &env.Autor}} {
		if part := f.kopf.part(party.id); part != nil && party.b.Behoerdenkennung.isEmpty() {
			party.b.split(part)
		}
	}
	if env.Nachricht.UUID == "" && f.kopf.has(idUUID) {
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

func fill(field *string, value string) {
	if *field == "" {
		*field = value
	}
}

func (k *Behoerdenkennung) isEmpty() bool { return k.Praefix.Code == "" && k.Kennung.Code == "" }

// split makes the codes of Kennung where the header of the party has codes.
func (b *Behoerde) split(party *element) {
	k := &b.Behoerdenkennung
	switch {
	case party.has(idPartnerCode):
		if b.Art != partnerWithoutCode {
			k.Kennung.Code = b.Kennung
		}
	case party.has(idPraefix):
		praefix, kennung, ok := b.Praefix()
		if !ok {
			praefix, kennung = "", b.Kennung
		}
		k.Praefix.Code, k.Kennung.Code = praefix, kennung
	}
}

// proofread reads the finished message once more to its end: what this package
// writes, it must read, and what it was handed over must not have bent it.
func proofread(message []byte, known Standards) error {
	c := NewCollector(&ReadOptions{Standards: known, MaxHeaderBytes: len(message) + 1, MaxExtensions: len(message), MaxExtensionBytes: len(message)})
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
	e.buf.WriteString(`<?xml version="1.0" encoding="UTF-8"?>` + "\n")
	e.start(env.Root, declarations(env, m.Namespaces), rootAttributes(env))
	e.base = len(e.stack)
	e.header(env, formToWrite(env.Family, env.FamilyVersion))
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
