// Package nn builds and trains feed-forward neural networks on the kernels of
// package kernels.
//
// A [Network] is a sequence of layers. A [Trainer] fits it to [Data] with a
// [Loss] and an [Optimizer]; a [Predictor] is an immutable snapshot of it that
// any number of goroutines may use. [Network.SaveFile] and [LoadFile] keep
// it in a safetensors file.
//
// # Same bits everywhere
//
// Training from the same seed gives the same weights, bit for bit, in every
// tier of the kernels, on every platform and for any number of workers, and a
// prediction does not depend on the rows that are predicted with it.
// [Network.Hash] names the weights. See docs/contract.md.
//
// # Errors
//
// Settings and data that cannot work are errors, which name the layer, the row
// or the setting and say what was expected. Nothing fails silently: a loss that
// is not finite stops the training with a [DivergenceError] or a [DataError]
// before the step is applied.
package nn
