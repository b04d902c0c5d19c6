package digits

// one is 1 in the fixed-point numbers of a warp.
const one = 1 << 16

// A warp is a linear map: it takes (x, y) to (xx*x + xy*y, yx*x + yy*y) / one.
// Its functions take arguments in units of one, too.
type warp struct{ xx, xy, yx, yy int64 }

// stretch returns the warp that makes everything width times as wide.
func stretch(width int) warp { return warp{xx: int64(width), yy: one} }

// slant returns the warp that moves a point at height y sideways by s*y.
func slant(s int) warp { return warp{xx: one, xy: int64(s), yy: one} }

// turn returns the rotation by twice the angle whose tangent is t. Its sine
// and cosine are rational, so that they need no floating-point numbers:
//
//	cos = (1 - t^2) / (1 + t^2)    sin = 2t / (1 + t^2)
func turn(t int) warp {
	tangent := int64(t)
	square := tangent * tangent / one
	cos := (one - square) * one / (one + square)
	sin := 2 * tangent * one / (one + square)
	return warp{xx: cos, xy: -sin, yx: sin, yy: cos}
}

// then returns the warp that does w first and v after it.
func (w warp) then(v warp) warp {
	return warp{
		xx: (v.xx*w.xx + v.xy*w.yx) / one, xy: (v.xx*w.xy + v.xy*w.yy) / one,
		yx: (v.yx*w.xx + v.yy*w.yx) / one, yy: (v.yx*w.xy + v.yy*w.yy) / one,
	}
}

// warp returns a warped copy of the glyph.
func (g glyph) warp(w warp) glyph {
	warped := make(glyph, len(g))
	for i, c := range g {
		warped[i] = make(contour, len(c))
		for j, p := range c {
			warped[i][j] = point{(w.xx*p.x + w.xy*p.y) / one, (w.yx*p.x + w.yy*p.y) / one}
		}
	}
	return warped
}

// fit moves and scales the glyph into the square from 0 to size, which its
// longer side fills.
func (g glyph) fit(size int64) {
	low, high := g[0][0], g[0][0]
	for _, c := range g {
		for _, p := range c {
			low = point{min(low.x, p.x), min(low.y, p.y)}
			high = point{max(high.x, p.x), max(high.y, p.y)}
		}
	}
	extent := max(high.x-low.x, high.y-low.y)
	for _, c := range g {
		for i, p := range c {
			c[i] = point{(p.x - low.x) * size / extent, (p.y - low.y) * size / extent}
		}
	}
}

// centre moves the glyph's centre of mass to (x, y).
func (g glyph) centre(x, y int64) {
	mass := g.centroid()
	for _, c := range g {
		for i, p := range c {
			c[i] = point{p.x - mass.x + x, p.y - mass.y + y}
		}
	}
}

// centroid returns the glyph's centre of mass, by the formula for polygons: the
// sum over all edges p, q of (p + q) (p x q), over three times that of p x q.
func (g glyph) centroid() point {
	var sum point
	var area int64
	for _, c := range g {
		p := c[len(c)-1]
		for _, q := range c {
			cross := p.x*q.y - q.x*p.y
			area += cross
			sum.x += (p.x + q.x) * cross
			sum.y += (p.y + q.y) * cross
			p = q
		}
	}
	return point{sum.x / (3 * area), sum.y / (3 * area)}
}
