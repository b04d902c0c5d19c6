package mlp

import (
	"github.com/lockstep-ml/lockstep/internal/parallel"
	"github.com/lockstep-ml/lockstep/kernels"
)

// Rows are converted to float64 in blocks that fit a cache. The blocks of a segment
// are one chain; the sums of the segments, which workers share, are added in order.
const (
	passBlock   = 48
	passSegment = 32 * passBlock
)

// segments returns how many segments so many rows make, which is how many workers
// find something to do.
func segments(rows int) int { return (rows + passSegment - 1) / passSegment }

// passScratch is the memory of a worker.
type passScratch struct {
	x []float64 // passBlock x inputs
	z []float64 // passBlock x outputs
}

// pass runs once through the rows: it computes z = x V^T + c for the parameters v,
// lets turn replace each row of z by another one r, and sets dst to
// sum_i r[i] x[i]^T / sum_i s[i] + decay*V, behind which the sums of r follow if
// there is an intercept.
func (l *logisticLoss) pass(dst, v []float64, turn func(i int, z []float64)) {
	for k := range l.outputs {
		for j, value := range v[k*l.x.Cols:][:l.x.Cols] {
			l.columns[j*l.outputs+k] = value
		}
	}
	intercept := v[l.penalised():]
	l.sumBlocks(dst, passBlock, func(sum []float64, worker, lo, hi int) {
		l.passRows(sum, intercept, lo, hi, l.scratch[worker], turn)
	})
	kernels.Axpy(l.decay, v[:l.penalised()], dst[:l.penalised()])
}

// sumBlocks sets dst to the sum of what add adds for all blocks of rows, divided by
// the sum of the rows' weights.
func (l *logisticLoss) sumBlocks(dst []float64, block int, add func(sum []float64, worker, lo, hi int)) {
	l.team.Run(func(worker int) {
		lo, hi := parallel.Share(worker, l.team.Size(), len(l.segments), 1)
		for i := lo; i < hi; i++ {
			sum := l.segments[i]
			clear(sum)
			last := min(l.x.Rows, (i+1)*passSegment)
			for first := i * passSegment; first < last; first += block {
				add(sum, worker, first, min(first+block, last))
			}
		}
	})
	clear(dst)
	for _, sum := range l.segments {
		kernels.Add(dst, dst, sum)
	}
	for i := range dst {
		dst[i] /= l.total
	}
}

// passRows adds what rows lo to hi contribute to sum.
func (l *logisticLoss) passRows(sum, intercept []float64, lo, hi int, s passScratch, turn func(i int, z []float64)) {
	rows, inputs, outputs := hi-lo, l.x.Cols, l.outputs
	z := s.z[:rows*outputs]
	for i := range rows {
		kernels.ToFloat64(s.x[i*inputs:][:inputs], l.x.Row(lo+i))
		clear(z[i*outputs:][:outputs])
		copy(z[i*outputs:], intercept)
	}
	if outputs == 1 { // a scalar product is quicker than a matrix product of one column
		for i := range z {
			z[i] += kernels.Dot(s.x[i*inputs:][:inputs], l.columns)
		}
	} else {
		kernels.Gemm(false, false, rows, outputs, inputs, 1, s.x, inputs, l.columns, outputs, 1, z, outputs)
	}
	l.turnRows(sum, lo, z, turn)
	kernels.Gemm(true, false, outputs, inputs, rows, 1, z, outputs, s.x, inputs, 1, sum, inputs)
}

// turnRows replaces the rows of z from row first on and adds their sums to those of
// the intercept.
func (l *logisticLoss) turnRows(sum []float64, first int, z []float64, turn func(i int, z []float64)) {
	slopes := sum[l.penalised():]
	for i := range len(z) / l.outputs {
		r := z[i*l.outputs:][:l.outputs]
		turn(first+i, r)
		if l.intercept {
			kernels.Add(slopes, slopes, r)
		}
	}
}
