package mlp

import (
	"errors"
	"fmt"
	"math"
)

// A DataError reports inputs or labels that cannot be worked with.
type DataError struct {
	Row    int    // index of the row, -1 if it is not about one
	Column int    // index of the column of the inputs, -1 if it is not about one
	Reason string // what was found, and what was expected
}

func (e *DataError) Error() string {
	switch {
	case e.Row >= 0 && e.Column >= 0:
		return fmt.Sprintf("mlp: row %d, column %d: %s", e.Row, e.Column, e.Reason)
	case e.Row >= 0:
		return fmt.Sprintf("mlp: row %d: %s", e.Row, e.Reason)
	case e.Column >= 0:
		return fmt.Sprintf("mlp: column %d: %s", e.Column, e.Reason)
	default:
		return "mlp: " + e.Reason
	}
}

// dataErrorf returns a DataError about the data as a whole.
func dataErrorf(format string, args ...any) error {
	return &DataError{Row: -1, Column: -1, Reason: fmt.Sprintf(format, args...)}
}

// A SettingError reports a setting that cannot work. If several cannot, Fit
// returns them joined: errors.As finds the first.
type SettingError struct {
	Name  string // of the field, with its type: "Classifier.Alpha"
	Value any
	Want  string
}

func (e *SettingError) Error() string {
	return fmt.Sprintf("mlp: %s is %#v, want %s", e.Name, e.Value, e.Want)
}

// A FileError reports a file that is complete, but does not hold the model that
// was asked for: that of another estimator, or with labels of another type.
type FileError struct{ err error }

func (e *FileError) Error() string {
	return "mlp: load a model: the file does not fit: " + e.err.Error()
}

// Unwrap returns what is wrong.
func (e *FileError) Unwrap() error { return e.err }

func fileErrorf(format string, args ...any) error {
	return &FileError{fmt.Errorf(format, args...)}
}

// setting is one line of an estimator's table of settings.
type setting struct {
	name  string
	value any
	valid bool
	want  string
}

// checkSettings reports the settings of an estimator that are not valid.
func checkSettings(estimator string, settings []setting) error {
	var errs []error
	for _, s := range settings {
		if !s.valid {
			errs = append(errs, &SettingError{Name: estimator + "." + s.name, Value: s.value, Want: s.want})
		}
	}
	return errors.Join(errs...)
}

// What settings must be.
const (
	wantPositive = "a positive number"
	wantFromZero = "a number from 0"
	wantUnit     = "a number from 0 to below 1"
	wantCount    = "at least 1"
	wantWorkers  = "a positive number of goroutines, or 0 for the default"
)

func isPositive(v float64) bool { return v > 0 && !math.IsInf(v, 1) }
func isFromZero(v float64) bool { return v >= 0 && !math.IsInf(v, 1) }
func isUnit(v float64) bool     { return v >= 0 && v < 1 }
