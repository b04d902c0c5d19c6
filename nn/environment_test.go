package nn

import (
	"context"
	"testing"

	"github.com/lockstep-ml/lockstep/internal/fpenv"
	"github.com/lockstep-ml/lockstep/kernels"
)

// TestEnvironment changes the floating-point unit as foreign code may do: training
// and prediction say so, before a weight or a prediction comes of it.
func TestEnvironment(t *testing.T) {
	data := classes(20)
	x, y, z := kernels.NewMatrix(20, 4), kernels.NewMatrix(20, 1), kernels.NewMatrix(20, 3)
	data.Gather(ascending(20), x, y)
	const reason = "restore the default floating-point environment"
	for _, m := range fpenv.Supported() {
		t.Run(m.String(), func(t *testing.T) {
			net := classifier(t, 1)
			before := net.Hash()
			trainer := mustTrainer(t, net, inOrder(1))
			var predicting error
			var training, searching error
			var message any
			fpenv.Run(m, func() {
				for _, err := range trainer.Epochs(context.Background(), data, 1) {
					training = err
				}
				for _, err := range net.LBFGS(context.Background(), data, 1, LBFGSOptions{Loss: CrossEntropy()}) {
					searching = err
				}
				predictor := net.Predictor()
				predicting = predictor.PredictData(z, kernels.Matrix{}, data, 1)
				defer func() { message = recover() }()
				predictor.Predict(z, x)
			})
			expectError(t, training, "nn: ", reason)
			expectError(t, searching, "nn: ", reason)
			expectError(t, predicting, "nn: ", reason)
			expectPanic(t, "nn: Predictor.Predict: ", func() { panic(message) })
			expectPanic(t, reason, func() { panic(message) })
			if net.Hash() != before {
				t.Error("the weights have changed")
			}
		})
	}
}
