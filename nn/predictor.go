package nn

import (
	"fmt"
	"sync"

	"github.com/lockstep-ml/lockstep/internal/parallel"
	"github.com/lockstep-ml/lockstep/kernels"
)

// A Predictor is an immutable snapshot of a network for inference: weights
// prepacked, layers that only matter in training left out. Any number of
// goroutines may use it at the same time. A row's prediction does not depend
// on the rows that are predicted with it.
type Predictor struct {
	inputs, outputs int
	stages          []stage
	widest          int
	scratch         sync.Pool // of *predictorScratch
}

// A stage is a layer, or the end of a residual block, which adds what was kept at
// its beginning.
type stage struct {
	width int // of the output
	apply func(y, x kernels.Matrix)
	keep  []int // slots in which to keep the input for the ends of blocks
	add   int   // the slot to add, -1 if it is a layer
}

// predictorBlock is the number of rows that run through all layers together:
// enough for the matrix kernels, few enough to stay in the cache.
const predictorBlock = 64

type predictorScratch struct {
	a, b []float32
	kept [][]float32 // by slot
}

// Predictor returns a snapshot of the network. Later changes of the network do
// not reach it.
func (n *Network) Predictor() *Predictor {
	p := &Predictor{inputs: n.inputs, outputs: n.Outputs()}
	slots := 0
	var keep []int                       // for the stage to come
	slotOf := make([]int, len(n.layers)) // by the end of a block
	for l := 0; l < len(n.layers); l++ {
		for _, end := range n.ends[l] {
			slotOf[end] = slots
			keep = append(keep, slots)
			slots++
		}
		s := stage{width: n.widths[l+1], add: -1, keep: keep}
		if n.joins[l] >= 0 {
			s.add = slotOf[l]
		} else if s.apply = n.freezeFolded(l); s.apply != nil {
			l++
		} else if s.apply = n.layers[l].Freeze(); s.apply == nil {
			continue
		}
		keep = nil
		p.stages = append(p.stages, s)
		p.widest = max(p.widest, s.width, n.widths[l])
	}
	p.scratch.New = func() any {
		if err := kernels.CheckArithmetic(); err != nil {
			panic(fmt.Sprintf("nn: Predictor.Predict: %v", err))
		}
		size := predictorBlock * p.widest
		scratch := &predictorScratch{a: make([]float32, size), b: make([]float32, size)}
		for range slots {
			scratch.kept = append(scratch.kept, make([]float32, size))
		}
		return scratch
	}
	return p
}

// freezeFolded returns the inference form of a dense layer with the batch
// normalisation behind it, nil if layer l is not the first of such two.
func (n *Network) freezeFolded(l int) func(y, x kernels.Matrix) {
	if l+1 == len(n.layers) || n.ends[l+1] != nil {
		return nil
	}
	d, isDense := n.layers[l].(*dense)
	b, isNorm := n.layers[l+1].(*batchNorm)
	if !isDense || !isNorm {
		return nil
	}
	return b.foldInto(d)
}

// Inputs returns the width of the input.
func (p *Predictor) Inputs() int { return p.inputs }

// Outputs returns the width of the output.
func (p *Predictor) Outputs() int { return p.outputs }

// Predict computes the network's outputs for the rows of x into dst: of a
// network trained with [CrossEntropy] or [BCEWithLogits] the logits, which
// [kernels.Softmax] or [kernels.Sigmoid] turn into probabilities. dst may not
// overlap x. It allocates nothing once warm, and panics if the shapes do not
// fit the network.
//
// Foreign code may have changed the floating-point unit, and predictions with it.
// The calls that take new scratch memory, the first ones above all, look whether it
// works as IEEE 754 has it, and panic with the reason if not. To get an error
// instead, ask [kernels.CheckArithmetic] before.
func (p *Predictor) Predict(dst, x kernels.Matrix) {
	if x.Cols != p.inputs || dst.Cols != p.outputs || dst.Rows != x.Rows {
		panic(fmt.Sprintf("nn: Predictor.Predict: dst is %d x %d, x is %d x %d; want %d outputs of %d inputs for equally many rows",
			dst.Rows, dst.Cols, x.Rows, x.Cols, p.outputs, p.inputs))
	}
	scratch := p.scratch.Get().(*predictorScratch)
	defer p.scratch.Put(scratch)
	for lo := 0; lo < x.Rows; lo += predictorBlock {
		hi := min(lo+predictorBlock, x.Rows)
		p.predictBlock(dst.RowRange(lo, hi), x.RowRange(lo, hi), scratch)
	}
}

// PredictRow computes the network's outputs for one row.
func (p *Predictor) PredictRow(dst, x []float32) {
	p.Predict(rowMatrix(dst), rowMatrix(x))
}

func rowMatrix(x []float32) kernels.Matrix {
	return kernels.Matrix{Rows: 1, Cols: len(x), Stride: len(x), Data: x}
}

// predictBlock runs a block of rows through all stages, whose results
// alternate between the two buffers.
func (p *Predictor) predictBlock(dst, x kernels.Matrix, scratch *predictorScratch) {
	for i, s := range p.stages {
		y := dst
		if i < len(p.stages)-1 {
			y = kernels.Matrix{Rows: x.Rows, Cols: s.width, Stride: s.width, Data: scratch.a[:x.Rows*s.width]}
		}
		for _, slot := range s.keep {
			kept := scratch.kept[slot]
			for r := range x.Rows {
				copy(kept[r*x.Cols:], x.Row(r))
			}
		}
		if s.add >= 0 {
			kept := scratch.kept[s.add]
			for r := range x.Rows {
				kernels.Add(y.Row(r), x.Row(r), kept[r*x.Cols:][:x.Cols])
			}
		} else {
			s.apply(y, x)
		}
		x = y
		scratch.a, scratch.b = scratch.b, scratch.a
	}
	if len(p.stages) == 0 {
		for i := range x.Rows {
			copy(dst.Row(i), x.Row(i))
		}
	}
}

// PredictData computes the outputs for all rows of the data into dst, with the
// given number of workers; 0 means as many as there is work for, at most
// GOMAXPROCS. targets, unless it is empty, receives the rows' targets. It fails
// if shapes do not agree or the floating-point environment is not IEEE 754's.
func (p *Predictor) PredictData(dst, targets kernels.Matrix, data Data, workers int) error {
	if err := kernels.CheckEnvironment(); err != nil {
		return fmt.Errorf("nn: %w", err)
	}
	inputs, columns := data.Dims()
	if targets.Rows == 0 {
		targets = kernels.NewMatrix(data.Len(), columns) // for Gather
	}
	switch {
	case inputs != p.inputs:
		return fmt.Errorf("nn: the data have %d inputs, the network takes %d", inputs, p.inputs)
	case dst.Rows != data.Len() || dst.Cols != p.outputs:
		return fmt.Errorf("nn: dst is %d x %d, want %d x %d", dst.Rows, dst.Cols, data.Len(), p.outputs)
	case targets.Rows != data.Len() || targets.Cols != columns:
		return fmt.Errorf("nn: targets is %d x %d, want %d x %d", targets.Rows, targets.Cols, data.Len(), columns)
	}
	blocks := (data.Len() + predictorBlock - 1) / predictorBlock
	team := parallel.NewTeam(min(parallel.Workers(workers), blocks))
	defer team.Close()
	faults := make([]error, team.Size())
	team.Run(func(worker int) {
		if faults[worker] = kernels.CheckArithmetic(); faults[worker] != nil {
			return
		}
		lo, hi := parallel.Share(worker, team.Size(), data.Len(), predictorBlock)
		x := kernels.NewMatrix(min(predictorBlock, hi-lo), p.inputs)
		rows := make([]int, x.Rows)
		for ; lo < hi; lo += predictorBlock {
			n := min(predictorBlock, hi-lo)
			for i := range n {
				rows[i] = lo + i
			}
			block := x.RowRange(0, n)
			data.Gather(rows[:n], block, targets.RowRange(lo, lo+n))
			p.Predict(dst.RowRange(lo, lo+n), block)
		}
	})
	for _, err := range faults {
		if err != nil {
			return fmt.Errorf("nn: %w", err)
		}
	}
	return nil
}
