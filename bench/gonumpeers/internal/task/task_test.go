package task

import "testing"

// TestTasks does the tasks that take microseconds.
func TestTasks(t *testing.T) {
	var timer Timer
	for _, name := range []string{"Sgemm, 64", "Dgemm, 64"} {
		x, ok := Named(name)
		if !ok {
			t.Fatalf("%s is not among the tasks", name)
		}
		if ns, load := timer.Time(x, 1); ns <= 0 || load < 0 {
			t.Errorf("%s: %v nanoseconds, load %v", name, ns, load)
		}
	}
	if _, ok := Named("nothing"); ok {
		t.Error("there is a task of an unknown name")
	}
}
