package main

import (
	"embed"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/lockstep-ml/lockstep/bench/internal/peer"
	"github.com/lockstep-ml/lockstep/internal/tier"
)

//go:embed peer
var embedded embed.FS

// A library is a peer. The program around it runs in a process of its own.
type library struct {
	name, file  string
	kernels     map[tier.Tier]string // the variable that chooses its kernels
	process     *peer.Process
	environment []string
}

var libraries = []library{
	{name: "openblas", file: "libopenblas.so.0", kernels: map[tier.Tier]string{
		tier.AVX512: "OPENBLAS_CORETYPE=SkylakeX", tier.AVX2: "OPENBLAS_CORETYPE=Haswell"}},
	{name: "blis", file: "libblis.so.4", kernels: map[tier.Tier]string{
		tier.AVX512: "BLIS_ARCH_TYPE=0", tier.AVX2: "BLIS_ARCH_TYPE=3"}}, // skx, haswell
}

// build compiles the program around the libraries, in a folder that the caller
// removes.
func build() (program, folder string, err error) {
	folder, err = peer.Unpack(embedded)
	if err != nil {
		return "", folder, err
	}
	program = filepath.Join(folder, "gemmpeer")
	return program, folder, peer.Compile(program, filepath.Join(folder, "peer", "peer.c"), "-ldl")
}

// start starts the program around a library, with as many threads as we have
// workers and the instruction sets of our tier.
func (l library) start(program string, t tier.Tier, threads int) (*library, error) {
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

func (l *library) String() string { return l.name }

func (l *library) description() string {
	return fmt.Sprintf("%s, %s", l.process.Greeting, strings.Join(l.environment, " "))
}

func (l *library) close() {
	l.process.Resume()
	l.process.Close()
}

// time lets the program run for its turn alone: its threads would spin for a
// while before they sleep.
func (l *library) time(kind string, s shape, count int) (sample, error) {
	if err := l.process.Resume(); err != nil {
		return sample{}, err
	}
	trans := map[bool]int{true: 1}
	letter := map[string]string{float32s: "s", float64s: "d"}[kind]
	question := fmt.Sprint(letter, " ", trans[s.transA], " ", trans[s.transB], " ", s.m, " ", s.n, " ", s.k, " ", count)
	var ns, load float64
	if err := l.process.Ask(question, &ns, &load); err != nil {
		return sample{}, err
	}
	return sample{ns / float64(count), load}, l.process.Pause()
}

// remove removes the folder of the program.
func remove(folder string) {
	if folder != "" {
		os.RemoveAll(folder)
	}
}
