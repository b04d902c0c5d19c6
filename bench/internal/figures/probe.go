package figures

import (
	"sync"
	"time"

	"github.com/lockstep-ml/lockstep/internal/peak"
	"github.com/lockstep-ml/lockstep/internal/tier"
)

type rates struct{ fma, bandwidth float64 }

// copied is how many bytes a probe of the bandwidth moves: more than a core's own
// caches hold.
const copied = 32 << 20

var buffers = sync.OnceValue(func() [2][]byte { return [2][]byte{make([]byte, copied), make([]byte, copied)} })

// probe measures what a core can do at this moment, in some twenty milliseconds. It
// uses the best tier that there is, whatever is measured, and none of our kernels:
// slower ones must not make it slower.
func probe() rates {
	all := tier.Supported()
	restore := tier.Force(all[len(all)-1])
	fma := peak.Measure()
	restore()
	b := buffers()
	copy(b[0], b[1]) // the first time maps the pages
	best := time.Duration(1<<63 - 1)
	for range 3 {
		start := time.Now()
		copy(b[0], b[1])
		best = min(best, time.Since(start))
	}
	return rates{fma, copied / best.Seconds()}
}
