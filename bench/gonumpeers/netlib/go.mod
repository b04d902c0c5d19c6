module github.com/lockstep-ml/lockstep/bench/gonumpeers/netlib

go 1.26.0

require (
	github.com/lockstep-ml/lockstep/bench v0.0.0
	gonum.org/v1/gonum v0.17.0
	gonum.org/v1/netlib v0.0.0-20190313105609-8cb42192e0e0
)

require github.com/lockstep-ml/lockstep v0.0.0 // indirect

replace (
	github.com/lockstep-ml/lockstep => ../../..
	github.com/lockstep-ml/lockstep/bench => ../..
	github.com/lockstep-ml/lockstep/gonumblas => ../../../gonumblas
)
