"""What the peers of trainpeers share: the data, and the loop of question and answer."""

import gzip
import os
import resource
import sys
import time

import numpy


def read(folder, name, offset):
    path = os.path.join(folder, name)
    opener, path = (open, path) if os.path.exists(path) else (gzip.open, path + ".gz")
    with opener(path, "rb") as f:
        return numpy.frombuffer(f.read(), dtype=numpy.uint8, offset=offset)


def load(folder):
    """Returns the training images as floats from 0 to 1, and their labels."""
    labels = read(folder, "train-labels-idx1-ubyte", 8)
    pixels = read(folder, "train-images-idx3-ubyte", 16)
    return pixels.reshape(len(labels), -1).astype(numpy.float32) / 255, labels


def python():
    """Tells the version of Python and of what multiplies matrices: the BLAS library that this
    process has loaded, where the system lists that."""
    parts = [f"NumPy {numpy.__version__}", f"Python {sys.version.split()[0]}"]
    if os.path.exists("/proc/self/maps"):
        with open("/proc/self/maps") as maps:
            files = {os.path.basename(line.split()[-1]) for line in maps if "/" in line}
        parts = sorted(f for f in files if f.startswith(("libopenblas", "libblis", "libmkl_rt"))) + parts
    return ", ".join(parts)


def serve(greeting, prepare):
    """Answers each task, a line, with the seconds that it took by the clock and of the
    processors. prepare makes a function of it, once."""
    print(greeting, flush=True)
    tasks = {}
    for line in sys.stdin:
        if line not in tasks:
            tasks[line] = prepare(*line.split())
        before, start = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
        tasks[line]()
        wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF)
        print(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, flush=True)
