package npy

import (
	"fmt"
	"math"
	"unicode/utf8"

	"github.com/lockstep-ml/lockstep/kernels"
)

// numbers returns a function that decodes element i.
func (a *Array) numbers() (func(i int) float64, error) {
	order, width := a.dtype.order, a.dtype.width
	at := func(i int) []byte { return a.data[i*width:] }
	switch fmt.Sprintf("%c%d", a.dtype.kind, width) {
	case "b1", "u1":
		return func(i int) float64 { return float64(a.data[i]) }, nil
	case "u2":
		return func(i int) float64 { return float64(order.Uint16(at(i))) }, nil
	case "u4":
		return func(i int) float64 { return float64(order.Uint32(at(i))) }, nil
	case "u8":
		return func(i int) float64 { return float64(order.Uint64(at(i))) }, nil
	case "i1":
		return func(i int) float64 { return float64(int8(a.data[i])) }, nil
	case "i2":
		return func(i int) float64 { return float64(int16(order.Uint16(at(i)))) }, nil
	case "i4":
		return func(i int) float64 { return float64(int32(order.Uint32(at(i)))) }, nil
	case "i8":
		return func(i int) float64 { return float64(int64(order.Uint64(at(i)))) }, nil
	case "f2":
		return func(i int) float64 {
			var v [1]float32
			kernels.FromFloat16(v[:], []uint16{order.Uint16(at(i))})
			return float64(v[0])
		}, nil
	case "f4":
		return func(i int) float64 { return float64(math.Float32frombits(order.Uint32(at(i)))) }, nil
	case "f8":
		return func(i int) float64 { return math.Float64frombits(order.Uint64(at(i))) }, nil
	}
	return nil, fmt.Errorf("%s: the array holds text, want numbers: read it by Strings", a.name)
}

// text decodes element i, and reports whether it is Unicode.
func (a *Array) text(i int) (string, bool) {
	element := a.data[i*a.dtype.width:][:a.dtype.width]
	if a.dtype.kind == 'S' {
		return string(element), utf8.Valid(element)
	}
	var runes []rune
	for ; len(element) > 0; element = element[4:] {
		r := a.dtype.order.Uint32(element)
		if r > utf8.MaxRune || !utf8.ValidRune(rune(r)) {
			return "", false
		}
		runes = append(runes, rune(r))
	}
	return string(runes), true
}
