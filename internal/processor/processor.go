// Package processor tells what the processor calls itself, for reports.
package processor

import (
	"os"
	"runtime"
	"strings"
)

// Name returns the name of the processor's model where the system tells it, which
// is Linux, and else that of the architecture.
func Name() string {
	info, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(info)) {
		if key, value, found := strings.Cut(line, ":"); found && strings.TrimSpace(key) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return runtime.GOARCH
}
