/* The functions made from a library's vector exp, log, tanh, erf and expm1.
   LANES is the width, and the includer defines EXP, LOG, TANH, ERF and EXPM1,
   of vectors. n is a multiple of LANES. */
#include "peer.h"

typedef float packed __attribute__((vector_size(4 * LANES), aligned(4), may_alias)); /* in memory */
typedef int32_t bits __attribute__((vector_size(4 * LANES)));

#define FUNCTION(name, expression)                                              \
	static void name(long n, float *y, const float *in, const float *unused)    \
	{                                                                           \
		(void)unused;                                                           \
		for (long i = 0; i < n; i += LANES) {                                   \
			vec x = (vec)(*(const packed *)(in + i));                           \
			*(packed *)(y + i) = (packed)(expression);                          \
		}                                                                       \
	}

static inline vec positive(vec x, vec otherwise)
{
	bits mask = (bits)(x > 0);
	return (vec)(((bits)x & mask) | ((bits)otherwise & ~mask));
}

FUNCTION(exp_, EXP(x))
FUNCTION(log_, LOG(x))
FUNCTION(tanh_, TANH(x))
FUNCTION(sigmoid_, 1 / (1 + EXP(-x)))
FUNCTION(silu_, x / (1 + EXP(-x)))
FUNCTION(gelu_, 0.5f * x * (1 + ERF(x * 0.70710678118654752f)))
FUNCTION(elu_, positive(x, EXPM1(x)))

static const struct operation operations[] = {
	{"exp", exp_}, {"log", log_}, {"tanh", tanh_}, {"sigmoid", sigmoid_},
	{"silu", silu_}, {"gelu", gelu_}, {"elu", elu_}, {NULL, NULL},
};
