package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/bausteine/egov/xoev/codelist"
	"github.com/bausteine/egov/xoev/finding"
)

// locked is the report of xoev codelist lock, as JSON; it is an interface.
type locked struct {
	Store   string         `json:"store"`
	Outcome string         `json:"outcome"` // "written", "accepted", "rejected", "undetermined"
	Lists   int            `json:"lists"`
	Pins    []codelist.Pin `json:"pins,omitempty"`
	// Problems are lists that must not be used or could not be read, and with
	// --write files that are no list.
	Problems []problem `json:"problems,omitempty"`
}

type problem struct {
	What     string            `json:"what"`
	Error    string            `json:"error,omitempty"`
	Findings []finding.Finding `json:"findings,omitempty"`
}

func (c *command) codelistLock(args []string) int {
	fs := c.flags("codelist lock")
	format := fs.String("format", "text", "")
	write := fs.Bool("write", false, "")
	replace := fs.Bool("replace", false, "")
	names, status, done := c.parse(fs, lockEN, lockDE, args)
	if done {
		return status
	}
	wrong := c.checkFormat(*format, "text", "json")
	switch {
	case wrong != "":
	case len(names) != 1:
		wrong = c.t("exactly one FOLDER or archive is needed", "genau ein ORDNER oder Archiv ist nötig")
	case *replace && !*write:
		wrong = c.t("--replace is for --write only", "--replace gibt es nur mit --write")
	}
	if wrong != "" {
		return c.usage(fs.Name(), wrong)
	}
	if c.dry {
		return exitFine
	}
	var r *locked
	var err error
	if *write {
		r, status, err = c.writeLock(names[0], *replace)
	} else {
		r, status, err = c.verifyLock(names[0])
	}
	if err != nil {
		return c.refused(fs.Name(), names[0], err)
	}
	if *format == "text" {
		c.print(c.lockText(r))
	} else if !c.printJSON(fs.Name(), r) {
		return exitFailed
	}
	return c.status(status)
}

// verifyLock reads every pinned list.
func (c *command) verifyLock(path string) (*locked, int, error) {
	store, closer, err := c.openStore(path)
	if err != nil {
		return nil, 0, err
	}
	defer closer()
	report, err := store.Verify(c.ctx, func(done, total int) {
		c.progress.show(path, int64(done), int64(total), c.t("lists", "Listen"))
	})
	if err != nil {
		return nil, 0, err
	}
	r := &locked{Store: path, Outcome: report.Verdict.String(), Lists: report.Lists, Pins: store.Pins()}
	for _, e := range report.Refused {
		r.Problems = append(r.Problems, problem{What: e.Pin.String(), Findings: c.localize(e.Findings)})
	}
	for _, e := range report.Unchecked {
		r.Problems = append(r.Problems, problem{What: path, Error: c.reason(e)})
	}
	switch report.Verdict {
	case finding.Accepted:
		return r, exitFine, nil
	case finding.Rejected:
		return r, exitRefused, nil
	}
	return r, exitFailed, nil
}

var (
	errLocked  = errors.New("there is a " + codelist.LockName + " already; --replace writes it anew")
	errNoLists = errors.New("there is no code list here")
)

// writeLock pins what is in a folder.
func (c *command) writeLock(folder string, replace bool) (*locked, int, error) {
	info, err := os.Stat(folder)
	if err != nil {
		return nil, 0, err
	}
	if !info.IsDir() {
		return nil, 0, errNoFolder
	}
	target := filepath.Join(folder, codelist.LockName)
	old := &codelist.Lock{}
	b, err := os.ReadFile(target)
	switch {
	case err == nil && !replace:
		return nil, 0, errLocked
	case err == nil:
		if was, err := codelist.ParseLock(b); err == nil {
			old = was
		}
	case !errors.Is(err, fs.ErrNotExist):
		return nil, 0, err
	}
	lock, skipped, err := codelist.LockFiles(c.ctx, os.DirFS(folder), nil, func(files int) {
		c.progress.show(folder, int64(files), 0, c.t("files", "Dateien"))
	})
	if err != nil {
		return nil, 0, err
	}
	if len(lock.Pins) == 0 {
		return nil, 0, errNoLists
	}
	for i := range lock.Pins { // when it was fetched is still true of the same bytes
		p := &lock.Pins[i]
		if was, ok := old.Find(p.Kennung, p.Version); ok && was.SHA256 == p.SHA256 {
			p.Retrieved = was.Retrieved
		}
	}
	text, err := lock.MarshalText()
	if err != nil {
		return nil, 0, err
	}
	if _, err := writeFile(target, 0o644, content(text)); err != nil {
		return nil, 0, err
	}
	r := &locked{Store: folder, Outcome: "written", Lists: len(lock.Pins), Pins: lock.Pins}
	for _, s := range skipped {
		p := problem{What: s.File}
		var invalid *finding.InvalidError
		if errors.As(s.Err, &invalid) {
			p.Findings = c.localize(invalid.Findings)
		} else {
			p.Error = c.reason(s.Err)
		}
		r.Problems = append(r.Problems, p)
	}
	return r, exitFine, nil
}

var errNoFolder = errors.New("that is not a folder")

func (c *command) lockText(r *locked) string {
	s := c.sheet()
	s.title(r.Store)
	lists := plural(r.Lists, c.t("list", "Liste"), c.t("lists", "Listen"))
	switch r.Outcome {
	case "written":
		s.mark(green, c.t("Written", "Geschrieben"), codelist.LockName+", "+lists)
	case "accepted":
		s.mark(green, c.t("In order", "In Ordnung"), lists+c.t(", each as it was pinned", ", jede wie verzeichnet"))
	case "rejected":
		s.mark(red, c.t("REFUSED", "ABGEWIESEN"), c.t("not all lists are what was pinned; in order: ", "nicht alle Listen sind, was verzeichnet ist; in Ordnung: ")+lists)
	default:
		s.mark(red, c.t("UNDETERMINED", "OFFEN"), c.t("not all lists could be read; in order: ", "nicht alle Listen ließen sich lesen; in Ordnung: ")+lists)
	}
	for _, p := range r.Problems {
		text := p.Error
		if len(p.Findings) > 0 {
			text = p.Findings[0].String()
		}
		label := c.t("Problem", "Problem")
		if r.Outcome == "written" {
			label = c.t("Left out", "Ausgelassen")
		}
		s.line(label, p.What+": "+text)
	}
	return s.b.String()
}
