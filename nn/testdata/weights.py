"""Writes the folder torch: networks that PyTorch saved under its usual names, in
safetensors format, and logits.json, what they make of some rows, in float64.

    python3 weights.py
"""

import json
import struct
from collections import OrderedDict

import torch
from torch import nn

torch.manual_seed(1)
NAMES = {torch.float32: "F32", torch.float64: "F64", torch.float16: "F16", torch.bfloat16: "BF16", torch.int64: "I64"}


def save(tensors, path):
    """A short form of safetensors.torch.save_file, which sorts by name too."""
    header, data = {}, b""
    for name in sorted(tensors):
        t = tensors[name].contiguous()
        raw = bytes(t.view(torch.int16).numpy().tobytes() if t.dtype == torch.bfloat16 else t.numpy().tobytes())
        header[name] = {"dtype": NAMES[t.dtype], "shape": list(t.shape), "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header).encode()
    with open(path, "wb") as f:
        f.write(struct.pack("<Q", len(text)) + text + data)


def named(**modules):
    return nn.Sequential(OrderedDict(modules))


def trained(model, inputs):
    """Moves all weights and statistics away from their initial values."""
    model.train()
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    for _ in range(5):
        optimizer.zero_grad()
        (model(torch.randn(32, inputs) * 2 + 1) ** 2).mean().backward()
        optimizer.step()
    return model.eval()


deep = [nn.Linear(4 + i, 5 + i) for i in range(10)]
models = {
    "sequential": (nn.Sequential(nn.Linear(6, 8), nn.ReLU(), nn.Linear(8, 7), nn.ReLU(), nn.Linear(7, 3)), torch.float32),
    "named": (named(fc1=nn.Linear(6, 8), bn1=nn.BatchNorm1d(8), a1=nn.Tanh(), fc2=nn.Linear(8, 8), bn2=nn.BatchNorm1d(8),
                    a2=nn.Tanh(), out=nn.Linear(8, 3)), torch.float64),
    "behind": (nn.Sequential(nn.Flatten(), nn.Linear(6, 8), nn.ReLU(), nn.BatchNorm1d(8, affine=False, eps=1e-3), nn.Linear(8, 8),
                             nn.BatchNorm1d(8, eps=1e-3), nn.ReLU(), nn.Dropout(0.5), nn.Linear(8, 3)), torch.bfloat16),
    "slopes": (named(net=nn.Sequential(nn.LayerNorm(6), nn.Linear(6, 8, bias=False), nn.PReLU(), nn.Linear(8, 5), nn.PReLU(5),
                                       nn.Linear(5, 3))), torch.float16),
    "ten": (named(**{k: v for i, fc in enumerate(deep) for k, v in ((f"fc{i + 1}", fc), (f"a{i + 1}", nn.ReLU() if i < 9 else nn.Identity()))}),
            torch.float32),
}

fixture = {}
for name, (model, dtype) in models.items():
    inputs = 4 if name == "ten" else 6
    trained(model, inputs)
    tensors = {k: v.to(dtype) if v.is_floating_point() else v for k, v in model.state_dict().items()}
    save(tensors, f"torch/{name}.safetensors")
    model.double().load_state_dict({k: v.double() if v.is_floating_point() else v for k, v in tensors.items()})
    x = torch.round(torch.randn(5, inputs) * 1024) / 1024
    with torch.no_grad():
        fixture[name] = {"x": x.tolist(), "logits": model(x.double()).tolist()}

with open("torch/logits.json", "w") as f:
    json.dump(fixture, f, indent=1)
