// Command contractcost measures what the bit contract costs, as a share of an epoch
// of training:
//
//	apt-get install gcc libopenblas0 libblis4
//	go run -C bench ./contractcost -data FOLDER -out results/<cpu>
//
// It trains small networks on MNIST for an epoch, and times what a step of each
// consists of: the products, the activations, the loss and the optimizer. Beside
// each of these it times the same without the contract: products of OpenBLAS and
// BLIS, which may add in any order, the product with k split in two halves, and loops
// in C that gcc may reorder and round as it likes, with libmvec's functions. What is
// faster there, times how often a step does it, is what the contract costs at most.
// All run on one thread and take turns.
package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"

	"github.com/lockstep-ml/lockstep/bench/internal/count"
	"github.com/lockstep-ml/lockstep/dataset"
)

func main() {
	data := flag.String("data", os.Getenv("LOCKSTEP_DATA"), "`folder` with MNIST's four files")
	rounds := count.Flag("rounds", 5, "how often the contestants take turns")
	out := flag.String("out", "", "a folder for the tables, such as results/<cpu>")
	flag.Parse()
	if err := run(*data, *rounds, *out); err != nil {
		fmt.Fprintln(os.Stderr, "contractcost:", err)
		os.Exit(1)
	}
}

func run(folder string, rounds int, out string) error {
	mnist, err := dataset.LoadMNIST(context.Background(), dataset.MNISTOptions{Dir: folder})
	if err != nil {
		return err
	}
	runtime.GOMAXPROCS(1)
	debug.SetGCPercent(-1) // no collection during a turn
	p, err := startPeers()
	defer p.close()
	if err != nil {
		return err
	}
	s := &survey{rounds: rounds, peers: p, times: map[string][]times{}, epochs: map[string][]float64{}}
	for range rounds {
		if err := s.round(mnist.Train); err != nil {
			return err
		}
	}
	var page bytes.Buffer
	if err := s.writePage(&page); err != nil {
		return err
	}
	if _, err := os.Stdout.Write(page.Bytes()); err != nil || out == "" {
		return err
	}
	if err := os.MkdirAll(out, 0o777); err != nil {
		return err
	}
	if err := s.plot().Save(filepath.Join(out, plotName)); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(out, "contract.md"), page.Bytes(), 0o666)
}
