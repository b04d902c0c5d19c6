/* A peer: what a training step computes beside its products, as a compiler makes
   it that need not keep the order and the rounding of operations. With -ffast-math
   gcc splits sums over as many accumulators as it likes, fuses products and sums,
   estimates quotients and roots, flushes denormals, and calls libmvec, whose
   functions have errors of up to 4 ulp, for exp, log, tanh and erf. */
#include <gnu/libc-version.h>
#include <math.h>
#include "peer.h"

#define ELEMENTS(name, expression)                                             \
	static void name(long n, float *y, const float *x, const float *z)     \
	{                                                                      \
		(void)z;                                                       \
		for (long i = 0; i < n; i++)                                   \
			y[i] = expression;                                     \
	}

static const float root_half = 0.70710678118654752f, density = 0.39894228040143268f;

ELEMENTS(exp_, expf(x[i]))
ELEMENTS(relu, x[i] > 0 ? x[i] : 0)
ELEMENTS(sigmoid, 1 / (1 + expf(-x[i])))
ELEMENTS(tanh_, tanhf(x[i]))
ELEMENTS(gelu, 0.5f * x[i] * (1 + erff(x[i] * root_half)))

/* Backwards x is the gradient of the outputs, and z what the function needs:
   its inputs or its outputs. */
ELEMENTS(relu_back, z[i] > 0 ? x[i] : 0)
ELEMENTS(sigmoid_back, x[i] * (z[i] * (1 - z[i])))
ELEMENTS(tanh_back, x[i] * (1 - z[i] * z[i]))
ELEMENTS(gelu_back, x[i] * (0.5f * (1 + erff(z[i] * root_half)) + z[i] * density * expf(-0.5f * z[i] * z[i])))

ELEMENTS(axpy, y[i] + 0.001f * x[i])
ELEMENTS(sgd, y[i] - 0.1f * x[i])

static void adam(long n, float *w, const float *g, const float *unused)
{
	static float *m, *v;
	static long size;
	(void)unused;
	if (size != n) {
		free(m);
		free(v);
		m = numbers(n, 0, 0.1f);
		v = numbers(n, 0.5f, 0.4f);
		size = n;
	}
	for (long i = 0; i < n; i++) {
		m[i] = 0.9f * m[i] + 0.1f * g[i];
		v[i] = 0.999f * v[i] + 0.001f * g[i] * g[i];
		w[i] -= 0.001f * m[i] / (sqrtf(v[i]) + 1e-8f);
	}
}

static volatile float sink;

static void sum(long n, float *y, const float *x, const float *z)
{
	float s = 0;
	(void)y;
	(void)z;
	for (long i = 0; i < n; i++)
		s += x[i];
	sink = s;
}

static void dot(long n, float *y, const float *x, const float *z)
{
	float s = 0;
	(void)y;
	for (long i = 0; i < n; i++)
		s += x[i] * z[i];
	sink = s;
}

static void softmax(long n, float *y, const float *x, const float *z)
{
	float top = x[0], s = 0;
	(void)z;
	for (long i = 1; i < n; i++)
		top = x[i] > top ? x[i] : top;
	for (long i = 0; i < n; i++) {
		y[i] = expf(x[i] - top);
		s += y[i];
	}
	s = 1 / s;
	for (long i = 0; i < n; i++)
		y[i] *= s;
}

/* Rows of logits become the gradient of their cross-entropy's mean. Sixteen rows
   go side by side, so that vectors are full. */
enum { classes = 10, lanes = 16 };

static void cross_entropy(long n, float *y, const float *x, const float *z)
{
	float loss = 0, rows = n / classes;
	(void)z;
	for (long first = 0; first < n; first += classes * lanes) {
		const float *in = x + first;
		float *out = y + first, e[classes][lanes], top[lanes], total[lanes];
		for (int r = 0; r < lanes; r++)
			top[r] = in[r * classes];
		for (int j = 1; j < classes; j++)
			for (int r = 0; r < lanes; r++)
				top[r] = in[r * classes + j] > top[r] ? in[r * classes + j] : top[r];
		for (int r = 0; r < lanes; r++)
			total[r] = 0;
		for (int j = 0; j < classes; j++)
			for (int r = 0; r < lanes; r++) {
				e[j][r] = expf(in[r * classes + j] - top[r]);
				total[r] += e[j][r];
			}
		for (int r = 0; r < lanes; r++) {
			int label = r % classes;
			loss += logf(total[r]) + top[r] - in[r * classes + label];
			total[r] = 1 / (total[r] * rows);
		}
		for (int j = 0; j < classes; j++)
			for (int r = 0; r < lanes; r++)
				out[r * classes + j] = e[j][r] * total[r];
		for (int r = 0; r < lanes; r++)
			out[r * classes + r % classes] -= 1 / rows;
	}
	sink = loss;
}

static const struct operation operations[] = {
	{"exp", exp_}, {"relu", relu}, {"sigmoid", sigmoid}, {"tanh", tanh_}, {"gelu", gelu},
	{"relu-back", relu_back}, {"sigmoid-back", sigmoid_back}, {"tanh-back", tanh_back}, {"gelu-back", gelu_back},
	{"axpy", axpy}, {"sgd", sgd}, {"adam", adam}, {"sum", sum}, {"dot", dot}, {"softmax", softmax},
	{"cross-entropy", cross_entropy}, {NULL, NULL},
};

int main(void)
{
	char version[128];
	snprintf(version, sizeof version, "libmvec of glibc %s, gcc %s", gnu_get_libc_version(), __VERSION__);
	return serve(version, operations);
}
