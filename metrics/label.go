package metrics

import (
	"cmp"
	"reflect"
	"slices"
	"strings"
)

// Label is the type of a class label.
type Label interface {
	~string | ~bool |
		~int | ~int8 | ~int16 | ~int32 | ~int64 |
		~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64
}

// Classes returns the distinct labels in ascending order; false comes before
// true, and strings are ordered by their bytes.
func Classes[L Label](labels ...[]L) []L {
	seen := map[L]bool{}
	var classes []L
	for _, part := range labels {
		for _, label := range part {
			if !seen[label] {
				seen[label] = true
				classes = append(classes, label)
			}
		}
	}
	slices.SortFunc(classes, compareLabels)
	return classes
}

// compareLabels orders labels. It looks at their kind because booleans do not
// know the operator <.
func compareLabels[L Label](a, b L) int {
	x, y := reflect.ValueOf(a), reflect.ValueOf(b)
	switch {
	case x.CanInt():
		return cmp.Compare(x.Int(), y.Int())
	case x.CanUint():
		return cmp.Compare(x.Uint(), y.Uint())
	case x.Kind() == reflect.Bool:
		return boolRank(x.Bool()) - boolRank(y.Bool())
	default:
		return strings.Compare(x.String(), y.String())
	}
}

func boolRank(b bool) int {
	if b {
		return 1
	}
	return 0
}

// classIndex returns the index of each class.
func classIndex[L Label](classes []L) map[L]int {
	index := make(map[L]int, len(classes))
	for i, class := range classes {
		index[class] = i
	}
	return index
}
