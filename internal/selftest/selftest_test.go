package selftest

import (
	"encoding/json"
	"flag"
	"os"
	"strconv"
	"testing"

	"github.com/lockstep-ml/lockstep/internal/tier"
	"github.com/lockstep-ml/lockstep/nn"
)

var update = flag.Bool("update", false, "add missing values to golden.json")

func mustChecks(t *testing.T) []Check {
	t.Helper()
	checks, err := Checks()
	if err != nil {
		t.Fatal(err)
	}
	return checks
}

// TestChecks runs everything in every tier.
func TestChecks(t *testing.T) {
	checks := mustChecks(t)
	if *update {
		addGoldens(t, checks)
		return
	}
	seen := map[string]string{}
	for i, c := range checks {
		other := seen[c.Want]
		if other == "Sigmoid" && c.Name == "SoftplusBackward" { // the same function
			other = ""
		}
		if other != "" || len(c.Want) != 64 {
			t.Errorf("%s: the golden value %q is that of %q, or none", c.Name, c.Want, other)
		}
		seen[c.Want] = c.Name
		for _, x := range tiers() {
			if o := checks[i].in(x); !o.OK() {
				t.Errorf("%s in tier %v: %s, %v; want %s", c.Name, x, o.Got, o.Err, c.Want)
			}
		}
	}
	for name, want := range mustRecorded(t) { //bitlint:ignore each is looked up
		if seen[want] == "" {
			t.Errorf("%s is on record in docs/accuracy.json, but not among the functions here", name)
		}
	}
}

func tiers() []tier.Tier {
	if testing.Short() {
		return []tier.Tier{tier.Active()}
	}
	return tier.Supported()
}

func mustRecorded(t *testing.T) map[string]string {
	t.Helper()
	recorded, err := recordedFunctions()
	if err != nil {
		t.Fatal(err)
	}
	return recorded
}

// TestWorkers trains with other numbers of workers than the checks do.
func TestWorkers(t *testing.T) {
	want := map[string]string{}
	for _, c := range mustChecks(t) {
		want[c.Name] = c.Want
	}
	for _, training := range trainings {
		for _, training.workers = range []int{1, 2, 3, 7, 16} {
			d := newDigest()
			if err := training.run(d); err != nil || d.sum() != want[training.name] {
				t.Errorf("%s with %d workers: %s, %v; want %s", training.name, training.workers, d.sum(), err, want[training.name])
			}
		}
	}
}

// addGoldens adds the values that are missing.
func addGoldens(t *testing.T, checks []Check) {
	t.Helper()
	goldens := map[string]map[string]string{}
	if err := json.Unmarshal(golden, &goldens); err != nil {
		t.Fatal(err)
	}
	version := strconv.Itoa(nn.ContractVersion)
	if goldens[version] == nil {
		goldens[version] = map[string]string{}
	}
	for i, c := range checks {
		if c.Want == "" {
			goldens[version][c.Name] = checks[i].in(tier.Generic).Got
		}
	}
	text, err := json.MarshalIndent(goldens, "", "\t")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("golden.json", append(text, '\n'), 0o644); err != nil {
		t.Fatal(err)
	}
}
