module github.com/lockstep-ml/lockstep/gonumblas

go 1.26.0

require (
	github.com/lockstep-ml/lockstep v0.0.0
	gonum.org/v1/gonum v0.17.0
)

require golang.org/x/sys v0.49.0 // indirect

replace github.com/lockstep-ml/lockstep => ..
