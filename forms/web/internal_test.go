package web

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// The hint beside a file field and its error message must say the same.
func TestFormatSize(t *testing.T) {
	for n, want := range map[int64]string{0: "0 Byte", 1023: "1023 Byte", 1024: "1 KB", 1536: "1,5 KB", 1 << 20: "1 MB", 5 << 20: "5 MB", 3 << 19: "1,5 MB"} {
		assert.Equal(t, want, formatSize(n))
	}
}
