package mlp

import (
	"fmt"
	"reflect"
)

// A FitOption is something that a single Fit is told beyond its data.
type FitOption func(*fitOptions)

type fitOptions struct {
	weights []float64
	start   Model
}

func newFitOptions(options []FitOption) fitOptions {
	var o fitOptions
	for _, option := range options {
		option(&o)
	}
	return o
}

// SampleWeight gives each row a weight, a number from 0: the loss is the weighted
// mean, so that a row of weight 2 counts like two rows.
func SampleWeight(weights []float64) FitOption {
	return func(o *fitOptions) { o.weights = weights }
}

// WarmStart begins with the weights of a model instead of random ones, and with its
// scaling. The model must come from the same kind of estimator, with layers of the
// same sizes and the same classes. Without a model, nil, Fit begins as ever.
func WarmStart(m Model) FitOption {
	if v := reflect.ValueOf(m); v.Kind() == reflect.Pointer && v.IsNil() {
		m = nil // a pointer that was never set
	}
	return func(o *fitOptions) { o.start = m }
}

// continueFrom returns the options for a model that goes on learning, which begins
// with itself.
func continueFrom(m Model, options []FitOption) (fitOptions, error) {
	o := newFitOptions(options)
	if o.start != nil {
		return o, &SettingError{"WarmStart", fmt.Sprintf("%T", o.start), "none for PartialFit of a model, which goes on from that model"}
	}
	o.start = m
	return o, nil
}

// startFrom returns the model of the option WarmStart, which must be of type M;
// nil without the option.
func startFrom[M Model](o fitOptions) (start M, err error) {
	if o.start == nil {
		return start, nil
	}
	start, ok := o.start.(M)
	if !ok {
		return start, &SettingError{"WarmStart", fmt.Sprintf("%T", o.start), fmt.Sprintf("a model of type %T", start)}
	}
	return start, nil
}
