"""A peer: PyTorch, on one thread. It answers the questions of peer.h.

The results of functions go into tensors made before (out=), so that nothing is
allocated. A call from Python takes a good half of a microsecond.
"""
import sys
import time

import numpy
import torch

torch.set_num_threads(1)
torch.set_grad_enabled(False)


def calls(x, y, z):
    """The operations, as functions without arguments."""
    scalar = torch.empty(())
    nn = torch._C._nn
    return {
        "exp": lambda: torch.exp(x, out=y),
        "log": lambda: torch.log(x, out=y),
        "sigmoid": lambda: torch.sigmoid(x, out=y),
        "tanh": lambda: torch.tanh(x, out=y),
        "gelu": lambda: nn.gelu(x, out=y),
        "silu": lambda: nn.silu(x, out=y),
        "elu": lambda: nn.elu(x, out=y),
        "softmax": lambda: torch._softmax(x, 0, False, out=y),
        "relu": lambda: torch.clamp_min(x, 0, out=y),
        "add": lambda: torch.add(x, z, out=y),
        "axpy": lambda: y.add_(x, alpha=0.001),
        "dot": lambda: torch.dot(x, z, out=scalar),
        "sum": lambda: torch.sum(x, 0, out=scalar),
    }


def numbers(n, offset, scale):
    u = (torch.arange(n) * 7919 % 2001 - 1000).float() / 1000
    return offset + scale * u


held = {}


def hold(key):
    if key not in held:
        held.clear()
        held[key] = calls(*(numbers(*key) for _ in range(3)))
    return held[key]


def seconds(call, count):
    start, used = time.perf_counter(), time.process_time()
    for _ in range(count):
        call()
    wall = time.perf_counter() - start
    return wall, (time.process_time() - used) / wall


def evaluate(name, first, stride, count):
    bits = (first + numpy.arange(count, dtype=numpy.uint64) * stride).astype(numpy.uint32)
    x = torch.from_numpy(bits.view(numpy.float32))
    y = torch.empty_like(x)
    calls(x, y, x)[name]()
    return y.numpy().tobytes()


capability = torch.__config__.show().split("CPU capability usage: ")[1].split()[0]
print(f"PyTorch {torch.__version__}, {capability}, Python {sys.version.split()[0]}", flush=True)
for line in sys.stdin:
    question, name, *rest = line.split()
    if question == "has":
        print(int(name in calls(None, None, None)))
    elif question == "time":
        n, count, offset, scale = int(rest[0]), int(rest[1]), float(rest[2]), float(rest[3])
        call = hold((n, offset, scale))[name]
        seconds(call, count)
        wall, load = seconds(call, count)
        print(f"{wall * 1e9:.0f} {load:.2f}")
    elif question == "eval":
        sys.stdout.buffer.write(evaluate(name, *map(int, rest)))
    sys.stdout.flush()
