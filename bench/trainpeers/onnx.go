package main

import (
	"encoding/binary"
	"fmt"
	"math"

	"github.com/lockstep-ml/lockstep/nn"
)

// The fields of ONNX's messages that a network of dense layers and ReLU needs, by
// their numbers in onnx.proto (version 1.13).
const (
	modelVersion, modelGraph, modelOperators                        = 1, 7, 8
	operatorsVersion                                                = 2
	graphNode, graphName, graphInitializer, graphInput, graphOutput = 1, 2, 5, 11, 12
	nodeInput, nodeOutput, nodeOperator, nodeAttribute              = 1, 2, 4, 5
	attributeName, attributeInt, attributeType                      = 1, 3, 20
	tensorShape, tensorType, tensorName, tensorBytes                = 1, 2, 8, 9
	valueName, valueType                                            = 1, 2
	typeTensor, tensorElement, tensorDimensions                     = 1, 1, 2
	shapeDimension, dimensionSize, dimensionName                    = 1, 1, 2

	isFloat, isInt = 1, 2 // types of tensors and of attributes
)

// onnxModel returns a network of dense layers with ReLU in between in the format of
// ONNX, as PyTorch exports it: y = Gemm(x, W, b) with W out x in.
func onnxModel(net *nn.Network, widths []int) []byte {
	var graph message
	graph.text(graphName, "net")
	params, x := net.Params(), "x"
	for l := range len(widths) - 1 {
		w, b := fmt.Sprintf("w%d", l), fmt.Sprintf("b%d", l)
		y := fmt.Sprintf("z%d", l)
		if l == len(widths)-2 {
			y = "y"
		}
		graph.sub(graphNode, node("Gemm", y, []string{x, w, b}, "transB"))
		graph.sub(graphInitializer, tensor(w, transposed(params[2*l].Value.Data, widths[l+1]), widths[l+1], widths[l]))
		graph.sub(graphInitializer, tensor(b, params[2*l+1].Value.Data, widths[l+1]))
		x = y
		if y != "y" {
			x = fmt.Sprintf("a%d", l)
			graph.sub(graphNode, node("Relu", x, []string{y}))
		}
	}
	graph.sub(graphInput, value("x", widths[0]))
	graph.sub(graphOutput, value("y", widths[len(widths)-1]))
	var operators, model message
	operators.number(operatorsVersion, 13)
	model.number(modelVersion, 8)
	model.sub(modelGraph, graph)
	model.sub(modelOperators, operators)
	return model
}

func node(operator, output string, inputs []string, set ...string) (m message) {
	for _, in := range inputs {
		m.text(nodeInput, in)
	}
	m.text(nodeOutput, output)
	m.text(nodeOperator, operator)
	for _, name := range set {
		var a message
		a.text(attributeName, name)
		a.number(attributeInt, 1)
		a.number(attributeType, isInt)
		m.sub(nodeAttribute, a)
	}
	return m
}

func tensor(name string, data []float32, shape ...int) (m message) {
	for _, size := range shape {
		m.number(tensorShape, uint64(size))
	}
	m.number(tensorType, isFloat)
	m.text(tensorName, name)
	var bytes message
	for _, v := range data {
		bytes = binary.LittleEndian.AppendUint32(bytes, math.Float32bits(v))
	}
	m.sub(tensorBytes, bytes)
	return m
}

// value is a matrix with any number of rows.
func value(name string, columns int) (m message) {
	var rows, cols, shape, typed, outer message
	rows.text(dimensionName, "rows")
	cols.number(dimensionSize, uint64(columns))
	shape.sub(shapeDimension, rows)
	shape.sub(shapeDimension, cols)
	typed.number(tensorElement, isFloat)
	typed.sub(tensorDimensions, shape)
	outer.sub(typeTensor, typed)
	m.text(valueName, name)
	m.sub(valueType, outer)
	return m
}

// transposed returns the transpose of a matrix with so many columns.
func transposed(data []float32, columns int) []float32 {
	rows := len(data) / columns
	t := make([]float32, 0, len(data))
	for j := range columns {
		for i := range rows {
			t = append(t, data[i*columns+j])
		}
	}
	return t
}

// A message is one of protocol buffers: fields, each with a key that has its number
// and how it is written.
type message []byte

const (
	asNumber = 0
	asBytes  = 2
)

func (m *message) number(field int, v uint64) {
	*m = binary.AppendUvarint(binary.AppendUvarint(*m, uint64(field<<3|asNumber)), v)
}

func (m *message) sub(field int, inner message) {
	*m = binary.AppendUvarint(binary.AppendUvarint(*m, uint64(field<<3|asBytes)), uint64(len(inner)))
	*m = append(*m, inner...)
}

func (m *message) text(field int, s string) { m.sub(field, message(s)) }
