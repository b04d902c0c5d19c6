package main

import (
	"encoding/binary"
	"math"
	"slices"
	"testing"
)

// fields reads a message: the numbers and the inner messages of each field.
func fields(t *testing.T, m []byte) (numbers map[int][]uint64, inner map[int][][]byte) {
	t.Helper()
	numbers, inner = map[int][]uint64{}, map[int][][]byte{}
	next := func() uint64 {
		v, n := binary.Uvarint(m)
		if n <= 0 {
			t.Fatal("a number is cut off")
		}
		m = m[n:]
		return v
	}
	for len(m) > 0 {
		key := int(next())
		v := next()
		if key&7 == asNumber {
			numbers[key>>3] = append(numbers[key>>3], v)
			continue
		}
		if uint64(len(m)) < v {
			t.Fatal("a message is cut off")
		}
		inner[key>>3] = append(inner[key>>3], m[:v])
		m = m[v:]
	}
	return numbers, inner
}

func TestONNXModel(t *testing.T) {
	widths := []int{3, 2, 4}
	net, err := network(widths)
	if err != nil {
		t.Fatal(err)
	}
	_, model := fields(t, onnxModel(net, widths))
	_, graph := fields(t, model[modelGraph][0])
	var operators []string
	for _, n := range graph[graphNode] {
		_, node := fields(t, n)
		operators = append(operators, string(node[nodeOperator][0]))
	}
	if want := []string{"Gemm", "Relu", "Gemm"}; !slices.Equal(operators, want) {
		t.Errorf("the nodes are %q, want %q", operators, want)
	}
	if n := len(graph[graphInitializer]); n != 4 {
		t.Fatalf("%d tensors, want 4", n)
	}
	shape, weights := fields(t, graph[graphInitializer][0])
	if want := []uint64{2, 3}; !slices.Equal(shape[tensorShape], want) {
		t.Errorf("the first weights are %v, want %v, outputs x inputs", shape[tensorShape], want)
	}
	ours := net.Params()[0].Value
	for i, data := 0, weights[tensorBytes][0]; i < 6; i++ {
		if v := math.Float32frombits(binary.LittleEndian.Uint32(data[4*i:])); v != ours.Row(i % 3)[i/3] {
			t.Errorf("weight %d, %d is %v, ours is %v", i/3, i%3, v, ours.Row(i % 3)[i/3])
		}
	}
}
