package mlp

import "testing"

func BenchmarkPredictRow(b *testing.B) {
	model, x, _ := fitFlowers(b, setosa, versicolor, virginica)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if _, err := model.PredictRow(x[i%len(x)]); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkLogisticRegression(b *testing.B) {
	x, y := flowers(1000, setosa, versicolor, virginica)
	r := NewLogisticRegression[string]()
	for b.Loop() {
		mustFitLogistic(b, r, x, y)
	}
}
