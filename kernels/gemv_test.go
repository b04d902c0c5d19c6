package kernels

import (
	"math"
	"slices"
	"testing"

	"github.com/lockstep-ml/lockstep/internal/tier"
)

// TestGemv checks Gemv against the oracle of products with one column.
func TestGemv(t *testing.T) {
	t.Run("float32", testGemv[float32])
	t.Run("float64", testGemv[float64])
}

func testGemv[T float](t *testing.T) {
	r := newRand(21)
	scalars := [][2]T{{1, 0}, {1, 1}, {0.5, 0}, {-1, 0.5}, {0, 1}, {1, T(math.NaN())}}
	sizes := []int{0, 1, 2, 7, 15, 16, 17, 33, 130}
	if testing.Short() {
		sizes = []int{0, 1, 17}
	}
	for i, m := range sizes {
		for j, n := range sizes {
			for _, trans := range []bool{false, true} {
				scalar := scalars[(i+j)%len(scalars)]
				rows, cols := swapIf(trans, m, n)
				lda := max(1, n+j%3)
				a := operand(r, ordinary[T](), m, n, lda, canary)
				x, initial := ordinary[T]().slice(cols, r), ordinary[T]().slice(rows, r)
				want := slices.Clone(initial)
				gemvOracle(trans, rows, cols, scalar[0], a, lda, x, scalar[1], want)
				eachTier(func(tr tier.Tier) {
					y := slices.Clone(initial)
					Gemv(trans, m, n, scalar[0], a, lda, x, scalar[1], y)
					expectSame(t, y, want, "%v: Gemv trans=%v m=%d n=%d alpha=%v beta=%v", tr, trans, m, n, scalar[0], scalar[1])
				})
			}
		}
	}
}

// gemvOracle is Gemv as the contract has it.
func gemvOracle[T float](trans bool, rows, cols int, alpha T, a []T, lda int, x []T, beta T, y []T) {
	for i := range rows {
		var acc T
		if beta != 0 {
			acc = beta * y[i]
		}
		for j := range cols {
			p, q := swapIf(trans, i, j)
			if alpha != 0 {
				acc = fma(T(alpha*a[p*lda+q]), x[j], acc)
			}
		}
		y[i] = acc
	}
}

func TestGer(t *testing.T) {
	t.Run("float32", testGer[float32])
	t.Run("float64", testGer[float64])
}

func testGer[T float](t *testing.T) {
	r := newRand(22)
	for _, m := range []int{0, 1, 5, 8, 17, 70} {
		for _, n := range []int{0, 1, 7, 16, 33, 257} {
			for _, alpha := range []T{0, 1, -0.3} {
				lda := n + m%3
				x, y := ordinary[T]().slice(m, r), ordinary[T]().slice(n, r)
				a := operand(r, ordinary[T](), m, n, lda, canary)
				want := slices.Clone(a)
				for i := range m {
					for j := range n {
						if alpha != 0 {
							want[i*lda+j] = fma(T(alpha*x[i]), y[j], want[i*lda+j])
						}
					}
				}
				eachTier(func(tr tier.Tier) {
					got := slices.Clone(a)
					Ger(alpha, x, y, got, lda)
					expectSame(t, got, want, "%v: Ger m=%d n=%d alpha=%v", tr, m, n, alpha)
				})
			}
		}
	}
}

// TestGemvPanics checks that wrong shapes and shared memory are refused.
func TestGemvPanics(t *testing.T) {
	v := make([]float32, 12)
	for name, f := range map[string]func(){
		"negative size":   func() { Gemv(false, -1, 2, 1, v, 2, v[:2], 0, nil) },
		"small A":         func() { Gemv(false, 4, 4, 1, v, 4, make([]float32, 4), 0, make([]float32, 4)) },
		"length of x":     func() { Gemv(false, 2, 3, 1, v, 3, make([]float32, 2), 0, make([]float32, 2)) },
		"length of y":     func() { Gemv(true, 2, 3, 1, v, 3, make([]float32, 2), 0, make([]float32, 2)) },
		"y within A":      func() { Gemv(false, 2, 3, 1, v, 3, make([]float32, 3), 0, v[4:6]) },
		"y within x":      func() { Gemv(false, 2, 2, 1, make([]float32, 4), 2, v[:2], 0, v[1:3]) },
		"Ger: small A":    func() { Ger(1, make([]float32, 4), make([]float32, 4), v, 4) },
		"Ger: x within A": func() { Ger(1, v[:2], make([]float32, 3), v, 3) },
		"Ger: y within A": func() { Ger(1, make([]float32, 2), v[2:5], v, 3) },
	} {
		if !panics(f) {
			t.Errorf("%s: no panic", name)
		}
	}
}

func panics(f func()) (p bool) {
	defer func() { p = recover() != nil }()
	f()
	return false
}
