// Package kernels holds Lockstep's vector and matrix kernels over plain slices:
//
//   - products: [Dot], [Gemm], [GemmParallel], [MatMul], [Pack];
//   - arithmetic: [Add], [Sub], [Mul], [Div], [AddScalar], [Scale], [DivScalar],
//     [Axpy], [Abs], [Neg], [Sqrt], [Clamp];
//   - numbers from vectors: [Sum], [SumSquares], [Asum], [Nrm2], [Mean],
//     [Variance], [Max], [Min], [ArgMax]; of float32 also [SumSquares64];
//   - functions: [Exp], [Expm1], [Log], [Log1p], [Sigmoid], [Tanh];
//   - activations: [ReLU], [LeakyReLU], [ELU], [SELU], [HardSigmoid], [Softplus],
//     [SiLU], [GELU], [GELUTanh], [Mish], [PReLU], and for each its backward form;
//   - normalisations: [LayerNorm]; [BatchNorm] and its parts, such as
//     [ColumnMoments];
//   - rows of a matrix: [AddBias], [AddColumnSums], [RowMax], [Softmax],
//     [LogSoftmax], [SoftmaxCrossEntropy];
//   - optimizer updates: [SGD], [Momentum], [Nesterov], [Adagrad], [RMSprop],
//     [Adam], [AdamW], [AMSGrad], [NAdam], and what goes with them: [AddSigns],
//     [AddColumnSquares], [RMSpropDirection], [RMSpropCentered];
//   - random numbers by Philox, each a function of its index: [FillUint32],
//     [FillUniform], [FillMask], [FillNormal];
//   - conversions: [FromUint8], [FromFloat16], [ToFloat16], [FromBFloat16],
//     [ToBFloat16], [FromFloat64], [ToFloat64].
//
// The first three groups work on float32 and float64, the others on float32.
//
// Each kernel exists as plain Go (its specification, named xGeneric) and as
// generated assembly for AVX2, AVX-512 and NEON; random numbers have none for NEON.
// The best tier that the processor and the operating
// system support is picked at run time; [Tier] names it, and the environment
// variable LOCKSTEP_TIER caps it.
//
// # Same bits everywhere
//
// A kernel returns the same bits in every tier, on every platform, at every
// position in a slice and for every number of workers. The comment of each
// function names its class:
//
//   - rounded: the correctly rounded value of the mathematical function;
//   - sequence: a fixed list of float64 operations, rounded once;
//   - chain: one fused multiply-add chain over k per matrix element;
//   - lanes: 64 interleaved chains, folded in a fixed order;
//   - wide: the same lanes in float64, rounded once;
//   - columns: additions over the rows, in ascending order;
//   - element: one IEEE operation after the other, each rounded.
//
// Denormals are kept. NaN in gives NaN out; sign and payload of a NaN are not
// promised. The contract is written out in docs/contract.md.
//
// # Shapes and memory
//
// The destination comes first and may be exactly one of the sources; partial
// overlap is not supported: matrix and row functions panic, element-wise ones
// leave the result unspecified. Wrong lengths and shapes are bugs of the caller and
// panic with names and sizes before anything is read or written. Empty
// operands return early. No kernel allocates memory.
package kernels
