package kernels

import (
	"slices"
	"testing"

	"github.com/lockstep-ml/lockstep/internal/tier"
)

// hardest holds the inputs whose values lie closest to the middle of two
// float32, the closest first: those of Exp, Sigmoid and Tanh up to some 2^-47 of
// the value away, found by a search through all inputs of magnitude 2^-12 and
// more; those of the others up to 2^-50, among all inputs but those whose result
// is a denormal. An evaluation with an error like that is likely to fail here. The
// last ones of Exp, Sigmoid, SiLU and Expm1 are where evaluations with a larger error failed.
var hardest = map[string][]float32{
	"Exp": {
		-0x1.d2259ap3, -0x1.e1dbe2p-8, -0x1.c1c4b8p-10, 0x1.62b666p1, 0x1.036492p1, 0x1.8d7cb6p-12,
		-0x1.548c34p-7, 0x1.344e9cp-5, 0x1.112856p6, -0x1.6e1ddp-8, 0x1.cce332p0, -0x1.7acc62p3,
		0x1.cb763ap-12, 0x1.97f0f6p4, -0x1.71e81ep-6, -0x1.f02a66p1, 0x1.bae196p2, -0x1.7f4296p0,
		-0x1.e4854cp-11, -0x1.6727d6p-4, 0x1.69a056p1, -0x1.edfb24p-1, -0x1.03d5bep0, -0x1.705ce4p1,
		0x1.2e3554p-6, 0x1.5ffc5cp-6, 0x1.f79a1p-11, 0x1.b78498p-1, 0x1.060e1ep6, 0x1.f12cdcp3,
		-0x1.c02f76p-6, 0x1.c1141cp-7, 0x1.31e68cp-9, -0x1.39771cp-8, -0x1.35f0d4p-8, -0x1.e251d6p-4,
		-0x1.1b31eap-8, -0x1.b3f43cp3, -0x1.cf6ab2p-3, 0x1.192e5cp-8, -0x1.c1cd9ap-2, 0x1.f613acp-4,
		0x1.48e1c4p2, 0x1.e021bcp-5, 0x1.172096p2, 0x1.eeffd8p-3, -0x1.da035ep-2, -0x1.6dc968p5,
		-0x1.65cf3p6,
	},
	"Sigmoid": {
		-0x1.250c02p-10, 0x1.437902p-5, -0x1.2082ep-3, 0x1.250c08p-9, -0x1.32c9ap-1, 0x1.d13002p-11,
		-0x1.46c7e8p-4, -0x1.c9bb96p3, 0x1.1bff5ep-2, -0x1.caa048p-5, 0x1.65937p-2, -0x1.acf776p-5,
		0x1.1956d4p-5, 0x1.713804p-10, 0x1.b1db3cp0, -0x1.5ce336p-8, 0x1.184a1cp-8, 0x1.f51aap-8,
		0x1.e6c1e6p1, 0x1.81bdbap1, -0x1.6d7a9ap0, 0x1.117368p-7, 0x1.673c46p3, -0x1.1989b6p1,
		0x1.a14ac8p-1, -0x1.6dc968p5, -0x1.5ce26ap6, -0x1.fa68a8p1, 0x1.131916p-4, 0x1.eec29ap-8,
		0x1.27d8bep-3, -0x1p-24, -0x1.8p-23, 0x1.0129dap-6, 0x1.b7693ep-6, 0x1.20e5eap-5,
	},
	"Tanh": {
		0x1.86fbc4p-10, 0x1.dc0accp-2, 0x1.5969ap2, 0x1.a83722p-6, 0x1.8bd194p2, 0x1.f860aap-5,
		0x1.4ddf04p2, 0x1.f178fcp0, 0x1.279b08p1, 0x1.2d5c5cp-6, 0x1.2ff78ep0, 0x1.916c0ap-8,
		0x1.ed5fdcp-2, 0x1.b79208p-10, 0x1.8f60bep2, 0x1.416cfep-1, 0x1.713744p-12, 0x1.713746p-12,
		0x1.2e57ccp-1,
	},
	"Log": {
		0x1.b121a6p76, 0x1.bacb4ap25, 0x1.c09d7cp27, 0x1.5190cp78, 0x1.22d57p-65, 0x1.2f1fd6p3,
		0x1.827a74p-7, 0x1.6351d8p95, 0x1.b97c7p-14, 0x1.d1309cp62, 0x1.cb534cp13, 0x1.f0ddep-8,
		0x1.cfd86ep116, 0x1.98496ep-39, 0x1.917748p-100, 0x1.088d96p-74, 0x1.c7f44cp-46, 0x1.577ac6p78,
		0x1.fa45fp-44, 0x1.390ffp-93, 0x1.cc24d6p-44, 0x1.925308p-35, 0x1.9ab656p13, 0x1.5f313ap42,
		0x1.0be824p30, 0x1.3e47d6p91, 0x1.68cf74p70, 0x1.b96da8p-87, 0x1.000682p60, 0x1.86269p-12,
		0x1.996896p-115, 0x1.8bdcf4p-82, 0x1.c98494p63, 0x1.80c1f4p-112, 0x1.47810ap-55, 0x1.c3fec6p-97,
		0x1.0356a4p-72, 0x1.3171e8p124, 0x1.29972cp83, 0x1.c4ff46p74, 0x1.60de54p-78, 0x1.20e0aap-86,
		0x1.5901b8p-74, 0x1.24b5a8p-58, 0x1.0ee5d6p-84, 0x1.566842p-3, 0x1.0bbddp105,
	},
	"Log1p": {
		0x1p53, 0x1.800006p-21, -0x1.7ffffap-21, 0x1.b121a6p76, 0x1.fb035ap-2, 0x1.30bf04p43, 0x1.200036p-17,
		-0x1.1fffcap-17, 0x1.5190cp78, 0x1.0f1fd6p3, -0x1.1d9188p-9, 0x1.e00096p-17, -0x1.dfff6ap-17,
		0x1.6351d8p95, 0x1.d1309cp62, 0x1.cb4b4cp13, 0x1.cfd86ep116, 0x1.7d2286p-2, 0x1.b7fd86p-4,
		0x1.bdb59cp-18, 0x1.577ac6p78, 0x1.9aae56p13, 0x1.3e47d6p91, 0x1.68cf74p70, 0x1.000682p60,
		0x1.8dc1cp-16, -0x1.8dc024p-16, 0x1.c98494p63, 0x1.11c276p44, 0x1.b497ecp34, 0x1.3171e8p124,
		0x1.29972cp83, 0x1.c4ff46p74, 0x1.eb046p-6, 0x1.5bf582p41, 0x1.0bbddp105,
	},
	"SiLU": {
		-0x1p-24, 0x1p-23, 0x1.8p-21, -0x1.8p-21, 0x1.4p-19, -0x1.4p-19,
		0x1.cp-19, -0x1.cp-19, 0x1.2p-17, -0x1.2p-17, 0x1.6p-17, -0x1.6p-17,
		0x1.ap-17, -0x1.ap-17, 0x1.ep-17, -0x1.ep-17, 0x1.24d91cp-15, -0x1.24d91cp-15,
		0x1.c48c6p-20, -0x1.c48c6p-20, 0x1.2388acp-17, -0x1.2388acp-17, 0x1.8dc0f2p-16, -0x1.8dc0f2p-16,
		-0x1.a0664p-1, -0x1.dc834p4, -0x1.6bb004p6,
	},
	"GELU": {
		0x1.6148dep-16, -0x1.6148dep-16, 0x1.9437c4p-14, -0x1.9437c4p-14, 0x1.5b4488p-2, -0x1.24b10ap2,
		0x1.92798cp-3, 0x1.954ecap-25, -0x1.954ecap-25, -0x1.92798cp-3, 0x1.eb86eep-16, -0x1.eb86eep-16,
		-0x1.1ce0c4p-2, 0x1.051d12p-15, -0x1.051d12p-15, 0x1.d88eb2p-19, -0x1.d88eb2p-19,
	},
	"Softplus": {
		0x1.d483ap-12, 0x1.47f11p2, 0x1.ad174ep-10, 0x1.172c44p-12, -0x1.df473ep-25, -0x1.c4490ap-2,
		0x1.529a84p-11, 0x1.deec42p-10, -0x1.c0c966p-3,
	},
	"Expm1": {
		0x1.84a5bap-4, 0x1.94c582p-22, -0x1.eb97f8p-19, 0x1.4a9cf4p-11, 0x1.6a09e6p-24, -0x1.f676d8p-9,
		0x1.645636p-19, -0x1p-24, 0x1.62b666p1, 0x1.036492p1,
		-0x1.a8ebap-6,
	},
}

// TestRoundedHardest evaluates each of the hardest inputs at every index of a
// vector that takes several vectors at once, single ones and a tail.
func TestRoundedHardest(t *testing.T) {
	for _, r := range references {
		for _, v := range hardest[r.name] {
			x := slices.Repeat([]float32{v}, 63)
			want := slices.Repeat([]float32{r.round(v)}, len(x))
			eachTier(func(tier tier.Tier) {
				got := make([]float32, len(x))
				r.kernel(got, x)
				expectSame(t, got, want, "%v: %s(%s)", tier, r.name, hexFloat(v))
			})
		}
	}
}
