package main

import (
	"fmt"
	"go/token"
	"go/types"
	"regexp"
	"strings"

	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/gotypes"
	"github.com/mmcloughlin/avo/operand"
)

// A signature is the type of a function, and says where in memory its
// parameters and results are. All our architectures agree on that: their words
// have 64 bits, and assembly gets its arguments on the stack.
type signature struct {
	*gotypes.Signature
	sizes    map[string]int  // of the elements that a parameter points to
	unsigned map[string]bool // whether they are uint32
}

var typeParameter = regexp.MustCompile(`\bT\b`)

// function begins a function of one tier, as machine.Function has it.
func (f *file) function(name, text, doc, tier string, e element) signature {
	if !strings.Contains(text, "*") {
		f.kernels = append(f.kernels, call{name: name, text: text})
	}
	if typeParameter.MatchString(text) && e == float64s {
		name += "64"
	}
	name += tier
	s := parse("func" + typeParameter.ReplaceAllString(text, e.name))
	f.Function(name)
	f.Attributes(attr.NOSPLIT)
	f.Pragma("noescape")
	f.Signature(s.Signature)
	f.Doc(wrap(name+" "+doc, 76)...)
	return s
}

// parse reads a function type. (avo's own way to types needs the package, which
// it loads with the go command.)
func parse(text string) signature {
	parsed := signatureOf(nil, text)
	s := signature{gotypes.NewSignature(nil, parsed), map[string]int{}, map[string]bool{}}
	for v := range parsed.Params().Variables() {
		if t, ok := v.Type().(interface{ Elem() types.Type }); ok { // a slice or a pointer
			s.sizes[v.Name()] = int(gotypes.Sizes.Sizeof(t.Elem()))
			s.unsigned[v.Name()] = types.Identical(t.Elem(), types.Typ[types.Uint32])
		}
	}
	return s
}

// signatureOf reads a function type with the types of a package.
func signatureOf(pkg *types.Package, text string) *types.Signature {
	t, err := types.Eval(token.NewFileSet(), pkg, token.NoPos, text)
	if err != nil {
		panic(fmt.Sprintf("%s: %v", text, err))
	}
	return t.Type.(*types.Signature)
}

// wrap breaks text into lines of at most width characters.
func wrap(text string, width int) []string {
	lines := []string{""}
	for _, word := range strings.Fields(text) {
		last := &lines[len(lines)-1]
		switch {
		case *last == "":
			*last = word
		case len(*last)+1+len(word) <= width:
			*last += " " + word
		default:
			lines = append(lines, word)
		}
	}
	return lines
}

// argument is where a parameter is; of a slice, its pointer.
func (s signature) argument(name string) operand.Mem {
	component := s.Params().Lookup(name)
	if base, err := component.Base().Resolve(); err == nil { // a slice
		return base.Addr
	}
	return resolve(component)
}

// isFloat32 tells whether a parameter is a float32.
func (s signature) isFloat32(name string) bool {
	b, err := s.Params().Lookup(name).Resolve()
	return err == nil && types.Identical(b.Type, types.Typ[types.Float32])
}

// length is where the length of a slice parameter is.
func (s signature) length(name string) operand.Mem { return resolve(s.Params().Lookup(name).Len()) }

// result is where the function's result goes.
func (s signature) result() operand.Mem { return resolve(s.Results().At(0)) }

func resolve(c gotypes.Component) operand.Mem {
	b, err := c.Resolve()
	if err != nil {
		panic(err)
	}
	return b.Addr
}
