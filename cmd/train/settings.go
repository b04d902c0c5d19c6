package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/lockstep-ml/lockstep/kernels"
	"github.com/lockstep-ml/lockstep/nn"
)

// settings are what the flags say.
type settings struct {
	dataDir      string
	dataset      string // "", "mnist" or "digits"
	hidden       []int
	activation   string
	epochs       int
	batch        int
	learningRate float64
	optimizer    string
	seed         uint64
	workers      int
	classes      []int // empty means all
	init         string
	schedule     string
	beta2        float64 // of Adam
	crop         int     // pixels; 0 means all
	limit        int     // 0 means all
	out          string
	json         string
	quiet        bool
	tiers        bool
	verify       bool

	table tableSettings

	checkpoint      string // folder
	checkpointEvery interval
	checkpointKeep  int
	resume          bool
	args            []string // as they were given
}

// dataEnv is the environment variable for the data's folder.
const dataEnv = "LOCKSTEP_DATA"

var errHelp = errors.New("help was asked for")

// optimizerDefaults are the settings that depend on the optimizer.
var optimizerDefaults = map[string]struct {
	learningRate float64
	epochs       int
}{
	"adam":     {0.003, 5},
	"sgd":      {0.3, 5},
	"momentum": {0.1, 5},
	"gd":       {0.5, 100},
}

// activations are those without settings.
var activations = map[string]func() nn.Layer{
	"gelu": nn.GELU, "hardswish": nn.HardSwish, "mish": nn.Mish, "relu": nn.ReLU, "relu6": nn.ReLU6, "selu": nn.SELU,
	"sigmoid": nn.Sigmoid, "silu": nn.SiLU, "softplus": nn.Softplus, "softsign": nn.Softsign, "tanh": nn.Tanh,
}

var schedules = map[string]func() nn.Schedule{
	"cosine":    nn.Cosine,
	"one-cycle": nn.OneCycle,
	"linear":    func() nn.Schedule { return nn.Polynomial(1) },
	"constant":  func() nn.Schedule { return nil },
}

var initialisers = map[string]func() nn.Init{
	"zeros":          nn.Zeros,
	"glorot-uniform": nn.GlorotUniform,
	"glorot-normal":  nn.GlorotNormal,
	"he-uniform":     nn.HeUniform,
	"he-normal":      nn.HeNormal,
}

// parseSettings reads the flags. Help goes to stderr and gives errHelp.
func parseSettings(args []string, getenv func(string) string, stderr io.Writer) (*settings, error) {
	s := &settings{args: args, checkpointEvery: interval{epochs: 1}}
	f := flag.NewFlagSet("train", flag.ContinueOnError)
	f.SetOutput(io.Discard) // errors are printed by the caller
	f.StringVar(&s.dataDir, "data", "", "`folder` with MNIST's four files, gzip or not (default $"+dataEnv+", then the user's cache, then a download), or a CSV file with -target")
	f.StringVar(&s.dataset, "dataset", "", "train on `mnist or digits`; mnist fails where it is not to be had (default mnist if it is, else digits)")
	s.table.define(f)
	hidden := f.String("hidden", "256", "`widths` of the hidden layers, as in 128,64, or none")
	f.StringVar(&s.activation, "activation", "relu", "`function` of the hidden layers: "+keys(activations))
	f.IntVar(&s.epochs, "epochs", 0, "`passes` over the training data (default 5; with -optimizer gd 100, each of them one step; with -target at most 200)")
	f.IntVar(&s.batch, "batch", 64, "`rows` a step (with -optimizer gd always all of them)")
	f.Float64Var(&s.learningRate, "lr", 0, "learning `rate` at the start (default adam 0.003, sgd 0.3, momentum 0.1, gd 0.5; with -target adam 0.001, sgd 0.1, momentum 0.03)")
	f.StringVar(&s.optimizer, "optimizer", "adam", "`rule` of the steps: adam, sgd, momentum (SGD with momentum 0.9), or gd (gradient descent on all rows at a constant rate)")
	f.Uint64Var(&s.seed, "seed", 1, "`number` that fixes initial weights and order of rows")
	f.IntVar(&s.workers, "workers", 0, "at most so many `goroutines` to train with, fewer for small steps, which does not change the result (default one for each processor)")
	classes := f.String("classes", "", "`digits` to tell apart, as in 0,1 (default all ten); with two of them the network has a single output")
	f.StringVar(&s.init, "init", "", "initial `weights`: "+keys(initialisers)+" (default he-normal for relu, else glorot-uniform)")
	f.StringVar(&s.schedule, "schedule", "cosine", "`course` of the learning rate: "+keys(schedules)+" (with -optimizer gd always constant)")
	f.Float64Var(&s.beta2, "beta2", 0.999, "`share` that adam's mean of squares keeps in a step")
	f.IntVar(&s.crop, "crop", 0, "train on the `N` x N pixels in the middle of the images only (default all)")
	preset := f.String("preset", "", "`recipe` that sets the flags that are not given: "+keys(presets)+" (98 % of MNIST's test images in the least time)")
	f.IntVar(&s.limit, "limit", 0, "train on the first `N` images only (default all)")
	f.StringVar(&s.out, "out", "", "`file` to save the network to, in safetensors format")
	f.StringVar(&s.checkpoint, "checkpoint", "", "`folder` to keep checkpoints in, from which an interrupted training goes on to the same bits")
	f.Var(&s.checkpointEvery, "checkpoint-every", "`epochs` between two checkpoints, or a duration such as 30s")
	f.IntVar(&s.checkpointKeep, "checkpoint-keep", 3, "`number` of checkpoints to keep")
	f.BoolVar(&s.resume, "resume", false, "go on from the latest checkpoint in the folder of -checkpoint, if there is one")
	f.StringVar(&s.json, "json", "", "`file` for a report in JSON lines; - writes them to standard output and the text to standard error")
	f.BoolVar(&s.quiet, "quiet", false, "print the final line only")
	f.BoolVar(&s.verify, "verify", false, "compare what this machine computes with golden values, in every tier and without data, and print a line for bug reports")
	f.BoolVar(&s.tiers, "tiers", false, "print the instruction-set tiers of this machine, and nothing else")
	if err := f.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			fmt.Fprintf(stderr, "Train trains a neural network on MNIST or on built-in synthetic digits.\n\nUsage: train [flags]\n\n")
			f.SetOutput(stderr)
			f.PrintDefaults()
			return nil, errHelp
		}
		return nil, fmt.Errorf("%w (-help lists the flags)", err)
	}
	if f.NArg() > 0 {
		return nil, fmt.Errorf("unexpected argument %q: all settings are flags (-help lists them)", f.Arg(0))
	}
	if s.dataDir == "" && s.dataset != "digits" {
		s.dataDir = getenv(dataEnv)
	}
	if err := applyPreset(f, *preset); err != nil {
		return nil, err
	}
	given := givenFlags(f)
	var err error
	if s.hidden, err = parseHidden(*hidden); err != nil {
		return nil, err
	}
	if s.classes, err = parseClasses(*classes); err != nil {
		return nil, err
	}
	return s, s.check(given)
}

// check validates the settings and fills in the defaults that depend on
// others.
func (s *settings) check(given map[string]bool) error {
	defaults, ok := optimizerDefaults[s.optimizer]
	if !ok {
		return fmt.Errorf("-optimizer %q: unknown, want %s", s.optimizer, keys(optimizerDefaults))
	}
	if !given["lr"] {
		s.learningRate = defaults.learningRate
	}
	if !given["epochs"] {
		s.epochs = defaults.epochs
	}
	if _, ok := activations[s.activation]; !ok {
		return fmt.Errorf("-activation %q: unknown, want %s", s.activation, keys(activations))
	}
	if s.init == "" {
		s.init = "glorot-uniform"
		if s.activation == "relu" {
			s.init = "he-normal"
		}
	}
	if _, ok := initialisers[s.init]; !ok {
		return fmt.Errorf("-init %q: unknown, want %s", s.init, keys(initialisers))
	}
	if _, ok := schedules[s.schedule]; !ok {
		return fmt.Errorf("-schedule %q: unknown, want %s", s.schedule, keys(schedules))
	}
	if !(s.beta2 >= 0 && s.beta2 < 1) {
		return fmt.Errorf("-beta2 %v: want a number from 0 to less than 1", s.beta2)
	}
	if err := atLeast("-crop", s.crop, 1, given["crop"]); err != nil {
		return err
	}
	if s.dataset != "" && s.dataset != "mnist" && s.dataset != "digits" {
		return fmt.Errorf("-dataset %q: unknown, want mnist or digits", s.dataset)
	}
	if s.dataset == "digits" && given["data"] {
		return errors.New("-data and -dataset digits exclude each other: the digits are built in")
	}
	if err := atLeast("-epochs", s.epochs, 1, true); err != nil {
		return err
	}
	if err := atLeast("-batch", s.batch, 1, true); err != nil {
		return err
	}
	if err := atLeast("-workers", s.workers, 1, given["workers"]); err != nil {
		return err
	}
	if err := atLeast("-limit", s.limit, 1, given["limit"]); err != nil {
		return err
	}
	if err := atLeast("-checkpoint-keep", s.checkpointKeep, 1, true); err != nil {
		return err
	}
	for _, name := range []string{"resume", "checkpoint-every", "checkpoint-keep"} {
		if given[name] && s.checkpoint == "" {
			return fmt.Errorf("-%s: say where the checkpoints are, with -checkpoint and a folder", name)
		}
	}
	if err := s.checkTable(given); err != nil {
		return err
	}
	if !(s.learningRate > 0) || math.IsInf(s.learningRate, 0) {
		return fmt.Errorf("-lr %v: want a positive number", s.learningRate)
	}
	for name, path := range map[string]string{"-out": s.out, "-json": s.json} {
		if err := checkFolder(name, path); err != nil {
			return err
		}
	}
	return kernels.CheckEnvironment()
}

func atLeast(flag string, value, limit int, given bool) error {
	if given && value < limit {
		return fmt.Errorf("%s %d: want at least %d", flag, value, limit)
	}
	return nil
}

// checkFolder finds out before the training rather than after it that a file
// cannot be written.
func checkFolder(flag, path string) error {
	if path == "" || path == "-" {
		return nil
	}
	folder := filepath.Dir(path)
	info, err := os.Stat(folder)
	if err != nil {
		return fmt.Errorf("%s %s: %w: create the folder first", flag, path, err)
	}
	if !info.IsDir() {
		return fmt.Errorf("%s %s: %s is not a folder", flag, path, folder)
	}
	return nil
}

// parseHidden parses the widths of the hidden layers.
func parseHidden(text string) ([]int, error) {
	if text == "none" {
		return nil, nil
	}
	widths, err := parseInts(text)
	if err != nil {
		return nil, fmt.Errorf("-hidden %q: %w, or none", text, err)
	}
	for _, width := range widths {
		if width < 1 || width > 1<<20 {
			return nil, fmt.Errorf("-hidden %q: a layer of %d units cannot be, want 1 to %d, or none for no hidden layer", text, width, 1<<20)
		}
	}
	return widths, nil
}

// parseClasses parses the digits to tell apart; none means all.
func parseClasses(text string) ([]int, error) {
	if text == "" {
		return nil, nil
	}
	classes, err := parseInts(text)
	if err != nil {
		return nil, fmt.Errorf("-classes %q: %w", text, err)
	}
	if len(classes) < 2 {
		return nil, fmt.Errorf("-classes %q: want at least two classes", text)
	}
	return classes, nil
}

func parseInts(text string) ([]int, error) {
	var numbers []int
	for field := range strings.SplitSeq(text, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(field))
		if err != nil {
			return nil, fmt.Errorf("%q is not a whole number, want numbers with commas in between", field)
		}
		numbers = append(numbers, n)
	}
	return numbers, nil
}

// keys lists the keys of a map in order.
func keys[V any](m map[string]V) string {
	var names []string
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}
