package main

import (
	"bytes"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestVerifyOutSpares what must not be replaced: certificates that the check
// rests on, and what is no ordinary file (as root, /dev/null would be lost).
func TestVerifyOutSpares(t *testing.T) {
	f := newFolder(t)
	signed := f.signEnveloped()
	cert := f.read("cert.pem")
	r := call(t, "", "verify", "--trust", f.path("cert.pem"), "--out", f.path("cert.pem"), signed)
	assert.Equal(t, 2, r.status)
	assert.Equal(t, cert, f.read("cert.pem"))

	require.NoError(t, os.Symlink(os.DevNull, f.path("device")))
	r = call(t, "", "verify", "--trust", f.path("cert.pem"), "--out", f.path("device"), signed)
	assert.Equal(t, 2, r.status)
	info, err := os.Lstat(f.path("device"))
	require.NoError(t, err)
	assert.Equal(t, os.ModeSymlink, info.Mode().Type())
}

// TestTrustFile takes comments between certificates, and no broken certificate.
func TestTrustFile(t *testing.T) {
	f := newFolder(t)
	signed := f.signEnveloped()
	cert := f.read("cert.pem")
	broken := f.write("two.pem", append(bytes.Clone(cert), bytes.Replace(cert, []byte("MII"), []byte("!!!"), 1)...))
	r := call(t, "", "verify", "--trust", broken, signed)
	assert.Equal(t, 2, r.status)
	comment := f.write("comment.pem", append([]byte("subject=CN = Musterstadt\n"), append(bytes.Clone(cert), "\n# Ende\n"...)...))
	r = call(t, "", "verify", "--trust", comment, signed)
	assert.Equal(t, 0, r.status, r.errOut)
}

// TestInspectReadsStandardInputOnce: the second "-" would be an empty file.
func TestInspectReadsStandardInputOnce(t *testing.T) {
	r := call(t, string(sample(t)), "inspect", "-", "-")
	assert.Equal(t, 2, r.status)
	assert.Empty(t, r.out)
}
