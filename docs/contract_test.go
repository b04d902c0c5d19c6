package docs_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math"
	"slices"
	"testing"

	"github.com/lockstep-ml/lockstep/internal/random"
	"github.com/lockstep-ml/lockstep/kernels"
	"github.com/lockstep-ml/lockstep/nn"
)

// TestReasons computes the counter-examples of section 8 of contract.md, which
// show that a rule is needed.
func TestReasons(t *testing.T) {
	inf, negativeZero := float32(math.Inf(1)), float32(math.Copysign(0, -1))
	x, z := float32(1+0x1p-12), float32(-(1 + 0x1p-11))
	big, one := float32(1<<24), float32(1)
	sum := (big + one) + one
	five, third := float32(5), float32(1)/3
	half := float32(3 * 0x1p-23)
	sigmoid := []float32{half}
	kernels.Sigmoid(sigmoid, sigmoid)
	for _, c := range []struct {
		reason    string
		got, want float32
	}{
		{"a product rounded before it is added", float32(x*x) + z, 0},
		{"a fused product", float32(math.FMA(float64(x), float64(x), float64(z))), 0x1p-24},
		{"2^24 + 1 + 1 from the left", sum, 1 << 24},
		{"2^24 + 1 + 1 from the right", big + (one + one), 1<<24 + 2},
		{"0 * Inf", 0 * inf, float32(math.NaN())},
		{"-0 + 0", negativeZero + 0, 0},
		{"a short fma among denormals", shortFMA((1+0x1p-23)*0x1p-75, (1-0x1p-23)*0x1p-75, 0x1.000004p-127), 0x1.000008p-127},
		{"5/3", five / 3, 1.6666666},
		{"5 * (1/3)", five * third, 1.6666667},
		{"the sigmoid by its formula", float32(1 / (1 + math.Exp(-float64(half)))), 0x1.000004p-1},
		{"the sigmoid", sigmoid[0], 0x1.000002p-1},
		{"0.9 times the smallest denormal", float32(0.9) * math.SmallestNonzeroFloat32, math.SmallestNonzeroFloat32},
	} {
		if math.Float32bits(c.got) != math.Float32bits(c.want) && (c.got == c.got || c.want == c.want) {
			t.Errorf("%s is %x, want %x", c.reason, c.got, c.want)
		}
	}
}

// shortFMA is the software fma that section 8 warns of: it mends ties of 24-bit
// results only.
func shortFMA(x, y, z float32) float32 {
	p := float64(x) * float64(y)
	sum := p + float64(z)
	bits := math.Float64bits(sum)
	if bits&0x1fffffff == 0x10000000 {
		rest := sum - p
		switch err := (p - (sum - rest)) + (float64(z) - rest); {
		case err > 0:
			bits++
		case err < 0:
			bits--
		}
	}
	return float32(math.Float64frombits(bits))
}

// TestHashOfFile computes the weight hash as section 7 of contract.md has it,
// from the bytes of a file.
func TestHashOfFile(t *testing.T) {
	net := smallNetwork(t)
	var file bytes.Buffer
	if err := net.Save(&file, map[string]string{"note": "not part of the hash"}); err != nil {
		t.Fatal(err)
	}
	header := binary.LittleEndian.Uint64(file.Bytes())
	sum := sha256.Sum256(file.Bytes()[8+header:])
	if got := hex.EncodeToString(sum[:]); got != net.Hash() {
		t.Errorf("by the definition of contract.md the hash is %s, but Hash() = %s", got, net.Hash())
	}
}

// TestStreams draws initial weights and the order of an epoch by the keys of
// section 6 of contract.md.
func TestStreams(t *testing.T) {
	net := smallNetwork(t)
	for i, p := range net.Params() {
		if p.Name != "weight" {
			continue
		}
		limit := math.Sqrt(6 / float64(p.FanIn+p.FanOut))
		want := make([]float32, len(p.Value.Data))
		random.Key{Seed: 7, Stream: 65536 + uint32(i)}.Uniform(want, 0, -limit, limit)
		if !slices.Equal(p.Value.Data, want) {
			t.Errorf("parameter %d begins with %v, want %v", i, p.Value.Data, want)
		}
	}

	data := &recorder{rows: 100}
	trainer, err := net.NewTrainer(nn.TrainerOptions{
		Loss: nn.MSE(), Optimizer: nn.NewSGD(0.1), Seed: 9, Workers: 1,
	})
	if err != nil {
		t.Fatal(err)
	}
	defer trainer.Close()
	for _, err := range trainer.Epochs(t.Context(), data, 2) {
		if err != nil {
			t.Fatal(err)
		}
	}
	var want []int
	for epoch := range 2 {
		order := make([]int, data.rows)
		random.Key{Seed: 9, Stream: 1, Step: uint64(epoch + 1)}.Permutation(order)
		want = append(want, order...)
	}
	if !slices.Equal(data.gathered, want) {
		t.Errorf("the rows came in the order %v, want %v", data.gathered, want)
	}
}

func smallNetwork(t *testing.T) *nn.Network {
	t.Helper()
	net, err := nn.Sequential(3, 7, nn.Dense(5), nn.Tanh(), nn.Dense(2))
	if err != nil {
		t.Fatal(err)
	}
	return net
}

// recorder is data of zeros that notes which rows are asked for.
type recorder struct {
	rows     int
	gathered []int
}

func (r *recorder) Len() int         { return r.rows }
func (r *recorder) Dims() (int, int) { return 3, 2 }
func (r *recorder) Gather(rows []int, x, y kernels.Matrix) {
	r.gathered = append(r.gathered, rows...)
	for i := range rows {
		clear(x.Row(i))
		clear(y.Row(i))
	}
}
