package digits

import (
	"fmt"
	"slices"

	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/gobolditalic"
	"golang.org/x/image/font/gofont/goitalic"
	"golang.org/x/image/font/gofont/gomedium"
	"golang.org/x/image/font/gofont/gomediumitalic"
	"golang.org/x/image/font/gofont/gomono"
	"golang.org/x/image/font/gofont/gomonobold"
	"golang.org/x/image/font/gofont/gomonobolditalic"
	"golang.org/x/image/font/gofont/gomonoitalic"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// faces are the fonts that the digits are drawn in: the Go fonts by Bigelow &
// Holmes.
var faces = [][]byte{
	goregular.TTF,
	goitalic.TTF,
	gomedium.TTF,
	gomediumitalic.TTF,
	gobold.TTF,
	gobolditalic.TTF,
	gomono.TTF,
	gomonoitalic.TTF,
	gomonobold.TTF,
	gomonobolditalic.TTF,
}

// A point is a point of an outline, y downwards. The unit depends on where the
// outline is on its way from font to canvas.
type point struct{ x, y int64 }

// A contour is a closed polygon: its last point is joined to its first.
type contour []point

// A glyph is the outline of one digit in one face.
type glyph []contour

// chords is the number of straight lines that stand for one quadratic curve.
// With eight of them the points of a curve whose control points are integers
// are exact multiples of 1/64.
const chords = 8

// glyphUnit is one font unit in the coordinates of a glyph.
const glyphUnit = chords * chords

// loadForms returns the forms of each digit: its outline in every face, and
// for the zero, which these fonts print with a slash, also one without. The
// fonts are part of the program, so an unreadable one is a bug and panics.
func loadForms() (forms [10][]glyph) {
	for i, ttf := range faces {
		font, err := sfnt.Parse(ttf)
		if err != nil {
			panic(fmt.Sprintf("digits: face %d: %v", i, err))
		}
		for digit := range forms {
			g, err := loadGlyph(font, '0'+rune(digit))
			if err != nil {
				panic(fmt.Sprintf("digits: face %d, digit %d: %v", i, digit, err))
			}
			forms[digit] = append(forms[digit], g)
			if digit == 0 {
				forms[digit] = append(forms[digit], withoutSlash(g))
			}
		}
	}
	return forms
}

// withoutSlash returns a slashed zero without its slash. The slash parts the
// inside of the zero in two; the convex hull of both parts is the whole.
func withoutSlash(zero glyph) glyph {
	return glyph{zero[0], hull(slices.Concat(zero[1:]...))}
}

// loadGlyph returns the outline of one character, its curves flattened.
func loadGlyph(font *sfnt.Font, char rune) (glyph, error) {
	index, err := font.GlyphIndex(nil, char)
	if err != nil {
		return nil, err
	}
	// At a size of UnitsPerEm the coordinates are the font's own integers.
	segments, err := font.LoadGlyph(nil, index, fixed.Int26_6(font.UnitsPerEm()), nil)
	if err != nil {
		return nil, err
	}
	var g glyph
	var last point // in font units
	for _, s := range segments {
		if s.Op == sfnt.SegmentOpMoveTo {
			g = append(g, nil)
		}
		outline := &g[len(g)-1]
		switch s.Op {
		case sfnt.SegmentOpMoveTo, sfnt.SegmentOpLineTo:
			last = pointOf(s.Args[0])
			*outline = append(*outline, point{last.x * glyphUnit, last.y * glyphUnit})
		case sfnt.SegmentOpQuadTo:
			control, end := pointOf(s.Args[0]), pointOf(s.Args[1])
			*outline = appendCurve(*outline, last, control, end)
			last = end
		default:
			return nil, fmt.Errorf("unexpected segment %d in a TrueType outline", s.Op)
		}
	}
	return g, nil
}

func pointOf(p fixed.Point26_6) point { return point{int64(p.X), int64(p.Y)} }

// appendCurve appends the ends of the chords of the quadratic curve a, b, c,
// scaled by glyphUnit: (n-k)^2 a + 2k(n-k) b + k^2 c for k = 1 .. n.
func appendCurve(outline contour, a, b, c point) contour {
	for k := int64(1); k <= chords; k++ {
		j := chords - k
		outline = append(outline, point{
			x: j*j*a.x + 2*k*j*b.x + k*k*c.x,
			y: j*j*a.y + 2*k*j*b.y + k*k*c.y,
		})
	}
	return outline
}
