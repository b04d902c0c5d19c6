package main

import "testing"

// TestOrder: if whoever is first in a round is slower, that counts for neither.
func TestOrder(t *testing.T) {
	var rounds []round
	for range thorough.Rounds / 2 {
		rounds = append(rounds, round{11, 10}, round{10, 11})
	}
	if got := timingOf(rounds); got.Ours != 10.5 || got.Theirs != 10.5 || got.Ratio < 0.99 || got.Ratio > 1.01 {
		t.Errorf("%+v, want the same of both", got)
	}
}
