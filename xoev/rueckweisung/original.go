package rueckweisung

import (
	"bufio"
	"bytes"
	"io"
)

// maxRoot is how far the root element is looked for in a message whose header
// could not be read.
const maxRoot = 8 << 10

// isRejection looks at the rejected message itself too: a rejection whose
// header cannot be read would be answered without end as well.
func (r *Rueckweisung) isRejection() bool {
	if r.Envelope != nil && isRejection(r.Envelope.Root.Local) {
		return true
	}
	if r.Original == nil {
		return false
	}
	b := bufio.NewReaderSize(r.Original, maxRoot)
	r.Original = b
	head, _ := b.Peek(maxRoot) // an error comes again when the message is read
	return isRejection(rootName(head))
}

// rootName finds the local name of the first element in bytes that need not be
// well-formed XML, nor UTF-8: encodings that contain ASCII, and UTF-16 and
// UTF-32, whose ASCII characters are those bytes among zeros. It is "" if there
// is none.
func rootName(b []byte) string {
	b = bytes.ReplaceAll(b, []byte{0}, nil)
	for {
		_, rest, ok := bytes.Cut(b, []byte("<"))
		if !ok || len(rest) == 0 {
			return ""
		}
		end := ">"
		switch {
		case rest[0] == '?':
			end = "?>"
		case bytes.HasPrefix(rest, []byte("!--")):
			rest, end = rest[len("!--"):], "-->"
		case rest[0] == '!': // a document type, perhaps with declarations in brackets
			if to := bytes.IndexAny(rest, "[>"); to >= 0 && rest[to] == '[' {
				if to = bytes.IndexByte(rest, ']'); to < 0 {
					return ""
				}
				rest = rest[to:]
			}
		default:
			name := rest
			if to := bytes.IndexAny(rest, " \t\r\n/><"); to >= 0 {
				name = rest[:to]
			}
			return string(name[bytes.IndexByte(name, ':')+1:])
		}
		if _, b, ok = bytes.Cut(rest, []byte(end)); !ok {
			return ""
		}
	}
}

// original reads the rejected message up to its limit.
func (r *Rueckweisung) original() io.Reader {
	limit := r.MaxOriginal
	if limit <= 0 {
		limit = defaultOriginal
	}
	return &limited{r: r.Original, left: limit}
}

// limited fails where more comes than allowed; cutting it off would return
// another message than came in.
type limited struct {
	r    io.Reader
	left int64
}

func (l *limited) Read(p []byte) (int, error) {
	if int64(len(p))-1 > l.left { // one byte more shows that there is more
		p = p[:l.left+1]
	}
	n, err := l.r.Read(p)
	if l.left -= int64(n); l.left < 0 {
		return 0, ErrTooLarge
	}
	return n, err
}
