package codelist

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// An XML declaration is short; what comes later than this is not looked at.
const maxDeclaration = 512

// fromLatin1 returns a reader of the same document in UTF-8 if r begins with an
// XML declaration that names ISO-8859-1; else of the same bytes. The declaration
// is rewritten to its old length, so that positions hold.
func fromLatin1(r io.Reader) (io.Reader, error) {
	head := make([]byte, maxDeclaration)
	n, err := io.ReadFull(r, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, fmt.Errorf("codelist: reading the document: %w", err)
	}
	head = head[:n]
	whole := io.MultiReader(bytes.NewReader(head), r)
	from, to, ok := latin1Name(head)
	if !ok {
		return whole, nil
	}
	// The name gives way to UTF-8, and white space follows its quote.
	quote := head[to]
	name := append(append([]byte("UTF-8"), quote), strings.Repeat(" ", to-from-len("UTF-8"))...)
	head = append(append(bytes.Clone(head[:from]), name...), head[to+1:]...)
	return &latin1Reader{r: io.MultiReader(bytes.NewReader(head), r), in: make([]byte, 16<<10)}, nil
}

// latin1Name finds the encoding's name in the XML declaration.
func latin1Name(head []byte) (from, to int, ok bool) {
	end := bytes.Index(head, []byte("?>"))
	if end < 0 || !bytes.HasPrefix(head, []byte("<?xml")) || !isSpace(head[len("<?xml")]) {
		return 0, 0, false
	}
	decl := head[:end]
	i := bytes.Index(decl, []byte("encoding"))
	if i < 0 || !isSpace(decl[i-1]) {
		return 0, 0, false
	}
	i += len("encoding")
	for i < end && isSpace(decl[i]) {
		i++
	}
	if i == end || decl[i] != '=' {
		return 0, 0, false
	}
	i++
	for i < end && isSpace(decl[i]) {
		i++
	}
	if i == end || decl[i] != '"' && decl[i] != '\'' {
		return 0, 0, false
	}
	length := bytes.IndexByte(decl[i+1:], decl[i])
	if length < 0 || !strings.EqualFold(string(decl[i+1:i+1+length]), "ISO-8859-1") {
		return 0, 0, false
	}
	return i + 1, i + 1 + length, true
}

// latin1Reader turns each byte into the character with that number.
type latin1Reader struct {
	r       io.Reader
	in, out []byte
	pending []byte // of out
	err     error
}

func (l *latin1Reader) Read(b []byte) (int, error) {
	for len(l.pending) == 0 {
		if l.err != nil {
			return 0, l.err
		}
		var n int
		n, l.err = l.r.Read(l.in)
		l.out = l.out[:0]
		for _, c := range l.in[:n] {
			l.out = utf8.AppendRune(l.out, rune(c))
		}
		l.pending = l.out
	}
	n := copy(b, l.pending)
	l.pending = l.pending[n:]
	return n, nil
}
