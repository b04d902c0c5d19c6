"""Writes pytorch.json: what PyTorch makes, in float64, of the layers, losses,
optimizers and schedules that package nn has too.

    python3 pytorch.py > pytorch.json

All inputs are multiples of 2^-10, so that they are the same in float32. NAdam is
the one with foreach: in PyTorch 1.13 the other takes a factor twice.
"""

import json

import torch
from torch import nn

torch.set_default_dtype(torch.float64)
generator = torch.Generator().manual_seed(1)


def draw(*shape, scale=2.0):
    return torch.round((torch.rand(*shape, generator=generator) * 2 - 1) * scale * 1024) / 1024


def layer(name, module, rows=6, width=5):
    x = draw(rows, width, scale=4.0).requires_grad_()
    parameters = {}
    with torch.no_grad():
        for key, p in module.named_parameters():
            p.copy_(draw(*p.shape))
            parameters[key] = p.flatten().tolist()
    y = module(x)
    dy = draw(*y.shape)
    y.backward(dy)
    result = {
        "name": name,
        "x": x.tolist(),
        "dy": dy.tolist(),
        "y": y.tolist(),
        "dx": x.grad.tolist(),
        "parameters": parameters,
        "gradients": {key: p.grad.flatten().tolist() for key, p in module.named_parameters()},
        "statistics": {key: b.tolist() for key, b in module.named_buffers() if b.dim() == 1},
    }
    module.eval()
    result["inference"] = module(x).tolist()
    return result


class Residual(nn.Module):
    def __init__(self, *layers):
        super().__init__()
        self.body = nn.Sequential(*layers)

    def forward(self, x):
        return x + self.body(x)

    def named_parameters(self):
        return self.body.named_parameters()


def layers():
    return [
        layer("ReLU", nn.ReLU()),
        layer("Sigmoid", nn.Sigmoid()),
        layer("Tanh", nn.Tanh()),
        layer("Softmax", nn.Softmax(1)),
        layer("LogSoftmax", nn.LogSoftmax(1)),
        layer("LeakyReLU", nn.LeakyReLU(0.125)),
        layer("ELU", nn.ELU(0.75)),
        layer("SELU", nn.SELU()),
        layer("GELU", nn.GELU()),
        layer("GELUTanh", nn.GELU("tanh")),
        layer("SiLU", nn.SiLU()),
        layer("Softplus", nn.Softplus()),
        layer("Mish", nn.Mish()),
        layer("HardSigmoid", nn.Hardsigmoid()),
        layer("Identity", nn.Identity()),
        layer("PReLU", nn.PReLU()),
        layer("ColumnPReLU", nn.PReLU(5)),
        layer("Dense", nn.Linear(5, 3)),
        layer("LayerNorm", nn.LayerNorm(5)),
        layer("BatchNorm", nn.BatchNorm1d(5, momentum=0.25)),
        layer("Residual", Residual(nn.Linear(5, 5), nn.Tanh())),
    ]


def loss(name, module, z, t, labels=False):
    z = z.clone().requires_grad_()
    value = module(z, t.flatten().long() if labels else t)
    value.backward()
    return {"name": name, "z": z.tolist(), "t": t.tolist(), "loss": value.item(), "dz": z.grad.tolist()}


def losses():
    rows, columns = 6, 4
    z, t = draw(rows, columns), draw(rows, columns)
    p = torch.round(torch.sigmoid(draw(rows, columns)) * 1024) / 1024
    p[0, 0], p[0, 1] = 0, 1
    share = torch.round(torch.sigmoid(draw(rows, columns)) * 1024) / 1024
    labels = torch.tensor([[0.0], [3], [1], [1], [2], [0]])
    distribution = torch.tensor([[1.0, 0, 0, 0], [0.25] * 4, [0, 0.5, 0.5, 0], [0.125, 0.375, 0.5, 0], [0, 0, 0, 1], [0.75, 0, 0.25, 0]])
    counts = torch.tensor([[0.0, 1, 2, 3], [4, 0, 0, 1], [2, 2, 5, 0], [1, 1, 1, 1], [0, 0, 0, 0], [7, 3, 0, 2]])
    weights = torch.tensor([0.5, 2.0, 0.25, 3.0])
    log_p = torch.round(torch.log_softmax(z, 1) * 1024) / 1024
    return [
        loss("MSE", nn.MSELoss(), z, t),
        loss("Summed MSE", nn.MSELoss(reduction="sum"), z, t),
        loss("MAE", nn.L1Loss(), z, t),
        loss("Huber", nn.HuberLoss(delta=0.75), z, t),
        loss("BCE", nn.BCELoss(), p, share),
        loss("BCEWithLogits", nn.BCEWithLogitsLoss(), z, share),
        loss("Summed BCEWithLogits", nn.BCEWithLogitsLoss(reduction="sum"), z, share),
        loss("Poisson", nn.PoissonNLLLoss(), z, counts),
        loss("NLL", nn.NLLLoss(), log_p, labels, True),
        loss("NLL weights", nn.NLLLoss(weight=weights), log_p, labels, True),
        loss("KLDivergence", nn.KLDivLoss(reduction="batchmean"), log_p, distribution),
        loss("CrossEntropy", nn.CrossEntropyLoss(), z, labels, True),
        loss("Summed CrossEntropy", nn.CrossEntropyLoss(reduction="sum"), z, labels, True),
        loss("CrossEntropy distribution", nn.CrossEntropyLoss(), z, distribution),
        loss("CrossEntropy smooth", nn.CrossEntropyLoss(label_smoothing=0.125), z, labels, True),
        loss("CrossEntropy smooth distribution", nn.CrossEntropyLoss(label_smoothing=0.125), z, distribution),
        loss("CrossEntropy weights", nn.CrossEntropyLoss(weight=weights), z, labels, True),
        loss("CrossEntropy weights distribution", nn.CrossEntropyLoss(weight=weights), z, distribution),
        loss("CrossEntropy both", nn.CrossEntropyLoss(weight=weights, label_smoothing=0.125), z, labels, True),
        loss("CrossEntropy both distribution", nn.CrossEntropyLoss(weight=weights, label_smoothing=0.125), z, distribution),
    ]


STEPS, VALUES, RATE = 10, 7, 0.125


def optimizer(name, make, clip=None):
    w = nn.Parameter(draw(VALUES))
    gradients = [draw(VALUES) for _ in range(STEPS)]
    start, after = w.tolist(), []
    o = make([w])
    for g in gradients:
        w.grad = g.clone()
        if clip is not None:
            clip([w])
        o.step()
        after.append(w.tolist())
    return {"name": name, "start": start, "gradients": [g.tolist() for g in gradients], "after": after}


def optimizers():
    o, utils = torch.optim, nn.utils
    sgd = lambda p: o.SGD(p, RATE)
    return [
        optimizer("SGD", sgd),
        optimizer("Momentum", lambda p: o.SGD(p, RATE, momentum=0.875)),
        optimizer("Nesterov", lambda p: o.SGD(p, RATE, momentum=0.875, nesterov=True)),
        optimizer("SGD decay", lambda p: o.SGD(p, RATE, momentum=0.875, weight_decay=0.0625)),
        optimizer("Adagrad", lambda p: o.Adagrad(p, RATE)),
        optimizer("RMSprop", lambda p: o.RMSprop(p, RATE)),
        optimizer("RMSprop momentum", lambda p: o.RMSprop(p, RATE, alpha=0.75, momentum=0.5, weight_decay=0.0625)),
        optimizer("Adam", lambda p: o.Adam(p, RATE)),
        optimizer("Adam decay", lambda p: o.Adam(p, RATE, betas=(0.5, 0.75), weight_decay=0.0625)),
        optimizer("AMSGrad", lambda p: o.Adam(p, RATE, betas=(0.5, 0.75), amsgrad=True)),
        optimizer("AdamW", lambda p: o.AdamW(p, RATE, weight_decay=0.0625)),
        optimizer("NAdam", lambda p: o.NAdam(p, RATE, foreach=True)),
        optimizer("NAdam decay", lambda p: o.NAdam(p, RATE, weight_decay=0.0625, momentum_decay=0.125, foreach=True)),
        optimizer("clip norm", sgd, lambda p: utils.clip_grad_norm_(p, 2.0)),
        optimizer("clip value", sgd, lambda p: utils.clip_grad_value_(p, 0.5)),
    ]


def schedule(name, make, metrics=None, steps=40):
    o = torch.optim.SGD([nn.Parameter(torch.zeros(1))], 1.0)
    s = make(o)
    factors = []
    for i in range(steps):
        factors.append(o.param_groups[0]["lr"])
        o.step()
        s.step(*([] if metrics is None else [metrics[i]]))
    return {"name": name, "factors": factors, "metrics": metrics or []}


def schedules():
    s = torch.optim.lr_scheduler
    metrics = (torch.round(torch.rand(40, generator=generator) * 64) / 64 + 1).tolist()
    return [
        schedule("StepDecay", lambda o: s.StepLR(o, 7, 0.5)),
        schedule("ExponentialDecay", lambda o: s.ExponentialLR(o, 0.875)),
        schedule("Cosine", lambda o: s.CosineAnnealingLR(o, 40)),
        # The last of 40 steps needs no next one, which PyTorch would refuse.
        schedule("OneCycle", lambda o: s.OneCycleLR(o, 1.0, total_steps=40, cycle_momentum=False), steps=39),
        schedule("Plateau", lambda o: s.ReduceLROnPlateau(o, factor=0.5, patience=2, cooldown=1, min_lr=0.0625), metrics),
    ]


print(json.dumps({
    "version": torch.__version__,
    "layers": layers(),
    "losses": losses(),
    "optimizers": optimizers(),
    "schedules": schedules(),
}, separators=(",", ":")).replace('{"name"', '\n{"name"'))
