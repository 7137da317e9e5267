package main

import (
	"io"
	"os"
	"syscall"
)

// enableVirtualTerminal is ENABLE_VIRTUAL_TERMINAL_PROCESSING of the console.
const enableVirtualTerminal = 0x4

// enableColor asks the console to understand ANSI sequences, as it does since
// Windows 10, and reports whether it does.
func enableColor(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	var mode uint32
	handle := syscall.Handle(f.Fd())
	if syscall.GetConsoleMode(handle, &mode) != nil {
		return false
	}
	set := syscall.NewLazyDLL("kernel32.dll").NewProc("SetConsoleMode")
	if set.Find() != nil {
		return false
	}
	done, _, _ := set.Call(uintptr(handle), uintptr(mode|enableVirtualTerminal))
	return done != 0
}
