package rules

import (
	"maps"
	"math"
	"math/rand/v2"
	"slices"
)

func allowedMath(x float64) float64 {
	x = math.Sqrt(math.Abs(x)) + math.Floor(x) + math.Pi
	x = math.Float64frombits(math.Float64bits(x) + 1)
	return math.FMA(x, x, math.Inf(1))
}

func forbiddenMath(x float64) float64 {
	x = math.Exp(x)    // want "math.Exp: its bits differ"
	x = math.Pow(x, 2) // want "math.Pow"
	f := math.Tanh     // want "math.Tanh"
	return f(x)
}

func allowedRandom() uint64 {
	var src rand.PCG
	src.Seed(1, 2)
	return src.Uint64() + rand.NewPCG(1, 2).Uint64()
}

func forbiddenRandom() float64 {
	r := rand.New(rand.NewPCG(1, 2))       // want "math/rand/v2.New:"
	n := r.IntN(5)                         // want "math/rand/v2.Rand.IntN"
	return rand.NormFloat64() + float64(n) // want "math/rand/v2.NormFloat64"
}

func order(m map[string]int) (keys []string) {
	for k := range m { // want "range over the map m"
		keys = append(keys, k)
	}
	for k := range maps.Keys(m) { // want "maps.Keys: the order of a map is random"
		keys = append(keys, k)
	}
	for _, k := range slices.Sorted(maps.Keys(m)) {
		keys = append(keys, k)
	}
	for i := range keys {
		keys[i] += "!"
	}
	return keys
}

func silenced(m map[string]int) (n int) {
	//bitlint:ignore integers are added, the order does not matter
	for _, v := range m {
		n += v
	}
	return n
}
