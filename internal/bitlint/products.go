package bitlint

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

// products knows the places that may hold a float product which was never
// converted, each with its products.
//
// A place is a variable, a parameter, a result (each a *types.Var) or an access.
// The search ignores the flow of control: a place that once holds a product may
// hold it everywhere. It does not follow composite literals and the results and
// parameters of function values.
type products map[any][]ast.Node

// An access is an expression like a[i], p.x or *p, by the variable it starts
// from and its text.
type access struct {
	root types.Object
	text string
}

// findProducts follows products through assignments, calls and returns until
// nothing new turns up.
func findProducts(pkgs []*Package) products {
	found := products{}
	for changed := true; changed; {
		changed = false
		for _, p := range pkgs {
			for _, file := range p.Files {
				ast.PreorderStack(file, nil, func(n ast.Node, stack []ast.Node) bool {
					changed = found.follow(p, n, stack) || changed
					return true
				})
			}
		}
	}
	return found
}

// follow adds the products that one statement or call moves to a place, and
// reports whether there were any new ones.
func (found products) follow(p *Package, n ast.Node, stack []ast.Node) (changed bool) {
	switch n := n.(type) {
	case *ast.AssignStmt:
		switch n.Tok {
		case token.MUL_ASSIGN:
			return isFloat(p.Info.TypeOf(n.Lhs[0])) && found.add(place(p, n.Lhs[0]), n)
		case token.ASSIGN, token.DEFINE:
			return found.move(p, n.Rhs, len(n.Lhs), func(i int) any { return place(p, n.Lhs[i]) })
		}
	case *ast.ValueSpec:
		return found.move(p, n.Values, len(n.Names), func(i int) any { return place(p, n.Names[i]) })
	case *ast.ReturnStmt:
		results := enclosingSignature(p, stack).Results()
		return found.move(p, n.Results, results.Len(), func(i int) any { return results.At(i) })
	case *ast.CallExpr:
		if f := callee(p, n); f != nil {
			params := f.Signature().Params()
			return found.move(p, n.Args, params.Len(), func(i int) any { return params.At(i) })
		}
	}
	return false
}

// move adds the products among n values to n places. A single call may stand
// for all values.
func (found products) move(p *Package, values []ast.Expr, n int, to func(i int) any) (changed bool) {
	if len(values) == 1 && n > 1 {
		if call, ok := ast.Unparen(values[0]).(*ast.CallExpr); ok {
			if f := callee(p, call); f != nil && f.Signature().Results().Len() == n {
				for i := range n {
					changed = found.add(to(i), found[f.Signature().Results().At(i)]...) || changed
				}
			}
		}
		return changed
	}
	for i, v := range values[:min(n, len(values))] {
		changed = found.add(to(i), found.in(p, v)...) || changed
	}
	return changed
}

// add adds products to a place and reports whether there were new ones.
func (found products) add(place any, products ...ast.Node) (changed bool) {
	for _, x := range products {
		if place != nil && !slices.Contains(found[place], x) {
			found[place] = append(found[place], x)
			changed = true
		}
	}
	return changed
}

// in returns the products that e may stand for.
func (found products) in(p *Package, e ast.Expr) []ast.Node {
	e = ast.Unparen(e)
	if p.Info.Types[e].Value != nil || !isFloat(p.Info.TypeOf(e)) {
		return nil
	}
	switch x := e.(type) {
	case *ast.BinaryExpr:
		if x.Op == token.MUL {
			return []ast.Node{x}
		}
		return nil
	case *ast.UnaryExpr: // a minus sign is fused as well
		return found.in(p, x.X)
	case *ast.CallExpr:
		if f := callee(p, x); f != nil {
			return found[f.Signature().Results().At(0)]
		}
		return nil
	}
	return found[place(p, e)]
}

// place returns the key of what e denotes, or nil.
func place(p *Package, e ast.Expr) any {
	if id, ok := ast.Unparen(e).(*ast.Ident); ok {
		if v, ok := p.Info.ObjectOf(id).(*types.Var); ok {
			return v
		}
		return nil
	}
	text := types.ExprString(e)
	for {
		switch x := ast.Unparen(e).(type) {
		case *ast.IndexExpr:
			e = x.X
		case *ast.SelectorExpr:
			e = x.X
		case *ast.StarExpr:
			e = x.X
		case *ast.Ident:
			return access{p.Info.ObjectOf(x), text}
		default:
			return nil
		}
	}
}

// callee returns the declared function or method that a call calls, nil for
// conversions, builtins and function values.
func callee(p *Package, call *ast.CallExpr) *types.Func {
	fun := ast.Unparen(call.Fun)
	switch x := fun.(type) { // an instantiation
	case *ast.IndexExpr:
		fun = x.X
	case *ast.IndexListExpr:
		fun = x.X
	}
	var id *ast.Ident
	switch x := fun.(type) {
	case *ast.Ident:
		id = x
	case *ast.SelectorExpr:
		id = x.Sel
	default:
		return nil
	}
	if f, ok := p.Info.Uses[id].(*types.Func); ok {
		return f.Origin()
	}
	return nil
}

// enclosingSignature returns the signature of the innermost function around a
// statement.
func enclosingSignature(p *Package, stack []ast.Node) *types.Signature {
	for i := len(stack) - 1; ; i-- {
		switch f := stack[i].(type) {
		case *ast.FuncLit:
			return p.Info.TypeOf(f).(*types.Signature)
		case *ast.FuncDecl:
			return p.Info.Defs[f.Name].(*types.Func).Signature()
		}
	}
}

// isFloat reports whether values of type t may be floats. Those of a type
// parameter may if its constraint names a float type.
func isFloat(t types.Type) bool {
	if t == nil {
		return false
	}
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return u.Info()&types.IsFloat != 0
	case *types.Interface: // a constraint: type parameters have it as underlying type
		for i := range u.NumEmbeddeds() {
			if isFloat(u.EmbeddedType(i)) {
				return true
			}
		}
	case *types.Union:
		for i := range u.Len() {
			if isFloat(u.Term(i).Type()) {
				return true
			}
		}
	}
	return false
}
