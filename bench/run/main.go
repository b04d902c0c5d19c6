// Command run makes all comparisons, one after another, each with the arguments that
// its figures in docs/performance.md have:
//
//	go run -C bench ./run -data FOLDER -out results/<cpu>
//
// takes half an hour or less, writes the folder and then the page, and says before
// each comparison by which command it is repeated alone. With
//
//	go run -C bench ./run -data FOLDER -compare
//
// nothing is written: our own times are set against those committed for the same
// processor. As its clock may be another today, ratios to two probes stand beside the
// times, which every comparison takes after each figure: the rate of fused
// multiply-adds and the bandwidth of a copy. Other work at the same time is not in
// them: the machine must be quiet. Peers are left out. -only chooses comparisons, such
// as -only 'gemm|train'.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/lockstep-ml/lockstep/bench/internal/figures"
	"github.com/lockstep-ml/lockstep/bench/internal/machine"
)

const results = "results"

func main() {
	var s settings
	only := flag.String("only", "", "a regular `expression` of the comparisons")
	compare := flag.Bool("compare", false, "set our times against the committed ones of this processor")
	flag.StringVar(&s.out, "out", "", "the `folder` for the results, such as results/<cpu> (default the one that has this processor's)")
	flag.StringVar(&s.data, "data", os.Getenv("LOCKSTEP_DATA"), "`folder` with MNIST's four files")
	flag.StringVar(&s.python, "python", "python3", "the `interpreter` that has PyTorch and scikit-learn")
	flag.StringVar(&s.onnx, "onnxruntime", "libonnxruntime.so.1", "the shared `library` ONNX Runtime")
	flag.Parse()
	wanted, err := regexp.Compile(*only)
	if err == nil && *compare {
		err = s.compare(wanted)
	} else if err == nil {
		err = s.renew(wanted)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "run:", err)
		os.Exit(1)
	}
}

// settings are those of the command line.
type settings struct{ out, data, python, onnx string }

// A comparison is a command in this module.
type comparison struct {
	name      string
	arguments []string
	compared  bool     // it keeps our times
	alone     []string // leaves out the peers
}

func (s settings) comparisons() []comparison {
	return []comparison{
		{"gemmpeers", []string{"-out", s.out}, true, []string{"-peers=false"}},
		{"vectorpeers", []string{"-rounds", "29", "-python", s.python, "-out", s.out}, true, []string{"-peers=false"}},
		{"trainpeers", []string{"-data", s.data, "-python", s.python, "-onnxruntime", s.onnx, "-out", s.out}, true, []string{"-peers=false"}},
		{"timeto98", []string{"-data", s.data, "-out", s.out}, true, nil},
		{"contractcost", []string{"-data", s.data, "-out", s.out}, false, nil},
		{"gonumpeers", []string{"-out", s.out}, true, []string{"-peers=false"}},
		{"gonumpeers", []string{"-calls", ".", "-out", s.out}, false, nil},
	}
}

// renew runs the comparisons with their peers, and then writes the page.
func (s settings) renew(wanted *regexp.Regexp) error {
	if s.out == "" {
		folder, _, err := committed(results, machine.Processor())
		if err != nil {
			return fmt.Errorf("-out is missing: %w", err)
		}
		s.out = folder
	}
	for _, c := range s.comparisons() {
		if wanted.MatchString(c.name) {
			if err := command(c.name, c.arguments...); err != nil {
				return err
			}
		}
	}
	return command("performance")
}

// compare runs the comparisons without their peers, and sets what they measure
// against the committed figures.
func (s settings) compare(wanted *regexp.Regexp) error {
	_, before, err := committed(results, machine.Processor())
	if err != nil {
		return err
	}
	if s.out, err = os.MkdirTemp("", "run"); err != nil {
		return err
	}
	defer os.RemoveAll(s.out)
	var comparisons []comparison
	for _, c := range s.comparisons() {
		if c.compared && wanted.MatchString(c.name) {
			comparisons = append(comparisons, c)
		}
	}
	if len(comparisons) == 0 {
		return fmt.Errorf("-only %v: no comparison of that name keeps times to compare with", wanted)
	}
	for _, c := range comparisons {
		if err := command(c.name, append(c.arguments, c.alone...)...); err != nil {
			return err
		}
	}
	now, err := figures.Read(s.out)
	if err != nil {
		return err
	}
	fmt.Printf("\n%s, against the committed figures\n\n", machine.Caption())
	return writeChanges(os.Stdout, before.Figures, now.Figures)
}

// committed returns the folder with the figures of a processor.
func committed(results, processor string) (folder string, f figures.File, err error) {
	files, err := filepath.Glob(filepath.Join(results, "*", figures.FileName))
	if err != nil {
		return "", f, err
	}
	var others []string
	for _, path := range files {
		folder := filepath.Dir(path)
		if f, err = figures.Read(folder); err != nil {
			return "", f, err
		}
		if f.Processor == processor {
			return folder, f, nil
		}
		others = append(others, f.Processor)
	}
	if others == nil {
		others = []string{"none"}
	}
	return "", f, fmt.Errorf("there is nothing to compare with: this processor is %s, committed figures are from %s", processor, strings.Join(others, "; "))
}

// command runs a command of this module, whose folder is the working directory.
func command(name string, arguments ...string) error {
	arguments = append([]string{"run", "./" + name}, arguments...)
	fmt.Printf("\n$ go %s\n", strings.Join(arguments, " "))
	c := exec.Command("go", arguments...)
	c.Stdout, c.Stderr = os.Stdout, os.Stderr
	if err := c.Run(); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}
