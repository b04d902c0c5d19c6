package nn

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
	"slices"
	"testing"
	"unsafe"
)

func TestSequentialErrors(t *testing.T) {
	shared := Dense(3)
	if _, err := Sequential(3, 1, shared); err != nil {
		t.Fatal(err)
	}
	twice := Dense(3)
	twiceOwn := newOwnOnce()
	for _, c := range []struct {
		inputs int
		layers []Layer
		want   string
	}{
		{3, nil, "no layers"},
		{0, []Layer{Dense(1)}, "0 inputs"},
		{-2, []Layer{Dense(1)}, "-2 inputs"},
		{3, []Layer{ReLU(), Dense(0)}, "layer 1 (Dense): has 0 outputs"},
		{3, []Layer{Dense(-5)}, "layer 0 (Dense): has -5 outputs"},
		{3, []Layer{LeakyReLU(math.NaN())}, "layer 0 (LeakyReLU): has slope NaN"},
		{3, []Layer{ELU(0)}, "layer 0 (ELU): has alpha 0"},
		{3, []Layer{ELU(math.Inf(1))}, "layer 0 (ELU): has alpha +Inf"},
		{3, []Layer{CELU(-1)}, "layer 0 (CELU): has alpha -1"},
		{3, []Layer{CELU(1e-50)}, "layer 0 (CELU): has alpha 1e-50"},
		{3, []Layer{HardTanh(1, 1)}, "layer 0 (HardTanh): has the limits 1 and 1"},
		{3, []Layer{HardTanh(math.Inf(-1), 1)}, "layer 0 (HardTanh): has the limits -Inf and 1"},
		{3, []Layer{HardTanh(0, math.NaN())}, "layer 0 (HardTanh): has the limits 0 and NaN"},
		{3, []Layer{Dense(3), shared}, "layer 1 (Dense)"},
		{3, []Layer{twice, ReLU(), twice}, "layer 2 (Dense)"},
		{3, []Layer{twiceOwn, ReLU(), twiceOwn}, "layer 2 (test.Gain)"},
		{3, []Layer{Dense(2), newOwnOnce(), Dense(0)}, "layer 2 (Dense)"},
	} {
		net, err := Sequential(c.inputs, 1, c.layers...)
		if net != nil {
			t.Errorf("%q: there is a network all the same", c.want)
		}
		expectError(t, err, "nn: Sequential: ", c.want)
	}
}

// ownOnce is a user's layer that makes its parameter before Build.
type ownOnce struct{ gain }

func newOwnOnce() Layer {
	l := &ownOnce{}
	l.gain.Build(3)
	return l
}

func (l *ownOnce) Build(in int) (int, error) { return in, nil }

// TestSharedLayers checks that a layer without parameters may be used again and
// again, as it has no state.
func TestSharedLayers(t *testing.T) {
	relu := ReLU()
	mustSequential(t, 3, 1, Dense(4), relu, Dense(4), relu, Softmax(), Softmax())
	mustSequential(t, 3, 1, Dense(4), relu)
}

func TestNetworkShape(t *testing.T) {
	net := mustSequential(t, 7, 1, Dense(5), Tanh(), newGain(), Dense(3, WithoutBias()), Softmax())
	if net.Inputs() != 7 || net.Outputs() != 3 || net.ParamCount() != 7*5+5+5+5*3 {
		t.Errorf("%d inputs, %d outputs, %d parameters", net.Inputs(), net.Outputs(), net.ParamCount())
	}
	if got, want := fmt.Sprint(net.names), "[0.weight 0.bias 2.gain 3.weight]"; got != want {
		t.Errorf("parameters %s, want %s", got, want)
	}
	params := net.Params()
	for i, p := range params {
		if p != net.params[i] {
			t.Errorf("Params()[%d] is not the network's", i)
		}
		if len(p.Value.Data) != cap(p.Value.Data) || len(p.Grad.Data) != len(p.Value.Data) {
			t.Errorf("%s: %d values of capacity %d, %d gradients", net.names[i], len(p.Value.Data), cap(p.Value.Data), len(p.Grad.Data))
		}
		if address := uintptr(unsafe.Pointer(&p.Value.Data[0])); address%64 != 0 {
			t.Errorf("%s lies at %#x, which is not a multiple of 64", net.names[i], address)
		}
	}
	params[0] = nil
	if net.Params()[0] == nil {
		t.Error("Params gives the network's own slice away")
	}
}

// TestHash recomputes the weight hash from its definition.
func TestHash(t *testing.T) {
	net := mustSequential(t, 2, 1, Dense(3))
	weight, bias := net.params[0].Value, net.params[1].Value
	copy(weight.Data, []float32{1, 2, 3, 4, 5, 6}) // in x out
	copy(bias.Data, []float32{7, nan32, float32(math.Copysign(0, -1))})
	h := sha256.New()
	for _, bits := range []uint32{
		0x3f800000, 0x40800000, 0x40000000, 0x40a00000, 0x40400000, 0x40c00000, // 1 4 2 5 3 6: out x in
		0x40e00000, 0x7fc00000, 0x80000000,
	} {
		h.Write(binary.LittleEndian.AppendUint32(nil, bits))
	}
	if got, want := net.Hash(), hex.EncodeToString(h.Sum(nil)); got != want {
		t.Errorf("hash %s, want %s", got, want)
	}
	before := net.Hash()
	bias.Data[1] = math.Float32frombits(0xffc00001)
	if net.Hash() != before {
		t.Error("another NaN gives another hash")
	}
	bias.Data[2] = 0
	if net.Hash() == before {
		t.Error("+0 and -0 give the same hash")
	}
}

// TestSeeds checks that the initial values depend on the seed and on the place
// of a parameter, but not on the layers behind it.
func TestSeeds(t *testing.T) {
	build := func(seed uint64, layers ...Layer) *Network { return mustSequential(t, 4, seed, layers...) }
	a := build(1, Dense(4), Dense(4))
	if b := build(1, Dense(4), Dense(4)); a.Hash() != b.Hash() {
		t.Error("the same seed gives different networks")
	}
	if b := build(2, Dense(4), Dense(4)); a.Hash() == b.Hash() {
		t.Error("another seed gives the same network")
	}
	if slices.Equal(a.params[0].Value.Data, a.params[2].Value.Data) {
		t.Error("two layers have the same weights")
	}
	longer := build(1, Dense(4), Dense(4), ReLU(), Dense(9))
	for k, p := range a.params {
		expectSameBits(t, a.names[k], longer.params[k].Value.Data, p.Value.Data)
	}
}

// TestInit compares the moments of 60 000 initial values with the formulas. Mean
// and deviation of so many draws are within 3 % of the deviation.
func TestInit(t *testing.T) {
	const in, out = 300, 200
	for _, piece := range initPieces {
		t.Run(piece.init.String(), func(t *testing.T) {
			net := mustSequential(t, in, 5, Dense(out, WithInit(piece.init)))
			limit, deviation := piece.limit(in, out), piece.deviation(in, out)
			sum, squares := 0.0, 0.0
			for _, v := range toFloat64(net.params[0].Value.Data) {
				if math.Abs(v) > limit*(1+1e-6) {
					t.Fatalf("value %v, want at most %v", v, limit)
				}
				sum += v
				squares += v * v
			}
			mean := sum / (in * out)
			got := math.Sqrt(squares/(in*out) - mean*mean)
			if math.Abs(mean-piece.mean) > 0.03*deviation || math.Abs(got-deviation) > 0.03*deviation {
				t.Errorf("mean %v and deviation %v, want %v and %v", mean, got, piece.mean, deviation)
			}
			for _, v := range net.params[1].Value.Data {
				if v != 0 {
					t.Fatalf("bias %v, want 0 unless WithBiasInit is given", v)
				}
			}
		})
	}
}

// TestOrthogonal multiplies the weights with their transpose.
func TestOrthogonal(t *testing.T) {
	const gain = 1.5
	for _, shape := range [][2]int{{1, 1}, {7, 3}, {3, 7}, {40, 40}} {
		in, out := shape[0], shape[1]
		net := mustSequential(t, in, 5, Dense(out, WithInit(Orthogonal(gain)), WithBiasInit(Orthogonal(gain))))
		vectors := toBatch(net.params[0].Value)
		if in > out {
			vectors = make(batch, out)
			for j := range vectors {
				for i := range in {
					vectors[j] = append(vectors[j], float64(net.params[0].Value.Row(i)[j]))
				}
			}
		}
		product := func(x, y []float64) float64 { return sum(len(x), func(k int) float64 { return x[k] * y[k] }).value }
		for i, x := range vectors {
			for j, y := range vectors[:i+1] {
				want := 0.0
				if i == j {
					want = gain * gain
				}
				if got := product(x, y); math.Abs(got-want) > 1e-6 {
					t.Errorf("%d x %d: product of vectors %d and %d is %v, want %v", in, out, i, j, got, want)
				}
			}
		}
		bias := toFloat64(net.params[1].Value.Data)
		if got := product(bias, bias); math.Abs(got-gain*gain) > 1e-6 {
			t.Errorf("the square of a bias of length %d is %v, want %v", out, got, gain*gain)
		}
	}
}

func TestBiasInit(t *testing.T) {
	net := mustSequential(t, 3, 5, Dense(50, WithBiasInit(Uniform(0.5))))
	for _, v := range net.params[1].Value.Data {
		if v == 0 || math.Abs(float64(v)) > 0.5 {
			t.Errorf("bias %v, want one from (-0.5, 0.5) other than 0", v)
		}
	}
}

// TestTiles checks that the workers' tiles cover every parameter once, and that
// their shares are about equal.
func TestTiles(t *testing.T) {
	large := mustSequential(t, 784, 1, Dense(128), ReLU(), Dense(10))
	for _, net := range []*Network{
		large,
		mustSequential(t, 1, 1, Dense(1)),
		mustSequential(t, 3, 1, Dense(40000), Dense(1)),
		mustSequential(t, 5, 1, Tanh()),
	} {
		for _, workers := range []int{1, 2, 3, 7, 64} {
			shares := net.shareTiles(workers)
			next := make([]int, len(net.params)) // the row of each parameter that comes next
			largest := 0
			for _, share := range shares {
				size := 0
				for _, tile := range share {
					if tile.Param != net.params[tile.param] || tile.Lo != next[tile.param] || tile.Hi <= tile.Lo {
						t.Fatalf("%d workers: tile %d to %d of %s, want one from row %d", workers, tile.Lo, tile.Hi, net.names[tile.param], next[tile.param])
					}
					next[tile.param] = tile.Hi
					size += (tile.Hi - tile.Lo) * tile.Param.Shape.Cols
				}
				largest = max(largest, size)
			}
			for k, p := range net.params {
				if next[k] != p.Shape.Rows {
					t.Errorf("%d workers: tiles of %s end at row %d of %d", workers, net.names[k], next[k], p.Shape.Rows)
				}
			}
			if len(shares) != workers {
				t.Errorf("%d shares for %d workers", len(shares), workers)
			}
			if equal := net.ParamCount() / workers; net == large && workers < 10 && largest > equal*6/5 {
				t.Errorf("%d workers: the largest share has %d values, want about %d", workers, largest, equal)
			}
		}
	}
}
