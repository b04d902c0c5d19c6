package mlp

import (
	"fmt"
	"reflect"
	"strconv"

	"github.com/lockstep-ml/lockstep/metrics"
)

// Label is the type of a class label: strings, booleans, integers and types
// derived from them. Classes are in ascending order; false comes before true,
// and strings are ordered by their bytes.
type Label = metrics.Label

// labelKind returns the name of the basic type that L is or is derived from.
func labelKind[L Label]() string { return reflect.TypeFor[L]().Kind().String() }

// formatLabel returns a label as text for a file. It does not ask a String or
// Marshal method, which may give equal texts for different labels.
func formatLabel[L Label](label L) string {
	switch v := reflect.ValueOf(label); {
	case v.CanInt():
		return strconv.FormatInt(v.Int(), 10)
	case v.CanUint():
		return strconv.FormatUint(v.Uint(), 10)
	case v.Kind() == reflect.Bool:
		return strconv.FormatBool(v.Bool())
	default:
		return v.String()
	}
}

// parseLabel is the inverse of formatLabel.
func parseLabel[L Label](text string) (label L, err error) {
	v := reflect.ValueOf(&label).Elem()
	switch {
	case v.CanInt():
		var n int64
		n, err = strconv.ParseInt(text, 10, v.Type().Bits())
		v.SetInt(n)
	case v.CanUint():
		var n uint64
		n, err = strconv.ParseUint(text, 10, v.Type().Bits())
		v.SetUint(n)
	case v.Kind() == reflect.Bool:
		var b bool
		b, err = strconv.ParseBool(text)
		v.SetBool(b)
	default:
		v.SetString(text)
	}
	if err != nil {
		return label, fmt.Errorf("class %q is not of type %s", text, labelKind[L]())
	}
	return label, nil
}
