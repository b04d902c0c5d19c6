package nn

import (
	"context"
	"math"
	"slices"
	"testing"
)

// TestCosine checks the ends and the middle of the schedule, and that it falls.
func TestCosine(t *testing.T) {
	const steps = 100
	for _, c := range []struct {
		step int
		want float64
	}{{0, 1}, {steps / 2, 0.5}, {steps, 0}} {
		if got := Cosine().Factor(c.step, steps); math.Abs(got-c.want) > 1e-15 {
			t.Errorf("Factor(%d, %d) = %v, want %v", c.step, steps, got, c.want)
		}
	}
	for i := range steps {
		if now, next := Cosine().Factor(i, steps), Cosine().Factor(i+1, steps); !(next < now) {
			t.Errorf("the factor goes from %v in step %d to %v", now, i, next)
		}
	}
}

// TestScheduleFormulas compares schedules with their formulas in package math.
func TestScheduleFormulas(t *testing.T) {
	const steps = 40
	// oneCycle is PyTorch's, with its phases of 12 and 28 steps.
	oneCycle := func(i int) float64 {
		between := func(from, to, part float64) float64 { return to + (from-to)/2*(1+math.Cos(math.Pi*part)) }
		if i <= 11 {
			return between(1./25, 1, float64(i)/11)
		}
		return between(1, 1./25e4, float64(i-11)/28)
	}
	for _, c := range []struct {
		name     string
		schedule Schedule
		want     func(i int) float64
	}{
		{"Fixed", Fixed(0.25), func(int) float64 { return 0.25 }},
		{"StepDecay", StepDecay(7, 0.5), func(i int) float64 { return math.Pow(0.5, float64(i/7)) }},
		{"ExponentialDecay", ExponentialDecay(0.9), func(i int) float64 { return math.Pow(0.9, float64(i)) }},
		{"InverseScaling", InverseScaling(0.5), func(i int) float64 { return 1 / math.Sqrt(float64(i+1)) }},
		{"MultiStep", MultiStep(0.5, 3, 7, 7, 30), func(i int) float64 {
			return math.Pow(0.5, float64(min(i/3, 1)+2*min(i/7, 1)+i/30))
		}},
		{"no MultiStep", MultiStep(0.5), func(int) float64 { return 1 }},
		{"Polynomial", Polynomial(1.5), func(i int) float64 { return math.Pow(1-float64(i)/steps, 1.5) }},
		{"OneCycle", OneCycle(), oneCycle},
		{"CosineRestarts", CosineRestarts(4, 3), func(i int) float64 { // 4 and 12 steps, and some of 36
			switch {
			case i < 4:
				return (1 + math.Cos(math.Pi*float64(i)/4)) / 2
			case i < 16:
				return (1 + math.Cos(math.Pi*float64(i-4)/12)) / 2
			}
			return (1 + math.Cos(math.Pi*float64(i-16)/36)) / 2
		}},
		{"Cyclic", Cyclic(0.25, 2, 4), func(i int) float64 {
			return []float64{0.25, 0.625, 1, 0.8125, 0.625, 0.4375}[i%6]
		}},
		{"Warmup", Warmup(10, Cosine()), func(i int) float64 {
			if i < 10 {
				return float64(i+1) / 10
			}
			return (1 + math.Cos(math.Pi*float64(i-10)/30)) / 2
		}},
		{"Warmup alone", Warmup(4, nil), func(i int) float64 { return min(1, float64(i+1)/4) }},
		{"no Warmup", Warmup(0, StepDecay(2, 0.5)), func(i int) float64 { return math.Pow(0.5, float64(i/2)) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			for i := range steps {
				if got, want := c.schedule.Factor(i, steps), c.want(i); math.Abs(got-want) > 1e-14 {
					t.Errorf("Factor(%d, %d) = %v, want %v", i, steps, got, want)
				}
			}
		})
	}
	if f := CosineRestarts(1, math.MaxInt).Factor(math.MaxInt, 1); !(f >= 0 && f <= 1) {
		t.Errorf("CosineRestarts of enormous length: factor %v", f)
	}
	for steps := range 8 {
		for i := range steps {
			if f := OneCycle().Factor(i, steps); !(f > 0 && f <= 1) {
				t.Errorf("OneCycle: Factor(%d, %d) = %v", i, steps, f)
			}
		}
	}
}

func TestPlateau(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		name    string
		plateau Plateau
		numbers []float64
		want    []float64 // the factor after each
	}{
		{"falling", Plateau{Reduce: 0.5}, []float64{5, 4, 3}, []float64{1, 1, 1}},
		{"at once", Plateau{Reduce: 0.5}, []float64{5, 5, 5}, []float64{1, 0.5, 0.25}},
		{"patience", Plateau{Reduce: 0.5, Patience: 2}, []float64{5, 6, 7, 8, 8, 4, 4}, []float64{1, 1, 1, 0.5, 0.5, 0.5, 0.5}},
		{"threshold", Plateau{Reduce: 0.5, Threshold: 0.1}, []float64{100, 91, 89}, []float64{1, 0.5, 0.5}},
		{"negative", Plateau{Reduce: 0.5, Threshold: 0.1}, []float64{-100, -109, -111}, []float64{1, 0.5, 0.5}},
		{"cooldown", Plateau{Reduce: 0.5, Cooldown: 2}, []float64{5, 5, 5, 5, 5}, []float64{1, 0.5, 0.5, 0.5, 0.25}},
		{"least", Plateau{Reduce: 0.5, Least: 0.3}, []float64{5, 5, 5, 5}, []float64{1, 0.5, 0.3, 0.3}},
		{"so low that it is 0", Plateau{Reduce: 1e-200}, []float64{5, 5, 5, 5}, []float64{1, 1e-200, 0, 0}},
		{"NaN", Plateau{Reduce: 0.5}, []float64{nan, 5, nan}, []float64{0.5, 0.5, 0.25}},
	} {
		if f := c.plateau.Factor(0, 1); f != 1 {
			t.Errorf("%s: begins with %v", c.name, f)
		}
		var got []float64
		for _, v := range c.numbers {
			c.plateau.Observe(v)
			got = append(got, c.plateau.Factor(0, 1))
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: factors %v, want %v", c.name, got, c.want)
		}
	}
}

// TestPlateauInTraining observes between epochs.
func TestPlateauInTraining(t *testing.T) {
	plateau := NewPlateau(0.5, 0)
	optimizer := NewSGD(1)
	trainer := mustTrainer(t, classifier(t, 1), TrainerOptions{Loss: CrossEntropy(), Optimizer: optimizer, Schedule: plateau, Workers: 2})
	var rates []float64
	for _, err := range trainer.Epochs(context.Background(), classes(30), 3) {
		if err != nil {
			t.Fatal(err)
		}
		rates = append(rates, optimizer.Rate())
		plateau.Observe(1)
	}
	if want := []float64{1, 1, 0.5}; !slices.Equal(rates, want) {
		t.Errorf("rates %v, want %v", rates, want)
	}
}

func TestScheduleErrors(t *testing.T) {
	for _, c := range []struct {
		schedule Schedule
		want     string
	}{
		{Fixed(-1), "Fixed: factor is -1"},
		{StepDecay(0, 0.5), "StepDecay: every is 0"},
		{StepDecay(1, math.NaN()), "StepDecay: factor is NaN"},
		{MultiStep(-1, 5), "MultiStep: factor is -1"},
		{MultiStep(0.5, 5, 3), "MultiStep: the milestones are [5 3]"},
		{Polynomial(-1), "Polynomial: power is -1"},
		{CosineRestarts(0, 1), "CosineRestarts: 0 steps and a multiplier of 1"},
		{CosineRestarts(9, 0), "CosineRestarts: 9 steps and a multiplier of 0"},
		{Cyclic(1, 2, 2), "Cyclic: low is 1"},
		{Cyclic(0.5, 0, 2), "Cyclic: 0 steps up and 2 down"},
		{ExponentialDecay(-0.5), "ExponentialDecay: factor is -0.5"},
		{InverseScaling(-1), "InverseScaling: power is -1"},
		{Warmup(-1, nil), "Warmup: -1 steps"},
		{Warmup(1, Fixed(-1)), "Fixed: factor is -1"},
		{OneCycleMomentum(0.85, 1), "OneCycleMomentum: high is 1"},
		{OneCycleMomentum(0, 0.9), "OneCycleMomentum: low is 0"},
		{OneCycleMomentum(0.9, 0.8), "OneCycleMomentum: low is 0.9 and high 0.8"},
		{Warmup(1, OneCycleMomentum(0, 0.9)), "OneCycleMomentum: low is 0"},
		{NewPlateau(1, 0), "Plateau: Reduce is 1"},
		{NewPlateau(0.5, -1), "Plateau: Patience is -1"},
		{&Plateau{Reduce: 0.5, Threshold: 1}, "Plateau: Threshold is 1"},
		{&Plateau{Reduce: 0.5, Least: -1}, "Plateau: Least is -1"},
	} {
		options := inOrder(1)
		options.Schedule = c.schedule
		_, err := classifier(t, 1).NewTrainer(options)
		expectError(t, err, "nn: ", c.want)
	}
}
