package mlp

import (
	"slices"
	"testing"

	"github.com/lockstep-ml/lockstep/internal/random"
)

func TestHold(t *testing.T) {
	class := make([]int, 0, 121)
	for i := range 120 {
		class = append(class, i%3/2) // 80 of class 0, 40 of class 1
	}
	class = append(class, 2) // and one of class 2
	training, validation := hold(class, len(class), 0.25, random.Key{Seed: 7})
	if !slices.IsSorted(training) || !slices.IsSorted(validation) {
		t.Error("rows are not in ascending order")
	}
	if all := slices.Sorted(slices.Values(slices.Concat(training, validation))); len(all) != 121 || len(slices.Compact(all)) != 121 {
		t.Errorf("%d and %d rows do not make up all", len(training), len(validation))
	}
	counts := [3]int{}
	for _, row := range validation {
		counts[class[row]]++
	}
	if counts != [3]int{20, 10, 0} {
		t.Errorf("%v rows of each class for validation, want 20, 10 and 0", counts)
	}
	if _, other := hold(class, len(class), 0.25, random.Key{Seed: 8}); slices.Equal(validation, other) {
		t.Error("the split does not depend on the seed")
	}
	if _, none := hold(class, len(class), 0, random.Key{Seed: 7}); len(none) != 0 {
		t.Errorf("%d rows for validation, want none", len(none))
	}
}
