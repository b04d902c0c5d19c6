package bitlint

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"
)

// A restriction lists the functions and types of a package that are allowed,
// and says what to use instead of the others.
type restriction struct {
	advice  string
	allowed string
}

var restrictions = map[string]restriction{
	"math": {
		"its bits differ between platforms; use internal/detmath",
		`Abs Ceil Copysign Dim FMA Float32bits Float32frombits Float64bits Float64frombits Floor Frexp Inf IsInf
		IsNaN Ldexp Max Min Mod Modf NaN Nextafter Nextafter32 Remainder Round RoundToEven Signbit Sqrt Trunc`,
	},
	"math/cmplx": {advice: "its bits differ between platforms"},
	"math/rand/v2": {
		"its numbers depend on the Go release; use internal/random",
		"NewPCG PCG PCG.Seed PCG.Uint64",
	},
	"math/rand": {advice: "its numbers depend on the Go release; use internal/random"},
	"maps": {
		"the order of a map is random; write slices.Sorted(maps.Keys(m))",
		"Clone Collect Copy DeleteFunc Equal EqualFunc Insert",
	},
}

// checkUse reports the use of a function or type that is not allowed.
func (c *checker) checkUse(id *ast.Ident) {
	obj := c.Info.Uses[id]
	if obj == nil || obj.Pkg() == nil || obj.Pkg() == c.Types || c.sorted[id] {
		return
	}
	name := obj.Name()
	switch obj := obj.(type) {
	case *types.Func:
		if r := receiver(obj); r != "" {
			name = r + "." + name
		}
	case *types.TypeName:
	default: // constants, variables and package names give nothing away
		return
	}
	r, restricted := restrictions[obj.Pkg().Path()]
	if restricted && !slices.Contains(strings.Fields(r.allowed), name) {
		c.report(id, "%s.%s: %s", obj.Pkg().Path(), name, r.advice)
	}
}

// receiver returns the name of a method's receiver type, "" for a function.
func receiver(f *types.Func) string {
	recv := f.Signature().Recv()
	if recv == nil {
		return ""
	}
	t := recv.Type()
	if p, ok := t.(*types.Pointer); ok {
		t = p.Elem()
	}
	if named, ok := t.(*types.Named); ok {
		return named.Obj().Name()
	}
	return t.String()
}

// allowSortedKeys remembers the maps.Keys in slices.Sorted(maps.Keys(m)), which
// is the way to iterate over a map in a fixed order.
func (c *checker) allowSortedKeys(call *ast.CallExpr) {
	f := callee(c.Package, call)
	if f == nil || f.FullName() != "slices.Sorted" || len(call.Args) != 1 {
		return
	}
	inner, ok := ast.Unparen(call.Args[0]).(*ast.CallExpr)
	if !ok {
		return
	}
	if keys := callee(c.Package, inner); keys == nil || keys.FullName() != "maps.Keys" {
		return
	}
	if selector, ok := inner.Fun.(*ast.SelectorExpr); ok {
		c.sorted[selector.Sel] = true
	}
}
