package xmlscan

import "math"

// Options sets the limits of a scan. The zero value, and a nil *Options, mean
// the defaults named at the fields; a limit that is zero or negative means its
// default too, so no limit can be switched off by accident. A limit that is
// exceeded ends the scan with a [*SyntaxError] of the codes XML-040 to XML-046.
type Options struct {
	// MaxBytes is the length of the whole input in bytes; default 1 GiB
	// (package tree: 16 MiB). Memory does not grow with it.
	MaxBytes int64
	// MaxDepth is the number of elements open at once; default 256.
	MaxDepth int
	// MaxAttrs is the number of attributes of one start tag, namespace
	// declarations included; default 256.
	MaxAttrs int
	// MaxTokenBytes is the length in bytes of one start tag with its
	// attributes, end tag, comment or processing instruction, as written;
	// default 1 MiB. The buffer of a [Scanner] over a reader grows up to it.
	// Text is delivered in chunks and has no limit of its own.
	MaxTokenBytes int
	// MaxNames is the number of distinct names and namespace names in the
	// document, which are kept in memory; default 10,000.
	MaxNames int
	// MaxNameLen is the length in bytes of one name (prefix and colon
	// included), namespace name or reference; default 1,024.
	MaxNameLen int
	// MaxNamespaces is the number of namespace declarations in scope at once;
	// default 1,024.
	MaxNamespaces int
	// CountSiblings makes [Scanner.Path] number elements among their siblings
	// ("/a/b[2]"). It costs a few nanoseconds for each element.
	CountSiblings bool
}

const (
	defaultMaxBytes      = 1 << 30
	defaultMaxDepth      = 256
	defaultMaxAttrs      = 256
	defaultMaxTokenBytes = 1 << 20
	defaultMaxNames      = 10_000
	defaultMaxNameLen    = 1 << 10
	defaultMaxNamespaces = 1 << 10

	// maxInt keeps every limit within what the scanner's 32-bit indexes hold.
	maxInt = math.MaxInt32 / 4
)

// withDefaults returns a copy of o in which every limit is set.
func (o *Options) withDefaults() Options {
	var v Options
	if o != nil {
		v = *o
	}
	if v.MaxBytes <= 0 {
		v.MaxBytes = defaultMaxBytes
	}
	for _, limit := range []struct {
		value *int
		zero  int
	}{
		{&v.MaxDepth, defaultMaxDepth},
		{&v.MaxAttrs, defaultMaxAttrs},
		{&v.MaxTokenBytes, defaultMaxTokenBytes},
		{&v.MaxNames, defaultMaxNames},
		{&v.MaxNameLen, defaultMaxNameLen},
		{&v.MaxNamespaces, defaultMaxNamespaces},
	} {
		if *limit.value <= 0 {
			*limit.value = limit.zero
		}
		*limit.value = min(*limit.value, maxInt)
	}
	return v
}
