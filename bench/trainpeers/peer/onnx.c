/* A peer: ONNX Runtime, through its C interface.

   onnx LIBRARY FOLDER THREADS loads the shared library, greets with a line that has
   its version, and answers, line by line,

   predict NET rows times     the seconds that so many predictions took by the clock and of the
                              processors, with the model FOLDER/NET.onnx
   eval NET rows              the outputs for such inputs, as bytes

   The interface is a table of functions, of which only additions to the end are made;
   those that are needed are declared here, by their places in the table. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { /* places in the table */
	GET_ERROR_MESSAGE = 2, CREATE_ENV = 3, CREATE_SESSION = 7, RUN = 9, CREATE_SESSION_OPTIONS = 10,
	SET_INTRA_OP_NUM_THREADS = 24, CREATE_TENSOR_WITH_DATA = 49, CREATE_CPU_MEMORY_INFO = 69,
};
enum { version = 1, log_errors = 3, arena = 1, of_default_type = 0, of_floats = 1 }; /* of their enumerations */

struct base {
	void **(*get_table)(uint32_t version);
	const char *(*get_version)(void);
};
typedef void *status; /* null is success */

static void **table;
static void *environment, *options, *memory;
static const char *folder;

static void check(status s, const char *what)
{
	if (!s)
		return;
	const char *(*message)(status) = (const char *(*)(status))table[GET_ERROR_MESSAGE];
	fprintf(stderr, "%s: %s\n", what, message(s));
	exit(1);
}

#define CALL(place, types, ...) check(((status(*) types)table[place])(__VA_ARGS__), #place)

static void load(const char *library, int threads)
{
	void *handle = dlopen(library, RTLD_NOW);
	if (!handle) {
		fprintf(stderr, "%s\n", dlerror());
		exit(1);
	}
	const struct base *(*get_base)(void) = (const struct base *(*)(void))dlsym(handle, "OrtGetApiBase");
	if (!get_base || !(table = get_base()->get_table(version))) {
		fprintf(stderr, "%s is not ONNX Runtime\n", library);
		exit(1);
	}
	CALL(CREATE_ENV, (int, const char *, void **), log_errors, "peer", &environment);
	CALL(CREATE_SESSION_OPTIONS, (void **), &options);
	CALL(SET_INTRA_OP_NUM_THREADS, (void *, int), options, threads);
	CALL(CREATE_CPU_MEMORY_INFO, (int, int, void **), arena, of_default_type, &memory);
	printf("ONNX Runtime %s\n", get_base()->get_version());
	fflush(stdout);
}

/* What the last question was about serves the next one. */
static struct {
	char net[64];
	long rows, outputs;
	float *x, *y;
	void *session, *in, *out;
} held;

static void *tensor(float *data, int64_t rows, int64_t columns)
{
	int64_t shape[] = {rows, columns};
	void *value;
	CALL(CREATE_TENSOR_WITH_DATA, (void *, void *, size_t, const int64_t *, size_t, int, void **), memory, data,
	     sizeof(float) * rows * columns, shape, 2, of_floats, &value);
	return value;
}

/* hold keeps what it made before: a session belongs to one network. */
static void hold(const char *net, long rows)
{
	char path[4096];
	if (!strcmp(held.net, net) && held.rows == rows)
		return;
	if (strcmp(held.net, net)) {
		snprintf(path, sizeof path, "%s/%s.onnx", folder, net);
		CALL(CREATE_SESSION, (void *, const char *, void *, void **), environment, path, options, &held.session);
	}
	long inputs = atol(net);
	snprintf(held.net, sizeof held.net, "%s", net);
	held.rows = rows;
	held.outputs = atol(strrchr(net, '-') + 1);
	held.x = malloc(sizeof(float) * rows * inputs);
	held.y = malloc(sizeof(float) * rows * held.outputs);
	for (long i = 0; i < rows * inputs; i++)
		held.x[i] = (float)(i * 7919 % 2001) / 2000;
	held.in = tensor(held.x, rows, inputs);
	held.out = tensor(held.y, rows, held.outputs);
}

static void predict(void)
{
	static const char *const in = "x", *const out = "y";
	CALL(RUN, (void *, void *, const char *const *, void **, size_t, const char *const *, size_t, void **), held.session, NULL,
	     &in, &held.in, 1, &out, 1, &held.out);
}

static double now(clockid_t clock)
{
	struct timespec t;
	clock_gettime(clock, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
	char line[256], net[64];
	long rows, times;
	if (argc != 4) {
		fprintf(stderr, "usage: onnx LIBRARY FOLDER THREADS\n");
		return 1;
	}
	folder = argv[2];
	load(argv[1], atoi(argv[3]));
	for (; fgets(line, sizeof line, stdin); fflush(stdout)) {
		if (sscanf(line, "predict %63s %ld %ld", net, &rows, &times) == 3) {
			hold(net, rows);
			double cpu = now(CLOCK_PROCESS_CPUTIME_ID), wall = now(CLOCK_MONOTONIC);
			for (long i = 0; i < times; i++)
				predict();
			wall = now(CLOCK_MONOTONIC) - wall;
			printf("%.9f %.9f\n", wall, now(CLOCK_PROCESS_CPUTIME_ID) - cpu);
		} else if (sscanf(line, "eval %63s %ld", net, &rows) == 2) {
			hold(net, rows);
			predict();
			fwrite(held.y, sizeof(float), rows * held.outputs, stdout);
		} else {
			return 1;
		}
	}
}
