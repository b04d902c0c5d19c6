//go:build unix

package peer

import "testing"

// TestPause checks that a program which was stopped goes on where it was.
func TestPause(t *testing.T) {
	shell(t)
	p, err := Start(nil, "sh", "-c", "echo ready; cat")
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	if err := p.Pause(); err != nil {
		t.Fatal(err)
	}
	if err := p.Resume(); err != nil {
		t.Fatal(err)
	}
	var n int
	if err := p.Ask("42", &n); err != nil || n != 42 {
		t.Errorf("the answer is %d, %v", n, err)
	}
}
