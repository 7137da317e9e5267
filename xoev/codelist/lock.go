package codelist

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"github.com/bausteine/egov/xoev/finding"
)

// LockName is the name of the lock file in the folder of the lists that it
// pins. If the folder is under version control that converts line ends, exclude
// it from that (Git: a line "* -text" in its .gitattributes): digests are those
// of the published bytes.
const LockName = "codelist.lock"

const (
	lockHead    = "egov-codelist-lock 1"
	lockTime    = "2006-01-02T15:04:05Z"
	hashPrefix  = "sha256:"
	maxKennung  = 1024
	maxVersion  = 256
	maxFileName = 1024
	maxLock     = 16 << 20
)

// Pin is one line of a lock file: which bytes are a version of a list.
type Pin struct {
	VersionKennung
	// SHA256 is the digest of the file's bytes exactly as they were published.
	SHA256 [sha256.Size]byte
	// File is the path in the source, relative, with slashes.
	File string
	// Retrieved says when the bytes were fetched, to the second; the zero time
	// means that nobody knows.
	Retrieved time.Time
}

// MarshalJSON writes the digest in hexadecimal and leaves out an unknown time.
func (p Pin) MarshalJSON() ([]byte, error) {
	retrieved := ""
	if !p.Retrieved.IsZero() {
		retrieved = p.Retrieved.UTC().Format(lockTime)
	}
	return json.Marshal(struct {
		VersionKennung
		SHA256    string `json:"sha256"`
		File      string `json:"file"`
		Retrieved string `json:"retrieved,omitempty"`
	}{p.VersionKennung, hex.EncodeToString(p.SHA256[:]), p.File, retrieved})
}

// Lock is a lock file: the versions of lists that a program uses, each with the
// digest of its bytes. It is text, one list in a line, made to be kept under
// version control beside the lists:
//
//	egov-codelist-lock 1
//	urn:de:xoev:codeliste:erreichbarkeit⇥4⇥sha256:9f…e1⇥erreichbarkeit.xml⇥2026-11-23T10:00:00Z
//
// The first line is the head with the version of the format. Each further line
// has five fields separated by tabs: kennung, version, "sha256:" with 64
// lower-case hexadecimal digits, path of the file, and time of retrieval in UTC
// or "-". Lines are ordered by kennung, then version, both byte by byte, and
// end with a line feed; text is UTF-8; there are no comments and no empty
// lines. Each Lock has exactly one form, so two people who pin the same lists
// have the same file.
type Lock struct {
	// Pins is ordered by kennung, then version, byte by byte.
	Pins []Pin
}

// ParseLock reads a lock file of at most 16 MiB. If it breaks a rule the error
// is a *finding.InvalidError that names, for each broken line, the rule and the
// place, and the Lock is nil.
func ParseLock(b []byte) (*Lock, error) {
	if len(b) > maxLock {
		return nil, pinInvalid(ruleLockSize.At("", 0, 0, map[string]string{"max": fmt.Sprint(maxLock)}))
	}
	head, rest, _ := bytes.Cut(b, []byte("\n"))
	if string(bytes.TrimSuffix(head, []byte("\r"))) != lockHead {
		return nil, pinInvalid(ruleLockHeader.At("", 1, 1, nil))
	}
	p := lockParser{}
	if len(head) == len(b) || bytes.HasSuffix(head, []byte("\r")) {
		p.fail(ruleLockLineEnd, 1, len(lockHead)+1)
	}
	for line := 2; len(rest) > 0 && len(p.findings) < maxLockFindings; line++ {
		text, after, ended := bytes.Cut(rest, []byte("\n"))
		rest = after
		p.line(line, string(text), ended)
	}
	if p.findings != nil {
		return nil, pinInvalid(p.findings...)
	}
	return &Lock{Pins: p.pins}, nil
}

// maxLockFindings bounds what is said of a file that is no lock file at all.
const maxLockFindings = 100

type lockParser struct {
	pins     []Pin
	findings []finding.Finding
}

func (p *lockParser) fail(r finding.Rule, line, column int) {
	p.findings = append(p.findings, r.At("", line, column, nil))
}

func (p *lockParser) line(n int, text string, ended bool) {
	if !ended || strings.HasSuffix(text, "\r") {
		p.fail(ruleLockLineEnd, n, len(strings.TrimSuffix(text, "\r"))+1)
		return
	}
	fields := strings.Split(text, "\t")
	if len(fields) != 5 {
		p.fail(ruleLockFields, n, 1)
		return
	}
	broken := len(p.findings)
	var column [5]int
	for i, c := 0, 1; i < 5; i++ {
		column[i], c = c, c+len(fields[i])+1
	}
	pin := Pin{VersionKennung: VersionKennung{fields[0], fields[1]}, File: fields[3]}
	if !plainText(pin.Kennung, maxKennung) {
		p.fail(ruleLockText, n, column[0])
	}
	if !plainText(pin.Version, maxVersion) {
		p.fail(ruleLockText, n, column[1])
	}
	var ok bool
	if pin.SHA256, ok = parseHash(fields[2]); !ok {
		p.fail(ruleLockHash, n, column[2])
	}
	if !validFile(pin.File) {
		p.fail(ruleLockFile, n, column[3])
	}
	if pin.Retrieved, ok = parseLockTime(fields[4]); !ok {
		p.fail(ruleLockTime, n, column[4])
	}
	if len(p.findings) > broken {
		return
	}
	if len(p.pins) > 0 {
		switch c := comparePins(p.pins[len(p.pins)-1], pin); {
		case c == 0:
			p.fail(ruleLockTwice, n, 1)
		case c > 0:
			p.fail(ruleLockOrder, n, 1)
		}
	}
	p.pins = append(p.pins, pin)
}

func parseHash(s string) (h [sha256.Size]byte, ok bool) {
	s, ok = strings.CutPrefix(s, hashPrefix)
	if !ok || len(s) != 2*sha256.Size || strings.ToLower(s) != s {
		return h, false
	}
	_, err := hex.Decode(h[:], []byte(s))
	return h, err == nil
}

func parseLockTime(s string) (time.Time, bool) {
	if s == "-" {
		return time.Time{}, true
	}
	t, err := time.Parse(lockTime, s)
	return t, err == nil && !t.IsZero() && t.Format(lockTime) == s
}

// validFile reports whether a path may stand in a lock file.
func validFile(name string) bool {
	return plainText(name, maxFileName) && fs.ValidPath(name) && name != "." && !strings.Contains(name, `\`)
}

func comparePins(a, b Pin) int {
	return cmp.Or(strings.Compare(a.Kennung, b.Kennung), strings.Compare(a.Version, b.Version))
}

// ErrBadPin is returned when a Lock holds something that a lock file cannot.
var ErrBadPin = errors.New("codelist: a pin cannot be written to a lock file")

// MarshalText writes the lock file. The result depends on the pins only, in
// whatever order they are. A pin that breaks a rule of the format, and a
// version pinned twice, is ErrBadPin.
func (l *Lock) MarshalText() ([]byte, error) {
	pins := slices.Clone(l.Pins)
	slices.SortFunc(pins, comparePins)
	var b bytes.Buffer
	b.WriteString(lockHead + "\n")
	for i, p := range pins {
		if !plainText(p.Kennung, maxKennung) || !plainText(p.Version, maxVersion) || !validFile(p.File) ||
			i > 0 && comparePins(pins[i-1], p) == 0 {
			return nil, fmt.Errorf("%w: pin %d of %d", ErrBadPin, i+1, len(pins))
		}
		retrieved := "-"
		if !p.Retrieved.IsZero() {
			retrieved = p.Retrieved.UTC().Format(lockTime)
			if _, ok := parseLockTime(retrieved); !ok {
				return nil, fmt.Errorf("%w: pin %d of %d", ErrBadPin, i+1, len(pins))
			}
		}
		fmt.Fprintf(&b, "%s\t%s\t%s%x\t%s\t%s\n", p.Kennung, p.Version, hashPrefix, p.SHA256, p.File, retrieved)
	}
	if b.Len() > maxLock {
		return nil, fmt.Errorf("%w: more than %d bytes", ErrBadPin, maxLock)
	}
	return b.Bytes(), nil
}

func (l *Lock) byVersion() map[VersionKennung]Pin {
	pins := make(map[VersionKennung]Pin, len(l.Pins))
	for _, p := range l.Pins {
		pins[p.VersionKennung] = p
	}
	return pins
}

// Find returns the pin of a version.
func (l *Lock) Find(kennung, version string) (Pin, bool) {
	for _, p := range l.Pins {
		if p.Kennung == kennung && p.Version == version {
			return p, true
		}
	}
	return Pin{}, false
}
