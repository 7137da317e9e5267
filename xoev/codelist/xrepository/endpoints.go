package xrepository

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/bausteine/egov/xoev/codelist"
)

// Metadaten returns what XRepository says about a list, a standard, or one
// version of them; kennung may be with or without version.
// Endpoint: GET /xrepository/{kennung}/metadaten.
func (c *Client) Metadaten(ctx context.Context, kennung string) (*Metadaten, error) {
	b, err := c.get(ctx, c.o.MaxBytes, "/xrepository/%s/metadaten", kennung)
	if err != nil {
		return nil, err
	}
	return decodeMetadaten(b)
}

// GueltigeVersion returns the version of a code list that is in force today, as
// XRepository sees it. An answer that names a version of another list is
// [ErrFormat]. Endpoint: GET /codeliste/{kennung}/gueltigeVersion.
func (c *Client) GueltigeVersion(ctx context.Context, kennung string) (codelist.VersionKennung, error) {
	b, err := c.get(ctx, c.o.MaxBytes, "/codeliste/%s/gueltigeVersion", kennung)
	if err != nil {
		return codelist.VersionKennung{}, err
	}
	full, err := decodeGueltigeVersion(b)
	if err != nil {
		return codelist.VersionKennung{}, err
	}
	version, ok := strings.CutPrefix(full, kennung+"_")
	if !ok || version == "" {
		return codelist.VersionKennung{}, fmt.Errorf("%w: valid version of another list", ErrFormat)
	}
	return codelist.VersionKennung{Kennung: kennung, Version: version}, nil
}

// Genericode returns a version of a code list, byte for byte as published. That
// it is an XML document is all that is checked. If XRepository has nothing at
// the first address, the second is asked. Endpoints:
// GET /xrepository/{versionKennung}:technischerBestandteilGenericode,
// GET /version_codeliste/{versionKennung}/genericode.
func (c *Client) Genericode(ctx context.Context, v codelist.VersionKennung) ([]byte, error) {
	b, err := c.get(ctx, c.o.MaxBytes, "/xrepository/%s:technischerBestandteilGenericode", v.String())
	if errors.Is(err, ErrNotFound) || errors.Is(err, ErrNotAvailable) {
		b, err = c.get(ctx, c.o.MaxBytes, "/version_codeliste/%s/genericode", v.String())
	}
	if err != nil {
		return nil, err
	}
	if firstByte(b) != '<' {
		return nil, fmt.Errorf("%w: no XML", ErrFormat)
	}
	return b, nil
}

// GenutzteAktuelleCodelisten returns all code lists that a version of a standard
// uses, those of code type 3 in the version in force. File names are made from
// the lists' names and say nothing reliable; codelist.Import reads which lists
// they are. Endpoint: GET /version_standard/{versionKennung}/genutzteAktuelleCodelisten.
func (c *Client) GenutzteAktuelleCodelisten(ctx context.Context, standard codelist.VersionKennung) (*codelist.ZIP, error) {
	return c.zip(ctx, "/version_standard/%s/genutzteAktuelleCodelisten", standard)
}

// XMLSchema returns the schemas of a version of a standard.
// Endpoint: GET /xrepository/{versionKennung}:xmlschema.
func (c *Client) XMLSchema(ctx context.Context, standard codelist.VersionKennung) (*codelist.ZIP, error) {
	return c.zip(ctx, "/xrepository/%s:xmlschema", standard)
}

// The kinds of things that [Client.Suche] finds.
const (
	TypStandard         = "STANDARD"
	TypCodeliste        = "CODELISTE"
	TypVersionStandard  = "VERSION_STANDARD"
	TypVersionCodeliste = "VERSION_CODELISTE"
)

// Suche looks for a text among things of the kinds given, by default standards,
// newest first. Pages count from 0 and hold size results, 1 to 100.
// Endpoint: POST /xrepository/suche.
func (c *Client) Suche(ctx context.Context, match string, page, size int, typen ...string) (*Suchergebnis, error) {
	if len(typen) == 0 {
		typen = []string{TypStandard}
	}
	body, err := json.Marshal(map[string]any{"typen": typen, "match": match})
	if err != nil {
		return nil, fmt.Errorf("xrepository: search: %w", err)
	}
	b, err := c.send(ctx, request{
		method: http.MethodPost, path: "/xrepository/suche", body: body, limit: c.o.MaxBytes,
		query: url.Values{
			"page": {strconv.Itoa(max(page, 0))},
			"size": {strconv.Itoa(min(max(size, 1), 100))},
			"sort": {"zeitpunktLetzteBearbeitung DESC"},
		},
	})
	if err != nil {
		return nil, err
	}
	return decodeSuche(b)
}

func (c *Client) zip(ctx context.Context, format string, v codelist.VersionKennung) (*codelist.ZIP, error) {
	b, err := c.get(ctx, c.o.ZIP.MaxBytes, format, v.String())
	if err != nil {
		return nil, err
	}
	if !bytes.HasPrefix(b, []byte("PK")) {
		return nil, fmt.Errorf("%w: no ZIP archive", ErrFormat)
	}
	z, err := codelist.OpenZIP(bytes.NewReader(b), int64(len(b)), &c.o.ZIP)
	if err != nil {
		return nil, fmt.Errorf("xrepository: archive: %w", err)
	}
	return z, nil
}

func (c *Client) get(ctx context.Context, limit int64, format, kennung string) ([]byte, error) {
	if !askable(kennung) {
		return nil, ErrKennung
	}
	return c.send(ctx, request{method: http.MethodGet, path: fmt.Sprintf(format, url.PathEscape(kennung)), limit: limit})
}

// askable reports whether a kennung has the form of a URN (RFC 8141, without
// percent signs and slashes, which no kennung has).
func askable(kennung string) bool {
	if len(kennung) < len("urn:x:y") || len(kennung) > 1024 || !strings.EqualFold(kennung[:4], "urn:") {
		return false
	}
	for i := range len(kennung) {
		b := kennung[i]
		letter := 'a' <= b|0x20 && b|0x20 <= 'z'
		if !letter && (b < '0' || b > '9') && strings.IndexByte(":._-~()+,=@;$!*'", b) < 0 {
			return false
		}
	}
	return true
}

// firstByte returns the first byte behind a byte order mark and white space.
func firstByte(b []byte) byte {
	b = bytes.TrimLeft(bytes.TrimPrefix(b, []byte("\ufeff")), " \t\r\n")
	if len(b) == 0 {
		return 0
	}
	return b[0]
}
