package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/lockstep-ml/lockstep/metrics"
)

func TestConfusionOfManyClasses(t *testing.T) {
	var truth, predicted []string
	for i := range 40 {
		name := fmt.Sprintf("c%02d", i)
		for j := range 40 {
			truth, predicted = append(truth, name), append(predicted, name)
			if j < i/2 { // c02 and c03 once, c38 and c39 19 times
				truth, predicted = append(truth, name), append(predicted, "c00")
			}
		}
	}
	c, err := metrics.ConfusionMatrix(truth, predicted)
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	writeConfusion(&text, "rows", c)
	lines := strings.Split(strings.TrimSpace(text.String()), "\n")
	if len(lines) != 1+mistakeLines || lines[1] != "    19 of c38 taken for c00" || lines[2] != "    19 of c39 taken for c00" {
		t.Errorf("of 40 classes:\n%s", text.String())
	}
}
