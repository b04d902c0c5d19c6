"""Reads a model file of Lockstep, or any safetensors file of float32, into PyTorch:

    model = nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 10))
    model.load_state_dict(load("model.safetensors"))
"""
import json, math, struct, torch


def load(path):
    with open(path, "rb") as f:
        header = json.loads(f.read(struct.unpack("<Q", f.read(8))[0]))
        data = bytearray(f.read())
    header.pop("__metadata__", None)
    return {name: torch.frombuffer(data, dtype=torch.float32, count=math.prod(t["shape"]),
                                   offset=t["data_offsets"][0]).reshape(t["shape"])
            for name, t in header.items()}
