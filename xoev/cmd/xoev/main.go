// Command xoev looks at messages of German public administration (XÖV): it
// says what a message is, and whether its signature is good.
//
//	xoev inspect [--format text|json] FILE...
//	xoev verify --trust CERT.pem [--signature FILE] [--out FILE] FILE
//
// It uses no network and changes no file but the one named with --out. The
// exit status is 0 if everything is in order, 1 if a file is refused (broken
// message, bad signature), and 2 if the command was used wrongly or something
// could not be checked (file missing, disk full).
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
)

// Exit statuses.
const (
	exitFine    = 0
	exitRefused = 1
	exitFailed  = 2
)

// maxFile is how big a file may be that the command reads into memory.
const maxFile = 256 << 20

const overview = `xoev looks at messages of German public administration (XÖV).

  xoev inspect FILE...                     What is this message?
  xoev verify --trust CERT.pem FILE        Is its signature good?
  xoev help inspect | verify               More about one of them.

FILE may be - for standard input. No network is used.

Exit status: 0 in order, 1 refused, 2 wrong usage or could not be checked.
`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	status := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(status)
}

// run is the command; tests call it as main does.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	c := &command{ctx: ctx, stdin: stdin, stdout: stdout, stderr: stderr}
	if len(args) == 0 {
		c.printErr(overview)
		return exitFailed
	}
	name, args := args[0], args[1:]
	if name == "help" && len(args) > 0 {
		name, args = args[0], []string{"--help"}
	}
	switch name {
	case "inspect":
		return c.inspect(args)
	case "verify":
		return c.verify(args)
	case "help", "-h", "-help", "--help":
		c.print(overview)
		return exitFine
	}
	c.fail("xoev: there is no command %s; see xoev help\n", clean(name))
	return exitFailed
}

// command is what the subcommands share.
type command struct {
	ctx            context.Context
	stdin          io.Reader
	stdout, stderr io.Writer
	lost           bool // output could not be written
}

func (c *command) print(s string) {
	if _, err := io.WriteString(c.stdout, s); err != nil {
		c.lost = true
	}
}

func (c *command) printErr(s string) { _, _ = io.WriteString(c.stderr, s) }

func (c *command) fail(format string, args ...any) { c.printErr(fmt.Sprintf(format, args...)) }

// status is the exit status, given that output may have been lost.
func (c *command) status(status int) int {
	if c.lost {
		c.printErr("xoev: the report could not be written\n")
		return exitFailed
	}
	return status
}

// parse reads flags, which may stand before, between and behind the files.
// done means that the command ends here with the status.
func (c *command) parse(fs *flag.FlagSet, help string, args []string) (files []string, status int, done bool) {
	fs.SetOutput(io.Discard)
	for {
		err := fs.Parse(args)
		switch {
		case errors.Is(err, flag.ErrHelp):
			c.print(help)
			return nil, c.status(exitFine), true
		case err != nil:
			c.fail("xoev %s: %s; see xoev help %s\n", fs.Name(), clean(err.Error()), fs.Name())
			return nil, exitFailed, true
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

// usage ends a command that was used wrongly.
func (c *command) usage(name, what string) int {
	c.fail("xoev %s: %s; see xoev help %s\n", name, what, name)
	return exitFailed
}

var errTooBig = errors.New("the file is bigger than 256 MiB")

// read reads a whole file, or standard input for "-".
func (c *command) read(file string) ([]byte, error) {
	r := c.stdin
	if file != "-" {
		f, err := os.Open(file)
		if err != nil {
			return nil, reason(err)
		}
		defer f.Close()
		r = f
	}
	data, err := io.ReadAll(io.LimitReader(&ctxReader{c.ctx, r}, maxFile+1))
	if err != nil {
		return nil, reason(err)
	}
	if len(data) > maxFile {
		return nil, errTooBig
	}
	return data, nil
}

// reason is an I/O error without the path, which the report shows already.
func reason(err error) error {
	var path *os.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	var link *os.LinkError
	if errors.As(err, &link) {
		return link.Err
	}
	return err
}

// ctxReader stops reading when the context ends.
type ctxReader struct {
	ctx context.Context
	r   io.Reader
}

func (r *ctxReader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.r.Read(p)
}

// list is a flag that may be given several times.
type list []string

func (l *list) String() string { return strings.Join(*l, ", ") }

func (l *list) Set(s string) error {
	*l = append(*l, s)
	return nil
}
