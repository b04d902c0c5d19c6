package gonumblas

import "sync"

// A square has room for a block of a matrix that is completed or turned aside. Several workers
// may be at work on it, so that it is not on a stack.
type square[T float] [maxSquare * maxSquare]T

var (
	squares32 = sync.Pool{New: func() any { return new(square[float32]) }}
	squares64 = sync.Pool{New: func() any { return new(square[float64]) }}
)

func getSquare[T float]() *square[T]  { return squaresOf[T]().Get().(*square[T]) }
func putSquare[T float](x *square[T]) { squaresOf[T]().Put(x) }

func squaresOf[T float]() *sync.Pool {
	if _, single := any(T(0)).(float32); single {
		return &squares32
	}
	return &squares64
}
