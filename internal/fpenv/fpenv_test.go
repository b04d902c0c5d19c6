package fpenv

import (
	"testing"
)

// Operands of the operations below, which must happen at run time.
var tiny, one, ulp, denormal float32 = 0x1p-126, 1, 0x1p-23, 0x1p-127

// TestRun looks at what each change makes of a few operations, and that it ends.
func TestRun(t *testing.T) {
	type outcome struct{ half, back, above, below, near float32 }
	look := func() outcome {
		half := tiny * (one / 2)
		return outcome{half, denormal + denormal, one + ulp/4, -one - ulp/4, one + 3*ulp/4}
	}
	normal := outcome{0x1p-127, 0x1p-126, 1, -1, 1 + 0x1p-23}
	want := map[Mode]func(o *outcome){
		FlushToZero:      func(o *outcome) { o.half = 0 },
		DenormalsAreZero: func(o *outcome) { o.back = 0 },
		RoundDown:        func(o *outcome) { o.below, o.near = -1-ulp, 1 },
		RoundUp:          func(o *outcome) { o.above = 1 + ulp },
		RoundToZero:      func(o *outcome) { o.near = 1 },
	}
	for _, m := range Supported() {
		expected := normal
		want[m](&expected)
		var got outcome
		Run(m, func() { got = look() })
		if m == FlushToZero {
			got.back, expected.back = 0, 0 // operands, too, on arm64
		}
		if got != expected {
			t.Errorf("%v: %v, want %v", m, got, expected)
		}
		if after := look(); after != normal {
			t.Errorf("after %v: %v, want %v", m, after, normal)
		}
	}
}
