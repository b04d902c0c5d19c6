"""Writes sklearn.json, the results of scikit-learn that the tests of package mlp
compare with: python3 fixture.py FOLDER > sklearn.json, where FOLDER holds iris.csv and
breast_cancer.csv with a header and the label in the last column."""
import csv
import json
import sys
import warnings

import numpy as np
import sklearn
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

warnings.filterwarnings("ignore")


def load(name):
    with open(f"{sys.argv[1]}/{name}.csv") as f:
        rows = list(csv.reader(f))[1:]
    return np.array([r[:-1] for r in rows], float), np.array([r[-1] for r in rows])


def networks(x, y):
    """The test part of each fold, and the mean accuracy over 10 seeds."""
    folds = list(StratifiedKFold(5, shuffle=True, random_state=0).split(x, y))

    def accuracy(**settings):
        scores = []
        for seed in range(10):
            for train, test in folds:
                model = make_pipeline(StandardScaler(), MLPClassifier(random_state=seed, **settings))
                scores.append(model.fit(x[train], y[train]).score(x[test], y[test]))
        return np.mean(scores)

    return {
        "folds": [test.tolist() for _, test in folds],
        "accuracy": accuracy(),
        "early_stopping": accuracy(early_stopping=True),
        "sgd": accuracy(solver="sgd", learning_rate_init=0.05),
        "lbfgs": accuracy(solver="lbfgs"),
    }


def linear(x, y, **settings):
    model = LogisticRegression(max_iter=20000, tol=1e-12, **settings).fit(StandardScaler().fit_transform(x), y)
    return {"coef": model.coef_.tolist(), "intercept": model.intercept_.tolist()}


iris, cancer = load("iris"), load("breast_cancer")
print(json.dumps({
    "sklearn": sklearn.__version__,
    "networks": {"iris": networks(*iris), "breast_cancer": networks(*cancer)},
    "linear": {
        "breast_cancer l2": linear(*cancer, solver="newton-cg"),
        "breast_cancer l2 balanced": linear(*cancer, solver="newton-cg", class_weight="balanced"),
        "breast_cancer l1": linear(*cancer, solver="saga", penalty="l1", C=0.5),
        "breast_cancer elasticnet": linear(*cancer, solver="saga", penalty="elasticnet", l1_ratio=0.3, C=0.5),
        "iris l2": linear(*iris, solver="newton-cg"),
        "iris l1": linear(*iris, solver="saga", penalty="l1"),
    },
}, separators=(",", ":")))
