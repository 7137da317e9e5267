package signature

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
)

var (
	// ErrChanged says that a document was not the same when it was read again.
	ErrChanged = errors.New("signature: the document changed while it was read")
	// ErrSpoolLimit says that a reader gave more than a [Spool] may hold.
	ErrSpoolLimit = errors.New("signature: the document is longer than the spool's limit")
)

const (
	// chunkSize is the piece of a document that is read and checked at once.
	chunkSize = 64 << 10
	// spoolMemory is how much of a document a Spool keeps in memory.
	spoolMemory = 256 << 10
)

// source is a document that is read more than once. The first pass notes the
// SHA-256 of every chunk, and later ones hand out a chunk only if it is still
// the same. So what is read after the check is what was checked, whoever else
// can write to the document; it costs 32 bytes for each 64 KiB.
type source struct {
	r    io.ReaderAt
	size int64
	sums [][sha256.Size]byte
}

func newSource(r io.ReaderAt, size int64) *source { return &source{r: r, size: max(size, 0)} }

// record starts the first pass.
func (s *source) record(ctx context.Context) *sourceReader {
	s.sums = make([][sha256.Size]byte, 0, min(s.size/chunkSize+1, 16<<10))
	return &sourceReader{s: s, ctx: ctx, end: s.size, record: true, chunk: s.memory()}
}

// replay reads the bytes between two offsets again.
func (s *source) replay(ctx context.Context, from, to int64) *sourceReader {
	return &sourceReader{s: s, ctx: ctx, at: from, end: min(to, s.size), chunk: s.memory()}
}

func (s *source) memory() []byte { return make([]byte, min(chunkSize, max(s.size, 1))) }

// slice returns the bytes between two offsets.
func (s *source) slice(ctx context.Context, from, to int64) ([]byte, error) {
	b := make([]byte, to-from)
	if _, err := io.ReadFull(s.replay(ctx, from, to), b); err != nil {
		return nil, err
	}
	return b, nil
}

// sourceReader reads a source from front to back.
type sourceReader struct {
	s       *source
	ctx     context.Context // of the one call that reads
	at, end int64
	record  bool
	chunk   []byte
	rest    []byte
}

// Len is how many bytes are left, for whoever wants to choose a buffer.
func (r *sourceReader) Len() int { return int(r.end-r.at) + len(r.rest) }

// Read fails with ErrChanged where a chunk is not what it was.
func (r *sourceReader) Read(p []byte) (int, error) {
	if len(r.rest) == 0 {
		if err := r.next(); err != nil {
			return 0, err
		}
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

// next reads the chunk that holds the next byte.
func (r *sourceReader) next() error {
	if r.at >= r.end {
		return io.EOF
	}
	if err := r.ctx.Err(); err != nil {
		return err
	}
	index := r.at / chunkSize
	from := index * chunkSize
	chunk := r.chunk[:min(chunkSize, r.s.size-from)]
	if n, err := r.s.r.ReadAt(chunk, from); n < len(chunk) {
		if err == nil || errors.Is(err, io.EOF) {
			err = fmt.Errorf("signature: the document is shorter than its size: %w", io.ErrUnexpectedEOF)
		}
		return err
	}
	sum := sha256.Sum256(chunk)
	switch {
	case r.record:
		r.s.sums = append(r.s.sums, sum)
	case index >= int64(len(r.s.sums)) || r.s.sums[index] != sum:
		return ErrChanged
	}
	until := min(from+int64(len(chunk)), r.end)
	r.rest = chunk[r.at-from : until-from]
	r.at = until
	return nil
}

// Spool holds a document that came as a stream, so that it can be read from any
// place: the signature may stand at the end, and nothing is handed out before it
// was checked. The first 256 KiB are kept in memory; a longer document goes to a
// temporary file that only this user can read and that has no name any more (on
// Windows it has one until Close). A Spool may be read by several goroutines.
type Spool struct {
	head []byte
	file *os.File
	size int64
}

// NewSpool reads r to its end. Limit is the number of bytes that the document
// may have at most; it must be positive. Dir is the folder for the temporary
// file, "" for the system's. Errors are [ErrSpoolLimit], those of ctx between two
// reads, and those of r and the file system. Close the Spool after use.
func NewSpool(ctx context.Context, r io.Reader, limit int64, dir string) (*Spool, error) {
	if limit <= 0 {
		return nil, fmt.Errorf("%w: the limit must be positive", ErrSpoolLimit)
	}
	all := &contextReader{ctx: ctx, r: r}
	in := io.LimitReader(all, limit)
	s := &Spool{}
	head := make([]byte, min(limit, spoolMemory))
	n, err := io.ReadFull(in, head)
	s.head, s.size = head[:n], int64(n)
	if err == nil && limit > spoolMemory {
		err = s.toFile(in, dir)
	}
	if all.failed == nil && (err == io.EOF || err == io.ErrUnexpectedEOF) {
		err = nil // of ReadFull: the document is short
	}
	if err == nil && s.size == limit {
		err = atEnd(all)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("signature: spooling: %w", err), s.Close())
	}
	return s, nil
}

// atEnd fails unless r is at its end.
func atEnd(r io.Reader) error {
	var one [1]byte
	switch n, err := io.ReadFull(r, one[:]); {
	case n > 0:
		return ErrSpoolLimit
	case !errors.Is(err, io.EOF):
		return err
	}
	return nil
}

// toFile puts everything behind the head into a file.
func (s *Spool) toFile(in io.Reader, dir string) error {
	file, err := os.CreateTemp(dir, "egov-spool-*")
	if err != nil {
		return err
	}
	s.file = file
	_ = os.Remove(file.Name()) // Windows keeps it until Close
	n, err := io.Copy(file, in)
	s.size += n
	return err
}

// Size is the length of the document in bytes.
func (s *Spool) Size() int64 { return s.size }

// ReadAt reads len(p) bytes from offset off, as io.ReaderAt asks for.
func (s *Spool) ReadAt(p []byte, off int64) (n int, err error) {
	if off < 0 {
		return 0, errors.New("signature: negative offset")
	}
	if off < int64(len(s.head)) {
		n = copy(p, s.head[off:])
	}
	if n == len(p) {
		return n, nil
	}
	if s.file == nil {
		return n, io.EOF
	}
	m, err := s.file.ReadAt(p[n:], off+int64(n)-int64(len(s.head)))
	return n + m, err
}

// Close gives memory and file free. The Spool cannot be read afterwards.
func (s *Spool) Close() error {
	s.head = nil
	if s.file == nil {
		return nil
	}
	file := s.file
	s.file = nil
	err := file.Close()
	if removed := os.Remove(file.Name()); removed != nil && !errors.Is(removed, os.ErrNotExist) {
		err = errors.Join(err, removed)
	}
	return err
}

// contextReader fails once ctx is done.
type contextReader struct {
	ctx    context.Context
	r      io.Reader
	failed error // the first error but io.EOF
}

// Read asks the context first.
func (c *contextReader) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		c.failed = err
		return 0, err
	}
	n, err := c.r.Read(p)
	if err != nil && err != io.EOF {
		c.failed = err
	}
	return n, err
}
