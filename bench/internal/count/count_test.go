package count

import "testing"

func TestSet(t *testing.T) {
	n := number(5)
	for _, text := range []string{"0", "-1", "x", "", "1.5"} {
		if n.Set(text) == nil || n != 5 {
			t.Errorf("%q: no error, or the value has changed to %d", text, n)
		}
	}
	if err := n.Set("3"); err != nil || n != 3 || n.String() != "3" {
		t.Errorf("3: %v, the value is %v", err, n)
	}
}
