// Package nn builds and trains feed-forward neural networks on the kernels of
// package kernels.
//
// A [Network] is a sequence of layers. A [Trainer] fits it to [Data] with a
// [Loss] and an [Optimizer]; a [Predictor] is an immutable snapshot of it that
// any number of goroutines may use. [Network.SaveFile] and [LoadFile] keep
// it in a safetensors file.
//
// # What there is
//
//   - Layers: [Dense], [Dropout], [LayerNorm], [BatchNorm]; [Residual] and [Stack]
//     of others; the activations [ReLU], [ReLU6], [LeakyReLU], [PReLU], [ELU],
//     [CELU], [SELU], [GELU], [SiLU], [HardSwish], [Mish], [Softplus], [Sigmoid],
//     [LogSigmoid], [HardSigmoid], [Tanh], [HardTanh], [Softsign], [Softmax] and
//     [LogSoftmax]; any of one's own by [Activation], [Layer] or, if its rows depend
//     on each other, [Coupled].
//   - Losses: [CrossEntropy], [NLL], [KLDivergence], [BCEWithLogits], [BCE], [MSE],
//     [MAE], [Huber], [Poisson], [Hinge], [MultiMargin] and the squares of the last
//     two, as means or [Summed]; classes and rows may have weights, see
//     [ClassWeights] and [WeightedData].
//   - Optimizers: [SGD] with momentum, [Adam] with its variants AMSGrad and AdamW,
//     [NAdam], [RAdam], [Adamax], [Lion], [RMSprop], [Adagrad], [Adadelta], under the
//     rules of [Rule]: clipping, penalties, groups of parameters, averages; and
//     [Network.LBFGS], on all rows at once.
//   - Schedules of the learning rate: [StepDecay], [MultiStep], [ExponentialDecay],
//     [Polynomial], [InverseScaling], [Cosine], [CosineRestarts], [Cyclic], [OneCycle]
//     (also of the momentum: [OneCycleMomentum]), [Plateau], each after a [Warmup] if
//     need be.
//   - [GradCheck] compares gradients with numerical ones; [Network.Summary] is a
//     table of a network.
//
// Where libraries differ, the definition is PyTorch's, unless a comment says
// otherwise; testdata/pytorch.json holds the tests to that.
//
// # Same bits everywhere
//
// Training from the same seed gives the same weights, bit for bit, in every
// tier of the kernels, on every platform and for any number of workers, and a
// prediction does not depend on the rows that are predicted with it.
// [Network.Hash] names the weights. See docs/contract.md.
//
// # Interrupted trainings
//
// [Trainer.CheckpointFile] writes all that a training consists of: parameters,
// running statistics, the state of optimizers, rules and schedules, the position in
// the epoch, the history. Random numbers are functions of the seed and the step, so
// that they need nothing beside. A trainer made with the same options, perhaps in
// another process, on another machine, with other workers, takes over by
// [Trainer.RestoreFile], and [Trainer.Resume] ends in the bits of the training that
// was never interrupted. A [CheckpointFolder] keeps the latest of several
// checkpoints and falls back to the one before if a file is damaged. To interrupt a
// training, also in the middle of an epoch, cancel its context; the same trainer may
// resume it.
//
// Checkpoints appear under their names when they are complete and on the disk, so
// that a process may be killed at any time. They hold neither the data nor what
// these remember.
//
// # Errors
//
// Settings and data that cannot work are errors, which name the layer, the row
// or the setting and say what was expected. Nothing fails silently: a loss that
// is not finite stops the training with a [DivergenceError] or a [DataError]
// before the step is applied.
package nn
