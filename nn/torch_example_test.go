package nn_test

import (
	"fmt"
	"log"

	"github.com/lockstep-ml/lockstep/nn"
)

func ExampleLoadTorchFile() {
	// nn.Sequential(nn.Linear(6, 8), nn.ReLU(), nn.Linear(8, 7), nn.ReLU(), nn.Linear(7, 3))
	net, err := nn.LoadTorchFile("testdata/torch/sequential.safetensors", nn.TorchOptions{})
	if err != nil {
		log.Fatal(err)
	}
	logits := make([]float32, net.Outputs())
	net.Predictor().PredictRow(logits, []float32{1, 0, -1, 0.5, 0, 2})
	fmt.Println(net.Inputs(), "inputs,", len(logits), "logits")
	// Output: 6 inputs, 3 logits
}
