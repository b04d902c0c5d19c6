package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"math/bits"
	"os"
	"strings"
	"time"

	"github.com/lockstep-ml/lockstep/kernels"
	"github.com/lockstep-ml/lockstep/metrics"
	"github.com/lockstep-ml/lockstep/nn"
)

// A report tells about a run, as text for people and as JSON lines for
// programs.
type report struct {
	settings *settings
	text     io.Writer // everything but the final line
	last     io.Writer // the final line
	json     *bufio.Writer
	jsonFile *os.File // nil if json is standard output or absent
	speed    speedometer
}

// summary is what the end of a run reports.
type summary struct {
	data        *trainingData
	net         *nn.Network
	trainTime   time.Duration
	train, test evaluation
}

// names returns the names of classes.
func (s *summary) names(classes []int) []string {
	names := make([]string, len(classes))
	for i, class := range classes {
		names[i] = s.data.test.Classes[class]
	}
	return names
}

func newReport(s *settings, stdout, stderr io.Writer) (*report, error) {
	r := &report{settings: s, text: stdout, last: stdout}
	switch s.json {
	case "":
	case "-":
		r.json = bufio.NewWriter(stdout)
		r.text, r.last = stderr, stderr
	default:
		f, err := os.Create(s.json)
		if err != nil {
			return nil, fmt.Errorf("-json: %w", err)
		}
		r.json, r.jsonFile = bufio.NewWriter(f), f
	}
	if s.quiet {
		r.text = io.Discard
	}
	return r, nil
}

// close ends the JSON lines.
func (r *report) close() error {
	if r.json == nil {
		return nil
	}
	err := r.json.Flush()
	if r.jsonFile != nil {
		if closeErr := r.jsonFile.Close(); err == nil {
			err = closeErr
		}
	}
	if err != nil {
		return fmt.Errorf("-json: %w: the report is incomplete", err)
	}
	return nil
}

// event writes one JSON line at once, so that a reader can follow the run.
func (r *report) event(v any) {
	if r.json == nil {
		return
	}
	line, err := json.Marshal(v)
	if err != nil {
		panic(err) // the events are plain structs of numbers and strings
	}
	r.json.Write(append(line, '\n')) // an error stays in the writer; close reports it
	r.json.Flush()
}

func (r *report) start(c *course, net *nn.Network) {
	s, data, workers := c.settings, c.data, c.trainer.Workers()
	r.speed = newSpeedometer(net, workers)
	r.event(struct {
		Event        string  `json:"event"`
		Dataset      string  `json:"dataset"`
		Source       string  `json:"source"`
		TrainRows    int     `json:"train_rows"`
		TestRows     int     `json:"test_rows"`
		Tier         string  `json:"tier"`
		Workers      int     `json:"workers"`
		Parameters   int     `json:"parameters"`
		Network      string  `json:"network"`
		Activation   string  `json:"activation"`
		Optimizer    string  `json:"optimizer"`
		LearningRate float64 `json:"learning_rate"`
		Batch        int     `json:"batch"`
		Epochs       int     `json:"epochs"`
		Init         string  `json:"init"`
		Seed         uint64  `json:"seed"`
		Contract     int     `json:"contract"`
		Peak         float64 `json:"peak_flops"` // a second, of all workers; 0 if unknown
	}{
		"start", data.name, data.why, data.train.Len(), data.test.Len(), kernels.Tier(), workers, net.ParamCount(),
		shape(s, net), s.activation, s.optimizer, s.learningRate, s.batch, s.epochs, s.init, s.seed, nn.ContractVersion,
		r.speed.peak,
	})
	fmt.Fprintf(r.text, "data     %s: %s training and %s test images (%s)\n", data.name, thousands(data.train.Len()), thousands(data.test.Len()), data.why)
	fmt.Fprintf(r.text, "network  %s, %s parameters, initial weights %s\n", r.describe(net), thousands(net.ParamCount()), s.init)
	fmt.Fprintf(r.text, "training %s, %s, %s\n", r.describeSteps(data), plural(workers, "worker"), kernels.Tier())
	r.resumed(c)
	if s.gradientDescent() {
		fmt.Fprintf(r.text, "\n%9s  %-20s %s\n", "iteration", "cost", "test accuracy")
	}
}

// resumed tells from where a training goes on, if it does.
func (r *report) resumed(c *course) {
	if !c.begun {
		return
	}
	epochs := len(c.trainer.History())
	r.event(struct {
		Event      string `json:"event"`
		Checkpoint string `json:"checkpoint"`
		Epochs     int    `json:"epochs"` // complete
	}{"resume", c.last, epochs})
	fmt.Fprintf(r.text, "resumed  from %s, after %s of %d\n", c.last, plural(epochs, "epoch"), r.settings.epochs)
}

func (r *report) describe(net *nn.Network) string {
	text := shape(r.settings, net)
	if len(r.settings.hidden) > 0 {
		text += " " + r.settings.activation
	} else if net.Outputs() == 1 {
		text += " (logistic regression: a = sigmoid(w x + b), class 1 if a >= 0.5)"
	} else {
		text += " (softmax regression)"
	}
	return text
}

func (r *report) describeSteps(data *trainingData) string {
	s := r.settings
	if s.gradientDescent() {
		return fmt.Sprintf("gradient descent on all %s images, w = w - %g dC/dw, %s", thousands(data.train.Len()), s.learningRate, plural(s.epochs, "iteration"))
	}
	course := map[string]string{"cosine": "falling along a cosine", "one-cycle": "up and down in one cycle", "constant": "throughout"}[s.schedule]
	return fmt.Sprintf("%s, learning rate %g %s, batches of %d, %s", s.optimizer, s.learningRate, course, s.batch, plural(s.epochs, "epoch"))
}

// shape returns the network's widths, as in 784-128-10.
func shape(s *settings, net *nn.Network) string {
	widths := []string{fmt.Sprint(net.Inputs())}
	for _, width := range s.hidden {
		widths = append(widths, fmt.Sprint(width))
	}
	return strings.Join(append(widths, fmt.Sprint(net.Outputs())), "-")
}

// epoch reports on a pass and on the test images before and after it.
func (r *report) epoch(e nn.Epoch, before, after evaluation) {
	rate := float64(e.Rows) / e.Duration.Seconds()
	r.event(struct {
		Event            string  `json:"event"`
		Epoch            int     `json:"epoch"`
		TrainLoss        float64 `json:"train_loss"`
		TestLoss         float64 `json:"test_loss"`
		TestAccuracy     float64 `json:"test_accuracy"`
		EpochSeconds     float64 `json:"epoch_seconds"`
		SamplesPerSecond float64 `json:"samples_per_second"`
		Utilisation      float64 `json:"model_flops_utilisation"`
	}{"epoch", e.Number, e.Loss, after.loss, after.accuracy(), e.Duration.Seconds(), rate, r.speed.utilisation(rate)})
	switch {
	case !r.settings.gradientDescent():
		fmt.Fprintf(r.text, "epoch %*d  loss %.4f  test accuracy %.2f %%  %s samples/s%s\n",
			len(fmt.Sprint(r.settings.epochs)), e.Number, e.Loss, 100*after.accuracy(), thousands(int(rate)), r.speed.describe(rate))
	case bits.OnesCount(uint(e.Number-1)) <= 1:
		// The loss of a pass is that of the weights before its one step. Each
		// doubling gets a line.
		r.iteration(e.Number-1, e.Loss, before)
	}
}

// iteration writes a line on the weights after so many steps of gradient
// descent.
func (r *report) iteration(steps int, cost float64, test evaluation) {
	fmt.Fprintf(r.text, "%9d  %-20.16g %.4f\n", steps, cost, test.accuracy())
}

// final writes the end of the report; hash and accuracy make the last line.
func (r *report) final(s summary) error {
	hash := s.net.Hash()
	r.event(struct {
		Event         string  `json:"event"`
		Dataset       string  `json:"dataset"`
		TestAccuracy  float64 `json:"test_accuracy"`
		TestErrors    int     `json:"test_errors"`
		TrainAccuracy float64 `json:"train_accuracy"`
		TrainSeconds  float64 `json:"train_seconds"`
		Hash          string  `json:"weights_sha256"`
	}{"final", s.data.name, s.test.accuracy(), s.test.errors(), s.train.accuracy(), s.trainTime.Seconds(), hash})
	if r.settings.gradientDescent() {
		r.iteration(r.settings.epochs, s.train.loss, s.test)
	}
	matrix, err := metrics.ConfusionMatrix(s.names(s.test.truth), s.names(s.test.predicted))
	if err != nil {
		return err
	}
	writeConfusion(r.text, "images", matrix)
	fmt.Fprintf(r.text, "train accuracy %.4f, %d of %d images wrong\n", s.train.accuracy(), s.train.errors(), len(s.train.truth))
	fmt.Fprintf(r.text, "test accuracy  %.4f, %d of %d images wrong\n", s.test.accuracy(), s.test.errors(), len(s.test.truth))
	if r.settings.out != "" {
		fmt.Fprintf(r.text, "saved to %s\n", r.settings.out)
	}
	_, err = fmt.Fprintf(r.last, "%s: test accuracy %.4f, %s parameters, trained in %.2f s on %s, weights_sha256 %s\n",
		s.data.name, s.test.accuracy(), thousands(s.net.ParamCount()), s.trainTime.Seconds(), kernels.Tier(), hash)
	return err
}

func plural(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return fmt.Sprintf("%d %s", n, noun)
}

// thousands writes a number with spaces between groups of three digits.
func thousands(n int) string {
	text := fmt.Sprint(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + " " + text[i:]
	}
	return text
}
