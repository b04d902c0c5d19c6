package digits

import (
	"cmp"
	"slices"
)

// A crossing is where an outline crosses a line of samples: the first sample
// right of it, and +1 or -1 for its direction.
type crossing struct{ at, winding int }

// A raster draws outlines onto its canvas. Everything is done in integers, so
// that every platform draws the same samples.
type raster struct {
	canvas    canvas
	crossings [samples][]crossing
}

// draw fills the canvas with a glyph given in canvas coordinates, by the
// nonzero winding rule: a sample is inked if the outline winds around it. What
// lies outside of the canvas is cut off.
func (r *raster) draw(g glyph) {
	for y := range r.crossings {
		r.crossings[y] = r.crossings[y][:0]
	}
	for _, outline := range g {
		from := outline[len(outline)-1]
		for _, to := range outline {
			r.edge(from, to)
			from = to
		}
	}
	for y := range r.canvas {
		r.canvas[y] = fill(r.crossings[y])
	}
}

// edge records where the straight line a, b crosses the lines of samples.
func (r *raster) edge(a, b point) {
	winding := 1
	if a.y > b.y {
		a, b, winding = b, a, -1
	}
	// Half-open, so that a corner of the outline on a line counts once. A
	// horizontal edge crosses no line.
	for y := max(0, firstSample(a.y)); y < min(samples, firstSample(b.y)); y++ {
		dy := y*sampleUnit + sampleUnit/2 - a.y
		x := a.x + floorDiv((b.x-a.x)*dy, b.y-a.y)
		at := min(max(0, firstSample(x)), samples)
		r.crossings[y] = append(r.crossings[y], crossing{int(at), winding})
	}
}

// firstSample returns the first sample whose centre lies at or after v.
func firstSample(v int64) int64 { return floorDiv(v+sampleUnit/2-1, sampleUnit) }

// floorDiv returns a/b rounded down, for b > 0.
func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// fill returns the line of samples around which the crossings wind.
func fill(crossings []crossing) line {
	slices.SortFunc(crossings, func(a, b crossing) int { return cmp.Compare(a.at, b.at) })
	var l line
	winding, start := 0, 0
	for _, c := range crossings {
		if winding == 0 {
			start = c.at
		}
		winding += c.winding
		if winding == 0 {
			l.ink(start, c.at)
		}
	}
	return l
}
