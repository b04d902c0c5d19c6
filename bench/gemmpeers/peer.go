package main

import (
	"bufio"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/lockstep-ml/lockstep/internal/tier"
)

//go:embed peer/peer.c
var source []byte

// A library is a peer.
type library struct {
	name, file string
	kernels    map[tier.Tier]string // the variable that chooses its kernels
}

var libraries = []library{
	{"openblas", "libopenblas.so.0", map[tier.Tier]string{
		tier.AVX512: "OPENBLAS_CORETYPE=SkylakeX", tier.AVX2: "OPENBLAS_CORETYPE=Haswell"}},
	{"blis", "libblis.so.4", map[tier.Tier]string{
		tier.AVX512: "BLIS_ARCH_TYPE=0", tier.AVX2: "BLIS_ARCH_TYPE=3"}}, // skx, haswell
}

// environment pins threads and kernels.
func (l library) environment(t tier.Tier, threads string) []string {
	all := []string{"OMP_NUM_THREADS=" + threads, "OPENBLAS_NUM_THREADS=" + threads, "BLIS_NUM_THREADS=" + threads}
	if k, ok := l.kernels[t]; ok {
		all = append(all, k)
	}
	return all
}

// build compiles the program around the libraries. Whoever calls it removes the
// program in the end.
func build() (program string, remove func(), err error) {
	folder, err := os.MkdirTemp("", "gemmpeers")
	if err != nil {
		return "", func() {}, err
	}
	remove = func() { os.RemoveAll(folder) }
	path := filepath.Join(folder, "peer.c")
	if err := os.WriteFile(path, source, 0o666); err != nil {
		return "", remove, err
	}
	program = filepath.Join(folder, "peer")
	if out, err := exec.Command("gcc", "-O2", "-o", program, path, "-ldl").CombinedOutput(); err != nil {
		return "", remove, fmt.Errorf("gcc: %w %s", err, out)
	}
	return program, remove, nil
}

// A peer is a running program around a library.
type peer struct {
	library
	version string
	command *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Reader
	pause   time.Duration
}

func start(program string, l library, t tier.Tier, threads string, byProcessor bool) (*peer, error) {
	c := exec.Command(program, l.file)
	if byProcessor {
		c.Args = append(c.Args, "cpu")
	}
	c.Env = append(os.Environ(), l.environment(t, threads)...)
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
	p := &peer{library: l, command: c, in: in, out: bufio.NewReader(out)}
	if threads != "1" {
		p.pause = 100 * time.Millisecond // its threads spin before they sleep
	}
	line, err := p.out.ReadString('\n')
	if err != nil {
		p.close()
		return nil, fmt.Errorf("%s cannot be loaded", l.file)
	}
	p.version = strings.TrimSpace(line)
	return p, nil
}

func (p *peer) String() string { return p.name }

func (p *peer) close() {
	p.in.Close()
	p.command.Wait()
}

// ask sends a line and reads numbers from the answer.
func (p *peer) ask(line string, numbers ...any) error {
	if _, err := fmt.Fprintln(p.in, line); err != nil {
		return err
	}
	answer, err := p.out.ReadString('\n')
	if err != nil {
		return errors.Join(errors.New("the peer has ended"), err)
	}
	if _, err := fmt.Sscan(answer, numbers...); err != nil {
		return fmt.Errorf("answer %q to %q: %w", answer, line, err)
	}
	time.Sleep(p.pause)
	return nil
}

func (p *peer) time(kind string, s shape) (timing, error) {
	var t timing
	var median float64
	trans := map[bool]int{true: 1}
	err := p.ask(fmt.Sprint(kind, " ", trans[s.transA], " ", trans[s.transB], " ", s.m, " ", s.n, " ", s.k), &t.best, &median, &t.load)
	return t, err
}

// peak measures the fma rate of the tier's vectors.
func (p *peer) peak(t tier.Tier) (rate float64, err error) {
	width := "ymm"
	if t == tier.AVX512 {
		width = "zmm"
	}
	err = p.ask("peak "+width, &rate)
	return rate, err
}
