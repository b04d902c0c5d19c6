package metrics_test

import (
	"fmt"
	"log"

	"github.com/lockstep-ml/lockstep/kernels"
	"github.com/lockstep-ml/lockstep/metrics"
)

func ExampleAccuracy() {
	truth := []bool{true, false, true, true}
	predicted := []bool{true, false, false, true}
	accuracy, err := metrics.Accuracy(truth, predicted)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(accuracy)
	// Output: 0.75
}

// A model that knows nothing of a rare class is right most of the time.
func ExampleMatthewsCorrelation() {
	truth := []string{"well", "well", "well", "well", "well", "well", "well", "well", "well", "ill"}
	predicted := []string{"well", "well", "well", "well", "well", "well", "well", "well", "well", "well"}
	accuracy, err := metrics.Accuracy(truth, predicted)
	if err != nil {
		log.Fatal(err)
	}
	correlation, err := metrics.MatthewsCorrelation(truth, predicted)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(accuracy, correlation)
	// Output: 0.9 0
}

func ExampleConfusionMatrix() {
	truth := []string{"cat", "cat", "cat", "dog", "dog", "bird"}
	predicted := []string{"cat", "dog", "cat", "dog", "dog", "cat"}
	confusion, err := metrics.ConfusionMatrix(truth, predicted)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(confusion)
	// Output:
	// true \ predicted  bird  cat  dog
	// bird                 0    1    0
	// cat                  0    2    1
	// dog                  0    0    2
}

func ExampleLogLoss() {
	truth := []string{"rain", "sun"}
	probabilities := kernels.MatrixOf([][]float32{
		{0.5, 0.5}, // rain, sun
		{0.125, 0.875},
	})
	loss, err := metrics.LogLoss(truth, probabilities, []string{"rain", "sun"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.4f\n", loss)
	// Output: 0.4133
}

func ExampleClassificationReport() {
	truth := []string{"cat", "cat", "cat", "dog", "dog", "bird"}
	predicted := []string{"cat", "dog", "cat", "dog", "dog", "cat"}
	report, err := metrics.ClassificationReport(truth, predicted)
	if err != nil {
		log.Fatal(err)
	}
	for i, class := range report.Classes {
		fmt.Printf("%-4s F1 %.2f\n", class, report.Scores[i].F1)
	}
	fmt.Printf("mean F1 %.2f\n", report.Macro.F1)
	// Output:
	// bird F1 0.00
	// cat  F1 0.67
	// dog  F1 0.80
	// mean F1 0.49
}

func ExampleROCAUC() {
	truth := []string{"ill", "well", "ill", "well"}
	scores := []float64{0.9, 0.4, 0.4, 0.1}
	area, err := metrics.ROCAUC(truth, scores, "ill")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(area)
	// Output: 0.875
}

func ExampleR2() {
	r2, err := metrics.R2([]float64{1, 2, 3}, []float64{1, 2, 4})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(r2)
	// Output: 0.5
}
