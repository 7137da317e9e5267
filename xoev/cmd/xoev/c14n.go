package main

import (
	"context"
	"errors"
	"io"
	"strings"

	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/signature"
)

// canonicalForms are the values of --method: without and with comments.
var canonicalForms = map[string][2]string{
	"c14n":     {signature.InclusiveC14N, signature.InclusiveC14NWithComments},
	"c14n11":   {signature.InclusiveC14N11, signature.InclusiveC14N11WithComments},
	"exc-c14n": {signature.ExclusiveC14N, signature.ExclusiveC14NWithComments},
}

// defaultSpool is how long a canonical form may be, in MiB.
const defaultSpool = 4096

func (c *command) c14n(args []string) int {
	var prefixes list
	fs := c.flags("c14n")
	method := fs.String("method", "", "")
	comments := fs.Bool("with-comments", false, "")
	fs.Var(&prefixes, "inclusive-prefixes", "")
	id := fs.String("id", "", "")
	limit := fs.Int64("limit", defaultSpool, "")
	files, status, done := c.parse(fs, c14nEN, c14nDE, args)
	if done {
		return status
	}
	forms, ok := canonicalForms[*method]
	o := signature.CanonicalOptions{ID: *id}
	for _, p := range prefixes {
		o.PrefixList = append(o.PrefixList, strings.FieldsFunc(p, func(r rune) bool { return r == ' ' || r == ',' })...)
	}
	problem := ""
	switch {
	case !ok:
		problem = "--method: c14n, c14n11, exc-c14n"
	case len(o.PrefixList) > 0 && *method != "exc-c14n":
		problem = c.t("--inclusive-prefixes is for exc-c14n only", "--inclusive-prefixes gibt es nur bei exc-c14n")
	case len(files) != 1:
		problem = c.t("exactly one FILE is needed", "genau eine DATEI ist nötig")
	case *limit <= 0 || *limit > 1<<40:
		problem = c.t("--limit needs a number of MiB", "--limit braucht eine Zahl in MiB")
	}
	if problem != "" {
		return c.usage("c14n", problem)
	}
	if c.dry {
		return exitFine
	}
	form := forms[0]
	if *comments {
		form = forms[1]
	}
	scan := scanLimits
	o.Scan = &scan
	return c.canonicalize(files[0], form, &o, *limit<<20)
}

// canonicalize writes the canonical form once all of it is known to be right:
// until then it is kept in a temporary file.
func (c *command) canonicalize(file, form string, o *signature.CanonicalOptions, limit int64) int {
	in, err := c.one(file)
	if err != nil {
		return c.refused("c14n", file, err)
	}
	defer in.Close()
	whole, err := spooled(c.ctx, limit, func(w io.Writer) error { return signature.Canonicalize(w, in.r, form, o) })
	if err != nil {
		return c.refused("c14n", file, err)
	}
	defer whole.Close()
	c.progress.clear()
	if _, err := io.Copy(c.stdout, &ctxReader{ctx: c.ctx, r: io.NewSectionReader(whole, 0, whole.Size())}); err != nil {
		c.lost = true
	}
	return c.status(exitFine)
}

// spooled keeps what write writes, all or nothing.
func spooled(ctx context.Context, limit int64, write func(io.Writer) error) (*signature.Spool, error) {
	r, w := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		err := write(w)
		ended <- err
		_ = w.CloseWithError(err)
	}()
	s, err := signature.NewSpool(ctx, r, limit, "")
	_ = r.CloseWithError(io.ErrClosedPipe) // ends write if it still writes
	wrote := <-ended
	switch {
	case err != nil && (wrote == nil || errors.Is(wrote, io.ErrClosedPipe)):
		return nil, err // the spool's own
	case wrote != nil:
		if s != nil {
			_ = s.Close()
		}
		return nil, wrote
	}
	return s, nil
}

// refused reports on standard error what is wrong with a file: findings, or why
// it could not be read.
func (c *command) refused(name, file string, err error) int {
	var invalid *finding.InvalidError
	switch {
	case errors.Is(err, signature.ErrNoElement):
		c.fail("xoev %s: %s: %s\n", name, clean(file), c.t("not exactly one element has the ID", "nicht genau ein Element hat diese ID"))
		return exitRefused
	case !errors.As(err, &invalid):
		return c.failed(name, file, err)
	}
	for _, f := range c.localize(invalid.Findings) {
		c.fail("xoev %s: %s: %s\n", name, clean(file), clean(f.String()))
		if text := c.explain(f); text != "" {
			c.fail("    %s\n", clean(strings.TrimSpace(text)))
		}
	}
	return exitRefused
}
