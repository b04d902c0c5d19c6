package metrics

import "fmt"

// Average says how the scores of the classes become one number.
type Average int

// The averages, as in scikit-learn.
const (
	Macro    Average = iota // the mean over the classes, each counting the same
	Micro                   // the score of the classes' counts together, which is the accuracy
	Weighted                // the mean over the classes, each counting as often as it is a true label
)

func (a Average) String() string {
	switch a {
	case Macro:
		return "macro"
	case Micro:
		return "micro"
	case Weighted:
		return "weighted"
	}
	return "unknown average"
}

// Precision returns the fraction of the rows predicted to be of a class that
// are of it, averaged over the classes:
//
//	tp / (tp + fp)
//
// with tp the rows of the class predicted right, fp the rows of others
// predicted to be of it. Of a class that is never predicted it is 0. The
// classes are all true and predicted labels.
//
// It fails if the two differ in length or are empty, or if there is no such average, as do [Recall] and [F1].
// [ClassificationReport] has the scores of each class.
func Precision[L Label](truth, predicted []L, average Average) (float64, error) {
	return averaged("Precision", truth, predicted, average, counts.precision)
}

// Recall returns the fraction of the rows of a class that are predicted to be
// of it, averaged over the classes:
//
//	tp / (tp + fn)
//
// with fn the rows of the class predicted to be of others. Of a class that
// is never a true label it is 0.
func Recall[L Label](truth, predicted []L, average Average) (float64, error) {
	return averaged("Recall", truth, predicted, average, counts.recall)
}

// F1 returns the harmonic mean of the precision and the recall of a class,
// averaged over the classes:
//
//	2 tp / (2 tp + fp + fn)
func F1[L Label](truth, predicted []L, average Average) (float64, error) {
	return averaged("F1", truth, predicted, average, counts.f1)
}

// counts are what the scores of a class are made of.
type counts struct{ right, predicted, support int }

func (c counts) precision() float64 { return ratio(c.right, c.predicted) }
func (c counts) recall() float64    { return ratio(c.right, c.support) }
func (c counts) f1() float64        { return ratio(2*c.right, c.predicted+c.support) }

// ratio returns a/b, 0 if b is 0.
func ratio(a, b int) float64 {
	if b == 0 {
		return 0
	}
	return float64(a) / float64(b)
}

// countClasses returns the classes and what the scores of each are made of. It needs
// no confusion matrix, which for many classes would be large.
func countClasses[L Label](truth, predicted []L) ([]L, []counts) {
	classes := Classes(truth, predicted)
	index, all := classIndex(classes), make([]counts, len(classes))
	for i, label := range truth {
		k := index[label]
		all[k].support++
		all[index[predicted[i]]].predicted++
		if predicted[i] == label {
			all[k].right++
		}
	}
	return classes, all
}

// averaged returns the average of a score over the classes.
func averaged[L Label](metric string, truth, predicted []L, average Average, score func(counts) float64) (float64, error) {
	if err := checkPaired(metric, "predictions", len(predicted), len(truth)); err != nil {
		return 0, err
	}
	if average < Macro || average > Weighted {
		return 0, fmt.Errorf("metrics: %s: the average is %v, want Macro, Micro or Weighted", metric, average)
	}
	_, all := countClasses(truth, predicted)
	return average.of(all, score), nil
}

// of returns the average of a score over classes.
func (a Average) of(classes []counts, score func(counts) float64) float64 {
	var all counts
	sum, weighted := 0.0, 0.0
	for _, c := range classes {
		all.right += c.right
		all.predicted += c.predicted
		all.support += c.support
		s := score(c)
		sum += s
		weighted += float64(s * float64(c.support))
	}
	switch a {
	case Micro:
		return score(all)
	case Weighted:
		return weighted / float64(all.support)
	}
	return sum / float64(len(classes))
}
