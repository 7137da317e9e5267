package sqlstore_test

import "syscall"

// freeBytes is how much a file system can still take; 0 if there is none.
func freeBytes(path string) uint64 {
	var s syscall.Statfs_t
	if syscall.Statfs(path, &s) != nil {
		return 0
	}
	return s.Bavail * uint64(s.Bsize)
}
