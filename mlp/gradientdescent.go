package mlp

import (
	"context"

	"github.com/lockstep-ml/lockstep/kernels"
)

// gradientDescent minimises a smooth function by steps of a fixed multiple of the
// gradient, w = w - rate * dL/dw, whether the value falls or not.
type gradientDescent struct {
	*place
	f         smooth
	rate, tol float64
}

func newGradientDescent(f smooth, start []float64, rate, tol float64) *gradientDescent {
	return &gradientDescent{newPlace(f, start), f, rate, tol}
}

func (d *gradientDescent) converged() bool { return maxAbs(d.g) <= d.tol }

func (d *gradientDescent) step(context.Context) bool {
	kernels.Axpy(-d.rate, d.g, d.w)
	d.loss = d.f.evaluate(d.w, d.g)
	return d.loss-d.loss == 0
}
