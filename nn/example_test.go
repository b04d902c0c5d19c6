package nn_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/lockstep-ml/lockstep/kernels"
	"github.com/lockstep-ml/lockstep/nn"
)

// Petals of irises: length and width in centimetres. The species are 0 setosa,
// 1 versicolor and 2 virginica.
var (
	petals = kernels.MatrixOf([][]float32{
		{1.4, 0.2}, {1.3, 0.2}, {1.7, 0.4}, {1.5, 0.1},
		{4.7, 1.4}, {4.0, 1.3}, {3.5, 1.0}, {4.5, 1.5},
		{6.0, 2.5}, {5.1, 1.9}, {5.9, 2.1}, {6.6, 2.1},
	})
	species = kernels.MatrixOf([][]float32{
		{0}, {0}, {0}, {0},
		{1}, {1}, {1}, {1},
		{2}, {2}, {2}, {2},
	})
)

// Train a classifier and ask it about a flower that it has not seen.
func Example() {
	data, err := nn.Rows(petals, species)
	if err != nil {
		log.Fatal(err)
	}
	net, err := nn.Sequential(2, 1, nn.Dense(16), nn.ReLU(), nn.Dense(3))
	if err != nil {
		log.Fatal(err)
	}
	trainer, err := net.NewTrainer(nn.TrainerOptions{
		Loss:      nn.CrossEntropy(),
		Optimizer: nn.NewAdam(0.05),
		BatchSize: 4,
		Seed:      1,
	})
	if err != nil {
		log.Fatal(err)
	}
	defer trainer.Close()
	for epoch, err := range trainer.Epochs(context.Background(), data, 60) {
		if err != nil {
			log.Fatal(err)
		}
		if epoch.Number%20 == 0 {
			fmt.Printf("epoch %d: loss %.4f\n", epoch.Number, epoch.Loss)
		}
	}

	flower, logits := []float32{4.2, 1.3}, make([]float32, 3)
	net.Predictor().PredictRow(logits, flower)
	probabilities := kernels.NewMatrix(1, 3)
	kernels.Softmax(probabilities, kernels.MatrixOf([][]float32{logits}))
	fmt.Printf("setosa %.2f, versicolor %.2f, virginica %.2f\n", probabilities.Data[0], probabilities.Data[1], probabilities.Data[2])
	fmt.Println("weights", net.Hash()[:16])
	// Output:
	// epoch 20: loss 0.4056
	// epoch 40: loss 0.1658
	// epoch 60: loss 0.0738
	// setosa 0.00, versicolor 0.98, virginica 0.02
	// weights bc3c8b6263bdef62
}

// The loop of a training, written by hand.
func ExampleWorkspace() {
	// Learn y = 2x - 1 by plain gradient descent.
	x := kernels.MatrixOf([][]float32{{0}, {1}, {2}, {3}})
	y := kernels.MatrixOf([][]float32{{-1}, {1}, {3}, {5}})
	net, err := nn.Sequential(1, 1, nn.Dense(1, nn.WithInit(nn.Zeros())))
	if err != nil {
		log.Fatal(err)
	}
	updater, err := net.NewUpdater(nn.NewSGD(0.1))
	if err != nil {
		log.Fatal(err)
	}
	w := net.NewWorkspace(x.Rows)
	for step := range 101 {
		w.Forward(x)
		loss, err := w.Loss(nn.MSE(), y)
		if err != nil {
			log.Fatal(err)
		}
		w.Backward()
		updater.Step()
		if step%50 == 0 {
			fmt.Printf("step %d: loss %.6f\n", step, loss)
		}
	}
	weight, bias := net.Params()[0], net.Params()[1]
	fmt.Printf("y = %.3f x %+.3f\n", weight.Value.Data[0], bias.Value.Data[0])
	// Output:
	// step 0: loss 9.000000
	// step 50: loss 0.001985
	// step 100: loss 0.000004
	// y = 1.998 x -0.997
}

// Keep a network in a file and predict with it elsewhere.
func ExampleLoadFile() {
	folder, err := os.MkdirTemp("", "example")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "net.safetensors")

	net, err := nn.Sequential(2, 1, nn.Dense(16), nn.Tanh(), nn.Dense(3))
	if err != nil {
		log.Fatal(err)
	}
	if err := net.SaveFile(path, map[string]string{"classes": "setosa,versicolor,virginica"}); err != nil {
		log.Fatal(err)
	}

	loaded, metadata, err := nn.LoadFile(path)
	if err != nil {
		log.Fatal(err)
	}
	logits := kernels.NewMatrix(petals.Rows, loaded.Outputs())
	loaded.Predictor().Predict(logits, petals)
	fmt.Println(metadata["classes"])
	fmt.Println(logits.Rows, "predictions, same weights:", loaded.Hash() == net.Hash())
	// Output:
	// setosa,versicolor,virginica
	// 12 predictions, same weights: true
}

// An activation of one's own: the square of max(x, 0).
func ExampleActivation() {
	squaredReLU := func() nn.Layer {
		return nn.Activation("SquaredReLU", func(y, x []float32) {
			for i, v := range x {
				y[i] = max(v, 0) * max(v, 0)
			}
		}, func(dx, dy, x, _ []float32) {
			for i, v := range x {
				dx[i] = dy[i] * 2 * max(v, 0)
			}
		})
	}
	// Files with such layers can be loaded once the layer is known.
	nn.RegisterLayer("SquaredReLU", func(json.RawMessage) (nn.Layer, error) { return squaredReLU(), nil })

	net, err := nn.Sequential(3, 1, squaredReLU())
	if err != nil {
		log.Fatal(err)
	}
	y := make([]float32, 3)
	net.Predictor().PredictRow(y, []float32{-2, 0, 2})
	fmt.Println(y)
	// Output: [0 0 4]
}

// Stop as soon as the loss is small enough.
func ExampleTrainer_Epochs() {
	data, err := nn.Rows(
		kernels.MatrixOf([][]float32{{0, 0}, {0, 1}, {1, 0}, {1, 1}}),
		kernels.MatrixOf([][]float32{{0}, {1}, {1}, {0}}),
	)
	if err != nil {
		log.Fatal(err)
	}
	net, err := nn.Sequential(2, 1, nn.Dense(8), nn.Tanh(), nn.Dense(1))
	if err != nil {
		log.Fatal(err)
	}
	trainer, err := net.NewTrainer(nn.TrainerOptions{Loss: nn.BCEWithLogits(), Optimizer: nn.NewAdam(0.1)})
	if err != nil {
		log.Fatal(err)
	}
	defer trainer.Close()
	for epoch, err := range trainer.Epochs(context.Background(), data, 1000) {
		if err != nil {
			log.Fatal(err)
		}
		if epoch.Loss < 0.01 {
			fmt.Println("enough after", epoch.Number, "epochs")
			break
		}
	}
	// Output: enough after 52 epochs
}

// Powers is data that are computed, not stored: x and its first powers.
type powers struct{ degree int }

func (p powers) Len() int         { return 201 }
func (p powers) Dims() (int, int) { return p.degree, 1 }

func (p powers) Gather(rows []int, x, y kernels.Matrix) {
	for i, row := range rows {
		v := float32(row-100) / 100
		power := float32(1)
		for j := range x.Cols {
			power *= v
			x.Row(i)[j] = power
		}
		y.Row(i)[0] = max(v, -v)
	}
}

// Any type with three methods is data: here the rows of a polynomial fit of |x|.
func ExampleData() {
	net, err := nn.Sequential(4, 1, nn.Dense(1))
	if err != nil {
		log.Fatal(err)
	}
	trainer, err := net.NewTrainer(nn.TrainerOptions{Loss: nn.MSE(), Optimizer: nn.NewAdam(0.05), Schedule: nn.Cosine()})
	if err != nil {
		log.Fatal(err)
	}
	defer trainer.Close()
	var last nn.Epoch
	for epoch, err := range trainer.Epochs(context.Background(), powers{degree: 4}, 200) {
		if err != nil {
			log.Fatal(err)
		}
		last = epoch
	}
	fmt.Printf("mean square error %.5f\n", last.Loss)
	// Output: mean square error 0.00136
}

// What a network consists of.
func ExampleNetwork_Summary() {
	net, err := nn.Sequential(784, 1,
		nn.Dense(128), nn.BatchNorm(), nn.ReLU(), nn.Residual(nn.Dense(128), nn.ReLU()), nn.Dropout(0.2), nn.Dense(10))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(net.Summary())
	// Output:
	//   layer       type  output  parameters  flop a row
	//       0      Dense     128      100480      200832
	//       1  BatchNorm     128         256           0
	//       2       ReLU     128           0           0
	//     3.0      Dense     128       16512       32896
	//     3.1       ReLU     128           0           0
	//       3   Residual     128           0         128
	//       4    Dropout     128           0           0
	//       5      Dense      10        1290        2570
	//     all                 10      118538      236426
}

// The gradients of a network, compared with numerical ones.
func ExampleGradCheck() {
	net, err := nn.Sequential(2, 1, nn.Dense(3), nn.GELU(), nn.Dense(2))
	if err != nil {
		log.Fatal(err)
	}
	x := kernels.MatrixOf([][]float32{{0.5, -1}, {1, 0.25}})
	labels := kernels.MatrixOf([][]float32{{0}, {1}})
	report, err := nn.GradCheck(net, nn.CrossEntropy(), x, labels)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(report.Entries), "gradients, mistakes:", report.Err())
	// Output: 6 gradients, mistakes: <nil>
}

// Small data, a small network: all rows at once, no learning rate, and an end where
// the gradient is small.
func ExampleNetwork_LBFGS() {
	x := kernels.MatrixOf([][]float32{{0, 0}, {0, 1}, {1, 0}, {1, 1}})
	y := kernels.MatrixOf([][]float32{{0}, {1}, {1}, {0}})
	data, err := nn.Rows(x, y)
	if err != nil {
		log.Fatal(err)
	}
	net, err := nn.Sequential(2, 1, nn.Dense(4), nn.Tanh(), nn.Dense(1))
	if err != nil {
		log.Fatal(err)
	}
	options := nn.LBFGSOptions{Loss: nn.BCEWithLogits(), L2: 1e-4, GradTolerance: 1e-5}
	for step, err := range net.LBFGS(context.Background(), data, 500, options) {
		if err != nil {
			log.Fatal(err)
		}
		if step.Ended {
			fmt.Printf("loss %.4f, converged %v\n", step.Loss, step.Converged)
		}
	}
	logits := kernels.NewMatrix(4, 1)
	net.Predictor().Predict(logits, x)
	for _, z := range logits.Data {
		fmt.Println(z > 0)
	}
	// Output:
	// loss 0.0073, converged true
	// false
	// true
	// true
	// false
}
