package mlp

import (
	"context"
	"math/rand/v2"
	"testing"
)

// Classes of the flowers that the tests make up.
const (
	setosa     = "setosa"
	versicolor = "versicolor"
	virginica  = "virginica"
)

// flowers returns rows of four inputs of mean 0 and a deviation near 1: a
// class far from the others and, if there are three, two that overlap a little.
func flowers(rows int, classes ...string) (x [][]float64, y []string) {
	centres := map[string][4]float64{
		setosa:     {-1, 0.8, -1.3, -1.2},
		versicolor: {0.1, -0.6, 0.3, 0.2},
		virginica:  {0.9, -0.2, 1.0, 1.1},
	}
	random := rand.NewPCG(1, 2)
	for i := range rows {
		class := classes[i%len(classes)]
		row := make([]float64, 4)
		for j := range row {
			row[j] = centres[class][j] + float64(0.3*bell(random))
		}
		x, y = append(x, row), append(y, class)
	}
	return x, y
}

// bell returns a number of mean 0 and deviation 1, the sum of twelve uniform
// ones.
func bell(random *rand.PCG) float64 {
	sum := -6.0
	for range 12 {
		sum += float64(random.Uint64()>>11) / (1 << 53)
	}
	return sum
}

// fitFlowers returns a small classifier that is fitted to flowers.
func fitFlowers(t testing.TB, classes ...string) (model *ClassifierModel[string], x [][]float64, y []string) {
	x, y = flowers(90, classes...)
	c := NewClassifier[string]()
	c.HiddenLayerSizes = []int{8}
	c.LearningRateInit = 0.02
	c.MaxIter = 60
	return mustFit(t, c, x, y), x, y
}

func mustFit[L Label](t testing.TB, c *Classifier[L], x [][]float64, y []L) *ClassifierModel[L] {
	t.Helper()
	m, err := c.Fit(context.Background(), Rows(x), y)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func mustFitLogistic[L Label](t testing.TB, r *LogisticRegression[L], x [][]float64, y []L) *LogisticModel[L] {
	t.Helper()
	m, err := r.Fit(context.Background(), Rows(x), y)
	if err != nil {
		t.Fatal(err)
	}
	return m
}
