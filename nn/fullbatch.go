package nn

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/lockstep-ml/lockstep/internal/parallel"
	"github.com/lockstep-ml/lockstep/kernels"
)

// fullBatchBlock is the number of rows whose gradient is one chain of float32.
const fullBatchBlock = 1024

// A fullBatch is the loss of all rows of the data as a function of the
// parameters, in float64.
type fullBatch struct {
	net       *Network
	ctx       context.Context
	data      Data
	l2        float64
	reduction reduction
	workspace *Workspace
	targets   kernels.Matrix
	order     []int
	team      *parallel.Team
	tiles     [][]paramTile // of each worker
	run       func(worker int)

	// The evaluation at hand.
	first    bool // of all
	sums     []float64
	losses   mean
	finished atomic.Bool // before the last block
}

func (n *Network) newFullBatch(ctx context.Context, data Data, options LBFGSOptions) (*fullBatch, error) {
	if err := errors.Join(options.check(), n.checkSmooth()); err != nil {
		return nil, fmt.Errorf("nn: %w", err)
	}
	if err := n.checkTraining(data, options.Loss); err != nil {
		return nil, err
	}
	rows := min(fullBatchBlock, data.Len())
	options.Workers = n.usefulWorkers(options.Workers, rows)
	_, targets := data.Dims()
	_, weighted := data.(WeightedData)
	f := &fullBatch{
		net: n, ctx: ctx, data: data, l2: options.L2, first: true,
		reduction: newReduction(options.Loss, weighted),
		workspace: n.NewWorkspace(rows), targets: kernels.NewMatrix(rows, targets),
		order: make([]int, data.Len()),
		team:  parallel.NewTeam(options.Workers), tiles: n.shareTiles(options.Workers),
	}
	for i := range f.order {
		f.order[i] = i
	}
	f.run = f.runWorker
	return f, nil
}

func (f *fullBatch) close() { f.team.Close() }

// parameters returns the network's parameters, laid out as its memory.
func (f *fullBatch) parameters() []float64 {
	x := make([]float64, len(f.net.values))
	kernels.ToFloat64(x, f.net.values)
	return x
}

func (f *fullBatch) setParameters(x []float64) { kernels.FromFloat64(f.net.values, x) }

// evaluate rounds x to float32, returns the loss there and sets g to its
// gradient.
func (f *fullBatch) evaluate(x, g []float64) (float64, error) {
	f.setParameters(x)
	kernels.ToFloat64(x, f.net.values)
	clear(g)
	f.sums, f.losses = g, mean{}
	f.finished.Store(false)
	f.team.Run(f.run)
	if f.ctx.Err() != nil {
		return 0, fmt.Errorf("nn: training by L-BFGS stopped: %w", context.Cause(f.ctx))
	}
	if f.first && f.finished.Load() {
		return 0, f.explain()
	}
	f.first = false
	if f.reduction.summed {
		f.losses.divisor = 1
	}
	if f.losses.divisor == 0 {
		return 0, errors.New("nn: the weights of the rows add up to 0: give some of them a positive weight")
	}
	kernels.DivScalar(g, g, f.losses.divisor)
	return f.losses.value() + f.penalty(x, g), nil
}

// penalty returns that of the parameters x, and adds its gradient to g.
func (f *fullBatch) penalty(x, g []float64) float64 {
	if f.l2 == 0 {
		return 0
	}
	squares := 0.0
	for _, p := range f.net.params {
		if !p.Shape.Vector {
			lo, hi := p.offset, p.offset+len(p.Value.Data)
			squares += kernels.Dot(x[lo:hi], x[lo:hi])
			kernels.Axpy(f.l2, x[lo:hi], g[lo:hi])
		}
	}
	return float64(f.l2 / 2 * squares)
}

// runWorker is one worker's part of an evaluation.
func (f *fullBatch) runWorker(worker int) {
	for first := 0; first < len(f.order); first += fullBatchBlock {
		rows := f.order[first:min(first+fullBatchBlock, len(f.order))]
		f.runRows(worker, rows)
		f.team.Barrier()
		for _, tile := range f.tiles[worker] {
			f.addGradient(tile, len(rows))
		}
		if worker == 0 {
			f.addLosses(len(rows))
		}
		f.team.Barrier()
		if f.finished.Load() {
			return
		}
	}
}

// runRows runs a worker's rows of a block forward and backward. The gradient is
// that of the sum of the rows' losses.
func (f *fullBatch) runRows(worker int, rows []int) {
	const rowTile = 8 // rows of the matrix kernels' tiles
	lo, hi := parallel.Share(worker, f.team.Size(), len(rows), rowTile)
	w, c := f.workspace, Context{Train: true}
	w.fetch(f.data, rows, f.targets, lo, hi)
	w.forward(c, 0, len(f.net.layers), lo, hi)
	if f.reduction.weighted() {
		w.setDivisors(f.reduction, f.targets, lo, hi)
	}
	w.loss(f.reduction, f.targets, lo, hi, 1)
	w.backward(c, len(f.net.layers), 0, lo, hi)
}

// addGradient adds a tile's gradient of a block to the sums.
func (f *fullBatch) addGradient(tile paramTile, rows int) {
	f.workspace.grad(tile.param, tile.Tile, rows)
	_, g := tile.values()
	sums := f.sums[tile.Param.offset+tile.Lo*tile.Param.Shape.Cols:][:len(g)]
	for i, v := range g {
		sums[i] += float64(v)
	}
}

// addLosses adds the losses of a block. It ends the evaluation if they are not
// finite, which the line search takes for a value too high.
func (f *fullBatch) addLosses(rows int) {
	w := f.workspace
	f.losses.add(w.losses[:rows], f.reduction.total(rows, w.divisors[:rows]))
	if f.ctx.Err() != nil || !allFinite(w.losses[:rows]) || notFinite(elements(w.activations[0].RowRange(0, rows))) >= 0 {
		f.finished.Store(true)
	}
}

// explain returns why the loss of the network is not finite at the start.
func (f *fullBatch) explain() error {
	w := f.workspace
	for first := 0; first < len(f.order); first += fullBatchBlock {
		rows := f.order[first:min(first+fullBatchBlock, len(f.order))]
		w.fetch(f.data, rows, f.targets, 0, len(rows))
		if err := w.checkBatch(rows, f.targets, f.reduction); err != nil {
			return err
		}
	}
	for i, p := range f.net.params {
		if notFinite(p.Value.Data) >= 0 {
			return fmt.Errorf("nn: the parameter %q is not finite at the start of the training", f.net.names[i])
		}
	}
	return errors.New("nn: the loss is not finite at the start of the training: smaller inputs or initial weights may help")
}
