package digits

import "testing"

// The hull of points has them all inside, and only corners.
func TestHull(t *testing.T) {
	r := newRandom(1, 2)
	for range 100 {
		points := make(contour, 3+r.below(30))
		for i := range points {
			points[i] = point{int64(r.below(20)), int64(r.below(20))}
		}
		points = append(points, point{-1, -1}, point{30, 7}, point{2, 40}) // not all on a line
		corners := hull(append(contour(nil), points...))
		for i, a := range corners {
			b := corners[(i+1)%len(corners)]
			for _, p := range points {
				if cross(a, b, p) > 0 {
					t.Fatalf("%v lies outside of the edge %v, %v", p, a, b)
				}
			}
			if c := corners[(i+2)%len(corners)]; cross(a, b, c) >= 0 {
				t.Fatalf("%v, %v, %v is no corner", a, b, c)
			}
		}
	}
}
