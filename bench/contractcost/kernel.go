package main

import (
	"fmt"

	"github.com/lockstep-ml/lockstep/kernels"
)

// kernel returns our own side of a work, with operands of its own.
func kernel(w work) func() {
	if w.size > 0 {
		return vectorKernel(w.operation, w.size)
	}
	p := w.product
	a, b, c := numbers(p.M*p.K), numbers(p.K*p.N), numbers(p.M*p.N)
	switch w.operation {
	case product:
		return gemm(p.TransA, p.TransB, p.M, p.N, p.K, a, b, c)
	case descentBySGD:
		x, dy, into := matrix(p.K, p.M, a), matrix(p.K, p.N, b), matrix(p.M, p.N, c)
		return func() { kernels.DescendSGD(into, x, dy, 1e-9) }
	case descentByAdam:
		x, dy, into := matrix(p.K, p.M, a), matrix(p.K, p.N, b), matrix(p.M, p.N, c)
		m, v := matrix(p.M, p.N, numbers(p.M*p.N)), matrix(p.M, p.N, positive(p.M*p.N))
		return func() { kernels.DescendAdam(into, m, v, x, dy, adamStep) }
	}
	panic("no such work: " + w.operation)
}

// halves returns the product with k split in two: two shorter chains for each
// element, which are added in the end.
func halves(w work) func() {
	p := w.product
	k := p.K / 2
	a, b, c, rest := numbers(p.M*p.K), numbers(p.K*p.N), numbers(p.M*p.N), numbers(p.M*p.N)
	first := gemm(p.TransA, p.TransB, p.M, p.N, k, a, b, c)
	second := gemm(p.TransA, p.TransB, p.M, p.N, p.K-k, a[p.M*k:], b[k*p.N:], rest)
	return func() {
		first()
		second()
		kernels.Add(c, c, rest)
	}
}

func gemm(transA, transB bool, m, n, k int, a, b, c []float32) func() {
	lda, ldb := k, n
	if transA {
		lda = m
	}
	if transB {
		ldb = k
	}
	return func() { kernels.Gemm(transA, transB, m, n, k, 1, a, lda, b, ldb, 0, c, n) }
}

// adamStep is a step far from the first one.
var adamStep = kernels.AdamStep{Beta1: 0.9, Beta2: 0.999, OneMinus1: 0.1, OneMinus2: 0.001, Lr: 1e-3, Epsilon: 1e-8}

const classes = 10 // of a cross-entropy

func vectorKernel(operation string, n int) func() {
	x, y, z := numbers(n), numbers(n), numbers(n)
	switch operation {
	case "exp":
		return func() { kernels.Exp(y, x) }
	case "relu":
		return func() { kernels.ReLU(y, x) }
	case "sigmoid":
		return func() { kernels.Sigmoid(y, x) }
	case "tanh":
		return func() { kernels.Tanh(y, x) }
	case "gelu":
		return func() { kernels.GELU(y, x) }
	case "relu-back":
		return func() { kernels.ReLUBackward(y, x, z) }
	case "sigmoid-back":
		return func() { kernels.SigmoidBackward(y, x, z) }
	case "tanh-back":
		return func() { kernels.TanhBackward(y, x, z) }
	case "gelu-back":
		return func() { kernels.GELUBackward(y, x, z) }
	case "axpy":
		return func() { kernels.Axpy(0.001, x, y) }
	case "sgd":
		return func() { kernels.SGD(y, x, 0.1) }
	case "adam":
		m, v := numbers(n), positive(n)
		return func() { kernels.Adam(y, m, v, x, adamStep) }
	case "sum":
		return func() { y[0] = kernels.Sum(x) }
	case "dot":
		return func() { y[0] = kernels.Dot(x, z) }
	case "softmax":
		return func() { kernels.Softmax(matrix(1, n, y), matrix(1, n, x)) }
	case "cross-entropy":
		rows := n / classes
		losses, labels := make([]float64, rows), make([]int, rows)
		for i := range labels {
			labels[i] = i % classes
		}
		return func() {
			kernels.SoftmaxCrossEntropy(losses, matrix(rows, classes, y), matrix(rows, classes, x), labels, 1/float64(rows))
		}
	}
	panic("no such operation: " + operation)
}

func matrix(rows, cols int, data []float32) kernels.Matrix {
	if len(data) != rows*cols {
		panic(fmt.Sprintf("%d elements for %d x %d", len(data), rows, cols))
	}
	return kernels.Matrix{Rows: rows, Cols: cols, Stride: cols, Data: data}
}

// numbers are those of peer.h between -1 and 1.
func numbers(n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(i*7919%2001-1000) / 1000
	}
	return x
}

func positive(n int) []float32 {
	x := numbers(n)
	for i := range x {
		x[i] = 0.5 + 0.4*x[i]
	}
	return x
}
