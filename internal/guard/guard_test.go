package guard

import (
	"os"
	"testing"
	"unsafe"
)

func TestPages(t *testing.T) {
	page := os.Getpagesize()
	for _, n := range []int{0, 1, page/4 - 1, page / 4, page/4 + 1, 100_000} {
		x := Pages[float32](t, n)
		if len(x) < n || len(x)*4%page != 0 || len(x)*4 > 4*n+page {
			t.Errorf("Pages(%d) has %d elements, want at least %d in whole pages of %d bytes", n, len(x), n, page)
		}
		for i := range x {
			if x[i] != 0 {
				t.Fatalf("Pages(%d)[%d] = %v, want 0", n, i, x[i])
			}
			x[i] = 1
		}
	}
}

func TestFault(t *testing.T) {
	if reason := Fault(func() {}); reason != nil {
		t.Errorf("Fault of nothing = %v, want nil", reason)
	}
	if reason := Fault(func() { panic("reason") }); reason != "reason" {
		t.Errorf("Fault of a panic = %v, want its reason", reason)
	}
	if !Enforced {
		t.Skip("no guard pages on this system")
	}
	x := Pages[float64](t, 100)
	first := unsafe.Pointer(&x[0])
	var sink float64
	for _, c := range []struct {
		name        string
		offset      int
		read, write bool // fault
	}{
		{"the element before", -8, true, true},
		{"the first element", 0, false, false},
		{"the last element", 8*len(x) - 8, false, false},
		{"the element behind", 8 * len(x), !readsAllowed(t), true},
	} {
		p := (*float64)(unsafe.Add(first, c.offset))
		if reason := Fault(func() { sink += *p }); (reason != nil) != c.read {
			t.Errorf("reading %s: %v, want a fault: %v", c.name, reason, c.read)
		}
		if reason := Fault(func() { *p = 1 }); (reason != nil) != c.write {
			t.Errorf("writing %s: %v, want a fault: %v", c.name, reason, c.write)
		}
	}
}
