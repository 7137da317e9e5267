package main

import (
	"context"
	"errors"
	"io/fs"

	"github.com/bausteine/egov/xoev/codelist"
	"github.com/bausteine/egov/xoev/codelist/xrepository"
	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/signature"
	"os"
	"syscall"
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
	for _, table := range []map[string]string{germanXML, germanMessage, germanLists, germanSignature} {
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
		{errNestedZIP, "ein Archiv in einem Archiv wird nicht geöffnet"},
		{errEmptyZIP, "das Archiv enthält keine Datei, deren Name auf .xml endet"},
		{errNoEntry, "das Archiv hat keine solche Datei"},
		{errWholeZIP, "das ist ein Archiv; eine Datei darin heißt ARCHIV.zip!NAME"},
		{errNoCertificate, "kein Zertifikat in PEM-Form"},
		{errTrailing, "etwas, das kein Zertifikat in PEM-Form ist"},
		{errNoLock, "es gibt keine Datei " + codelist.LockName + "; xoev codelist lock --write legt sie an"},
		{errNoFile, "dort steht etwas, das keine gewöhnliche Datei ist"},
		{signature.ErrSpoolLimit, "das Ergebnis überschreitet die Grenze von --limit"},
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
