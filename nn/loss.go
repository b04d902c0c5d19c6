package nn

import "github.com/lockstep-ml/lockstep/kernels"

// A Loss measures how far a network's outputs are from their targets. The loss
// of a batch is the mean of its rows' losses, or their sum, see [Summed].
type Loss interface {
	// Check reports whether the loss fits a network with the given number
	// of outputs and targets with the given number of columns.
	Check(outputs, targets int) error

	// Rows computes the loss of each row of outputs z with targets y, in
	// float64, and in dz the gradient of scale times that loss with respect
	// to z. A row whose target cannot be has the loss NaN.
	Rows(loss []float64, dz, z, y kernels.Matrix, scale float64)

	// CheckTarget explains why a row of targets cannot be, nil if it can.
	// outputs is the number of the network's outputs.
	CheckTarget(y []float32, outputs int) error

	// String returns the loss's name.
	String() string
}
