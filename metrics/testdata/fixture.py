"""Writes sklearn.json, the values of scikit-learn's metrics that the tests of
package metrics compare with: python3 fixture.py > sklearn.json"""
import json
import numpy as np
import sklearn
from sklearn import metrics as m

random = np.random.default_rng(1)


def labels(name, classes, rows, share_right, unseen=None):
    truth = random.choice(classes, rows, p=np.arange(1, len(classes) + 1) / sum(range(len(classes) + 1)))
    predicted = np.where(random.random(rows) < share_right, truth, random.choice(classes, rows))
    if unseen:
        predicted[0] = unseen
    score = {"accuracy": m.accuracy_score(truth, predicted), "balanced_accuracy": m.balanced_accuracy_score(truth, predicted),
             "matthews": m.matthews_corrcoef(truth, predicted), "kappa": m.cohen_kappa_score(truth, predicted)}
    for average in ["macro", "micro", "weighted"]:
        p, r, f, _ = m.precision_recall_fscore_support(truth, predicted, average=average, zero_division=0)
        score.update({"precision_" + average: p, "recall_" + average: r, "f1_" + average: f})
    return {
        "name": name, "truth": truth.tolist(), "predicted": predicted.tolist(), "scores": score,
        "confusion": m.confusion_matrix(truth, predicted).tolist(),
        "report": m.classification_report(truth, predicted, zero_division=0).rstrip("\n"),
    }


def binary(name, rows, digits):
    truth = random.random(rows) < 0.3
    p = np.round(np.clip(random.normal(0.4 + 0.2 * truth, 0.2), 0, 1), digits)
    return {
        "name": name, "truth": truth.tolist(), "probabilities": p.tolist(),
        "roc_auc": m.roc_auc_score(truth, p), "average_precision": m.average_precision_score(truth, p),
        "brier": m.brier_score_loss(truth, p),
    }


def table(rows, classes):
    truth = random.choice(classes, rows, p=[0.2, 0.5, 0.3])
    z = np.exp(random.normal(size=(rows, classes)) + 1.5 * np.eye(classes)[truth])
    p = (z / z.sum(axis=1, keepdims=True)).astype(np.float32)
    return {
        "truth": truth.tolist(), "probabilities": p.tolist(), "log_loss": m.log_loss(truth, p),
        "ovr_macro": m.roc_auc_score(truth, p.astype(float) / p.astype(float).sum(axis=1, keepdims=True), multi_class="ovr"),
        "top_k": [m.top_k_accuracy_score(truth, p, k=k) for k in range(1, classes)],
        "ovr_weighted": m.roc_auc_score(truth, p.astype(float) / p.astype(float).sum(axis=1, keepdims=True), multi_class="ovr", average="weighted"),
    }


def regression(name, truth, predicted):
    return {
        "name": name, "truth": list(truth), "predicted": list(predicted), "scores": {
            "MSE": m.mean_squared_error(truth, predicted),
            "RMSE": m.mean_squared_error(truth, predicted, squared=False),
            "MAE": m.mean_absolute_error(truth, predicted),
            "MAPE": m.mean_absolute_percentage_error(truth, predicted),
            "MedianAbsoluteError": m.median_absolute_error(truth, predicted),
            "MaxError": float(m.max_error(truth, predicted)),
            "R2": m.r2_score(truth, predicted),
            "ExplainedVariance": m.explained_variance_score(truth, predicted),
        },
    }


t = np.round(random.normal(10, 3, 40), 3)
print(json.dumps({
    "sklearn": sklearn.__version__,
    "labels": [
        labels("two classes", ["no", "yes"], 40, 0.7),
        labels("four classes", ["a", "bb", "ccc", "a class with a long name"], 90, 0.5),
        labels("never true", ["a", "b", "c"], 30, 0.6, unseen="z"),
    ],
    "binary": [binary("distinct scores", 50, 9), binary("ties", 80, 1)],
    "table": table(60, 3),
    "regression": [
        regression("noise", t, np.round(t + random.normal(0, 1, 40), 3)),
        regression("worse than the mean", t, np.round(random.normal(0, 9, 40), 3)),
        regression("constant, right", [2.5, 2.5], [2.5, 2.5]),
        regression("constant, wrong", [2.5, 2.5], [2.5, 3.5]),
        regression("constant error", [1, 2, 4], [3, 4, 6]),
        regression("zeros and signs", [0, 0.5, -2], [0, 1, 2]),
    ],
}, indent=None, separators=(",", ":")))
