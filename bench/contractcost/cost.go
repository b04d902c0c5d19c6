package main

import "github.com/lockstep-ml/lockstep/bench/internal/blas"

// A cost is part of an epoch: what a kind of works takes, what of it the contract
// costs, and what the kind would take less if its products ran at the peak. All are
// shares.
type cost struct{ share, contract, belowPeak float64 }

// costs returns those of a network by kind, as shares of its median epoch.
func (s *survey) costs(n network) map[string]cost {
	epoch := 1e9 * median(s.epochs[n.String()])
	steps := float64(trainingRows) / float64(n.batch)
	all := map[string]cost{}
	for _, p := range n.step() {
		own := s.of(p.work, ours)
		_, best := s.fastest(p.work)
		share := own
		if p.kind == updates {
			share = max(0, s.of(p.together, ours)-s.of(p.alone, ours))
		}
		share *= steps / epoch
		c := all[p.kind]
		c.share += share
		c.contract += share * (1 - best/own)
		if atPeak := s.atPeak(p.work); atPeak > 0 {
			c.belowPeak += share * max(0, 1-atPeak/own)
		}
		all[p.kind] = c
	}
	return all
}

// total adds the costs of a network up.
func (s *survey) total(n network) (all cost) {
	costs := s.costs(n)
	for _, kind := range kinds {
		all.share += costs[kind].share
		all.contract += costs[kind].contract
		all.belowPeak += costs[kind].belowPeak
	}
	return all
}

const trainingRows = 60000

// atPeak returns the nanoseconds of a product at the processor's rate of fused
// multiply-adds, 0 of other works or if the rate is unknown.
func (s *survey) atPeak(w work) float64 {
	rate := median(s.peaks)
	if !w.isProduct() || rate == 0 {
		return 0
	}
	return 1e9 * flops(w.product) / rate
}

func flops(p blas.Product) float64 { return 2 * float64(p.M) * float64(p.N) * float64(p.K) }
