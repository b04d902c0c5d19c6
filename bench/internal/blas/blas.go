// Package blas times the matrix products of libraries with the CBLAS interface.
// Each runs inside a small program, which is compiled on the spot.
package blas

import (
	"embed"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/lockstep-ml/lockstep/bench/internal/peer"
	"github.com/lockstep-ml/lockstep/internal/tier"
)

//go:embed peer
var source embed.FS

// A Library is a peer: a description until it is started, then a running program.
type Library struct {
	Name, file  string
	kernels     map[tier.Tier]string // the variable that chooses its kernels
	process     *peer.Process
	environment []string
}

// Libraries are those that we know. Neither recognises every processor, so each
// has a variable for that.
var Libraries = []Library{
	{Name: "openblas", file: "libopenblas.so.0", kernels: map[tier.Tier]string{
		tier.AVX512: "OPENBLAS_CORETYPE=SkylakeX", tier.AVX2: "OPENBLAS_CORETYPE=Haswell"}},
	{Name: "blis", file: "libblis.so.4", kernels: map[tier.Tier]string{
		tier.AVX512: "BLIS_ARCH_TYPE=0", tier.AVX2: "BLIS_ARCH_TYPE=3"}}, // skx, haswell
}

// Build compiles the program around the libraries, in a folder that the caller
// removes, if there is one.
func Build() (program, folder string, err error) {
	folder, err = peer.Unpack(source)
	if err != nil {
		return "", folder, err
	}
	program = filepath.Join(folder, "gemm")
	return program, folder, peer.Compile(program, filepath.Join(folder, "peer", "gemm.c"), "-ldl")
}

// Start starts the program around a library, with the kernels for a tier and a
// number of threads. It is paused but in its turns: its threads would spin for a
// while before they sleep.
func (l Library) Start(program string, t tier.Tier, threads int) (*Library, error) {
	for _, variable := range []string{"OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "BLIS_NUM_THREADS"} {
		l.environment = append(l.environment, fmt.Sprintf("%s=%d", variable, threads))
	}
	if k, ok := l.kernels[t]; ok {
		l.environment = append(l.environment, k)
	}
	var err error
	if l.process, err = peer.Start(l.environment, program, l.file); err != nil {
		return nil, err
	}
	return &l, l.process.Pause()
}

// Description tells the library's version and its environment.
func (l *Library) Description() string {
	return fmt.Sprintf("%s, %s", l.process.Greeting, strings.Join(l.environment, " "))
}

// Close ends the program.
func (l *Library) Close() {
	l.process.Resume()
	l.process.Close()
}

// A Product is op(A) op(B), m x k and k x n, in single or double precision.
type Product struct {
	Double         bool
	TransA, TransB bool
	M, N, K        int
}

// Time returns the nanoseconds that a number of products took, after a few
// unmeasured ones, and the processor time by the time on the clock.
func (l *Library) Time(p Product, count int) (ns, load float64, err error) {
	if err := l.process.Resume(); err != nil {
		return 0, 0, err
	}
	letter, trans := "s", map[bool]int{true: 1}
	if p.Double {
		letter = "d"
	}
	question := fmt.Sprint(letter, " ", trans[p.TransA], " ", trans[p.TransB], " ", p.M, " ", p.N, " ", p.K, " ", count)
	if err := l.process.Ask(question, &ns, &load); err != nil {
		return 0, 0, err
	}
	return ns, load, l.process.Pause()
}
