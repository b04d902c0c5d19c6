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
	for _, line := range []string{`^200 observations of 20 features with 3 causes\n`, `with gonumblas .* times as fast\n`, `3 components explain 99\.[0-9] %`} {
		if !regexp.MustCompile(line).MatchString(out.String()) {
			t.Errorf("the output does not match %q:\n%s", line, &out)
		}
	}
}
