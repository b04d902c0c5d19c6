// Package bitlint guards the bit contract: it looks for code whose results may
// differ between platforms, compilers or runs. `go test ./internal/bitlint`
// runs it over every package that can reach a weight, a sample, a split or a
// prediction; a package that is added later is included by itself.
//
// Two guards complete each other. The first reads the source and reports
//
//   - sum: a product of floats that is added or subtracted without having been
//     converted. A compiler may fuse the two into one operation with one
//     rounding, and Go's does so on some platforms only; an explicit conversion,
//     float32(x*y) + z, forbids it (Go specification, "Floating-point
//     operators"). A product is followed through variables, fields, elements,
//     parameters and results, because the compiler sees through those too.
//     Complex products cannot be protected at all.
//   - call: functions whose results depend on platform, release or chance, such
//     as math.Exp, the methods of rand.Rand, and everything of math/rand.
//   - map: iteration over a map, whose order is random.
//
// A finding that is harmless for a reason the reader should know is silenced by
// a comment on its line or the line before; the reason is mandatory:
//
//	//bitlint:ignore only counts are added, the order does not matter
//
// The second guard compiles the packages for other platforms and reports fused
// multiply-add instructions in their Go code, except those that math.FMA asked
// for. It finds what the first cannot follow, but only as far as today's compiler
// happens to fuse.
package bitlint

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"path/filepath"
	"slices"
	"strings"
)

// A Package is a parsed and type-checked package.
type Package struct {
	Fset  *token.FileSet
	Files []*ast.File
	Types *types.Package
	Info  *types.Info
}

// A Finding is one violation of a rule.
type Finding struct {
	Pos  token.Position
	Text string
}

func (f Finding) String() string { return fmt.Sprintf("%s: %s", f.Pos, f.Text) }

// Check returns what the rules find in the packages, in the order of position.
func Check(pkgs []*Package) []Finding {
	c := &checker{products: findProducts(pkgs), sorted: map[*ast.Ident]bool{}}
	for _, p := range pkgs {
		c.Package = p
		for _, file := range p.Files {
			ast.Inspect(file, c.visit)
		}
	}
	findings := c.findings
	for _, p := range pkgs {
		for _, file := range p.Files {
			findings = applyDirectives(p.Fset, file, findings)
		}
	}
	slices.SortFunc(findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Pos.Filename, b.Pos.Filename), cmp.Compare(a.Pos.Offset, b.Pos.Offset))
	})
	// One product may meet several sums: one finding is enough.
	return slices.CompactFunc(findings, func(a, b Finding) bool { return a.Pos == b.Pos })
}

// A checker collects findings.
type checker struct {
	*Package // being visited
	products products
	sorted   map[*ast.Ident]bool // uses of maps.Keys whose result is sorted
	findings []Finding
}

func (c *checker) report(at ast.Node, format string, args ...any) {
	c.findings = append(c.findings, Finding{c.Fset.Position(at.Pos()), fmt.Sprintf(format, args...)})
}

func (c *checker) visit(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.BinaryExpr:
		c.checkSum(n, n.Op, n.X, n.Y)
		c.checkComplex(n)
	case *ast.AssignStmt:
		if len(n.Lhs) == 1 && len(n.Rhs) == 1 {
			c.checkSum(n, n.Tok, n.Lhs[0], n.Rhs[0])
		}
	case *ast.Ident:
		c.checkUse(n)
	case *ast.RangeStmt:
		if _, ok := c.Info.TypeOf(n.X).Underlying().(*types.Map); ok {
			c.report(n, "range over the map %s: the order is random; range over sorted keys", types.ExprString(n.X))
		}
	case *ast.CallExpr:
		c.allowSortedKeys(n)
	}
	return true
}

// checkSum reports the products that x op y or x op= y adds or subtracts, where
// they are made: there the conversion is missing.
func (c *checker) checkSum(sum ast.Node, op token.Token, x, y ast.Expr) {
	switch op {
	case token.ADD, token.SUB, token.ADD_ASSIGN, token.SUB_ASSIGN:
	default:
		return
	}
	at := c.Fset.Position(sum.Pos())
	for _, operand := range []ast.Expr{x, y} {
		for _, product := range c.products.in(c.Package, operand) {
			c.report(product, "this product may be fused with the %s of %s:%d: write float32(...) or float64(...) around it",
				op, filepath.Base(at.Filename), at.Line)
		}
	}
}

// checkComplex reports complex multiplication and division, which contain
// products and sums that no conversion can reach.
func (c *checker) checkComplex(n *ast.BinaryExpr) {
	if n.Op != token.MUL && n.Op != token.QUO || c.Info.Types[n].Value != nil {
		return
	}
	if b, ok := c.Info.TypeOf(n).Underlying().(*types.Basic); ok && b.Info()&types.IsComplex != 0 {
		c.report(n, "complex %s may be fused: work on the parts", n.Op)
	}
}

// applyDirectives drops the findings that a directive in a file silences, and adds
// one for every directive without a reason or without use.
func applyDirectives(fset *token.FileSet, file *ast.File, findings []Finding) []Finding {
	const directive = "//bitlint:ignore"
	for _, group := range file.Comments {
		for _, comment := range group.List {
			reason, ok := strings.CutPrefix(comment.Text, directive)
			if !ok {
				continue
			}
			pos := fset.Position(comment.Pos())
			before := len(findings)
			findings = slices.DeleteFunc(findings, func(f Finding) bool {
				return f.Pos.Filename == pos.Filename && (f.Pos.Line == pos.Line || f.Pos.Line == pos.Line+1)
			})
			switch {
			case strings.TrimSpace(reason) == "":
				findings = append(findings, Finding{pos, directive + " without a reason: say why the code is harmless"})
			case len(findings) == before:
				findings = append(findings, Finding{pos, directive + " silences nothing: remove it"})
			}
		}
	}
	return findings
}
