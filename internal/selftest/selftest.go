// Package selftest computes what must be the same bits on every machine, in every
// tier of this one, and compares it with golden values: the functions with
// docs/accuracy.json, kernels and whole trainings with golden.json.
package selftest

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/lockstep-ml/lockstep/docs"
	"github.com/lockstep-ml/lockstep/internal/tier"
	"github.com/lockstep-ml/lockstep/nn"
)

// A Check is something whose bits are known.
type Check struct {
	Group string // "function", "kernel" or "training"
	Name  string
	Want  string // SHA-256 of the results, in hexadecimal
	run   func(*digest) error
}

// An Outcome is what a check gave in a tier.
type Outcome struct {
	Check *Check
	Tier  tier.Tier
	Got   string
	Err   error
}

// OK reports whether the outcome is as it must be.
func (o Outcome) OK() bool { return o.Err == nil && o.Got == o.Check.Want }

// golden holds the hashes of kernels and trainings by contract version. A change of these
// bits raises nn.ContractVersion: then run
//
//	go test ./internal/selftest -run TestChecks -update
//
// which adds what is missing, and refuses to change what is there.
//
//go:embed golden.json
var golden []byte

// Checks returns all checks.
func Checks() ([]Check, error) {
	recorded, err := recordedFunctions()
	if err != nil {
		return nil, err
	}
	goldens := map[string]map[string]string{}
	if err := json.Unmarshal(golden, &goldens); err != nil {
		return nil, fmt.Errorf("selftest: golden.json: %w", err)
	}
	var checks []Check
	for _, f := range functions {
		if want := recorded[f.name]; want != "" {
			checks = append(checks, Check{"function", f.name, want, f.run})
		}
	}
	version := strconv.Itoa(nn.ContractVersion)
	for _, k := range kernelChecks {
		checks = append(checks, Check{"kernel", k.name, goldens[version][k.name], k.run})
	}
	for _, t := range trainings {
		checks = append(checks, Check{"training", t.name, goldens[version][t.name], t.run})
	}
	return checks, nil
}

// recordedFunctions returns the strided hashes of docs/accuracy.json.
func recordedFunctions() (map[string]string, error) {
	var records []struct {
		Function string `json:"function"`
		Strided  string `json:"strided_sha256"`
	}
	if err := json.Unmarshal(docs.Accuracy, &records); err != nil {
		return nil, fmt.Errorf("selftest: docs/accuracy.json: %w", err)
	}
	recorded := map[string]string{}
	for _, r := range records {
		recorded[r.Function] = r.Strided
	}
	return recorded, nil
}

// Run computes each check in each tier of this machine, check by check, and hands
// over the outcomes. It must have the kernels for itself.
func Run(ctx context.Context, checks []Check, report func(Outcome)) error {
	for i := range checks {
		for _, t := range tier.Supported() {
			if err := ctx.Err(); err != nil {
				return err
			}
			report(checks[i].in(t))
		}
	}
	return nil
}

// in computes the check in a tier.
func (c *Check) in(t tier.Tier) Outcome {
	defer tier.Force(t)()
	d := newDigest()
	err := c.run(d)
	return Outcome{c, t, d.sum(), err}
}
