package submission_test

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/submission"
)

// onePackage reads the only package that waits.
func onePackage(t *testing.T, d *submission.Directory) submission.Package {
	t.Helper()
	var all []submission.Package
	for p, err := range d.Packages(t.Context()) {
		require.NoError(t, err)
		all = append(all, p)
	}
	require.Len(t, all, 1)
	return all[0]
}

// TestDoneLeavesAnotherPackage: two nodes judge a package, the faster one takes
// it away, and the id is used again before the slower one has finished.
func TestDoneLeavesAnotherPackage(t *testing.T) {
	for _, tt := range []struct {
		name   string
		faster finding.Verdict
		slower finding.Verdict
	}{
		{"accepted twice", finding.Accepted, finding.Accepted},
		{"rejected twice", finding.Rejected, finding.Rejected},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d, dir := newDirectory(t)
			_, err := d.Send(t.Context(), message("a-1"))
			require.NoError(t, err)
			judged := onePackage(t, d)
			require.NoError(t, d.Done(judged, tt.faster))

			anew := message("a-1")
			anew.Document = []byte("<other/>")
			_, err = d.Send(t.Context(), anew)
			require.NoError(t, err)
			require.NoError(t, d.Done(judged, tt.slower))
			got := files(t, dir)
			for name, content := range packageOf(anew) {
				require.Equal(t, content, got[name], "nobody has judged it yet")
			}
			require.NoError(t, d.Done(onePackage(t, d), finding.Accepted))
			_, err = os.Stat(filepath.Join(dir, tenant, "a-1"))
			require.ErrorIs(t, err, os.ErrNotExist)
		})
	}
}

// TestPackageThatGrewIsJudgedAgain: what was added after the package was read
// has not been judged.
func TestPackageThatGrewIsJudgedAgain(t *testing.T) {
	d, dir := newDirectory(t)
	_, err := d.Send(t.Context(), message("a-1"))
	require.NoError(t, err)
	p := onePackage(t, d)
	put(t, filepath.Join(dir, tenant, "a-1"), "zweites.xml", "x")
	require.NoError(t, d.Done(p, finding.Accepted))
	again := onePackage(t, d)
	require.Equal(t, "SUB-002", again.Findings[0].Code)
}

// TestGiantFileIsNotRead: a file can be announced with any size for nothing
// (sparse), and hashing it would stop the receiver for hours.
func TestGiantFileIsNotRead(t *testing.T) {
	both(t, func(t *testing.T, on kind) {
		l := newLine(t, on, nil, nil)
		dir := filepath.Join(l.dir, "einreichungen", tenant, "a-1")
		require.NoError(t, os.MkdirAll(dir, 0o700))
		put(t, dir, "a.xml", "x")
		require.NoError(t, os.Truncate(filepath.Join(dir, "a.xml"), 1<<40))
		l.submitGoodOne()
		n, err := l.ReceiveDirectory(t.Context(), l.packages, l.receipts)
		require.Error(t, err)
		require.Equal(t, 1, n)
		require.Len(t, l.taken, 1, "the other package is received")
		_, err = os.Stat(dir)
		require.NoError(t, err, "it stays for a person to look at")
	})
}

// TestReadingStopsWithItsContext hashes the rest of a big file no longer than
// the caller waits.
func TestReadingStopsWithItsContext(t *testing.T) {
	dir := t.TempDir()
	d, err := submission.NewDirectory(dir, &submission.DirectoryOptions{MaxBytes: 1000})
	require.NoError(t, err)
	require.NoError(t, os.MkdirAll(filepath.Join(dir, tenant, "a-1"), 0o700))
	put(t, filepath.Join(dir, tenant, "a-1"), "a.xml", strings.Repeat("x", 10_000))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for p, err := range d.Packages(ctx) {
		require.ErrorIs(t, err, context.Canceled)
		require.Empty(t, p.Document)
	}
}

// TestLongestFolderName can be put aside although a digest is added to it.
func TestLongestFolderName(t *testing.T) {
	both(t, func(t *testing.T, on kind) {
		l := newLine(t, on, nil, nil)
		dir := filepath.Join(l.dir, "einreichungen", tenant, "x"+strings.Repeat("ü", 127))
		require.NoError(t, os.MkdirAll(dir, 0o700))
		put(t, dir, "a.xml", "x")
		for _, want := range []int{1, 0} {
			n, err := l.ReceiveDirectory(t.Context(), l.packages, l.receipts)
			require.NoError(t, err)
			require.Equal(t, want, n)
		}
	})
}

// TestErrorsHoldNoFileName: who submits chooses the document's name, and may put
// a person's into it.
func TestErrorsHoldNoFileName(t *testing.T) {
	both(t, func(t *testing.T, on kind) {
		d, dir := newDirectory(t)
		m := message("a-1")
		m.Name = "Mustermann.xml"
		d.SetHook(func(step string) {
			if step == "temp" {
				temps, err := filepath.Glob(filepath.Join(dir, tenant, ".tmp-*"))
				require.NoError(t, err)
				require.Len(t, temps, 1)
				require.NoError(t, os.Remove(temps[0]))
			}
		})
		_, err := d.Send(t.Context(), m)
		require.ErrorIs(t, err, os.ErrNotExist)
		require.NotContains(t, err.Error(), "Mustermann")

		l := newLine(t, on, nil, nil)
		folder := filepath.Join(l.dir, "einreichungen", tenant, "a-1")
		require.NoError(t, os.MkdirAll(folder, 0o700))
		put(t, folder, m.Name, "x")
		require.NoError(t, os.Truncate(filepath.Join(folder, m.Name), 1<<40))
		_, err = l.ReceiveDirectory(t.Context(), l.packages, l.receipts)
		require.Error(t, err)
		require.NotContains(t, err.Error(), "Mustermann")
		require.Contains(t, err.Error(), tenant+"/a-1", "but it says which package")
	})
}

// TestGroupOfAHalfMadeFolder: a process that dies between making a tenant's
// folder and opening it to the group must not lock the receiver out for good.
func TestGroupOfAHalfMadeFolder(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no modes")
	}
	dir := t.TempDir()
	d, err := submission.NewDirectory(dir, &submission.DirectoryOptions{AllowGroup: true})
	require.NoError(t, err)
	at := filepath.Join(dir, tenant)
	for _, tt := range []struct{ before, after os.FileMode }{{0o700, 0o770}, {0o750, 0o750}} {
		require.NoError(t, os.RemoveAll(at))
		require.NoError(t, os.Mkdir(at, tt.before))
		_, err = d.Send(t.Context(), message("a-1"))
		require.NoError(t, err)
		info, err := os.Stat(at)
		require.NoError(t, err)
		require.Equal(t, tt.after, info.Mode().Perm(), "what an administrator chose stays")
	}
}

// TestTakenAwayWhileItIsRead: another node removes the package between any two
// steps of reading it. What is left of it then is no package that breaks the
// format, and none without a signature.
func TestTakenAwayWhileItIsRead(t *testing.T) {
	vanish := map[string]func(t *testing.T, at string){
		"whole":         func(*testing.T, string) {},
		"signature":     func(t *testing.T, at string) { remove(t, at, "antrag.xml"+submission.SignatureSuffix) },
		"document":      func(t *testing.T, at string) { remove(t, at, "antrag.xml") },
		"all its files": func(t *testing.T, at string) { require.NoError(t, os.RemoveAll(at)) },
	}
	for name, after := range vanish {
		for _, at := range []string{"opened", "listed"} {
			t.Run(name+" when "+at, func(t *testing.T) {
				d, dir := newDirectory(t)
				_, err := d.Send(t.Context(), message("a-1"))
				require.NoError(t, err)
				seen := false
				d.SetHook(func(step string) {
					if step != at || seen {
						return
					}
					seen = true
					away := filepath.Join(dir, tenant, ".tmp-away")
					require.NoError(t, os.Rename(filepath.Join(dir, tenant, "a-1"), away))
					after(t, away)
				})
				for p, err := range d.Packages(t.Context()) {
					require.Fail(t, "nothing waits here any more", "%v %v", p, err)
				}
				require.True(t, seen)
			})
		}
	}
}

// TestTakenAwayWhileItIsSentAgain: the repetition of a package that is being
// taken away is no conflict.
func TestTakenAwayWhileItIsSentAgain(t *testing.T) {
	d, dir := newDirectory(t)
	_, err := d.Send(t.Context(), message("a-1"))
	require.NoError(t, err)
	first := true
	d.SetHook(func(step string) {
		if step == "opened" && first {
			first = false
			away := filepath.Join(dir, tenant, ".tmp-away")
			require.NoError(t, os.Rename(filepath.Join(dir, tenant, "a-1"), away))
			remove(t, away, "antrag.xml")
		}
	})
	_, err = d.Send(t.Context(), message("a-1"))
	require.NoError(t, err)
	require.False(t, first)
	onePackage(t, d)
}

func remove(t *testing.T, dir, name string) {
	t.Helper()
	require.NoError(t, os.Remove(filepath.Join(dir, name)))
}

// TestDoneTakesNoOtherPackageAway: between the slower node's look at the package
// and its taking it away, the faster one has taken it, and the id is used again.
func TestDoneTakesNoOtherPackageAway(t *testing.T) {
	for _, v := range []finding.Verdict{finding.Accepted, finding.Rejected} {
		t.Run(v.String(), func(t *testing.T) {
			d, dir := newDirectory(t)
			_, err := d.Send(t.Context(), message("a-1"))
			require.NoError(t, err)
			judged := onePackage(t, d)
			faster, err := submission.NewDirectory(dir, nil)
			require.NoError(t, err)
			anew := message("a-1")
			anew.Document = []byte("<other/>")
			d.SetHook(func(step string) {
				if step == "judged" {
					require.NoError(t, faster.Done(judged, finding.Accepted))
					_, err := faster.Send(t.Context(), anew)
					require.NoError(t, err)
				}
			})
			require.NoError(t, d.Done(judged, v))
			require.Equal(t, packageOf(anew), files(t, dir), "nobody has judged it yet")
		})
	}
}

// TestEveryBrokenPackageIsPutAside: what does not fit the format is not read,
// so nothing says that the one that lies there is the same.
func TestEveryBrokenPackageIsPutAside(t *testing.T) {
	for name, broken := range map[string][2]map[string]string{
		"two documents":      {{"a.xml": "1", "b.xml": "1"}, {"a.xml": "2", "b.xml": "2"}},
		"too big a document": {{"a.xml": strings.Repeat("x", 2000) + "1"}, {"a.xml": strings.Repeat("x", 2000) + "2"}},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			d, err := submission.NewDirectory(dir, &submission.DirectoryOptions{MaxBytes: 1000})
			require.NoError(t, err)
			want := []string{}
			for _, package1 := range broken {
				at := filepath.Join(dir, tenant, "a-1")
				require.NoError(t, os.MkdirAll(at, 0o700))
				for name, content := range package1 {
					put(t, at, name, content)
					want = append(want, content)
				}
				require.NoError(t, d.Done(onePackage(t, d), finding.Rejected))
			}
			got := []string{}
			for _, content := range files(t, dir) {
				got = append(got, content)
			}
			require.ElementsMatch(t, want, got)
		})
	}
}
