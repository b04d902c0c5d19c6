// Package mlp learns to tell classes apart from rows of numbers, with the
// names, defaults and habits of scikit-learn: [Classifier] is a multi-layer
// perceptron, [LogisticRegression] its linear relative.
//
//	classifier := mlp.NewClassifier[string]()
//	classifier.HiddenLayerSizes = []int{16}
//	model, err := classifier.Fit(ctx, mlp.Rows(x), y)
//	...
//	labels, err := model.Predict(mlp.Rows(more))
//
// A classifier is a set of settings: the New functions fill in the defaults,
// and a zero means zero. Fit leaves the settings as they are and returns a new
// model, which nothing can change: any number of goroutines may use it, and a
// service swaps one model for the next with an atomic pointer.
//
// Inputs should be of similar scale, best with mean 0 and variance 1 in each
// column; most networks learn badly from others. They are rounded to float32
// once.
//
// # Same bits everywhere
//
// The same data, settings and seed give the same model, bit for bit, on every
// platform and for any number of workers. A prediction does not depend on the
// rows that are predicted with it.
//
// # Errors
//
// What is wrong with the data is a [*DataError], which names the row and the
// column, what is wrong with the settings a [*SettingError]. Neither panics.
package mlp
