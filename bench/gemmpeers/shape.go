package main

import "fmt"

// A shape is one product. It is written as m x n x k with the letters of what
// is transposed: 784x128x64TN.
type shape struct {
	transA, transB bool
	m, n, k        int
}

func (s shape) String() string {
	text := fmt.Sprintf("%dx%dx%d", s.m, s.n, s.k)
	if s.transA || s.transB {
		text += letter(s.transA) + letter(s.transB)
	}
	return text
}

func letter(trans bool) string {
	if trans {
		return "T"
	}
	return "N"
}

// flops are the operations of the product, two for each fma.
func (s shape) flops() float64 { return 2 * float64(s.m) * float64(s.n) * float64(s.k) }

// shapes are cubes, the products of small networks, and some that are hard to
// divide into tiles.
var shapes = []shape{
	{m: 8, n: 8, k: 8}, {m: 16, n: 16, k: 16}, {m: 32, n: 32, k: 32}, {m: 64, n: 64, k: 64},
	{m: 128, n: 128, k: 128}, {m: 256, n: 256, k: 256}, {m: 512, n: 512, k: 512},
	{m: 1024, n: 1024, k: 1024}, {m: 2048, n: 2048, k: 2048},
	{m: 64, n: 128, k: 784},
	{transA: true, m: 784, n: 128, k: 64},
	{transB: true, m: 64, n: 784, k: 128},
	{m: 64, n: 10, k: 128},
	{m: 128, n: 512, k: 784},
	{m: 256, n: 256, k: 512},
	{m: 1, n: 128, k: 784},
	{m: 4096, n: 64, k: 64},
	{m: 64, n: 64, k: 4096},
	{m: 64, n: 1024, k: 1024},
	{m: 256, n: 4096, k: 512},
	{m: 37, n: 53, k: 71},
	{m: 255, n: 257, k: 259},
}
