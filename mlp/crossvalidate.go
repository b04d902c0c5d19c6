package mlp

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/lockstep-ml/lockstep/internal/parallel"
)

// An Estimator fits models of type M to targets of type T: a [*Classifier], a
// [*LogisticRegression] or a [*Regressor].
type Estimator[T any, M Scorer[T]] interface {
	Fit(ctx context.Context, x Features, y []T, options ...FitOption) (M, error)
}

// A Scorer says how well it predicts targets of type T: by the accuracy of classes,
// by [metrics.R2] of numbers.
type Scorer[T any] interface {
	Score(x Features, y []T) (float64, error)
}

// A FoldResult is what became of one split of [CrossValidate].
type FoldResult[M any] struct {
	Score    float64 // of the test rows
	Model    M       // fitted to the training rows
	Duration time.Duration
}

// CrossValidation says how [CrossValidate] goes about it. The zero value is usable.
type CrossValidation struct {
	// Workers is the number of splits at a time; 0 means GOMAXPROCS. With more than
	// one, set the Workers of the estimator to 1. The results do not depend on it.
	Workers int

	// OnFold is called when a split is done, with the number of those done and of
	// all, one call after the other.
	OnFold func(done, splits int, score float64)
}

// CrossValidate fits a model to the training rows of each split and scores it with
// the test rows. The results are in the order of the splits. [KFold] and
// [StratifiedKFold] make them.
//
// It ends with the first error, that of the context included.
func CrossValidate[T any, M Scorer[T]](ctx context.Context, e Estimator[T, M], x Features, y []T, splits []Split, how CrossValidation) ([]FoldResult[M], error) {
	if err := checkTargets("targets", len(y), x); err != nil {
		return nil, err
	}
	if err := checkSplits(splits, len(y)); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	results := make([]FoldResult[M], len(splits))
	next := make(chan int)
	var group sync.WaitGroup
	var reporting sync.Mutex
	done := 0
	for range min(parallel.Workers(how.Workers), len(splits)) {
		group.Go(func() {
			for i := range next {
				var err error
				if results[i], err = validateSplit(ctx, e, x, y, splits[i]); err != nil {
					cancel(fmt.Errorf("mlp: CrossValidate, split %d: %w", i, err)) // the first stays
					continue
				}
				reporting.Lock()
				done++
				if how.OnFold != nil {
					how.OnFold(done, len(splits), results[i].Score)
				}
				reporting.Unlock()
			}
		})
	}
	for i := range splits {
		if ctx.Err() == nil {
			next <- i
		}
	}
	close(next)
	group.Wait()
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	return results, nil
}

// validateSplit fits and scores one model.
func validateSplit[T any, M Scorer[T]](ctx context.Context, e Estimator[T, M], x Features, y []T, s Split) (r FoldResult[M], err error) {
	begun := time.Now()
	if r.Model, err = e.Fit(ctx, x.Select(s.Train), Select(y, s.Train)); err != nil {
		return r, err
	}
	r.Score, err = r.Model.Score(x.Select(s.Test), Select(y, s.Test))
	r.Duration = time.Since(begun)
	return r, err
}

// checkSplits reports that there are no splits, or splits of rows that are not there.
func checkSplits(splits []Split, rows int) error {
	if len(splits) == 0 {
		return dataErrorf("there are no splits, want at least one: KFold makes them")
	}
	for i, s := range splits {
		for _, part := range [][]int{s.Train, s.Test} {
			if len(part) == 0 {
				return dataErrorf("split %d has %d rows to train on and %d to test with, want at least one of each", i, len(s.Train), len(s.Test))
			}
			for _, row := range part {
				if row < 0 || row >= rows {
					return dataErrorf("split %d has row %d, there are %d rows", i, row, rows)
				}
			}
		}
	}
	return nil
}
