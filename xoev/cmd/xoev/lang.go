package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"strings"
	"syscall"

	"github.com/bausteine/egov/xoev/codelist"
	"github.com/bausteine/egov/xoev/codelist/xrepository"
	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/signature"
	"github.com/bausteine/egov/xoev/signature/xades/tsa"
)

// t is a text in the language of --lang.
func (c *command) t(en, de string) string {
	if c.german {
		return de
	}
	return en
}

// localize puts the messages of findings into the language of --lang. A code
// that has no German text keeps its English one.
func (c *command) localize(findings []finding.Finding) []finding.Finding {
	if !c.german {
		return findings
	}
	out := make([]finding.Finding, len(findings))
	for i, f := range findings {
		if text, ok := germanRule(f.Code); ok {
			f.Message = text
		}
		out[i] = f
	}
	return out
}

// germanRule is the German message of a rule.
func germanRule(code string) (string, bool) {
	for _, table := range []map[string]string{germanXML, germanMessage, germanLists, germanSignature, germanXAdES, germanXDF} {
		if text, ok := table[code]; ok {
			return text, true
		}
	}
	return "", false
}

func (c *command) severity(s finding.Severity) string {
	if s == finding.Warning {
		return c.t("warning", "Warnung")
	}
	return c.t("error", "Fehler")
}

// reason is an error for people: without the path, which the report shows
// already, and in the language of --lang where it is a common one.
func (c *command) reason(err error) string {
	err = cause(err)
	var refused *codelist.RefusedError
	var invalid *finding.InvalidError
	switch {
	case errors.As(err, &refused) && len(refused.Findings) > 0:
		return refused.Pin.String() + ": " + c.localize(refused.Findings)[0].String()
	case errors.As(err, &invalid) && len(invalid.Findings) > 0:
		return c.localize(invalid.Findings)[0].String()
	case !c.german:
		return err.Error()
	}
	if errors.Is(err, signature.ErrKey) {
		return germanKey(err)
	}
	for _, known := range []struct {
		err error
		de  string
	}{
		{context.Canceled, "abgebrochen"},
		{context.DeadlineExceeded, "Zeit abgelaufen"},
		{fs.ErrNotExist, "Datei nicht gefunden"},
		{fs.ErrPermission, "Zugriff verweigert"},
		{syscall.EISDIR, "das ist ein Ordner"},
		{syscall.ENOSPC, "der Datenträger ist voll"},
		{errTooBig, "die Datei ist größer als 256 MiB"},
		{errDataSchema, "das Datenschema ist größer als 64 MiB oder beginnt hinter mehr als 64 KiB Kommentar"},
		{errNestedZIP, "ein Archiv in einem Archiv wird nicht geöffnet"},
		{errEmptyZIP, "das Archiv enthält keine Datei, deren Name auf .xml endet"},
		{errNoEntry, "das Archiv hat keine solche Datei"},
		{errWholeZIP, "das ist ein Archiv; eine Datei darin heißt ARCHIV.zip!NAME"},
		{errNoCertificate, "kein Zertifikat in PEM-Form"},
		{errFormTooBig, "eine Signatur dieser Form wird nur in Dateien bis 256 MiB geprüft"},
		{errManyParts, "die Signatur umfasst mehrere Dinge, die --out nicht in eine Datei schreiben kann"},
		{errNoCRL, "nicht genau eine Sperrliste (CRL) in DER oder PEM"},
		{tsa.ErrUnavailable, "von der Zeitstempelstelle kam keine Antwort"},
		{tsa.ErrConfig, "die Adresse der Zeitstempelstelle ist nicht zu gebrauchen"},
		{tsa.ErrUntrusted, "der Zeitstempelstelle wird nicht vertraut"},
		{tsa.ErrToken, "was die Zeitstempelstelle gab, ist kein gültiger Zeitstempel"},
		{tsa.ErrNonce, "der Zeitstempel gehört zu einer anderen Anfrage"},
		{tsa.ErrImprint, "der Zeitstempel gehört zu anderen Daten"},
		{errNoKey, "nicht genau ein privater Schlüssel in PEM-Form (PKCS #8, PKCS #1, SEC 1) und keine Datei in PKCS #12"},
		{errEncrypted, "der Schlüssel ist verschlüsselt; nötig ist eine Datei in PKCS #12 mit --password-file"},
		{errNoCert, "--cert fehlt"},
		{errOneCert, "eine Datei in PKCS #12 enthält das Zertifikat selbst; --cert gibt es nur bei Schlüsseln in PEM-Form"},
		{errNoPass, "--password-file fehlt"},
		{signature.ErrAlreadySigned, "das Dokument ist schon signiert"},
		{signature.ErrPKCS12, "die Datei in PKCS #12 ist nicht zu gebrauchen, oder das Passwort ist falsch"},
		{signature.ErrName, "der Name kann nicht in einer Signatur stehen"},
		{signature.ErrChanged, "die Datei hat sich geändert, während sie gelesen wurde"},
		{signature.ErrTooManyIDs, "das Dokument hat zu viele IDs"},
		{errTrailing, "etwas, das kein Zertifikat in PEM-Form ist"},
		{errNoLock, "es gibt keine Datei " + codelist.LockName + "; xoev codelist lock --write legt sie an"},
		{errNoFile, "dort steht etwas, das keine gewöhnliche Datei ist"},
		{signature.ErrSpoolLimit, "überschreitet die Grenze (c14n: --limit)"},
		{codelist.ErrNotPinned, "nicht in der Lock-Datei verzeichnet"},
		{codelist.ErrNoVersion, "keine passende Version"},
		{codelist.ErrNoKey, "die Liste hat keine Schlüsselspalte"},
		{xrepository.ErrNotAvailable, "im XRepository nicht abrufbar"},
		{xrepository.ErrNotFound, "im XRepository nicht bekannt"},
		{xrepository.ErrTooLarge, "die Antwort überschreitet die Grenze"},
		{xrepository.ErrFormat, "die Antwort hat eine unerwartete Form"},
		{xrepository.ErrHost, "diese Adresse ist nicht erlaubt (nur https, keine Weiterleitung auf andere Rechner)"},
		{xrepository.ErrKennung, "nach dieser Kennung lässt sich nicht fragen"},
	} {
		if errors.Is(err, known.err) {
			return known.de
		}
	}
	return err.Error()
}

// germanKey says why a key or certificate cannot sign.
func germanKey(err error) string {
	for _, r := range signature.Rules() {
		if text, ok := germanRule(r.Code); ok && strings.HasSuffix(err.Error(), r.Message) {
			return "Schlüssel oder Zertifikat kann nicht signieren: " + text
		}
	}
	return "Schlüssel oder Zertifikat kann nicht signieren; gehören sie zusammen, und ist der Schlüssel von einer Art, die das Profil erlaubt?"
}

// cause is an I/O error without the path.
func cause(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	var link *os.LinkError
	if errors.As(err, &link) {
		return link.Err
	}
	return err
}
