package submission

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// tempPrefix begins the names of folders and files that are being written.
// Plain names never begin with ".".
const tempPrefix = ".tmp-"

// Directory is a folder through which packages pass: a [Sender] for the one
// side, and the place where the other side finds them ([Directory.Packages]).
// A package is the folder
//
//	<dir>/<tenant>/<id>/
//
// with the document under its name and, if there is one, the detached signature
// under that name and [SignatureSuffix]; nothing else. It appears at once and
// complete: it is written under a temporary name beginning with ".tmp-", synced
// and renamed. On Windows only the files are synced, not the folders.
//
// A Directory is safe for concurrent use, also by several processes.
type Directory struct {
	dir  string
	opt  DirectoryOptions
	hook func(step string) // for crash tests; never nil
}

// DirectoryOptions are the settings of a [Directory] or [ReceiptDirectory]; nil
// and the zero value are safe.
type DirectoryOptions struct {
	// MaxBytes limits each file that is read; 0 means [DefaultMaxBytes].
	MaxBytes int64
	// AllowGroup lets the folder's group read and change what is written (modes
	// 0770 and 0660), for a receiver that runs under another account. Otherwise
	// only the writing account can (0700 and 0600): the files hold personal data.
	// It has no meaning on Windows.
	AllowGroup bool
}

// NewDirectory uses an existing folder.
func NewDirectory(dir string, options *DirectoryOptions) (*Directory, error) {
	if err := existingDir(dir); err != nil {
		return nil, err
	}
	return &Directory{dir: dir, opt: options.withDefaults(), hook: func(string) {}}, nil
}

func (o *DirectoryOptions) withDefaults() DirectoryOptions {
	var opt DirectoryOptions
	if o != nil {
		opt = *o
	}
	if opt.MaxBytes <= 0 {
		opt.MaxBytes = DefaultMaxBytes
	}
	return opt
}

func existingDir(dir string) error {
	info, err := os.Stat(dir)
	if err != nil {
		return fmt.Errorf("submission: %w", err)
	}
	if !info.IsDir() {
		return errors.New("submission: not a folder")
	}
	return nil
}

// Send writes the package. If it is there already with the same bytes, that is
// success, and it is judged once more; with other bytes it is a [*RefusedError]
// wrapping [ErrConflict], and nothing is changed.
func (d *Directory) Send(ctx context.Context, m Message) (Delivery, error) {
	if err := m.check(math.MaxInt64); err != nil {
		return Delivery{}, &RefusedError{Reason: "cannot be a package", Err: err}
	}
	tenant := filepath.Join(d.dir, m.Tenant)
	if err := d.opt.makeDir(tenant, d.dir); err != nil {
		return Delivery{}, fmt.Errorf("submission: tenant's folder: %w", err)
	}
	err := d.compare(m)
	if errors.Is(err, fs.ErrNotExist) {
		err = d.write(ctx, tenant, m)
	}
	if err == nil {
		// A repetition syncs too: the first attempt may have died before it did.
		err = syncDir(tenant)
	}
	if errors.Is(err, ErrConflict) {
		return Delivery{}, &RefusedError{Reason: "a package with this id is there", Err: ErrConflict}
	}
	if err != nil {
		return Delivery{}, fmt.Errorf("submission: package: %w", withoutPath(err))
	}
	d.hook("synced")
	return Delivery{RemoteID: m.Tenant + "/" + m.ID}, nil
}

// write makes the package under a temporary name and renames it.
func (d *Directory) write(ctx context.Context, tenant string, m Message) (err error) {
	temp := filepath.Join(tenant, tempPrefix+rand.Text())
	if err := d.opt.makeDir(temp, ""); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(temp))
		}
	}()
	d.hook("temp")
	for name, content := range packageFiles(m) {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := d.opt.writeSynced(filepath.Join(temp, name), content); err != nil {
			return err
		}
		d.hook("file")
	}
	if err := syncDir(temp); err != nil {
		return err
	}
	err = os.Rename(temp, filepath.Join(tenant, m.ID))
	d.hook("renamed")
	if err == nil {
		return nil
	}
	// Another node may have been faster.
	if seen := d.compare(m); !errors.Is(seen, fs.ErrNotExist) {
		if seen == nil {
			return os.RemoveAll(temp)
		}
		return seen
	}
	return err
}

// withoutPath leaves out the path of a failed operation on a file, whose last
// part is a file name from outside and may name a person.
func withoutPath(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return fmt.Errorf("%s: %w", path.Op, path.Err)
	}
	return err
}

func packageFiles(m Message) map[string][]byte {
	files := map[string][]byte{m.Name: m.Document}
	if len(m.Signature) > 0 {
		files[m.Name+SignatureSuffix] = m.Signature
	}
	return files
}

// compare returns nil if the package is there with these bytes and now counts as
// sent again, fs.ErrNotExist if it is not there, ErrConflict if it is another
// one.
func (d *Directory) compare(m Message) error {
	tenant, err := os.OpenRoot(filepath.Join(d.dir, m.Tenant))
	if err != nil {
		return err
	}
	defer tenant.Close() //nolint:errcheck // read only
	info, err := tenant.Lstat(m.ID)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return ErrConflict
	}
	f, err := openFolder(tenant, m.ID)
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // read only
	d.hook("opened")
	same, err := f.holds(packageFiles(m))
	switch {
	case err != nil:
		return err
	case same:
		return sentAgain(filepath.Join(d.dir, m.Tenant, m.ID))
	case !f.stands(): // a node took it away meanwhile
		return fs.ErrNotExist
	}
	return ErrConflict
}

// sentAgain changes the folder's time, so that a node which has judged the
// package and is about to take it away ([Directory.Done]) leaves it: the
// sender may have that judgement already and wait for another one.
func sentAgain(path string) error {
	err := os.Chtimes(path, time.Time{}, time.Now())
	if errors.Is(err, fs.ErrPermission) { // it is another account's
		return nil
	}
	return err
}

// RemoveStale removes what crashed processes left behind: temporary folders
// that were last changed before the time. Give it a time well before the longest
// Send, for example a day ago.
func (d *Directory) RemoveStale(before time.Time) (int, error) { return removeAllStale(d.dir, before) }

// removeAllStale looks into every tenant's folder.
func removeAllStale(dir string, before time.Time) (int, error) {
	tenants, err := os.ReadDir(dir)
	if err != nil {
		return 0, fmt.Errorf("submission: %w", err)
	}
	n := 0
	for _, tenant := range tenants {
		if !tenant.IsDir() || strings.HasPrefix(tenant.Name(), ".") {
			continue
		}
		removed, err := removeStale(filepath.Join(dir, tenant.Name()), before)
		n += removed
		if err != nil {
			return n, err
		}
	}
	return n, nil
}

func removeStale(dir string, before time.Time) (int, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return 0, fmt.Errorf("submission: %w", err)
	}
	n := 0
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), tempPrefix) {
			continue
		}
		info, err := e.Info()
		if err != nil || !info.ModTime().Before(before) {
			continue // gone meanwhile, or in use
		}
		if err := os.RemoveAll(filepath.Join(dir, e.Name())); err != nil {
			return n, fmt.Errorf("submission: %w", err)
		}
		n++
	}
	return n, nil
}

// makeDir makes a folder, unless it is there, and makes its name durable in
// the parent if one is given.
func (o DirectoryOptions) makeDir(path, parent string) error {
	err := os.Mkdir(path, 0o700)
	if errors.Is(err, fs.ErrExist) {
		err = nil
	}
	if err == nil && o.AllowGroup {
		err = openToGroup(path)
	}
	if err != nil || parent == "" {
		return err
	}
	return syncDir(parent)
}

// openToGroup opens a folder that has the mode that makeDir gave it: now, or in
// a process that died before it could. A folder of another account stays.
func openToGroup(path string) error {
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o700 {
		return err
	}
	if err := os.Chmod(path, 0o770); !errors.Is(err, fs.ErrPermission) {
		return err
	}
	return nil
}

// writeSynced writes a new file and waits until it is on the disk.
func (o DirectoryOptions) writeSynced(path string, content []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	if o.AllowGroup {
		err = f.Chmod(0o660)
	}
	if err == nil {
		_, err = f.Write(content)
	}
	if err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	return err
}
