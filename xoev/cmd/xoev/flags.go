package main

import (
	"errors"
	"flag"
	"io"
	"slices"
	"strings"
)

// languages of --lang.
const langs = "en, de"

// langFlag is the flag --lang of every subcommand.
type langFlag struct{ c *command }

func (l langFlag) String() string { return "" }

func (l langFlag) Set(s string) error {
	if s != "en" && s != "de" {
		return errors.New("--lang: " + langs)
	}
	l.c.german = s == "de"
	return nil
}

// leadingLang takes a --lang that stands before the subcommand.
func (c *command) leadingLang(args []string) []string {
	for len(args) > 0 {
		name, value, joined := strings.Cut(args[0], "=")
		if name != "--lang" && name != "-lang" {
			break
		}
		args = args[1:]
		if !joined && len(args) > 0 {
			value, args = args[0], args[1:]
		}
		if err := (langFlag{c}).Set(value); err != nil {
			c.problem = err.Error()
			break
		}
	}
	return args
}

// peekLang looks for --lang among arguments that are not parsed any more, so
// that help and complaints are in the language wanted.
func (c *command) peekLang(args []string) {
	for i, a := range args {
		name, value, joined := strings.Cut(a, "=")
		if name != "--lang" && name != "-lang" {
			continue
		}
		if !joined && i+1 < len(args) {
			value = args[i+1]
		}
		_ = langFlag{c}.Set(value)
	}
}

// flags makes the flags of a subcommand.
func (c *command) flags(name string) *flag.FlagSet {
	fs := flag.NewFlagSet(name, flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	fs.Var(langFlag{c}, "lang", "")
	return fs
}

// parse reads flags, which may stand before, between and behind the files.
// done means that the command ends here with the status.
func (c *command) parse(fs *flag.FlagSet, helpEN, helpDE string, args []string) (files []string, status int, done bool) {
	for {
		err := fs.Parse(args)
		switch {
		case errors.Is(err, flag.ErrHelp):
			c.peekLang(fs.Args())
			c.print(c.t(helpEN, helpDE))
			return nil, c.status(exitFine), true
		case err != nil:
			c.peekLang(fs.Args())
			return nil, c.usage(fs.Name(), clean(err.Error())), true
		}
		rest := fs.Args()
		if len(rest) == 0 {
			return files, exitFine, false
		}
		if parsed := len(args) - len(rest); parsed > 0 && args[parsed-1] == "--" {
			return append(files, rest...), exitFine, false
		}
		files = append(files, rest[0])
		args = rest[1:]
	}
}

// usage ends a command that was used wrongly. name is empty for xoev itself.
func (c *command) usage(name, what string) int {
	if name != "" {
		name = " " + name
	}
	c.fail(c.t("xoev%s: %s; see xoev help%s\n", "xoev%s: %s; siehe xoev help%s\n"), name, what, name)
	return exitFailed
}

// checkFormat complains about a --format that there is not.
func (c *command) checkFormat(format string, known ...string) string {
	if slices.Contains(known, format) {
		return ""
	}
	last := len(known) - 1
	return c.t("--format is ", "--format ist ") + strings.Join(known[:last], ", ") + c.t(" or ", " oder ") + known[last]
}

// checkFiles complains about no file, and about standard input twice: the
// second would be an empty file.
func (c *command) checkFiles(files []string) string {
	switch {
	case len(files) == 0:
		return c.t("no FILE is named", "es ist keine DATEI genannt")
	case repeated("-", files):
		return c.t("standard input can be read only once", "die Standardeingabe lässt sich nur einmal lesen")
	}
	return ""
}

func repeated(name string, names []string) bool {
	i := slices.Index(names, name)
	return i >= 0 && slices.Contains(names[i+1:], name)
}

// list is a flag that may be given several times.
type list []string

func (l *list) String() string { return strings.Join(*l, ", ") }

func (l *list) Set(s string) error {
	*l = append(*l, s)
	return nil
}
