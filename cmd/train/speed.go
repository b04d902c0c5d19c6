package main

import (
	"fmt"

	"github.com/lockstep-ml/lockstep/internal/peak"
	"github.com/lockstep-ml/lockstep/nn"
)

// A speedometer tells what share of the processor's arithmetic the training used:
// model flops utilisation, as the literature has it.
type speedometer struct {
	perRow float64 // operations of the matrix products
	peak   float64 // operations a second of all workers together; 0 if unknown
}

func newSpeedometer(net *nn.Network, workers int) speedometer {
	return speedometer{flopsPerRow(net), float64(workers) * peak.Measure()}
}

// flopsPerRow returns the operations of the matrix products that training takes
// for a row: forward, the weights' gradient and, but for the first layer, the
// deltas.
func flopsPerRow(net *nn.Network) float64 {
	products, flops := 2, 0
	for _, p := range net.Params() {
		if !p.Shape.Vector {
			flops += products * 2 * p.Shape.Rows * p.Shape.Cols
			products = 3
		}
	}
	return float64(flops)
}

// utilisation returns the share of the peak at a rate of rows a second.
func (s speedometer) utilisation(rate float64) float64 {
	if s.peak == 0 {
		return 0
	}
	return rate * s.perRow / s.peak
}

// describe writes the share behind the rate in a line of text.
func (s speedometer) describe(rate float64) string {
	if s.peak == 0 {
		return ""
	}
	return fmt.Sprintf("  MFU %.0f %%", 100*s.utilisation(rate))
}
