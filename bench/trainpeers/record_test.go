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
	return []result{
		{task: tasks[0], contestant: "lockstep, workers=1", ours: true, threads: 1, peak: 1e11, timings: []timing{{3, 3}, {2, 2}, {1, 1}}},
		{task: tasks[0], contestant: "torch 2, omp=1 blas=1", threads: 1, peak: 1e11, timings: []timing{{1, 1}, {1.5, 1.5}, {9, 9}}},
		{task: tasks[1], contestant: "lockstep, workers=1", ours: true, threads: 1, peak: 1e11, timings: []timing{{1, 1}}},
	}
}

func TestRecordSurvivesItsFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "training.txt")
	if r, err := readRecord(path); r != nil || err != nil {
		t.Fatalf("without a file: %v, %v", r, err)
	}
	if err := writeRecord(path, "a machine", example()); err != nil {
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
	again := []result{{task: tasks[0], contestant: "lockstep, workers=2", ours: true, threads: 2}}
	if got, want := merge(example(), again), append(example()[2:], again...); !reflect.DeepEqual(got, want) {
		t.Errorf("merged to %v, want %v", got, want)
	}
}

func TestTables(t *testing.T) {
	var b strings.Builder
	if err := writeTables(&b, example()); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"| 784-128-10, batch 64, sgd | 2 s (1.00) | 12 % | 1.5 s (1.00) | torch 2, omp=1 blas=1 | **1.33** |\n",
		"| 784-128-10, batch 64, adam | 1 s (1.00) | 25 % |  |  |  |\n",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("the tables lack %q:\n%s", want, &b)
		}
	}
}
