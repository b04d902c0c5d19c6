package bitlint

import (
	"bytes"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
)

// instruction matches one line of the compiler's listing (-gcflags=-S): source
// file, line, mnemonic and operands. The position is the innermost one, that of
// the inlined function.
var instruction = regexp.MustCompile(`^\t0x[0-9a-f]+ \d+ \((.+):(\d+)\)\t(\S+)(.*)`)

// fusedMnemonic matches the fused multiply-add instructions of every
// architecture that has them, as Go's assembler spells them.
var fusedMnemonic = regexp.MustCompile(`^V?FN?M(ADD|SUB)`)

// Fused compiles packages for a target given by environment variables, and
// returns their fused multiply-add instructions. Those on a line that calls
// math.FMA are not reported: they are meant.
func Fused(dir string, env []string, packages ...string) ([]string, error) {
	_, listing, err := goCommand(dir, env, append([]string{"build", "-gcflags=-S"}, packages...)...)
	if err != nil {
		return nil, err
	}
	var found []string
	instructions := 0
	for line := range bytes.Lines(listing) {
		m := instruction.FindSubmatch(line)
		if m == nil {
			continue
		}
		instructions++
		if !fusedMnemonic.Match(m[3]) {
			continue
		}
		number, _ := strconv.Atoi(string(m[2]))
		source, err := sourceLine(string(m[1]), number)
		if err != nil {
			return nil, err
		}
		if !strings.Contains(source, "math.FMA(") {
			found = append(found, fmt.Sprintf("%s:%d: %s%s in: %s", m[1], number, m[3], m[4], source))
		}
	}
	if instructions == 0 {
		return nil, fmt.Errorf("the listing of %v for %v has no instructions: its format may have changed", packages, env)
	}
	return found, nil
}

// sourceLine returns one line of a file.
func sourceLine(file string, number int) (string, error) {
	source, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	lines := strings.Split(string(source), "\n")
	if number < 1 || number > len(lines) {
		return "", fmt.Errorf("%s has no line %d", file, number)
	}
	return strings.TrimSpace(lines[number-1]), nil
}
