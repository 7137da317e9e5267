package codelist

import (
	"cmp"
	"context"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"time"
)

// Fetcher gets code lists from where they are published. The Client of package
// xrepository is one. It is called by several goroutines at once.
type Fetcher interface {
	// Genericode returns the bytes of a version exactly as published.
	Genericode(ctx context.Context, v VersionKennung) ([]byte, error)
	// GueltigeVersion returns the version of a list that is in force.
	GueltigeVersion(ctx context.Context, kennung string) (VersionKennung, error)
}

// PullOptions changes how [Pull], [Update] and [Import] work. The zero value and
// a nil *PullOptions mean the defaults.
type PullOptions struct {
	// Read bounds and loosens the reading of lists; see [Read].
	Read *ReadOptions
	// Workers is how many lists are fetched at once; default 5.
	Workers int
	// AllowReplace pins new content for a version that was pinned with other
	// content before. A published version should never change; whoever allows
	// it gives up the protection against content that was replaced on the way
	// or at its source.
	AllowReplace bool
	// Progress is told after each list how many of how many are done; never by
	// two goroutines at once.
	Progress func(done, total int)
	// Now is the clock for the time of retrieval; nil is time.Now.
	Now func() time.Time
}

// PullReport says what became of each list, ordered by kennung and version.
type PullReport struct {
	// Added are versions that were not pinned before.
	Added []Pin `json:"added,omitempty"`
	// Replaced are versions that are pinned with other content now.
	Replaced []Pin `json:"replaced,omitempty"`
	// Restored are versions whose file was missing or damaged and is back.
	Restored []Pin `json:"restored,omitempty"`
	// Unchanged are versions that were pinned and whose file is right. They were
	// not fetched.
	Unchanged []Pin `json:"unchanged,omitempty"`
}

// PullError says that not everything is pinned that was wanted. It matches each
// of its failures with errors.Is and errors.As.
type PullError struct {
	// Report is what is pinned all the same.
	Report *PullReport
	// Failures are ordered by kennung and version.
	Failures []PullFailure
}

// PullFailure is a list that could not be pinned.
type PullFailure struct {
	// VersionKennung is what was wanted; Version is empty if the version in
	// force was. It is zero for a file that is no list.
	VersionKennung
	// File is the path in the source of an [Import].
	File string
	// Err is a *RefusedError for content that must not be used; other errors
	// mean that nothing could be fetched or written.
	Err error
}

// Error counts the failures and gives the first.
func (e *PullError) Error() string {
	f := e.Failures[0]
	return fmt.Sprintf("codelist: %d lists not pinned; first %s: %v", len(e.Failures), cmp.Or(f.File, f.name()), f.Err)
}

// Unwrap returns the failures.
func (e *PullError) Unwrap() []error {
	var out []error
	for _, f := range e.Failures {
		out = append(out, f.Err)
	}
	return out
}

func (f PullFailure) name() string {
	if f.Version == "" {
		return shownKennung(f.Kennung)
	}
	return f.shown()
}

// Pull fetches versions of code lists into a folder and pins them in its lock
// file. An empty Version means the version that is in force. What is pinned
// already and whose file is right is not fetched again.
//
// Content is refused (*RefusedError) if it is no code list (PIN-003), names
// another kennung or version (PIN-002), or differs from the content pinned for
// that version before (PIN-005; see PullOptions.AllowReplace). One failure does
// not keep the other lists from being pinned: the error is a *PullError then.
// Other errors mean that nothing was pinned.
//
// Each file is written under a new name that holds a part of its digest, and
// synced, before the lock file is replaced by a synced one in one step. A crash
// at any moment leaves the folder with the old lock file or the new one, and
// with all files that it pins; the same call again finishes the work. Files of
// former versions and of interrupted calls are not removed. Only one Pull, Update or
// Import may work on a folder at a time; a [Store] on it is not disturbed, and
// has to be opened anew to see what is new.
func Pull(ctx context.Context, folder string, f Fetcher, wanted []VersionKennung, o *PullOptions) (*PullReport, error) {
	p, err := newPull(folder, o)
	if err != nil {
		return nil, err
	}
	wanted = slices.Clone(wanted)
	slices.SortFunc(wanted, func(a, b VersionKennung) int {
		return cmp.Or(strings.Compare(a.Kennung, b.Kennung), strings.Compare(a.Version, b.Version))
	})
	wanted = slices.Compact(wanted)
	results := make([]pulled, len(wanted))
	p.total = len(wanted)
	next := make(chan int)
	var group sync.WaitGroup
	for range min(p.workers, len(wanted)) {
		group.Go(func() {
			for i := range next {
				results[i] = p.one(ctx, f, wanted[i])
				p.advance()
			}
		})
	}
	for i := range wanted {
		next <- i
	}
	close(next)
	group.Wait()
	return p.commit(results)
}

// Update pulls, for every list that the folder's lock pins in any version, the
// version that is in force. See [Pull]. Versions pinned before stay pinned.
func Update(ctx context.Context, folder string, f Fetcher, o *PullOptions) (*PullReport, error) {
	p, err := newPull(folder, o)
	if err != nil {
		return nil, err
	}
	var wanted []VersionKennung
	for v := range p.pins {
		wanted = append(wanted, VersionKennung{Kennung: v.Kennung})
	}
	return Pull(ctx, folder, f, wanted, o)
}

// Import copies all code lists of a source, such as the archive of a standard's
// lists, into a folder and pins them in its lock file. See [Pull]; the files
// taken are those that [LockFiles] takes. A file that is no list is a failure of
// the *PullError. Progress is told the number of lists so far as total.
func Import(ctx context.Context, folder string, source fs.FS, o *PullOptions) (*PullReport, error) {
	p, err := newPull(folder, o)
	if err != nil {
		return nil, err
	}
	var results []pulled
	skipped, err := eachList(ctx, source, p.read, func(name string, b []byte, l *List) error {
		r := p.take(b, l.Kennung())
		r.file = name
		results = append(results, r)
		p.total = len(results)
		p.advance()
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, s := range skipped {
		results = append(results, pulled{file: s.File, err: refuse(Pin{File: s.File}, rulePinUnreadable, findingsOf(s.Err)...)})
	}
	return p.commit(results)
}

// outcome says what became of one wanted list.
type outcome uint8

const (
	added outcome = iota + 1
	replaced
	restored
	unchanged
)

type pulled struct {
	wanted  VersionKennung
	file    string // in the source of an Import
	pin     Pin
	outcome outcome
	err     error
}

// pull is one call of Pull or Import.
type pull struct {
	folder  folder
	pins    map[VersionKennung]Pin // of the lock file
	read    *ReadOptions
	workers int
	replace bool
	now     func() time.Time

	mu          sync.Mutex
	progress    func(done, total int)
	done, total int
}

func newPull(path string, o *PullOptions) (*pull, error) {
	p := &pull{folder: folder{path: path}, workers: 5, now: time.Now}
	if o != nil {
		p.read, p.replace, p.progress = o.Read, o.AllowReplace, o.Progress
		if o.Workers > 0 {
			p.workers = o.Workers
		}
		if o.Now != nil {
			p.now = o.Now
		}
	}
	lock, err := p.folder.lock()
	if err != nil {
		return nil, err
	}
	p.pins = lock.byVersion()
	return p, nil
}

func (p *pull) advance() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done++
	if p.progress != nil {
		p.progress(p.done, p.total)
	}
}

// one brings one version into the folder.
func (p *pull) one(ctx context.Context, f Fetcher, wanted VersionKennung) pulled {
	fail := func(err error) pulled { return pulled{wanted: wanted, err: err} }
	if ctx.Err() != nil {
		return fail(context.Cause(ctx))
	}
	v := wanted
	if v.Version == "" {
		var err error
		if v, err = f.GueltigeVersion(ctx, wanted.Kennung); err != nil {
			return fail(err)
		}
		if v.Kennung != wanted.Kennung || v.Version == "" {
			return fail(refuse(Pin{VersionKennung: v}, rulePinIdentity))
		}
	}
	if pin, ok := p.pins[v]; ok && p.folder.has(pin) {
		return pulled{wanted: wanted, pin: pin, outcome: unchanged}
	}
	b, err := f.Genericode(ctx, v)
	if err != nil {
		return fail(err)
	}
	if _, err := checkIdentity(b, Pin{VersionKennung: v}, p.read); err != nil {
		return fail(err)
	}
	r := p.take(b, v)
	r.wanted = wanted
	return r
}

// take writes content that is this version to the folder.
func (p *pull) take(b []byte, v VersionKennung) pulled {
	pin := Pin{VersionKennung: v, SHA256: sha256.Sum256(b), Retrieved: p.now().UTC().Truncate(time.Second)}
	r := pulled{wanted: v}
	if !plainText(v.Kennung, maxKennung) || !plainText(v.Version, maxVersion) {
		r.err = pinInvalid(ruleLockText.At("", 0, 0, nil))
		return r
	}
	pin.File = fileName(pin)
	r.outcome = added
	if old, ok := p.pins[v]; ok {
		switch {
		case old.SHA256 == pin.SHA256:
			pin, r.outcome = old, restored
			if p.folder.has(old) {
				r.outcome = unchanged
			}
		case !p.replace:
			r.err = refuse(old, rulePinReplaced)
			return r
		default:
			r.outcome = replaced
		}
	}
	if r.outcome != unchanged {
		r.err = p.folder.write(pin.File, b)
	}
	r.pin = pin
	return r
}

// commit replaces the lock file, and makes the report.
func (p *pull) commit(results []pulled) (*PullReport, error) {
	lock, err := p.folder.lock() // someone may have written it meanwhile
	if err != nil {
		return nil, err
	}
	pins := lock.byVersion()
	report, failures := &PullReport{}, []PullFailure(nil)
	seen := map[VersionKennung]bool{}
	slices.SortStableFunc(results, func(a, b pulled) int { return comparePins(a.pin, b.pin) })
	for _, r := range results {
		old, pinned := pins[r.pin.VersionKennung]
		if r.err == nil && pinned && old.SHA256 != r.pin.SHA256 {
			switch {
			case seen[r.pin.VersionKennung]:
				r.err = refuse(old, rulePinAmbiguous)
			case !p.replace:
				r.err = refuse(old, rulePinReplaced)
			}
		}
		if r.err != nil {
			failures = append(failures, PullFailure{r.wanted, r.file, r.err})
			continue
		}
		if seen[r.pin.VersionKennung] {
			continue
		}
		seen[r.pin.VersionKennung] = true
		pins[r.pin.VersionKennung] = r.pin
		list := map[outcome]*[]Pin{added: &report.Added, replaced: &report.Replaced, restored: &report.Restored, unchanged: &report.Unchanged}[r.outcome]
		*list = append(*list, r.pin)
	}
	if err := p.writeLock(lock, pins); err != nil {
		return nil, err
	}
	if failures == nil {
		return report, nil
	}
	slices.SortStableFunc(failures, func(a, b PullFailure) int {
		return cmp.Or(strings.Compare(a.Kennung, b.Kennung), strings.Compare(a.Version, b.Version), strings.Compare(a.File, b.File))
	})
	return nil, &PullError{Report: report, Failures: failures}
}

func (p *pull) writeLock(old *Lock, pins map[VersionKennung]Pin) error {
	before, err := old.MarshalText()
	if err != nil {
		return err
	}
	lock := &Lock{}
	for _, pin := range pins {
		lock.Pins = append(lock.Pins, pin)
	}
	after, err := lock.MarshalText()
	if err != nil || string(before) == string(after) {
		return err
	}
	return p.folder.write(LockName, after)
}
