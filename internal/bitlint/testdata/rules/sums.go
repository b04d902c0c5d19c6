// Package rules is material for the rules: a line ends in a want comment, a
// part of the expected finding, exactly if it must be reported.
package rules

type float interface{ ~float32 | ~float64 }

type vector struct{ x, y float32 }

func direct(x, y, z float32) float32 {
	z = x*y + z        // want "this product may be fused with the + of sums.go:10"
	z = z - (x * y)    // want "fused with the - "
	z = -(x * y) + z   // want "fused"
	z += x * y         // want "fused with the += "
	z -= x * y         // want "fused with the -= "
	z = 2*x + 1        // want "fused"
	return z + 1 + x*y // want "fused"
}

func converted(x, y, z float32) float32 {
	z = float32(x*y) + z
	z += float32(x * y)
	z = float32(x)*y/z + 1
	t := float32(x * y)
	return z + t - 2*3
}

func constant(x float64) float64 {
	const third = 1.0 / 3
	return x + 2*third - 0.5*0.5
}

func integers(i, j, k int) int { return i*j + k }

func alone(x, y float64) float64 {
	x *= y
	return x * y / 3
}

func variable(x, y, z float64) float64 {
	t := x * y // want "fused with the + of sums.go:43"
	u := t
	var v, w = x, x * 3 // want "fused"
	z = u + z
	z = v + z
	z = w + z
	y *= 3 // want "fused"
	return z - y
}

func memory(a []float32, p *float32, v vector, x, y float32) float32 {
	a[0] = x * y // want "fused"
	s := a[0] + x
	a[1] = x * y
	s += a[2]
	*p = x * y // want "fused"
	s += *p
	v.x = x * y // want "fused"
	s += v.x
	return s + v.y
}

func product(x, y float32) float32 { return x * y } // want "fused"

func sumAndProduct(x, y float32) (sum, prod float32) {
	prod = x * y // want "fused"
	return x + y, prod
}

func addOne(x float32) float32 { return x + 1 }

func clamp(x float32) float32 {
	if x < 0 {
		return 0
	}
	return x
}

func calls(x, y, z float32) float32 {
	z = product(x, y) + z
	sum, prod := sumAndProduct(x, y)
	z = z + sum
	z = z + prod
	z = addOne(x * y)  // want "fused"
	z = z + clamp(x*y) // want "fused"
	return z + addOne(float32(x*y))
}

func generic[T float](x, y, z T) T {
	z = x*y + z // want "fused"
	return T(x*y) + z
}

func instantiated(x, y float64) float64 {
	return half[float64](x*y) + half(y) // want "fused"
}

func half[T float](x T) T { return x - x/2 }

func literal(x, y float32) float32 {
	f := func() float32 {
		t := x * y // want "fused"
		return t + x
	}
	return f() + 1
}

func complexes(x, y complex64) complex64 {
	x += y
	return x * y // want "complex * may be fused"
}
