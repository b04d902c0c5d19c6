// Package metrics measures how good predictions are.
//
//   - Of labels: [Accuracy], [BalancedAccuracy], [Precision], [Recall], [F1],
//     [MatthewsCorrelation], [CohenKappa], [ConfusionMatrix], [ClassificationReport].
//   - Of scores: [ROCAUC], [ROCAUCOneVsRest], [AveragePrecision], [TopKAccuracy].
//   - Of probabilities: [LogLoss], [Brier].
//   - Of numbers: [MSE], [RMSE], [MAE], [MAPE], [MedianAbsoluteError], [MaxError], [R2],
//     [ExplainedVariance].
//
// They are those of scikit-learn, whose values testdata/sklearn.json holds.
//
// The true labels come first, then what was predicted for the same rows. Labels
// are of any type of strings, booleans or integers; where classes are listed,
// they are distinct and in ascending order. Operands that do not belong
// together are errors, as is an average over no rows. Results depend on the
// operands alone: they are the same bits on every platform.
package metrics
