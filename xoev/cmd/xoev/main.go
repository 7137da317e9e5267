// Command xoev looks at messages and code lists of German public
// administration (XÖV): it says what a message is, what is wrong with it,
// whether its signature is good, and what stands in a code list.
//
//	xoev inspect [--format text|json] FILE...
//	xoev lint [--format text|json|sarif] [--codelists DIR|ZIP] [--latin TYPE] FILE...
//	xoev verify --trust CERT.pem [--signature FILE] [--profile P] [--at TIME] [--xades LEVEL] [--out FILE] FILE
//	xoev sign --key FILE --cert FILE [--profile P] [--detached] [--xades B-B|B-T] [--out FILE] FILE
//	xoev c14n --method c14n|c14n11|exc-c14n [--with-comments] FILE
//	xoev codelist show LIST
//	xoev codelist find TEXT LIST...
//	xoev codelist diff OLD NEW
//	xoev codelist lock [--write] FOLDER
//	xoev codelist pull --dir FOLDER KENNUNG[_VERSION]...
//	xoev help [COMMAND]
//
// A FILE may be - for standard input. ZIP archives are looked into: their
// messages are reported as archiv.zip!nachricht.xml, and one of them is named
// so. Files of any size are read piece by piece; some forms of signatures take
// files up to 256 MiB only. With --lang de help, labels and findings are German.
//
// It uses no network but in xoev codelist pull and for the time stamps of xoev sign
// --tsa-url, and changes no file but those
// that --out, xoev codelist pull and xoev codelist lock --write name. The exit
// status is 0 if everything is in order, 1 if a file is refused (broken
// message, finding of severity error, bad signature), and 2 if the command was
// used wrongly, was interrupted, or something could not be checked (file
// missing, disk full).
//
// Findings never hold content of a message; xoev inspect shows the header, and
// what it shows is to be treated like the message.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// Exit statuses.
const (
	exitFine    = 0
	exitRefused = 1
	exitFailed  = 2
)

// maxFile is how big a file may be that the command reads into memory.
const maxFile = 256 << 20

// grace is how long the command may tidy up after an interrupt.
const grace = 2 * time.Second

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	ended := make(chan int, 1)
	go func() { ended <- run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr) }()
	status := exitFailed
	select {
	case status = <-ended:
	case <-ctx.Done():
		stop() // a second interrupt ends the process at once
		select {
		case status = <-ended:
		case <-time.After(grace): // it hangs in a read that nothing can end
		}
	}
	os.Exit(status)
}

// run is the command; tests call it as main does.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	c := &command{ctx: ctx, stdin: stdin, stdout: stdout, stderr: stderr}
	c.terminals(os.Getenv)
	return c.run(args)
}

// subcommands are what may stand first.
var subcommands = map[string]func(*command, []string) int{
	"inspect":  (*command).inspect,
	"lint":     (*command).lint,
	"verify":   (*command).verify,
	"sign":     (*command).sign,
	"c14n":     (*command).c14n,
	"codelist": (*command).codelist,
}

func (c *command) run(args []string) int {
	args = c.leadingLang(args)
	switch {
	case c.problem != "":
		return c.usage("", c.problem)
	case len(args) == 0:
		c.printErr(c.t(overviewEN, overviewDE))
		return exitFailed
	}
	name, args := args[0], args[1:]
	switch name {
	case "help", "-h", "-help", "--help":
		c.peekLang(args)
		args = c.leadingLang(args)
		if len(args) == 0 {
			c.print(c.t(overviewEN, overviewDE))
			return c.status(exitFine)
		}
		name, args = args[0], append(args[1:], "--help")
	}
	sub, ok := subcommands[name]
	if !ok {
		return c.usage("", c.t("there is no command ", "es gibt keinen Befehl ")+clean(name))
	}
	return sub(c, args)
}

// command is what the subcommands share.
type command struct {
	ctx            context.Context
	stdin          io.Reader
	stdout, stderr io.Writer
	german         bool   // --lang de
	problem        string // with --lang before the subcommand
	dry            bool   // stop when the arguments are understood; for tests
	lost           bool   // output could not be written
	color          bool   // standard output is a terminal that shows colours
	terminal       bool   // standard output is a terminal
	progress       *progress
}

func (c *command) print(s string) {
	c.progress.clear()
	if _, err := io.WriteString(c.stdout, s); err != nil {
		c.lost = true
	}
}

func (c *command) printErr(s string) {
	c.progress.clear()
	_, _ = io.WriteString(c.stderr, s)
}

func (c *command) fail(format string, args ...any) { c.printErr(fmt.Sprintf(format, args...)) }

// status is the exit status, given that output may have been lost.
func (c *command) status(status int) int {
	c.progress.clear()
	if c.lost {
		c.printErr(c.t("xoev: the report could not be written\n", "xoev: der Bericht konnte nicht geschrieben werden\n"))
		return exitFailed
	}
	return status
}

// failed reports that something could not be checked.
func (c *command) failed(name, file string, err error) int {
	c.fail("xoev %s: %s: %s\n", name, clean(file), clean(c.reason(err)))
	return exitFailed
}
