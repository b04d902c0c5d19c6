package main

import "fmt"

// A machine emits the instructions of one tier for one element type. A kernel
// is an ordinary Go function that calls its methods, so one body serves every
// tier and every type: what differs are the number of lanes and of registers,
// and a kernel asks for those.
//
// This is the part that the dot product and the matrix product need. Nothing here
// assumes masked loads, memory operands or a mask register.
type machine interface {
	program
	integers
	vectors
}

// A program is made of functions, comments, labels and jumps.
type program interface {
	// Function begins a function. Its name gets the suffix 64 if the
	// signature mentions T and T is float64, then that of the tier; the doc
	// comment is that name followed by doc.
	Function(name, signature, doc string)
	// Return ends the function.
	Return()
	// ReturnLane0 ends the function and returns the first lane of a vector.
	ReturnLane0(v row)
	// Comment says what the next phase does.
	Comment(format string, args ...any)

	Label(name string)
	Goto(label string)
	// GotoIfBelow goes to the label if n < limit.
	GotoIfBelow(n reg, limit int, label string)
	// GotoIfNot goes to the label if the bool parameter is false.
	GotoIfNot(parameter, label string)
	// While runs body as long as n >= step, and subtracts step each time.
	While(label string, n reg, step int, body func())
	// Repeat runs body as often as an int parameter says, and counts it down.
	Repeat(parameter string, body func())
}

// A reg is a general register. It holds an integer, or a pointer to elements
// of the given size in bytes: numbers of the machine's kind, or uint32.
type reg struct {
	name     string
	id       int
	size     int
	unsigned bool
}

// integers are numbers and pointers in general registers. A register belongs
// to its holder from the call that returns it to Release.
type integers interface {
	// Arg loads a parameter: an int, a pointer, or the pointer of a slice.
	Arg(name string) reg
	// SetArg changes a parameter.
	SetArg(name string, r reg)
	// Len loads the length of a slice parameter.
	Len(name string) reg
	// Stride loads an int parameter that counts elements, as bytes.
	Stride(name string) reg
	Release(registers ...reg)
	// Number gives a register with an integer, and Subtract subtracts one from it.
	Number(name string, value int) reg
	Subtract(n reg, amount int)
	// Duplicate gives another register of the same value.
	Duplicate(r reg) reg

	// Advance moves a pointer by a number of elements.
	Advance(p reg, elements int)
	// AdvanceBy moves a pointer by a number of strides.
	AdvanceBy(p, stride reg, times int)
	// AdvanceByArg moves a pointer by an int parameter that counts elements, a
	// number of times.
	AdvanceByArg(p reg, parameter string, times int)
	// At is the address of the element at a fixed distance from a pointer.
	At(p reg, element int) address
	// Rows addresses the rows of a matrix that begins at p.
	Rows(p, stride reg, count int) rows
	// Column addresses the elements of a matrix's column, the first one at p,
	// which is needed no longer, and NextColumn moves on to the next, one stride
	// away.
	Column(p, rowStride reg, count int) rows
	NextColumn(r rows, stride reg)
	ReleaseRows(r rows)
}

// An address is a place in memory. name[element] says in comments what lies
// there; the other fields are the machine's own.
type address struct {
	name    string
	element int
	size    int // of an element, in bytes

	base, index reg // whose elements are unsigned if those of base are
	scale       int // of index: 0 if there is none
	offset      int // in bytes
}

// plus is the address of an element further on.
func (a address) plus(elements int) address {
	a.element += elements
	a.offset += elements * a.size
	return a
}

func (a address) String() string { return fmt.Sprintf("%s[%d]", a.name, a.element) }

// upTo writes the elements of an address as a slice expression.
func (a address) upTo(count int) string {
	return fmt.Sprintf("%s[%d:%d]", a.name, a.element, a.element+count)
}

// rows are the addresses of the rows of a matrix, and the registers in which a
// machine keeps them.
type rows struct {
	at      []address
	cursors []reg
	strides []reg // other than the caller's
}

// A row is one vector, or several side by side, under one name. Operations run
// over the row, so a row of four is four independent chains that hide each
// other's latency. An operand of one vector serves all vectors of the others.
type row struct {
	name string
	ids  []int
}

// slice returns the vectors lo to hi (exclusive) of the row.
func (r row) slice(lo, hi int) row { return row{r.name, r.ids[lo:hi]} }

// vectors are the operations on rows. The destination comes first and may be
// one of the operands.
type vectors interface {
	Lanes() int     // elements of a vector
	Registers() int // vector registers
	AtOnce() int    // adjacent vectors that one instruction loads or stores

	// Row takes free registers; Free gives them back.
	Row(name string, vectors int) row
	Free(rows ...row)

	// Zero sets all lanes to +0.
	Zero(dst row)
	// Load loads adjacent vectors, and Store stores them. They convert
	// between the type in memory and the machine's; a Store that converts
	// uses up v.
	Load(dst row, at address)
	Store(at address, v row)
	// Operand stands for adjacent vectors that are read once, as the last
	// operand of one operation. A machine whose instructions can do that reads
	// them only then.
	Operand(name string, vectors int, at address) row
	// Prefetch asks for the cache line of an address, which need not be valid.
	Prefetch(at address)
	// PrefetchLater is Prefetch for what is not needed soon: it does not go into
	// the L1 cache.
	PrefetchLater(at address)
	// Spill moves a row to the stack frame, from where Load can fetch it.
	Spill(v row) address

	// Tail prepares masks for the n elements at p, 0 <= n < limit. Mask
	// selects the lanes of vector number i that are among them, at least one.
	Tail(n, p reg, limit int) tail
	Mask(t tail, i int) mask
	ReleaseTail(t tail)
	FreeMask(k mask)
	// LoadPart loads the lanes of one vector that are in the mask, and +0
	// into the others; StorePart stores those lanes. Neither touches memory
	// elsewhere.
	LoadPart(dst row, at address, k mask)
	StorePart(at address, v row, k mask)

	Add(dst, a, b row)
	// AddProduct adds a*b to acc with one rounding.
	AddProduct(acc, a, b row)
	// AddScaled adds x*b to acc with one rounding, x being one element in
	// memory.
	AddScaled(acc row, x address, b row)
	// FoldSum adds the halves of a vector until its first lane holds the
	// sum.
	FoldSum(v row)
}

// tail and mask are what a machine keeps to handle an incomplete vector.
type (
	tail struct {
		n      reg
		window reg // AVX2: where to read masks
		opmask int // AVX-512: one bit an element
	}
	mask struct {
		n      reg
		vector row // AVX2
		size   int // AVX2: of the vector's elements
		opmask int // AVX-512
		count  reg // NEON: the number of elements
	}
)

// A mathMachine has the further operations that element-wise kernels need.
type mathMachine interface {
	machine

	// Parameter broadcasts a float parameter to all lanes, Constant a number
	// and SignBit the bits of -0. They take a register.
	Parameter(name string) row
	Constant(name string, value float64) row
	SignBit() row
	// SetParameter, SetConstant and SetSignBit broadcast to the lanes of dst.
	SetParameter(dst row, name string)
	SetSignBit(dst row)
	SetConstant(dst row, name string, value float64)
	// StoreLast stores the first n lanes of a vector, 0 < n < Lanes(), using
	// up both operands. It is StorePart where a masked store is slow.
	StoreLast(p reg, v row, k mask)

	Copy(dst, src row)
	Sub(dst, a, b row)
	Mul(dst, a, b row)
	Div(dst, a, b row)
	Sqrt(dst, a row)
	// Min and Max give x where x is NaN. c must not be NaN.
	Min(dst, c, x row)
	Max(dst, c, x row)
	// SubProduct subtracts a*b from acc, MulAdd sets x = x*a + b and MulSub
	// x = x*a - b; all with one rounding.
	SubProduct(acc, a, b row)
	MulAdd(x, a, b row)
	MulSub(x, a, b row)
	// Addend stands for a number in all lanes as the last operand of MulAdd, once. It
	// is in shared, a vector, unless the machine loads it where MulAdd wants it.
	Addend(shared row, name string, value float64) row
	// FoldMax and FoldMin leave the maximum or minimum of a vector without NaN
	// in its first lane.
	FoldMax(v row)
	FoldMin(v row)

	// And, AndNot (a &^ b), Or and Xor work on the bits.
	And(dst, a, b row)
	AndNot(dst, a, b row)
	Or(dst, a, b row)
	// SetBits sets all lanes to these bits.
	SetBits(dst row, name string, bits uint64)
	// ShiftLeft and ShiftRight shift each lane as an integer, AddIntegers adds
	// them.
	ShiftLeft(dst row, bits int)
	ShiftRight(dst row, bits int)
	AddIntegers(dst, a, b row)
	// RoundToFloat32 rounds float64 lanes to float32 and back.
	RoundToFloat32(dst row)

	// PowerTable prepares the entries 2^(j/16) for Power, which replaces a sum
	// with the integer k = steps*n + j in its low bits, 0 <= j < steps, by
	// 2^(j/steps), where steps is PowerSteps(): 16 or 8.
	//
	// If the machine Scales, Scale then multiplies by 2^n, n being any number
	// rounded down, and LimitsOfExp gives y its limits where n is infinite. If
	// it does not, Power includes the factor 2^n, and with 8 steps the sum has to
	// have the exponent bias of float64, times steps, added to k.
	PowerTable(name string, entries [16]float64) powerTable
	PowerSteps() int
	Power(sum row, t powerTable)
	Scales() bool
	Scale(x, n row)
	LimitsOfExp(y, n row)

	// Table prepares TableSize() numbers, float32 of a machine with such lanes, for
	// Lookup, which sets dst to those that the low bits of index choose.
	TableSize() int
	Table(name string, entries []float32) table
	Lookup(dst row, t table, index row)

	// ClearWhere sets dst to +0, and MoveWhere to src, where the comparison
	// a ? b holds.
	ClearWhere(dst, a row, c comparison, b row)
	MoveWhere(dst, src, a row, c comparison, b row)
	// IfAny runs what then emits only if a ? b holds in some lane, which should be
	// seldom, and uses a up. The lanes have 64 bits.
	IfAny(a row, c comparison, b row, then func())
	// GotoIfAny goes to the label if a ? b holds in some lane, and uses a up.
	GotoIfAny(a row, c comparison, b row, label string)
	// Singles returns a machine with lanes of float32 for the same function. Of that,
	// OrDifference adds the bits in which a and b differ to those of one vector, and
	// uses b up; GotoIfNonzero goes to the label if any bit of one is set.
	Singles() mathMachine
	OrDifference(acc, a, b row)
	GotoIfNonzero(bits row, label string)
	// LimitsOfLog sets y to log x where x is no positive number: +Inf, NaN, 0 or
	// negative. There, and nowhere else, y is NaN or has a magnitude above 500.
	LimitsOfLog(y, x row)
	// FillRest sets the lanes outside the mask to those of src.
	FillRest(dst row, k mask, src row)
	// LoadUpper loads integers of 16 bits into the upper halves of lanes of
	// float32, StoreUpper stores these halves. It uses up v.
	LoadUpper(dst row, at address)
	StoreUpper(at address, v row)
}

// A randomMachine has the further operations that random words need.
type randomMachine interface {
	mathMachine

	// Xor sets dst, which is a, to a ^ b ^ c.
	Xor(dst, a, b, c row)
	// SetLanes sets the lanes, which are those of float64, to these bits.
	SetLanes(dst row, name string, bits []uint64)
	// MulLower multiplies the lower halves of lanes of float64 as integers.
	MulLower(dst, a, b row)
	// StoreLower stores the lower halves of four vectors' lanes, lane by lane, the
	// lanes in the order that lowerOrder returns. It uses the vectors up.
	StoreLower(at address, v [4]row)
	lowerOrder() []int
}

// A comparison of two numbers.
type comparison int

const (
	less comparison = iota
	lessOrEqual
	equal
	notLess   // a >= b, or one of them is NaN
	unordered // one of them is NaN
)

func (c comparison) String() string {
	return [...]string{"<", "<=", "==", "not <", "unordered with"}[c]
}
