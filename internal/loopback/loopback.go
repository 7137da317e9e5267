// Package loopback tells which host names stay on this machine: plain http may
// be spoken to them, and requests under other names are not for a local page.
package loopback

import (
	"net/netip"
	"strings"
)

// Host reports whether a host, without port and brackets, is "localhost" or a
// loopback address (RFC 6761, 6.3; RFC 1122, 3.2.1.3; RFC 4291, 2.5.3), written
// as IPv4 in IPv6 too. No name is looked up.
func Host(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.Unmap().IsLoopback()
}
