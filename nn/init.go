package nn

import (
	"math"

	"github.com/lockstep-ml/lockstep/internal/detmath"
	"github.com/lockstep-ml/lockstep/internal/random"
	"github.com/lockstep-ml/lockstep/kernels"
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

// Constant sets all values to v.
func Constant(v float64) Init {
	return Init{"constant", func(dst []float32, _, _ int, _ random.Key) {
		for i := range dst {
			dst[i] = float32(v)
		}
	}}
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

// LeCunUniform draws from [-a, a) with a = sqrt(3 / fanIn), which keeps the
// variance where activations are about linear.
func LeCunUniform() Init {
	return uniform("lecun-uniform", func(in, _ float64) float64 { return math.Sqrt(3 / in) })
}

// LeCunNormal draws from the normal distribution with variance 1 / fanIn (LeCun
// et al., "Efficient BackProp", 1998, equation 16; Klambauer et al., NIPS 2017).
func LeCunNormal() Init {
	return normal("lecun-normal", func(in, _ float64) float64 { return math.Sqrt(1 / in) })
}

// Normal draws from the normal distribution with mean 0.
func Normal(deviation float64) Init {
	return normal("normal", func(_, _ float64) float64 { return deviation })
}

// TruncatedNormal draws from the normal distribution with mean 0, cut off at
// two deviations to either side, as Keras does. What is drawn has 0.88 times the
// deviation. It is PyTorch's trunc_normal_ with limits at -2 and 2 deviations.
//
// A value is deviation * q(p), q the normal quantile, with p spread evenly
// between those of the limits.
func TruncatedNormal(deviation float64) Init {
	return Init{"truncated-normal", func(dst []float32, _, _ int, key random.Key) {
		const belowLimit = 0.022750131948179207200282637166533437 // of the normal distribution at -2
		for block := 0; block < len(dst); block += 4 {
			words := key.Uint32x4(uint32(block / 4))
			for i := block; i < min(block+4, len(dst)); i++ {
				u := (float64(words[i-block]) + 0.5) / (1 << 32)
				dst[i] = float32(deviation * detmath.NormQuantile(belowLimit+float64((1-2*belowLimit)*u)))
			}
		}
	}}
}

// Orthogonal makes the rows of the weights orthogonal to each other, or the
// columns if they are fewer, each of length gain: signals keep their length
// through deep linear networks (Saxe et al., ICLR 2014). The matrix is the Q of
// a normal one, computed in float64 by Gram-Schmidt, each vector twice. Where the
// values are not a matrix of fanIn x fanOut, as those of a bias, they are taken
// as one vector. It is PyTorch's orthogonal_.
func Orthogonal(gain float64) Init {
	return Init{"orthogonal", func(dst []float32, fanIn, fanOut int, key random.Key) {
		rows, cols := fanIn, fanOut
		if rows*cols != len(dst) {
			rows, cols = len(dst), 1
		}
		normals := make([]float32, len(dst))
		key.Normal(normals, 0, 0, 1)
		vectors, length := min(rows, cols), max(rows, cols)
		q := make([]float64, len(dst)) // one vector after the other
		for i, v := range normals {
			q[i] = float64(v)
		}
		orthonormalise(q, vectors, length)
		for v := range vectors {
			for i := range length {
				at := v*cols + i
				if rows > cols {
					at = i*cols + v
				}
				dst[at] = float32(gain * q[v*length+i])
			}
		}
	}}
}

// orthonormalise applies the Gram-Schmidt process. Once leaves errors of the
// condition of the vectors, twice none that count (Giraud et al., Computers and
// Mathematics with Applications 50, 2005).
func orthonormalise(q []float64, vectors, length int) {
	for v := range vectors {
		x := q[v*length:][:length]
		for range 2 {
			for u := range v {
				y := q[u*length:][:length]
				kernels.Axpy(-kernels.Dot(x, y), y, x)
			}
		}
		norm := math.Sqrt(kernels.Dot(x, x))
		for i := range x {
			x[i] /= norm
		}
	}
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
