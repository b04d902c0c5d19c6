// Command gemmpeers compares matrix products with OpenBLAS and BLIS, side by
// side in one run:
//
//	apt-get install gcc libopenblas-dev libblis-dev
//	go run -C bench ./gemmpeers > bench/results/gemm-<cpu>.txt
//
// It builds a small C program around each library that is installed, and says
// what it leaves out. The peers get our tier's instruction sets (OpenBLAS's
// SkylakeX or Haswell kernels, BLIS's skx or haswell), as neither recognises every
// processor, and as many threads as we have workers. For each product all take turns
// for several rounds; a row shows the shortest time of each, as a rate.
package main

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"regexp"
	"runtime"
	"slices"
	"strings"

	"github.com/lockstep-ml/lockstep/internal/tier"
)

// A shape is one product. It is written as m x n x k with the letters of what
// is transposed: 784x128x64TN.
type shape struct {
	transA, transB bool
	m, n, k        int
}

func (s shape) String() string {
	text := fmt.Sprintf("%dx%dx%d", s.m, s.n, s.k)
	if s.transA || s.transB {
		text += letter(s.transA) + letter(s.transB)
	}
	return text
}

func letter(trans bool) string {
	if trans {
		return "T"
	}
	return "N"
}

// gflops is the rate of a product that takes so many nanoseconds.
func (s shape) gflops(ns float64) float64 {
	return 2 * float64(s.m) * float64(s.n) * float64(s.k) / ns
}

var shapes = []shape{
	{m: 64, n: 128, k: 784},
	{transA: true, m: 784, n: 128, k: 64},
	{transB: true, m: 64, n: 784, k: 128},
	{m: 64, n: 10, k: 128},
	{m: 128, n: 512, k: 784},
	{m: 256, n: 256, k: 512},
	{m: 1, n: 128, k: 784},
	{m: 4096, n: 64, k: 64},
	{m: 64, n: 64, k: 4096},
	{m: 64, n: 1024, k: 1024},
	{m: 256, n: 4096, k: 512},
	{m: 37, n: 53, k: 71},
	{m: 255, n: 257, k: 259},
	{m: 8, n: 8, k: 8}, {m: 16, n: 16, k: 16}, {m: 32, n: 32, k: 32}, {m: 64, n: 64, k: 64},
	{m: 128, n: 128, k: 128}, {m: 256, n: 256, k: 256}, {m: 512, n: 512, k: 512},
	{m: 1024, n: 1024, k: 1024}, {m: 2048, n: 2048, k: 2048},
}

func main() {
	rounds := flag.Int("rounds", 3, "how often the implementations take turns")
	only := flag.String("shapes", "", "a regular expression of the shapes to measure, such as ^64x")
	tiers := flag.String("tiers", "avx512,avx2", "tiers to measure")
	workers := flag.String("workers", "1,2", "numbers of workers to measure")
	types := flag.String("types", "s,d", "s for float32, d for float64")
	byProcessor := flag.Bool("cpu", false, "measure processor time, which a busy machine disturbs less; for one worker")
	flag.Parse()
	if err := run(*rounds, *only, *tiers, *workers, *types, *byProcessor); err != nil {
		fmt.Fprintln(os.Stderr, "gemmpeers:", err)
		os.Exit(1)
	}
}

func run(rounds int, only, tiers, workers, types string, byProcessor bool) error {
	wanted, err := regexp.Compile(only)
	if err != nil {
		return fmt.Errorf("-shapes: %w", err)
	}
	program, remove, err := build()
	if err != nil {
		fmt.Printf("no peers: %v\n", err)
	}
	defer remove()
	fmt.Println("gemmpeers", strings.Join(os.Args[1:], " "))
	fmt.Printf("%s, %s, %s/%s\n", processor(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	for name := range strings.SplitSeq(tiers, ",") {
		t, err := tier.Parse(name)
		if err != nil {
			return err
		}
		if !slices.Contains(tier.Supported(), t) {
			fmt.Printf("\n%s: left out, this processor lacks it\n", t)
			continue
		}
		restore := tier.Force(t)
		for count := range strings.SplitSeq(workers, ",") {
			if err := compare(program, t, count, rounds, wanted, types, byProcessor); err != nil {
				return err
			}
		}
		restore()
	}
	return nil
}

// compare prints the table of one tier and one number of workers.
func compare(program string, t tier.Tier, workers string, rounds int, wanted *regexp.Regexp, types string, byProcessor bool) error {
	clock, by := wallTime, "time"
	if byProcessor {
		clock, by = processorTime, "processor time"
	}
	fmt.Printf("\n%s, %s worker(s), GFLOP/s by %s (processor time / time)\n", t, workers, by)
	ours, err := newLockstep(workers, clock)
	if err != nil {
		return err
	}
	defer ours.close()
	all := []implementation{ours}
	peak := 0.0
	if program != "" {
		for _, l := range libraries {
			p, err := start(program, l, t, workers, byProcessor)
			if err != nil {
				fmt.Printf("%s: left out: %v\n", l.name, err)
				continue
			}
			defer p.close()
			fmt.Printf("%s: %s, %s\n", l.name, p.version, strings.Join(l.environment(t, workers), " "))
			if peak == 0 {
				if peak, err = p.peak(t); err != nil {
					return err
				}
			}
			all = append(all, p)
		}
	}
	if peak > 0 {
		fmt.Printf("FMA peak of one core, float32: %.1f\n", peak)
	}
	for kind := range strings.SplitSeq(types, ",") {
		if kind == "d" {
			peak /= 2
		}
		fmt.Printf("%-6s %-16s", map[string]string{"s": "float", "d": "double"}[kind], "m x n x k")
		for _, i := range all {
			fmt.Printf("%18s", i)
		}
		fmt.Printf("%12s %10s\n", "of peak", "of best")
		for _, s := range shapes {
			if !wanted.MatchString(s.String()) {
				continue
			}
			if err := measure(all, kind, s, rounds, peak*float64(ours.pool.Workers())); err != nil {
				return err
			}
		}
	}
	return nil
}

// measure prints a row of the table.
func measure(all []implementation, kind string, s shape, rounds int, peak float64) error {
	results := make([][]timing, len(all))
	for range rounds {
		for i, x := range all {
			r, err := x.time(kind, s)
			if err != nil {
				return fmt.Errorf("%s: %s: %w", x, s, err)
			}
			results[i] = append(results[i], r)
		}
	}
	fmt.Printf("%-6s %-16s", kind, s)
	var rates []float64
	for _, r := range results {
		best := slices.MinFunc(r, func(x, y timing) int { return cmp.Compare(x.best, y.best) })
		rates = append(rates, s.gflops(best.best))
		fmt.Printf("%11.1f (%.2f)", s.gflops(best.best), best.load)
	}
	if peak > 0 {
		fmt.Printf("%11.1f%%", 100*rates[0]/peak)
	}
	if len(rates) > 1 {
		fmt.Printf("%11.2f", rates[0]/slices.Max(rates[1:]))
	}
	fmt.Println()
	return nil
}

// processor returns the processor's name, where the system tells.
func processor() string {
	data, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return "unknown processor"
	}
	if match := regexp.MustCompile(`(?m)^model name\s*: (.*)$`).FindSubmatch(data); match != nil {
		return string(match[1])
	}
	return "unknown processor"
}
