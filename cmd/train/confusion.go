package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"

	"github.com/lockstep-ml/lockstep/metrics"
)

const (
	widestMatrix = 30 // classes that a terminal has room for
	mistakeLines = 10
)

// A mistake is a class that was taken for another one so many times.
type mistake struct {
	truth, predicted string
	count            int
}

// writeConfusion writes which classes of the rows, called so, were taken for which: the
// whole matrix or, of many classes, the most frequent mistakes.
func writeConfusion(w io.Writer, rows string, c *metrics.Confusion[string]) {
	if len(c.Classes) <= widestMatrix {
		fmt.Fprintf(w, "\nconfusion matrix of the test %s (rows: what they are, columns: what they are taken for)\n%v\n", rows, c)
		return
	}
	worst := worstMistakes(c)
	fmt.Fprintf(w, "\nmost frequent mistakes of the test %s: %d\n", rows, len(worst))
	for _, m := range worst {
		fmt.Fprintf(w, "%6d of %s taken for %s\n", m.count, m.truth, m.predicted)
	}
}

// worstMistakes returns the most frequent mistakes, of equally frequent ones the first.
func worstMistakes(c *metrics.Confusion[string]) []mistake {
	var all []mistake
	for i, row := range c.Counts {
		for j, count := range row {
			if i != j && count > 0 {
				all = append(all, mistake{c.Classes[i], c.Classes[j], count})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b mistake) int { return cmp.Compare(b.count, a.count) })
	return all[:min(len(all), mistakeLines)]
}
