package digits

import (
	"cmp"
	"slices"
)

// hull returns the convex hull of the points, by Andrew's monotone chain. It
// winds like the inside of a letter: against its outer contour.
func hull(points contour) contour {
	slices.SortFunc(points, func(a, b point) int {
		return cmp.Or(cmp.Compare(a.x, b.x), cmp.Compare(a.y, b.y))
	})
	hull := chain(nil, points)
	slices.Reverse(points)
	return chain(hull, points)
}

// chain appends one half of a hull to it: of the points, sorted along x, those
// at which the outline turns one way.
func chain(hull, points contour) contour {
	half := len(hull)
	for _, p := range points {
		for len(hull) >= half+2 && cross(hull[len(hull)-2], hull[len(hull)-1], p) >= 0 {
			hull = hull[:len(hull)-1]
		}
		hull = append(hull, p)
	}
	return hull[:len(hull)-1] // the other half begins with the last point
}

// cross returns the cross product (b-a) x (c-a). Its sign tells which way the
// path a, b, c turns.
func cross(a, b, c point) int64 {
	return (b.x-a.x)*(c.y-a.y) - (b.y-a.y)*(c.x-a.x)
}
