package kernels

import (
	"math"
	"math/bits"
	"slices"
	"testing"
)

func TestMatrix(t *testing.T) {
	m := MatrixOf([][]float32{{1, 2, 3}, {4, 5, 6}, {7, 8, 9}})
	if m.Rows != 3 || m.Cols != 3 || m.Stride != 3 {
		t.Fatalf("MatrixOf 3 x 3 has %d rows, %d columns, stride %d", m.Rows, m.Cols, m.Stride)
	}
	expectSame(t, m.Data, []float32{1, 2, 3, 4, 5, 6, 7, 8, 9}, "MatrixOf")
	if empty := MatrixOf(nil); empty.Rows != 0 || empty.Cols != 0 {
		t.Errorf("MatrixOf(nil) is %d x %d", empty.Rows, empty.Cols)
	}

	row := m.Row(1)
	expectSame(t, row, []float32{4, 5, 6}, "Row(1)")
	_ = append(row, 0) // must not reach the next row
	row[0] = 40
	expectSame(t, m.Data, []float32{1, 2, 3, 40, 5, 6, 7, 8, 9}, "after a change through Row")

	part := m.RowRange(1, 3)
	expectSame(t, part.Data, m.Data[3:], "RowRange(1, 3)")
	if part.Rows != 2 || part.Cols != 3 {
		t.Errorf("RowRange(1, 3) is %d x %d", part.Rows, part.Cols)
	}
	part.Row(1)[2] = 90
	if m.Data[8] != 90 {
		t.Error("RowRange is a copy")
	}
	if none := m.RowRange(3, 3); none.Rows != 0 || none.Cols != 3 {
		t.Errorf("RowRange(3, 3) is %d x %d", none.Rows, none.Cols)
	}

	// A part of a larger matrix ends with its last row's columns.
	wide := Matrix{2, 2, 3, slices.Clone(m.Data[:5])}
	expectSame(t, wide.RowRange(0, 2).Data, m.Data[:5], "RowRange of a part")
	expectSame(t, wide.Row(1), m.Data[3:5], "Row of a part")
}

func TestNewMatrixRefusesImpossibleSizes(t *testing.T) {
	for _, size := range [][2]int{{-1, 2}, {2, -1}, {math.MaxInt, 2}, {1 << (bits.UintSize / 2), 1 << (bits.UintSize / 2)}} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("NewMatrix(%d, %d) does not panic", size[0], size[1])
				}
			}()
			NewMatrix(size[0], size[1])
		}()
	}
}
