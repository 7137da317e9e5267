package submission

import (
	"bytes"
	"io"
	"io/fs"
	"os"
)

// folder is the open folder of a package. What is in it may vanish at any time:
// the node that takes the package away renames the folder and then removes its
// files. So what was read is a whole package only if the folder stands in its
// place afterwards.
type folder struct {
	*os.Root
	info  fs.FileInfo
	place func() (fs.FileInfo, error)
}

// openFolder opens the folder name below root.
func openFolder(root *os.Root, name string) (*folder, error) {
	f := &folder{place: func() (fs.FileInfo, error) { return root.Lstat(name) }}
	var err error
	if f.Root, err = root.OpenRoot(name); err != nil {
		return nil, err
	}
	if f.info, err = f.Stat("."); err != nil {
		_ = f.Close() // read only
		return nil, err
	}
	return f, nil
}

// stands reports whether the folder is in its place, and so has not been taken
// away. As long as it is open, no later folder can be mistaken for it.
func (f *folder) stands() bool {
	now, err := f.place()
	return err == nil && os.SameFile(f.info, now)
}

// holds reports whether the folder holds these files and nothing else.
func (f *folder) holds(files map[string][]byte) (bool, error) {
	entries, err := fs.ReadDir(f.FS(), ".")
	if err != nil || len(entries) != len(files) {
		return false, err
	}
	for _, e := range entries {
		content, known := files[e.Name()]
		if !known || !e.Type().IsRegular() {
			return false, nil
		}
		if same, err := f.fileIs(e.Name(), content); err != nil || !same {
			return false, err
		}
	}
	return true, nil
}

// isJudged reports whether this is the folder that was judged, with nothing
// changed in it.
func (f *folder) isJudged(p Package) (bool, error) {
	switch {
	case p.folder == nil: // it was not read from here
		return true, nil
	case !os.SameFile(f.info, p.folder) || !f.info.ModTime().Equal(p.folder.ModTime()):
		return false, nil
	case len(p.Findings) > 0:
		return true, nil
	}
	return f.holds(p.files())
}

// isAnother reports whether what was renamed to this path is not the open
// folder, or was sent again since that was opened. A folder that is being
// removed already has changed too, but is not whole.
func (f *folder) isAnother(p Package, path string) bool {
	now, err := os.Lstat(path)
	if err != nil || !os.SameFile(now, f.info) {
		return err == nil
	}
	if now.ModTime().Equal(f.info.ModTime()) {
		return false
	}
	whole, err := f.holds(p.files())
	return err == nil && whole
}

// fileIs reports whether a file has this content.
func (f *folder) fileIs(name string, content []byte) (bool, error) {
	file, err := f.Open(name)
	if err != nil {
		return false, err
	}
	defer file.Close() //nolint:errcheck // read only
	got, err := io.ReadAll(io.LimitReader(file, int64(len(content))+1))
	return bytes.Equal(got, content), err
}
