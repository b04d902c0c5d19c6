// Package bench compares Lockstep with its peers, side by side in one run. It
// is a module of its own, so that nobody who uses Lockstep downloads them.
//
//	go test -C bench -bench . -cpu 1 -count 6
//
// runs the comparison; every name has the form of
// BenchmarkGemm/impl=lockstep/m=64/n=128/k=784, which benchstat -col /impl
// turns into a table. With -cpu 1 all implementations run on one thread (gonum would use several).
//
// Command gemmpeers compares the matrix product with OpenBLAS and BLIS, which
// are C libraries, on any number of threads; vectorpeers the functions and
// operations on vectors with libmvec, SLEEF, PyTorch, OpenBLAS and Go libraries;
// trainpeers training and inference with PyTorch, scikit-learn and ONNX Runtime;
// gonumpeers gonum with gonumblas and without. Command timeto98 measures the time to
// 98 % of MNIST, and contractcost what the bit contract costs. What they write to
// results, command performance puts together as docs/performance.md. Command run does
// all that, one after another, or sets our times against the committed ones.
package bench
