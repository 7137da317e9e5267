package submission

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"
)

// ReceiptDirectory is a folder through which receipts go back, usually named
// "quittungen" beside that of the packages. A receipt is the file
//
//	<dir>/<tenant>/<id>.<the first 16 digits of the digest>.<angenommen or abgewiesen>.xml
//
// It appears at once and complete, like a package, and a rejection never takes
// the place of an acceptance. A ReceiptDirectory is safe
// for concurrent use, also by several processes.
type ReceiptDirectory struct {
	dir string
	opt DirectoryOptions
}

// NewReceiptDirectory uses an existing folder. MaxBytes has no meaning:
// receipts have at most 1 MiB.
func NewReceiptDirectory(dir string, options *DirectoryOptions) (*ReceiptDirectory, error) {
	if err := existingDir(dir); err != nil {
		return nil, err
	}
	return &ReceiptDirectory{dir: dir, opt: options.withDefaults()}, nil
}

// Write stores a receipt's file ([Result].ReceiptXML) under the receipt's name.
// A file that is there is replaced: an acceptance by the same bytes, a rejection
// by a later one.
func (d *ReceiptDirectory) Write(r *Receipt, xml []byte) error {
	if f := r.check(); f != "" {
		return fmt.Errorf("%w: receipt: %s", ErrInvalidMessage, f)
	}
	tenant := filepath.Join(d.dir, r.Tenant)
	if err := d.opt.makeDir(tenant, d.dir); err != nil {
		return fmt.Errorf("submission: receipt: %w", err)
	}
	temp := filepath.Join(tenant, tempPrefix+rand.Text())
	err := d.opt.writeSynced(temp, xml)
	if err == nil {
		err = os.Rename(temp, filepath.Join(tenant, r.ID+"."+r.Digest[:16]+"."+verdictWords[r.Verdict]+".xml"))
	}
	if err != nil {
		return fmt.Errorf("submission: receipt: %w", errors.Join(err, os.RemoveAll(temp)))
	}
	if err := syncDir(tenant); err != nil {
		return fmt.Errorf("submission: receipt: %w", err)
	}
	return nil
}

// Receipts implements [ReceiptSource]. Keys are paths below the folder, with
// slashes.
func (d *ReceiptDirectory) Receipts(ctx context.Context) iter.Seq2[ReceiptFile, error] {
	return func(yield func(ReceiptFile, error) bool) {
		root, err := os.OpenRoot(d.dir)
		if err != nil {
			yield(ReceiptFile{}, err)
			return
		}
		defer root.Close() //nolint:errcheck // read only
		tenants, err := folders(root, ".")
		if err != nil {
			yield(ReceiptFile{}, err)
			return
		}
		for _, tenant := range tenants {
			entries, err := fs.ReadDir(root.FS(), tenant)
			if err != nil && !yield(ReceiptFile{Key: tenant}, err) {
				return
			}
			for _, e := range entries {
				if !e.Type().IsRegular() || strings.HasPrefix(e.Name(), ".") || !strings.HasSuffix(e.Name(), ".xml") {
					continue
				}
				file := ReceiptFile{Key: path.Join(tenant, e.Name())}
				err := ctx.Err()
				if err == nil {
					file.XML, err = readReceiptFile(root, file.Key)
				}
				if errors.Is(err, fs.ErrNotExist) {
					continue // another node was faster
				}
				if !yield(file, err) || ctx.Err() != nil {
					return
				}
			}
		}
	}
}

func readReceiptFile(root *os.Root, name string) ([]byte, error) {
	f, err := root.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // read only
	// One byte over the limit is enough for ParseReceipt to refuse it.
	return io.ReadAll(io.LimitReader(f, maxReceiptBytes+1))
}

// Done implements [ReceiptSource]: it removes the receipt's file.
func (d *ReceiptDirectory) Done(_ context.Context, key string) error {
	at, err := d.path(key)
	if err != nil {
		return err
	}
	err = os.Remove(at)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("submission: receipt: %w", err)
	}
	return nil
}

// path is where the receipt with this key lies.
func (d *ReceiptDirectory) path(key string) (string, error) {
	tenant, name := path.Split(key)
	if !plainFolder(strings.TrimSuffix(tenant, "/")) || !plainFolder(name) {
		return "", fmt.Errorf("%w: not the key of a receipt", ErrInvalidMessage)
	}
	return filepath.Join(d.dir, filepath.FromSlash(key)), nil
}

// doneWith is Done for a receipt as it was given. One that has taken its place
// since stays: nobody has read it yet.
func (d *ReceiptDirectory) doneWith(file ReceiptFile) error {
	at, err := d.path(file.Key)
	if err != nil {
		return err
	}
	away := filepath.Join(filepath.Dir(at), tempPrefix+rand.Text())
	var now []byte
	if err = os.Rename(at, away); err == nil {
		now, err = os.ReadFile(away)
	}
	switch {
	case err != nil:
	case bytes.Equal(now, file.XML):
		err = os.Remove(away)
	default:
		err = os.Rename(away, at)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) { // else another node was faster
		return fmt.Errorf("submission: receipt: %w", err)
	}
	return nil
}

// RemoveStale removes temporary files of crashed processes, as
// [Directory.RemoveStale] does.
func (d *ReceiptDirectory) RemoveStale(before time.Time) (int, error) {
	return removeAllStale(d.dir, before)
}
