package mlp

import (
	"math"

	"github.com/lockstep-ml/lockstep/nn"
)

// newNetwork returns the network of the settings with its initial weights.
func (s *Settings) newNetwork(inputs, outputs int) (*nn.Network, error) {
	var layers []nn.Layer
	width := inputs
	for i, size := range s.HiddenLayerSizes {
		layers = append(layers, s.newDense(width, size))
		if s.BatchNorm {
			layers = append(layers, nn.BatchNorm())
		}
		if activation := s.newActivation(i); activation != nil {
			layers = append(layers, activation)
		}
		if s.Dropout > 0 {
			layers = append(layers, nn.Dropout(s.Dropout))
		}
		width = size
	}
	layers = append(layers, s.newDense(width, outputs))
	return nn.Sequential(inputs, s.Seed, layers...)
}

func (s *Settings) newActivation(layer int) nn.Layer {
	if s.NewActivation != nil {
		return s.NewActivation(layer)
	}
	if activation := activationLayers[s.Activation]; activation != nil {
		return activation()
	}
	return nil
}

func (s *Settings) newDense(in, out int) nn.Layer {
	factor := 6.0
	if s.Activation == Logistic {
		factor = 2
	}
	init := nn.Uniform(math.Sqrt(factor / (float64(in) + float64(out))))
	return nn.Dense(out, nn.WithInit(init), nn.WithBiasInit(init))
}

// newOptimizer returns the optimizer of the settings.
func (s *Settings) newOptimizer() nn.Optimizer {
	switch {
	case s.NewOptimizer != nil:
		return s.NewOptimizer()
	case s.Solver == SGD:
		return &nn.SGD{LearningRate: s.LearningRateInit, Momentum: s.Momentum, Nesterov: s.NesterovsMomentum && s.Momentum != 0}
	}
	return &nn.Adam{LearningRate: s.LearningRateInit, Beta1: s.Beta1, Beta2: s.Beta2, Epsilon: s.Epsilon}
}

// penalty returns decay/2 times the sum of the squared weights.
func penalty(network *nn.Network, decay float64) float64 {
	sum := 0.0
	for _, p := range network.Params() {
		if p.Shape.Vector { // a bias, or a factor of a normalisation
			continue
		}
		for _, w := range p.Value.Data {
			sum += float64(float64(w) * float64(w))
		}
	}
	return float64(decay / 2 * sum)
}
