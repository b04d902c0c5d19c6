package safetensors

// A DType is the type of a tensor's elements, by its name in the file.
type DType string

// The element types of the format. Those narrower than a byte are packed
// without padding, and fill whole bytes only as a tensor.
const (
	Bool DType = "BOOL" // one byte, 0 or 1

	U8  DType = "U8"
	U16 DType = "U16"
	U32 DType = "U32"
	U64 DType = "U64"

	I8  DType = "I8"
	I16 DType = "I16"
	I32 DType = "I32"
	I64 DType = "I64"

	F4         DType = "F4"          // E2M1, microscaling formats
	F6E2M3     DType = "F6_E2M3"     // microscaling formats
	F6E3M2     DType = "F6_E3M2"     // microscaling formats
	F8E4M3     DType = "F8_E4M3"     // finite values and NaN only
	F8E4M3FNUZ DType = "F8_E4M3FNUZ" // no negative zero
	F8E5M2     DType = "F8_E5M2"     // with infinities, as IEEE 754
	F8E5M2FNUZ DType = "F8_E5M2FNUZ" // no negative zero
	F8E8M0     DType = "F8_E8M0"     // a power of two, microscaling formats
	F16        DType = "F16"
	BF16       DType = "BF16"
	F32        DType = "F32"
	F64        DType = "F64"

	C64 DType = "C64" // two F32: real and imaginary part
)

// Bits returns the width of one element, or 0 if the format has no such type.
func (d DType) Bits() int {
	switch d {
	case F4:
		return 4
	case F6E2M3, F6E3M2:
		return 6
	case Bool, U8, I8, F8E4M3, F8E4M3FNUZ, F8E5M2, F8E5M2FNUZ, F8E8M0:
		return 8
	case U16, I16, F16, BF16:
		return 16
	case U32, I32, F32:
		return 32
	case U64, I64, F64, C64:
		return 64
	}
	return 0
}
