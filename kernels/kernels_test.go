package kernels

import (
	"fmt"
	"slices"
	"testing"

	"github.com/lockstep-ml/lockstep/internal/guard"
	"github.com/lockstep-ml/lockstep/internal/tier"
)

// A kernel is one row of the tables below: a function on vectors of equal
// length, and the plain Go that it must equal bit for bit. The first results
// of the operands are written; a reduction writes none and returns a number.
type kernel[T float] struct {
	name      string
	operands  int
	results   int
	run, twin func(v [][]T) T
	sameAsDst []int // sources that the first operand may be
}

func kernels32() []kernel[float32] {
	step := AdamStep{Beta1: 0.9, Beta2: 0.999, OneMinus1: 0.1, OneMinus2: 0.001, Lr: 0.01, Epsilon: 1e-8}
	return append(kernelsOf[float32](),
		unary("Exp", Exp, expGeneric),
		unary("Sigmoid", Sigmoid, sigmoidGeneric),
		unary("Tanh", Tanh, tanhGeneric),
		unary("Expm1", Expm1, expm1Generic),
		unary("Log", Log, logGeneric),
		unary("Log1p", Log1p, log1pGeneric),
		unary("Softplus", Softplus, softplusGeneric),
		unary("SiLU", SiLU, siluGeneric),
		unary("GELU", GELU, geluGeneric),
		unary("ReLU", ReLU, reluGeneric),
		unary("GELUTanh", GELUTanh, geluTanhGeneric),
		unary("Mish", Mish, mishGeneric),
		unary("LeakyReLU",
			func(dst, x []float32) { LeakyReLU(dst, x, 0.1) },
			func(dst, x []float32) { leakyReLUGeneric(dst, x, 0.1) }),
		unary("ELU",
			func(dst, x []float32) { ELU(dst, x, 0.7) },
			func(dst, x []float32) { eluGeneric(dst, x, 1, 0.7) }),
		unary("SELU", SELU,
			func(dst, x []float32) { eluGeneric(dst, x, seluScale, seluLow) }),
		unary("HardSigmoid", HardSigmoid, hardSigmoidGeneric),
		pair("SiLUBackward", SiLUBackward, siluBackwardGeneric),
		pair("GELUBackward", GELUBackward, geluBackwardGeneric),
		pair("SoftplusBackward", SoftplusBackward, softplusBackwardGeneric),
		pair("GELUTanhBackward", GELUTanhBackward, geluTanhBackwardGeneric),
		pair("MishBackward", MishBackward, mishBackwardGeneric),
		pair("LeakyReLUBackward",
			func(dx, dy, x []float32) { LeakyReLUBackward(dx, dy, x, 0.1) },
			func(dx, dy, x []float32) { leakyReLUBackwardGeneric(dx, dy, x, 0.1) }),
		pair("PReLU row", preluRow, preluRowGeneric),
		inPlace("PReLUBackward row", 4, 1,
			func(v [][]float32) { preluRowBackward(v[0], v[1], v[2], v[3]) },
			func(v [][]float32) { preluRowBackwardGeneric(v[0], v[1], v[2], v[3]) }),
		inPlace("PReLUGrad row", 3, 1,
			func(v [][]float32) { preluSlopes(v[0], v[1], v[2]) },
			func(v [][]float32) { preluSlopesGeneric(v[0], v[1], v[2]) }),
		inPlace("AddSigns", 2, 1,
			func(v [][]float32) { AddSigns(v[0], v[1], 0.1) },
			func(v [][]float32) { addSignsGeneric(v[0], v[1], 0.1) }),
		inPlace("AddSigns, negative factor", 2, 1,
			func(v [][]float32) { AddSigns(v[0], v[1], -0.1) },
			func(v [][]float32) { addSignsGeneric(v[0], v[1], -0.1) }),
		pair("ELUBackward",
			func(dx, dy, y []float32) { ELUBackward(dx, dy, y, 0.7) },
			func(dx, dy, y []float32) { eluBackwardGeneric(dx, dy, y, 1, 0.7) }),
		pair("SELUBackward", SELUBackward,
			func(dx, dy, y []float32) { eluBackwardGeneric(dx, dy, y, seluScale, seluLow) }),
		pair("HardSigmoidBackward", HardSigmoidBackward, hardSigmoidBackwardGeneric),
		pair("ReLUBackward", ReLUBackward, reluBackwardGeneric),
		pair("SigmoidBackward", SigmoidBackward, sigmoidBackwardGeneric),
		pair("TanhBackward", TanhBackward, tanhBackwardGeneric),
		inPlace("SGD", 2, 1,
			func(v [][]float32) { SGD(v[0], v[1], 0.1) },
			func(v [][]float32) { axpyGeneric(-0.1, v[1], v[0]) }),
		inPlace("Momentum", 3, 2,
			func(v [][]float32) { Momentum(v[0], v[1], v[2], 0.1, 0.9) },
			func(v [][]float32) { momentumGeneric(v[0], v[1], v[2], 0.1, 0.9) }),
		inPlace("Nesterov", 3, 2,
			func(v [][]float32) { Nesterov(v[0], v[1], v[2], 0.1, 0.9) },
			func(v [][]float32) { nesterovGeneric(v[0], v[1], v[2], 0.1, 0.9) }),
		inPlace("Adagrad", 3, 2,
			func(v [][]float32) { Adagrad(v[0], v[1], v[2], 0.1, 1e-10) },
			func(v [][]float32) { adagradGeneric(v[0], v[1], v[2], 0.1, 1e-10) }),
		inPlace("RMSprop", 3, 2,
			func(v [][]float32) { RMSprop(v[0], v[1], v[2], RMSpropStep{0.1, 0.99, 0.01, 1e-8}) },
			func(v [][]float32) { rmspropGeneric(v[0], v[1], v[2], 0.1, 0.99, 0.01, 1e-8) }),
		inPlace("AMSGrad", 5, 4,
			func(v [][]float32) { AMSGrad(v[0], v[1], v[2], v[3], v[4], step) },
			func(v [][]float32) {
				amsGradGeneric(v[0], v[1], v[2], v[3], v[4], 0.9, 0.1, 0.999, 0.001, 0.01, 1e-8)
			}),
		inPlace("NAdam", 4, 3,
			func(v [][]float32) {
				NAdam(v[0], v[1], v[2], v[3], NAdamStep{0.9, 0.999, 0.1, 0.001, 0.02, 0.03, 1e-8})
			},
			func(v [][]float32) {
				adamMeansGeneric(v[1], v[2], v[3], 0.9, 0.1, 0.999, 0.001)
				nadamStepGeneric(v[0], v[1], v[2], v[3], 0.02, 0.03, 1e-8)
			}),
		inPlace("RMSpropDirection", 2, 2,
			func(v [][]float32) { RMSpropDirection(v[0], v[1], RMSpropStep{0, 0.9, 0.1, 1e-8}) },
			func(v [][]float32) { rmspropDirectionGeneric(v[0], v[1], 0.9, 0.1, 1e-8) }),
		inPlace("RMSpropCentered", 3, 3,
			func(v [][]float32) { RMSpropCentered(v[0], v[1], v[2], RMSpropStep{0, 0.9, 0.1, 1e-8}) },
			func(v [][]float32) { rmspropCenteredGeneric(v[0], v[1], v[2], 0.9, 0.1, 1e-8) }),
		inPlace("AdamW", 4, 3,
			func(v [][]float32) { AdamW(v[0], v[1], v[2], v[3], step, 0.9999) },
			func(v [][]float32) {
				adamWGeneric(v[0], v[1], v[2], v[3], 0.9, 0.1, 0.999, 0.001, 0.01, 1e-8, 0.9999)
			}),
		inPlace("Adam", 4, 3,
			func(v [][]float32) { Adam(v[0], v[1], v[2], v[3], step) },
			func(v [][]float32) { adamGeneric(v[0], v[1], v[2], v[3], 0.9, 0.1, 0.999, 0.001, 0.01, 1e-8) }),
	)
}

// kernelsOf returns the kernels that exist for both element types.
func kernelsOf[T float]() []kernel[T] {
	table := []kernel[T]{
		reduction("Dot", 2, func(v [][]T) T { return Dot(v[0], v[1]) }, func(v [][]T) T { return dotOracle(v[0], v[1]) }),
		reduction("Sum", 1, func(v [][]T) T { return Sum(v[0]) }, func(v [][]T) T { return sumOracle(v[0]) }),
		reduction("SumSquares", 1, func(v [][]T) T { return SumSquares(v[0]) }, func(v [][]T) T { return dotOracle(v[0], v[0]) }),
		reduction("Asum", 1, func(v [][]T) T { return Asum(v[0]) }, func(v [][]T) T { return asumOracle(v[0]) }),
		reduction("Nrm2", 1, func(v [][]T) T { return Nrm2(v[0]) }, func(v [][]T) T { return nrm2Oracle(v[0]) }),
		reduction("Mean", 1,
			func(v [][]T) T { return ofAny(Mean, v[0]) },
			func(v [][]T) T { return ofAny(meanOracle, v[0]) }),
		reduction("Variance", 1,
			func(v [][]T) T { return ofAny(Variance, v[0]) },
			func(v [][]T) T { return ofAny(varianceOracle, v[0]) }),
		reduction("Max", 1,
			func(v [][]T) T { return ofAny(Max, v[0]) },
			func(v [][]T) T { return ofAny(maximumGeneric, v[0]) }),
		reduction("Min", 1,
			func(v [][]T) T { return ofAny(Min, v[0]) },
			func(v [][]T) T { return ofAny(minimumGeneric, v[0]) }),
		pair("Add", Add[T], addGeneric),
		pair("Sub", Sub[T], subGeneric),
		pair("Mul", Mul[T], mulGeneric),
		pair("Div", Div[T], divGeneric),
		unary("AddScalar",
			func(dst, x []T) { AddScalar(dst, x, 0.7) },
			func(dst, x []T) { addScalarGeneric(dst, x, 0.7) }),
		unary("Scale",
			func(dst, x []T) { Scale(dst, x, -0.7) },
			func(dst, x []T) { scaleGeneric(dst, x, -0.7) }),
		unary("DivScalar",
			func(dst, x []T) { DivScalar(dst, x, 0.7) },
			func(dst, x []T) { divScalarGeneric(dst, x, 0.7) }),
		unary("Abs", Abs[T], absGeneric),
		unary("Neg", Neg[T], negGeneric),
		unary("Sqrt", Sqrt[T], sqrtGeneric),
		unary("Clamp",
			func(dst, x []T) { Clamp(dst, x, -0.5, 1) },
			func(dst, x []T) { clampGeneric(dst, x, -0.5, 1) }),
		unary("Clamp at zero",
			func(dst, x []T) { Clamp(dst, x, 0, 0) },
			func(dst, x []T) { clampGeneric(dst, x, 0, 0) }),
	}
	for _, alpha := range []T{1, -0.3, 0, 0x1p-120} {
		axpy := inPlace(fmt.Sprintf("Axpy(%v)", alpha), 2, 1,
			func(v [][]T) { Axpy(alpha, v[1], v[0]) },
			func(v [][]T) { axpyGeneric(alpha, v[1], v[0]) })
		axpy.sameAsDst = []int{1}
		table = append(table, axpy)
	}
	return table
}

// unary is a row for dst = f(x).
func unary[T float](name string, run, twin func(dst, x []T)) kernel[T] {
	k := inPlace(name, 2, 1, func(v [][]T) { run(v[0], v[1]) }, func(v [][]T) { twin(v[0], v[1]) })
	k.sameAsDst = []int{1}
	return k
}

// pair is a row for dst = f(x, y), such as a backward form's dx = f(dy, y).
func pair[T float](name string, run, twin func(dst, x, y []T)) kernel[T] {
	k := inPlace(name, 3, 1, func(v [][]T) { run(v[0], v[1], v[2]) }, func(v [][]T) { twin(v[0], v[1], v[2]) })
	k.sameAsDst = []int{1, 2}
	return k
}

// inPlace is a row for a function that writes the first results of its
// operands.
func inPlace[T float](name string, operands, results int, run, twin func(v [][]T)) kernel[T] {
	return kernel[T]{name: name, operands: operands, results: results,
		run:  func(v [][]T) T { run(v); return 0 },
		twin: func(v [][]T) T { twin(v); return 0 }}
}

// reduction is a row for a function that returns a number.
func reduction[T float](name string, operands int, run, twin func(v [][]T) T) kernel[T] {
	return kernel[T]{name: name, operands: operands, run: run, twin: twin}
}

// ofAny calls the function, which is not made for empty vectors.
func ofAny[T float](f func(x []T) T, x []T) T {
	if len(x) == 0 {
		return 0
	}
	return f(x)
}

// arena is guarded memory in which one operand lies at many places.
type arena[T float] []T

// margin is the memory on either side of an operand that must stay untouched.
const margin = 16

// canary fills the margins.
const canary = -12345.5

func newArenas[T float](tb testing.TB, count, elements int) []arena[T] {
	var arenas []arena[T]
	for range count {
		arenas = append(arenas, guard.Pages[T](tb, elements+2*margin+64))
	}
	return arenas
}

// place copies x to the given index, between margins where there is room.
func (a arena[T]) place(start int, x []T) []T {
	lo, hi := max(0, start-margin), min(len(a), start+len(x)+margin)
	for i := lo; i < hi; i++ {
		a[i] = canary
	}
	copy(a[start:], x)
	return a[start:][:len(x):len(x)]
}

// intact reports whether the margins around n elements are untouched.
func (a arena[T]) intact(start, n int) bool {
	changed := func(x T) bool { return x != canary }
	before, behind := a[max(0, start-margin):start], a[start+n:min(len(a), start+n+margin)]
	return !slices.ContainsFunc(before, changed) && !slices.ContainsFunc(behind, changed)
}

// A placement says where operand number j of n elements starts in its arena.
type placement struct {
	name  string
	start func(j, n, room int) int
}

var (
	atFront = placement{"right behind a guard page", func(j, n, room int) int { return 0 }}
	atBack  = placement{"right before a guard page", func(j, n, room int) int { return room - n }}
)

// atOffset places operand 0 at the given offset from a multiple of 64 bytes
// and the others at offsets that differ.
func atOffset(offset int) placement {
	return placement{fmt.Sprintf("at offset %d", offset), func(j, n, room int) int { return margin + offset*(1+2*j)%16 }}
}

// A supply is as many operands from one source as any kernel has, for all
// kernels and lengths.
type supply[T float] struct {
	name    string
	vectors [][]T
}

func newSupply[T float](s source[T], vectors, n int) supply[T] {
	x := supply[T]{name: s.name}
	for j := range vectors {
		x.vectors = append(x.vectors, s.slice(n, newRand(uint64(j))))
	}
	return x
}

// check compares the kernel with its twin on n elements of a supply, in every
// given placement and aliasing.
func (k kernel[T]) check(t *testing.T, arenas []arena[T], n int, s supply[T], placements []placement) {
	t.Helper()
	inputs := make([][]T, k.operands)
	for j := range inputs {
		inputs[j] = s.vectors[j][len(s.vectors[j])-n:]
	}
	k.checkInputs(t, arenas, inputs, s.name, placements)
	for _, j := range k.sameAsDst {
		aliased := slices.Clone(inputs)
		aliased[0] = aliased[j]
		k.checkAliased(t, aliased, j, s.name)
	}
}

// checkInputs checks the result, the inputs and the memory around them.
func (k kernel[T]) checkInputs(t *testing.T, arenas []arena[T], inputs [][]T, kind string, placements []placement) {
	t.Helper()
	n := len(inputs[0])
	want := clones(inputs)
	wantResult := k.twin(want)
	starts, operands := make([]int, k.operands), make([][]T, k.operands)
	check := func(p placement) error {
		for j := range operands {
			starts[j] = p.start(j, n, len(arenas[j]))
			operands[j] = arenas[j].place(starts[j], inputs[j])
		}
		var result T
		if reason := guard.Fault(func() { result = k.run(operands) }); reason != nil {
			return fmt.Errorf("%v", reason)
		}
		if !same(result, wantResult) {
			return fmt.Errorf("%s, want %s", hexFloat(result), hexFloat(wantResult))
		}
		for j := range operands {
			if d := difference(operands[j], want[j]); d != "" {
				return fmt.Errorf("operand %d: %s", j, d)
			}
			if !arenas[j].intact(starts[j], n) {
				return fmt.Errorf("it writes outside operand %d", j)
			}
		}
		return nil
	}
	eachTier(func(x tier.Tier) {
		places := placements
		if x == tier.Generic {
			places = places[:1] // plain Go cannot go astray elsewhere
		}
		for _, p := range places {
			if err := check(p); err != nil {
				t.Fatalf("%v: %s of %d %s elements, %s: %v", x, k.name, n, kind, p.name, err)
			}
		}
	})
}

// checkAliased checks the kernel with operand 0 being source j.
func (k kernel[T]) checkAliased(t *testing.T, inputs [][]T, j int, kind string) {
	t.Helper()
	want := clones(inputs)
	k.twin(want)
	eachTier(func(x tier.Tier) {
		operands := clones(inputs)
		operands[0] = operands[j]
		k.run(operands)
		expectSame(t, operands[0], want[0], "%v: %s of %d %s elements, dst being operand %d", x, k.name, len(inputs[0]), kind, j)
	})
}

// TestTwins compares every kernel in every tier with its twin, bit for bit.
func TestTwins(t *testing.T) {
	t.Run("float32", func(t *testing.T) { testTwins(t, kernels32()) })
	t.Run("float64", func(t *testing.T) { testTwins(t, kernelsOf[float64]()) })
}

func testTwins[T float](t *testing.T, table []kernel[T]) {
	lengths := make([]int, 4*64+4) // tails of 64 lanes and of four vectors a turn
	for n := range lengths {
		lengths[n] = n
	}
	// Reductions begin a segment there, and other kernels a call.
	longReduction := append(around(1000, reductionSegment), 3*reductionSegment+77, 2*maxCall+5)
	long := append(around(1000), maxCall+1, 2*maxCall+5)
	few := []placement{atBack, atFront, atOffset(3)}
	all := few
	for offset := range 16 {
		all = append(all, atOffset(offset))
	}
	if testing.Short() {
		lengths = []int{0, 1, 3, 8, 15, 16, 33, 63, 64, 65, 255}
		longReduction, long = []int{reductionSegment + 1}, []int{maxCall + 1}
		few, all = few[:1], few
	}
	const vectors = 5
	most := slices.Max(append(long, longReduction...))
	arenas := newArenas[T](t, vectors, most)
	ordinary, wide := newSupply(ordinary[T](), vectors, most), newSupply(wide[T](), vectors, most)
	special, anyBits := newSupply(special[T](), vectors, most), newSupply(anyBits[T](), vectors, most)
	for _, k := range table {
		t.Run(k.name, func(t *testing.T) {
			for _, n := range lengths {
				placements, others := few[:2], []supply[T](nil)
				if n <= 80 { // beyond that only the number of turns is new
					placements, others = all, []supply[T]{wide, special, anyBits}
				}
				k.check(t, arenas, n, ordinary, placements)
				for _, s := range others {
					k.check(t, arenas, n, s, few[:1])
				}
			}
			far := long
			if k.results == 0 {
				far = longReduction
			}
			for _, n := range far {
				k.check(t, arenas, n, ordinary, few[:1])
				if !testing.Short() {
					k.check(t, arenas, n, wide, few[:1])
				}
			}
		})
	}
}

// TestSpecialValues compares every kernel with its twin on all combinations of
// special values of its first operands, and on random bit patterns.
func TestSpecialValues(t *testing.T) {
	t.Run("float32", func(t *testing.T) { testSpecialValues(t, kernels32()) })
	t.Run("float64", func(t *testing.T) { testSpecialValues(t, kernelsOf[float64]()) })
}

func testSpecialValues[T float](t *testing.T, table []kernel[T]) {
	values := specials[T]()
	pairs := len(values) * len(values)
	rounds := 2
	if testing.Short() {
		rounds = 1
	}
	arenas := newArenas[T](t, 5, pairs)
	for _, k := range table {
		if k.results == 0 {
			k = eachElement(k)
		}
		t.Run(k.name, func(t *testing.T) {
			r := newRand(3)
			for range rounds {
				inputs := make([][]T, k.operands)
				for j := range inputs {
					inputs[j] = special[T]().slice(pairs, r)
				}
				if first := k.operands - 1; first > 0 {
					for i := range pairs {
						inputs[first][i], inputs[first-1][i] = values[i%len(values)], values[i/len(values)]
					}
				}
				k.checkInputs(t, arenas, inputs, "special", []placement{atBack})
				for j := range inputs {
					anyBits[T]().fill(inputs[j], r)
				}
				k.checkInputs(t, arenas, inputs, "any bits", []placement{atBack})
			}
		})
	}
}

// eachElement turns a reduction into a kernel that reduces each element on its
// own, since one NaN would hide all other values; the results go to a first
// operand.
func eachElement[T float](k kernel[T]) kernel[T] {
	each := func(f func(v [][]T) T) func(v [][]T) {
		return func(v [][]T) {
			for i := range v[0] {
				v[0][i] = f(elements(v[1:], i))
			}
		}
	}
	return inPlace(k.name, 1+k.operands, 1, each(k.run), each(k.twin))
}

// elements returns the vectors of one element at index i.
func elements[T float](v [][]T, i int) [][]T {
	one := make([][]T, len(v))
	for j := range v {
		one[j] = v[j][i : i+1]
	}
	return one
}

// TestPositionIndependence checks that f(x)[i] is f(x[i:i+1])[0] for every
// element-wise kernel: an element's bits depend neither on its index nor on
// the length.
func TestPositionIndependence(t *testing.T) {
	t.Run("float32", func(t *testing.T) { testPositionIndependence(t, kernels32()) })
	t.Run("float64", func(t *testing.T) { testPositionIndependence(t, kernelsOf[float64]()) })
}

func testPositionIndependence[T float](t *testing.T, table []kernel[T]) {
	for _, k := range table {
		if k.results == 0 {
			continue
		}
		for _, s := range []source[T]{ordinary[T](), special[T](), anyBits[T]()} {
			r := newRand(4)
			inputs := make([][]T, k.operands)
			for j := range inputs {
				inputs[j] = s.slice(259, r)
			}
			eachTier(func(x tier.Tier) {
				whole, single := clones(inputs), clones(inputs)
				k.run(whole)
				for i := range single[0] {
					k.run(elements(single, i))
				}
				for j := range k.results {
					expectSame(t, whole[j], single[j], "%v: %s of %s elements at once and one by one: operand %d", x, k.name, s.name, j)
				}
			})
		}
	}
}
