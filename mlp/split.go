package mlp

import "github.com/lockstep-ml/lockstep/internal/random"

// streamSplit is the stream of random numbers for the split; those of package
// nn are below.
const streamSplit = 1 << 24

// splitRows divides rows, given by their class, at random into those for
// training and those for validation, both in ascending order. Of each class
// the given fraction, rounded, goes to validation, but at least one row to training.
func splitRows(class []int, classes int, fraction float64, seed uint64) (training, validation []int) {
	quota := make([]int, classes)
	for _, k := range class {
		quota[k]++
	}
	for k, count := range quota {
		quota[k] = min(count-1, int(float64(fraction*float64(count))+0.5))
	}
	order := make([]int, len(class))
	random.Key{Seed: seed, Stream: streamSplit}.Permutation(order)
	held := make([]bool, len(class))
	for _, row := range order {
		if k := class[row]; quota[k] > 0 {
			quota[k]--
			held[row] = true
		}
	}
	for row := range class {
		if held[row] {
			validation = append(validation, row)
		} else {
			training = append(training, row)
		}
	}
	return training, validation
}
