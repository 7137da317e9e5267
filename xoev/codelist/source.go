package codelist

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"

	"github.com/bausteine/egov/xoev/finding"
)

// Skipped is a file that [LockFiles] or [Import] did not take, and why.
type Skipped struct {
	// File is the path in the source.
	File string
	// Err is a *finding.InvalidError for a file that is no code list.
	Err error
}

// LockFiles makes a lock of all code lists that a source holds: of every file
// whose name ends in .xml or .gc, in all folders, and every link to such a file;
// links to folders are not followed. It pins what is there, without
// knowing where it came from; look at the result before trusting it. Files that
// are no code list are skipped and named. If two files hold the same version
// with the same bytes, the one whose path comes first counts; with different
// bytes it is a *RefusedError (PIN-006). progress, if not nil, is told the number
// of files read so far.
func LockFiles(ctx context.Context, source fs.FS, o *ReadOptions, progress func(files int)) (*Lock, []Skipped, error) {
	lock := &Lock{}
	found := map[VersionKennung]int{}
	files := 0
	skipped, err := eachList(ctx, source, o, func(name string, b []byte, l *List) error {
		p := Pin{VersionKennung: l.Kennung(), SHA256: sha256.Sum256(b), File: name}
		if i, again := found[p.VersionKennung]; !again {
			found[p.VersionKennung] = len(lock.Pins)
			lock.Pins = append(lock.Pins, p)
		} else if lock.Pins[i].SHA256 != p.SHA256 {
			return refuse(p, rulePinAmbiguous)
		}
		if files++; progress != nil {
			progress(files)
		}
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	b, err := lock.MarshalText()
	if err != nil {
		return nil, nil, err
	}
	lock, err = ParseLock(b)
	return lock, skipped, err
}

// eachList calls do for every code list in a source, ordered by path.
func eachList(ctx context.Context, source fs.FS, o *ReadOptions, do func(name string, b []byte, l *List) error) ([]Skipped, error) {
	var skipped []Skipped
	max := o.withDefaults().MaxBytes
	err := fs.WalkDir(source, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case err != nil:
			return err
		case !isListName(name):
			return nil
		}
		if regular, err := isFile(source, name, d); !regular {
			return err
		}
		b, err := readFile(source, name, max)
		if err != nil {
			return err
		}
		l, err := checkReadable(b, name, o)
		var invalid *finding.InvalidError
		switch {
		case errors.As(err, &invalid):
			skipped = append(skipped, Skipped{name, err})
			return nil
		case err != nil:
			return err
		}
		return do(name, b, l)
	})
	if err != nil {
		return nil, fmt.Errorf("codelist: reading lists: %w", err)
	}
	return skipped, nil
}

// isFile reports whether an entry is a regular file or a link to one, as mounted
// configuration is.
func isFile(source fs.FS, name string, d fs.DirEntry) (bool, error) {
	if d.Type()&fs.ModeSymlink == 0 {
		return d.Type().IsRegular(), nil
	}
	info, err := fs.Stat(source, name)
	return err == nil && info.Mode().IsRegular(), err
}

// checkReadable makes a list of bytes that nobody pinned yet, if they can be.
func checkReadable(b []byte, name string, o *ReadOptions) (*List, error) {
	p := Pin{File: name}
	if int64(len(b)) > o.withDefaults().MaxBytes {
		return nil, refuse(p, rulePinSize)
	}
	l, err := readBytes(b, o)
	if err != nil {
		return nil, err
	}
	p.VersionKennung = l.Kennung()
	if !plainText(p.Kennung, maxKennung) || !plainText(p.Version, maxVersion) {
		return nil, pinInvalid(ruleLockText.At("", 0, 0, nil))
	}
	return l, nil
}
