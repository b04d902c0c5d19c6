"""Fits small models of scikit-learn, writes them as model files, and predictions.json with
what scikit-learn makes of some rows: python3 fixture.py, in this folder."""
import json, sys, warnings
import numpy as np
import sklearn
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

sys.path.insert(0, "..")
from sklearn_to_lockstep import save

warnings.filterwarnings("ignore")
x, target = load_iris(return_X_y=True)
species = load_iris().target_names[target]
virginica = target == 2
settings = dict(hidden_layer_sizes=(7, 5), random_state=0, max_iter=100)
models = {
    "classifier": make_pipeline(StandardScaler(), MLPClassifier(**settings)).fit(x, species),
    "binary": make_pipeline(StandardScaler(with_mean=False), MLPClassifier(activation="tanh", **settings)).fit(x, virginica),
    "unscaled": MLPClassifier(activation="logistic", **settings).fit(x, target),
    "regressor": make_pipeline(StandardScaler(), MLPRegressor(activation="identity", **settings)).fit(x[:, :3], x[:, 3]),
    "logistic": make_pipeline(StandardScaler(), LogisticRegression()).fit(x, species),
    "logistic_binary": make_pipeline(StandardScaler(with_std=False), LogisticRegression(fit_intercept=False)).fit(x, virginica),
    "logistic_softmax": LogisticRegression(multi_class="multinomial").fit(x[:100], species[:100]),
}
predictions = {"sklearn": sklearn.__version__, "x": x[::10].tolist()}
for name, model in models.items():
    save(model, name + ".safetensors")
    rows = x[::10, :model.n_features_in_]
    predictions[name] = model.predict_proba(rows).tolist() if hasattr(model, "predict_proba") else model.predict(rows).tolist()
with open("predictions.json", "w") as f:
    json.dump(predictions, f)

for model in (LogisticRegression(multi_class="ovr").fit(x, target), MLPRegressor(max_iter=5).fit(x, x[:, :2]),
              make_pipeline(StandardScaler(), StandardScaler(), LogisticRegression()).fit(x, target), StandardScaler().fit(x),
              LogisticRegression().fit(x, target.astype(float))):
    try:
        save(model, "refused.safetensors")
    except ValueError as e:
        print("refused:", e)
