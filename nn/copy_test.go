package nn

import (
	"strings"
	"testing"

	"github.com/lockstep-ml/lockstep/kernels"
)

func TestCopyFrom(t *testing.T) {
	build := func(seed uint64, width int) *Network {
		custom := Activation("unregistered", kernels.ReLU, func(dx, dy, _, y []float32) { kernels.ReLUBackward(dx, dy, y) })
		n, err := Sequential(3, seed, Dense(width), BatchNorm(), custom, Dense(2))
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	from, to := build(1, 4), build(2, 4)
	buffers(from.layers[1])[0].Value.Data[2] = 7 // a running mean
	if err := to.CopyFrom(from); err != nil || to.Hash() != from.Hash() {
		t.Errorf("the copy has other parameters: %v", err)
	}
	from.params[0].Value.Data[0]++
	if to.Hash() == from.Hash() {
		t.Error("the copy shares memory")
	}
	if err := to.CopyFrom(build(1, 5)); err == nil || !strings.Contains(err.Error(), "3 x 4") {
		t.Errorf("error %v, want one about shapes", err)
	}
	small, err := Sequential(3, 1, Dense(2))
	if err != nil {
		t.Fatal(err)
	}
	if err := to.CopyFrom(small); err == nil {
		t.Error("no error for fewer parameters")
	}
}
