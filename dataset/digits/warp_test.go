package digits

import "testing"

// near reports whether two lengths differ by at most slack.
func near(a, b, slack int64) bool { return a-b <= slack && b-a <= slack }

// A rotation keeps lengths and right angles, and turns by the angle told.
func TestTurn(t *testing.T) {
	for tangent := -maxTurn; tangent <= maxTurn; tangent += 97 {
		w := turn(tangent)
		if length := w.xx*w.xx + w.yx*w.yx; !near(length, one*one, 4*one) {
			t.Errorf("turn(%d): the columns have length %d", tangent, length)
		}
		if w.xx != w.yy || w.xy != -w.yx {
			t.Errorf("turn(%d) = %v is no rotation", tangent, w)
		}
	}
	// tan(atan(1/3) * 2) = 3/4: the triangle with sides 3, 4, 5.
	if w := turn(one / 3); !near(w.xx, one*4/5, 2) || !near(w.yx, one*3/5, 2) {
		t.Errorf("turn(1/3) = %v", w)
	}
}

func TestThen(t *testing.T) {
	w := stretch(one / 2).then(slant(one / 4)).then(turn(one)) // a quarter turn
	got := glyph{{{800, 400}}}.warp(w)[0][0]
	// (800, 400) becomes (400, 400), (500, 400), (-400, 500).
	if want := (point{-400, 500}); !near(got.x, want.x, 1) || !near(got.y, want.y, 1) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestFitAndCentre(t *testing.T) {
	// An L: two squares of three, so that its centre of mass is off the middle.
	g := glyph{{{10, 10}, {110, 10}, {110, 210}, {210, 210}, {210, 310}, {10, 310}}}
	g.fit(3000)
	if want := (point{2000, 3000}); g[0][0] != (point{0, 0}) || g[0][4] != want {
		t.Errorf("fit: %v to %v, want 0 to %v", g[0][0], g[0][4], want)
	}
	// Three squares at (500, 500), (500, 1500), (500, 2500), one at (1500, 2500).
	if got, want := g.centroid(), (point{750, 1750}); got != want {
		t.Errorf("centroid %v, want %v", got, want)
	}
	g.centre(5000, 6000)
	if got := g.centroid(); !near(got.x, 5000, 1) || !near(got.y, 6000, 1) {
		t.Errorf("centred at %v, want (5000, 6000)", got)
	}
}
