package main

import (
	"slices"

	"gonum.org/v1/gonum/blas"
)

// Go has no way to name Ddot and Sdot at once, so that calls32.go is made from this file, by
// a test.
//
//go:generate go test -run TestCalls32 -generate .

func calls64() []call { return slices.Concat(vectors64(), matrices64(), products64()) }

// vectors64 are the calls of level 1.
func vectors64() []call {
	all := []call{
		{"Drotg", []shape{{n: 1}}, func(shape) func(library, int) {
			return func(l library, count int) {
				for range count {
					l.Drotg(3, 4)
				}
			}
		}},
		{"Drotmg", []shape{{n: 1}}, func(shape) func(library, int) {
			return func(l library, count int) {
				for range count {
					l.Drotmg(1, 2, 3, 4)
				}
			}
		}},
	}
	for _, inc := range []int{1, 2} {
		add := func(name string, loop func(l library, count, n int, x []float64)) {
			all = append(all, call{kind(name, inc), lengths(), func(s shape) func(library, int) {
				x := spread[float64](s.n, inc)
				return func(l library, count int) { loop(l, count, s.n, x) }
			}})
		}
		add("Dnrm2", func(l library, count, n int, x []float64) {
			for range count {
				l.Dnrm2(n, x, inc)
			}
		})
		add("Dasum", func(l library, count, n int, x []float64) {
			for range count {
				l.Dasum(n, x, inc)
			}
		})
		add("Idamax", func(l library, count, n int, x []float64) {
			for range count {
				l.Idamax(n, x, inc)
			}
		})
		add("Dscal", func(l library, count, n int, x []float64) {
			for range count {
				l.Dscal(n, -1, x, inc)
			}
		})
	}
	rotation := blas.DrotmParams{Flag: blas.Rescaling, H: [4]float64{0.6, -0.8, 0.8, 0.6}}
	for _, inc := range [][2]int{{1, 1}, {2, 3}, {-1, 1}} {
		incX, incY := inc[0], inc[1]
		add := func(name string, loop func(l library, count, n int, x, y []float64)) {
			all = append(all, call{kind(name, incX, incY), lengths(), func(s shape) func(library, int) {
				x, y := spread[float64](s.n, incX), spread[float64](s.n, incY)
				return func(l library, count int) { loop(l, count, s.n, x, y) }
			}})
		}
		add("Ddot", func(l library, count, n int, x, y []float64) {
			for range count {
				l.Ddot(n, x, incX, y, incY)
			}
		})
		add("Dswap", func(l library, count, n int, x, y []float64) {
			for range count {
				l.Dswap(n, x, incX, y, incY)
			}
		})
		add("Dcopy", func(l library, count, n int, x, y []float64) {
			for range count {
				l.Dcopy(n, x, incX, y, incY)
			}
		})
		add("Daxpy", func(l library, count, n int, x, y []float64) {
			for range count {
				l.Daxpy(n, 1e-9, x, incX, y, incY)
			}
		})
		add("Drot", func(l library, count, n int, x, y []float64) {
			for range count {
				l.Drot(n, x, incX, y, incY, 0.6, 0.8)
			}
		})
		add("Drotm", func(l library, count, n int, x, y []float64) {
			for range count {
				l.Drotm(n, x, incX, y, incY, rotation)
			}
		})
	}
	return all
}

// matrices64 are the calls of level 2.
func matrices64() []call {
	var all []call
	add := func(name string, shapes []shape, incX, incY int, loop func(l library, count int, s shape, a, x, y []float64)) {
		all = append(all, call{name, shapes, func(s shape) func(library, int) {
			longest := max(s.m, s.n)
			a := numbers[float64](longest * max(s.n, 2*s.k+1))
			x, y := spread[float64](longest, incX), spread[float64](longest, incY)
			return func(l library, count int) { loop(l, count, s, a, x, y) }
		}})
	}
	for _, inc := range [][2]int{{1, 1}, {2, 3}} {
		incX, incY := inc[0], inc[1]
		for _, t := range []blas.Transpose{blas.NoTrans, blas.Trans} {
			for _, factors := range [][2]float64{{1, 0}, {0.7, 1}, {0.7, 0.5}} {
				alpha, beta := factors[0], factors[1]
				add(kind("Dgemv", t, incX, incY, alpha, beta), rectangles(), incX, incY, func(l library, count int, s shape, a, x, y []float64) {
					for range count {
						l.Dgemv(t, s.m, s.n, alpha, a, s.n, x, incX, beta, y, incY)
					}
				})
			}
			add(kind("Dgbmv", t, incX, incY), orders(), incX, incY, func(l library, count int, s shape, a, x, y []float64) {
				for range count {
					l.Dgbmv(t, s.n, s.n, s.k, s.k, 0.7, a, 2*s.k+1, x, incX, 0.5, y, incY)
				}
			})
		}
		add(kind("Dger", incX, incY), rectangles(), incX, incY, func(l library, count int, s shape, a, x, y []float64) {
			for range count {
				l.Dger(s.m, s.n, 1e-9, x, incX, y, incY, a, s.n)
			}
		})
		for _, ul := range []blas.Uplo{blas.Lower, blas.Upper} {
			add(kind("Dsymv", ul, incX, incY), orders(), incX, incY, func(l library, count int, s shape, a, x, y []float64) {
				for range count {
					l.Dsymv(ul, s.n, 0.7, a, s.n, x, incX, 0.5, y, incY)
				}
			})
			add(kind("Dsbmv", ul, incX, incY), orders(), incX, incY, func(l library, count int, s shape, a, x, y []float64) {
				for range count {
					l.Dsbmv(ul, s.n, s.k, 0.7, a, s.k+1, x, incX, 0.5, y, incY)
				}
			})
			add(kind("Dspmv", ul, incX, incY), orders(), incX, incY, func(l library, count int, s shape, a, x, y []float64) {
				for range count {
					l.Dspmv(ul, s.n, 0.7, a, x, incX, 0.5, y, incY)
				}
			})
			add(kind("Dsyr", ul, incX), orders(), incX, incY, func(l library, count int, s shape, a, x, y []float64) {
				for range count {
					l.Dsyr(ul, s.n, 1e-9, x, incX, a, s.n)
				}
			})
			add(kind("Dspr", ul, incX), orders(), incX, incY, func(l library, count int, s shape, a, x, y []float64) {
				for range count {
					l.Dspr(ul, s.n, 1e-9, x, incX, a)
				}
			})
			add(kind("Dsyr2", ul, incX, incY), orders(), incX, incY, func(l library, count int, s shape, a, x, y []float64) {
				for range count {
					l.Dsyr2(ul, s.n, 1e-9, x, incX, y, incY, a, s.n)
				}
			})
			add(kind("Dspr2", ul, incX, incY), orders(), incX, incY, func(l library, count int, s shape, a, x, y []float64) {
				for range count {
					l.Dspr2(ul, s.n, 1e-9, x, incX, y, incY, a)
				}
			})
		}
	}
	return append(all, triangles64()...)
}

// triangles64 are the calls of level 2 with triangular matrices.
func triangles64() []call {
	var all []call
	for _, ul := range []blas.Uplo{blas.Lower, blas.Upper} {
		for _, t := range []blas.Transpose{blas.NoTrans, blas.Trans} {
			for _, inc := range []int{1, 2} {
				for _, d := range []blas.Diag{blas.NonUnit, blas.Unit} {
					dense := func(s shape) []float64 { return gentle[float64](s.n, s.n, 1) }
					banded := func(s shape) []float64 { return band64(ul, s) }
					packed := func(s shape) []float64 { return packed64(ul, s) }
					add := func(name string, matrix func(shape) []float64, loop func(l library, count int, s shape, a, x []float64)) {
						all = append(all, call{kind(name, ul, t, d, inc), orders(), func(s shape) func(library, int) {
							a, x := matrix(s), spread[float64](s.n, inc)
							return func(l library, count int) { loop(l, count, s, a, x) }
						}})
					}
					add("Dtrmv", dense, func(l library, count int, s shape, a, x []float64) {
						for range count {
							l.Dtrmv(ul, t, d, s.n, a, s.n, x, inc)
						}
					})
					add("Dtrsv", dense, func(l library, count int, s shape, a, x []float64) {
						for range count {
							l.Dtrsv(ul, t, d, s.n, a, s.n, x, inc)
						}
					})
					add("Dtbmv", banded, func(l library, count int, s shape, a, x []float64) {
						for range count {
							l.Dtbmv(ul, t, d, s.n, s.k, a, s.k+1, x, inc)
						}
					})
					add("Dtbsv", banded, func(l library, count int, s shape, a, x []float64) {
						for range count {
							l.Dtbsv(ul, t, d, s.n, s.k, a, s.k+1, x, inc)
						}
					})
					add("Dtpmv", packed, func(l library, count int, s shape, a, x []float64) {
						for range count {
							l.Dtpmv(ul, t, d, s.n, a, x, inc)
						}
					})
					add("Dtpsv", packed, func(l library, count int, s shape, a, x []float64) {
						for range count {
							l.Dtpsv(ul, t, d, s.n, a, x, inc)
						}
					})
				}
			}
		}
	}
	return all
}

// band64 returns k+1 diagonals of a gentle matrix.
func band64(ul blas.Uplo, s shape) []float64 {
	a := gentle[float64](s.n, s.k+1, 0)
	if ul == blas.Lower {
		for row := range slices.Chunk(a, s.k+1) {
			slices.Reverse(row)
		}
	}
	return a
}

// packed64 returns a triangle of a gentle matrix, row by row.
func packed64(ul blas.Uplo, s shape) []float64 {
	var a []float64
	for i, row := range slices.Collect(slices.Chunk(gentle[float64](s.n, s.n, 1), s.n)) {
		if ul == blas.Lower {
			a = append(a, row[:i+1]...)
		} else {
			a = append(a, row[i:]...)
		}
	}
	return a
}

// products64 are the calls of level 3.
func products64() []call {
	var all []call
	add := func(name string, shapes []shape, matrix func(rows, n, step int) []float64, loop func(l library, count int, s shape, a, b, c []float64)) {
		all = append(all, call{name, shapes, func(s shape) func(library, int) {
			longest := max(s.m, s.n, s.k)
			a, b, c := matrix(longest, longest, 1), numbers[float64](longest*longest), numbers[float64](longest*longest)
			return func(l library, count int) { loop(l, count, s, a, b, c) }
		}})
	}
	anything := func(rows, n, _ int) []float64 { return numbers[float64](rows * n) }
	for _, tA := range []blas.Transpose{blas.NoTrans, blas.Trans} {
		for _, factors := range [][2]float64{{1, 0}, {0.7, 0.5}} {
			alpha, beta := factors[0], factors[1]
			for _, tB := range []blas.Transpose{blas.NoTrans, blas.Trans} {
				add(kind("Dgemm", tA, tB, alpha, beta), products(), anything, func(l library, count int, s shape, a, b, c []float64) {
					lda, ldb := s.k, s.n
					if tA == blas.Trans {
						lda = s.m
					}
					if tB == blas.Trans {
						ldb = s.k
					}
					for range count {
						l.Dgemm(tA, tB, s.m, s.n, s.k, alpha, a, lda, b, ldb, beta, c, s.n)
					}
				})
			}
			for _, ul := range []blas.Uplo{blas.Lower, blas.Upper} {
				// op(A) is m x n here, and C is m x m.
				stride := func(s shape) int {
					if tA == blas.Trans {
						return s.m
					}
					return s.n
				}
				add(kind("Dsyrk", ul, tA, alpha, beta), rectangles(), anything, func(l library, count int, s shape, a, b, c []float64) {
					ld := stride(s)
					for range count {
						l.Dsyrk(ul, tA, s.m, s.n, alpha, a, ld, beta, c, s.m)
					}
				})
				add(kind("Dsyr2k", ul, tA, alpha, beta), rectangles(), anything, func(l library, count int, s shape, a, b, c []float64) {
					ld := stride(s)
					for range count {
						l.Dsyr2k(ul, tA, s.m, s.n, alpha, a, ld, b, ld, beta, c, s.m)
					}
				})
			}
		}
	}
	for _, side := range []blas.Side{blas.Left, blas.Right} {
		order := func(s shape) int {
			if side == blas.Left {
				return s.m
			}
			return s.n
		}
		for _, ul := range []blas.Uplo{blas.Lower, blas.Upper} {
			add(kind("Dsymm", side, ul), rectangles(), anything, func(l library, count int, s shape, a, b, c []float64) {
				lda := order(s)
				for range count {
					l.Dsymm(side, ul, s.m, s.n, 0.7, a, lda, b, s.n, 0.5, c, s.n)
				}
			})
			for _, t := range []blas.Transpose{blas.NoTrans, blas.Trans} {
				for _, d := range []blas.Diag{blas.NonUnit, blas.Unit} {
					add(kind("Dtrmm", side, ul, t, d), rectangles(), gentle[float64], func(l library, count int, s shape, a, b, c []float64) {
						lda := max(s.m, s.n)
						for range count {
							l.Dtrmm(side, ul, t, d, s.m, s.n, 1, a, lda, b, s.n)
						}
					})
					add(kind("Dtrsm", side, ul, t, d), rectangles(), gentle[float64], func(l library, count int, s shape, a, b, c []float64) {
						lda := max(s.m, s.n)
						for range count {
							l.Dtrsm(side, ul, t, d, s.m, s.n, 1, a, lda, b, s.n)
						}
					})
				}
			}
		}
	}
	return all
}
