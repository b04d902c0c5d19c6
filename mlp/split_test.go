package mlp

import (
	"context"
	"errors"
	"slices"
	"strings"
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

func TestTestSplits(t *testing.T) {
	y := make([]string, 100)
	for i := range y {
		y[i] = []string{"a", "a", "a", "b"}[i%4]
	}
	plain, err := TrainTestSplit(100, 0.2, 1)
	if err != nil {
		t.Fatal(err)
	}
	stratified, err := StratifiedSplit(y, 0.2, 1)
	if err != nil {
		t.Fatal(err)
	}
	for name, s := range map[string]Split{"plain": plain, "stratified": stratified} {
		if len(s.Test) != 20 || !isPartition([][]int{s.Train, s.Test}, 100) {
			t.Errorf("%s: %d rows to test with, want 20 of 100", name, len(s.Test))
		}
	}
	if n := count(Select(y, stratified.Test), "b"); n != 5 {
		t.Errorf("%d rows of class b to test with, want 5", n)
	}
	other, err := TrainTestSplit(100, 0.2, 2)
	if err != nil || slices.Equal(other.Test, plain.Test) {
		t.Errorf("the split does not depend on the seed, %v", err)
	}
	for _, fraction := range []float64{0, 1, -1, 0.001} {
		if _, err := TrainTestSplit(100, fraction, 1); err == nil {
			t.Errorf("no error for the fraction %v", fraction)
		}
	}
	_, errT := TrainTestSplit(-1, 0.2, 1)
	_, errK := KFold(-1, 2, 1)
	for _, err := range []error{errT, errK} {
		if setting := new(SettingError); !errors.As(err, &setting) || setting.Name != "rows" {
			t.Errorf("-1 rows: error %v, want a SettingError", err)
		}
	}
}

func TestFolds(t *testing.T) {
	y := make([]int, 103)
	for i := range y {
		y[i] = i * i % 7 // classes of 14 to 30 rows
	}
	plain, err := KFold(103, 5, 3)
	if err != nil {
		t.Fatal(err)
	}
	stratified, err := StratifiedKFold(y, 5, 3)
	if err != nil {
		t.Fatal(err)
	}
	for name, splits := range map[string][]Split{"plain": plain, "stratified": stratified} {
		var tests [][]int
		for _, s := range splits {
			if n := len(s.Test); n != 20 && n != 21 || !isPartition([][]int{s.Train, s.Test}, 103) {
				t.Errorf("%s: a fold of %d rows", name, n)
			}
			tests = append(tests, s.Test)
		}
		if !isPartition(tests, 103) {
			t.Errorf("%s: the folds do not make up all rows", name)
		}
	}
	for _, class := range []int{0, 1, 2, 4} {
		for _, s := range stratified {
			if n, all := count(Select(y, s.Test), class), count(y, class); n < all/5 || n > all/5+1 {
				t.Errorf("a fold has %d of %d rows of class %d", n, all, class)
			}
		}
	}
	_, errFew := KFold(3, 4, 0)
	_, errOne := StratifiedKFold(y, 1, 0)
	if errFew == nil || errOne == nil {
		t.Errorf("errors %v, %v, want both", errFew, errOne)
	}
}

// isPartition reports whether ascending parts make up the rows.
func isPartition(parts [][]int, rows int) bool {
	all := make([]int, rows)
	for i := range all {
		all[i] = i
	}
	for _, part := range parts {
		if !slices.IsSorted(part) {
			return false
		}
	}
	return slices.Equal(slices.Sorted(slices.Values(slices.Concat(parts...))), all)
}

func count[T comparable](s []T, v T) (n int) {
	for _, e := range s {
		if e == v {
			n++
		}
	}
	return n
}

func TestCrossValidate(t *testing.T) {
	x, y := flowers(90, setosa, versicolor, virginica)
	splits, err := StratifiedKFold(y, 3, 1)
	if err != nil {
		t.Fatal(err)
	}
	r := NewLogisticRegression[string]()
	r.Workers = 1
	var want []FoldResult[*LogisticModel[string]]
	for _, workers := range []int{1, 3, 8} {
		calls := 0
		got, err := CrossValidate(context.Background(), r, Rows(x), y, splits, CrossValidation{Workers: workers, OnFold: func(done, all int, score float64) {
			calls++
			if done != calls || all != 3 || score < 0.9 {
				t.Errorf("OnFold(%d, %d, %v) is call %d", done, all, score, calls)
			}
		}})
		if err != nil || calls != 3 {
			t.Fatalf("%d calls, error %v", calls, err)
		}
		if want == nil {
			want = got
		}
		for i, s := range splits {
			alone, err := r.Fit(context.Background(), Rows(x).Select(s.Train), Select(y, s.Train))
			if err != nil {
				t.Fatal(err)
			}
			if got[i].Model.Hash() != alone.Hash() || got[i].Score != want[i].Score {
				t.Errorf("%d workers, split %d: another model than alone", workers, i)
			}
		}
	}
	// The other estimators are ones, too.
	c, g := NewClassifier[string](), NewRegressor()
	c.MaxIter, g.MaxIter = 2, 2
	hillX, hillY := hills(90)
	_, errC := CrossValidate(context.Background(), c, Rows(x), y, splits, CrossValidation{})
	_, errG := CrossValidate(context.Background(), g, Rows(hillX), hillY, splits, CrossValidation{})
	if errC != nil || errG != nil {
		t.Error(errC, errG)
	}
}

func TestCrossValidateErrors(t *testing.T) {
	x, y := flowers(30, setosa, versicolor)
	r := NewLogisticRegression[string]()
	run := func(ctx context.Context, y []string, splits ...Split) error {
		_, err := CrossValidate(ctx, r, Rows(x), y, splits, CrossValidation{})
		return err
	}
	good := Split{Train: []int{0, 1, 2, 3}, Test: []int{4}}
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	for _, c := range []struct {
		name string
		err  error
		want string
	}{
		{"none", run(context.Background(), y), "there are no splits"},
		{"labels", run(context.Background(), y[1:], good), "29 targets for 30 rows"},
		{"empty", run(context.Background(), y, good, Split{Train: []int{1}}), "split 1 has 1 rows to train on and 0"},
		{"range", run(context.Background(), y, Split{Train: []int{1}, Test: []int{30}}), "row 30"},
		{"one class", run(context.Background(), y, good, Split{Train: []int{0, 2}, Test: []int{4}}), "split 1: mlp: all rows are of class"},
	} {
		if c.err == nil || !strings.Contains(c.err.Error(), c.want) {
			t.Errorf("%s: error %v, want one with %q", c.name, c.err, c.want)
		}
	}
	if err := run(cancelled, y, good, good); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want context.Canceled", err)
	}
}
