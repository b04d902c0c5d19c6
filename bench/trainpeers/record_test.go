package main

import (
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// example has a task in which we lose to a peer, and one without peers. An epoch of
// the first one has 60000*(2*2*784*128 + 3*2*128*10) = 2.45e10 operations.
func example() []result {
	first := &run{caption: "a machine, commit 1", peers: []string{"torch 2: by gcc"}}
	second := &run{caption: "a machine, commit 2"}
	return []result{
		{run: first, task: tasks[0], contestant: "lockstep, workers=1", ours: true, threads: 1, peak: 1e11, timings: []timing{{3, 3}, {2, 2}, {1, 1}}},
		{run: first, task: tasks[0], contestant: "torch 2, omp=1 blas=1", threads: 1, peak: 1e11, timings: []timing{{1, 1}, {1.5, 1.5}, {9, 9}}},
		{run: second, task: tasks[1], contestant: "lockstep, workers=1", ours: true, threads: 1, peak: 1e11, timings: []timing{{1, 1}}},
	}
}

func TestRecordSurvivesItsFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "training.txt")
	if r, err := readRecord(path); r != nil || err != nil {
		t.Fatalf("without a file: %v, %v", r, err)
	}
	if err := writeRecord(path, example()); err != nil {
		t.Fatal(err)
	}
	if got, err := readRecord(path); err != nil || !reflect.DeepEqual(got, example()) {
		t.Errorf("read %v, %v, want %v", got, err, example())
	}
}

func TestParseResultFails(t *testing.T) {
	for _, line := range []string{"", "no such task\ta\t1\t1\t1 1", tasks[0].String() + "\ta\tone\t1\t1 1", tasks[0].String() + "\ta\t1\t1\t1"} {
		if _, err := parseResult(line); err == nil {
			t.Errorf("%q: no error", line)
		}
	}
}

// TestMerge: a task that is measured again loses all its old results.
func TestMerge(t *testing.T) {
	again := []result{{run: &run{caption: "a machine, commit 2"}, task: tasks[0], contestant: "lockstep, workers=2", ours: true, threads: 2}}
	got, want := merge(example(), again), append(example()[2:], again...)
	if !reflect.DeepEqual(got, want) {
		t.Errorf("merged to %v, want %v", got, want)
	}
	if len(runs(got)) != 1 {
		t.Errorf("two runs with the same caption stay apart: %v", runs(got))
	}
}

func TestTables(t *testing.T) {
	var b strings.Builder
	if err := pages[0].write(&b, example()); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"| 784-128-10, batch 64, sgd | 1 | 2 s (1.00) | 12 % | 1.5 s (1.00) | torch 2, omp=1 blas=1 | **1.33** |\n",
		"| 784-128-10, batch 64, adam | 1 | 1 s (1.00) | 25 % |  |  |  |\n",
		"784-128-10, batch 64, sgd: on a machine, commit 1.\n",
		"784-128-10, batch 64, adam: on a machine, commit 2.\n",
		"- torch 2: by gcc\n",
		"- scikit-learn: left out\n",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("the tables lack %q:\n%s", want, &b)
		}
	}
}

// TestPredictions: where two threads are allowed, one may be the fastest setting.
func TestPredictions(t *testing.T) {
	of := &run{caption: "a machine"}
	row := predictions()[0] // 20000 times
	results := []result{
		{run: of, task: row, contestant: "lockstep, workers=1", ours: true, threads: 1, timings: []timing{{0.02, 0.02}}},
		{run: of, task: row, contestant: "ONNX Runtime 1, intra_op=1", threads: 1, timings: []timing{{0.04, 0.04}}},
		{run: of, task: row, contestant: "ONNX Runtime 1, intra_op=2", threads: 2, timings: []timing{{0.01, 0.02}}},
	}
	for threads, want := range map[int]string{1: "0.50", 2: "2.00"} {
		rows := tableRows(row, results, threads)
		if len(rows) != 1 || rows[0][6].Text != want {
			t.Errorf("%d threads: %v, want one row with the ratio %s", threads, rows, want)
		}
	}
}
