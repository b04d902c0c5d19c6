package mlp

import "github.com/lockstep-ml/lockstep/kernels"

// A coarsePass evaluates a logistic loss with products in float32, which takes a
// third of the time: rows need no conversion. Each block of rows has gradients of its
// own, which are added in float64.
type coarsePass struct {
	*logisticLoss
	weight    []float32 // inputs x outputs
	intercept []float32
	scratch   []coarseScratch
}

const coarseBlock = 192 // rows, which fit an L2 cache

// coarseScratch is the memory of a worker.
type coarseScratch struct {
	z, dz    kernels.Matrix // coarseBlock x outputs
	gradient []float32      // of a block
	wide     []float64      // gradient in float64
}

// goCoarse makes evaluations coarse if that is worth it: as soon as the rows, as
// float64, exceed an L2 cache.
func (l *logisticLoss) goCoarse() {
	if l.x.Rows*l.x.Cols < 1<<18 {
		return
	}
	c := &coarsePass{logisticLoss: l, weight: make([]float32, l.penalised()), intercept: make([]float32, l.size()-l.penalised())}
	for range l.team.Size() {
		c.scratch = append(c.scratch, coarseScratch{
			z: kernels.NewMatrix(coarseBlock, l.outputs), dz: kernels.NewMatrix(coarseBlock, l.outputs),
			gradient: make([]float32, l.size()), wide: make([]float64, l.size()),
		})
	}
	l.coarse = c
}

// run sets losses and probabilities to those at w, and g to the gradient.
func (c *coarsePass) run(g, w []float64) {
	for k := range c.outputs {
		for j, v := range w[k*c.x.Cols:][:c.x.Cols] {
			c.weight[j*c.outputs+k] = float32(v)
		}
	}
	kernels.FromFloat64(c.intercept, w[c.penalised():])
	c.sumBlocks(g, coarseBlock, c.addBlock)
	kernels.Axpy(c.decay, w[:c.penalised()], g[:c.penalised()])
}

// addBlock adds the gradient of rows lo to hi to sum.
func (c *coarsePass) addBlock(sum []float64, worker, lo, hi int) {
	s, x := &c.scratch[worker], c.x.RowRange(lo, hi)
	z, dz := s.z.RowRange(0, x.Rows), s.dz.RowRange(0, x.Rows)
	if c.outputs == 1 {
		for i := range z.Data {
			z.Data[i] = kernels.Dot(x.Row(i), c.weight)
		}
	} else {
		kernels.Gemm(false, false, x.Rows, c.outputs, x.Cols, 1, x.Data, x.Stride, c.weight, c.outputs, 0, z.Data, c.outputs)
	}
	if c.logisticLoss.intercept {
		kernels.AddBias(z, c.intercept)
	}
	if c.outputs == 1 {
		c.turnTwo(dz.Data, z.Data, lo)
	} else {
		c.turn(dz, z, lo)
	}
	c.weighRows(dz, lo)
	product, slopes := s.gradient[:c.penalised()], s.gradient[c.penalised():]
	kernels.Gemm(true, false, c.outputs, x.Cols, x.Rows, 1, dz.Data, c.outputs, x.Data, x.Stride, 0, product, x.Cols)
	if c.logisticLoss.intercept {
		clear(slopes)
		kernels.AddColumnSums(slopes, dz)
	}
	kernels.ToFloat64(s.wide, s.gradient)
	kernels.Add(sum, sum, s.wide)
}

// turn sets dz to the gradient with respect to the logits z of the rows from the
// given one on, and finds their losses and probabilities.
func (c *coarsePass) turn(dz, z kernels.Matrix, first int) {
	class := c.class[first:][:z.Rows]
	kernels.SoftmaxCrossEntropy(c.losses[first:][:z.Rows], dz, z, class, 1)
	p := c.probabilities[first*c.outputs:][:z.Rows*c.outputs]
	kernels.ToFloat64(p, dz.Data)
	for i, k := range class {
		p[i*c.outputs+k]++
	}
}

// turnTwo is turn for two classes, which have one logit: the gradient is the
// probability of the wrong class, less that if it is the first.
func (c *coarsePass) turnTwo(dz, z []float32, first int) {
	class, losses, p := c.class[first:][:len(z)], c.losses[first:][:len(z)], c.probabilities[first:][:len(z)]
	for i, k := range class {
		if k == 1 {
			z[i] = -z[i] // the logit of the wrong class
		}
	}
	kernels.Sigmoid(dz, z)
	kernels.Softplus(z, z)
	kernels.ToFloat64(losses, z)
	kernels.ToFloat64(p, dz)
	for i, k := range class {
		if k == 1 {
			p[i], dz[i] = 1-p[i], -dz[i]
		}
	}
}

// weighRows multiplies losses and gradients of the rows from the given one on by
// their weights.
func (c *coarsePass) weighRows(dz kernels.Matrix, first int) {
	if c.weights == nil {
		return
	}
	for i, s := range c.weights[first:][:dz.Rows] {
		c.losses[first+i] *= float64(s)
		kernels.Scale(dz.Row(i), dz.Row(i), s)
	}
}
