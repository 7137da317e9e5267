package epaybl

import (
	"bytes"
	"context"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"github.com/beevik/etree"

	"github.com/bausteine/egov/xoev/xmlscan"
	"github.com/bausteine/egov/xoev/xmlscan/tree"
)

const (
	nsSOAP   = "http://schemas.xmlsoap.org/soap/envelope/"
	nsEpaybl = "http://www.bff.bund.de/ePayment"
	nsXSI    = "http://www.w3.org/2001/XMLSchema-instance"
	nsXSD    = "http://www.w3.org/2001/XMLSchema"
	nsArray  = "http://schemas.xmlsoap.org/soap/encoding/"
)

// call sends one operation (SOAP 1.1, RPC) and returns its result, which is
// ok. The parts are sent in the order given: RPC services count on it.
func (p *Provider) call(ctx context.Context, op string, parts ...part) (*node, error) {
	ctx, cancel := context.WithTimeout(ctx, p.options.Timeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, p.config.ServiceURL, bytes.NewReader(p.envelope(op, parts)))
	if err != nil {
		return nil, transportError(op, err)
	}
	request.Header.Set("Content-Type", "text/xml; charset=utf-8")
	request.Header.Set("SOAPAction", `"`+nsEpaybl+"#"+op+`"`)
	response, err := p.client.Do(request)
	if err != nil {
		return nil, transportError(op, err)
	}
	defer response.Body.Close() //nolint:errcheck // nothing left to read
	answer, err := io.ReadAll(io.LimitReader(response.Body, p.options.MaxResponse+1))
	if err != nil {
		return nil, transportError(op, err)
	}
	status := response.StatusCode
	kind, _, err := mime.ParseMediaType(response.Header.Get("Content-Type"))
	isXML := err == nil && (kind == "text/xml" || kind == "application/xml" || kind == "application/soap+xml")
	switch {
	case status != http.StatusOK && (status != http.StatusInternalServerError || !isXML):
		return nil, &Error{Op: op, Status: status}
	case int64(len(answer)) > p.options.MaxResponse:
		return nil, answerError(op, status, "too large")
	case !isXML:
		return nil, answerError(op, status, "content type")
	}
	return readAnswer(op, status, answer)
}

// readAnswer finds the result in an answer and judges whether it is ok.
func readAnswer(op string, status int, answer []byte) (*node, error) {
	doc, err := tree.Document(bytes.NewReader(answer), &xmlscan.Options{MaxDepth: 32})
	if err != nil {
		return nil, answerError(op, status, "XML")
	}
	root := doc.Root()
	if root.Tag != "Envelope" || root.NamespaceURI() != nsSOAP {
		return nil, answerError(op, status, "no SOAP 1.1 envelope")
	}
	body := child(root, "Body")
	if body == nil || body.NamespaceURI() != nsSOAP || len(body.ChildElements()) == 0 {
		return nil, answerError(op, status, "no SOAP body")
	}
	n, ok := newNode(body)
	if !ok || !n.unambiguous(body) {
		return nil, answerError(op, status, "ambiguous")
	}
	first := body.ChildElements()[0]
	if first.Tag == "Fault" && first.NamespaceURI() == nsSOAP {
		fault := n.wrap(first)
		return nil, &Error{Op: op, Status: status, Fault: faultCode(fault.text("faultcode")), Text: fault.text("faultstring")}
	}
	if first.Tag != op+"Response" || len(first.ChildElements()) == 0 {
		return nil, answerError(op, status, "no response of the operation")
	}
	return judged(op, status, n.wrap(first.ChildElements()[0]))
}

// judged returns the result if it is ok. The verdict stands in the result
// itself or in its part "ergebnis"; its code is flat (2.x) or in "text" (3.x).
func judged(op string, status int, result *node) (*node, error) {
	verdict := result
	if e := result.at("ergebnis"); e != nil {
		verdict = e
	}
	switch ok := verdict.text("istOk"); ok {
	case "true", "1":
		return result, nil
	case "false", "0":
	default:
		return nil, answerError(op, status, "istOk")
	}
	code := verdict.text("code")
	words := verdict.text("langText")
	if t := verdict.at("text"); t != nil {
		code, words = t.text("code"), t.text("langText")
	}
	number, err := strconv.Atoi(strings.TrimSpace(code))
	if err != nil || number == 0 {
		return nil, answerError(op, status, "code")
	}
	return nil, &Error{Op: op, Status: status, Code: number, Text: words}
}

func faultCode(s string) string {
	_, local, found := strings.Cut(s, ":")
	if !found {
		local = s
	}
	local, _, _ = strings.Cut(local, ".")
	if local != "Client" && local != "Server" && local != "VersionMismatch" && local != "MustUnderstand" {
		return "Server"
	}
	return local
}

// node is an element of an answer. SOAP encoding may move the content of an
// element elsewhere in the body (href="#id"); nodes follow such references.
type node struct {
	element *etree.Element
	byID    map[string]*etree.Element
}

// newNode reports false if two targets have the same id.
func newNode(body *etree.Element) (*node, bool) {
	n := &node{element: body, byID: map[string]*etree.Element{}}
	for _, e := range body.ChildElements() {
		id := e.SelectAttrValue("id", "")
		if n.byID[id] != nil {
			return nil, false
		}
		if id != "" {
			n.byID[id] = e
		}
	}
	return n, true
}

// unambiguous tells whether there is one way to read what is below an element:
// nothing that counts stands twice, simple values hold no elements, and
// references lead to content.
func (n *node) unambiguous(e *etree.Element) bool {
	seen := map[string]bool{}
	for _, c := range e.ChildElements() {
		counts, simple := meaning(c.Tag)
		if counts && seen[c.Tag] {
			return false
		}
		seen[c.Tag] = true
		content := c
		if id, ok := strings.CutPrefix(c.SelectAttrValue("href", ""), "#"); ok {
			if content = n.byID[id]; content == nil || content.SelectAttr("href") != nil {
				return false
			}
		}
		if simple && len(content.ChildElements()) > 0 || !n.unambiguous(c) {
			return false
		}
	}
	return true
}

// meaning tells whether this package reads the elements of a name, and whether
// those are simple values.
func meaning(name string) (counts, simple bool) {
	switch name {
	case "ergebnis", "text", "buchungsListe":
		return true, false
	case "istOk", "code", "kassenzeichen", "EShopKundenNr", "EShopTransaktionsNr", "zahlverfahren", "waehrung", "saldo",
		"betragHauptforderungen", "betragZahlungseingaenge", "betragStornos", "betragRuecklastschriften":
		return true, true
	}
	return false, false
}

func (n *node) wrap(e *etree.Element) *node {
	if id, ok := strings.CutPrefix(e.SelectAttrValue("href", ""), "#"); ok && n.byID[id] != nil {
		e = n.byID[id] // content, see unambiguous
	}
	return &node{e, n.byID}
}

// at returns the part with the name, whatever its namespace; nil if missing.
func (n *node) at(name string) *node {
	if n == nil {
		return nil
	}
	if e := child(n.element, name); e != nil {
		return n.wrap(e)
	}
	return nil
}

// text returns the text of the part with the name.
func (n *node) text(name string) string {
	if part := n.at(name); part != nil {
		return strings.TrimSpace(part.element.Text())
	}
	return ""
}

func child(e *etree.Element, name string) *etree.Element {
	for _, c := range e.ChildElements() {
		if c.Tag == name {
			return c
		}
	}
	return nil
}
