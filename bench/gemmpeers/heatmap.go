package main

import (
	"fmt"
	"io"
	"math"
)

const heatMapName = "gemm.svg"

// Sizes of the heat map in pixels.
const (
	labelWidth = 130
	cellWidth  = 78
	cellHeight = 22
)

// writeHeatMap draws the ratios as an SVG: the greener a cell the further ahead,
// the redder the further behind.
func (r record) writeHeatMap(w io.Writer) error {
	shapes := r.shapes()
	width, height := labelWidth+cellWidth*len(r), cellHeight*(len(shapes)+1)
	fmt.Fprintf(w, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" font-family="sans-serif" font-size="12">`+"\n", width, height)
	fmt.Fprintf(w, `<rect width="%d" height="%d" fill="#fff"/>`+"\n", width, height)
	for j, s := range r {
		text(w, labelWidth+cellWidth*j+cellWidth/2, 0, "middle", s.column(), false)
	}
	for i, shape := range shapes {
		y := cellHeight * (i + 1)
		text(w, labelWidth-8, y, "end", shape, false)
		for j, s := range r {
			x, ok := s.row(shape)
			if !ok || x.Ratio == 0 {
				continue
			}
			left := labelWidth + cellWidth*j
			fmt.Fprintf(w, `<rect x="%d" y="%d" width="%d" height="%d" fill="%s"/>`+"\n", left, y, cellWidth-1, cellHeight-1, shade(x))
			text(w, left+cellWidth/2, y, "middle", fmt.Sprintf("%.2f", x.Ratio), loses(x))
		}
	}
	_, err := fmt.Fprintln(w, "</svg>")
	return err
}

func text(w io.Writer, x, y int, anchor, s string, bold bool) {
	weight := ""
	if bold {
		weight = ` font-weight="bold"`
	}
	fmt.Fprintf(w, `<text x="%d" y="%d" text-anchor="%s"%s>%s</text>`+"\n", x, y+cellHeight*7/10, anchor, weight, s)
}

// shade goes from white to full colour at a factor of 1.5 ahead or 1.25 behind.
func shade(r row) string {
	full, red, green, blue := 1.5, 0x5c, 0xb8, 0x5c
	if loses(r) {
		full, red, green, blue = 1.25, 0xe0, 0x4b, 0x3c
	}
	strength := min(1, 0.15+0.85*math.Abs(math.Log(r.Ratio))/math.Log(full))
	mix := func(c int) int { return 255 - int(strength*float64(255-c)) }
	return fmt.Sprintf("#%02x%02x%02x", mix(red), mix(green), mix(blue))
}
