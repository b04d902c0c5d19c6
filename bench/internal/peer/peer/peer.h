/* What the programs around C libraries share: the questions that they answer.

   The greeting is a line with the library's version. Then, line by line:

   has OP                             1 or 0
   time OP n count offset scale       nanoseconds of count calls, after as many unmeasured ones,
                                      and processor time divided by wall time
   eval OP first stride count         the results at the float32 with the bits first, first + stride, ...
                                      as bytes

   Elements of operands are offset + scale * u, u between -1 and 1. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* An operation writes n elements of y from x and z. */
struct operation {
	const char *name;
	void (*run)(long n, float *y, const float *x, const float *z);
};

static double now(clockid_t clock)
{
	struct timespec t;
	clock_gettime(clock, &t);
	return t.tv_sec * 1e9 + t.tv_nsec;
}

static float *vector(long n)
{
	return aligned_alloc(64, (n * sizeof(float) + 63) / 64 * 64);
}

static float *numbers(long n, float offset, float scale)
{
	float *x = vector(n);
	for (long i = 0; i < n; i++)
		x[i] = offset + scale * ((float)(i * 7919 % 2001 - 1000) / 1000);
	return x;
}

/* The operands of the last question serve the next one if it is the same. */
static struct {
	long n;
	float offset, scale, *x, *y, *z;
} held;

static void hold(long n, float offset, float scale)
{
	if (held.x && held.n == n && held.offset == offset && held.scale == scale)
		return;
	free(held.x);
	free(held.y);
	free(held.z);
	held.n = n;
	held.offset = offset;
	held.scale = scale;
	held.x = numbers(n, offset, scale);
	held.y = numbers(n, offset, scale);
	held.z = numbers(n, offset, scale);
}

static void time_calls(const struct operation *op, long n, long count, float offset, float scale)
{
	hold(n, offset, scale);
	for (long i = 0; i < count; i++)
		op->run(n, held.y, held.x, held.z);
	double cpu = now(CLOCK_PROCESS_CPUTIME_ID), wall = now(CLOCK_MONOTONIC);
	for (long i = 0; i < count; i++)
		op->run(n, held.y, held.x, held.z);
	wall = now(CLOCK_MONOTONIC) - wall;
	cpu = now(CLOCK_PROCESS_CPUTIME_ID) - cpu;
	printf("%.0f %.2f\n", wall, cpu / wall);
}

static void evaluate(const struct operation *op, uint32_t first, uint32_t stride, long count)
{
	float *x = vector(count), *y = vector(count);
	for (long i = 0; i < count; i++) {
		uint32_t bits = first + (uint32_t)i * stride;
		memcpy(&x[i], &bits, sizeof bits);
	}
	op->run(count, y, x, x);
	fwrite(y, sizeof *y, count, stdout);
	free(x);
	free(y);
}

static const struct operation *find(const struct operation *all, const char *name)
{
	for (; all->name; all++)
		if (!strcmp(all->name, name))
			return all;
	return NULL;
}

/* serve answers until the input ends. The list of operations ends with a null. */
static int serve(const char *version, const struct operation *all)
{
	char line[256], name[32];
	long n, count;
	float offset, scale;
	uint32_t first, stride;
	const struct operation *op;
	printf("%s\n", version);
	for (fflush(stdout); fgets(line, sizeof line, stdin); fflush(stdout)) {
		if (sscanf(line, "has %31s", name) == 1)
			printf("%d\n", find(all, name) != NULL);
		else if (sscanf(line, "time %31s %ld %ld %f %f", name, &n, &count, &offset, &scale) == 5 && (op = find(all, name)))
			time_calls(op, n, count, offset, scale);
		else if (sscanf(line, "eval %31s %u %u %ld", name, &first, &stride, &count) == 4 && (op = find(all, name)))
			evaluate(op, first, stride, count);
		else
			printf("error\n");
	}
	return 0;
}
