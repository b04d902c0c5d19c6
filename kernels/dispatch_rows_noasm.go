//go:build purego || !(amd64 || arm64)

package kernels

func addToRows(x Matrix, v []float32) { addToRowsGeneric(x, v) }

func addRows(x Matrix, v []float32) { addRowsGeneric(x, v) }

func maxRows(x Matrix, v []float32) { maxRowsGeneric(x, v) }
