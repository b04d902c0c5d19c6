package mlp

import (
	"fmt"
	"slices"

	"github.com/lockstep-ml/lockstep/kernels"
)

// Features are rows of inputs, a column for each input. [Rows] makes them.
type Features struct {
	source source
	names  []string // of the columns, nil if they have none
}

// A Source holds rows of numbers.
type Source interface {
	[][]float64 | [][]float32 | kernels.Matrix
}

// Rows returns the rows of x as features. It keeps x and copies nothing.
//
// What uses the features checks them: rows of different lengths, NaN,
// infinities and numbers beyond the range of float32 are a [*DataError].
func Rows[S Source](x S) Features {
	switch x := any(x).(type) {
	case [][]float64:
		return Features{source: sliceRows[float64](x)}
	case [][]float32:
		return Features{source: sliceRows[float32](x)}
	default:
		return Features{source: matrixRows(x.(kernels.Matrix))}
	}
}

// Named returns x with a name for each column. A model keeps the names that it was
// fitted with, in its file, too; what it then predicts from may have no names, or else
// must have the same in the same order.
func (x Features) Named(names ...string) Features {
	x.names = slices.Clone(names)
	return x
}

// checkNames reports columns that are named otherwise than those before.
func (x Features) checkNames(before []string) error {
	if x.names == nil || before == nil {
		return nil
	}
	if len(x.names) != len(before) {
		return dataErrorf("%d columns are named, want %d as in the training", len(x.names), len(before))
	}
	for j, name := range x.names {
		if name != before[j] {
			return &DataError{Row: -1, Column: j, Reason: fmt.Sprintf("it is named %q, want %q as in the training: put the columns in the order of FeatureNames", name, before[j])}
		}
	}
	return nil
}

// source is what the types of Source have in common.
type source interface {
	len() int
	width(row int) int
	// copyRow copies a row to dst, scaled unless s is nil, rounded to
	// float32, and checks that it is as long and that each number is finite.
	copyRow(dst []float32, row int, s *Scaling) error
	// copyWide copies a row to dst with the same checks.
	copyWide(dst []float64, row int) error
}

// len returns the number of rows.
func (x Features) len() int {
	if x.source == nil {
		return 0
	}
	return max(0, x.source.len())
}

// columns returns the number of columns, which is that of the first row.
func (x Features) columns() (int, error) {
	if x.len() == 0 {
		return 0, dataErrorf("the inputs have no rows")
	}
	columns := x.source.width(0)
	if columns < 1 {
		return 0, dataErrorf("the inputs have no columns")
	}
	if x.names != nil && len(x.names) != columns {
		return 0, dataErrorf("%d names for %d columns", len(x.names), columns)
	}
	return columns, nil
}

// matrix returns the checked features, scaled unless s is nil: a copy, or what they
// are made of, which nobody may change.
func (x Features) matrix(s *Scaling) (kernels.Matrix, error) {
	columns, err := x.columns()
	if err != nil {
		return kernels.Matrix{}, err
	}
	if m, ok := x.source.(matrixRows); ok && s == nil {
		return kernels.Matrix(m), m.checkAll()
	}
	if s != nil {
		if err := s.check(columns); err != nil {
			return kernels.Matrix{}, err
		}
	}
	m := kernels.NewMatrix(x.len(), columns)
	for i := range m.Rows {
		if err := x.source.copyRow(m.Row(i), i, s); err != nil {
			return kernels.Matrix{}, err
		}
	}
	return m, nil
}

// eachWide calls use with each row in turn, in float64.
func (x Features) eachWide(use func(row []float64)) error {
	columns, err := x.columns()
	if err != nil {
		return err
	}
	row := make([]float64, columns)
	for i := range x.len() {
		if err := x.source.copyWide(row, i); err != nil {
			return err
		}
		use(row)
	}
	return nil
}

// Select returns the given rows, in their order. It copies nothing; errors name
// the rows of x. It panics if there is no such row.
func (x Features) Select(rows []int) Features {
	for _, row := range rows {
		if row < 0 || row >= x.len() {
			panic(fmt.Sprintf("mlp: Features.Select: row %d of %d", row, x.len()))
		}
	}
	return Features{selected{x.source, rows}, x.names}
}

type selected struct {
	source
	rows []int
}

func (s selected) len() int          { return len(s.rows) }
func (s selected) width(row int) int { return s.source.width(s.rows[row]) }

func (s selected) copyRow(dst []float32, row int, scaling *Scaling) error {
	return s.source.copyRow(dst, s.rows[row], scaling)
}

func (s selected) copyWide(dst []float64, row int) error { return s.source.copyWide(dst, s.rows[row]) }

type sliceRows[T float32 | float64] [][]T

func (s sliceRows[T]) len() int          { return len(s) }
func (s sliceRows[T]) width(row int) int { return len(s[row]) }

func (s sliceRows[T]) copyRow(dst []float32, row int, scaling *Scaling) error {
	return convertRow(dst, s[row], row, scaling)
}

func (s sliceRows[T]) copyWide(dst []float64, row int) error { return widenRow(dst, s[row], row) }

type matrixRows kernels.Matrix

func (m matrixRows) len() int      { return m.Rows }
func (m matrixRows) width(int) int { return m.Cols }

func (m matrixRows) copyRow(dst []float32, row int, scaling *Scaling) error {
	if err := m.check(row); err != nil {
		return err
	}
	return convertRow(dst, kernels.Matrix(m).Row(row), row, scaling)
}

func (m matrixRows) copyWide(dst []float64, row int) error {
	if err := m.check(row); err != nil {
		return err
	}
	return widenRow(dst, kernels.Matrix(m).Row(row), row)
}

// checkAll reports numbers that are not finite.
func (m matrixRows) checkAll() error {
	for i := range m.Rows {
		if err := m.check(i); err != nil {
			return err
		}
		if err := checkFinite(kernels.Matrix(m).Row(i), kernels.Matrix(m).Row(i), i, false); err != nil {
			return err
		}
	}
	return nil
}

// check reports a matrix without the given row.
func (m matrixRows) check(row int) error {
	if m.Cols < 0 || m.Stride < m.Cols || len(m.Data) < m.Cols || row > (len(m.Data)-m.Cols)/max(m.Stride, 1) {
		return dataErrorf("the inputs are a matrix of %d x %d with stride %d, which does not fit its %d elements", m.Rows, m.Cols, m.Stride, len(m.Data))
	}
	return nil
}

// convertRow sets dst to src, scaled unless s is nil, rounded to float32. row is
// its index for errors.
func convertRow[T float32 | float64](dst []float32, src []T, row int, s *Scaling) error {
	if len(src) != len(dst) {
		return widthError(row, len(src), len(dst))
	}
	narrow, isNarrow := any(src).([]float32)
	switch {
	case s != nil:
		for j, v := range src {
			dst[j] = float32(s.apply(j, float64(v)))
		}
	case isNarrow:
		copy(dst, narrow)
	default:
		for j, v := range src {
			dst[j] = float32(v)
		}
	}
	return checkFinite(dst, src, row, s != nil)
}

// checkFinite reports a number of a converted row that is not finite. src is what
// it was made of.
func checkFinite[T float32 | float64](converted []float32, src []T, row int, scaled bool) error {
	if sum := kernels.Sum(converted); sum-sum == 0 {
		return nil // a sum with NaN or an infinity is none
	}
	for j, v := range converted {
		if v-v != 0 {
			return numberError(row, j, float64(src[j]), scaled)
		}
	}
	return nil
}

// widenRow sets dst to src. row is its index for errors.
func widenRow[T float32 | float64](dst []float64, src []T, row int) error {
	if len(src) != len(dst) {
		return widthError(row, len(src), len(dst))
	}
	for j, v := range src {
		if v-v != 0 {
			return &DataError{Row: row, Column: j, Reason: fmt.Sprintf("%v, want a finite number: leave the row out, or fill in a value", v)}
		}
		dst[j] = float64(v)
	}
	return nil
}

func widthError(row, got, want int) error {
	return &DataError{Row: row, Column: -1, Reason: fmt.Sprintf("%d columns, want %d", got, want)}
}

// numberError reports a number that is not finite in float32.
func numberError(row, column int, v float64, scaled bool) error {
	reason := fmt.Sprintf("%v, want a finite number within the range of float32", v)
	switch {
	case v-v != 0:
		reason = fmt.Sprintf("%v, want a finite number: leave the row out, or fill in a value", v)
	case scaled:
		reason = fmt.Sprintf("%v is, after scaling, beyond the range of float32", v)
	}
	return &DataError{Row: row, Column: column, Reason: reason}
}
