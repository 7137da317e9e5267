package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/bausteine/egov/xoev/codelist"
	"github.com/bausteine/egov/xoev/signature"
)

// zipLimits are the limits of archives that are looked into: files are read
// piece by piece, so they are wider than those of package codelist.
var zipLimits = codelist.ZIPLimits{MaxBytes: 4 << 30, MaxFileBytes: 4 << 30, MaxTotalBytes: 16 << 30}

// maxSpool is how much of standard input is kept in a temporary file where it
// has to be read twice.
const maxSpool = 4 << 30

var (
	errTooBig    = errors.New("the file is bigger than 256 MiB")
	errNestedZIP = errors.New("an archive inside an archive is not opened")
	errEmptyZIP  = errors.New("the archive has no file whose name ends in .xml")
	errNoEntry   = errors.New("the archive has no such file")
	errWholeZIP  = errors.New("this is an archive; name a file in it as ARCHIVE.zip!NAME")
)

// input is a file, standard input, or a file in an archive.
type input struct {
	name string // for the report: "-", "antrag.xml", "archiv.zip!antrag.xml"
	// file and entry are its two parts; entry is empty for what is in no archive.
	file, entry string
	size        int64 // -1 if not known
	r           io.Reader
	again       func() (io.ReadCloser, error) // reads it once more; nil if that is not possible
	err         error                         // it cannot be read
	skipped     bool                          // a file in an archive that is no message
	at          io.ReaderAt
	closers     []func() error
}

func (in *input) Close() error {
	var err error
	for _, c := range in.closers {
		err = errors.Join(err, c())
	}
	in.closers = nil
	return err
}

// watched makes reading end with the context, and shows progress.
func (c *command) watched(in *input) *input {
	in.r = &ctxReader{ctx: c.ctx, r: in.r, name: in.name, size: in.size, progress: c.progress}
	return in
}

// each hands over a file, or all files of an archive, one after the other. It
// returns the worst status. twice says that the inputs are read again.
func (c *command) each(file string, twice bool, use func(*input) int) int {
	in, err := c.open(file)
	if err == nil && in.isZIP() {
		defer in.Close()
		return c.eachEntry(in, use)
	}
	if err == nil && twice && in.again == nil {
		err = c.spool(in, maxSpool)
	}
	if err != nil {
		return use(&input{name: file, file: file, size: -1, err: err})
	}
	defer in.Close()
	return use(c.watched(in))
}

func (c *command) eachEntry(in *input, use func(*input) int) int {
	failed := func(err error) int { return use(&input{name: in.name, file: in.file, size: in.size, err: err}) }
	z, err := c.archive(in)
	if err != nil {
		return failed(err)
	}
	status, messages := exitFine, 0
	for _, name := range z.Names() {
		e := entry(in, z, name)
		switch {
		case hasSuffixFold(name, ".zip"):
			e.err = errNestedZIP
		case !hasSuffixFold(name, ".xml"):
			e.skipped = true
		default:
			messages++
			e.open(z)
		}
		status = max(status, use(c.watched(e)))
		_ = e.Close()
		if c.ctx.Err() != nil {
			return exitFailed
		}
	}
	if messages == 0 {
		return max(status, failed(errEmptyZIP))
	}
	return status
}

// one opens a file, or the file in an archive that is named. An archive as a
// whole is refused.
func (c *command) one(file string) (*input, error) {
	in, err := c.open(file)
	if err != nil {
		return nil, err
	}
	if in.isZIP() {
		_ = in.Close()
		return nil, errWholeZIP
	}
	return c.watched(in), nil
}

// open opens what a FILE names, without looking into an archive unless it names
// a file there.
func (c *command) open(file string) (*input, error) {
	if file == "-" {
		b := bufio.NewReader(c.stdin)
		return &input{name: file, file: file, size: -1, r: b}, nil
	}
	f, err := os.Open(file)
	if err != nil {
		if archive, name, ok := splitEntry(file); ok && errors.Is(err, fs.ErrNotExist) {
			return c.openEntry(archive, name)
		}
		return nil, err
	}
	info, err := f.Stat()
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	in := &input{name: file, file: file, size: -1, r: f, closers: []func() error{f.Close}}
	if info.Mode().IsRegular() {
		in.size, in.at = info.Size(), f
		in.again = func() (io.ReadCloser, error) { return os.Open(file) }
	} else {
		in.r = bufio.NewReader(f)
	}
	return in, nil
}

// splitEntry splits ARCHIVE!NAME where ARCHIVE is a file.
func splitEntry(file string) (archive, name string, ok bool) {
	for i, r := range file {
		if r != '!' || i == 0 {
			continue
		}
		if info, err := os.Stat(file[:i]); err == nil && info.Mode().IsRegular() {
			return file[:i], file[i+1:], true
		}
	}
	return "", "", false
}

func (c *command) openEntry(archive, name string) (*input, error) {
	in, err := c.open(archive)
	if err != nil {
		return nil, err
	}
	z, err := c.archive(in)
	if err != nil {
		_ = in.Close()
		return nil, err
	}
	e := entry(in, z, name)
	if e.size < 0 {
		_ = in.Close()
		return nil, errNoEntry
	}
	e.open(z)
	if e.err != nil {
		_ = in.Close()
		return nil, e.err
	}
	e.closers = append(e.closers, in.Close)
	return e, nil
}

// entry describes a file in an archive; its size is -1 if there is none.
func entry(in *input, z *codelist.ZIP, name string) *input {
	e := &input{name: in.name + "!" + name, file: in.file, entry: name, size: -1, r: bytes.NewReader(nil)}
	if info, err := fs.Stat(z, name); err == nil && info.Mode().IsRegular() {
		e.size = info.Size()
	}
	e.again = func() (io.ReadCloser, error) { return z.Open(name) }
	return e
}

// open opens the file in the archive.
func (in *input) open(z *codelist.ZIP) {
	f, err := z.Open(in.entry)
	if err != nil {
		in.err = err
		return
	}
	in.r = f
	in.closers = append(in.closers, f.Close)
}

// archive opens the input as a ZIP archive whose directory is in order.
func (c *command) archive(in *input) (*codelist.ZIP, error) {
	if in.at == nil {
		if err := c.spool(in, zipLimits.MaxBytes); err != nil {
			return nil, err
		}
	}
	return codelist.OpenZIP(in.at, in.size, &zipLimits)
}

// spool keeps what can be read only once.
func (c *command) spool(in *input, limit int64) error {
	s, err := signature.NewSpool(c.ctx, in.r, limit, "")
	if err != nil {
		return errors.Join(err, in.Close())
	}
	in.closers = append(in.closers, s.Close)
	in.at, in.size = s, s.Size()
	in.r = io.NewSectionReader(s, 0, in.size)
	in.again = func() (io.ReadCloser, error) { return io.NopCloser(io.NewSectionReader(s, 0, in.size)), nil }
	return nil
}

// isZIP looks at the first bytes.
func (in *input) isZIP() bool {
	var head []byte
	switch r := in.r.(type) {
	case *bufio.Reader:
		head, _ = r.Peek(4)
	default:
		if in.at == nil || in.entry != "" {
			return false
		}
		head = make([]byte, 4)
		n, _ := in.at.ReadAt(head, 0)
		head = head[:n]
	}
	return bytes.HasPrefix(head, []byte("PK\x03\x04")) || bytes.HasPrefix(head, []byte("PK\x05\x06"))
}

func hasSuffixFold(s, suffix string) bool {
	return len(s) >= len(suffix) && strings.EqualFold(s[len(s)-len(suffix):], suffix)
}

// read reads a whole file, or standard input for "-".
func (c *command) read(file string) ([]byte, error) {
	in, err := c.one(file)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	data, err := io.ReadAll(io.LimitReader(in.r, maxFile+1))
	if err != nil {
		return nil, err
	}
	if len(data) > maxFile {
		return nil, errTooBig
	}
	return data, nil
}

// ctxReader stops reading when the context ends, and counts.
type ctxReader struct {
	ctx      context.Context
	r        io.Reader
	name     string
	read     int64
	size     int64
	progress *progress
}

func (r *ctxReader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := r.r.Read(p)
	r.read += int64(n)
	r.progress.show(r.name, r.read>>20, r.size>>20, "MiB")
	return n, err
}
