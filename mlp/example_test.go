package mlp_test

import (
	"bytes"
	"context"
	"fmt"
	"log"

	"github.com/lockstep-ml/lockstep/mlp"
)

func Example() {
	x := [][]float64{{0, 0}, {0, 1}, {1, 0}, {1, 1}}
	y := []string{"equal", "different", "different", "equal"}

	classifier := mlp.NewClassifier[string]()
	classifier.LearningRateInit = 0.01
	model, err := classifier.Fit(context.Background(), mlp.Rows(x), y)
	if err != nil {
		log.Fatal(err)
	}
	labels, err := model.Predict(mlp.Rows(x))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(labels)
	// Output: [equal different different equal]
}

func ExampleClassifier() {
	// Length and width of petals in centimetres. Columns of such similar
	// scale need no scaling.
	x := [][]float64{
		{1.4, 0.2}, {1.3, 0.2}, {1.7, 0.4}, {1.5, 0.1},
		{4.7, 1.4}, {4.0, 1.3}, {3.5, 1.0}, {4.5, 1.5},
		{6.0, 2.5}, {5.1, 1.9}, {5.9, 2.1}, {6.6, 2.1},
	}
	y := []string{
		"setosa", "setosa", "setosa", "setosa",
		"versicolor", "versicolor", "versicolor", "versicolor",
		"virginica", "virginica", "virginica", "virginica",
	}
	classifier := mlp.NewClassifier[string]()
	classifier.HiddenLayerSizes = []int{16}
	classifier.LearningRateInit = 0.02
	classifier.MaxIter = 1000
	model, err := classifier.Fit(context.Background(), mlp.Rows(x), y)
	if err != nil {
		log.Fatal(err)
	}
	for _, warning := range model.Warnings() {
		fmt.Println(warning)
	}

	label, err := model.PredictRow([]float64{4.2, 1.3})
	if err != nil {
		log.Fatal(err)
	}
	accuracy, err := model.Score(mlp.Rows(x), y)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(model.Classes())
	fmt.Println(label, accuracy)
	// Output:
	// [setosa versicolor virginica]
	// versicolor 1
}

func ExampleClassifierModel_Save() {
	x := [][]float32{{-2}, {-1}, {1}, {2}}
	classifier := mlp.NewClassifier[bool]()
	classifier.LearningRateInit = 0.01
	model, err := classifier.Fit(context.Background(), mlp.Rows(x), []bool{false, false, true, true})
	if err != nil {
		log.Fatal(err)
	}

	var file bytes.Buffer // SaveFile and LoadClassifier do the same with a file
	if err := model.Save(&file); err != nil {
		log.Fatal(err)
	}
	loaded, err := mlp.ReadClassifier[bool](&file)
	if err != nil {
		log.Fatal(err)
	}
	labels, err := loaded.Predict(mlp.Rows(x))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(labels, loaded.Hash() == model.Hash())
	// Output: [false false true true] true
}

func ExampleLogisticRegression() {
	hours := [][]float64{{0.5}, {1}, {1.5}, {2}, {2.5}, {3}, {3.5}, {4}}
	passed := []bool{false, false, false, true, false, true, true, true}

	model, err := mlp.NewLogisticRegression[bool]().Fit(context.Background(), mlp.Rows(hours), passed)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("P(passed) = sigmoid(%.3f * hours %+.3f)\n", model.Coef().Row(0)[0], model.Intercept()[0])

	probabilities, err := model.PredictProba(mlp.Rows([][]float64{{1}, {3.5}}))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("after 1 hour %.2f, after 3.5 hours %.2f\n", probabilities.Row(0)[1], probabilities.Row(1)[1])
	// Output:
	// P(passed) = sigmoid(1.109 * hours -2.496)
	// after 1 hour 0.20, after 3.5 hours 0.80
}

func ExampleRegressor() {
	// Degrees Celsius and Fahrenheit.
	x := [][]float64{{-40}, {-10}, {0}, {8}, {22}, {37}, {60}, {100}}
	y := []float64{-40, 14, 32, 46.4, 71.6, 98.6, 140, 212}

	regressor := mlp.NewRegressor()
	regressor.Solver = mlp.LBFGS // for small data
	regressor.Scaler, regressor.TargetScaler = mlp.NewStandardScaler(), mlp.NewStandardScaler()
	model, err := regressor.Fit(context.Background(), mlp.Rows(x), y)
	if err != nil {
		log.Fatal(err)
	}
	fahrenheit, err := model.PredictRow([]float64{30})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.0f\n", fahrenheit)
	// Output: 86
}

func ExampleClassifierModel_PartialFit() {
	classifier := mlp.NewClassifier[string]()
	classifier.LearningRateInit = 0.01
	x, y := [][]float64{{-2}, {-1}, {1}, {2}}, []string{"low", "low", "high", "high"}
	model, err := classifier.PartialFit(context.Background(), mlp.Rows(x), y, []string{"low", "high"})
	for range 20 { // as more rows arrive
		if err == nil {
			model, err = model.PartialFit(context.Background(), mlp.Rows(x), y)
		}
	}
	if err != nil {
		log.Fatal(err)
	}
	labels, err := model.Predict(mlp.Rows([][]float64{{-3}, {3}}))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(labels, model.Iterations())
	// Output: [low high] 21
}

func ExampleCrossValidate() {
	var x [][]float64
	var y []bool
	for i := range 40 {
		x, y = append(x, []float64{float64(i % 8), float64(i % 5)}), append(y, i%8+i%5 > 5)
	}
	splits, err := mlp.StratifiedKFold(y, 4, 1)
	if err != nil {
		log.Fatal(err)
	}
	results, err := mlp.CrossValidate(context.Background(), mlp.NewLogisticRegression[bool](), mlp.Rows(x), y, splits, mlp.CrossValidation{})
	if err != nil {
		log.Fatal(err)
	}
	for _, r := range results {
		fmt.Printf("%.2f ", r.Score)
	}
	// Output: 1.00 1.00 0.80 1.00
}
