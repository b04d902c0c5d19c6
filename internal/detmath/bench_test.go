package detmath

import "testing"

func BenchmarkFunctions(b *testing.B) {
	for _, c := range []struct {
		name string
		f    func(float64) float64
	}{
		{"Exp", Exp}, {"Expm1", Expm1}, {"Log", Log}, {"Log1p", Log1p}, {"Sin", Sin}, {"Cos", Cos},
		{"Pow", func(x float64) float64 { return Pow(x, 0.999) }},
		{"NormQuantile", NormQuantile}, {"Erfinv", Erfinv},
	} {
		b.Run("f="+c.name, func(b *testing.B) {
			sum := 0.0
			for i := range b.N {
				sum += c.f(float64(i%1000+1) / 1002)
			}
			sink = sum
		})
	}
}

var sink float64
