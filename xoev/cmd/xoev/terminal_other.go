//go:build !windows

package main

import "io"

// enableColor reports whether the terminal understands ANSI sequences.
func enableColor(io.Writer) bool { return true }
