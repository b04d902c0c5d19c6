package nn

import (
	"encoding/json"
	"fmt"
	"math"

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
	p := d.settings.P
	if !c.Train {
		p = 0
	}
	key := random.Key{Seed: c.Seed, Stream: streamDropout + uint32(c.Layer), Step: c.Step}
	dropBelow := uint64(p * (1 << 32))
	scale := math.Float32bits(float32(1 / (1 - p)))
	for i := range x.Rows {
		source, target := x.Row(i), y.Row(i)
		element := uint64(c.FirstRow+i) * uint64(x.Cols)
		words := key.Uint32x4(uint32(element / 4))
		for j, v := range source {
			if element%4 == 0 {
				words = key.Uint32x4(uint32(element / 4))
			}
			// The difference is negative for what drops: its upper half is
			// then all ones, else 0. A branch could not be foretold.
			drops := uint32((uint64(words[element%4]) - dropBelow) >> 32)
			target[j] = v * math.Float32frombits(scale&^drops)
			element++
		}
	}
}
