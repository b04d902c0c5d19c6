package nn

import "fmt"

// A DataError reports a row of data that cannot be trained on. The step with
// that row was not applied.
type DataError struct {
	Row    int // index in the data
	Reason string
}

func (e *DataError) Error() string { return fmt.Sprintf("nn: row %d of the data: %s", e.Row, e.Reason) }

// A DivergenceError reports that training came upon numbers that are not
// finite. Unless it names a parameter, the step was not applied: the parameters
// are those before it.
type DivergenceError struct {
	Epoch, Step  int     // counted from 1; Step is that of the training as a whole
	Layer        int     // index of the first layer with such a number, -1 if it was the loss
	LayerName    string  // its type
	Parameter    string  // the layer's parameter that is not finite; empty if it was the output
	LearningRate float64 // of the step
}

func (e *DivergenceError) Error() string {
	where := "the loss"
	switch {
	case e.Parameter != "":
		where = fmt.Sprintf("the parameter %q (%s)", e.Parameter, e.LayerName)
	case e.Layer >= 0:
		where = fmt.Sprintf("the output of layer %d (%s)", e.Layer, e.LayerName)
	}
	return fmt.Sprintf("nn: training diverged in epoch %d, step %d: %s is not finite; a learning rate smaller than %g, or scaled inputs, may help", e.Epoch, e.Step, where, e.LearningRate)
}
