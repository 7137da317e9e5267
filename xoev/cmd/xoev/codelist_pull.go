package main

import (
	"errors"
	"strconv"
	"sync"

	"github.com/bausteine/egov/xoev/codelist"
	"github.com/bausteine/egov/xoev/codelist/xrepository"
)

// pulled is the report of xoev codelist pull, as JSON; it is an interface.
type pulled struct {
	Folder string `json:"folder"`
	Host   string `json:"host"`
	*codelist.PullReport
	Failures []problem `json:"failures,omitempty"`
}

// pulling is one call of xoev codelist pull.
type pulling struct {
	folder, base, format string
	standards            list
	update, replace      bool
	wanted               []codelist.VersionKennung
	used                 []codelist.VersionKennung // standards
}

func (c *command) codelistPull(args []string) int {
	var p pulling
	fs := c.flags("codelist pull")
	fs.StringVar(&p.folder, "dir", "", "")
	fs.StringVar(&p.base, "base", xrepository.BaseURL, "")
	fs.StringVar(&p.format, "format", "text", "")
	fs.Var(&p.standards, "standard", "")
	fs.BoolVar(&p.update, "update", false, "")
	fs.BoolVar(&p.replace, "replace", false, "")
	names, status, done := c.parse(fs, pullEN, pullDE, args)
	if done {
		return status
	}
	if wrong := p.check(c, names); wrong != "" {
		return c.usage(fs.Name(), wrong)
	}
	client, err := xrepository.New(p.base, c.clientOptions())
	if err != nil {
		return c.failed(fs.Name(), p.base, err)
	}
	if c.dry {
		return exitFine
	}
	c.fail("xoev codelist pull: %s %s\n", c.t("asking", "Anfrage an"), clean(p.base))
	r, status, err := c.pull(&p, client)
	if err != nil {
		return c.refused(fs.Name(), p.folder, err)
	}
	if p.format == "text" {
		c.print(c.pullText(r))
	} else if !c.printJSON(fs.Name(), r) {
		return exitFailed
	}
	return c.status(status)
}

func (p *pulling) check(c *command, names []string) string {
	if wrong := c.checkFormat(p.format, "text", "json"); wrong != "" {
		return wrong
	}
	for _, name := range names {
		v, ok := codelist.ParseVersionKennung(name)
		if !ok {
			v = codelist.VersionKennung{Kennung: name}
		}
		p.wanted = append(p.wanted, v)
	}
	for _, name := range p.standards {
		v, ok := codelist.ParseVersionKennung(name)
		if !ok {
			return c.t("--standard needs KENNUNG_VERSION", "--standard braucht KENNUNG_VERSION")
		}
		p.used = append(p.used, v)
	}
	switch {
	case p.folder == "":
		return c.t("--dir is missing: where do the lists go?", "--dir fehlt: wohin kommen die Listen?")
	case len(p.wanted)+len(p.used) == 0 && !p.update:
		return c.t("nothing is asked for: name KENNUNG[_VERSION], --standard or --update", "es wird nach nichts gefragt: KENNUNG[_VERSION], --standard oder --update nennen")
	}
	return ""
}

// clientOptions shows how much has arrived. Answers come side by side.
func (c *command) clientOptions() *xrepository.Options {
	var mu sync.Mutex
	return &xrepository.Options{Progress: func(_ string, read, total int64) {
		mu.Lock()
		defer mu.Unlock()
		c.progress.show(c.t("receiving", "Empfang"), read>>10, total>>10, "KiB")
	}}
}

// pull fetches what is wanted, one kind after the other.
func (c *command) pull(p *pulling, client *xrepository.Client) (*pulled, int, error) {
	r := &pulled{Folder: p.folder, Host: p.base, PullReport: &codelist.PullReport{}}
	o := &codelist.PullOptions{AllowReplace: p.replace}
	status := exitFine
	steps := []func() (*codelist.PullReport, error){}
	if len(p.wanted) > 0 {
		steps = append(steps, func() (*codelist.PullReport, error) { return codelist.Pull(c.ctx, p.folder, client, p.wanted, o) })
	}
	for _, v := range p.used {
		steps = append(steps, func() (*codelist.PullReport, error) {
			z, err := client.GenutzteAktuelleCodelisten(c.ctx, v)
			if err != nil {
				return nil, err
			}
			return codelist.Import(c.ctx, p.folder, z, o)
		})
	}
	if p.update {
		steps = append(steps, func() (*codelist.PullReport, error) { return codelist.Update(c.ctx, p.folder, client, o) })
	}
	for _, step := range steps {
		report, err := step()
		var partly *codelist.PullError
		switch {
		case errors.As(err, &partly):
			report = partly.Report
			status = max(status, r.fail(c, partly.Failures))
		case err != nil:
			return nil, 0, err
		}
		r.Added = append(r.Added, report.Added...)
		r.Replaced = append(r.Replaced, report.Replaced...)
		r.Restored = append(r.Restored, report.Restored...)
		r.Unchanged = append(r.Unchanged, report.Unchanged...)
	}
	return r, status, nil
}

// fail notes what could not be pinned, and tells what must not be from what
// could not be fetched.
func (r *pulled) fail(c *command, failures []codelist.PullFailure) int {
	status := exitFine
	for _, f := range failures {
		p := problem{What: f.Kennung}
		switch {
		case f.Version != "":
			p.What = f.VersionKennung.String()
		case f.Kennung == "":
			p.What = f.File
		}
		var refused *codelist.RefusedError
		if errors.As(f.Err, &refused) {
			p.Findings = c.localize(refused.Findings)
			status = max(status, exitRefused)
		} else {
			p.Error = c.reason(f.Err)
			status = exitFailed
		}
		r.Failures = append(r.Failures, p)
	}
	return status
}

func (c *command) pullText(r *pulled) string {
	s := c.sheet()
	s.title(r.Folder)
	for _, part := range []struct {
		label string
		pins  []codelist.Pin
	}{
		{c.t("New", "Neu"), r.Added}, {c.t("Replaced", "Ersetzt"), r.Replaced},
		{c.t("Restored", "Erneuert"), r.Restored},
	} {
		for _, p := range part.pins {
			s.line(part.label, p.String())
		}
	}
	s.line(c.t("Unchanged", "Unverändert"), strconv.Itoa(len(r.Unchanged)))
	for _, f := range r.Failures {
		text := f.Error
		if len(f.Findings) > 0 {
			text = f.Findings[0].String()
		}
		s.mark(red, c.t("FAILED", "GESCHEITERT"), f.What+": "+text)
	}
	return s.b.String()
}
