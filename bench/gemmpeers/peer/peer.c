/* A peer: times one library's matrix products for the comparison in Go.

   peer LIBRARY [cpu] loads a shared library with the CBLAS interface and answers, line
   by line, "s|d transA transB m n k" with "best median cpu": the shortest and
   the median time of one product in nanoseconds (of the processor, with cpu), and processor time divided by
   wall time. "peak ymm" and "peak zmm" answer with the float32 GFLOP/s of a loop
   of independent fma instructions on one core. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { row_major = 101, no_trans = 111, trans = 112, batches = 15 };

typedef void sgemm_fn(int, int, int, int, int, int, float, const float *, int, const float *, int, float, float *, int);
typedef void dgemm_fn(int, int, int, int, int, int, double, const double *, int, const double *, int, double, double *, int);

static sgemm_fn *sgemm;
static dgemm_fn *dgemm;
static int by_cpu; /* time by processor time */

static double wall(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1e9 + t.tv_nsec;
}

static double cpu(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return t.tv_sec * 1e9 + t.tv_nsec;
}

static int by_value(const void *x, const void *y)
{
	double d = *(const double *)x - *(const double *)y;
	return (d > 0) - (d < 0);
}

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

static void time_product(char type, int transA, int transB, int m, int n, int k)
{
	size_t size = type == 's' ? 4 : 8;
	void *a = matrix((size_t)m * k, size), *b = matrix((size_t)k * n, size), *c = matrix((size_t)m * n, size);
	int lda = transA ? m : k, ldb = transB ? k : n, ta = transA ? trans : no_trans, tb = transB ? trans : no_trans;
	double (*clock)(void) = by_cpu ? cpu : wall;
	double times[batches], start, cpu_start = 0, wall_start = 0;
	long count = 1;
	for (int i = -1; i < batches;) { /* -1: until a batch takes half a millisecond */
		start = clock();
		for (long j = 0; j < count; j++) {
			if (type == 's')
				sgemm(row_major, ta, tb, m, n, k, 1, a, lda, b, ldb, 0, c, n);
			else
				dgemm(row_major, ta, tb, m, n, k, 1, a, lda, b, ldb, 0, c, n);
		}
		double t = clock() - start;
		if (i < 0 && t < 5e5) {
			count *= 2;
			continue;
		}
		if (i < 0) {
			cpu_start = cpu();
			wall_start = wall();
		} else
			times[i] = t / count;
		i++;
	}
	double ratio = (cpu() - cpu_start) / (wall() - wall_start);
	qsort(times, batches, sizeof *times, by_value);
	printf("%.1f %.1f %.2f\n", times[0], times[batches / 2], ratio);
	free(a);
	free(b);
	free(c);
}

#if defined(__x86_64__)
#define FMA(r) "vfmadd231ps %%" r "0, %%" r "0, %%" r
#define FMAS(r) FMA(r) "1\n" FMA(r) "2\n" FMA(r) "3\n" FMA(r) "4\n" FMA(r) "5\n" FMA(r) "6\n" FMA(r) "7\n" FMA(r) "8\n" FMA(r) "9\n" FMA(r) "10\n" FMA(r) "11\n" FMA(r) "12\n"
#define CLEAR(r) "vxorps %%xmm" r ", %%xmm" r ", %%xmm" r "\n"
#define LOOP(r) \
	asm volatile(CLEAR("0") CLEAR("1") CLEAR("2") CLEAR("3") CLEAR("4") CLEAR("5") CLEAR("6") CLEAR("7") CLEAR("8") CLEAR("9") CLEAR("10") CLEAR("11") CLEAR("12") \
		"1:\n" FMAS(r) "dec %0\njnz 1b\nvzeroupper" : "+r"(n) : : "cc", "memory", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12")

static void peak(const char *width)
{
	int wide = !strcmp(width, "zmm");
	if (wide && !__builtin_cpu_supports("avx512f")) {
		printf("0\n");
		return;
	}
	double best = 0;
	for (int i = 0; i < 20; i++) {
		long count = 100000, n = count;
		double start = wall();
		if (wide)
			LOOP("zmm");
		else
			LOOP("ymm");
		double rate = 2.0 * 12 * (wide ? 16 : 8) * count / (wall() - start);
		if (rate > best)
			best = rate;
	}
	printf("%.1f\n", best);
}
#else
static void peak(const char *width) { printf("0\n"); }
#endif

int main(int argc, char **argv)
{
	by_cpu = argc > 2 && !strcmp(argv[2], "cpu");
	void *library = argc > 1 ? dlopen(argv[1], RTLD_NOW) : NULL;
	if (argc > 1 && !library) {
		fprintf(stderr, "peer: %s\n", dlerror());
		return 1;
	}
	if (library) {
		sgemm = (sgemm_fn *)dlsym(library, "cblas_sgemm");
		dgemm = (dgemm_fn *)dlsym(library, "cblas_dgemm");
		char *(*config)(void) = (char *(*)(void))dlsym(library, "openblas_get_config");
		const char *(*version)(void) = (const char *(*)(void))dlsym(library, "bli_info_get_version_str");
		char *(*core)(void) = (char *(*)(void))dlsym(library, "openblas_get_corename");
		printf("%s %s\n", config ? config() : version ? version() : "unknown version", core ? core() : "");
	} else
		printf("no library\n");
	fflush(stdout);
	char line[256], type, width[8];
	int ta, tb, m, n, k;
	while (fgets(line, sizeof line, stdin)) {
		if (sscanf(line, "peak %7s", width) == 1)
			peak(width);
		else if (sgemm && dgemm && sscanf(line, "%c %d %d %d %d %d", &type, &ta, &tb, &m, &n, &k) == 6)
			time_product(type, ta, tb, m, n, k);
		else
			printf("error\n");
		fflush(stdout);
	}
}
