"""scikit-learn's side of trainpeers: one epoch a fit, without its stopping rules and
without a penalty."""

import sys
import warnings

import sklearn
from sklearn.neural_network import MLPClassifier

import mnist

warnings.filterwarnings("ignore", category=sklearn.exceptions.ConvergenceWarning)
x, y = mnist.load(sys.argv[1])


def prepare(kind, widths, batch, solver):
    hidden = [int(w) for w in widths.split("-")][1:-1]
    net = MLPClassifier(
        hidden, solver=solver, batch_size=int(batch), alpha=0, momentum=0, learning_rate_init=0.001,
        max_iter=1, warm_start=True,
    )
    return lambda: net.fit(x, y)


mnist.serve(f"scikit-learn {sklearn.__version__}; {mnist.python()}", prepare)
