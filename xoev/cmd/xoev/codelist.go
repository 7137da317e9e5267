package main

import (
	"errors"
	"flag"
	"fmt"
	"strings"
	"time"

	"github.com/bausteine/egov/xoev/codelist"
)

var codelistCommands = map[string]func(*command, []string) int{
	"show": (*command).codelistShow,
	"find": (*command).codelistFind,
	"diff": (*command).codelistDiff,
	"lock": (*command).codelistLock,
	"pull": (*command).codelistPull,
}

func (c *command) codelist(args []string) int {
	args = c.leadingLang(args)
	c.peekLang(args)
	if c.problem != "" {
		return c.usage("codelist", c.problem)
	}
	if len(args) == 0 {
		c.printErr(c.t(codelistEN, codelistDE))
		return exitFailed
	}
	switch args[0] {
	case "help", "-h", "-help", "--help":
		c.print(c.t(codelistEN, codelistDE))
		return c.status(exitFine)
	}
	sub, ok := codelistCommands[args[0]]
	if !ok {
		return c.usage("codelist", c.t("there is no command ", "es gibt keinen Befehl ")+clean(args[0]))
	}
	return sub(c, args[1:])
}

// shelf is where lists come from: files, and with --store a pinned store.
type shelf struct {
	path  string
	store *codelist.Store
	close func() error
}

func (h *shelf) flag(fs *flag.FlagSet) { fs.StringVar(&h.path, "store", "", "") }

// open opens the store, if one is named.
func (h *shelf) open(c *command) error {
	h.close = func() error { return nil }
	if h.path == "" {
		return nil
	}
	var err error
	h.store, h.close, err = c.openStore(h.path)
	if err != nil {
		h.close = func() error { return nil }
	}
	return err
}

// list returns the list that a LIST names: a file, or in a store a kennung with
// version, or a kennung alone for the version that is valid today.
func (h *shelf) list(c *command, name string) (*codelist.List, error) {
	if h.store == nil || name == "-" || exists(name) {
		in, err := c.one(name)
		if err != nil {
			return nil, err
		}
		defer in.Close()
		return codelist.Read(in.r, nil)
	}
	if v, ok := codelist.ParseVersionKennung(name); ok {
		l, err := h.store.List(v.Kennung, v.Version)
		if !errors.Is(err, codelist.ErrNotPinned) {
			return l, err
		}
	}
	return h.store.At(name, today())
}

// today is the day in Germany, where validity begins at midnight.
func today() codelist.Date {
	now := time.Now()
	if berlin, err := time.LoadLocation("Europe/Berlin"); err == nil {
		now = now.In(berlin)
	}
	return codelist.DateOf(now)
}

func (c *command) codelistDiff(args []string) int {
	var h shelf
	fs := c.flags("codelist diff")
	h.flag(fs)
	format := fs.String("format", "text", "")
	strict := fs.Bool("exit-code", false, "")
	names, status, done := c.parse(fs, diffEN, diffDE, args)
	if done {
		return status
	}
	problem := c.checkFormat(*format, "text", "json")
	switch {
	case problem != "":
	case len(names) != 2:
		problem = c.t("two lists are needed: OLD NEW", "zwei Listen sind nötig: ALT NEU")
	default:
		problem = c.checkFiles(names)
	}
	if problem != "" {
		return c.usage(fs.Name(), problem)
	}
	if c.dry {
		return exitFine
	}
	if err := h.open(c); err != nil {
		return c.refused(fs.Name(), h.path, err)
	}
	defer h.close()
	var lists [2]*codelist.List
	for i, name := range names {
		var err error
		if lists[i], err = h.list(c, name); err != nil {
			return c.refused(fs.Name(), name, err)
		}
	}
	d, err := codelist.DiffLists(lists[0], lists[1])
	if err != nil {
		return c.failed(fs.Name(), names[1], err)
	}
	if *format == "text" {
		c.print(c.diffText(d))
	} else if !c.printJSON(fs.Name(), d) {
		return exitFailed
	}
	if *strict && !d.Empty() {
		status = exitRefused
	}
	return c.status(status)
}

// diffText is the difference for people. Only the words are translated: lines
// of rows begin with a quoted code.
func (c *command) diffText(d *codelist.Diff) string {
	var raw, b strings.Builder
	_, _ = d.WriteTo(&raw) // a Builder does not fail
	lines := strings.Split(strings.TrimSuffix(raw.String(), "\n"), "\n")
	lines[len(lines)-1] = fmt.Sprintf(c.t("rows: %d added, %d removed, %d changed, %d unchanged", "Zeilen: %d neu, %d entfallen, %d geändert, %d gleich"),
		len(d.Added), len(d.Removed), len(d.Changed), d.Unchanged)
	words := strings.NewReplacer("key column", "Schlüsselspalte", "column", "Spalte", "metadata", "Metadaten")
	for _, line := range lines {
		color := map[byte]string{'+': green, '-': red, '~': yellow}[line[0]]
		if word, rest, ok := strings.Cut(line, " "); ok && c.german && color != "" && !strings.HasPrefix(rest, `"`) {
			end := strings.IndexAny(rest, `":`)
			line = word + " " + words.Replace(rest[:max(end, 0)]) + rest[max(end, 0):]
		}
		b.WriteString(c.paint(color, clean(line)) + "\n")
	}
	return b.String()
}
