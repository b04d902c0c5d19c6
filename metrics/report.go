package metrics

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// A Report lists how well each class is predicted. Its String method prints it
// as scikit-learn's classification_report does.
type Report[L Label] struct {
	Classes  []L      // all true and predicted labels, in ascending order
	Scores   []Scores // of each class
	Accuracy float64
	Macro    Scores // averages over the classes; see [Macro]
	Weighted Scores // see [Weighted]
}

// Scores are those of a class, or averages.
type Scores struct {
	Precision, Recall, F1 float64
	Support               int // rows of the class, or all
}

// ClassificationReport compares predicted with true labels. It fails if the two
// differ in length or are empty.
func ClassificationReport[L Label](truth, predicted []L) (*Report[L], error) {
	accuracy, err := Accuracy(truth, predicted)
	if err != nil {
		return nil, err
	}
	classes, all := countClasses(truth, predicted)
	r := &Report[L]{Classes: classes, Accuracy: accuracy}
	for _, c := range all {
		r.Scores = append(r.Scores, Scores{c.precision(), c.recall(), c.f1(), c.support})
	}
	average := func(a Average) Scores {
		return Scores{a.of(all, counts.precision), a.of(all, counts.recall), a.of(all, counts.f1), len(truth)}
	}
	r.Macro, r.Weighted = average(Macro), average(Weighted)
	return r, nil
}

// String returns a table with a line for each class, two digits a score.
func (r *Report[L]) String() string {
	width := len("weighted avg")
	names := make([]string, len(r.Classes))
	for i, class := range r.Classes {
		names[i] = fmt.Sprint(class)
		width = max(width, utf8.RuneCountInString(names[i]))
	}
	var table strings.Builder
	fmt.Fprintf(&table, "%*s  %9s %9s %9s %9s\n\n", width, "", "precision", "recall", "f1-score", "support")
	line := func(name string, s Scores) {
		fmt.Fprintf(&table, "%*s  %9.2f %9.2f %9.2f %9d\n", width, name, s.Precision, s.Recall, s.F1, s.Support)
	}
	for i, s := range r.Scores {
		line(names[i], s)
	}
	fmt.Fprintf(&table, "\n%*s  %9s %9s %9.2f %9d\n", width, "accuracy", "", "", r.Accuracy, r.Macro.Support)
	line("macro avg", r.Macro)
	line("weighted avg", r.Weighted)
	return strings.TrimSuffix(table.String(), "\n")
}
