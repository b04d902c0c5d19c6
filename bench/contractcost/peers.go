package main

import (
	"embed"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/lockstep-ml/lockstep/bench/internal/blas"
	"github.com/lockstep-ml/lockstep/bench/internal/peer"
	"github.com/lockstep-ml/lockstep/internal/tier"
)

//go:embed peer
var sources embed.FS

// peers are those who need not keep the contract.
type peers struct {
	free    *peer.Process
	blas    []*blas.Library
	notes   []string
	folders []string
}

// freedom lets gcc round and reorder as it likes. Without the last three a sum has a
// single vector of accumulators, and waits for each addition.
var freedom = []string{"-ffast-math", "-funroll-loops", "-fvariable-expansion-in-unroller", "--param=max-variable-expansions-in-unroller=8"}

// startPeers needs gcc. A BLAS library that is missing is noted.
func startPeers() (*peers, error) {
	p := &peers{}
	t := tier.Active()
	folder, err := peer.Unpack(sources)
	p.folders = append(p.folders, folder)
	if err != nil {
		return p, err
	}
	program := filepath.Join(folder, "free")
	flags := slices.Concat(freedom, peer.Flags[t])
	if err := peer.Compile(program, filepath.Join(folder, "peer", "free.c"), slices.Concat(flags, []string{"-lmvec", "-lm"})...); err != nil {
		return p, err
	}
	if p.free, err = peer.Start(nil, program); err != nil {
		return p, err
	}
	p.notes = append(p.notes, fmt.Sprintf("C: %s -O3 %s", p.free.Greeting, strings.Join(flags, " ")))
	program, folder, err = blas.Build()
	p.folders = append(p.folders, folder)
	if err != nil {
		return p, err
	}
	for _, l := range blas.Libraries {
		started, err := l.Start(program, t, 1)
		if err != nil {
			p.notes = append(p.notes, fmt.Sprintf("%s: left out: %v", l.Name, err))
			continue
		}
		p.notes = append(p.notes, l.Name+": "+started.Description())
		p.blas = append(p.blas, started)
	}
	return p, nil
}

func (p *peers) close() {
	if p.free != nil {
		p.free.Close()
	}
	for _, l := range p.blas {
		l.Close()
	}
	for _, folder := range p.folders {
		os.RemoveAll(folder)
	}
}
