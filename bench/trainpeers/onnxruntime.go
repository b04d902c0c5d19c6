package main

import (
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"path/filepath"

	"github.com/lockstep-ml/lockstep/bench/internal/peer"
	"github.com/lockstep-ml/lockstep/kernels"
)

// onnxRuntime is a peer that predicts, with a number of threads. It is paused but
// in its turns: its threads would spin for a while before they sleep.
type onnxRuntime struct {
	*peer.Process
	count   int
	library string
}

// startONNX compiles the program around a shared library, in a folder of
// peer.Unpack, writes the networks there, and compares what the library makes of
// them with our own predictions.
func startONNX(library, folder string, threads int) (*onnxRuntime, error) {
	program := filepath.Join(folder, "onnx")
	if err := peer.Compile(program, filepath.Join(folder, "peer", "onnx.c"), "-ldl"); err != nil {
		return nil, err
	}
	for _, t := range predictions() {
		net, err := network(t.widths)
		if err != nil {
			return nil, err
		}
		if err := os.WriteFile(filepath.Join(folder, t.net()+".onnx"), onnxModel(net, t.widths), 0o666); err != nil {
			return nil, err
		}
	}
	process, err := peer.Start([]string{fmt.Sprintf("OMP_NUM_THREADS=%d", threads)}, program, library, folder, fmt.Sprint(threads))
	if err != nil {
		return nil, err
	}
	p := &onnxRuntime{process, threads, library}
	for _, t := range predictions() {
		if err := p.compare(t); err != nil {
			p.Close()
			return nil, err
		}
	}
	return p, p.Pause()
}

// predictions are the tasks without an optimizer.
func predictions() []task {
	var all []task
	for _, t := range tasks {
		if t.optimizer == "" {
			all = append(all, t)
		}
	}
	return all
}

// compare fails if outputs for some rows differ from ours by more than rounding.
func (p *onnxRuntime) compare(t task) error {
	const rows = 3
	net, err := network(t.widths)
	if err != nil {
		return err
	}
	x := kernels.NewMatrix(rows, t.widths[0])
	for i := range x.Data {
		x.Data[i] = float32(i*7919%2001) / 2000
	}
	want := kernels.NewMatrix(rows, t.widths[len(t.widths)-1])
	net.Predictor().Predict(want, x)
	got := make([]byte, 4*len(want.Data))
	if err := p.AskBytes(fmt.Sprintf("eval %s %d", t.net(), rows), got); err != nil {
		return err
	}
	for i, v := range want.Data {
		y := math.Float32frombits(binary.LittleEndian.Uint32(got[4*i:]))
		if d := math.Abs(float64(y - v)); !(d <= 1e-4) {
			return fmt.Errorf("output %d of %s is %v, ours is %v", i, t.net(), y, v)
		}
	}
	return nil
}

func (p *onnxRuntime) String() string  { return fmt.Sprintf("%s, intra_op=%d", p.Greeting, p.count) }
func (p *onnxRuntime) threads() int    { return p.count }
func (p *onnxRuntime) has(t task) bool { return t.optimizer == "" }

func (p *onnxRuntime) build() string {
	return fmt.Sprintf("the C interface of %s; all graph optimizations; intra_op is intra_op_num_threads", filepath.Base(p.library))
}

func (p *onnxRuntime) Close() {
	p.Resume()
	p.Process.Close()
}

func (p *onnxRuntime) time(t task) (timing, error) {
	var x timing
	if err := p.Resume(); err != nil {
		return x, err
	}
	if err := p.Ask(t.String(), &x.wall, &x.processor); err != nil {
		return x, err
	}
	return x, p.Pause()
}
