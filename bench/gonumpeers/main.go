// Command gonumpeers compares gonum as it is, gonum on our kernels (package gonumblas)
// and gonum on OpenBLAS (gonum.org/v1/netlib, by cgo), side by side in one run:
//
//	apt-get install gcc libopenblas-dev
//	go run -C bench ./gonumpeers -out results/<cpu>
//
// All have two threads and take turns; the shortest times of some rounds count. OpenBLAS
// gets the instruction sets of our tier, as it does not recognise every processor, and
// runs in a process of its own, which is built here. Without gcc or OpenBLAS it is left
// out, and the output says so.
//
//	go run -C bench ./gonumpeers -calls . -out results/<cpu>
//
// times each method of the BLAS instead, in float32 and float64, with ordinary and other
// increments, transposed and not, at many sizes from 1 up, in gonum's implementation and in ours, and
// lists what is slower than 0.95 of gonum's speed. What seems slow is measured again, by some
// programs that are built with their functions in other orders. It takes some minutes; a regular
// expression chooses methods: -calls '^Dgemm '.
//
// -under names a command that these programs are started under, such as 'chrt -f 10'.
//
// With -out the figures are kept in the folder, in gonum.json, from which gonum.md is made
// for docs/performance.md. A run of some tasks or calls replaces theirs.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"

	"github.com/lockstep-ml/lockstep/bench/gonumpeers/internal/task"
	"github.com/lockstep-ml/lockstep/bench/internal/count"
	"github.com/lockstep-ml/lockstep/bench/internal/figures"
	"github.com/lockstep-ml/lockstep/bench/internal/jsonfile"
	"github.com/lockstep-ml/lockstep/bench/internal/machine"
	"github.com/lockstep-ml/lockstep/internal/tier"
)

const (
	recordName = "gonum.json"
	pageName   = "gonum.md"
	threads    = 2
)

type options struct {
	rounds        *int
	tasks, calls  string
	out, under    string
	peers, answer bool
}

func main() {
	o := options{rounds: count.Flag("rounds", 40, "how often the contestants take turns, at most")}
	flag.StringVar(&o.tasks, "tasks", ".", "a regular `expression` of the tasks to time, such as SVD")
	flag.StringVar(&o.calls, "calls", "", "a regular `expression` of the methods to time instead, such as ^Dgemm")
	flag.StringVar(&o.out, "out", "", "a `folder` for the figures, such as results/<cpu>")
	flag.StringVar(&o.under, "under", "", "a `command` to start the programs under that time calls, such as 'chrt -f 10'")
	flag.BoolVar(&o.peers, "peers", true, "whether gonum alone and OpenBLAS take part in the tasks")
	flag.BoolVar(&o.answer, "answer", false, "measure the calls that the command itself asks for on standard input")
	flag.Parse()
	if err := run(o); err != nil {
		fmt.Fprintln(os.Stderr, "gonumpeers:", err)
		os.Exit(1)
	}
}

func run(o options) error {
	runtime.GOMAXPROCS(threads)
	if o.answer {
		return answer(os.Stdin, os.Stdout)
	}
	r, err := readRecord(o.out)
	if err != nil {
		return err
	}
	folder, err := os.MkdirTemp("", "gonumpeers")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder) // the programs that are built
	caption := fmt.Sprintf("%s, tier %s", machine.Caption(), tier.Active())
	if o.calls != "" {
		return r.measureCalls(o, folder, caption)
	}
	return r.measureTasks(o, folder, caption)
}

func (r record) measureCalls(o options, folder, caption string) error {
	names, err := regexp.Compile(o.calls)
	if err != nil {
		return fmt.Errorf("-calls: %w", err)
	}
	layouts, err := build(folder, o.under)
	if err != nil {
		return err
	}
	found, err := sweep(os.Stdout, names, caption, layouts)
	if err != nil {
		return err
	}
	r.Calls = merge(r.Calls, found, func(m method) string { return m.Name }, callNames())
	return r.keep(o.out)
}

func (r record) measureTasks(o options, folder, caption string) error {
	names, err := regexp.Compile(o.tasks)
	if err != nil {
		return fmt.Errorf("-tasks: %w", err)
	}
	all := contestants(o.peers, folder)
	for _, c := range all {
		defer c.close()
	}
	var rows []row
	var recorder figures.Recorder
	for _, t := range task.All {
		if !names.MatchString(t.Name) {
			continue
		}
		x, err := race(all, t, *o.rounds)
		if err != nil {
			return err
		}
		x.Machine = caption
		fmt.Println(x)
		rows = append(rows, x)
		recorder.Add(x.Nanoseconds[0]/1e9, "gonum %s", x.Task)
	}
	r.Tasks = merge(r.Tasks, rows, func(x row) string { return x.Task }, taskNames())
	if err := r.keep(o.out); err != nil || o.out == "" {
		return err
	}
	return recorder.Save(o.out)
}

// keep writes the record and the page, if there is a folder for them.
func (r record) keep(folder string) error {
	if folder == "" {
		return nil
	}
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return err
	}
	if err := jsonfile.Write(filepath.Join(folder, recordName), r); err != nil {
		return err
	}
	f, err := os.Create(filepath.Join(folder, pageName))
	if err != nil {
		return err
	}
	if err := r.writePage(f); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}
