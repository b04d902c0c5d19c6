package metrics

import (
	"fmt"
	"math"
)

// MatthewsCorrelation returns the correlation of true and predicted labels: 1 is perfect,
// and what does not depend on the truth has about 0, also if classes are rare (Matthews
// 1975; for several classes Gorodkin 2004):
//
//	(c*n - sum_k p[k]*t[k]) / sqrt((n^2 - sum_k p[k]^2) * (n^2 - sum_k t[k]^2))
//
// of n rows, c of them predicted right, t[k] of them of class k, and p[k] predicted to be.
// It is 0 if all rows are of one class, or predicted to be of one.
//
// It fails if the two differ in length or are empty.
func MatthewsCorrelation[L Label](truth, predicted []L) (float64, error) {
	if err := checkPaired("MatthewsCorrelation", "predictions", len(predicted), len(truth)); err != nil {
		return 0, err
	}
	a := agreementOf(truth, predicted)
	square := float64(a.rows * a.rows)
	spread := float64((square - a.predictions) * (square - a.truths))
	if spread == 0 {
		return 0, nil
	}
	return (float64(a.right*a.rows) - a.chance) / math.Sqrt(spread), nil
}

// CohenKappa returns by how much more true and predicted labels agree than they would by
// chance (Cohen 1960): 1 is perfect, 0 is chance,
//
//	(o - e) / (1 - e),  o = c/n,  e = sum_k p[k]*t[k] / n^2
//
// with the counts of [MatthewsCorrelation].
//
// It fails if the two differ in length or are empty, or if all rows are of one class and
// predicted to be of it, of which chance would make the same.
func CohenKappa[L Label](truth, predicted []L) (float64, error) {
	if err := checkPaired("CohenKappa", "predictions", len(predicted), len(truth)); err != nil {
		return 0, err
	}
	a := agreementOf(truth, predicted)
	square := float64(a.rows * a.rows)
	if a.chance == square {
		return 0, fmt.Errorf("metrics: CohenKappa: all rows are of class %v, and predicted to be; want at least two classes", truth[0])
	}
	return (float64(a.right*a.rows) - a.chance) / (square - a.chance), nil
}

// agreement holds sums over rows and classes, exact integers up to 2^53.
type agreement struct {
	rows, right float64
	chance      float64 // sum of p*t, rows predicted to be of a class and those of it
	predictions float64 // sum of p^2
	truths      float64 // sum of t^2
}

func agreementOf[L Label](truth, predicted []L) agreement {
	a := agreement{rows: float64(len(truth))}
	_, all := countClasses(truth, predicted)
	for _, c := range all {
		p, t := float64(c.predicted), float64(c.support)
		a.right += float64(c.right)
		a.chance += float64(p * t)
		a.predictions += float64(p * p)
		a.truths += float64(t * t)
	}
	return a
}
