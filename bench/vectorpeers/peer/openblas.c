/* A peer: OpenBLAS, or any library with the CBLAS interface that is named as
   argument. Its sum is that of the magnitudes: BLAS has no other. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include "peer.h"

static float (*sdot)(int, const float *, int, const float *, int);
static void (*saxpy)(int, float, const float *, int, float *, int);
static float (*sasum)(int, const float *, int);
static volatile float sink;

static void dot(long n, float *y, const float *x, const float *z)
{
	(void)y;
	sink = sdot(n, x, 1, z, 1);
}

static void axpy(long n, float *y, const float *x, const float *z)
{
	(void)z;
	saxpy(n, 0.001f, x, 1, y, 1);
}

static void sum(long n, float *y, const float *x, const float *z)
{
	(void)y;
	(void)z;
	sink = sasum(n, x, 1);
}

static const struct operation operations[] = {{"dot", dot}, {"axpy", axpy}, {"sum", sum}, {NULL, NULL}};

int main(int argc, char **argv)
{
	void *library = argc > 1 ? dlopen(argv[1], RTLD_NOW) : NULL;
	if (!library) {
		fprintf(stderr, "%s\n", argc > 1 ? dlerror() : "usage: openblas LIBRARY");
		return 1;
	}
	*(void **)&sdot = dlsym(library, "cblas_sdot");
	*(void **)&saxpy = dlsym(library, "cblas_saxpy");
	*(void **)&sasum = dlsym(library, "cblas_sasum");
	char *(*config)(void) = (char *(*)(void))dlsym(library, "openblas_get_config");
	if (!sdot || !saxpy || !sasum) {
		fprintf(stderr, "%s lacks a function\n", argv[1]);
		return 1;
	}
	return serve(config ? config() : "unknown version", operations);
}
