package mlp

import "fmt"

// A Warning is something about a model that its user should know, but that
// does not make it unusable. Its String method explains it.
type Warning interface{ fmt.Stringer }

// A ConvergenceWarning says that training ended before it had converged.
type ConvergenceWarning struct {
	Iterations int    `json:"iterations"` // epochs, or steps of a solver that takes all rows at once
	Reason     string `json:"reason"`     // why it ended, and what may help
}

func (w ConvergenceWarning) String() string {
	return fmt.Sprintf("training ended after %d iterations without having converged: %s", w.Iterations, w.Reason)
}

// Reasons of a ConvergenceWarning.
const (
	maxIterReached = "MaxIter was reached; a greater one, or scaled inputs, may help"
	interrupted    = "it was interrupted"
	noLowerValue   = "no step lowers the loss any more; a greater Tol, or scaled inputs, may help"
)
