package mlp

import (
	"math"
	"slices"
)

// A Scaler learns from rows how to scale their columns. It is a setting of the
// estimators, which fit it to the rows they learn from; the result is part of the
// model and its file, and is applied to all that the model predicts.
type Scaler interface {
	// Fit returns the scaling for rows like those of x.
	Fit(x Features) (*Scaling, error)
}

// A Scaling replaces each number v of column j by
//
//	(v - Offset[j]) / Scale[j] + Low
//
// in float64, which is rounded to float32 once.
type Scaling struct {
	Offset []float64 `json:"offset"`
	Scale  []float64 `json:"scale"`
	Low    float64   `json:"low"`
}

func (s *Scaling) apply(column int, v float64) float64 {
	return (v-s.Offset[column])/s.Scale[column] + s.Low
}

// invert is the inverse of apply.
func (s *Scaling) invert(column int, v float64) float64 {
	return float64((v-s.Low)*s.Scale[column]) + s.Offset[column]
}

// clone returns a copy, nil of nil.
func (s *Scaling) clone() *Scaling {
	if s == nil {
		return nil
	}
	return &Scaling{slices.Clone(s.Offset), slices.Clone(s.Scale), s.Low}
}

// check reports a scaling that cannot be applied to the given number of columns.
func (s *Scaling) check(columns int) error {
	if len(s.Offset) != columns || len(s.Scale) != columns {
		return dataErrorf("the scaling has %d offsets and %d scales, want %d of each, one for each column", len(s.Offset), len(s.Scale), columns)
	}
	for j, scale := range s.Scale {
		if !isPositive(math.Abs(scale)) || math.IsInf(s.Offset[j], 0) || s.Offset[j] != s.Offset[j] {
			return &DataError{Row: -1, Column: j, Reason: "its numbers are too large or too close together to be scaled: leave the column out, or scale it by hand"}
		}
	}
	return nil
}

// A StandardScaler gives each column the mean 0 and the variance 1, that of a
// population, as scikit-learn's. A constant column becomes 0. Mean and variance
// are sums over ascending rows in float64, the variance in a second pass.
type StandardScaler struct {
	WithMean bool // subtract the mean
	WithStd  bool // divide by the standard deviation
}

// NewStandardScaler returns a StandardScaler with scikit-learn's defaults.
func NewStandardScaler() *StandardScaler { return &StandardScaler{WithMean: true, WithStd: true} }

// Fit finds mean and standard deviation of each column. Bad data are a
// [*DataError].
func (s *StandardScaler) Fit(x Features) (*Scaling, error) {
	var mean, variance []float64
	err := x.eachWide(func(row []float64) { mean = addTo(mean, row, func(_ int, v float64) float64 { return v }) })
	if err != nil {
		return nil, err
	}
	n := float64(x.len())
	for j := range mean {
		mean[j] /= n
	}
	if err := x.eachWide(func(row []float64) {
		variance = addTo(variance, row, func(j int, v float64) float64 { return float64((v - mean[j]) * (v - mean[j])) })
	}); err != nil {
		return nil, err
	}
	scaling := &Scaling{Offset: make([]float64, len(mean)), Scale: make([]float64, len(mean))}
	for j, sum := range variance {
		scaling.Scale[j] = 1
		if s.WithMean {
			scaling.Offset[j] = mean[j]
		}
		if v := sum / n; s.WithStd && !isConstant(v, mean[j], n) {
			scaling.Scale[j] = math.Sqrt(v)
		}
	}
	return scaling, scaling.check(len(mean))
}

// isConstant reports whether a variance may come from rounding alone: the bound
// is that of scikit-learn.
func isConstant(variance, mean, rows float64) bool {
	const epsilon = 0x1p-52
	rounding := float64(rows * mean * epsilon)
	return !math.IsInf(variance, 1) && variance <= float64(rows*epsilon*variance)+float64(rounding*rounding)
}

// A MinMaxScaler maps the smallest number of each column to Low and the largest
// to High, as scikit-learn's. A constant column becomes Low.
type MinMaxScaler struct {
	Low, High float64
}

// NewMinMaxScaler returns a MinMaxScaler to the range from 0 to 1.
func NewMinMaxScaler() *MinMaxScaler { return &MinMaxScaler{0, 1} }

// Fit finds the range of each column. Bad data are a [*DataError].
func (s *MinMaxScaler) Fit(x Features) (*Scaling, error) {
	width := s.High - s.Low
	if !isPositive(width) {
		return nil, &SettingError{"MinMaxScaler.High", s.High, "a number above Low"}
	}
	var low, high []float64
	err := x.eachWide(func(row []float64) {
		if low == nil {
			low, high = slices.Clone(row), slices.Clone(row)
		}
		for j, v := range row {
			low[j], high[j] = min(low[j], v), max(high[j], v)
		}
	})
	if err != nil {
		return nil, err
	}
	scaling := &Scaling{Offset: low, Scale: make([]float64, len(low)), Low: s.Low}
	for j := range low {
		scaling.Scale[j] = (high[j] - low[j]) / width
		if high[j] == low[j] {
			scaling.Scale[j] = 1 / width
		}
	}
	return scaling, scaling.check(len(low))
}

// addTo adds f of each number of a row to its column's sum.
func addTo(sums, row []float64, f func(column int, v float64) float64) []float64 {
	if sums == nil {
		sums = make([]float64, len(row))
	}
	for j, v := range row {
		sums[j] += f(j, v)
	}
	return sums
}
