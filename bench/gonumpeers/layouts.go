package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// fewLayouts and allLayouts are the numbers of programs in which calls are measured again: this
// one, with its functions in another order. (How much that may matter: Mytkowicz, Diwan, Hauswirth and
// Sweeney, "Producing Wrong Data Without Doing Anything Obviously Wrong!", ASPLOS 2009.)
const fewLayouts, allLayouts = 5, 20

// A layout is the path of such a program, after the words of a command that starts it.
type layout []string

// build writes the programs into a folder.
func build(folder, under string) ([]layout, error) {
	var all []layout
	for i := range allLayouts {
		program := filepath.Join(folder, fmt.Sprint("gonumpeers", i))
		c := exec.Command("go", "build", fmt.Sprint("-ldflags=-randlayout=", i+1), "-o", program, "./gonumpeers")
		if out, err := c.CombinedOutput(); err != nil {
			return nil, fmt.Errorf("go build, in the folder bench: %w: %s", err, bytes.TrimSpace(out))
		}
		all = append(all, append(strings.Fields(under), program, "-answer"))
	}
	return all, nil
}

// A question asks for the rounds of a call.
type question struct {
	Call, Shape string
	Measurement measurement
}

// measure returns the rounds of some calls. A program is asked for a part of them at a time,
// so that it holds the processor for some seconds only, if that is what it is started for.
func (l layout) measure(questions []question) ([][]round, error) {
	var all [][]round
	for part := range slices.Chunk(questions, 2000) {
		asked, err := json.Marshal(part)
		if err != nil {
			return nil, err
		}
		c := exec.Command(l[0], l[1:]...)
		c.Stdin, c.Stderr = bytes.NewReader(asked), os.Stderr
		out, err := c.Output()
		if err != nil {
			return nil, fmt.Errorf("%v: %w", c, err)
		}
		var answers [][]round
		if err := json.Unmarshal(out, &answers); err != nil {
			return nil, fmt.Errorf("%v: its answers: %w", c, err)
		}
		if len(answers) != len(part) {
			return nil, fmt.Errorf("%v: %d answers to %d questions", c, len(answers), len(part))
		}
		all = append(all, answers...)
	}
	return all, nil
}

// measureIn returns the rounds of some calls in all layouts.
func measureIn(layouts []layout, questions []question) ([][]round, error) {
	all := make([][]round, len(questions))
	for _, l := range layouts {
		answers, err := l.measure(questions)
		if err != nil {
			return nil, err
		}
		for i, rounds := range answers {
			all[i] = append(all[i], rounds...)
		}
	}
	return all, nil
}

// answer measures the calls that it is asked for.
func answer(r io.Reader, w io.Writer) error {
	var questions []question
	if err := json.NewDecoder(r).Decode(&questions); err != nil {
		return err
	}
	type name struct{ call, shape string }
	arguments := map[name]func() func(library, int){}
	for _, c := range allCalls() {
		for _, s := range c.shapes {
			arguments[name{c.name, s.String()}] = func() func(library, int) { return c.prepare(s) }
		}
	}
	answers := make([][]round, len(questions))
	for i, q := range questions {
		prepare, ok := arguments[name{q.Call, q.Shape}]
		if !ok {
			return fmt.Errorf("there is no call %s %s", q.Call, q.Shape)
		}
		answers[i] = q.Measurement.measure(prepare)
	}
	return json.NewEncoder(w).Encode(answers)
}
