/* A peer: the vector functions of glibc, at the width that the compiler's
   target has, called by the names of the vector ABI. */
#include <gnu/libc-version.h>

#ifdef __AVX512F__
#define LANES 16
#define NAME(function) _ZGVeN16v_##function
#else
#define LANES 8
#define NAME(function) _ZGVdN8v_##function
#endif

typedef float vec __attribute__((vector_size(4 * LANES)));

vec NAME(expf)(vec);
vec NAME(logf)(vec);
vec NAME(tanhf)(vec);
vec NAME(erff)(vec);
vec NAME(expm1f)(vec);

#define EXP NAME(expf)
#define LOG NAME(logf)
#define TANH NAME(tanhf)
#define ERF NAME(erff)
#define EXPM1 NAME(expm1f)
#include "functions.h"

int main(void)
{
	char version[64];
	snprintf(version, sizeof version, "glibc %s, %d lanes", gnu_get_libc_version(), LANES);
	return serve(version, operations);
}
