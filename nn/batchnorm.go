package nn

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"

	"github.com/lockstep-ml/lockstep/kernels"
)

// BatchNorm normalises each column to the mean 0 and the variance 1 over the
// batch, and then scales and shifts it by trained factors (Ioffe and Szegedy,
// ICML 2015):
//
//	y = (x - mean) / sqrt(variance + epsilon) * weight + bias
//
// with the variance of a population. Running statistics move towards those of
// each batch, the variance as that of a sample, by a share, the momentum. They
// take the place of the batch's in inference, where the layer is folded into a
// [Dense] right before it. All of it is as in PyTorch's BatchNorm1d.
//
// Statistics and the gradients of weight and bias are sums in float64 over
// ascending rows, the statistics in two passes; output and gradient with respect
// to x are sequences in float64, rounded once. A folded weight is
// fl32(w * weight/sqrt(variance + epsilon)), the product in float64.
//
// The layer needs batches of at least two rows, and costs four barriers a step.
func BatchNorm(options ...NormOption) Layer {
	return &batchNorm{settings: newNormSettings(0.1, options)}
}

type batchNorm struct {
	scaleAndShift
	settings       normSettings
	mean, variance *Param // running
}

func init() {
	RegisterLayer("BatchNorm", func(settings json.RawMessage) (Layer, error) {
		b := &batchNorm{}
		return b, json.Unmarshal(settings, &b.settings)
	})
}

func (b *batchNorm) Config() (string, any) { return "BatchNorm", b.settings }

func (b *batchNorm) Build(in int) (int, error) {
	if b.weight != nil {
		return 0, errBuiltTwice
	}
	b.scaleAndShift = newScaleAndShift(in)
	b.mean = columnParam("running_mean", in, Zeros())
	b.variance = columnParam("running_var", in, Constant(1))
	return in, b.settings.check()
}

func (b *batchNorm) Buffers() []*Param { return []*Param{b.mean, b.variance} }

func (*batchNorm) MinRows() int { return 2 }

// batchStatistics are those of a batch, a number each column.
type batchStatistics struct {
	mean, variance []float64
	inverse        []float64 // 1/sqrt(variance + epsilon)
	slope          []float64 // sums of dy over the rows
	slopeTimes     []float64 // sums of dy times the normalised x

	// What Delta takes of them: the sums divided by the number of rows, and
	// inverse times the weight.
	meanSlope, meanSlopeTimes, factor []float64
}

const batchStatisticsFields = 8

func (b *batchNorm) ScratchSize() int { return batchStatisticsFields * b.weight.Shape.Rows }

// statistics returns columns lo to hi of the scratch.
func (b *batchNorm) statistics(scratch []float64, lo, hi int) batchStatistics {
	n := b.weight.Shape.Rows
	field := func(i int) []float64 { return scratch[i*n+lo : i*n+hi] }
	return batchStatistics{field(0), field(1), field(2), field(3), field(4), field(5), field(6), field(7)}
}

func (b *batchNorm) Gather(scratch []float64, x kernels.Matrix, lo, hi int) {
	s := b.statistics(scratch, lo, hi)
	kernels.ColumnMoments(s.mean, s.variance, columns(x, lo, hi))
	for j, v := range s.variance {
		s.inverse[j] = 1 / math.Sqrt(v+b.settings.Epsilon)
	}
}

func (b *batchNorm) GatherDelta(scratch []float64, dy, x kernels.Matrix, lo, hi int) {
	s := b.statistics(scratch, lo, hi)
	kernels.BatchNormSums(s.slope, s.slopeTimes, columns(dy, lo, hi), columns(x, lo, hi), s.mean, s.inverse)
	kernels.DivScalar(s.meanSlope, s.slope, float64(x.Rows))
	kernels.DivScalar(s.meanSlopeTimes, s.slopeTimes, float64(x.Rows))
	for j, weight := range b.weight.Value.Data[lo:hi] {
		s.factor[j] = s.inverse[j] * float64(weight)
	}
}

// Commit moves the running statistics towards those of the batch.
func (b *batchNorm) Commit(scratch []float64, rows int, share float64) {
	if share == 0 {
		share = b.settings.Momentum
	}
	s := b.statistics(scratch, 0, b.weight.Shape.Rows)
	sample := float64(rows) / float64(rows-1)
	mean, variance := b.mean.Value.Data, b.variance.Value.Data
	for j := range mean {
		mean[j] = towards(mean[j], s.mean[j], share)
		variance[j] = towards(variance[j], float64(s.variance[j]*sample), share)
	}
}

func towards(v float32, target, share float64) float32 {
	return float32(float64((1-share)*float64(v)) + float64(share*target))
}

func (b *batchNorm) Forward(c Context, y, x kernels.Matrix) {
	var s batchStatistics
	if c.Train {
		s = b.statistics(c.Scratch, 0, x.Cols)
	} else {
		s = b.runningStatistics()
	}
	kernels.BatchNorm(y, x, s.mean, s.inverse, b.weight.Value.Data, b.bias.Value.Data)
}

// runningStatistics returns mean and inverse of inference.
func (b *batchNorm) runningStatistics() (s batchStatistics) {
	for j, v := range b.variance.Value.Data {
		s.mean = append(s.mean, float64(b.mean.Value.Data[j]))
		s.inverse = append(s.inverse, 1/math.Sqrt(float64(v)+b.settings.Epsilon))
	}
	return s
}

// Delta computes, with n the normalised x,
// dx = (dy - mean(dy) - n*mean(dy*n)) * weight/sqrt(variance + epsilon).
func (b *batchNorm) Delta(c Context, dx, dy, x, _ kernels.Matrix) {
	s := b.statistics(c.Scratch, 0, x.Cols)
	kernels.BatchNormBackward(dx, dy, x, s.mean, s.inverse, s.meanSlope, s.meanSlopeTimes, s.factor)
}

func (b *batchNorm) Grad(t Tile, _, _ kernels.Matrix) {
	s := b.statistics(t.Scratch, t.Lo, t.Hi)
	sums := s.slopeTimes
	if t.Param == b.bias {
		sums = s.slope
	}
	grad := t.grad().Data
	if !t.Accumulate {
		clear(grad)
	}
	for j, sum := range sums {
		grad[j] += float32(sum)
	}
}

func (b *batchNorm) Freeze() func(y, x kernels.Matrix) {
	s := b.runningStatistics()
	weight := append([]float32(nil), b.weight.Value.Data...)
	bias := append([]float32(nil), b.bias.Value.Data...)
	return func(y, x kernels.Matrix) { kernels.BatchNorm(y, x, s.mean, s.inverse, weight, bias) }
}

// foldInto returns the inference form of the layer behind d.
func (b *batchNorm) foldInto(d *dense) func(y, x kernels.Matrix) {
	s := b.runningStatistics()
	from := d.weight.Value
	weight, bias := kernels.NewMatrix(from.Rows, from.Cols), make([]float32, from.Cols)
	for j := range bias {
		factor := float64(s.inverse[j] * float64(b.weight.Value.Data[j]))
		for i := range from.Rows {
			weight.Row(i)[j] = float32(float64(from.Row(i)[j]) * factor)
		}
		shift := -s.mean[j]
		if d.bias != nil {
			shift += float64(d.bias.Value.Data[j])
		}
		bias[j] = float32(float64(shift*factor) + float64(b.bias.Value.Data[j]))
	}
	return frozenDense(weight, bias)
}

// EstimateStatistics sets the running statistics of all [BatchNorm] layers to
// the means of those of the data's batches, as PyTorch's update_bn does. It suits
// a network whose parameters did not come from training itself, such as
// [Trainer.Averaged]. Rows are taken in order; a last batch too small is left out.
func (n *Network) EstimateStatistics(data Data, batchSize int) error {
	inputs, targets := data.Dims()
	if inputs != n.inputs {
		return fmt.Errorf("nn: EstimateStatistics: the data have %d inputs, the network takes %d", inputs, n.inputs)
	}
	if batchSize < 1 {
		return fmt.Errorf("nn: EstimateStatistics: batches of %d rows, want a positive number", batchSize)
	}
	w := n.NewWorkspace(batchSize)
	x, y, rows := kernels.NewMatrix(batchSize, inputs), kernels.NewMatrix(batchSize, targets), make([]int, batchSize)
	batches := 0
	for lo := 0; lo < data.Len(); lo += batchSize {
		size := min(batchSize, data.Len()-lo)
		if size < w.minRows {
			break
		}
		for i := range size {
			rows[i] = lo + i
		}
		data.Gather(rows[:size], x.RowRange(0, size), y.RowRange(0, size))
		w.Forward(x.RowRange(0, size))
		batches++
		w.commit(size, 1/float64(batches))
		w.Step++
	}
	if batches == 0 {
		return errors.New("nn: EstimateStatistics: the data have no batch that is large enough")
	}
	return nil
}
