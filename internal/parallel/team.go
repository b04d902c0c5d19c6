// Package parallel runs one function on a fixed team of workers, again and
// again, with barriers in between, and without allocating.
package parallel

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// A Team is a number of parked goroutines that run the same function together.
// The goroutine that calls Run is worker 0. A Team of one has no goroutines.
type Team struct {
	size    int
	work    func(worker int)
	closing bool
	mu      sync.Mutex   // serialises Run and Close
	spin    atomic.Int32 // how often waiters look before they park
	start   gate
	barrier barrier
}

// NewTeam returns a team of the given size, at least 1. Close releases its
// goroutines.
func NewTeam(size int) *Team {
	t := &Team{size: max(1, size)}
	t.start.init()
	t.barrier.init()
	for w := 1; w < t.size; w++ {
		go t.loop(w)
	}
	return t
}

// Size returns the number of workers.
func (t *Team) Size() int { return t.size }

// Run calls f once for each worker, at the same time, and returns when all
// have returned. Calls from several goroutines follow one another. To allocate
// nothing, pass a function value that is kept, not a fresh closure.
func (t *Team) Run(f func(worker int)) {
	if t.size == 1 {
		f(0)
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closing {
		panic("parallel: Run on a closed team")
	}
	t.spin.Store(spinLimit(t.size))
	t.work = f
	t.start.open()
	f(0)
	t.barrier.wait(t.size, &t.spin)
}

// Barrier returns when every worker has called it. Only the function that runs
// on the team may call it, and each worker must call it equally often.
func (t *Team) Barrier() {
	if t.size > 1 {
		t.barrier.wait(t.size, &t.spin)
	}
}

// Close releases the goroutines. The team must not be used afterwards.
func (t *Team) Close() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.size == 1 || t.closing {
		return
	}
	t.closing = true
	t.start.open()
}

func (t *Team) loop(worker int) {
	for round := uint32(0); ; round++ {
		t.start.wait(round, &t.spin)
		if t.closing {
			return
		}
		t.work(worker)
		t.barrier.wait(t.size, &t.spin)
	}
}

// A barrier lets a number of workers wait for each other.
type barrier struct {
	gate
	arrived atomic.Int32
}

func (b *barrier) wait(size int, spin *atomic.Int32) {
	round := b.round.Load()
	if int(b.arrived.Add(1)) == size {
		b.arrived.Store(0)
		b.open()
		return
	}
	b.gate.wait(round, spin)
}

// A gate opens once a round. Waiters spin for a while and then park.
type gate struct {
	round atomic.Uint32
	mu    sync.Mutex
	moved *sync.Cond
}

func (g *gate) init() { g.moved = sync.NewCond(&g.mu) }

// open ends the current round and releases those who wait for its end.
func (g *gate) open() {
	g.mu.Lock()
	g.round.Add(1)
	g.mu.Unlock()
	g.moved.Broadcast()
}

// wait returns when the given round has ended. While it spins it lets other
// goroutines run now and then: one of them may be who it waits for.
func (g *gate) wait(round uint32, spin *atomic.Int32) {
	for i := range spin.Load() {
		if g.round.Load() != round {
			return
		}
		if i%1024 == 1023 {
			runtime.Gosched()
		}
	}
	g.mu.Lock()
	for g.round.Load() == round {
		g.moved.Wait()
	}
	g.mu.Unlock()
}

// spinLimit returns how often a waiter looks before it parks: some 30
// microseconds' worth, less than waking a parked thread costs, where every
// worker can have a processor, and not at all where a spinning worker would take
// one from a working one.
func spinLimit(workers int) int32 {
	if workers > runtime.GOMAXPROCS(0) {
		return 0
	}
	return 100_000
}
