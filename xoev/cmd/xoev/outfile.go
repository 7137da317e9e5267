package main

import (
	"io"
	"os"
	"path/filepath"
	"runtime"
)

// writeFile writes a file so that it appears complete or not at all, and stays
// after a crash. What stood there before is replaced. It returns its length.
func writeFile(path string, mode os.FileMode, write func(io.Writer) error) (size int64, err error) {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return 0, errNoFile // a folder, a device: replacing it would destroy it
	}
	dir := filepath.Dir(path)
	f, err := os.CreateTemp(dir, "."+filepath.Base(path)+".*")
	if err != nil {
		return 0, err
	}
	defer func() {
		if err != nil {
			_ = f.Close()
			_ = os.Remove(f.Name())
		}
	}()
	if err = write(f); err != nil {
		return 0, err
	}
	if size, err = f.Seek(0, io.SeekCurrent); err != nil {
		return 0, err
	}
	if err = f.Chmod(mode); err != nil {
		return 0, err
	}
	if err = f.Sync(); err != nil {
		return 0, err
	}
	if err = f.Close(); err != nil {
		return 0, err
	}
	if err = os.Rename(f.Name(), path); err != nil {
		return 0, err
	}
	return size, syncDir(dir)
}

// content is what writeFile writes if it is in memory.
func content(b []byte) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := w.Write(b)
		return err
	}
}

// syncDir makes a rename durable where the system can sync a folder.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" { // cannot sync folders
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

func sameFile(a, b string) bool {
	infoA, errA := os.Stat(a)
	infoB, errB := os.Stat(b)
	return errA == nil && errB == nil && os.SameFile(infoA, infoB)
}

// overwrites says which of the inputs --out would replace: an archive too, if
// the input is a file in it.
func (c *command) overwrites(out string, inputs ...string) string {
	if out == "" || out == "-" {
		return ""
	}
	for _, in := range inputs {
		archive, _, _ := splitEntry(in)
		if sameFile(in, out) || archive != "" && sameFile(archive, out) {
			return c.t("--out would overwrite an input", "--out würde eine Eingabe überschreiben")
		}
	}
	return ""
}
