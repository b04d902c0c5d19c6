package kernels

import (
	"fmt"
	"math/bits"
	"unsafe"
)

// The checks below are what the assembly trusts: every exported function runs
// them before it hands out a pointer. A violation is a bug in the caller's
// shapes, so they panic, with the operation, the operand and the sizes.

// checkLen panics unless a vector has the wanted length.
func checkLen(op, name string, got int, wantName string, want int) {
	if got != want {
		panicLen(op, name, got, wantName, want)
	}
}

// checkLens panics unless two operands have the length of the first one.
func checkLens(op, name string, length int, name2 string, length2 int, name3 string, length3 int) {
	if length2 != length || length3 != length {
		panicLens(op, name, length, name2, length2, name3, length3)
	}
}

//go:noinline
func panicLens(op, name string, length int, name2 string, length2 int, name3 string, length3 int) {
	checkLen(op, name2, length2, name, length)
	checkLen(op, name3, length3, name, length)
}

// checkNotEmpty panics if a vector of which an element is wanted has none.
func checkNotEmpty(op string, length int) {
	if length == 0 {
		panic("kernels: " + op + ": x is empty, want at least one element")
	}
}

//go:noinline
func panicLen(op, name string, got int, wantName string, want int) {
	panic(fmt.Sprintf("kernels: %s: len(%s) = %d, len(%s) = %d: lengths must be equal", op, name, got, wantName, want))
}

//go:noinline
func panicColumns(op string, first, count, cols int) {
	panic(fmt.Sprintf("kernels: %s: %d columns from column %d on are not all among the %d of x", op, count, first, cols))
}

// checkMatrix panics unless a rows x cols matrix with the given stride lies
// within length elements. It is safe against overflow on 32-bit platforms.
func checkMatrix(op, name string, rows, cols, stride, length int) {
	if rows < 0 || cols < 0 || stride < cols && rows > 1 || !fits(rows, cols, stride, length) {
		panicMatrix(op, name, rows, cols, stride, length)
	}
}

// fits reports whether (rows-1)*stride + cols <= length, without overflow.
func fits(rows, cols, stride, length int) bool {
	if rows == 0 || cols == 0 {
		return true
	}
	hi, lo := bits.Mul(uint(rows-1), uint(stride))
	end, carry := bits.Add(lo, uint(cols), 0)
	return hi == 0 && carry == 0 && end <= uint(length)
}

//go:noinline
func panicMatrix(op, name string, rows, cols, stride, length int) {
	panic(fmt.Sprintf("kernels: %s: %s is %d x %d with stride %d, which does not fit its %d elements", op, name, rows, cols, stride, length))
}

// checkMatricesApart panics if an element of dst is also one of src. Matrices
// whose rows interleave in memory, as the blocks of a larger matrix do, are
// apart.
func checkMatricesApart[T float32 | float64](op, dstName string, dst []T, rows, cols, stride int, srcName string, src []T, srcRows, srcCols, srcStride int) {
	if rows == 0 || cols == 0 || srcRows == 0 || srcCols == 0 {
		return
	}
	var element T
	size := int(unsafe.Sizeof(element))
	distance := int(uintptr(unsafe.Pointer(&dst[0])) - uintptr(unsafe.Pointer(&src[0])))
	end := (rows-1)*stride + cols
	srcEnd := (srcRows-1)*srcStride + srcCols
	if distance >= srcEnd*size || distance <= -end*size {
		return
	}
	offset := distance / size // of dst's first element from src's, in elements
	for i := range rows {
		if meetsRows(offset+i*stride, cols, srcRows, srcCols, max(srcStride, 1)) {
			panic(fmt.Sprintf("kernels: %s: %s overlaps %s in memory", op, dstName, srcName))
		}
	}
}

// checkVectorApart panics if an element of a vector is also one of a matrix.
func checkVectorApart(op, name string, v []float32, matrixName string, m Matrix) {
	checkMatricesApart(op, name, v, 1, len(v), len(v), matrixName, m.Data, m.Rows, m.Cols, m.Stride)
}

// meetsRows reports whether the elements start to start+length-1 touch a
// matrix of the given shape that starts at element 0.
func meetsRows(start, length, rows, cols, stride int) bool {
	first := max(0, start/stride) // the last row that can begin at or before start
	for i := first; i < rows && i*stride < start+length; i++ {
		if start < i*stride+cols {
			return true
		}
	}
	return false
}

// checkRowsAlias panics unless dst and x, of equal shape, are one and the same
// or share no memory.
func checkRowsAlias(op string, dst, x Matrix) {
	if dst.Rows != x.Rows || dst.Cols != x.Cols {
		panic(fmt.Sprintf("kernels: %s: dst is %d x %d, x is %d x %d: shapes must be equal", op, dst.Rows, dst.Cols, x.Rows, x.Cols))
	}
	if len(dst.Data) > 0 && len(x.Data) > 0 && &dst.Data[0] == &x.Data[0] && dst.Stride == x.Stride {
		return
	}
	checkMatricesApart(op, "dst", dst.Data, dst.Rows, dst.Cols, dst.Stride, "x", x.Data, x.Rows, x.Cols, x.Stride)
}
