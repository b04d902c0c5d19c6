package main

import (
	"embed"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/lockstep-ml/lockstep/bench/internal/peer"
	"github.com/lockstep-ml/lockstep/internal/tier"
)

//go:embed peer/*.py
var scripts embed.FS

// python is a peer, with its threads.
type python struct {
	*peer.Process
	name      string
	omp, blas int
	trains    func(t task) bool
}

// startPeers starts a process for each setting of threads. It says which peers
// are missing on the standard error: the standard output is the page.
func startPeers(interpreter, folder string) ([]*python, error) {
	if abs, err := filepath.Abs(folder); err == nil {
		folder = abs
	}
	programs, err := peer.Unpack(scripts)
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(programs)
	everything := func(task) bool { return true }
	likeScikit := func(t task) bool { return t.String() == "train 784-128-10 64 adam" }
	var all []*python
	for _, p := range []python{
		{nil, "torch", 1, 1, everything}, {nil, "torch", 1, 2, everything}, {nil, "torch", 2, 1, everything}, {nil, "torch", 2, 2, everything},
		{nil, "sklearn", 1, 1, likeScikit},
	} {
		script := filepath.Join(programs, "peer", p.name+"_peer.py")
		if p.Process, err = peer.Start(p.environment(), interpreter, script, folder); err != nil {
			fmt.Fprintf(os.Stderr, "%v is left out: %v\n", &p, err)
			continue
		}
		all = append(all, &p)
	}
	return all, nil
}

func (p *python) environment() []string {
	kernels := map[tier.Tier]string{tier.AVX512: "SkylakeX", tier.AVX2: "Haswell"}
	environment := []string{fmt.Sprintf("OMP_NUM_THREADS=%d", p.omp), fmt.Sprintf("OPENBLAS_NUM_THREADS=%d", p.blas)}
	if k, ok := kernels[tier.Active()]; ok {
		environment = append(environment, "OPENBLAS_CORETYPE="+k)
	}
	return environment
}

func (p *python) String() string {
	name := p.name
	if p.Process != nil {
		name = p.Greeting
	}
	return fmt.Sprintf("%s, omp=%d blas=%d", name, p.omp, p.blas)
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
