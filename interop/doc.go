// Package interop holds what takes models from Python to Go and back, and the tests of it:
//
//   - lockstep_to_torch.py reads a model file into PyTorch, by nothing but PyTorch and the
//     standard library.
//   - sklearn_to_lockstep.py writes models of scikit-learn as model files that package mlp
//     loads.
//
// Both are short enough to be copied into a program. For the way from PyTorch see
// nn.LoadTorch. The package exports nothing.
package interop
