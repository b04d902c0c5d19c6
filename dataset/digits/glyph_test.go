package digits

import "testing"

// area returns twice the signed area of a contour.
func area(c contour) int64 {
	sum := int64(0)
	p := c[len(c)-1]
	for _, q := range c {
		sum += p.x*q.y - q.x*p.y
		p = q
	}
	return sum
}

func TestForms(t *testing.T) {
	holes := [10][]int{0: {2, 1}, 1: {0}, 2: {0}, 3: {0}, 4: {1}, 5: {0}, 6: {1}, 7: {0}, 8: {2}, 9: {1}}
	for digit, forms := range loadForms() {
		kinds := holes[digit]
		if want := len(faces) * len(kinds); len(forms) != want {
			t.Fatalf("digit %d has %d forms, want %d", digit, len(forms), want)
		}
		for i, form := range forms {
			if got, want := len(form)-1, kinds[i%len(kinds)]; got != want {
				t.Errorf("digit %d, form %d: %d holes, want %d", digit, i, got, want)
			}
			// A hole winds against the outer contour, and is smaller.
			outer := area(form[0])
			for _, hole := range form[1:] {
				if inner := area(hole); outer <= 0 || inner >= 0 || -inner >= outer {
					t.Errorf("digit %d, form %d: areas %d and %d", digit, i, outer, inner)
				}
			}
		}
	}
}

// A flattened curve passes through the points of the curve.
func TestAppendCurve(t *testing.T) {
	outline := appendCurve(nil, point{0, 0}, point{10, 20}, point{40, -8})
	if len(outline) != chords {
		t.Fatalf("%d chords, want %d", len(outline), chords)
	}
	// In the middle: a/4 + b/2 + c/4. At the end: c.
	if got, want := outline[chords/2-1], (point{15 * glyphUnit, 8 * glyphUnit}); got != want {
		t.Errorf("the middle is %v, want %v", got, want)
	}
	if got, want := outline[chords-1], (point{40 * glyphUnit, -8 * glyphUnit}); got != want {
		t.Errorf("the end is %v, want %v", got, want)
	}
}
