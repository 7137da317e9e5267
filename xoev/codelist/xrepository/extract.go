package xrepository

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/bausteine/egov/xoev/codelist"
)

// Extract writes all files of an archive to a folder, which must not exist yet.
// It does so completely or, if it fails or ctx ends, not at all: the files are
// written beside the folder's name first, and synced. If a file cannot have its name on
// every system ([ErrName]) nothing is written: names that Windows reserves
// ("CON", "aux.xsd"), its separators and wildcards, names that end in a dot or
// space or have more than 255 bytes. progress, if not nil, is told the number
// of bytes written and to write.
func Extract(ctx context.Context, z *codelist.ZIP, folder string, progress func(written, total int64)) (err error) {
	names := z.Names()
	for i, name := range names {
		if !portable(name) {
			return fmt.Errorf("%w: file %d of the archive", ErrName, i+1)
		}
	}
	if _, err := os.Lstat(folder); err == nil {
		return fmt.Errorf("xrepository: unpacking: %w", fs.ErrExist)
	}
	parent := filepath.Dir(folder)
	if err := os.MkdirAll(parent, 0o777); err != nil {
		return fmt.Errorf("xrepository: unpacking: %w", err)
	}
	temp, err := os.MkdirTemp(parent, ".xrepository-*.tmp")
	if err != nil {
		return fmt.Errorf("xrepository: unpacking: %w", err)
	}
	defer func() {
		if err != nil {
			os.RemoveAll(temp)
		}
	}()
	if err := os.Chmod(temp, 0o755); err != nil {
		return fmt.Errorf("xrepository: unpacking: %w", err)
	}
	if err := extractTo(ctx, z, names, temp, progress); err != nil {
		return fmt.Errorf("xrepository: unpacking: %w", err)
	}
	if err := os.Rename(temp, folder); err != nil {
		return fmt.Errorf("xrepository: unpacking: %w", err)
	}
	return nil
}

func extractTo(ctx context.Context, z *codelist.ZIP, names []string, folder string, progress func(written, total int64)) error {
	root, err := os.OpenRoot(folder)
	if err != nil {
		return err
	}
	defer root.Close()
	var written int64
	for _, name := range names {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		n, err := extractFile(z, name, root)
		if err != nil {
			return err
		}
		if written += n; progress != nil {
			progress(written, z.Size())
		}
	}
	return nil
}

func extractFile(z *codelist.ZIP, name string, root *os.Root) (n int64, err error) {
	if err := root.MkdirAll(path.Dir(name), 0o755); err != nil {
		return 0, err
	}
	in, err := z.Open(name)
	if err != nil {
		return 0, err
	}
	defer in.Close()
	out, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return 0, err
	}
	n, err = io.Copy(out, in)
	if err == nil {
		err = out.Sync()
	}
	if closed := out.Close(); err == nil {
		err = closed
	}
	return n, err
}

// portable reports whether every element of a path is a file name on Windows
// too. Source: Microsoft, "Naming Files, Paths, and Namespaces".
func portable(name string) bool {
	for element := range strings.SplitSeq(name, "/") {
		if len(element) > 255 || strings.ContainsAny(element, `<>:"|?*\`) || strings.HasSuffix(element, ".") || strings.HasSuffix(element, " ") {
			return false
		}
		base, _, _ := strings.Cut(element, ".")
		base = strings.ToUpper(strings.TrimRight(base, " "))
		switch base {
		case "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$":
			return false
		}
		if port, ok := strings.CutPrefix(base, "COM"); ok && strings.Contains("0123456789¹²³", port) && port != "" {
			return false
		}
		if port, ok := strings.CutPrefix(base, "LPT"); ok && strings.Contains("0123456789¹²³", port) && port != "" {
			return false
		}
	}
	return true
}
