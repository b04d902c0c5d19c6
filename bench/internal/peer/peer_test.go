package peer

import (
	"os/exec"
	"strings"
	"testing"
)

func TestProcess(t *testing.T) {
	p := start(t, "echo greeting; exec cat")
	if p.Greeting != "greeting" {
		t.Errorf("greeting %q", p.Greeting)
	}
	var n int
	var x float64
	if err := p.Ask("3 0.5", &n, &x); err != nil || n != 3 || x != 0.5 {
		t.Errorf("Ask: %d, %g, %v", n, x, err)
	}
	if err := p.Ask("error", &n); err == nil || !strings.Contains(err.Error(), `"error\n"`) {
		t.Errorf("Ask with an answer that is no number: %v", err)
	}
	data := make([]byte, 4)
	if err := p.AskBytes("abc", data); err != nil || string(data) != "abc\n" {
		t.Errorf("AskBytes: %q, %v", data, err)
	}
}

func TestProcessEnds(t *testing.T) {
	p := start(t, "echo greeting")
	var n int
	if err := p.Ask("anything", &n); err == nil {
		t.Error("Ask: no error from a program that has ended")
	}
	if err := p.AskBytes("anything", make([]byte, 1)); err == nil {
		t.Error("AskBytes: no error from a program that has ended")
	}
}

func TestStartFails(t *testing.T) {
	shell(t)
	if _, err := Start(nil, "sh", "-c", "echo no such library >&2"); err == nil || !strings.Contains(err.Error(), "no such library") {
		t.Errorf("a program that complains and ends: %v", err)
	}
	const traceback = "echo Traceback: >&2; echo no such module >&2"
	if _, err := Start(nil, "sh", "-c", traceback); err == nil || err.Error() != "sh does not start: no such module" {
		t.Errorf("a program that complains in two lines: %v", err)
	}
	if _, err := Start(nil, "/no/such/program"); err == nil {
		t.Error("no error without a program")
	}
}

func start(t *testing.T, script string) *Process {
	t.Helper()
	shell(t)
	p, err := Start([]string{"VARIABLE=value"}, "sh", "-c", script)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

func shell(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip("no shell")
	}
}
