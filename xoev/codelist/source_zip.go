package codelist

import (
	"archive/zip"
	"compress/flate"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"github.com/bausteine/egov/xoev/finding"
)

// ZIPLimits bounds what [OpenZIP] accepts. The zero value, a nil *ZIPLimits and
// fields that are zero or negative mean the defaults.
type ZIPLimits struct {
	// MaxBytes is the length of the archive in bytes; default 256 MiB.
	MaxBytes int64
	// MaxEntries is the number of entries, folders included; default 10,000.
	MaxEntries int
	// MaxFileBytes is the length of one unpacked entry; default 64 MiB.
	MaxFileBytes int64
	// MaxTotalBytes is the length of all unpacked entries together; default
	// 1 GiB.
	MaxTotalBytes int64
	// MaxRatio is how many times longer than its compressed form an entry of
	// more than 1 MiB may be; default 250. Code lists reach about 60.
	MaxRatio int64
}

func (l *ZIPLimits) orDefault() ZIPLimits {
	var o ZIPLimits
	if l != nil {
		o = *l
	}
	set := func(v *int64, d int64) {
		if *v <= 0 {
			*v = d
		}
	}
	set(&o.MaxBytes, 256<<20)
	set(&o.MaxFileBytes, 64<<20)
	set(&o.MaxTotalBytes, 1<<30)
	set(&o.MaxRatio, 250)
	if o.MaxEntries <= 0 {
		o.MaxEntries = 10_000
	}
	return o
}

// maxZIPDepth is how many folders a file may lie below another: each costs memory
// for a name that the archive repeats in a few bytes.
const maxZIPDepth = 64

// ratioFloor is the length below which the ratio does not matter.
const ratioFloor = 1 << 20

// ZIP is an archive whose directory was checked as a whole: names stay inside
// the archive and differ by more than upper and lower case, entries are regular
// files within the limits. It is an [fs.FS], so that it can be the source of a
// [Store] or be unpacked. What is read is checked against the directory's
// lengths and checksums. It is safe for concurrent use if its reader is.
type ZIP struct {
	r     *zip.Reader
	names []string
	total int64
}

// OpenZIP reads the directory of an archive. It refuses the archive, with a
// *finding.InvalidError, if any entry has a name that leaves the archive
// (absolute, "..", backslash, drive letter, control character, not UTF-8) or has
// more than 64 folders, a
// name that another entry has too (upper and lower case do not count), is a
// link or device, is encrypted, or exceeds a limit. The path of a finding is
// the entry's number in the directory, counted from 1 ("entry[3]"), since names
// are not to be trusted. If the reader fails, its error is returned, wrapped.
func OpenZIP(r io.ReaderAt, size int64, limits *ZIPLimits) (*ZIP, error) {
	l := limits.orDefault()
	if size > l.MaxBytes {
		return nil, zipInvalid(ruleZIPSize, 0, l.MaxBytes)
	}
	budget := &directoryReader{r: r, left: 1<<20 + int64(l.MaxEntries)*256}
	z, err := zip.NewReader(budget, size)
	switch {
	case budget.spent:
		return nil, zipInvalid(ruleZIPCount, 0, int64(l.MaxEntries))
	case budget.err != nil:
		return nil, fmt.Errorf("codelist: reading the directory of a ZIP archive: %w", budget.err)
	case err != nil:
		return nil, zipInvalid(ruleZIPForm, 0, 0)
	case len(z.File) > l.MaxEntries:
		return nil, zipInvalid(ruleZIPCount, 0, int64(l.MaxEntries))
	}
	budget.done = true
	c := zipChecker{limits: l, size: size, files: make(map[string]bool, len(z.File)), folders: make(map[string]bool)}
	for i, f := range z.File {
		if r, limit := c.entry(f); r.Code != "" {
			return nil, zipInvalid(r, i+1, limit)
		}
	}
	return &ZIP{r: z, names: c.names, total: c.total}, nil
}

// zipInvalid is the error for one entry, or for the archive if entry is 0.
func zipInvalid(r finding.Rule, entry int, limit int64) error {
	path := ""
	if entry > 0 {
		path = fmt.Sprintf("entry[%d]", entry)
	}
	var params map[string]string
	if limit > 0 {
		params = map[string]string{"max": fmt.Sprint(limit)}
	}
	return pinInvalid(r.At(path, 0, 0, params))
}

// directoryReader lets package zip read a bounded number of bytes while it
// takes the directory into memory, so that a small file cannot fill memory
// with entries.
type directoryReader struct {
	r     io.ReaderAt
	left  int64
	spent bool
	done  bool
	err   error
}

var errDirectoryTooLong = errors.New("codelist: directory too long")

func (d *directoryReader) ReadAt(p []byte, off int64) (int, error) {
	if off < 0 { // from lengths that contradict each other
		return 0, zip.ErrFormat
	}
	if d.done {
		return d.r.ReadAt(p, off)
	}
	if d.left -= int64(len(p)); d.left < 0 {
		d.spent = true
		return 0, errDirectoryTooLong
	}
	n, err := d.r.ReadAt(p, off)
	if err != nil && !errors.Is(err, io.EOF) {
		d.err = err
	}
	return n, err
}

type zipChecker struct {
	limits     ZIPLimits
	size       int64
	total      int64
	compressed int64
	files      map[string]bool // folded names of files
	folders    map[string]bool // folded names of folders, written or implied
	names      []string
}

// entry checks one entry of the directory. It returns the broken rule, or the
// zero Rule, and the limit that was exceeded.
func (c *zipChecker) entry(f *zip.File) (finding.Rule, int64) {
	name, folder := strings.CutSuffix(f.Name, "/")
	if !safeZIPName(name) {
		return ruleZIPName, 0
	}
	mode := f.Mode()
	if folder != mode.IsDir() || !folder && !mode.IsRegular() {
		return ruleZIPKind, 0
	}
	if !c.claim(name, folder) {
		return ruleZIPTwice, 0
	}
	if f.Flags&0x1 != 0 || f.Method != zip.Store && f.Method != zip.Deflate {
		return ruleZIPMethod, 0
	}
	if f.UncompressedSize64 > uint64(c.limits.MaxFileBytes) {
		return ruleZIPFileSize, c.limits.MaxFileBytes
	}
	if c.total += int64(f.UncompressedSize64); c.total > c.limits.MaxTotalBytes {
		return ruleZIPTotal, c.limits.MaxTotalBytes
	}
	if f.CompressedSize64 > uint64(c.size) || f.UncompressedSize64 > ratioFloor &&
		f.UncompressedSize64 > f.CompressedSize64*uint64(c.limits.MaxRatio) {
		return ruleZIPRatio, c.limits.MaxRatio
	}
	if c.compressed += int64(f.CompressedSize64); c.compressed > c.size {
		return ruleZIPRatio, c.limits.MaxRatio
	}
	if folder && f.UncompressedSize64 > 0 {
		return ruleZIPKind, 0
	}
	if !folder {
		c.names = append(c.names, name)
	}
	return finding.Rule{}, 0
}

// claim takes a name, and reports false if it is taken already.
func (c *zipChecker) claim(name string, folder bool) bool {
	folded := foldName(name)
	if c.files[folded] || !folder && c.folders[folded] {
		return false
	}
	for i, r := range folded {
		if r != '/' {
			continue
		}
		if parent := folded[:i]; c.files[parent] {
			return false
		}
		c.folders[folded[:i]] = true
	}
	if folder {
		c.folders[folded] = true
	} else {
		c.files[folded] = true
	}
	return true
}

// foldName makes names equal that differ in upper and lower case only.
func foldName(name string) string { return strings.ToLower(strings.ToUpper(name)) }

// safeZIPName reports whether a name stays inside the archive, and inside a
// folder it is unpacked to, on every system.
func safeZIPName(name string) bool {
	if !validFile(name) {
		return false
	}
	if strings.Count(name, "/") > maxZIPDepth {
		return false
	}
	drive := len(name) > 1 && name[1] == ':' && ('a' <= name[0]|0x20 && name[0]|0x20 <= 'z')
	return !drive
}

// Names returns the paths of all files in the order of the directory, without
// folders. The slice is the caller's.
func (z *ZIP) Names() []string { return append([]string(nil), z.names...) }

// Size returns the length in bytes of all files together, unpacked, as the
// directory names it.
func (z *ZIP) Size() int64 { return z.total }

// Open opens a file or folder of the archive.
func (z *ZIP) Open(name string) (fs.File, error) {
	f, err := z.r.Open(name)
	if errors.Is(err, io.EOF) { // the content would begin behind the end
		err = zip.ErrFormat
	}
	if err != nil {
		return nil, contentError(err)
	}
	if _, folder := f.(fs.ReadDirFile); folder {
		return f, nil
	}
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, err
	}
	return &zipFile{File: f, left: info.Size()}, nil
}

// zipFile gives out no more bytes than the directory names, and says in our
// words when the content does not fit the directory.
type zipFile struct {
	fs.File
	left int64
}

func (f *zipFile) Read(p []byte) (int, error) {
	n, err := f.File.Read(p)
	if f.left -= int64(n); f.left < 0 {
		return 0, zipInvalid(ruleZIPContent, 0, 0)
	}
	return n, contentError(err)
}

// contentError puts what package zip says of broken content into our words.
func contentError(err error) error {
	var corrupt flate.CorruptInputError
	if errors.Is(err, zip.ErrFormat) || errors.Is(err, zip.ErrChecksum) || errors.Is(err, zip.ErrAlgorithm) ||
		errors.Is(err, io.ErrUnexpectedEOF) || errors.As(err, &corrupt) {
		return zipInvalid(ruleZIPContent, 0, 0)
	}
	return err
}
