//go:build !unix

package testenv

import "syscall"

// unprivileged: the supervisor of the server is a shell script.
func unprivileged(string) (*syscall.SysProcAttr, error) { return nil, errNoPostgres }
