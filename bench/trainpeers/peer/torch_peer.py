"""PyTorch's side of trainpeers. Data are prepared as floats before the clock starts, the
training loop is the plain one, batches are rows in the order of a random permutation."""

import os
import sys

import torch
from torch import nn

import mnist

torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
# Adam's state decays into denormals, which take PyTorch several times as long.
flushed = torch.set_flush_denormal(True)
images, labels = mnist.load(sys.argv[1])
x, y = torch.from_numpy(images), torch.from_numpy(labels.astype("int64"))


def network(widths):
    widths = [int(w) for w in widths.split("-")]
    layers = []
    for inputs, outputs in zip(widths, widths[1:]):
        layers += [nn.Linear(inputs, outputs), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


def training(widths, batch, kind):
    net, loss, batch = network(widths), nn.CrossEntropyLoss(), int(batch)
    if kind == "adam":
        optimizer = torch.optim.Adam(net.parameters(), lr=1e-3)
    else:
        optimizer = torch.optim.SGD(net.parameters(), lr=0.1)

    def epoch():
        order = torch.randperm(len(y))
        for i in range(0, len(order), batch):
            rows = order[i : i + batch]
            optimizer.zero_grad(set_to_none=True)
            loss(net(x[rows]), y[rows]).backward()
            optimizer.step()

    return epoch


def inference(widths, rows, times):
    net, inputs = network(widths).eval(), x[: int(rows)].clone()

    def predict():
        with torch.inference_mode():
            for _ in range(int(times)):
                net(inputs)

    return predict


def prepare(kind, *rest):
    return training(*rest) if kind == "train" else inference(*rest)


def build():
    """Tells the compiler, the libraries and the instructions."""
    lines = [line.strip(" -") for line in torch.__config__.show().split("\n")]
    wanted = ("GCC", "Clang", "Intel(R) MKL", "CPU capability")
    denormals = ["denormals flushed"] if flushed else []
    return ", ".join([line for line in lines if line.startswith(wanted)] + [mnist.python()] + denormals)


mnist.serve(f"PyTorch {torch.__version__}; {build()}", prepare)
