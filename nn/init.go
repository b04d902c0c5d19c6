package nn

import (
	"math"

	"github.com/lockstep-ml/lockstep/internal/random"
)

// Init is a way to draw the initial values of a parameter. Each value depends
// on the network's seed, the parameter's index in the network and the value's
// index in the parameter alone.
type Init struct {
	name string
	fill func(dst []float32, fanIn, fanOut int, key random.Key)
}

// String returns the initialiser's name.
func (i Init) String() string { return i.name }

// Zeros sets all values to 0. It suits biases and models without hidden layers;
// hidden units that all begin equal stay equal.
func Zeros() Init {
	return Init{"zeros", func(dst []float32, _, _ int, _ random.Key) { clear(dst) }}
}

// Uniform draws from [-limit, limit).
func Uniform(limit float64) Init {
	return uniform("uniform", func(_, _ float64) float64 { return limit })
}

// GlorotUniform draws from [-a, a) with a = sqrt(6 / (fanIn + fanOut)), which
// keeps the variance of activations and gradients where they are about linear
// (Glorot and Bengio, AISTATS 2010, equation 16).
func GlorotUniform() Init {
	return uniform("glorot-uniform", func(in, out float64) float64 { return math.Sqrt(6 / (in + out)) })
}

// GlorotNormal draws from the normal distribution with variance
// 2 / (fanIn + fanOut).
func GlorotNormal() Init {
	return normal("glorot-normal", func(in, out float64) float64 { return math.Sqrt(2 / (in + out)) })
}

// HeUniform draws from [-a, a) with a = sqrt(6 / fanIn), which keeps the
// variance of activations through layers of rectified linear units (He et al.,
// ICCV 2015).
func HeUniform() Init {
	return uniform("he-uniform", func(in, _ float64) float64 { return math.Sqrt(6 / in) })
}

// HeNormal draws from the normal distribution with variance 2 / fanIn (He et
// al., ICCV 2015, equation 10).
func HeNormal() Init {
	return normal("he-normal", func(in, _ float64) float64 { return math.Sqrt(2 / in) })
}

func uniform(name string, limit func(in, out float64) float64) Init {
	return Init{name, func(dst []float32, fanIn, fanOut int, key random.Key) {
		a := limit(float64(fanIn), float64(fanOut))
		key.Uniform(dst, 0, -a, a)
	}}
}

func normal(name string, deviation func(in, out float64) float64) Init {
	return Init{name, func(dst []float32, fanIn, fanOut int, key random.Key) {
		key.Normal(dst, 0, 0, deviation(float64(fanIn), float64(fanOut)))
	}}
}
