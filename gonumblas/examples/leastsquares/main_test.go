package main

import (
	"regexp"
	"strings"
	"testing"
)

func TestRun(t *testing.T) {
	var out strings.Builder
	if err := run(&out, 200, 20); err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{`^200 observations of 20 features\n`, `with gonumblas .* times as fast\n`, `coefficients 0\.000[0-9]+, of the observations 0\.01`} {
		if !regexp.MustCompile(line).MatchString(out.String()) {
			t.Errorf("the output does not match %q:\n%s", line, &out)
		}
	}
}
