package main

import (
	"reflect"
	"slices"
	"strings"
	"testing"
)

func TestMerge(t *testing.T) {
	old := []method{{Name: "a", Shapes: 1}, {Name: "b", Shapes: 1}, {Name: "gone"}}
	new := []method{{Name: "c", Shapes: 2}, {Name: "b", Shapes: 2}}
	got := merge(old, new, func(m method) string { return m.Name }, []string{"a", "b", "c", "d"})
	want := []method{{Name: "a", Shapes: 1}, {Name: "b", Shapes: 2}, {Name: "c", Shapes: 2}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("merged: %v, want %v", got, want)
	}
}

func TestKeep(t *testing.T) {
	r := record{
		Tasks: []row{
			{Task: "Dgemm", Machine: "here", Contestants: []string{"lockstep", "gonum"}, Descriptions: []string{"x", "y"}, Nanoseconds: []float64{1e3, 2e3}, Load: []float64{2, 1}},
			{Task: "SVD", Machine: "here", Contestants: []string{"lockstep", "gonum"}, Descriptions: []string{"x", "y"}, Nanoseconds: []float64{4e6, 3e6}, Load: []float64{2, 1}},
		},
		Calls: []method{{Name: "Ddot 1 1", Machine: "there", Shapes: 7, Again: []result{{"0x1x0", timing{9, 9, 1}, timing{10, 9, 0.9}}, {"0x2x0", timing{9, 8, 0.89}, timing{9, 9, 1}}}}},
	}
	folder := t.TempDir()
	if err := r.keep(folder); err != nil {
		t.Fatal(err)
	}
	got, err := readRecord(folder)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, r) {
		t.Errorf("kept %v, want %v", got, r)
	}
	var page strings.Builder
	if err := r.writePage(&page); err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{
		"| Dgemm | 1 us (2.00) | 2 us (1.00) | 2.00 |",
		"| SVD | 4 ms (2.00) | **3 ms (1.00)** | **0.75** |",
		"| Ddot 1 1 | 0x1x0 | 10 ns | 9 ns | 1.00 | **0.90** |",
	} {
		if !slices.Contains(strings.Split(page.String(), "\n"), line) {
			t.Errorf("the page has no line %q:\n%s", line, &page)
		}
	}
}
