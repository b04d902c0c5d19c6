package main

import (
	"embed"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/lockstep-ml/lockstep/bench/internal/peer"
	"github.com/lockstep-ml/lockstep/internal/tier"
)

//go:embed peer
var sources embed.FS

// python is a peer, with its threads.
type python struct {
	*peer.Process
	name      string
	omp, blas int
	trains    func(t task) bool
}

// startPeers starts a process for each setting of threads. It says which peers
// are missing on the standard error: the standard output is the page. The caller
// closes those that were started, and removes the folder of their programs.
func startPeers(interpreter, runtime, data string) (all []foreign, folder string, err error) {
	if abs, err := filepath.Abs(data); err == nil {
		data = abs
	}
	if folder, err = peer.Unpack(sources); err != nil {
		return nil, folder, err
	}
	everything := func(task) bool { return true }
	likeScikit := func(t task) bool { return t.String() == "train 784-128-10 64 adam" }
	for _, p := range []python{
		{nil, "torch", 1, 1, everything}, {nil, "torch", 1, 2, everything}, {nil, "torch", 2, 1, everything}, {nil, "torch", 2, 2, everything},
		{nil, "sklearn", 1, 1, likeScikit},
	} {
		script := filepath.Join(folder, "peer", p.name+"_peer.py")
		if p.Process, err = peer.Start(p.environment(), interpreter, script, data); err != nil {
			fmt.Fprintf(os.Stderr, "%v is left out: %v\n", &p, err)
			continue
		}
		all = append(all, &p)
	}
	for threads := 1; threads <= 2; threads++ {
		p, err := startONNX(runtime, folder, threads)
		if err != nil {
			fmt.Fprintf(os.Stderr, "ONNX Runtime, threads=%d, is left out: %v\n", threads, err)
			continue
		}
		all = append(all, p)
	}
	return all, folder, nil
}

// A foreign contestant is a process, which tells how it was built.
type foreign interface {
	contestant
	build() string
	Close()
}

func (p *python) environment() []string {
	return append(coreType(), fmt.Sprintf("OMP_NUM_THREADS=%d", p.omp), fmt.Sprintf("OPENBLAS_NUM_THREADS=%d", p.blas))
}

// coreType makes OpenBLAS take the kernels of our tier.
func coreType() []string {
	switch tier.Active() {
	case tier.AVX512:
		return []string{"OPENBLAS_CORETYPE=SkylakeX"}
	case tier.AVX2:
		return []string{"OPENBLAS_CORETYPE=Haswell"}
	}
	return nil
}

func (p *python) String() string {
	name := p.name
	if p.Process != nil {
		name, _, _ = strings.Cut(p.Greeting, "; ") // the build follows
	}
	return fmt.Sprintf("%s, omp=%d blas=%d", name, p.omp, p.blas)
}

func (p *python) build() string {
	_, build, _ := strings.Cut(p.Greeting, "; ")
	return strings.Join(append([]string{build, "omp and blas are OMP_NUM_THREADS and OPENBLAS_NUM_THREADS"}, coreType()...), "; ")
}

func (p *python) threads() int    { return max(p.omp, p.blas) }
func (p *python) has(t task) bool { return p.trains(t) }

func (p *python) time(t task) (timing, error) {
	var x timing
	err := p.Ask(t.String(), &x.wall, &x.processor)
	if p.threads() > 1 {
		time.Sleep(200 * time.Millisecond) // its threads spin before they sleep
	}
	return x, err
}
