package rueckweisung

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"

	"github.com/bausteine/egov/xoev"
	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/xmlscan"
)

var (
	// ErrNoGrund is returned for a rejection without a reason.
	ErrNoGrund = errors.New("rueckweisung: there is no reason to reject")
	// ErrGrund is returned for a reason that is no code of XInneres: see Code.
	ErrGrund = errors.New("rueckweisung: a reason is not in the list of XInneres")
	// ErrRejection is returned for a message that is itself a rejection: two
	// programs would answer each other without end.
	ErrRejection = errors.New("rueckweisung: a rejection must not be rejected")
	// ErrNoOriginal is returned where the form holds the rejected message and
	// there is none.
	ErrNoOriginal = errors.New("rueckweisung: this form needs the rejected message")
	// ErrUnidentified is returned where the form names the rejected message and
	// its UUID, type or time is not known.
	ErrUnidentified = errors.New("rueckweisung: this form needs UUID, type and time of the rejected message")
	// ErrTooLarge is returned where the rejected message is larger than allowed.
	ErrTooLarge = errors.New("rueckweisung: the rejected message is too large")
)

const defaultOriginal = 64 << 20

// Rueckweisung is a rejection to be written.
type Rueckweisung struct {
	// Form is the message to write; FormFor chooses it.
	Form Form
	// Gruende are the reasons, at least one.
	Gruende []Grund
	// Original is the rejected message, byte for byte as it came in. It is read
	// once, to its end, and embedded as base64.
	Original io.Reader
	// MaxOriginal is how long it may be, in bytes; default 64 MiB.
	MaxOriginal int64
	// Envelope is the header of the rejected message; nil if it could not be
	// read. Its author becomes the reader, its reader the author, and it is
	// named as the message that is answered, if type and version of its
	// nachrichtentyp's list are there.
	Envelope *xoev.Envelope
	// Leser is who gets the rejection; without Kennung it is the author of the
	// rejected message. It is needed if Envelope is nil or has no
	// identifier of its author.
	Leser xoev.Behoerde
	// Autor is who rejects; without Kennung it is the reader of the rejected
	// message. XInneres demands an Anschrift and ways to reach it.
	Autor xoev.Behoerde
	// Stelle is who checked the message, if it is not its reader (a
	// clearing-house); nil = none. Forms XInneres and XWasser.
	Stelle *Stelle
	// Transport says what is known from the transport of the rejected message.
	// All forms but XBauKernmodul.
	Transport Transport
	// RtS is what form XMeldRtS needs besides.
	RtS *RtS
	// Produkt and Produkthersteller are the program that rejects and who answers
	// for it; Produktversion is optional.
	Produkt, Produkthersteller, Produktversion string
	// UUID and Erstellungszeitpunkt of the rejection; if empty, new ones are
	// used and stored here.
	UUID                 string
	Erstellungszeitpunkt xoev.Zeitpunkt
}

// Stelle is an office on the way between author and reader.
type Stelle struct {
	// Pruefinstanz is its name.
	Pruefinstanz string
	// Erreichbarkeit are ways to reach it, at least one.
	Erreichbarkeit []xoev.Erreichbarkeit
	// Anschrift is needed in form XInneres: XML of an element "anschrift" in no
	// namespace with a PostalischeInlandsanschrift.
	Anschrift []byte
}

// Transport is what the transport tells of a message. All is optional.
type Transport struct {
	// NachrichtenID is the identifier in the transport (OSCI: messageID).
	NachrichtenID  string
	Betreff        string
	Sendezeitpunkt xoev.Zeitpunkt
	// Hinweise help to find the message.
	Hinweise string
}

// LogValue hides everything but the form and the reasons.
func (r Rueckweisung) LogValue() slog.Value {
	codes := make([]string, 0, len(r.Gruende))
	for _, g := range r.Gruende {
		codes = append(codes, string(g.Code))
	}
	return slog.GroupValue(slog.Int("form", int(r.Form)), slog.String("uuid", r.UUID), slog.Any("gruende", codes))
}

// LogValue hides everything.
func (s Stelle) LogValue() slog.Value { return slog.StringValue("…") }

// LogValue hides everything.
func (t Transport) LogValue() slog.Value { return slog.StringValue("…") }

// Write writes the rejection, streaming the rejected message. Equal values give
// equal bytes. A test message is rejected by a test message. What was written
// is no message unless Write returns nil.
//
// The error is one of those of this package, a *finding.InvalidError of package
// xoev if a party is not complete, or comes from Original, from w or from
// o.Rand. o may be nil.
func Write(w io.Writer, r *Rueckweisung, o *xoev.WriteOptions) error {
	switch {
	case int(r.Form) >= len(kinds):
		return fmt.Errorf("rueckweisung: there is no form %d", r.Form)
	case len(r.Gruende) == 0:
		return ErrNoGrund
	case slices.ContainsFunc(r.Gruende, func(g Grund) bool { return !slices.Contains(priority[:], g.Code) }):
		return ErrGrund
	case r.Transport.Sendezeitpunkt != "" && !isTime(r.Transport.Sendezeitpunkt):
		return fmt.Errorf("rueckweisung: sendezeitpunkt: %w", xoev.ErrZeitpunkt)
	case r.Form != XMeldRtSSynchron && r.Original == nil:
		return ErrNoOriginal
	case r.isRejection():
		return ErrRejection
	case (r.Form == XBauKernmodul || r.Form == XMeldRtSSynchron) && !identified(r.Envelope):
		return ErrUnidentified
	}
	if r.Form == XMeldRtS {
		return r.writeRtS(w, o)
	}
	m := r.message()
	if r.Leser.Kennung == "" { // what the caller says is refused where it does not fit
		fitting(m, o)
	}
	out, err := xoev.NewWriter(w, m, o)
	if err == nil {
		err = out.Close()
	}
	if err != nil {
		return fmt.Errorf("rueckweisung: %w", err)
	}
	r.UUID, r.Erstellungszeitpunkt = m.Nachricht.UUID, m.Nachricht.Erstellungszeitpunkt
	return nil
}

func isTime(z xoev.Zeitpunkt) bool {
	_, _, err := z.Time()
	return err == nil
}

func identified(e *xoev.Envelope) bool {
	return e != nil && e.Nachricht.UUID != "" && e.Nachricht.Typ.Code != "" && e.Nachricht.Erstellungszeitpunkt != ""
}

func (r *Rueckweisung) message() *xoev.Message {
	k := &kinds[r.Form]
	m := &xoev.Message{Envelope: xoev.Envelope{
		Root: k.root, Family: k.family, FamilyVersion: k.familyVersion, Standard: k.standard, Version: k.version,
		Produkt: r.Produkt, Produkthersteller: r.Produkthersteller, Produktversion: r.Produktversion,
		Nachricht: xoev.Nachricht{UUID: r.UUID, Typ: k.typ, Erstellungszeitpunkt: r.Erstellungszeitpunkt},
	}}
	m.Leser, m.Autor = r.parties()
	if k.family != xoev.FamilyXInneresG2G { // the others have no place for it
		m.Leser.Anschrift, m.Autor.Anschrift = xoev.Anschrift{}, xoev.Anschrift{}
	}
	m.Test, m.TestPresent = r.test()
	if r.Form == XWasser && identified(r.Envelope) {
		m.Extensions = []xoev.Extension{{Name: xmlscan.Name{Local: "referenzUUID"}, Text: r.Envelope.Nachricht.UUID,
			XML: "<referenzUUID>" + plain(r.Envelope.Nachricht.UUID) + "</referenzUUID>"}}
	}
	m.Body = func(e *xoev.Encoder) error {
		c := content{r: r, k: k, e: e}
		switch r.Form {
		case XBauKernmodul:
			c.xbau()
		case XMeldRtSSynchron:
			c.rtsSynchron()
		default:
			c.rueckweisung()
		}
		return e.Err()
	}
	return m
}

// plain keeps the characters of a UUID.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '-' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return r
		}
		return -1
	}, s)
}

// test marks the rejection of a test message as one.
func (r *Rueckweisung) test() (string, bool) {
	if r.Envelope == nil || !r.Envelope.IsTest() {
		return "", false
	}
	return r.Envelope.Test, true
}

// parties turns the rejected message around.
func (r *Rueckweisung) parties() (leser, autor xoev.Behoerde) {
	leser, autor = r.Leser, r.Autor
	if e := r.Envelope; e != nil {
		if leser.Kennung == "" {
			leser = party(e.Autor)
		}
		if autor.Kennung == "" {
			autor = party(e.Leser)
		}
	}
	return leser, autor
}

// party takes over what every family of headers knows of a party, as far as it
// can be sent: that a value is empty is what the message may be rejected for. A
// name that is missing becomes the identifier.
func party(b xoev.Behoerde) xoev.Behoerde {
	p := xoev.Behoerde{Verzeichnisdienst: b.Verzeichnisdienst, Kennung: b.Kennung, Name: b.Name, Anschrift: b.Anschrift}
	p.Anschrift.Extensions = nil
	if blank(p.Name) {
		p.Name = p.Kennung
	}
	if blank(p.Verzeichnisdienst.Code) {
		p.Verzeichnisdienst = xoev.Code{Code: verzeichnisdienst, ListURI: xoev.ListVerzeichnisdienst, ListVersionID: versionVerzeichnis}
	}
	if blank(p.Verzeichnisdienst.ListVersionID) {
		p.Verzeichnisdienst.ListVersionID = versionVerzeichnis
	}
	for _, e := range b.Erreichbarkeit {
		e.Extensions = nil
		if !blank(e.Kanal.Code) && !blank(e.Kanal.ListVersionID) && !blank(e.Kennung) {
			p.Erreichbarkeit = append(p.Erreichbarkeit, e)
		}
	}
	return p
}

// fitting leaves out what the reader's header may do without, address and ways
// to reach it, where that is what keeps the message from being written.
func fitting(m *xoev.Message, o *xoev.WriteOptions) {
	header := *m
	header.Body = nil
	if header.Nachricht.UUID == "" {
		header.Nachricht.UUID = "00000000-0000-4000-8000-000000000000" // o.Rand is not asked twice
	}
	var invalid *finding.InvalidError
	if !errors.As(xoev.Write(io.Discard, &header, o), &invalid) {
		return
	}
	for _, f := range invalid.Findings {
		switch {
		case strings.Contains(f.Path, "/anschrift.leser"):
			m.Leser.Anschrift = xoev.Anschrift{}
		case strings.Contains(f.Path, "/leser/erreichbarkeit"):
			m.Leser.Erreichbarkeit = nil
		}
	}
}

func blank(s string) bool { return strings.Trim(s, " \t\r\n") == "" }
