// Code generated from calls64.go by go generate; DO NOT EDIT.

package main

import (
	"slices"

	"gonum.org/v1/gonum/blas"
)

func calls32() []call { return slices.Concat(vectors32(), matrices32(), products32()) }

// vectors32 are the calls of level 1.
func vectors32() []call {
	all := []call{
		{"Srotg", []shape{{n: 1}}, func(shape) func(library, int) {
			return func(l library, count int) {
				for range count {
					l.Srotg(3, 4)
				}
			}
		}},
		{"Srotmg", []shape{{n: 1}}, func(shape) func(library, int) {
			return func(l library, count int) {
				for range count {
					l.Srotmg(1, 2, 3, 4)
				}
			}
		}},
	}
	for _, inc := range []int{1, 2} {
		add := func(name string, loop func(l library, count, n int, x []float32)) {
			all = append(all, call{kind(name, inc), lengths(), func(s shape) func(library, int) {
				x := spread[float32](s.n, inc)
				return func(l library, count int) { loop(l, count, s.n, x) }
			}})
		}
		add("Snrm2", func(l library, count, n int, x []float32) {
			for range count {
				l.Snrm2(n, x, inc)
			}
		})
		add("Sasum", func(l library, count, n int, x []float32) {
			for range count {
				l.Sasum(n, x, inc)
			}
		})
		add("Isamax", func(l library, count, n int, x []float32) {
			for range count {
				l.Isamax(n, x, inc)
			}
		})
		add("Sscal", func(l library, count, n int, x []float32) {
			for range count {
				l.Sscal(n, -1, x, inc)
			}
		})
	}
	rotation := blas.SrotmParams{Flag: blas.Rescaling, H: [4]float32{0.6, -0.8, 0.8, 0.6}}
	for _, inc := range [][2]int{{1, 1}, {2, 3}, {-1, 1}} {
		incX, incY := inc[0], inc[1]
		add := func(name string, loop func(l library, count, n int, x, y []float32)) {
			all = append(all, call{kind(name, incX, incY), lengths(), func(s shape) func(library, int) {
				x, y := spread[float32](s.n, incX), spread[float32](s.n, incY)
				return func(l library, count int) { loop(l, count, s.n, x, y) }
			}})
		}
		add("Sdot", func(l library, count, n int, x, y []float32) {
			for range count {
				l.Sdot(n, x, incX, y, incY)
			}
		})
		add("Sswap", func(l library, count, n int, x, y []float32) {
			for range count {
				l.Sswap(n, x, incX, y, incY)
			}
		})
		add("Scopy", func(l library, count, n int, x, y []float32) {
			for range count {
				l.Scopy(n, x, incX, y, incY)
			}
		})
		add("Saxpy", func(l library, count, n int, x, y []float32) {
			for range count {
				l.Saxpy(n, 1e-9, x, incX, y, incY)
			}
		})
		add("Srot", func(l library, count, n int, x, y []float32) {
			for range count {
				l.Srot(n, x, incX, y, incY, 0.6, 0.8)
			}
		})
		add("Srotm", func(l library, count, n int, x, y []float32) {
			for range count {
				l.Srotm(n, x, incX, y, incY, rotation)
			}
		})
	}
	return all
}

// matrices32 are the calls of level 2.
func matrices32() []call {
	var all []call
	add := func(name string, shapes []shape, incX, incY int, loop func(l library, count int, s shape, a, x, y []float32)) {
		all = append(all, call{name, shapes, func(s shape) func(library, int) {
			longest := max(s.m, s.n)
			a := numbers[float32](longest * max(s.n, 2*s.k+1))
			x, y := spread[float32](longest, incX), spread[float32](longest, incY)
			return func(l library, count int) { loop(l, count, s, a, x, y) }
		}})
	}
	for _, inc := range [][2]int{{1, 1}, {2, 3}} {
		incX, incY := inc[0], inc[1]
		for _, t := range []blas.Transpose{blas.NoTrans, blas.Trans} {
			for _, factors := range [][2]float32{{1, 0}, {0.7, 1}, {0.7, 0.5}} {
				alpha, beta := factors[0], factors[1]
				add(kind("Sgemv", t, incX, incY, alpha, beta), rectangles(), incX, incY, func(l library, count int, s shape, a, x, y []float32) {
					for range count {
						l.Sgemv(t, s.m, s.n, alpha, a, s.n, x, incX, beta, y, incY)
					}
				})
			}
			add(kind("Sgbmv", t, incX, incY), orders(), incX, incY, func(l library, count int, s shape, a, x, y []float32) {
				for range count {
					l.Sgbmv(t, s.n, s.n, s.k, s.k, 0.7, a, 2*s.k+1, x, incX, 0.5, y, incY)
				}
			})
		}
		add(kind("Sger", incX, incY), rectangles(), incX, incY, func(l library, count int, s shape, a, x, y []float32) {
			for range count {
				l.Sger(s.m, s.n, 1e-9, x, incX, y, incY, a, s.n)
			}
		})
		for _, ul := range []blas.Uplo{blas.Lower, blas.Upper} {
			add(kind("Ssymv", ul, incX, incY), orders(), incX, incY, func(l library, count int, s shape, a, x, y []float32) {
				for range count {
					l.Ssymv(ul, s.n, 0.7, a, s.n, x, incX, 0.5, y, incY)
				}
			})
			add(kind("Ssbmv", ul, incX, incY), orders(), incX, incY, func(l library, count int, s shape, a, x, y []float32) {
				for range count {
					l.Ssbmv(ul, s.n, s.k, 0.7, a, s.k+1, x, incX, 0.5, y, incY)
				}
			})
			add(kind("Sspmv", ul, incX, incY), orders(), incX, incY, func(l library, count int, s shape, a, x, y []float32) {
				for range count {
					l.Sspmv(ul, s.n, 0.7, a, x, incX, 0.5, y, incY)
				}
			})
			add(kind("Ssyr", ul, incX), orders(), incX, incY, func(l library, count int, s shape, a, x, y []float32) {
				for range count {
					l.Ssyr(ul, s.n, 1e-9, x, incX, a, s.n)
				}
			})
			add(kind("Sspr", ul, incX), orders(), incX, incY, func(l library, count int, s shape, a, x, y []float32) {
				for range count {
					l.Sspr(ul, s.n, 1e-9, x, incX, a)
				}
			})
			add(kind("Ssyr2", ul, incX, incY), orders(), incX, incY, func(l library, count int, s shape, a, x, y []float32) {
				for range count {
					l.Ssyr2(ul, s.n, 1e-9, x, incX, y, incY, a, s.n)
				}
			})
			add(kind("Sspr2", ul, incX, incY), orders(), incX, incY, func(l library, count int, s shape, a, x, y []float32) {
				for range count {
					l.Sspr2(ul, s.n, 1e-9, x, incX, y, incY, a)
				}
			})
		}
	}
	return append(all, triangles32()...)
}

// triangles32 are the calls of level 2 with triangular matrices.
func triangles32() []call {
	var all []call
	for _, ul := range []blas.Uplo{blas.Lower, blas.Upper} {
		for _, t := range []blas.Transpose{blas.NoTrans, blas.Trans} {
			for _, inc := range []int{1, 2} {
				for _, d := range []blas.Diag{blas.NonUnit, blas.Unit} {
					dense := func(s shape) []float32 { return gentle[float32](s.n, s.n, 1) }
					banded := func(s shape) []float32 { return band32(ul, s) }
					packed := func(s shape) []float32 { return packed32(ul, s) }
					add := func(name string, matrix func(shape) []float32, loop func(l library, count int, s shape, a, x []float32)) {
						all = append(all, call{kind(name, ul, t, d, inc), orders(), func(s shape) func(library, int) {
							a, x := matrix(s), spread[float32](s.n, inc)
							return func(l library, count int) { loop(l, count, s, a, x) }
						}})
					}
					add("Strmv", dense, func(l library, count int, s shape, a, x []float32) {
						for range count {
							l.Strmv(ul, t, d, s.n, a, s.n, x, inc)
						}
					})
					add("Strsv", dense, func(l library, count int, s shape, a, x []float32) {
						for range count {
							l.Strsv(ul, t, d, s.n, a, s.n, x, inc)
						}
					})
					add("Stbmv", banded, func(l library, count int, s shape, a, x []float32) {
						for range count {
							l.Stbmv(ul, t, d, s.n, s.k, a, s.k+1, x, inc)
						}
					})
					add("Stbsv", banded, func(l library, count int, s shape, a, x []float32) {
						for range count {
							l.Stbsv(ul, t, d, s.n, s.k, a, s.k+1, x, inc)
						}
					})
					add("Stpmv", packed, func(l library, count int, s shape, a, x []float32) {
						for range count {
							l.Stpmv(ul, t, d, s.n, a, x, inc)
						}
					})
					add("Stpsv", packed, func(l library, count int, s shape, a, x []float32) {
						for range count {
							l.Stpsv(ul, t, d, s.n, a, x, inc)
						}
					})
				}
			}
		}
	}
	return all
}

// band32 returns k+1 diagonals of a gentle matrix.
func band32(ul blas.Uplo, s shape) []float32 {
	a := gentle[float32](s.n, s.k+1, 0)
	if ul == blas.Lower {
		for row := range slices.Chunk(a, s.k+1) {
			slices.Reverse(row)
		}
	}
	return a
}

// packed32 returns a triangle of a gentle matrix, row by row.
func packed32(ul blas.Uplo, s shape) []float32 {
	var a []float32
	for i, row := range slices.Collect(slices.Chunk(gentle[float32](s.n, s.n, 1), s.n)) {
		if ul == blas.Lower {
			a = append(a, row[:i+1]...)
		} else {
			a = append(a, row[i:]...)
		}
	}
	return a
}

// products32 are the calls of level 3.
func products32() []call {
	var all []call
	add := func(name string, shapes []shape, matrix func(rows, n, step int) []float32, loop func(l library, count int, s shape, a, b, c []float32)) {
		all = append(all, call{name, shapes, func(s shape) func(library, int) {
			longest := max(s.m, s.n, s.k)
			a, b, c := matrix(longest, longest, 1), numbers[float32](longest*longest), numbers[float32](longest*longest)
			return func(l library, count int) { loop(l, count, s, a, b, c) }
		}})
	}
	anything := func(rows, n, _ int) []float32 { return numbers[float32](rows * n) }
	for _, tA := range []blas.Transpose{blas.NoTrans, blas.Trans} {
		for _, factors := range [][2]float32{{1, 0}, {0.7, 0.5}} {
			alpha, beta := factors[0], factors[1]
			for _, tB := range []blas.Transpose{blas.NoTrans, blas.Trans} {
				add(kind("Sgemm", tA, tB, alpha, beta), products(), anything, func(l library, count int, s shape, a, b, c []float32) {
					lda, ldb := s.k, s.n
					if tA == blas.Trans {
						lda = s.m
					}
					if tB == blas.Trans {
						ldb = s.k
					}
					for range count {
						l.Sgemm(tA, tB, s.m, s.n, s.k, alpha, a, lda, b, ldb, beta, c, s.n)
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
				add(kind("Ssyrk", ul, tA, alpha, beta), rectangles(), anything, func(l library, count int, s shape, a, b, c []float32) {
					ld := stride(s)
					for range count {
						l.Ssyrk(ul, tA, s.m, s.n, alpha, a, ld, beta, c, s.m)
					}
				})
				add(kind("Ssyr2k", ul, tA, alpha, beta), rectangles(), anything, func(l library, count int, s shape, a, b, c []float32) {
					ld := stride(s)
					for range count {
						l.Ssyr2k(ul, tA, s.m, s.n, alpha, a, ld, b, ld, beta, c, s.m)
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
			add(kind("Ssymm", side, ul), rectangles(), anything, func(l library, count int, s shape, a, b, c []float32) {
				lda := order(s)
				for range count {
					l.Ssymm(side, ul, s.m, s.n, 0.7, a, lda, b, s.n, 0.5, c, s.n)
				}
			})
			for _, t := range []blas.Transpose{blas.NoTrans, blas.Trans} {
				for _, d := range []blas.Diag{blas.NonUnit, blas.Unit} {
					add(kind("Strmm", side, ul, t, d), rectangles(), gentle[float32], func(l library, count int, s shape, a, b, c []float32) {
						lda := max(s.m, s.n)
						for range count {
							l.Strmm(side, ul, t, d, s.m, s.n, 1, a, lda, b, s.n)
						}
					})
					add(kind("Strsm", side, ul, t, d), rectangles(), gentle[float32], func(l library, count int, s shape, a, b, c []float32) {
						lda := max(s.m, s.n)
						for range count {
							l.Strsm(side, ul, t, d, s.m, s.n, 1, a, lda, b, s.n)
						}
					})
				}
			}
		}
	}
	return all
}
