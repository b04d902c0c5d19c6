// Package mlp learns from rows of numbers, with the names, defaults and habits of
// scikit-learn: [Classifier] and [Regressor] are multi-layer perceptrons,
// [LogisticRegression] is the linear relative of the first.
//
//	classifier := mlp.NewClassifier[string]()
//	classifier.HiddenLayerSizes = []int{16}
//	classifier.Scaler = mlp.NewStandardScaler()
//	model, err := classifier.Fit(ctx, mlp.Rows(x), y)
//	...
//	labels, err := model.Predict(mlp.Rows(more))
//
// An estimator is a set of settings: the New functions fill in the defaults,
// and a zero means zero. Fit leaves the settings as they are and returns a new
// model, which nothing can change: any number of goroutines may use it, and a
// service swaps one model for the next with an atomic pointer. PartialFit of a model
// returns the next one, which has learned from more rows.
//
// Inputs should be of similar scale, best with mean 0 and variance 1 in each
// column; most networks learn badly from others. A [StandardScaler] or a
// [MinMaxScaler] among the settings sees to it, and travels with the model and its
// file. It works in float64; then inputs are rounded to float32 once.
//
// [TrainTestSplit], [KFold] and their stratified forms divide rows, and
// [CrossValidate] tries an estimator on them. Package metrics has more scores than
// the models' Score.
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
// column, what is wrong with the settings a [*SettingError], a file of another
// model a [*FileError]. None panics. Training that did not converge is no error, but
// one of the model's Warnings.
package mlp
