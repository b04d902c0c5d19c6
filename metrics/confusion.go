package metrics

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Confusion counts how often rows of one class were predicted to be of another.
// Its String method prints it as a table.
type Confusion[L Label] struct {
	// Classes are all true and predicted labels, in ascending order.
	Classes []L

	// Counts[i][j] is the number of rows of Classes[i] that were predicted
	// to be of Classes[j]; right predictions are on the diagonal.
	Counts [][]int
}

// ConfusionMatrix compares predicted with true labels. It fails if the two
// differ in length or are empty.
func ConfusionMatrix[L Label](truth, predicted []L) (*Confusion[L], error) {
	if err := checkPaired("ConfusionMatrix", "predictions", len(predicted), len(truth)); err != nil {
		return nil, err
	}
	c := &Confusion[L]{Classes: Classes(truth, predicted)}
	for range c.Classes {
		c.Counts = append(c.Counts, make([]int, len(c.Classes)))
	}
	index := classIndex(c.Classes)
	for i, label := range truth {
		c.Counts[index[label]][index[predicted[i]]]++
	}
	return c, nil
}

// String returns a table with a line for each true class and a column for each
// predicted one.
func (c *Confusion[L]) String() string {
	const corner = `true \ predicted`
	names := make([]string, len(c.Classes))
	first := utf8.RuneCountInString(corner)
	for i, class := range c.Classes {
		names[i] = fmt.Sprint(class)
		first = max(first, utf8.RuneCountInString(names[i]))
	}
	var table strings.Builder
	fmt.Fprintf(&table, "%-*s", first, corner)
	widths := c.widths(names)
	for j, name := range names {
		fmt.Fprintf(&table, "  %*s", widths[j], name)
	}
	for i, row := range c.Counts {
		fmt.Fprintf(&table, "\n%-*s", first, names[i])
		for j, count := range row {
			fmt.Fprintf(&table, "  %*d", widths[j], count)
		}
	}
	return table.String()
}

// widths returns the width of each column: that of its widest entry.
func (c *Confusion[L]) widths(names []string) []int {
	widths := make([]int, len(names))
	for j, name := range names {
		widths[j] = utf8.RuneCountInString(name)
		for i := range c.Counts {
			widths[j] = max(widths[j], len(fmt.Sprint(c.Counts[i][j])))
		}
	}
	return widths
}
