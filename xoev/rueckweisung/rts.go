package rueckweisung

import (
	"bufio"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/bausteine/egov/xoev"
	"github.com/bausteine/egov/xoev/xmlscan"
)

// RtS is what the header of administration.returntosender.0900 needs: it is
// older than the Basisnachricht and made from parts that only XMeld has. Source:
// xmeld-nachrichten-basistypen.xsd 26.11, type.nachrichtenkopf.b2b.
type RtS struct {
	// Tagesvorgangszaehler counts the author's messages of a day from 1.
	Tagesvorgangszaehler uint64
	// Organisationseinheit is XML of one or more elements ORGANISATIONSEINHEIT
	// and Anschrift of one element ANSCHRIFT, all in the namespace of XMeld,
	// bound to the prefix xmeld.
	Organisationseinheit, Anschrift []byte
}

// LogValue hides everything.
func (r RtS) LogValue() slog.Value { return slog.StringValue("…") }

var errCharacter = errors.New("a value holds a character that XML does not allow")

var errRtS = errors.New("rueckweisung: form XMeldRtS needs RtS with a counter, Organisationseinheit and Anschrift as well-formed XML, and parties with identifier and contact data")

// writeRtS writes 0900. It has no UUID; none is stored.
func (r *Rueckweisung) writeRtS(w io.Writer, o *xoev.WriteOptions) error {
	leser, autor := r.parties()
	if r.RtS == nil || r.RtS.Tagesvorgangszaehler == 0 || leser.Kennung == "" || autor.Kennung == "" || len(autor.Erreichbarkeit) == 0 ||
		r.Produkt == "" || r.Produkthersteller == "" ||
		!fragment(r.RtS.Organisationseinheit, "ORGANISATIONSEINHEIT", false) || !fragment(r.RtS.Anschrift, "ANSCHRIFT", true) {
		return errRtS
	}
	at, err := r.stamp(o)
	if err != nil {
		return err
	}
	x := &rtsWriter{w: bufio.NewWriter(w)}
	x.raw(`<?xml version="1.0" encoding="UTF-8"?>` + "\n<xmeld:administration.returntosender.0900 xmlns:xmeld=\"" + nsXMeld + `" fassung="` + attributeFassung + `"`)
	x.attr("produkt", r.Produkt)
	x.attr("produkthersteller", r.Produkthersteller)
	if r.Produktversion != "" {
		x.attr("produktversion", r.Produktversion)
	}
	if test, ok := r.test(); ok {
		x.attr("test", test)
	}
	x.attr("version", versionXMeld)
	x.raw(">")
	x.header(r, leser, autor, at)
	x.container(r)
	x.raw("</xmeld:administration.returntosender.0900>")
	if x.err == nil {
		x.err = x.w.Flush()
	}
	if x.err != nil {
		return fmt.Errorf("rueckweisung: writing the message: %w", x.err)
	}
	r.Erstellungszeitpunkt = at
	return nil
}

// stamp is the time of the message.
func (r *Rueckweisung) stamp(o *xoev.WriteOptions) (xoev.Zeitpunkt, error) {
	at := r.Erstellungszeitpunkt
	if at == "" {
		now := time.Now
		if o != nil && o.Now != nil {
			now = o.Now
		}
		at = xoev.FormatZeitpunkt(now())
	}
	if !at.Exact() {
		return "", fmt.Errorf("rueckweisung: erstellungszeitpunkt: %w", xoev.ErrZeitpunkt)
	}
	return at, nil
}

// fragment reports that XML holds elements of one name in the namespace of
// XMeld and nothing else.
func fragment(b []byte, local string, one bool) bool {
	wrapped := "<x>" + string(b) + "</x>"
	s := xmlscan.NewFragment([]byte(wrapped), []xmlscan.NSDecl{{Prefix: "xmeld", URI: nsXMeld}}, nil)
	n := 0
	for s.Next() {
		switch {
		case s.Kind() == xmlscan.StartElement && s.Depth() == 2:
			n++
			if !s.Name().Is(nsXMeld, local) {
				return false
			}
		case s.Kind() == xmlscan.Text && s.Depth() == 1:
			return false
		}
	}
	return s.Err() == nil && n > 0 && (n == 1 || !one)
}

// rtsWriter writes a message whose header no family of package xoev has. All
// text goes through escaping; the first error sticks.
type rtsWriter struct {
	w   *bufio.Writer
	err error
}

func (x *rtsWriter) raw(s string) {
	if x.err == nil {
		_, x.err = x.w.WriteString(s)
	}
}

func (x *rtsWriter) text(s string) {
	switch {
	case x.err != nil:
	case !isText(s): // EscapeText would put another character in its place
		x.err = errCharacter
	default:
		x.err = xml.EscapeText(x.w, []byte(s))
	}
}

// isText reports that XML can hold a text (XML 1.0, 2.2).
func isText(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool {
		return r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF
	})
}

func (x *rtsWriter) attr(name, value string) {
	x.raw(" " + name + `="`)
	x.text(value)
	x.raw(`"`)
}

func (x *rtsWriter) element(name, value string) {
	x.raw("<" + name + ">")
	x.text(value)
	x.raw("</" + name + ">")
}

func (x *rtsWriter) optional(name, value string) {
	if value != "" {
		x.element(name, value)
	}
}

func (x *rtsWriter) code(name string, c xoev.Code) {
	x.raw("<" + name)
	if c.ListURI != "" {
		x.attr("listURI", c.ListURI)
	}
	if c.ListVersionID != "" {
		x.attr("listVersionID", c.ListVersionID)
	}
	x.raw(">")
	x.element("code", c.Code)
	x.raw("</" + name + ">")
}

func (x *rtsWriter) header(r *Rueckweisung, leser, autor xoev.Behoerde, at xoev.Zeitpunkt) {
	x.raw("<xmeld:nachrichtenkopf><xmeld:identifikation.nachricht>")
	x.code("xmeld:nachrichtennummer", kinds[XMeldRtS].typ)
	x.element("xmeld:erstellungszeitpunkt", string(at))
	x.element("xmeld:tagesvorgangszaehler", strconv.FormatUint(r.RtS.Tagesvorgangszaehler, 10))
	x.raw("</xmeld:identifikation.nachricht><xmeld:absender>")
	x.element("xmeld:behoerdenkennung", autor.Kennung)
	x.raw(string(r.RtS.Organisationseinheit))
	for _, e := range autor.Erreichbarkeit {
		x.raw("<xmeld:erreichbarkeit>")
		x.code("kanal", e.Kanal)
		x.element("kennung", e.Kennung)
		x.optional("zusatz", e.Zusatz)
		x.raw("</xmeld:erreichbarkeit>")
	}
	x.raw(string(r.RtS.Anschrift))
	x.raw("</xmeld:absender><xmeld:empfaenger>")
	x.element("xmeld:behoerdenkennung", leser.Kennung)
	x.raw("</xmeld:empfaenger></xmeld:nachrichtenkopf>")
}

// container writes reason and rejected message. Source:
// xmeld-nachrichten-administration.xsd 26.11,
// type.administration.returntosender.container.
func (x *rtsWriter) container(r *Rueckweisung) {
	reason, remarks := kinds[XMeldRtS].single(r.Gruende)
	x.raw("<xmeld:rts.container><xmeld:begruendung>")
	x.code("xmeld:grund", reason)
	for _, text := range remarks {
		x.element("xmeld:ergaenzende.hinweise", text)
	}
	x.raw("</xmeld:begruendung>")
	if t := r.Transport; t != (Transport{}) {
		x.raw("<xmeld:transportinformationen>")
		x.optional("xmeld:nachrichten.id", t.NachrichtenID)
		x.optional("xmeld:betreff", t.Betreff)
		x.optional("xmeld:sendezeitpunkt", string(t.Sendezeitpunkt))
		x.optional("xmeld:ergaenzende.hinweise", t.Hinweise)
		x.raw("</xmeld:transportinformationen>")
	}
	x.raw("<xmeld:nachricht>")
	if x.err == nil {
		encoder := base64.NewEncoder(base64.StdEncoding, x.w)
		_, err := io.Copy(encoder, r.original())
		x.err = errors.Join(err, encoder.Close())
	}
	x.raw("</xmeld:nachricht></xmeld:rts.container>")
}
