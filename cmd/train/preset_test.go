package main

import (
	"bytes"
	"os"
	"strings"
	"testing"
)

func TestPresetSetsWhatIsNotGiven(t *testing.T) {
	for name, preset := range presets {
		s, err := parseSettings([]string{"-preset", name, "-batch", "32"}, os.Getenv, &bytes.Buffer{})
		if err != nil {
			t.Fatal(err)
		}
		if s.batch != 32 {
			t.Errorf("-preset %s -batch 32: batches of %d", name, s.batch)
		}
		if preset["crop"] == "20" && s.crop != 20 {
			t.Errorf("-preset %s: crop %d", name, s.crop)
		}
	}
}

// TestFastPreset trains on the digits that are built in, and ends in the same
// weights for any number of workers.
func TestFastPreset(t *testing.T) {
	args := []string{"-preset", "fast", "-dataset", "digits", "-limit", "1500"}
	code, stdout, stderr := runProgram(append(args, "-workers", "1")...)
	if code != exitOK {
		t.Fatal(stderr)
	}
	for _, want := range []string{"network  400-256-10 relu", "learning rate 0.006 up and down in one cycle, batches of 128, 3 epochs"} {
		if !strings.Contains(stdout, want) {
			t.Errorf("the report lacks %q:\n%s", want, stdout)
		}
	}
	if _, other, _ := runProgram(append(args, "-workers", "2")...); hashOf(t, other) != hashOf(t, stdout) {
		t.Error("two workers end in other weights than one")
	}
}

func TestFlopsPerRow(t *testing.T) {
	s, err := parseSettings([]string{"-dataset", "digits", "-hidden", "20,10"}, os.Getenv, &bytes.Buffer{})
	if err != nil {
		t.Fatal(err)
	}
	net, err := buildNetwork(s, builtin(""))
	if err != nil {
		t.Fatal(err)
	}
	// Two products of the first layer, three of the others, two operations each.
	if got, want := flopsPerRow(net), float64(2*2*784*20+3*2*(20*10+10*10)); got != want {
		t.Errorf("%v operations a row, want %v", got, want)
	}
}
