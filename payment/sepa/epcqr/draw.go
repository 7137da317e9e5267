package epcqr

import (
	"bufio"
	"encoding/xml"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"strings"

	"github.com/boombuler/barcode/qr"
)

const (
	quiet      = 4  // modules of margin on each side (ISO/IEC 18004, 5.3.8)
	maxModules = 69 // QR version 13 (EPC069-12)
)

// matrix is the QR code as dark modules without margin.
func (c Code) matrix() (image.Image, error) {
	payload, err := c.Payload()
	if err != nil {
		return nil, err
	}
	// Unicode means byte mode without an ECI header: apps choke on it.
	code, err := qr.Encode(payload, qr.M, qr.Unicode)
	if err != nil {
		return nil, fmt.Errorf("epcqr: draw the code: %w", err)
	}
	if code.Bounds().Dx() > maxModules {
		return nil, fmt.Errorf("epcqr: the QR code has %d modules, more than %d", code.Bounds().Dx(), maxModules)
	}
	return code, nil
}

func dark(m image.Image, x, y int) bool {
	r, _, _, _ := m.At(m.Bounds().Min.X+x, m.Bounds().Min.Y+y).RGBA()
	return r < 0x8000
}

// PNG writes the code as a black and white picture with its margin. Scale is
// the width of a module in pixels, 1 to 64; 0 means 8. Errors are those of
// [Code.Payload] and of w.
//
// Nobody who cannot see reads a QR code: print the account, the amount and the
// text beside it too.
func (c Code) PNG(w io.Writer, scale int) error {
	if scale == 0 {
		scale = 8
	}
	if scale < 1 || scale > 64 {
		return fmt.Errorf("epcqr: scale %d is not 1 to 64", scale)
	}
	m, err := c.matrix()
	if err != nil {
		return err
	}
	n := m.Bounds().Dx()
	size := (n + 2*quiet) * scale
	picture := image.NewPaletted(image.Rect(0, 0, size, size), color.Palette{color.White, color.Black})
	for y := range size {
		for x := range size {
			if mx, my := x/scale-quiet, y/scale-quiet; mx >= 0 && my >= 0 && mx < n && my < n && dark(m, mx, my) {
				picture.Pix[y*picture.Stride+x] = 1
			}
		}
	}
	return png.Encode(w, picture)
}

// SVG writes the code as an SVG element with its margin, without XML
// declaration, so that it can stand in a page or in a file of its own. It
// scales to the size that its container gives it; one module is one unit. The
// title is what a screen reader says, such as "GiroCode: 12,00 Euro an Stadt
// Musterstadt"; print the account, the amount and the text beside it too.
// Errors are those of [Code.Payload] and of w.
func (c Code) SVG(w io.Writer, title string) error {
	m, err := c.matrix()
	if err != nil {
		return err
	}
	var name strings.Builder
	if err := xml.EscapeText(&name, []byte(title)); err != nil {
		return err
	}
	n := m.Bounds().Dx()
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %[1]d %[1]d" role="img" shape-rendering="crispEdges">`, n+2*quiet)
	fmt.Fprintf(b, `<title>%s</title><rect width="%[2]d" height="%[2]d" fill="#fff"/><path fill="#000" d="`, name.String(), n+2*quiet)
	for y := range n {
		for x := 0; x < n; x++ {
			from := x
			for x < n && dark(m, x, y) {
				x++
			}
			if x > from {
				fmt.Fprintf(b, "M%d %dh%dv1h-%dz", from+quiet, y+quiet, x-from, x-from)
			}
		}
	}
	fmt.Fprint(b, `"/></svg>`)
	return b.Flush()
}
