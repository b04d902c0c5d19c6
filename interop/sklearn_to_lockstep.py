"""Writes a fitted MLPClassifier, MLPRegressor or LogisticRegression of scikit-learn, alone
or behind a StandardScaler in a Pipeline, as a model file of Lockstep:

    save(pipeline, "model.safetensors")  # mlp.LoadClassifier[string], LoadRegressor, LoadLogisticRegression[string]

Labels that are numbers or booleans are loaded as such: mlp.LoadClassifier[int] or [bool].
"""
import hashlib, json, struct
import numpy as np

ESTIMATORS = {"MLPClassifier": "classifier", "MLPRegressor": "regressor", "LogisticRegression": "logistic regression"}
ACTIVATIONS = {"relu": "ReLU", "logistic": "Sigmoid", "tanh": "Tanh", "identity": "Identity"}


def save(model, path):
    *before, model = [step for _, step in model.steps] if hasattr(model, "steps") else [model]
    if len(before) > 1 or any(type(s).__name__ != "StandardScaler" for s in before) or type(model).__name__ not in ESTIMATORS:
        raise ValueError(f"want one of {', '.join(ESTIMATORS)}, alone or behind a StandardScaler")
    record = {"estimator": ESTIMATORS[type(model).__name__], "iterations": int(np.max(model.n_iter_))}
    if before:
        record["scaling"] = scaling(before[0])
    if hasattr((before + [model])[0], "feature_names_in_"):
        record["feature_names"] = list((before + [model])[0].feature_names_in_)
    if hasattr(model, "classes_"):
        record["label_kind"], record["classes"] = labels(model.classes_)
    weights, activation = network(model) if hasattr(model, "coefs_") else (linear(model), None)
    layers, tensors = [], []
    for w, b in weights:
        tensors += [(f"{len(layers)}.weight", w.T), (f"{len(layers)}.bias", b)]
        layers += [{"type": "Dense", "settings": {"out": w.shape[1]}}, {"type": activation}]
    architecture = {"inputs": weights[0][0].shape[0], "layers": layers[:-1]}
    write(path, tensors, {"lockstep.format": "1", "lockstep.contract": "1",
                          "lockstep.architecture": json.dumps(architecture), "mlp": json.dumps(record)})


def scaling(scaler):
    n = scaler.n_features_in_
    return {"offset": scaler.mean_.tolist() if scaler.with_mean else [0.0] * n,
            "scale": scaler.scale_.tolist() if scaler.with_std else [1.0] * n, "low": 0}


def labels(classes):
    for kind, types in ("string", str), ("bool", (bool, np.bool_)), ("int", (int, np.integer)):
        if all(isinstance(c, types) for c in classes):
            return kind, [str(c).lower() if kind == "bool" else str(c) for c in classes]
    raise ValueError("want labels that are all text, all whole numbers or all booleans")


def network(model):
    if model.n_outputs_ > 1 and model.out_activation_ != "softmax":
        raise ValueError("several targets: fit a model for each")
    return list(zip(model.coefs_, model.intercepts_)), ACTIVATIONS[model.activation]


def linear(model):
    multinomial = getattr(model, "multi_class", "auto") == "multinomial"
    if len(model.classes_) > 2 and not multinomial and (model.solver == "liblinear" or getattr(model, "multi_class", "auto") == "ovr"):
        raise ValueError("one class versus the rest: fit with multi_class='multinomial'")
    factor = 2 if len(model.classes_) == 2 and multinomial else 1  # the softmax of -z and z is the sigmoid of 2z
    return [(factor * model.coef_.T, factor * np.broadcast_to(model.intercept_, len(model.coef_)))]


def write(path, tensors, metadata):
    """The checksum is that of the file without it, its tensors sorted by name."""
    metadata["sha256"] = hashlib.sha256(encode(sorted(tensors, key=lambda t: t[0]), metadata)).hexdigest()
    with open(path, "wb") as f:
        f.write(encode(tensors, metadata))


def encode(tensors, metadata):
    header, data = {"__metadata__": dict(sorted(metadata.items()))}, b""
    for name, values in tensors:
        raw = np.ascontiguousarray(values, "<f4").tobytes()
        header[name] = {"dtype": "F32", "shape": list(values.shape), "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + data
