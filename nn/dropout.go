package nn

import (
	"encoding/json"
	"fmt"

	"github.com/lockstep-ml/lockstep/internal/random"
	"github.com/lockstep-ml/lockstep/kernels"
)

// Dropout sets each element to zero with the probability p in training, and
// multiplies the others by 1/(1-p), so that their mean stays (Srivastava et al.,
// JMLR 15, 2014; the scale as in PyTorch). In inference it does nothing.
//
// Which elements drop depends on the seed of training, the layer's index, the
// step, and the element's row in the batch and column: see docs/contract.md. What
// drops is multiplied by 0, so NaN stays NaN.
func Dropout(p float64) Layer { return &dropout{dropoutSettings{p}} }

type dropoutSettings struct {
	P float64 `json:"p"`
}

type dropout struct{ settings dropoutSettings }

func init() {
	RegisterLayer("Dropout", func(settings json.RawMessage) (Layer, error) {
		d := &dropout{}
		return d, json.Unmarshal(settings, &d.settings)
	})
}

func (d *dropout) Config() (string, any) { return "Dropout", d.settings }

func (d *dropout) Build(in int) (int, error) {
	if p := d.settings.P; !(p >= 0 && p < 1) {
		return 0, fmt.Errorf("drops with probability %v, want a number from 0 to below 1", p)
	}
	return in, nil
}

func (*dropout) Params() []*Param                          { return nil }
func (*dropout) Grad(Tile, kernels.Matrix, kernels.Matrix) {}
func (*dropout) Freeze() func(y, x kernels.Matrix)         { return nil }

func (d *dropout) Forward(c Context, y, x kernels.Matrix) { d.apply(c, y, x) }

func (d *dropout) Delta(c Context, dx, dy, _, _ kernels.Matrix) { d.apply(c, dx, dy) }

// apply multiplies the elements of x by 0 or the scale.
func (d *dropout) apply(c Context, y, x kernels.Matrix) {
	if !c.Train {
		for i := range x.Rows {
			copy(y.Row(i), x.Row(i))
		}
		return
	}
	p := d.settings.P
	scale := float32(1 / (1 - p))
	key := random.Key{Seed: c.Seed, Stream: streamDropout + uint32(c.Layer), Step: c.Step}
	var buffer [1024]float32
	for i := range x.Rows {
		source, target := x.Row(i), y.Row(i)
		element := (c.FirstRow + i) * x.Cols
		for len(source) > 0 {
			mask := buffer[:min(len(source), len(buffer))]
			key.Mask(mask, element, p, scale)
			kernels.Mul(target[:len(mask)], source[:len(mask)], mask)
			source, target, element = source[len(mask):], target[len(mask):], element+len(mask)
		}
	}
}
