package nn

import (
	"encoding/json"

	"github.com/lockstep-ml/lockstep/kernels"
)

// PReLU is x for x > 0 and slope*x else, elementwise, with a slope that is
// trained, from 0.25 on (He et al., ICCV 2015). It is PyTorch's PReLU with one
// parameter. The gradient of the slope adds up dy*x in float32, row by row.
func PReLU() Layer { return &prelu{} }

// ColumnPReLU is [PReLU] with a slope for each column.
func ColumnPReLU() Layer { return &prelu{settings: preluSettings{Columns: true}} }

type preluSettings struct {
	Columns bool `json:"columns,omitempty"`
}

type prelu struct {
	settings preluSettings
	slope    *Param
}

func init() {
	RegisterLayer("PReLU", func(settings json.RawMessage) (Layer, error) {
		return remake(settings, func(s preluSettings) Layer { return &prelu{settings: s} })
	})
}

func (p *prelu) Config() (string, any) { return "PReLU", p.settings }

func (p *prelu) Build(in int) (int, error) {
	if p.slope != nil {
		return 0, errBuiltTwice
	}
	slopes := 1
	if p.settings.Columns {
		slopes = in
	}
	p.slope = columnParam("weight", slopes, Constant(0.25))
	return in, nil
}

func (p *prelu) Params() []*Param { return []*Param{p.slope} }

func (p *prelu) Forward(_ Context, y, x kernels.Matrix) {
	preluRows(y, x, p.slope.Value.Data, p.settings.Columns)
}

func preluRows(y, x kernels.Matrix, slopes []float32, columns bool) {
	if columns {
		kernels.PReLU(y, x, slopes)
		return
	}
	for i := range x.Rows {
		kernels.LeakyReLU(y.Row(i), x.Row(i), slopes[0])
	}
}

func (p *prelu) Delta(_ Context, dx, dy, x, _ kernels.Matrix) {
	slopes := p.slope.Value.Data
	if p.settings.Columns {
		kernels.PReLUBackward(dx, dy, x, slopes)
		return
	}
	for i := range x.Rows {
		kernels.LeakyReLUBackward(dx.Row(i), dy.Row(i), x.Row(i), slopes[0])
	}
}

func (p *prelu) Grad(t Tile, x, dy kernels.Matrix) {
	grad := t.grad().Data
	if !t.Accumulate {
		clear(grad)
	}
	if p.settings.Columns {
		kernels.PReLUGrad(grad, columns(dy, t.Lo, t.Hi), columns(x, t.Lo, t.Hi))
		return
	}
	for i := range x.Rows {
		slope := dy.Row(i)
		for j, v := range x.Row(i) {
			if !(v > 0) {
				grad[0] += float32(slope[j] * v)
			}
		}
	}
}

func (p *prelu) Freeze() func(y, x kernels.Matrix) {
	slopes := append([]float32(nil), p.slope.Value.Data...)
	return func(y, x kernels.Matrix) { preluRows(y, x, slopes, p.settings.Columns) }
}
