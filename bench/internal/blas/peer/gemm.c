/* A peer: times the matrix products of a library with the CBLAS interface.

   peer LIBRARY loads the shared library, greets with a line that has its version, and
   answers, line by line,

   s|d transA transB m n k count      nanoseconds of count products, after a few unmeasured ones,
                                      and processor time divided by wall time */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { row_major = 101, no_trans = 111, trans = 112 };

typedef void sgemm_fn(int, int, int, int, int, int, float, const float *, int, const float *, int, float, float *, int);
typedef void dgemm_fn(int, int, int, int, int, int, double, const double *, int, const double *, int, double, double *, int);

static sgemm_fn *sgemm;
static dgemm_fn *dgemm;

static double now(clockid_t clock)
{
	struct timespec t;
	clock_gettime(clock, &t);
	return t.tv_sec * 1e9 + t.tv_nsec;
}

struct question {
	char type;
	int transA, transB, m, n, k;
};

/* The operands of the last question serve the next one if it is the same. */
static struct {
	struct question of;
	void *a, *b, *c;
} held;

static void *matrix(size_t n, size_t size)
{
	void *p = aligned_alloc(64, (n * size + 63) / 64 * 64);
	for (size_t i = 0; i < n; i++) {
		double v = (double)((long)(i * 7919 % 2001) - 1000) / 1000;
		if (size == 4)
			((float *)p)[i] = v;
		else
			((double *)p)[i] = v;
	}
	return p;
}

static void hold(const struct question *q)
{
	if (!memcmp(&held.of, q, sizeof *q))
		return;
	free(held.a);
	free(held.b);
	free(held.c);
	size_t size = q->type == 's' ? 4 : 8;
	held.of = *q;
	held.a = matrix((size_t)q->m * q->k, size);
	held.b = matrix((size_t)q->k * q->n, size);
	held.c = matrix((size_t)q->m * q->n, size);
}

static void multiply(const struct question *q, long count)
{
	int lda = q->transA ? q->m : q->k, ldb = q->transB ? q->k : q->n;
	int ta = q->transA ? trans : no_trans, tb = q->transB ? trans : no_trans;
	for (long i = 0; i < count; i++)
		if (q->type == 's')
			sgemm(row_major, ta, tb, q->m, q->n, q->k, 1, held.a, lda, held.b, ldb, 0, held.c, q->n);
		else
			dgemm(row_major, ta, tb, q->m, q->n, q->k, 1, held.a, lda, held.b, ldb, 0, held.c, q->n);
}

int main(int argc, char **argv)
{
	void *library = argc > 1 ? dlopen(argv[1], RTLD_NOW) : NULL;
	if (!library) {
		fprintf(stderr, "%s\n", argc > 1 ? dlerror() : "no library named");
		return 1;
	}
	sgemm = (sgemm_fn *)dlsym(library, "cblas_sgemm");
	dgemm = (dgemm_fn *)dlsym(library, "cblas_dgemm");
	if (!sgemm || !dgemm) {
		fprintf(stderr, "%s has no CBLAS interface\n", argv[1]);
		return 1;
	}
	char *(*config)(void) = (char *(*)(void))dlsym(library, "openblas_get_config");
	const char *(*version)(void) = (const char *(*)(void))dlsym(library, "bli_info_get_version_str");
	printf("%s\n", config ? config() : version ? version() : "unknown version");
	fflush(stdout);
	char line[256];
	while (fgets(line, sizeof line, stdin)) {
		struct question q;
		long count;
		memset(&q, 0, sizeof q);
		if (sscanf(line, "%c %d %d %d %d %d %ld", &q.type, &q.transA, &q.transB, &q.m, &q.n, &q.k, &count) != 7)
			return 1;
		hold(&q);
		multiply(&q, count / 4);
		double cpu = now(CLOCK_PROCESS_CPUTIME_ID), wall = now(CLOCK_MONOTONIC);
		multiply(&q, count);
		wall = now(CLOCK_MONOTONIC) - wall;
		cpu = now(CLOCK_PROCESS_CPUTIME_ID) - cpu;
		printf("%.0f %.2f\n", wall, cpu / wall);
		fflush(stdout);
	}
}
