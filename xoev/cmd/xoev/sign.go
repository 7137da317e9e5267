package main

import (
	"crypto"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"io"
	"path/filepath"
	"strings"

	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/signature"
	"github.com/bausteine/egov/xoev/signature/xades"
	"github.com/bausteine/egov/xoev/signature/xades/tsa"
	"github.com/bausteine/egov/xoev/xmlscan"
)

// signing is one call of xoev sign.
type signing struct {
	file, key, cert, password, profile, algorithm, out, name string
	xades, tsaURL, policy, element                           string
	tsa                                                      list
	detached, enveloping, bytes                              bool
	options                                                  signature.SignerOptions
	signer                                                   *signature.Signer
}

func (c *command) sign(args []string) int {
	var s signing
	flags := c.flags("sign")
	flags.StringVar(&s.key, "key", "", "")
	flags.StringVar(&s.cert, "cert", "", "")
	flags.StringVar(&s.password, "password-file", "", "")
	flags.StringVar(&s.profile, "profile", "", "")
	flags.StringVar(&s.algorithm, "algorithm", "", "")
	flags.BoolVar(&s.detached, "detached", false, "")
	flags.StringVar(&s.name, "name", "", "")
	flags.BoolVar(&s.bytes, "bytes", false, "")
	flags.BoolVar(&s.enveloping, "enveloping", false, "")
	flags.StringVar(&s.element, "element", "", "")
	flags.StringVar(&s.policy, "policy", "", "")
	flags.StringVar(&s.out, "out", "-", "")
	flags.StringVar(&s.xades, "xades", "", "")
	flags.StringVar(&s.tsaURL, "tsa-url", "", "")
	flags.Var(&s.tsa, "tsa", "")
	files, status, done := c.parse(flags, signEN, signDE, args)
	switch {
	case done:
		return status
	case len(files) != 1:
		return c.usage("sign", c.t("exactly one FILE is needed", "genau eine DATEI ist nötig"))
	case s.key == "":
		return c.usage("sign", c.t("--key is missing", "--key fehlt"))
	}
	s.file = files[0]
	if problem := s.complete(c); problem != "" {
		return c.usage("sign", problem)
	}
	if c.dry {
		return exitFine
	}
	if s.policy != "" {
		var err error
		if s.options.Policy, err = c.policy(s.policy); err != nil {
			return c.unsigned(s.file, err)
		}
	}
	if file, err := s.open(c); err != nil {
		return c.unsigned(file, err)
	}
	return c.writeSigned(&s)
}

// complete fills in what was not given, and finds contradictions.
func (s *signing) complete(c *command) string {
	policy, problem := c.profile(s.profile)
	if problem != "" {
		return problem
	}
	if s.profile == "legacy" {
		return c.t("--profile legacy is for verification only", "--profile legacy gibt es nur zum Prüfen")
	}
	s.options.Policy = policy
	if s.algorithm != "" {
		var known string
		if s.options.Algorithm, known = methodNamed(s.algorithm); known != "" {
			return "--algorithm: " + known
		}
	}
	wanted, problem := level(s.xades, 2)
	if problem != "" {
		return problem
	}
	inputs := append([]string{s.file, s.key, s.cert, s.password, s.policy}, s.tsa...)
	switch stamped := wanted == xades.LevelT; {
	case stamped != (s.tsaURL != "") || stamped != (len(s.tsa) > 0):
		return c.t("--xades B-T needs --tsa-url and --tsa, and they are for it alone", "--xades B-T braucht --tsa-url und --tsa, und die gibt es nur dafür")
	case repeated("-", inputs):
		return c.t("standard input cannot be two things at once", "die Standardeingabe kann nicht zweierlei sein")
	case s.policy != "" && s.profile != "":
		return c.t("--policy and --profile say the same thing in two ways", "--policy und --profile sagen dasselbe zweimal")
	case s.detached && s.enveloping || s.element != "" && (s.detached || s.enveloping):
		return c.t("--detached, --enveloping and --element exclude each other", "--detached, --enveloping und --element schließen einander aus")
	case !s.detached && s.name != "" || !s.detached && !s.enveloping && s.bytes:
		return c.t("--name is for --detached, --bytes for it and --enveloping", "--name gibt es nur mit --detached, --bytes auch mit --enveloping")
	case s.detached && s.file == "-" && s.name == "":
		return c.t("--name is needed for a document from standard input", "--name ist nötig für ein Dokument von der Standardeingabe")
	case s.name == "":
		s.name = filepath.Base(s.file)
	}
	return c.overwrites(s.out, inputs...)
}

// methods are the values of --algorithm: the last part of a method's URI, behind
// the year of its namespace.
var methods = []string{
	"2001/04:rsa-sha256", "2001/04:rsa-sha384", "2001/04:rsa-sha512",
	"2007/05:sha256-rsa-MGF1", "2007/05:sha384-rsa-MGF1", "2007/05:sha512-rsa-MGF1",
	"2007/05:sha3-256-rsa-MGF1", "2007/05:sha3-384-rsa-MGF1", "2007/05:sha3-512-rsa-MGF1", "2007/05:rsa-pss",
	"2001/04:ecdsa-sha256", "2001/04:ecdsa-sha384", "2001/04:ecdsa-sha512",
	"2021/04:ecdsa-sha3-256", "2021/04:ecdsa-sha3-384", "2021/04:ecdsa-sha3-512", "2021/04:eddsa-ed25519",
}

// methodNamed finds the URI of a signature method by its last part.
func methodNamed(name string) (uri, known string) {
	for i, m := range methods {
		year, last, _ := strings.Cut(m, ":")
		if last == name {
			return "http://www.w3.org/" + year + "/xmldsig-more#" + last, ""
		}
		if i > 0 {
			known += ", "
		}
		known += last
	}
	return "", known
}

var (
	errNoKey     = errors.New("not one private key in PEM form (PKCS #8, PKCS #1, SEC 1), nor a PKCS #12 file")
	errEncrypted = errors.New("the key is encrypted; give it as a PKCS #12 file with --password-file")
	errNoCert    = errors.New("--cert is missing")
	errOneCert   = errors.New("a PKCS #12 file holds the certificate itself; --cert is for keys in PEM form")
	errNoPass    = errors.New("--password-file is missing")
)

// open reads key and certificate. file is what an error is about.
func (s *signing) open(c *command) (file string, err error) {
	data, err := c.read(s.key)
	if err != nil {
		return s.key, err
	}
	if !strings.Contains(string(data), "-----BEGIN ") {
		return s.openPKCS12(c, data)
	}
	key, err := privateKey(data)
	switch {
	case err != nil:
		return s.key, err
	case s.cert == "":
		return s.key, errNoCert
	}
	chain, err := c.certificates(s.cert)
	if err != nil {
		return s.cert, err
	}
	s.signer, err = signature.NewSignerWith(key, chain, &s.options)
	return s.key, err
}

func (s *signing) openPKCS12(c *command, data []byte) (file string, err error) {
	if len(data) == 0 || data[0] != 0x30 { // SEQUENCE
		return s.key, errNoKey
	}
	switch {
	case s.cert != "":
		return s.cert, errOneCert
	case s.password == "":
		return s.key, errNoPass
	}
	password, err := c.read(s.password)
	if err != nil {
		return s.password, err
	}
	line, _, _ := strings.Cut(string(password), "\n")
	s.signer, err = signature.SignerFromPKCS12(strings.NewReader(string(data)), strings.TrimSuffix(line, "\r"), &s.options)
	return s.key, err
}

// privateKey reads the one private key of a file in PEM form. Certificates and
// the parameters that openssl puts before a key may stand beside it.
func privateKey(data []byte) (crypto.Signer, error) {
	var found crypto.Signer
	for {
		var block *pem.Block
		if block, data = pem.Decode(data); block == nil {
			break
		}
		var key any
		var err error
		switch block.Type {
		case "PRIVATE KEY":
			key, err = x509.ParsePKCS8PrivateKey(block.Bytes)
		case "RSA PRIVATE KEY":
			if block.Headers["DEK-Info"] != "" {
				return nil, errEncrypted
			}
			key, err = x509.ParsePKCS1PrivateKey(block.Bytes)
		case "EC PRIVATE KEY":
			if block.Headers["DEK-Info"] != "" {
				return nil, errEncrypted
			}
			key, err = x509.ParseECPrivateKey(block.Bytes)
		case "ENCRYPTED PRIVATE KEY":
			return nil, errEncrypted
		default:
			continue
		}
		signer, ok := key.(crypto.Signer)
		if err != nil || !ok || found != nil {
			return nil, errNoKey // the parser's words might hold parts of the key
		}
		found = signer
	}
	if found == nil {
		return nil, errNoKey
	}
	return found, nil
}

// writeSigned signs and writes.
func (c *command) writeSigned(s *signing) int {
	in, err := c.one(s.file)
	if err != nil {
		return c.unsigned(s.file, err)
	}
	defer in.Close()
	if err := c.readable(in); err != nil {
		return c.unsigned(s.file, err)
	}
	write, err := c.signed(s, in)
	if err != nil {
		return c.unsigned(s.file, err)
	}
	if s.out == "-" {
		c.progress.clear()
		err = write(c.stdout)
	} else {
		_, err = writeFile(s.out, 0o600, write)
	}
	if err != nil {
		return c.unsigned(s.file, err)
	}
	return c.status(exitFine)
}

// signed makes the signature, unless it is made while it is written.
func (c *command) signed(s *signing, in *input) (write func(io.Writer) error, err error) {
	scan := scanLimits
	o := &signature.SignOptions{Scan: &scan}
	var sig []byte
	switch {
	case s.xades != "":
		sig, err = c.signXAdES(s, in)
	case s.enveloping || s.element != "":
		var request signature.SignRequest
		if request, err = s.request(in, s.bytes); err == nil {
			sig, err = s.signer.Sign(request)
		}
	case !s.detached:
		return func(w io.Writer) error { return s.signer.SignEnvelopedReader(c.ctx, w, in.at, in.size, o) }, nil
	case !s.bytes:
		sig, err = s.signer.SignDetachedReader(c.ctx, in.at, in.size, s.name, o)
	default:
		var request signature.SignRequest
		if request, err = s.request(in, true); err == nil {
			sig, err = s.signer.Sign(request)
		}
	}
	return content(sig), err
}

// signXAdES makes a signature of level B-B or B-T.
func (c *command) signXAdES(s *signing, in *input) ([]byte, error) {
	request, err := s.request(in, s.bytes)
	if err != nil {
		return nil, err
	}
	r := xades.SignRequest{SignRequest: request}
	if s.tsaURL != "" {
		trust, err := c.trust("--tsa", s.tsa, s.options.Policy)
		if err != nil {
			return nil, err
		}
		r.TimeStamper = &tsa.Client{URL: s.tsaURL, Trust: trust, Policy: s.options.Policy}
	}
	return xades.Sign(c.ctx, s.signer, r)
}

// request is for what is signed in memory.
func (s *signing) request(in *input, bytes bool) (r signature.SignRequest, err error) {
	scan := scanLimits
	r.Scan = &scan
	doc, err := whole(in)
	if err != nil {
		return r, err
	}
	switch {
	case s.enveloping:
		return s.around(r, doc)
	case s.element != "":
		r.Form, r.Document, r.References = signature.SameDocument, doc, []signature.SignReference{{URI: "#" + s.element}}
		return r, nil
	case !s.detached:
		r.Form, r.Document, r.References = signature.Enveloped, doc, []signature.SignReference{{}}
		return r, nil
	}
	uri, err := signature.FileURI(s.name)
	if err != nil {
		return r, err
	}
	r.Form, r.Files = signature.Detached, map[string][]byte{uri: doc}
	reference := signature.SignReference{URI: uri}
	if !bytes {
		reference.Canonicalization = signature.ExclusiveC14N
	}
	r.References = []signature.SignReference{reference}
	return r, nil
}

// around puts what is signed into the signature: the root element, or the bytes of
// any file in base64.
func (s *signing) around(r signature.SignRequest, doc []byte) (signature.SignRequest, error) {
	const id = "signed-object"
	r.Form = signature.Enveloping
	if s.bytes {
		r.Objects = []signature.Object{{ID: id, Content: []byte(base64.StdEncoding.EncodeToString(doc))}}
		r.References = []signature.SignReference{{URI: "#" + id, Base64: true}}
		return r, nil
	}
	scan := xmlscan.NewBytes(doc, r.Scan)
	var from, to int64
	uri := "#" + id
	for scan.Next() {
		if scan.Depth() != 1 {
			continue
		}
		switch scan.Kind() {
		case xmlscan.StartElement:
			from = scan.Pos().Offset
			if own := rootID(scan); own != "" {
				uri = "#" + own // the root alone is what is handed out then
			}
		case xmlscan.EndElement:
			to = scan.End()
		}
	}
	if err := scan.Err(); err != nil {
		return r, err
	}
	r.Objects = []signature.Object{{ID: id, Content: doc[from:to]}}
	r.References = []signature.SignReference{{URI: uri}}
	return r, nil
}

// rootID is the ID of an element that has exactly one.
func rootID(scan *xmlscan.Scanner) (id string) {
	n := 0
	for _, a := range scan.Attrs() {
		if isID(a.Name) {
			id = string(a.Value)
			n++
		}
	}
	if n != 1 {
		return ""
	}
	return id
}

// unsigned says why nothing was signed: a key or document that is refused, or
// something that could not be read or written.
func (c *command) unsigned(file string, err error) int {
	for _, refused := range []error{signature.ErrKey, signature.ErrAlreadySigned, errNoKey} {
		if errors.Is(err, refused) {
			c.fail("xoev sign: %s: %s\n", clean(file), clean(c.reason(err)))
			return exitRefused
		}
	}
	var invalid *finding.InvalidError
	if errors.As(err, &invalid) {
		return c.refused("sign", file, err)
	}
	return c.failed("sign", file, err)
}
