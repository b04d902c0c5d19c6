package main

import (
	"bytes"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/lockstep-ml/lockstep/bench/internal/jsonfile"
)

// example has one session with a function and an operation.
func example() record {
	return record{{Machine: "a machine, commit 1", Rounds: 5, Notes: []string{"libmvec: glibc"}, Rows: []measurement{
		{Tier: "avx2", Operation: "exp", N: functionSize, Results: []result{{ours, 4096, 1, "0.5"}, {"libmvec", 2048, 1, "2.37"}}},
		{Tier: "avx2", Operation: "dot", N: 16, Results: []result{{ours, 6, 1, ""}, {movesName, 5, 1, ""}, {"vek", 7, 1, ""}}},
	}}}
}

func TestRecordSurvivesItsFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "vector.json")
	if err := jsonfile.Write(path, example()); err != nil {
		t.Fatal(err)
	}
	if got, err := jsonfile.Read[record](path); err != nil || !reflect.DeepEqual(got, example()) {
		t.Errorf("read %v, %v, want %v", got, err, example())
	}
}

// TestWith: what is measured again replaces the old row, and the other rows keep
// the caption of their own session.
func TestWith(t *testing.T) {
	again := session{Machine: "a machine, commit 2", Rounds: 3, Rows: []measurement{
		{Tier: "avx2", Operation: "exp", N: functionSize, Results: []result{{ours, 8192, 1, "0.5"}}},
	}}
	r := example().with(again)
	rows := r.rows()
	if len(r) != 2 || len(rows) != 2 || rows[0].time(ours) != 8192 || rows[1].Operation != "dot" {
		t.Fatalf("the record is %+v", r)
	}
	var page bytes.Buffer
	if err := r.writePage(&page); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"avx2 dot: on a machine, commit 1, 5 rounds.\n", "avx2 exp: on a machine, commit 2, 3 rounds.\n"} {
		if !strings.Contains(page.String(), want) {
			t.Errorf("the page lacks %q:\n%s", want, &page)
		}
	}
	again.Machine, again.Rounds = "a machine, commit 1", 5
	if r := example().with(again); len(r) != 1 || len(r[0].Rows) != 2 || len(r[0].Notes) != 1 {
		t.Errorf("sessions with the same caption stay apart: %+v", r)
	}
	again.Rounds = 3
	again.Rows = append(again.Rows, example()[0].Rows[1])
	if r := example().with(again); len(r) != 1 {
		t.Errorf("a session without rows stays: %+v", r)
	}
}

func TestPage(t *testing.T) {
	var page bytes.Buffer
	if err := example().writePage(&page); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"`go run -C bench ./vectorpeers` on a machine, commit 1, 5 rounds. One thread",
		"| function | lockstep | libmvec |\n|---|---:|---:|\n| exp | 1.00 (0.5) | **0.500 (2.37)** |\n",
		"| operation | lockstep | load/store | vek |\n|---|---:|---:|---:|\n| dot 16 | 6.00 | 5.00 | 7.00 |\n",
		"- libmvec: glibc\n",
	} {
		if !strings.Contains(page.String(), want) {
			t.Errorf("the page lacks %q:\n%s", want, &page)
		}
	}
}
