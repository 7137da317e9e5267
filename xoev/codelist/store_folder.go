package codelist

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/bausteine/egov/xoev/finding"
)

// folder is a folder of lists that is written to.
type folder struct {
	path string
	// crash, set by tests, is asked at each step whether the process dies here.
	crash func(step string) error
}

func (f *folder) at(step string) error {
	if f.crash == nil {
		return nil
	}
	return f.crash(step)
}

// lock reads the lock file; a folder without one pins nothing.
func (f *folder) lock() (*Lock, error) {
	b, err := os.ReadFile(filepath.Join(f.path, LockName))
	if errors.Is(err, fs.ErrNotExist) {
		return &Lock{}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("codelist: reading the lock file: %w", err)
	}
	l, err := ParseLock(b)
	if err != nil {
		return nil, fmt.Errorf("codelist: %s: %w", LockName, err)
	}
	return l, nil
}

// file returns the path of a file that a lock names. Names that the system takes
// for something else ("CON", "C:a.xml" on Windows) are an error.
func (f *folder) file(name string) (string, error) {
	local, err := filepath.Localize(name)
	if err != nil {
		return "", fmt.Errorf("%q: %w", name, err)
	}
	return filepath.Join(f.path, local), nil
}

// has reports whether the file of a pin is there and has the pinned bytes.
func (f *folder) has(p Pin) bool {
	path, err := f.file(p.File)
	if err != nil {
		return false
	}
	b, err := os.ReadFile(path)
	return err == nil && sha256.Sum256(b) == p.SHA256
}

// write writes a file under its name, so that after a crash it is there with
// all its bytes, or as it was before.
func (f *folder) write(name string, b []byte) (err error) {
	target, err := f.file(name)
	if err != nil {
		return fmt.Errorf("codelist: writing: %w", err)
	}
	if err := makeFolder(filepath.Dir(target)); err != nil {
		return fmt.Errorf("codelist: writing: %w", err)
	}
	temp, err := os.CreateTemp(filepath.Dir(target), ".codelist-*.tmp")
	if err != nil {
		return fmt.Errorf("codelist: writing: %w", err)
	}
	defer func() {
		if err != nil {
			temp.Close()
			os.Remove(temp.Name())
			err = fmt.Errorf("codelist: writing: %w", err)
		}
	}()
	if err := f.at("before writing " + name); err != nil {
		return err
	}
	if _, err := temp.Write(b); err != nil {
		return err
	}
	if err := temp.Chmod(0o644); err != nil {
		return err
	}
	if err := temp.Sync(); err != nil {
		return err
	}
	if err := temp.Close(); err != nil {
		return err
	}
	if err := f.at("before naming " + name); err != nil {
		return err
	}
	if err := os.Rename(temp.Name(), target); err != nil {
		return err
	}
	if err := f.at("after naming " + name); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(target))
}

func makeFolder(path string) error {
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.MkdirAll(path, 0o777); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

// syncFolder makes a new name durable. Windows cannot sync folders, and need
// not.
func syncFolder(path string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	err = d.Sync()
	return errors.Join(err, d.Close())
}

// fileName makes a name that is a file name everywhere, tells people which list
// it is, and differs for other content.
func fileName(p Pin) string {
	name := plainName(p.Kennung, 100, false) + "_" + plainName(p.Version, 40, true)
	return fmt.Sprintf("%s.%x.xml", name, p.SHA256[:8])
}

func plainName(s string, max int, dots bool) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9', r == '-', r == '_', r == '.' && dots:
			return r
		}
		return '-'
	}, s)
	return s[:min(len(s), max)]
}

func findingsOf(err error) []finding.Finding {
	var invalid *finding.InvalidError
	if errors.As(err, &invalid) {
		return invalid.Findings
	}
	return nil
}
