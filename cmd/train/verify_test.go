package main

import (
	"bytes"
	"context"
	"regexp"
	"strings"
	"testing"

	"github.com/lockstep-ml/lockstep/internal/selftest"
	"github.com/lockstep-ml/lockstep/internal/tier"
)

func TestVerify(t *testing.T) {
	code, stdout, stderr := runProgram("-verify")
	expectSaid(t, exitOK, code, stderr)
	for _, want := range []string{
		`(?m)^ +generic`,
		`(?m)^function  Exp +ok`,
		`(?m)^kernel    matrix products, float32 +ok`,
		`(?m)^training  everything, resumed +ok`,
		`(?m)^lockstep \S+, contract 1, go\S+, \w+/\w+, .+, tiers generic.*: all \d+ checks passed in [0-9.]+ s$`,
	} {
		if !regexp.MustCompile(want).MatchString(stdout) {
			t.Errorf("no match for %s in\n%s", want, stdout)
		}
	}
}

// TestVerifyFindsWrongBits has one golden value be another.
func TestVerifyFindsWrongBits(t *testing.T) {
	checks, err := selftest.Checks()
	if err != nil {
		t.Fatal(err)
	}
	checks = checks[:3]
	checks[1].Want = checks[0].Want
	var stdout, stderr bytes.Buffer
	code := verify(context.Background(), checks, &stdout, &stderr)
	if code != exitFailure {
		t.Errorf("exit status %d, want %d", code, exitFailure)
	}
	last := len(tier.Supported()) - 1
	for _, want := range []string{
		"results FAILED: " + checks[1].Name + " (generic)",
		checks[1].Name + " (" + tier.Supported()[last].String() + ")\n",
		"That is a bug",
	} {
		if !strings.Contains(stdout.String(), want) {
			t.Errorf("no %q in\n%s", want, &stdout)
		}
	}
	if n := strings.Count(stdout.String(), " FAIL "); n != last {
		t.Errorf("%d cells in front of another say FAIL, want %d:\n%s", n, last, &stdout)
	}

	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	code = verify(ctx, checks, &stdout, &stderr)
	expectSaid(t, exitInterrupted, code, stderr.String(), "-verify: context canceled")
}
