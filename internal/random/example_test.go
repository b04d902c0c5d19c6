package random_test

import (
	"fmt"

	"github.com/lockstep-ml/lockstep/internal/random"
)

// Two workers fill two parts of a tensor and need not know of each other.
func ExampleKey_Uniform() {
	key := random.Key{Seed: 1, Stream: 2}
	whole, parts := make([]float32, 6), make([]float32, 6)
	key.Uniform(whole, 0, -1, 1)
	key.Uniform(parts[3:], 3, -1, 1)
	key.Uniform(parts[:3], 0, -1, 1)
	fmt.Println(whole[4] == parts[4])
	// Output: true
}

// The order of an epoch does not depend on the epochs before it.
func ExampleKey_Permutation() {
	order := make([]int, 5)
	for epoch := range uint64(3) {
		random.Key{Seed: 1, Step: epoch}.Permutation(order)
		fmt.Println(order)
	}
	// Output:
	// [2 3 0 1 4]
	// [4 1 0 3 2]
	// [1 3 0 4 2]
}
