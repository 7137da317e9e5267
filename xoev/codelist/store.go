package codelist

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/bausteine/egov/xoev/finding"
)

var (
	// ErrNotPinned means that a store has no such list, or not that version.
	ErrNotPinned = errors.New("codelist: not pinned")
	// ErrNoVersion means that a store has versions of the list, but none that
	// the rule of [Store.At] or [Store.Newest] may choose.
	ErrNoVersion = errors.New("codelist: no version fits")
)

// Store hands out code lists that are pinned by a [Lock], from files in a
// folder, an archive, or the program itself. It never uses a network, never
// writes, and gives a list only if its bytes are those that were pinned and if
// it names itself as the lock does. Lists are read when they are first used and
// kept; each is read once. A Store is safe for concurrent use.
type Store struct {
	source   fs.FS
	read     *ReadOptions
	maxBytes int64
	pins     []Pin
	entries  map[VersionKennung]*entry
	lists    map[string]*versions
}

// entry is one pinned version; list is set once it was read and checked.
type entry struct {
	pin  Pin
	list atomic.Pointer[List]
	load sync.Mutex
}

// versions are the entries of one list, ordered by version; chosen holds those
// that may be chosen, oldest first, once all were read.
type versions struct {
	entries []*entry
	chosen  atomic.Pointer[[]*List]
}

// StoreOptions changes how [Open] opens. The zero value and a nil *StoreOptions
// mean the defaults.
type StoreOptions struct {
	// Lock is the lock to use, as it is when the store is opened; nil reads the
	// file [LockName] at the source's root.
	Lock *Lock
	// Read bounds and loosens the reading of lists; see [Read]. Its MaxBytes
	// counts for the file too.
	Read *ReadOptions
}

// Open opens a store on a source: a folder (os.DirFS, or [OpenDir]), a ZIP
// archive ([OpenZIP]), embedded files (embed.FS), or any other file system. Only
// the lock is read; each list is read and checked when it is first used, or all
// together by [Store.Verify]. A lock file that breaks a rule is a
// *finding.InvalidError; one that cannot be read gives the source's error,
// wrapped, which matches fs.ErrNotExist if there is none.
//
// A file system that hands out the same bytes every time is assumed. If it
// blocks, so does the store.
func Open(source fs.FS, o *StoreOptions) (*Store, error) {
	s := &Store{source: source, entries: map[VersionKennung]*entry{}, lists: map[string]*versions{}}
	var lock *Lock
	if o != nil {
		lock = o.Lock
		if o.Read != nil {
			read := *o.Read
			s.read = &read
		}
	}
	s.maxBytes = s.read.withDefaults().MaxBytes
	if lock == nil {
		b, err := readFile(source, LockName, maxLock)
		if err != nil {
			return nil, fmt.Errorf("codelist: reading the lock file: %w", err)
		}
		if lock, err = ParseLock(b); err != nil {
			return nil, fmt.Errorf("codelist: %s: %w", LockName, err)
		}
	}
	s.pins = slices.Clone(lock.Pins)
	slices.SortFunc(s.pins, comparePins)
	for _, p := range s.pins {
		if !validFile(p.File) || s.entries[p.VersionKennung] != nil {
			return nil, fmt.Errorf("%w: %s", ErrBadPin, p.shown())
		}
		e := &entry{pin: p}
		s.entries[p.VersionKennung] = e
		v := s.lists[p.Kennung]
		if v == nil {
			v = &versions{}
			s.lists[p.Kennung] = v
		}
		v.entries = append(v.entries, e)
	}
	for _, v := range s.lists {
		slices.SortFunc(v.entries, func(a, b *entry) int { return compareVersions(a.pin.Version, b.pin.Version) })
	}
	return s, nil
}

// OpenDir opens a store on a folder that holds a lock file.
func OpenDir(folder string, o *StoreOptions) (*Store, error) {
	return Open(os.DirFS(folder), o)
}

// readFile reads a file of at most max bytes; of a longer one it returns max+1
// bytes.
func readFile(source fs.FS, name string, max int64) ([]byte, error) {
	f, err := source.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var b bytes.Buffer
	if info, err := f.Stat(); err == nil && info.Size() > 0 {
		b.Grow(int(min(info.Size(), max)) + bytes.MinRead)
	}
	if _, err := b.ReadFrom(io.LimitReader(f, max+1)); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// RefusedError says that the bytes of a pinned list were read and must not be
// used: they have another digest than pinned (PIN-001), name another list
// (PIN-002), or are no code list (PIN-003, with the findings of [Read] behind
// it). It is different from all errors that say that a list could not be read.
// It matches *finding.InvalidError with errors.As.
type RefusedError struct {
	// Pin is what the lock says; its digest and file are those expected.
	Pin Pin
	// Findings names what is wrong, the rule PIN-… first.
	Findings []finding.Finding
}

// Error names the version of the list and the first finding.
func (e *RefusedError) Error() string {
	return fmt.Sprintf("codelist: %s refused: %v", e.Pin.shown(), e.Unwrap())
}

// LogValue gives the version of the list, its file and the first code.
func (e *RefusedError) LogValue() slog.Value {
	return slog.GroupValue(slog.String("list", e.Pin.shown()), slog.String("file", e.Pin.File), slog.String("code", e.Findings[0].Code))
}

// Unwrap returns the findings as a *finding.InvalidError.
func (e *RefusedError) Unwrap() error { return &finding.InvalidError{Findings: e.Findings} }

func refuse(p Pin, r finding.Rule, more ...finding.Finding) error {
	return &RefusedError{Pin: p, Findings: append([]finding.Finding{r.At("", 0, 0, nil)}, more...)}
}

// List returns a version of a list. It is [ErrNotPinned] if the lock does not
// have it, a *RefusedError if its bytes must not be used, and else the source's
// error, wrapped, if it could not be read (fs.ErrNotExist: the file is missing).
// Only success is remembered. A list that was read before is returned without
// allocating.
func (s *Store) List(kennung, version string) (*List, error) {
	v := VersionKennung{kennung, version}
	e := s.entries[v]
	if e == nil {
		return nil, fmt.Errorf("%w: %s", ErrNotPinned, v.shown())
	}
	return s.get(e)
}

func (s *Store) get(e *entry) (*List, error) {
	if l := e.list.Load(); l != nil {
		return l, nil
	}
	e.load.Lock()
	defer e.load.Unlock()
	if l := e.list.Load(); l != nil {
		return l, nil
	}
	b, err := readFile(s.source, e.pin.File, s.maxBytes)
	if err != nil {
		return nil, fmt.Errorf("codelist: reading %s: %w", e.pin.shown(), err)
	}
	l, err := checkPinned(b, e.pin, s.read)
	if err != nil {
		return nil, err
	}
	e.list.Store(l)
	return l, nil
}

// checkPinned makes a list of bytes if they are the ones that were pinned. The
// digest comes first: what was not pinned is not even parsed.
func checkPinned(b []byte, p Pin, o *ReadOptions) (*List, error) {
	if max := o.withDefaults().MaxBytes; int64(len(b)) > max {
		return nil, refuse(p, rulePinSize)
	}
	if sha256.Sum256(b) != p.SHA256 {
		return nil, refuse(p, rulePinHash)
	}
	return checkIdentity(b, p, o)
}

func readBytes(b []byte, o *ReadOptions) (*List, error) { return Read(bytes.NewReader(b), o) }

func checkIdentity(b []byte, p Pin, o *ReadOptions) (*List, error) {
	l, err := readBytes(b, o)
	var invalid *finding.InvalidError
	if errors.As(err, &invalid) {
		return nil, refuse(p, rulePinUnreadable, invalid.Findings...)
	}
	if err != nil {
		return nil, fmt.Errorf("codelist: reading %s: %w", p.shown(), err)
	}
	if l.Kennung() != p.VersionKennung {
		return nil, refuse(p, rulePinIdentity)
	}
	return l, nil
}

// At returns the version of a list that is valid on a day: of those whose
// valid-from is that day or before, the one with the latest. Of several with
// the same valid-from it is the one whose version is highest, where runs of
// digits compare as numbers ("1.9" < "1.10", "20240925-0" < "20240925-1"). Never
// chosen are versions that do not say since when they are valid, and versions
// that call themselves faulty ("fehlerhaft"); [Store.List] has them. When a
// version ceases to be valid is not stated in code lists.
//
// All pinned versions of the list are read, since the date stands inside. If one
// cannot be read or is refused, that is the error, because it might be the one.
// If no version fits it is [ErrNoVersion], for an unknown list [ErrNotPinned].
func (s *Store) At(kennung string, day Date) (*List, error) {
	chosen, err := s.choices(kennung)
	if err != nil {
		return nil, err
	}
	for _, l := range slices.Backward(chosen) {
		if from := l.ValidFrom(); !from.IsZero() && from.Compare(day) <= 0 {
			return l, nil
		}
	}
	return nil, fmt.Errorf("%w: %s on %s", ErrNoVersion, shownKennung(kennung), day)
}

// Newest returns the version of a list with the latest valid-from, even if that
// day is still to come. Versions that do not say since when they are valid come
// before all that do. What is equal then is decided by version, and faulty
// versions are never chosen, as with [Store.At], which has the same errors.
func (s *Store) Newest(kennung string) (*List, error) {
	chosen, err := s.choices(kennung)
	if err != nil {
		return nil, err
	}
	if len(chosen) == 0 {
		return nil, fmt.Errorf("%w: %s", ErrNoVersion, shownKennung(kennung))
	}
	return chosen[len(chosen)-1], nil
}

// choices returns the versions of a list that may be chosen, oldest first.
func (s *Store) choices(kennung string) ([]*List, error) {
	v := s.lists[kennung]
	if v == nil {
		return nil, fmt.Errorf("%w: %s", ErrNotPinned, shownKennung(kennung))
	}
	if c := v.chosen.Load(); c != nil {
		return *c, nil
	}
	chosen := make([]*List, 0, len(v.entries))
	for _, e := range v.entries {
		if isFaulty(e.pin.Version) {
			continue
		}
		l, err := s.get(e)
		if err != nil {
			return nil, err
		}
		chosen = append(chosen, l)
	}
	slices.SortStableFunc(chosen, func(a, b *List) int { return a.ValidFrom().Compare(b.ValidFrom()) })
	v.chosen.Store(&chosen)
	return chosen, nil
}

// Pins returns what the lock pins, ordered by kennung, then version. The slice
// is the caller's own.
func (s *Store) Pins() []Pin { return slices.Clone(s.pins) }

// Kennungen returns the kennungen of all lists, ordered. The slice is the
// caller's own.
func (s *Store) Kennungen() []string {
	out := make([]string, 0, len(s.lists))
	for k := range s.lists {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// Versions returns the versions of a list, ordered as numbers where they are
// (see [Store.At]); empty if the list is not pinned. The slice is the caller's
// own.
func (s *Store) Versions(kennung string) []string {
	v := s.lists[kennung]
	if v == nil {
		return nil
	}
	out := make([]string, 0, len(v.entries))
	for _, e := range v.entries {
		out = append(out, e.pin.Version)
	}
	return out
}

// VerifyReport is the outcome of [Store.Verify].
type VerifyReport struct {
	// Verdict is Accepted if every pinned list was read and is what the lock
	// says, and there is at least one; Rejected if one was refused; else
	// Undetermined.
	Verdict finding.Verdict
	// Lists is the number of lists that are right.
	Lists int
	// Refused has an error for each list that must not be used.
	Refused []*RefusedError
	// Unchecked has an error for each list that could not be read.
	Unchecked []error
}

// Err returns nil if the verdict is Accepted, else an error that holds all of
// Refused and Unchecked.
func (r *VerifyReport) Err() error {
	if r.Verdict == finding.Accepted {
		return nil
	}
	errs := slices.Clone(r.Unchecked)
	for _, e := range r.Refused {
		errs = append(errs, e)
	}
	return cmp.Or(errors.Join(errs...), fmt.Errorf("%w: no list at all", ErrNotPinned))
}

// Verify reads and checks every pinned list, and keeps those that are right, so
// that no later use can fail. progress, if not nil, is told after each list how
// many of how many are done. The error is the context's; everything else is in
// the report.
func (s *Store) Verify(ctx context.Context, progress func(done, total int)) (*VerifyReport, error) {
	r := &VerifyReport{}
	pins := s.Pins()
	for i, p := range pins {
		if ctx.Err() != nil {
			return nil, fmt.Errorf("codelist: verifying: %w", context.Cause(ctx))
		}
		_, err := s.get(s.entries[p.VersionKennung])
		var refused *RefusedError
		switch {
		case err == nil:
			r.Lists++
		case errors.As(err, &refused):
			r.Refused = append(r.Refused, refused)
		default:
			r.Unchecked = append(r.Unchecked, err)
		}
		if progress != nil {
			progress(i+1, len(pins))
		}
	}
	switch {
	case len(r.Refused) > 0:
		r.Verdict = finding.Rejected
	case len(r.Unchecked) == 0 && r.Lists > 0:
		r.Verdict = finding.Accepted
	}
	return r, nil
}

// isListName reports whether a file may hold a list: by its ending, .xml or .gc.
func isListName(name string) bool {
	lower := strings.ToLower(name)
	return strings.HasSuffix(lower, ".xml") || strings.HasSuffix(lower, ".gc")
}
