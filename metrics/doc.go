// Package metrics measures how good predictions are: accuracy, the confusion
// matrix and the log loss.
//
// The true labels come first, then what was predicted for the same rows. Labels
// are of any type of strings, booleans or integers; where classes are listed,
// they are distinct and in ascending order. Operands that do not belong
// together are errors, as is an average over no rows. Results depend on the
// operands alone: they are the same bits on every platform.
package metrics
