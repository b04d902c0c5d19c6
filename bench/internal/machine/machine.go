// Package machine describes the computer on which a comparison runs, and has
// its clocks.
package machine

import (
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"strings"
	"time"

	"github.com/lockstep-ml/lockstep/internal/processor"
)

// Caption says on what a table was measured: processor, system, Go and our commit.
func Caption() string {
	return fmt.Sprintf("%s, %s, %s, %s", Processor(), System(), runtime.Version(), Commit())
}

// Commit returns the commit that is checked out, where git tells, and whether the
// code is another.
func Commit() string {
	out, err := exec.Command("git", "rev-parse", "--short=10", "HEAD").Output()
	if err != nil {
		return "unknown commit"
	}
	commit := "commit " + strings.TrimSpace(string(out))
	if altered, _ := exec.Command("git", "status", "--porcelain", "--", ":/*.go", ":/*.s").Output(); len(altered) > 0 {
		commit += " with changes"
	}
	return commit
}

// Processor returns the processor's name, with its family and model where the
// system tells them: virtual machines often hide the name alone.
func Processor() string {
	data, _ := os.ReadFile("/proc/cpuinfo")
	numbers := regexp.MustCompile(`(?s)\ncpu family\s*: (\d+)\nmodel\s*: (\d+)`).FindSubmatch(data)
	if numbers == nil {
		return processor.Name()
	}
	return fmt.Sprintf("%s (family %s, model %s)", processor.Name(), numbers[1], numbers[2])
}

// System returns the operating system's name and the platform.
func System() string {
	platform := runtime.GOOS + "/" + runtime.GOARCH
	data, err := os.ReadFile("/etc/os-release")
	if err != nil {
		return platform
	}
	if match := regexp.MustCompile(`(?m)^PRETTY_NAME="?([^"\n]*)`).FindSubmatch(data); match != nil {
		return strings.TrimSpace(string(match[1])) + " (" + platform + ")"
	}
	return platform
}

var began = time.Now()

// WallTime is the time by the clock on the wall.
func WallTime() time.Duration { return time.Since(began) }
