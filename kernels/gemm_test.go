package kernels

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/lockstep-ml/lockstep/internal/guard"
	"github.com/lockstep-ml/lockstep/internal/tier"
)

// A product is one call of Gemm without its operands.
type product[T float] struct {
	transA, transB bool
	m, n, k        int
	alpha, beta    T
	padding        int // elements between the rows of A; B and C get one and two more, unless it is 0
}

func (p product[T]) String() string {
	return fmt.Sprintf("transA=%v transB=%v m=%d n=%d k=%d alpha=%v beta=%v padding=%d",
		p.transA, p.transB, p.m, p.n, p.k, p.alpha, p.beta, p.padding)
}

// strides returns the distances between rows as stored.
func (p product[T]) strides() (lda, ldb, ldc int) {
	_, lda = swapIf(p.transA, p.m, p.k)
	_, ldb = swapIf(p.transB, p.k, p.n)
	ldc = p.n
	if p.padding > 0 {
		lda, ldb, ldc = lda+p.padding, ldb+p.padding+1, ldc+p.padding+2
	}
	return max(1, lda), max(1, ldb), max(1, ldc)
}

// operand returns a matrix as stored: rows of numbers drawn from s and, between
// them, a value that must be neither used nor changed.
func operand[T float](r *rand.Rand, s source[T], rows, cols, stride int, between T) []T {
	if rows == 0 || cols == 0 {
		return nil
	}
	x := make([]T, (rows-1)*stride+cols)
	for i := range x {
		x[i] = between
	}
	for i := range rows {
		s.fill(x[i*stride:][:cols], r)
	}
	return x
}

func (p product[T]) operands(r *rand.Rand, s source[T]) (a, b, c []T) {
	nan := T(math.NaN())
	lda, ldb, ldc := p.strides()
	rows, cols := swapIf(p.transA, p.m, p.k)
	a = operand(r, s, rows, cols, lda, nan)
	rows, cols = swapIf(p.transB, p.k, p.n)
	b = operand(r, s, rows, cols, ldb, nan)
	initial := s
	if p.beta == 0 { // C must not be read
		initial = source[T]{"NaN", func(*rand.Rand) T { return nan }}
	}
	c = operand(r, initial, p.m, p.n, ldc, canary)
	return a, b, c
}

func (p product[T]) run(a, b, c []T) {
	lda, ldb, ldc := p.strides()
	Gemm(p.transA, p.transB, p.m, p.n, p.k, p.alpha, a, lda, b, ldb, p.beta, c, ldc)
}

func (p product[T]) runParallel(pool *Pool, a, b, c []T) {
	lda, ldb, ldc := p.strides()
	GemmParallel(pool, p.transA, p.transB, p.m, p.n, p.k, p.alpha, a, lda, b, ldb, p.beta, c, ldc)
}

// oracle is Gemm as the contract, class chain, has it: C := fl(beta*C), not
// read if beta is 0; then for k ascending acc = fma(fl(alpha*a), b, acc). A
// and B are not read if alpha is 0.
func (p product[T]) oracle(a, b, c []T) {
	lda, ldb, ldc := p.strides()
	at := func(x []T, trans bool, i, j, stride int) T {
		i, j = swapIf(trans, i, j)
		return x[i*stride+j]
	}
	for i := range p.m {
		for j := range p.n {
			var acc T
			if p.beta != 0 {
				acc = p.beta * c[i*ldc+j]
			}
			for q := range p.k {
				if p.alpha != 0 {
					acc = fma(T(p.alpha*at(a, p.transA, i, q, lda)), at(b, p.transB, q, j, ldb), acc)
				}
			}
			c[i*ldc+j] = acc
		}
	}
}

// check compares Gemm in every tier with the oracle, the operands lying right
// before guard pages.
func (p product[T]) check(t *testing.T, memory []arena[T], r *rand.Rand, s source[T]) {
	t.Helper()
	a, b, c := p.operands(r, s)
	want := slices.Clone(c)
	p.oracle(a, b, want)
	eachTier(func(x tier.Tier) {
		var guarded [3][]T
		for j, matrix := range [][]T{a, b, c} {
			guarded[j] = memory[j].place(len(memory[j])-len(matrix), matrix)
		}
		if reason := guard.Fault(func() { p.run(guarded[0], guarded[1], guarded[2]) }); reason != nil {
			t.Fatalf("%v: Gemm %v, %s: %v", x, p, s.name, reason)
		}
		expectSame(t, guarded[0], a, "%v: Gemm %v, %s: A afterwards", x, p, s.name)
		expectSame(t, guarded[1], b, "%v: Gemm %v, %s: B afterwards", x, p, s.name)
		expectSame(t, guarded[2], want, "%v: Gemm %v, %s", x, p, s.name)
		for j, matrix := range guarded {
			if !memory[j].intact(len(memory[j])-len(matrix), len(matrix)) {
				t.Fatalf("%v: Gemm %v, %s: writes outside matrix %c", x, p, s.name, 'A'+j)
			}
		}
	})
}

func TestGemm(t *testing.T) {
	t.Run("float32", testGemm[float32])
	t.Run("float64", testGemm[float64])
}

func testGemm[T float](t *testing.T) {
	memory := newArenas[T](t, 3, 720*720)
	nan := T(math.NaN())
	r := newRand(17)
	// The scalars take turns, so that every size sees a few of them.
	scalars := [][2]T{{1, 0}, {1, 1}, {1, 0}, {0.5, 1}, {-1, 0}, {1, 0.5}, {0, 0}, {0, 1}, {0, 0.5}, {-1, -1}, {0.5, 0}, {nan, 0}, {1, nan}}
	sources := []source[T]{ordinary[T](), wide[T](), ordinary[T](), special[T]()}
	turn := 0
	check := func(m, n, k int) {
		for trans := range 4 {
			scalar := scalars[turn%len(scalars)]
			p := product[T]{trans&1 != 0, trans&2 != 0, m, n, k, scalar[0], scalar[1], turn % 3}
			p.check(t, memory, r, sources[turn%len(sources)])
			turn++
		}
	}

	t.Run("small", func(t *testing.T) {
		sizes, depths := []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17}, []int{0, 1, 2, 3, 9, 17}
		if testing.Short() {
			sizes, depths = []int{0, 1, 3, 8, 17}, []int{0, 1, 9}
		}
		for _, m := range sizes {
			for _, n := range sizes {
				for _, k := range depths {
					check(m, n, k)
				}
			}
		}
	})

	t.Run("edges", func(t *testing.T) {
		edges := append([]int{10, 11, 12, 13, 14}, around(16, 32, 48, 64, 96, 128, 256)...)
		if testing.Short() {
			edges = []int{10, 31, 65}
		}
		for _, size := range edges {
			check(size, 37, 5)
			check(7, size, 5)
			check(7, 37, size)
		}
		for _, m := range []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 13} {
			for _, n := range edges {
				check(m, n, 3)
			}
		}
	})

	t.Run("blocks", func(t *testing.T) {
		if testing.Short() {
			t.Skip("many sizes beyond the blocks take long")
		}
		for _, m := range around(blockSizes[T]().mc) {
			check(m, 33, blockSizes[T]().kc+1)
		}
		for _, k := range append(around(blockSizes[T]().kc), 2*blockSizes[T]().kc+3) {
			check(9, 35, k)
		}
	})

	t.Run("packed", func(t *testing.T) {
		// Large products pack B, panel by panel or by blocks for strips of A, and
		// copy A if it is transposed.
		if testing.Short() {
			t.Skip("large products take long")
		}
		limit := blockSizes[T]()
		for i, size := range []struct{ m, n, k, apart int }{
			{67, 301, 441, 700},                   // rows and columns that fill no tile
			{70, 545, 530, 0},                     // several blocks of B
			{limit.mc + 9, 290, 117, 1},           // strips, several blocks of A
			{limit.mc + 1, 45, limit.deep + 9, 0}, // the same if B is transposed, in two depths
		} {
			for trans := range 4 {
				p := product[T]{trans&1 != 0, trans&2 != 0, size.m, size.n, size.k, 1, 0, size.apart}
				if (trans+i)%2 == 1 {
					p.alpha, p.beta = 0.5, 1
				}
				p.check(t, memory, r, ordinary[T]())
			}
		}
	})
}

// TestPackPanels checks the kernels that pack panels of B against plain loops.
func TestPackPanels(t *testing.T) {
	t.Run("float32", testPackPanels[float32])
	t.Run("float64", testPackPanels[float64])
}

func testPackPanels[T float](t *testing.T) {
	const padding = 3
	memory := newArenas[T](t, 2, 40*(40+padding))
	s := ordinary[T]()
	eachTier(func(x tier.Tier) {
		nr := panelCols[T]()
		for k := 1; k < 40; k++ {
			for n := 1; n <= nr; n++ {
				testPackPanel(t, x, memory, s, n, k, true)
			}
			testPackPanel(t, x, memory, s, nr, k, false)
		}
	})
}

func testPackPanel[T float](t *testing.T, x tier.Tier, memory []arena[T], s source[T], n, k int, transpose bool) {
	const padding = 3
	nr := panelCols[T]()
	rows, cols := swapIf(transpose, k, n)
	b := operand(newRand(12), s, rows, cols, cols+padding, canary)
	want := make([]T, k*nr)
	for i := range want {
		want[i] = canary
	}
	for p := range k {
		for j := range n {
			i, q := swapIf(transpose, p, j)
			want[p*nr+j] = b[i*(cols+padding)+q]
		}
	}
	from := memory[0].place(len(memory[0])-len(b), b)
	panel := memory[1].place(len(memory[1])-len(want), want)
	for i := range panel {
		panel[i] = canary
	}
	if reason := guard.Fault(func() {
		if transpose {
			packTransposed(n, k, from, cols+padding, panel)
		} else {
			packPanel(k, from, cols+padding, panel)
		}
	}); reason != nil {
		t.Fatalf("%v: n=%d k=%d transpose=%v: %v", x, n, k, transpose, reason)
	}
	expectSame(t, panel, want, "%v: a panel of %d columns, k=%d, transpose=%v", x, n, k, transpose)
}

// TestGemmColumn checks the kernel that packs the next panel meanwhile against its
// twin.
func TestGemmColumn(t *testing.T) {
	t.Run("float32", testGemmColumn[float32])
	t.Run("float64", testGemmColumn[float64])
}

func testGemmColumn[T float](t *testing.T) {
	const padding = 3
	memory, r, s := newArenas[T](t, 5, 100*100), newRand(13), ordinary[T]()
	eachTier(func(x tier.Tier) {
		size := blockSizes[T]()
		ldc, stride := size.nr+1, size.nr+padding
		for _, k := range []int{1, 3, 8, 9, 47, 48, 63, 64, 83} { // up to 64, little is asked for in advance
			for _, strips := range [][2]int{{1, 0}, {0, 1}, {1, 4}, {3, 2}, {0, 8}} {
				twice := strips[0] == 1
				rows, copied := (strips[0]+strips[1])*size.mr, k/packEvery*strips[1]
				if twice {
					copied *= 2
				}
				operands := [][]T{
					operand(r, s, rows, k, k+padding, canary),
					operand(r, s, k, size.nr, size.nr, canary),
					operand(r, s, rows, size.nr, ldc, canary),
					operand(r, s, k, size.nr, stride, canary),
					make([]T, max(1, copied)*size.nr),
				}
				for _, load := range []bool{false, true} {
					want, got := [5][]T{}, [5][]T{}
					for i, x := range operands {
						want[i], got[i] = slices.Clone(x), memory[i].place(len(memory[i])-len(x), x)
					}
					gemmColumnGeneric(strips[0], strips[1], k, want[0], k+padding, 1, want[1], want[2], ldc, load, want[3], stride, want[4], twice)
					if reason := guard.Fault(func() {
						gemmColumn(strips[0], strips[1], k, got[0], k+padding, 1, got[1], got[2], ldc, load, got[3], stride, got[4], twice)
					}); reason != nil {
						t.Fatalf("%v: strips=%v k=%d load=%v: %v", x, strips, k, load, reason)
					}
					for i, name := range []string{"A", "the panel", "C", "the next panel", "its copy"} {
						expectSame(t, got[i], want[i], "%v: %s, strips=%v, k=%d, load=%v", x, name, strips, k, load)
					}
				}
			}
		}
	})
}

// TestGemmIntegers compares products of small integers, which are exact in any
// order, with integer arithmetic.
func TestGemmIntegers(t *testing.T) {
	r := newRand(7)
	rounds := 60
	if testing.Short() {
		rounds = 5
	}
	for range rounds {
		p := product[float32]{r.IntN(2) == 0, r.IntN(2) == 0, 1 + r.IntN(40), 1 + r.IntN(80), r.IntN(80), float32(r.IntN(5) - 2), float32(r.IntN(4) - 1), r.IntN(3)}
		a, b, c := p.operands(r, integers[float32]())
		lda, ldb, ldc := p.strides()
		want := slices.Clone(c)
		for i := range p.m {
			for j := range p.n {
				sum := 0
				for q := range p.k {
					ai, aj := swapIf(p.transA, i, q)
					bi, bj := swapIf(p.transB, q, j)
					sum += int(a[ai*lda+aj]) * int(b[bi*ldb+bj])
				}
				sum *= int(p.alpha)
				if p.beta != 0 {
					sum += int(p.beta) * int(c[i*ldc+j])
				}
				want[i*ldc+j] = float32(sum)
			}
		}
		eachTier(func(x tier.Tier) {
			got := slices.Clone(c)
			p.run(a, b, got)
			for i := range got {
				if got[i] != want[i] {
					t.Fatalf("%v: Gemm %v: element %d is %v, want %v", x, p, i, got[i], want[i])
				}
			}
		})
	}
}

// TestGemmElementsAreIndependent checks that element (i, j) of a product
// depends on row i of A and column j of B alone.
func TestGemmElementsAreIndependent(t *testing.T) {
	const m, n, k = 21, 83, 300
	r := newRand(8)
	a, b, _ := product[float32]{m: m, n: n, k: k}.operands(r, ordinary[float32]())
	eachTier(func(x tier.Tier) {
		whole := make([]float32, m*n)
		Gemm(false, false, m, n, k, 1, a, k, b, n, 0, whole, n)
		for i := range m {
			row := make([]float32, n)
			Gemm(false, false, 1, n, k, 1, a[i*k:], k, b, n, 0, row, n)
			expectSame(t, row, whole[i*n:][:n], "%v: row %d on its own", x, i)
		}
		for j := range n {
			column := make([]float32, m)
			Gemm(false, false, m, 1, k, 1, a, k, b[j:], n, 0, column, 1)
			for i := range m {
				if !same(column[i], whole[i*n+j]) {
					t.Fatalf("%v: column %d on its own: element %d is %s, want %s", x, j, i, hexFloat(column[i]), hexFloat(whole[i*n+j]))
				}
			}
		}
	})
}

// TestGemmParallel checks that pools of any size give Gemm's bits.
func TestGemmParallel(t *testing.T) {
	t.Run("float32", testGemmParallel[float32])
	t.Run("float64", testGemmParallel[float64])
}

func testGemmParallel[T float](t *testing.T) {
	products := []product[T]{
		{false, false, 67, 65, 130, 1, 0, 0},
		{true, false, 129, 63, 70, 1, 1, 1},
		{false, true, 5, 1000, 110, 0.5, 0.5, 2},
		{true, true, 1000, 5, 110, -1, 0, 1},
		{false, false, 1, 1030, 530, 1, 0, 0}, // fewer rows than workers
		{false, true, 530, 1, 1030, 1, 1, 0},
		{false, false, 4, 4, 4, 1, 0, 0}, // not worth sharing
		{false, false, 0, 5, 7, 1, 0, 0},
	}
	workers := []int{1, 2, 3, 7, 16}
	if testing.Short() {
		products, workers = products[:3], []int{3}
	}
	pools := []*Pool{nil}
	for _, n := range workers {
		pool := NewPool(n)
		defer pool.Close()
		if pool.Workers() != n {
			t.Errorf("NewPool(%d).Workers() = %d", n, pool.Workers())
		}
		pools = append(pools, pool)
	}
	for i, p := range products {
		if shared := worthSharing[T](p.m, p.n, p.k); shared != (i < 6) {
			t.Errorf("%v: shared: %v", p, shared)
		}
		a, b, c := p.operands(newRand(9), ordinary[T]())
		want := slices.Clone(c)
		p.run(a, b, want)
		eachTier(func(x tier.Tier) {
			for _, pool := range pools {
				got := slices.Clone(c)
				p.runParallel(pool, a, b, got)
				expectSame(t, got, want, "%v: GemmParallel with %d workers: %v", x, pool.Workers(), p)
			}
		})
	}
}

// TestGrid checks that the grid covers all workers it can use, and that its
// largest part is no larger than that of any other grid.
func TestGrid(t *testing.T) {
	for _, c := range []struct{ m, n, workers, rowParts, colParts int }{
		{64, 784, 1, 1, 1},
		{64, 128, 2, 1, 2},
		{64, 784, 2, 2, 1}, // 25 panels do not divide by 2
		{4096, 32, 3, 3, 1},
		{1, 4096, 4, 1, 4},
		{64, 128, 16, 4, 4},
		{8, 32, 16, 2, 8},   // a single tile, for one of them
		{4096, 64, 2, 2, 1}, // equal parts, of which those read less
	} {
		rowParts, colParts := grid(c.m, c.n, 32, c.workers)
		if rowParts != c.rowParts || colParts != c.colParts {
			t.Errorf("grid of %d x %d for %d workers is %d x %d, want %d x %d", c.m, c.n, c.workers, rowParts, colParts, c.rowParts, c.colParts)
		}
	}
}

// TestGemmConcurrently lets goroutines share a pool and the packing buffers.
func TestGemmConcurrently(t *testing.T) {
	pool := NewPool(3)
	defer pool.Close()
	p := product[float32]{false, true, 80, 90, 80, 0.5, 0, 1}
	a, b, c := p.operands(newRand(10), ordinary[float32]())
	want := slices.Clone(c)
	p.run(a, b, want)
	results := make([][]float32, 6)
	done := make(chan bool)
	for g := range results {
		results[g] = slices.Clone(c)
		go func() {
			for range 5 {
				p.run(a, b, results[g])
				p.runParallel(pool, a, b, results[g])
			}
			done <- true
		}()
	}
	for range results {
		<-done
	}
	for g := range results {
		expectSame(t, results[g], want, "goroutine %d of %d", g, len(results))
	}
}

func TestPoolDefaults(t *testing.T) {
	if n := (*Pool)(nil).Workers(); n != 1 {
		t.Errorf("a nil pool has %d workers, want 1", n)
	}
	(*Pool)(nil).Close()
	pool := NewPool(0)
	defer pool.Close()
	if pool.Workers() < 1 {
		t.Errorf("NewPool(0) has %d workers", pool.Workers())
	}
}

// TestMatMul checks MatMul and MatMulPacked against Gemm, on matrices that are
// parts of larger ones.
func TestMatMul(t *testing.T) {
	r := newRand(11)
	view := func(rows, cols int) Matrix {
		stride := cols + r.IntN(3)
		if rows == 0 || cols == 0 {
			return Matrix{Rows: rows, Cols: cols, Stride: stride}
		}
		return Matrix{rows, cols, stride, operand(r, ordinary[float32](), rows, cols, stride, canary)}
	}
	sizes := []int{0, 1, 7, 8, 31, 32, 33, 65, blockSizes[float32]().kc + 1}
	if testing.Short() {
		sizes = []int{0, 1, 8, 33}
	}
	for _, m := range []int{0, 1, 7, 17} {
		for _, n := range sizes {
			for _, k := range sizes {
				a, b, dst := view(m, k), view(k, n), view(m, n)
				want := slices.Clone(dst.Data)
				Gemm(false, false, m, n, k, 1, a.Data, a.Stride, b.Data, b.Stride, 0, want, dst.Stride)
				eachTier(func(x tier.Tier) {
					fill(dst, float32(math.NaN()))
					MatMul(dst, a, b)
					expectSame(t, dst.Data, want, "%v: MatMul (%d x %d) * (%d x %d)", x, m, k, k, n)
					packed := Pack(b)
					fill(dst, float32(math.NaN()))
					MatMulPacked(dst, a, packed)
					expectSame(t, dst.Data, want, "%v: MatMulPacked (%d x %d) * (%d x %d)", x, m, k, k, n)
				})
			}
		}
	}
}

// TestMatMulBias checks the product of a layer against its three steps, and a
// packed transpose against Gemm.
func TestMatMulBias(t *testing.T) {
	r := newRand(13)
	sizes := []struct{ m, n, k, padding int }{
		{1, 10, 7, 0}, {5, 1, 3, 1}, {64, 33, 20, 0}, {130, 70, 9, 2}, {200, 20, 40, 0}, {3, 4, 0, 0}, {0, 4, 3, 0}, {4, 0, 3, 0},
	}
	for _, s := range sizes {
		a := Matrix{s.m, s.k, s.k, operand(r, ordinary[float32](), s.m, s.k, s.k, 0)}
		weight := Matrix{s.n, s.k, s.k, operand(r, ordinary[float32](), s.n, s.k, s.k, 0)}
		bias := ordinary[float32]().slice(s.n, r)
		stride := s.n + s.padding
		for name, f := range map[string]func(dst, x []float32){"none": nil, "ReLU": ReLU, "Sigmoid": Sigmoid} {
			eachTier(func(x tier.Tier) {
				want := Matrix{s.m, s.n, stride, operand(newRand(1), ordinary[float32](), s.m, s.n, stride, canary)}
				got := Matrix{s.m, s.n, stride, slices.Clone(want.Data)}
				Gemm(false, true, s.m, s.n, s.k, 1, a.Data, s.k, weight.Data, s.k, 0, want.Data, stride)
				AddBias(want, bias)
				for i := range s.m {
					if f != nil {
						f(want.Row(i), want.Row(i))
					}
				}
				MatMulBias(got, a, PackTransposed(weight), bias, f)
				expectSame(t, got.Data, want.Data, "%v: MatMulBias (%d x %d) * (%d x %d), activation %s", x, s.m, s.k, s.k, s.n, name)
			})
		}
	}
}

// fill sets every element of a matrix.
func fill(m Matrix, value float32) {
	if m.Cols == 0 {
		return
	}
	for i := range m.Rows {
		row := m.Row(i)
		for j := range row {
			row[j] = value
		}
	}
}

// TestPackIsACopy checks that a packed matrix does not follow its source.
func TestPackIsACopy(t *testing.T) {
	b := MatrixOf([][]float32{{1, 2}, {3, 4}})
	packed := Pack(b)
	fill(b, 0)
	dst := NewMatrix(1, 2)
	MatMulPacked(dst, MatrixOf([][]float32{{1, 10}}), packed)
	expectSame(t, dst.Data, []float32{31, 42}, "product with a packed matrix whose source has changed")
}

// TestGemmStrides checks rows that are a power of two apart, and strides that
// overflow where there is one row alone.
func TestGemmStrides(t *testing.T) {
	t.Run("float32", testGemmStrides[float32])
	t.Run("float64", testGemmStrides[float64])
}

func testGemmStrides[T float](t *testing.T) {
	const huge = math.MaxInt
	r := newRand(14)
	for _, s := range []struct{ m, n, k, lda, ldb, ldc int }{
		{9, 33, 40, 1024, 2048, 4096},
		{65, 40, 33, 4096, 1024, 1024},
		{1, 33, 1, huge, huge, huge},
		{1, 130, 9, huge, 256, huge},
		{70, 130, 1, 512, huge, 130},
	} {
		a := operand(r, ordinary[T](), s.m, s.k, s.lda, canary)
		b := operand(r, ordinary[T](), s.k, s.n, s.ldb, canary)
		c := operand(r, ordinary[T](), s.m, s.n, s.ldc, canary)
		want := slices.Clone(c)
		for i := range s.m {
			for j := range s.n {
				var acc T
				for p := range s.k {
					acc = fma(a[i*s.lda+p], b[p*s.ldb+j], acc)
				}
				want[i*s.ldc+j] = acc
			}
		}
		eachTier(func(x tier.Tier) {
			got := slices.Clone(c)
			Gemm(false, false, s.m, s.n, s.k, 1, a, s.lda, b, s.ldb, 0, got, s.ldc)
			expectSame(t, got, want, "%v: Gemm %+v", x, s)
		})
	}
}
