package parallel

import (
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func TestRunReachesEveryWorker(t *testing.T) {
	for _, size := range []int{-1, 0, 1, 2, 3, 7, 16} {
		team := NewTeam(size)
		counts := make([]int, team.Size())
		for range 100 {
			team.Run(func(w int) { counts[w]++ })
		}
		team.Close()
		for w, n := range counts {
			if n != 100 {
				t.Errorf("size %d: worker %d ran %d times, want 100", size, w, n)
			}
		}
	}
}

func TestBarrierSeparatesPhases(t *testing.T) {
	for _, size := range []int{1, 2, 3, 7} {
		team := NewTeam(size)
		var arrived atomic.Int32
		early := make([]int, size)
		team.Run(func(w int) {
			for phase := 1; phase <= 200; phase++ {
				arrived.Add(1)
				team.Barrier()
				if int(arrived.Load()) < phase*size {
					early[w]++
				}
				team.Barrier()
			}
		})
		team.Close()
		for w, n := range early {
			if n != 0 {
				t.Errorf("size %d: worker %d passed %d barriers early", size, w, n)
			}
		}
	}
}

func TestConcurrentRunsFollowOneAnother(t *testing.T) {
	team := NewTeam(2)
	defer team.Close()
	total := 0 // guarded by Run alone
	var callers sync.WaitGroup
	for range 4 {
		callers.Go(func() {
			for range 50 {
				team.Run(func(w int) {
					if w == 0 {
						total++
					}
				})
			}
		})
	}
	callers.Wait()
	if total != 200 {
		t.Errorf("total = %d, want 200", total)
	}
}

func TestRunAllocatesNothing(t *testing.T) {
	team := NewTeam(2)
	defer team.Close()
	f := func(int) {}
	if n := testing.AllocsPerRun(100, func() { team.Run(f) }); n != 0 {
		t.Errorf("Run allocates %v times", n)
	}
}

func TestCloseEndsGoroutines(t *testing.T) {
	before := runtime.NumGoroutine()
	team := NewTeam(8)
	team.Run(func(int) {})
	team.Close()
	team.Close() // idempotent
	for range 1000 {
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(time.Millisecond)
	}
	t.Errorf("%d goroutines remain, %d before", runtime.NumGoroutine(), before)
}

func BenchmarkRun(b *testing.B) {
	team := NewTeam(2)
	defer team.Close()
	f := func(int) {}
	for b.Loop() {
		team.Run(f)
	}
}

func TestShareCoversEverythingOnce(t *testing.T) {
	for _, workers := range []int{1, 2, 3, 7, 16} {
		for _, tile := range []int{1, 8, 32} {
			for n := range 130 {
				next := 0
				for w := range workers {
					lo, hi := Share(w, workers, n, tile)
					if lo != next || hi < lo || lo%tile != 0 && lo != n {
						t.Fatalf("Share(%d, %d, %d, %d) = %d, %d; want lo %d", w, workers, n, tile, lo, hi, next)
					}
					next = hi
				}
				if next != n {
					t.Fatalf("%d workers, %d items, tile %d: shares end at %d", workers, n, tile, next)
				}
			}
		}
	}
}

func TestUsefulWorkers(t *testing.T) {
	all := runtime.GOMAXPROCS(0)
	for _, c := range []struct {
		n            int
		multiplyAdds int64
		want         int
	}{
		{2, 0, 1}, {2, workerShare - 1, 1}, {2, workerShare, 2}, {7, 3 * workerShare, 4}, {7, 1 << 60, 7},
		{0, 0, 1}, {0, 1 << 60, all}, {-1, 1 << 60, all},
	} {
		if got := Useful(c.n, c.multiplyAdds); got != c.want {
			t.Errorf("Useful(%d, %d) = %d, want %d", c.n, c.multiplyAdds, got, c.want)
		}
	}
	undo := UseEvery()
	if got := Useful(7, 0); got != 7 {
		t.Errorf("Useful(7, 0) = %d, want 7 after UseEvery", got)
	}
	undo()
	if got := Useful(7, 0); got != 1 {
		t.Errorf("Useful(7, 0) = %d, want 1 after undo", got)
	}
}
