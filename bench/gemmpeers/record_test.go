package main

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/lockstep-ml/lockstep/bench/internal/jsonfile"
)

func TestShapeString(t *testing.T) {
	for want, s := range map[string]shape{
		"64x128x784":   {m: 64, n: 128, k: 784},
		"784x128x64TN": {transA: true, m: 784, n: 128, k: 64},
		"64x784x128NT": {transB: true, m: 64, n: 784, k: 128},
	} {
		if got := s.String(); got != want {
			t.Errorf("%+v is written %s, want %s", s, got, want)
		}
	}
}

// example has a product that is won and one that is lost.
func example() section {
	return section{
		Tier: "avx2", Type: float32s, Workers: 1, Machine: "a machine", Rounds: 3,
		Contestants: []string{"lockstep", "openblas"}, Notes: []string{"openblas: 1.0"},
		Rows: []row{
			{Shape: "8x8x8", GFLOPS: []float64{20, 10}, Load: []float64{1, 1}, OfPeak: 0.2, Ratio: 2},
			{Shape: "64x64x64", GFLOPS: []float64{80, 90}, Load: []float64{1, 1}, OfPeak: 0.8, Ratio: 0.89},
		},
	}
}

// TestRecordWith checks that a run replaces the rows that it measured, keeps the
// others, and that sections are in order.
func TestRecordWith(t *testing.T) {
	again := example()
	again.Rows = []row{{Shape: "64x64x64", GFLOPS: []float64{95, 90}, Load: []float64{1, 1}, Ratio: 1.06}}
	better := example()
	better.Tier = "avx512"
	r := record{}.with(example()).with(again).with(better)
	if len(r) != 2 || r[0].Tier != "avx512" || r[1].Tier != "avx2" {
		t.Fatalf("sections are %v", r)
	}
	if rows := r[1].Rows; len(rows) != 2 || rows[0].Ratio != 2 || rows[1].Ratio != 1.06 {
		t.Errorf("rows are %v", rows)
	}
}

// TestRecordKeepsCaptions checks that rows of an earlier run keep its caption.
func TestRecordKeepsCaptions(t *testing.T) {
	again := example()
	again.Machine, again.Rows = "a machine, later", again.Rows[1:]
	third := again
	third.Machine = "a machine, later still"
	r := record{}.with(example()).with(again).with(third)
	if rows := r[0].Rows; r[0].Machine != third.Machine || rows[0].Machine != "a machine" || rows[1].Machine != "" {
		t.Errorf("captions are %q, of the rows %q and %q", r[0].Machine, rows[0].Machine, rows[1].Machine)
	}
	var b bytes.Buffer
	if err := r.writePage(&b); err != nil {
		t.Fatal(err)
	}
	if want := "\nFrom an earlier run, on a machine: 8x8x8.\n"; !strings.Contains(b.String(), want) {
		t.Errorf("the page lacks %q:\n%s", want, &b)
	}
}

// TestRecordWithOthers checks that the rates of one peer never stand under the name
// of another.
func TestRecordWithOthers(t *testing.T) {
	other := example()
	other.Contestants = []string{"lockstep", "blis"}
	other.Rows = other.Rows[1:]
	if r := (record{example()}).with(other); len(r) != 1 || len(r[0].Rows) != 1 || r[0].Rows[0].Shape != "64x64x64" {
		t.Errorf("rows of other contestants stay: %+v", r)
	}
}

func TestRecordSurvivesItsFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), recordName)
	want := record{example()}
	if err := jsonfile.Write(path, want); err != nil {
		t.Fatal(err)
	}
	if got, err := jsonfile.Read[record](path); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("read %v, %v, want %v", got, err, want)
	}
}

func TestPageMarksLosses(t *testing.T) {
	var b bytes.Buffer
	if err := (record{example()}).writePage(&b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"## Matrix products\n", "At 1 of 2 products", "| 8x8x8 | 2.00 |\n", "| 64x64x64 | **0.89** |\n", "**90.0 (1.00)**"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("the page lacks %q:\n%s", want, &b)
		}
	}
}

func TestHeatMap(t *testing.T) {
	var b bytes.Buffer
	if err := (record{example()}).writeHeatMap(&b); err != nil {
		t.Fatal(err)
	}
	text := b.String()
	for d := xml.NewDecoder(&b); ; {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	if strings.Count(text, "bold") != 1 {
		t.Errorf("one cell of the heat map should be bold:\n%s", text)
	}
	if won, lost := shade(example().Rows[0]), shade(example().Rows[1]); won != "#5cb85c" || lost[1:3] < lost[3:5] {
		t.Errorf("shades are %s and %s, want green and red", won, lost)
	}
}

func TestOutcomes(t *testing.T) {
	s := shape{m: 10, n: 10, k: 5} // 1000 operations
	samples := [][]sample{
		{{1, 1}, {2, 1}, {4, 1}},
		{{2, 1}, {3, 1}, {4, 1}},
		{{1.5, 1}, {8, 1}, {8, 1}},
	}
	if r := medians(s, samples, []float64{0.5, 0.7, 0.6}); r.Ratio != 1.5 || r.GFLOPS[0] != 500 || r.OfPeak != 0.6 {
		t.Errorf("medians are %+v", r)
	}
	if r := shortest(s, samples, []float64{0.5, 0.7, 0.6}); r.Ratio != 1.5 || r.GFLOPS[0] != 1000 || r.OfPeak != 0.7 {
		t.Errorf("the shortest are %+v", r)
	}
}
