// Package peer runs libraries of other languages inside small programs, which
// answer questions line by line on their standard input and output.
package peer

import (
	"bufio"
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/lockstep-ml/lockstep/internal/tier"
)

// A Process is a running program around a library.
type Process struct {
	Greeting string // the first line that it wrote
	command  *exec.Cmd
	in       io.WriteCloser
	out      *bufio.Reader
}

// Start runs a program, with additional environment variables, and reads its
// greeting. A program that cannot load its library says why on its standard
// error, in the last line if there are more, and ends.
func Start(environment []string, program string, arguments ...string) (*Process, error) {
	c := exec.Command(program, arguments...)
	c.Env = append(os.Environ(), environment...)
	var complaint strings.Builder
	c.Stderr = &complaint
	in, err := c.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := c.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := c.Start(); err != nil {
		return nil, err
	}
	p := &Process{command: c, in: in, out: bufio.NewReader(out)}
	line, err := p.out.ReadString('\n')
	if err != nil {
		p.Close()
		return nil, fmt.Errorf("%s does not start: %s", filepath.Base(program), lastLine(complaint.String()))
	}
	p.Greeting = strings.TrimSpace(line)
	return p, nil
}

func lastLine(text string) string {
	text = strings.TrimSpace(text)
	return text[strings.LastIndexByte(text, '\n')+1:]
}

// Close ends the program.
func (p *Process) Close() {
	p.in.Close()
	p.command.Wait()
}

// Ask sends a line and reads values from the line that answers it.
func (p *Process) Ask(line string, values ...any) error {
	answer, err := p.exchange(line)
	if err != nil {
		return err
	}
	if _, err := fmt.Sscan(answer, values...); err != nil {
		return fmt.Errorf("answer %q to %q: %w", answer, line, err)
	}
	return nil
}

// Time asks a program around peer.h for the time of a number of calls of an
// operation with vectors of length n, whose elements are offset - scale to offset +
// scale: the nanoseconds of a call, and processor time by the time on the clock.
func (p *Process) Time(operation string, n, count int, offset, scale float32) (ns, load float64, err error) {
	err = p.Ask(fmt.Sprintf("time %s %d %d %g %g", operation, n, count, offset, scale), &ns, &load)
	return ns / float64(count), load, err
}

// AskBytes sends a line and reads as many bytes as the answer is to have.
func (p *Process) AskBytes(line string, answer []byte) error {
	if _, err := fmt.Fprintln(p.in, line); err != nil {
		return err
	}
	if _, err := io.ReadFull(p.out, answer); err != nil {
		return fmt.Errorf("answer to %q: %w", line, err)
	}
	return nil
}

func (p *Process) exchange(line string) (string, error) {
	if _, err := fmt.Fprintln(p.in, line); err != nil {
		return "", err
	}
	answer, err := p.out.ReadString('\n')
	if err != nil {
		return "", errors.Join(errors.New("the peer has ended"), err)
	}
	return answer, nil
}

//go:embed peer
var header embed.FS

// Unpack writes a program's files, in the folder peer of an embedded file system, to
// a temporary folder, which the caller removes in the end. Beside them lies peer.h,
// for C programs that work on vectors.
func Unpack(files fs.FS) (folder string, err error) {
	if folder, err = os.MkdirTemp("", "peer"); err != nil {
		return "", err
	}
	return folder, errors.Join(os.CopyFS(folder, files), os.CopyFS(folder, header))
}

// Flags are those of gcc for vectors as wide as a tier's.
var Flags = map[tier.Tier][]string{
	tier.AVX512: {"-march=native", "-mprefer-vector-width=512"},
	tier.AVX2:   {"-march=haswell"},
}

// Compile builds a C program with gcc. Libraries come last among the flags.
func Compile(program, source string, flags ...string) error {
	arguments := append([]string{"-O3", "-o", program, source}, flags...)
	if out, err := exec.Command("gcc", arguments...).CombinedOutput(); err != nil {
		reason, _, _ := strings.Cut(strings.TrimSpace(string(out)), "\n")
		return fmt.Errorf("gcc %s: %w %s", filepath.Base(source), err, reason)
	}
	return nil
}

// CompilerVersion returns that of gcc.
func CompilerVersion() string {
	out, err := exec.Command("gcc", "-dumpfullversion").Output()
	if err != nil {
		return "no gcc"
	}
	return "gcc " + strings.TrimSpace(string(out))
}
