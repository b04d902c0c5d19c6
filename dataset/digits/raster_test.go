package digits

import "testing"

// windingOracle counts how often the glyph winds around (x, y), in the plain
// way: by the crossings of a ray to the left.
func windingOracle(g glyph, x, y int64) int {
	winding := 0
	for _, c := range g {
		for i, a := range c {
			b := c[(i+1)%len(c)]
			up := a.y <= y && y < b.y
			down := b.y <= y && y < a.y
			if !up && !down {
				continue
			}
			// Where the edge crosses, (x-a.x)*(b.y-a.y) and (b.x-a.x)*(y-a.y) are equal.
			side := (x-a.x)*(b.y-a.y) - (b.x-a.x)*(y-a.y)
			if up && side >= 0 {
				winding++
			} else if down && side <= 0 {
				winding--
			}
		}
	}
	return winding
}

// Random polygons, crossing themselves and the edges of the canvas.
func TestDraw(t *testing.T) {
	r := newRandom(1, 1)
	var raster raster
	for range 20 {
		g := make(glyph, 1+r.below(3))
		for i := range g {
			for range 3 + r.below(6) {
				g[i] = append(g[i], point{int64(r.between(-9000, 9000+samples*sampleUnit)), int64(r.between(-9000, 9000+samples*sampleUnit))})
			}
		}
		raster.draw(g)
		for y := range samples {
			for x := range samples {
				centre := point{int64(x*sampleUnit + sampleUnit/2), int64(y*sampleUnit + sampleUnit/2)}
				want := windingOracle(g, centre.x, centre.y) != 0
				if got := raster.canvas.inked(y, x); got != want && !onEdge(g, centre) {
					t.Fatalf("sample %d, %d of %v: inked is %v", y, x, g, got)
				}
			}
		}
	}
}

// onEdge reports whether an edge passes a point by less than a unit, where the
// rounding of the crossing decides.
func onEdge(g glyph, p point) bool {
	return windingOracle(g, p.x-1, p.y) != windingOracle(g, p.x+1, p.y)
}
