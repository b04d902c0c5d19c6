package main

import (
	"regexp"
	"strings"
	"testing"
)

func TestRun(t *testing.T) {
	var out strings.Builder
	if err := run(&out, 50); err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{`^50 equations, 10 right sides\n`, `with gonumblas .* times as fast\n`, `largest residual [0-9.]+e-1[0-9]`} {
		if !regexp.MustCompile(line).MatchString(out.String()) {
			t.Errorf("the output does not match %q:\n%s", line, &out)
		}
	}
}
