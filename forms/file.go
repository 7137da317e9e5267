package forms

import (
	"crypto/sha256"
	"encoding/hex"
	"log/slog"
	"net/http"
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// File describes an uploaded file. Its content is kept apart: Blob is the
// reference under which the caller's store holds it.
type File struct {
	Name      string `json:"name"`      // base name, cleaned, at most 120 runes
	MediaType string `json:"mediaType"` // found by looking at the content, not what the browser said
	Size      int64  `json:"size"`      // bytes
	SHA256    string `json:"sha256"`    // lower-case hex of the content
	// Blob is set for a file whose content was handed out as an [Upload]. It
	// equals SHA256 there; a store may put its own reference.
	Blob string `json:"blob,omitempty"`
}

// LogValue keeps the name of the file out of logs.
func (f File) LogValue() slog.Value {
	return slog.GroupValue(slog.String("mediaType", f.MediaType), slog.Int64("size", f.Size))
}

// Upload is the content of a file that was accepted by [Form.DecodeMultipart].
type Upload struct {
	Path    string // of the field
	File    File
	Content []byte
}

// LogValue keeps name and content out of logs.
func (u Upload) LogValue() slog.Value {
	return slog.GroupValue(slog.String("path", u.Path), slog.Any("file", u.File))
}

// NewFile describes content as an upload would: the name cleaned, the media
// type sniffed (as browsers do, by net/http; office documents are
// application/zip), size and SHA-256 computed.
func NewFile(name string, content []byte) File {
	sum := sha256.Sum256(content)
	return File{
		Name:      cleanFileName(name),
		MediaType: sniff(content),
		Size:      int64(len(content)),
		SHA256:    hex.EncodeToString(sum[:]),
	}
}

// sniff returns the media type without parameters.
func sniff(content []byte) string {
	mediaType, _, _ := strings.Cut(http.DetectContentType(content), ";")
	return mediaType
}

// extensions are the file name endings that fit a media type. A type that is
// not listed fits any ending.
var extensions = map[string][]string{
	"application/pdf": {"pdf"},
	"image/jpeg":      {"jpg", "jpeg", "jpe"},
	"image/png":       {"png"},
	"image/gif":       {"gif"},
	"image/webp":      {"webp"},
	"text/plain":      {"txt", "csv"},
}

// fits reports whether the file's type is allowed and its name agrees with it.
func (f *Field) fits(file File) bool {
	if !slices.Contains(f.Accept, file.MediaType) {
		return false
	}
	endings := extensions[file.MediaType]
	ending := strings.ToLower(strings.TrimPrefix(path.Ext(file.Name), "."))
	return endings == nil || slices.Contains(endings, ending)
}

const maxFileName = 120

// cleanFileName keeps the base name of what a browser sent, without control
// and invisible characters, and keeps its ending when it shortens it.
func cleanFileName(name string) string {
	name = strings.ToValidUTF8(name, "")
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`<>:"|?*`, r) || unicode.Is(unicode.Cc, r) {
			return -1
		}
		return r
	}, cleanText(name, false))
	name = strings.Trim(name, ". ")
	if name == "" {
		return "datei"
	}
	if n := utf8.RuneCountInString(name); n > maxFileName {
		ending := path.Ext(name)
		if len(ending) > 12 {
			ending = ""
		}
		runes := []rune(strings.TrimSuffix(name, ending))
		name = string(runes[:maxFileName-utf8.RuneCountInString(ending)]) + ending
	}
	return name
}
