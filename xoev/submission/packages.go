package submission

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/bausteine/egov/xoev/finding"
)

// rejectedFolder is where rejected packages are put aside, within the tenant's
// folder. Names of packages never begin with ".".
const rejectedFolder = ".abgewiesen"

// Packages reads the packages that wait, one after the other, in the order of
// their names. Folders whose names begin with "." are passed over. A package
// that breaks the package format comes with Findings, for [Receiver.Receive] to
// reject. Links are not followed. Of a file over the limit no more than the
// limit is kept; the rest is read for the digest in the receipt only. A file
// of more than sixteen times the limit is an error and not read: such a package
// stays where it is, for a person to look at.
//
// An error stands for one package or tenant that cannot be read now; the
// iteration goes on.
func (d *Directory) Packages(ctx context.Context) iter.Seq2[Package, error] {
	return func(yield func(Package, error) bool) {
		root, err := os.OpenRoot(d.dir)
		if err != nil {
			yield(Package{}, fmt.Errorf("submission: %w", err))
			return
		}
		defer root.Close() //nolint:errcheck // read only
		tenants, err := folders(root, ".")
		if err != nil {
			yield(Package{}, err)
			return
		}
		for _, tenant := range tenants {
			ids, err := folders(root, tenant)
			if err != nil && !yield(Package{Tenant: tenant}, err) {
				return
			}
			for _, id := range ids {
				p, err := d.readPackage(ctx, root, tenant, id)
				if errors.Is(err, fs.ErrNotExist) {
					continue // another node was faster
				}
				if ctx.Err() != nil {
					p, err = Package{Tenant: tenant, ID: id}, ctx.Err()
				}
				if !yield(p, err) || ctx.Err() != nil {
					return
				}
			}
		}
	}
}

// folders lists the folders in a folder, but not links and hidden ones.
func folders(root *os.Root, name string) ([]string, error) {
	entries, err := fs.ReadDir(root.FS(), name)
	if err != nil {
		return nil, fmt.Errorf("submission: %w", err)
	}
	var names []string
	for _, e := range entries {
		if e.IsDir() && !strings.HasPrefix(e.Name(), ".") {
			names = append(names, e.Name())
		}
	}
	return names, nil
}

func (d *Directory) readPackage(ctx context.Context, root *os.Root, tenant, id string) (Package, error) {
	f, err := openFolder(root, path.Join(tenant, id))
	if err != nil {
		return Package{Tenant: tenant, ID: id}, fmt.Errorf("submission: package: %w", err)
	}
	defer f.Close() //nolint:errcheck // read only
	d.hook("opened")
	p, err := d.readFolder(ctx, f, Package{Tenant: tenant, ID: id, folder: f.info})
	if !f.stands() {
		return Package{Tenant: tenant, ID: id}, fmt.Errorf("submission: package: %w", fs.ErrNotExist)
	}
	if err != nil {
		return Package{Tenant: tenant, ID: id}, fmt.Errorf("submission: package %s/%s: %w", tenant, id, withoutPath(err))
	}
	return p, nil
}

// readFolder reads what is in a package's folder. What breaks the package
// format is a finding.
func (d *Directory) readFolder(ctx context.Context, f *folder, p Package) (Package, error) {
	entries, err := fs.ReadDir(f.FS(), ".")
	if err != nil {
		return p, err
	}
	d.hook("listed")
	var documents, signatures []string
	for _, e := range entries {
		switch {
		case !e.Type().IsRegular():
			p.Findings = []finding.Finding{ruleFiles.At("", 0, 0, nil)}
			return p, nil
		case strings.HasSuffix(e.Name(), SignatureSuffix):
			signatures = append(signatures, e.Name())
		default:
			documents = append(documents, e.Name())
		}
	}
	if len(documents) != 1 || !documentName(documents[0]) || len(signatures) > 1 ||
		len(signatures) == 1 && signatures[0] != documents[0]+SignatureSuffix {
		p.Findings = []finding.Finding{ruleFiles.At("", 0, 0, nil)}
		return p, nil
	}
	p.Name = documents[0]
	p.Document, p.digest, err = d.readFile(ctx, f.Root, p.Name, &p.Findings)
	if err == nil && len(signatures) == 1 {
		p.Signature, _, err = d.readFile(ctx, f.Root, signatures[0], &p.Findings)
	}
	return p, err
}

// readFile reads a file of the package and returns the digest of the whole of
// it. A file that is empty or too big is a finding.
func (d *Directory) readFile(ctx context.Context, root *os.Root, name string, found *[]finding.Finding) ([]byte, string, error) {
	f, err := root.Open(name)
	if err != nil {
		return nil, "", err
	}
	defer f.Close() //nolint:errcheck // read only
	info, err := f.Stat()
	switch {
	case err != nil:
		return nil, "", err
	case !info.Mode().IsRegular(): // replaced since the folder was listed
		return nil, "", errors.New("not a file")
	case info.Size()/giant > d.opt.MaxBytes:
		return nil, "", fmt.Errorf("a file of %d bytes is not read", info.Size())
	}
	h := sha256.New()
	whole := io.TeeReader(&contextReader{ctx, f}, h)
	b, err := io.ReadAll(io.LimitReader(whole, d.opt.MaxBytes+1))
	if err != nil {
		return nil, "", err
	}
	if len(b) == 0 || int64(len(b)) > d.opt.MaxBytes {
		*found = []finding.Finding{sizeFinding(d.opt.MaxBytes)}
		if _, err := io.Copy(io.Discard, whole); err != nil {
			return nil, "", err
		}
	}
	return b, hex.EncodeToString(h.Sum(nil)), nil
}

// giant times the limit is what is never read.
const giant = 16

// contextReader stops reading when its context ends.
type contextReader struct {
	ctx context.Context
	r   io.Reader
}

func (r *contextReader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.r.Read(p)
}

func sizeFinding(limit int64) finding.Finding {
	return ruleSize.At("", 0, 0, map[string]string{"max": strconv.FormatInt(limit, 10)})
}

// Done takes a judged package away: an accepted one is deleted, a rejected one
// is put aside in <dir>/<tenant>/.abgewiesen/, where a person can look at it
// and the caller decides how long it is kept. It must not be called before the
// receipt is stored. A package that is not the judged one any more, because
// another node took that away and the id was used again, stays.
func (d *Directory) Done(p Package, v finding.Verdict) error {
	if !plainFolder(p.Tenant) || !plainFolder(p.ID) || v == finding.Undetermined {
		return fmt.Errorf("%w: package not judged", ErrInvalidMessage)
	}
	tenant := filepath.Join(d.dir, p.Tenant)
	away, err := d.take(p, v, tenant)
	if away == "" || err != nil {
		return err
	}
	d.hook("away")
	if strings.HasPrefix(filepath.Base(away), tempPrefix) {
		err = os.RemoveAll(away)
	} else {
		err = syncDir(filepath.Dir(away))
	}
	if err == nil {
		err = syncDir(tenant)
	}
	if err != nil {
		return fmt.Errorf("submission: taking a package away: %w", err)
	}
	return nil
}

// take renames the folder of a judged package and returns its new path; "" if
// another node was faster. A folder that came in its place between the look at
// it and the renaming goes back.
func (d *Directory) take(p Package, v finding.Verdict, tenant string) (away string, err error) {
	defer func() {
		if errors.Is(err, fs.ErrNotExist) {
			away, err = "", nil
		}
		if err != nil {
			away, err = "", fmt.Errorf("submission: taking a package away: %w", withoutPath(err))
		}
	}()
	root, err := os.OpenRoot(tenant)
	if err != nil {
		return "", err
	}
	defer root.Close() //nolint:errcheck // read only
	f, err := openFolder(root, p.ID)
	if err != nil {
		return "", err
	}
	defer f.Close() //nolint:errcheck // read only
	if judged, err := f.isJudged(p); err != nil || !judged {
		return "", err
	}
	if away, err = d.awayPath(p, v, tenant); err != nil {
		return "", err
	}
	at := filepath.Join(tenant, p.ID)
	d.hook("judged")
	if err := os.Rename(at, away); err != nil {
		return "", err
	}
	if f.isAnother(p, away) {
		return "", os.Rename(away, at)
	}
	return away, nil
}

// awayPath is where a judged package's folder goes: a temporary name if it is
// to be deleted.
func (d *Directory) awayPath(p Package, v finding.Verdict, tenant string) (string, error) {
	if v == finding.Rejected {
		aside := filepath.Join(tenant, rejectedFolder)
		if err := d.opt.makeDir(aside, tenant); err != nil {
			return "", err
		}
		target := filepath.Join(aside, asideName(p))
		if _, err := os.Lstat(target); err != nil {
			return target, nil
		} // else it lies there already
	}
	return filepath.Join(tenant, tempPrefix+rand.Text()), nil
}

// asideName is the name of a rejected package's folder. Somebody may have used
// up the length of a name (255 bytes) with the id.
func asideName(p Package) string {
	digest := packageDigest(p)
	if len(p.Findings) > 0 && p.folder != nil {
		// Not all of it was read: what lies there may be another one.
		digest = hashParts("broken", []byte(digest), []byte(p.folder.ModTime().UTC().Format(time.RFC3339Nano)))
	}
	return strings.ToValidUTF8(p.ID[:min(len(p.ID), 200)], "") + "." + digest[:16]
}

// plainFolder is looser than plainName: a folder that was found here, whatever
// somebody called it.
func plainFolder(s string) bool {
	return s != "" && !strings.HasPrefix(s, ".") && filepath.IsLocal(s) && filepath.Base(s) == s
}

// ReceiveDirectory judges the packages that wait in from, writes their receipts
// to, and takes the packages away. It returns how many were judged. A package
// that cannot be judged now stays and does not stop the others; the returned
// error joins their errors. It may be interrupted anywhere and be called from
// several nodes at once. Every [Kind] needs a Take.
func (r *Receiver) ReceiveDirectory(ctx context.Context, from *Directory, to *ReceiptDirectory) (int, error) {
	for _, k := range r.kinds {
		if k.Take == nil {
			return 0, fmt.Errorf("submission: kind %s has no Take: what it accepts would be lost", k.Name)
		}
	}
	n := 0
	var failures []error
	for p, err := range from.Packages(ctx) {
		if err == nil {
			err = r.receiveFrom(ctx, from, to, p)
		}
		if err != nil {
			failures = append(failures, err)
			continue
		}
		n++
	}
	return n, errors.Join(failures...)
}

func (r *Receiver) receiveFrom(ctx context.Context, from *Directory, to *ReceiptDirectory, p Package) error {
	result, err := r.Receive(ctx, p)
	if err != nil {
		return err
	}
	if result.Receipt != nil {
		if err := to.Write(result.Receipt, result.ReceiptXML); err != nil {
			return err
		}
	}
	r.hook("receipt")
	return from.Done(p, result.Verdict)
}
