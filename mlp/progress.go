package mlp

import (
	"context"
	"log/slog"
	"time"
)

// Progress reports on an iteration of a training: an epoch of a [Classifier] or a
// [Regressor], a step of a [LogisticRegression].
type Progress struct {
	Iteration int     // from 1
	MaxIter   int     // most iterations
	Loss      float64 // with the penalty, see LossCurve of the model
	Elapsed   time.Duration

	// ValidationScore is the score of the rows held out. It is there if
	// Validated is set, with EarlyStopping.
	ValidationScore float64
	Validated       bool
}

// report tells those who want to know.
func (r Reporting) report(ctx context.Context, p Progress) {
	if r.OnProgress != nil {
		r.OnProgress(p)
	}
	if r.Logger == nil {
		return
	}
	attributes := []slog.Attr{
		slog.Int("iteration", p.Iteration),
		slog.Int("max_iter", p.MaxIter),
		slog.Float64("loss", p.Loss),
		slog.Duration("elapsed", p.Elapsed),
	}
	if p.Validated {
		attributes = append(attributes, slog.Float64("validation_score", p.ValidationScore))
	}
	r.Logger.LogAttrs(ctx, slog.LevelInfo, "mlp: training", attributes...)
}
