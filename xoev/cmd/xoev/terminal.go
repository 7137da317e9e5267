package main

import (
	"fmt"
	"io"
	"os"
	"time"
)

// Colours, as ANSI sequences.
const (
	red    = "\x1b[31m"
	green  = "\x1b[32m"
	yellow = "\x1b[33m"
	bold   = "\x1b[1m"
	plain  = "\x1b[0m"
)

// terminals finds out what is a terminal: colours and progress are for people
// only. NO_COLOR and TERM=dumb switch colours off (no-color.org).
func (c *command) terminals(env func(string) string) {
	c.terminal = isTerminal(c.stdout)
	c.color = c.terminal && env("NO_COLOR") == "" && env("TERM") != "dumb" && enableColor(c.stdout)
	if isTerminal(c.stderr) && env("TERM") != "dumb" && enableColor(c.stderr) {
		c.progress = &progress{w: c.stderr, now: time.Now}
	}
}

// isTerminal reports whether w is a console. A character device such as
// /dev/null passes for one, which harms nobody.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// paint colours a text that is ours.
func (c *command) paint(color, s string) string {
	if !c.color || color == "" || s == "" {
		return s
	}
	return color + s + plain
}

// progressPause is after how long progress is shown, and how often.
const progressPause = 500 * time.Millisecond

// progress shows on a terminal how far long work has come. A nil progress
// shows nothing.
type progress struct {
	w     io.Writer
	now   func() time.Time
	next  time.Time // when to show something; zero before the first call
	shown bool
}

// show writes how much of total is done; total is 0 or less if not known.
func (p *progress) show(what string, done, total int64, unit string) {
	if p == nil {
		return
	}
	now := p.now()
	if p.next.IsZero() {
		p.next = now.Add(progressPause)
	}
	if now.Before(p.next) {
		return
	}
	p.next, p.shown = now.Add(progressPause), true
	text := fmt.Sprintf("%d %s", done, unit)
	if total > 0 {
		text = fmt.Sprintf("%d %%, %s", 100*done/total, text)
	}
	_, _ = fmt.Fprintf(p.w, "\r\x1b[K%s: %s", shorten(clean(what), 50), text)
}

// clear takes the line of progress away.
func (p *progress) clear() {
	if p == nil || !p.shown {
		return
	}
	p.shown = false
	_, _ = io.WriteString(p.w, "\r\x1b[K")
}

// shorten keeps the end of a long text, which tells more of a path.
func shorten(s string, most int) string {
	r := []rune(s)
	if len(r) <= most {
		return s
	}
	return "…" + string(r[len(r)-most+1:])
}
