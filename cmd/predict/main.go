// Command predict tells what a model makes of rows and images.
//
//	go run ./cmd/predict -model iris.safetensors flowers.csv
//	go run ./cmd/predict -model mnist.safetensors three.png
//	go run ./cmd/predict -model mnist.safetensors -eval -labels t10k-labels-idx1-ubyte.gz t10k-images-idx3-ubyte.gz
//	echo 5.1,3.5,1.4,0.2 | go run ./cmd/predict -model iris.safetensors -json
//
// A model is what cmd/train wrote with -out, or a model file of package mlp. Files are told
// apart by their content: tables in CSV format, images in MNIST's IDX format, and PNG.
// Without files the program reads standard input.
//
// It writes a line for each row: the label and the probability of each class, or the
// predicted number. With -eval it compares the predictions with labels instead, and
// writes how good they are.
//
// A CSV file has a column for each input of the model, in the order of training, and may have
// one more with the label: that of -target, or the last one. Where the columns have the names
// that they had in training, their order does not matter, and there may be others.
//
// A PNG image holds one digit, dark on light or light on dark. It is prepared as MNIST's
// images were: scaled to fit 20 x 20 pixels, and put into 28 x 28 with its centre of mass
// in the middle.
//
// The exit status is 0 if all went well, 1 if something failed, 2 for wrong flags.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
)

const (
	exitOK      = 0
	exitFailure = 1
	exitUsage   = 2
)

func main() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }

// settings are what the flags say.
type settings struct {
	model  string
	target string
	labels string
	eval   bool
	json   bool
	files  []string // "-" is standard input
}

// run is the program without its surroundings.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	s, err := parseSettings(args, stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return exitOK
	case err != nil:
		fmt.Fprintf(stderr, "predict: %v\n", err)
		return exitUsage
	}
	if err := predict(s, stdin, stdout); err != nil {
		fmt.Fprintf(stderr, "predict: %v\n", err)
		return exitFailure
	}
	return exitOK
}

func parseSettings(args []string, stderr io.Writer) (*settings, error) {
	s := &settings{}
	f := flag.NewFlagSet("predict", flag.ContinueOnError)
	f.SetOutput(io.Discard) // errors are printed by the caller
	f.StringVar(&s.model, "model", "", "`file` of the model, from cmd/train or package mlp")
	f.StringVar(&s.target, "target", "", "`column` of a CSV file that holds the label (default the last one, or the one that is no input of the model, if there is one more than it has inputs)")
	f.StringVar(&s.labels, "labels", "", "IDX `file` with the labels of the images, for -eval")
	f.BoolVar(&s.eval, "eval", false, "compare the predictions with the labels, and print how good they are instead")
	f.BoolVar(&s.json, "json", false, "write JSON lines instead of CSV")
	err := f.Parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprintf(stderr, "Predict tells what a model makes of rows and images.\n\nUsage: predict -model file [flags] [file...]\n\n")
		f.SetOutput(stderr)
		f.PrintDefaults()
		return nil, err
	case err != nil:
		return nil, fmt.Errorf("%w (-help lists the flags)", err)
	case s.model == "":
		return nil, errors.New("say which model is to predict, with -model and its file")
	case s.labels != "" && !s.eval:
		return nil, errors.New("-labels: want -eval, too, to compare with them")
	}
	if s.files = f.Args(); len(s.files) == 0 {
		s.files = []string{"-"}
	}
	if s.labels != "" && len(s.files) != 1 {
		return nil, fmt.Errorf("-labels: one file of images goes with them, not %d", len(s.files))
	}
	return s, nil
}

// predict runs the program on all files.
func predict(s *settings, stdin io.Reader, stdout io.Writer) error {
	m, err := loadModel(s.model)
	if err != nil {
		return err
	}
	out := newOutput(s, m, stdout)
	for _, name := range s.files {
		in, err := readInput(name, stdin, s, m)
		if err != nil {
			return err
		}
		predictions, err := m.predict(in.rows)
		if err != nil {
			return fmt.Errorf("%s: %w", in.name, err)
		}
		out.add(in, predictions)
	}
	return out.close()
}
