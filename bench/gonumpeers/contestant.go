package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"strings"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas32"
	"gonum.org/v1/gonum/blas/blas64"
	blasgonum "gonum.org/v1/gonum/blas/gonum"
	"gonum.org/v1/gonum/lapack"
	lapackgonum "gonum.org/v1/gonum/lapack/gonum"
	"gonum.org/v1/gonum/lapack/lapack64"

	"github.com/lockstep-ml/lockstep/bench/gonumpeers/internal/task"
	"github.com/lockstep-ml/lockstep/bench/internal/peer"
	"github.com/lockstep-ml/lockstep/gonumblas"
	"github.com/lockstep-ml/lockstep/internal/tier"
)

// A contestant times tasks. The first one of a race is this library.
type contestant struct {
	name, description string
	// time does a task a number of times, and returns the nanoseconds of one and the processor
	// time by the time on the clock.
	time  func(t task.Task, count int) (ns, load float64, err error)
	close func()
}

// contestants returns this library and those of its peers that there are here.
func contestants(peers bool, folder string) []contestant {
	all := []contestant{inProcess("lockstep", "gonumblas.Implementation and gonumblas.LAPACK", gonumblas.Implementation{}, gonumblas.LAPACK{})}
	if !peers {
		return all
	}
	all = append(all, inProcess("gonum", "gonum.org/v1/gonum "+version("gonum.org/v1/gonum"), blasgonum.Implementation{}, lapackgonum.Implementation{}))
	n, err := netlib(folder)
	if err != nil {
		fmt.Printf("netlib is left out: %v\n", err)
		return all
	}
	return append(all, n)
}

// inProcess is gonum with a BLAS and a LAPACK in Go.
func inProcess(name, description string, b library, l lapack.Float64) contestant {
	var timer task.Timer
	return contestant{name, description, func(t task.Task, count int) (ns, load float64, err error) {
		use(b, l)
		ns, load = timer.Time(t, count)
		return ns, load, nil
	}, func() {}}
}

func use(b library, l lapack.Float64) {
	blas32.Use(b)
	blas64.Use(b)
	lapack64.Use(l)
}

// A library is gonum's BLAS or the one on our kernels.
type library interface {
	blas.Float32
	blas.Float64
}

// netlib builds and starts the program around OpenBLAS. Its threads would spin for a while after
// an answer: it is stopped but in its turns.
func netlib(folder string) (contestant, error) {
	const source = "gonumpeers/netlib"
	if _, err := os.Stat(source); err != nil {
		return contestant{}, fmt.Errorf("%s is not here: run the command in the folder bench", source)
	}
	program := filepath.Join(folder, "netlib")
	build := exec.Command("go", "build", "-C", source, "-o", program, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=1", "CGO_LDFLAGS=-lopenblas")
	if out, err := build.CombinedOutput(); err != nil {
		return contestant{}, fmt.Errorf("go build: %w: %s", err, strings.TrimSpace(string(out)))
	}
	environment := []string{fmt.Sprint("GOMAXPROCS=", threads), fmt.Sprint("OPENBLAS_NUM_THREADS=", threads)}
	if kernels, ok := map[tier.Tier]string{tier.AVX512: "SkylakeX", tier.AVX2: "Haswell"}[tier.Active()]; ok {
		environment = append(environment, "OPENBLAS_CORETYPE="+kernels)
	}
	p, err := peer.Start(environment, program)
	if err != nil {
		return contestant{}, err
	}
	description := fmt.Sprintf("BLAS of %s, gonum's LAPACK, %s", p.Greeting, strings.Join(environment, " "))
	return contestant{"netlib", description, func(t task.Task, count int) (ns, load float64, err error) {
		if err := p.Resume(); err != nil {
			return 0, 0, err
		}
		if err := p.Ask(fmt.Sprintf("%s;%d", t.Name, count), &ns, &load); err != nil {
			return 0, 0, err
		}
		return ns, load, p.Pause()
	}, func() {
		p.Resume()
		p.Close()
	}}, p.Pause()
}

// version returns that of a module in this program.
func version(path string) string {
	info, _ := debug.ReadBuildInfo()
	for _, m := range info.Deps {
		if m.Path == path {
			return m.Version
		}
	}
	return "of unknown version"
}
