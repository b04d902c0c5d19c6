package mlp

import (
	"cmp"
	"slices"

	"github.com/lockstep-ml/lockstep/internal/random"
	"github.com/lockstep-ml/lockstep/metrics"
)

// Streams of random numbers; those of package nn are below, but for its dropout.
const (
	streamValidation = 1 << 24
	streamTest       = streamValidation + 1
	streamFolds      = streamValidation + 2
)

// A Split divides rows into those to learn from and those to test with, both in
// ascending order. [Features.Select] and [Select] pick them.
type Split struct{ Train, Test []int }

// Select returns the elements of s with the given indices.
func Select[T any](s []T, rows []int) []T {
	selected := make([]T, len(rows))
	for i, row := range rows {
		selected[i] = s[row]
	}
	return selected
}

// TrainTestSplit holds a fraction of the rows out at random, rounded, but leaves
// at least one on either side.
func TrainTestSplit(rows int, testFraction float64, seed uint64) (Split, error) {
	return testSplit(nil, rows, testFraction, seed)
}

// StratifiedSplit holds a fraction of the rows of each class out at random, rounded,
// but leaves at least one row of each to train on. y holds the labels.
func StratifiedSplit[L Label](y []L, testFraction float64, seed uint64) (Split, error) {
	_, class := indexClasses(y)
	return testSplit(class, len(y), testFraction, seed)
}

func testSplit(strata []int, rows int, fraction float64, seed uint64) (Split, error) {
	if !(fraction > 0 && fraction < 1) {
		return Split{}, &SettingError{"testFraction", fraction, "a number between 0 and 1"}
	}
	if rows < 0 {
		return Split{}, negativeRows(rows)
	}
	var s Split
	s.Train, s.Test = hold(strata, rows, fraction, random.Key{Seed: seed, Stream: streamTest})
	if len(s.Test) == 0 {
		return Split{}, dataErrorf("no row of %d is left to test with: want more rows or a greater fraction than %v", rows, fraction)
	}
	return s, nil
}

// hold divides rows at random into those kept and those held out, both in
// ascending order. Of each stratum, all rows if strata is nil, the given
// fraction, rounded, is held out, but at least one row kept.
func hold(strata []int, rows int, fraction float64, key random.Key) (kept, held []int) {
	if strata == nil {
		strata = make([]int, rows)
	}
	var quota []int
	for _, k := range strata {
		for k >= len(quota) {
			quota = append(quota, 0)
		}
		quota[k]++
	}
	for k, count := range quota {
		quota[k] = min(max(count-1, 0), int(float64(fraction*float64(count))+0.5))
	}
	order := make([]int, rows)
	key.Permutation(order)
	isHeld := make([]bool, rows)
	for _, row := range order {
		if k := strata[row]; quota[k] > 0 {
			quota[k]--
			isHeld[row] = true
		}
	}
	for row := range isHeld {
		if isHeld[row] {
			held = append(held, row)
		} else {
			kept = append(kept, row)
		}
	}
	return kept, held
}

// KFold divides the rows at random into folds whose sizes differ by 1 at most. Each
// fold is the test part of one split, and the others are its training part.
func KFold(rows, folds int, seed uint64) ([]Split, error) {
	if rows < 0 {
		return nil, negativeRows(rows)
	}
	return foldSplits(make([]int, rows), folds, seed)
}

// StratifiedKFold is [KFold] with the rows of each class spread over the folds as
// evenly as they can be. y holds the labels.
func StratifiedKFold[L Label](y []L, folds int, seed uint64) ([]Split, error) {
	_, class := indexClasses(y)
	return foldSplits(class, folds, seed)
}

// foldSplits deals the rows out, stratum after stratum, in random order.
func foldSplits(strata []int, folds int, seed uint64) ([]Split, error) {
	if folds < 2 {
		return nil, &SettingError{"folds", folds, "at least 2"}
	}
	if folds > len(strata) {
		return nil, dataErrorf("%d rows do not make %d folds, want at least one row for each", len(strata), folds)
	}
	order := make([]int, len(strata))
	random.Key{Seed: seed, Stream: streamFolds}.Permutation(order)
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(strata[a], strata[b]) })
	foldOf := make([]int, len(strata))
	for i, row := range order {
		foldOf[row] = i % folds
	}
	splits := make([]Split, folds)
	for row, fold := range foldOf {
		for f := range splits {
			if f == fold {
				splits[f].Test = append(splits[f].Test, row)
			} else {
				splits[f].Train = append(splits[f].Train, row)
			}
		}
	}
	return splits, nil
}

func negativeRows(rows int) error { return &SettingError{"rows", rows, "their number"} }

// indexClasses returns the classes in ascending order and the index of each
// row's.
func indexClasses[L Label](y []L) (classes []L, class []int) {
	classes = metrics.Classes(y)
	class, err := classIndices(classes, y)
	if err != nil {
		panic(err) // the classes are those of y
	}
	return classes, class
}
