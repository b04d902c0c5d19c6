package nn

import (
	"fmt"
	"math"

	"github.com/lockstep-ml/lockstep/internal/detmath"
	"github.com/lockstep-ml/lockstep/kernels"
)

// The losses here compare each output with a target of its own. The loss of a
// row is the mean over its columns.

// MSE is the squared error (z - t)^2, averaged over the columns; its gradient
// is 2*(z - t). As PyTorch's MSELoss it has no factor 1/2.
func MSE() Loss {
	return columnLoss{name: "MSE", factor: 2, check: checkNumber, term: func(z, t float64) (loss, slope float64) {
		d := z - t
		return float64(d * d), d
	}}
}

// MAE is the absolute error |z - t|, averaged over the columns; its gradient is
// the sign of z - t, 0 where they are equal, as that of PyTorch's L1Loss.
func MAE() Loss {
	return columnLoss{name: "MAE", factor: 1, check: checkNumber, term: func(z, t float64) (loss, slope float64) {
		d := z - t
		return math.Abs(d), sign(d)
	}}
}

// Huber is quadratic near the target and linear beyond delta, averaged over the
// columns:
//
//	d^2/2                    if |d| <= delta, with d = z - t
//	delta*(|d| - delta/2)    otherwise
//
// Its gradient is d, limited to [-delta, delta]. It is PyTorch's HuberLoss
// (Huber, Annals of Mathematical Statistics 35, 1964). PyTorch's SmoothL1Loss(beta) is
// Huber(beta) divided by beta: with [SGD] divide the learning rate by beta instead.
func Huber(delta float64) Loss {
	l := columnLoss{name: fmt.Sprintf("Huber(%g)", delta), factor: 1, check: checkNumber, term: func(z, t float64) (loss, slope float64) {
		d := z - t
		if a := math.Abs(d); a > delta {
			return float64(delta * (a - float64(delta/2))), math.Copysign(delta, d)
		}
		return float64(d*d) / 2, d
	}}
	if !(delta > 0) || math.IsInf(delta, 0) {
		l.invalid = fmt.Errorf("Huber: delta is %v, want a positive number, such as 1", delta)
	}
	return l
}

// BCE is the binary cross-entropy of the outputs p, probabilities, averaged
// over the columns:
//
//	loss = -(t*log(p) + (1-t)*log(1-p)),  d loss/d p = (p - t) / (p*(1-p))
//
// for targets t in [0, 1], one column an output. As in PyTorch's BCELoss the
// logarithms are not below -100 and the denominator not below 1e-12, so that
// loss and gradient are finite for p = 0 and p = 1. The loss of an output
// outside [0, 1] is NaN. [BCEWithLogits] takes the inputs of the sigmoid
// instead, and loses nothing where it saturates.
func BCE() Loss {
	return columnLoss{name: "BCE", factor: 1, check: checkProbability, term: func(p, t float64) (loss, slope float64) {
		if !(p >= 0 && p <= 1) {
			return math.NaN(), math.NaN()
		}
		const lowest, smallest = -100, 1e-12
		yes, no := max(detmath.Log(p), lowest), max(detmath.Log1p(-p), lowest)
		return -(float64(t*yes) + float64((1-t)*no)), (p - t) / max(float64(p*(1-p)), smallest)
	}}
}

// Poisson is the negative logarithm of the likelihood of counts t whose
// expectation is exp(z), without the term that depends on t alone, averaged
// over the columns:
//
//	loss = exp(z) - t*z,  d loss/d z = exp(z) - t
//
// as PyTorch's PoissonNLLLoss with its defaults. It may be negative. Targets
// are numbers from 0.
func Poisson() Loss {
	check := func(t float64) string {
		if !(t >= 0) || math.IsInf(t, 0) {
			return "is not a count"
		}
		return ""
	}
	return columnLoss{name: "Poisson", factor: 1, check: check, term: func(z, t float64) (loss, slope float64) {
		e := detmath.Exp(z)
		return e - float64(t*z), e - t
	}}
}

// columnLoss is the mean over the columns of a function of output and target.
type columnLoss struct {
	name    string
	invalid error                  // a setting that cannot work
	check   func(t float64) string // what is wrong with a target, if anything
	term    func(z, t float64) (loss, slope float64)
	factor  float64 // the gradient is factor*slope
}

func (l columnLoss) String() string  { return l.name }
func (columnLoss) meansOverColumns() {}

func (l columnLoss) Check(outputs, targets int) error {
	if l.invalid != nil {
		return l.invalid
	}
	return checkColumns(l.name, outputs, targets)
}

func (l columnLoss) CheckTarget(y []float32, _ int) error {
	for j, t := range y {
		if wrong := l.check(float64(t)); wrong != "" {
			return fmt.Errorf("target %v in column %d %s", t, j, wrong)
		}
	}
	return nil
}

func (l columnLoss) Rows(loss []float64, dz, z, y kernels.Matrix, scale float64) {
	scale *= l.factor / float64(z.Cols)
	for i := range z.Rows {
		gradient, outputs, targets := dz.Row(i), z.Row(i), y.Row(i)
		sum := 0.0
		for j, t := range targets {
			value, slope := l.term(float64(outputs[j]), float64(t))
			sum += value
			gradient[j] = float32(slope * scale)
		}
		loss[i] = sum / float64(z.Cols)
		if l.CheckTarget(targets, 0) != nil {
			loss[i] = math.NaN()
		}
	}
}

func checkNumber(t float64) string {
	if math.IsNaN(t) || math.IsInf(t, 0) {
		return "is not a number"
	}
	return ""
}

func checkProbability(t float64) string {
	if !(t >= 0 && t <= 1) {
		return "is not in [0, 1]"
	}
	return ""
}

// sign returns 1, -1, or 0 and NaN as they are.
func sign(d float64) float64 {
	switch {
	case d > 0:
		return 1
	case d < 0:
		return -1
	}
	return d
}

// BCEWithLogits is the binary cross-entropy of the sigmoid of the outputs z,
// the logits, averaged over the columns:
//
//	loss = max(z, 0) - z*t + log1p(exp(-|z|)),  d loss/d z = sigmoid(z) - t
//
// for targets t in [0, 1], one column an output. As PyTorch's
// BCEWithLogitsLoss it takes logits: the network must not end in [Sigmoid].
// The loss is computed in float64 and finite for finite logits.
func BCEWithLogits() Loss { return bceWithLogits{} }

type bceWithLogits struct{}

func (bceWithLogits) String() string    { return "BCEWithLogits" }
func (bceWithLogits) meansOverColumns() {}

func (bceWithLogits) Check(outputs, targets int) error {
	return checkColumns("BCEWithLogits", outputs, targets)
}

func (bceWithLogits) CheckTarget(y []float32, _ int) error {
	for j, t := range y {
		if wrong := checkProbability(float64(t)); wrong != "" {
			return fmt.Errorf("target %v in column %d %s", t, j, wrong)
		}
	}
	return nil
}

func (b bceWithLogits) Rows(loss []float64, dz, z, y kernels.Matrix, scale float64) {
	scale /= float64(z.Cols)
	for i := range z.Rows {
		p, logits, target := dz.Row(i), z.Row(i), y.Row(i)
		if b.CheckTarget(target, 0) != nil {
			loss[i] = math.NaN()
			continue
		}
		kernels.Sigmoid(p, logits)
		sum := 0.0
		for j, t := range target {
			v := float64(logits[j])
			sum += max(v, 0) - float64(v*float64(t)) + detmath.Log1p(detmath.Exp(-math.Abs(v)))
			p[j] = float32((float64(p[j]) - float64(t)) * scale)
		}
		loss[i] = sum / float64(z.Cols)
	}
}

func checkColumns(loss string, outputs, targets int) error {
	if outputs != targets {
		return fmt.Errorf("%s needs one column of targets an output: the network has %d outputs, the data %d columns", loss, outputs, targets)
	}
	return nil
}
