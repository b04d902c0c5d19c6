/* A peer: SLEEF at the width that the compiler's target has. With -DU35 the
   functions that have a variant of 3.5 ulp use it, else all have 1.0 ulp. */
#include <immintrin.h>
#include <sleef.h>

#ifdef __AVX512F__
#define LANES 16
#define NAME(function, ulp) Sleef_##function##f16_##ulp##avx512f
typedef __m512 vec;
#else
#define LANES 8
#define NAME(function, ulp) Sleef_##function##f8_##ulp##avx2
typedef __m256 vec;
#endif

#ifdef U35
#define LOG(x) NAME(log, u35)(x)
#define TANH(x) NAME(tanh, u35)(x)
#else
#define LOG(x) NAME(log, u10)(x)
#define TANH(x) NAME(tanh, u10)(x)
#endif
#define EXP(x) NAME(exp, u10)(x)
#define ERF(x) NAME(erf, u10)(x)
#define EXPM1(x) NAME(expm1, u10)(x)
#include "functions.h"

int main(void)
{
	char version[64];
	snprintf(version, sizeof version, "SLEEF %d.%d.%d, %d lanes", SLEEF_VERSION_MAJOR, SLEEF_VERSION_MINOR, SLEEF_VERSION_PATCHLEVEL, LANES);
	return serve(version, operations);
}
