"""Writes pytorch.json: what PyTorch makes, in float64, of the layers, losses,
optimizers and schedules that package nn has too.

    python3 pytorch.py > pytorch.json

All inputs are multiples of 2^-10, so that they are the same in float32. NAdam is
the one with foreach: in PyTorch 1.13 the other takes a factor twice.

A condition stands beside each result r of layers and losses: by how much r changes,
at most, relative to relative changes of everything it is computed from, and of r
itself: |r| + sum |dr/da|*|a|. An error of one ulp in each input and in the result
amounts to one ulp of it.
"""

import copy
import json

import torch
from torch import nn
from torch.nn.utils.stateless import functional_call

torch.set_default_dtype(torch.float64)
generator = torch.Generator().manual_seed(1)


def draw(*shape, scale=2.0):
    return torch.round((torch.rand(*shape, generator=generator) * 2 - 1) * scale * 1024) / 1024


def conditions(f, *inputs):
    """Returns the conditions of all tensors that f returns."""
    results, jacobians = f(*inputs), torch.autograd.functional.jacobian(f, inputs)
    for r, row in zip(results, jacobians):
        total = r.abs()
        for a, jacobian in zip(inputs, row):
            total = total + (jacobian.abs() * a.abs()).flatten(r.dim()).sum(-1)
        yield rounded(total)


def rounded(t):
    """Conditions need few digits; upwards."""
    return [rounded(v) for v in t] if t.dim() else float(f"{t.item() * 1.0005:.4g}")


def layer(name, module, twin=None, of_output=None, rows=6, width=5, scale=4.0):
    """twin computes the same where PyTorch lacks the second derivative. of_output
    is how dx follows from y and dy in PyTorch and here: it depends on the rounded y.
    """
    x = draw(rows, width, scale=scale).requires_grad_()
    parameters = {}
    with torch.no_grad():
        for key, p in module.named_parameters():
            p.copy_(draw(*p.shape))
            parameters[key] = p.flatten().tolist()
    y = module(x)
    dy = draw(*y.shape)
    y.backward(dy)

    full_names, names = [key for key, _ in nn.Module.named_parameters(module)], list(parameters)
    twin = twin or copy.deepcopy(module)

    def passes(x, dy, *values):
        if not x.requires_grad:
            x = x.clone().requires_grad_()
        values = [v if v.requires_grad else v.clone().requires_grad_() for v in values]
        y = functional_call(twin, dict(zip(full_names, values)), x)
        return (y, *torch.autograd.grad(y, [x, *values], dy, create_graph=True))

    of_y, of_dx, *of_gradients = conditions(passes, x.detach(), dy, *[p.detach() for p in module.parameters()])
    if of_output is not None:
        y_rounding = torch.autograd.functional.jacobian(lambda y: of_output(y, dy), y.detach()).abs() * y.detach().abs()
        of_dx = rounded(torch.tensor(of_dx) + y_rounding.flatten(2).sum(-1))
    result = {
        "name": name,
        "x": x.tolist(),
        "dy": dy.tolist(),
        "y": y.tolist(),
        "dx": x.grad.tolist(),
        "parameters": parameters,
        "gradients": {key: p.grad.flatten().tolist() for key, p in module.named_parameters()},
        "statistics": {key: b.tolist() for key, b in module.named_buffers() if b.dim() == 1},
        "conditions": {
            "y": of_y,
            "dx": of_dx,
            "gradients": {key: torch.tensor(c).flatten().tolist() for key, c in zip(names, of_gradients)},
        },
    }
    module.eval()
    result["inference"] = module(x).tolist()
    return result


class Line(nn.Module):
    def forward(self, x):
        return x / 6 + 0.5


class Residual(nn.Module):
    def __init__(self, *layers):
        super().__init__()
        self.body = nn.Sequential(*layers)

    def forward(self, x):
        return x + self.body(x)

    def named_parameters(self, *args, **kwargs):
        return self.body.named_parameters(*args, **kwargs)


def layers():
    return [
        layer("ReLU", nn.ReLU()),
        layer("Sigmoid", nn.Sigmoid(), of_output=lambda y, dy: dy * y * (1 - y)),
        layer("Tanh", nn.Tanh(), of_output=lambda y, dy: dy * (1 - y * y)),
        layer("Softmax", nn.Softmax(1)),
        layer("LogSoftmax", nn.LogSoftmax(1)),
        layer("LeakyReLU", nn.LeakyReLU(0.125)),
        layer("ELU", nn.ELU(0.75), of_output=lambda y, dy: dy * torch.where(y > 0, 1, y + 0.75)),
        layer("SELU", nn.SELU()),
        layer("GELU", nn.GELU()),
        layer("GELUTanh", nn.GELU("tanh")),
        layer("SiLU", nn.SiLU()),
        layer("Softplus", nn.Softplus()),
        layer("Mish", nn.Mish()),
        layer("HardSigmoid", nn.Hardsigmoid(), nn.Sequential(Line(), nn.Hardtanh(0, 1))),
        layer("Identity", nn.Identity()),
        layer("PReLU", nn.PReLU()),
        layer("ColumnPReLU", nn.PReLU(5)),
        layer("Dense", nn.Linear(5, 3)),
        layer("LayerNorm", nn.LayerNorm(5)),
        layer("BatchNorm", nn.BatchNorm1d(5, momentum=0.25)),
        layer("Residual", Residual(nn.Linear(5, 5), nn.Tanh())),
        layer("DenseNoBias", nn.Linear(5, 3, bias=False)),
        layer("LayerNorm epsilon", nn.LayerNorm(5, eps=0.125)),
        layer("BatchNorm epsilon", nn.BatchNorm1d(5, eps=0.125)),
        layer("Stack", nn.Sequential(nn.Linear(5, 4), nn.Sigmoid(), nn.Linear(4, 2))),
    ]


class CELU(nn.Module):
    """nn.CELU has no second derivative with respect to the first one."""

    def forward(self, x):
        return x.clamp(min=0) + 0.75 * torch.expm1(x.clamp(max=0) / 0.75)


class HardSwish(nn.Module):
    def forward(self, x):
        return x * (x / 6 + 0.5).clamp(0, 1)


def later_layers():
    return [
        layer("HardTanh", nn.Hardtanh(-1.5, 0.75)),
        layer("ReLU6", nn.ReLU6(), scale=9.0),
        layer("HardSwish", nn.Hardswish(), HardSwish()),
        layer("Softsign", nn.Softsign()),
        layer("LogSigmoid", nn.LogSigmoid()),
        layer("CELU", nn.CELU(0.75), CELU()),
    ]


def loss(name, module, z, t, labels=False, twin=None):
    """twin computes the same where PyTorch lacks the second derivative."""
    twin = twin or module
    z = z.clone().requires_grad_()
    target = t.flatten().long() if labels else t
    value = module(z, target)
    value.backward()

    def passes(z):
        z = z if z.requires_grad else z.clone().requires_grad_()
        value = twin(z, target)
        return value, torch.autograd.grad(value, z, create_graph=True)[0]

    of_loss, of_dz = conditions(passes, z.detach())
    return {
        "name": name, "z": z.tolist(), "t": t.tolist(), "loss": value.item(), "dz": z.grad.tolist(),
        "conditions": {"loss": of_loss, "dz": of_dz},
    }


ROW_WEIGHTS = torch.tensor([1.0, 0, 2.5, 0.25, 3, 1])


def weighted_mean(rows):
    return (rows * ROW_WEIGHTS).sum() / ROW_WEIGHTS.sum()


def by_rows(module):
    """The mean over rows with weights; a row's loss is the mean over its columns."""
    return lambda z, t: weighted_mean(module(z, t).reshape(len(z), -1).mean(1))


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
        loss("Summed MAE", nn.L1Loss(reduction="sum"), z, t),
        loss("Summed Huber", nn.HuberLoss(delta=0.75, reduction="sum"), z, t),
        loss("Summed BCE", nn.BCELoss(reduction="sum"), p, share),
        loss("Summed Poisson", nn.PoissonNLLLoss(reduction="sum"), z, counts),
        loss("Summed NLL weights", nn.NLLLoss(weight=weights, reduction="sum"), log_p, labels, True),
        loss("Summed KLDivergence", nn.KLDivLoss(reduction="sum"), log_p, distribution),
        loss("Summed CrossEntropy both", nn.CrossEntropyLoss(weight=weights, label_smoothing=0.125, reduction="sum"), z, labels, True),
        loss("Rows MSE", by_rows(nn.MSELoss(reduction="none")), z, t),
        loss("Rows MAE", by_rows(nn.L1Loss(reduction="none")), z, t),
        loss("Rows Huber", by_rows(nn.HuberLoss(delta=0.75, reduction="none")), z, t),
        loss("Rows BCE", by_rows(nn.BCELoss(reduction="none")), p, share),
        loss("Rows BCEWithLogits", by_rows(nn.BCEWithLogitsLoss(reduction="none")), z, share),
        loss("Rows Poisson", by_rows(nn.PoissonNLLLoss(reduction="none")), z, counts),
        loss("Rows NLL", by_rows(nn.NLLLoss(reduction="none")), log_p, labels, True),
        loss("Rows KLDivergence", by_rows(lambda z, t: nn.KLDivLoss(reduction="none")(z, t).sum(1)), log_p, distribution),
        loss("Rows CrossEntropy", by_rows(nn.CrossEntropyLoss(reduction="none")), z, labels, True),
        loss("Rows CrossEntropy smooth distribution", by_rows(nn.CrossEntropyLoss(reduction="none", label_smoothing=0.125)), z, distribution),
    ]


def margin(signed_loss):
    """A loss of s*z with s = 1 for targets of 1, and -1 for those of 0."""
    return lambda z, t: signed_loss((2 * t - 1) * z)


def multi_margin(name, of_rows, z, labels, **settings):
    """of_rows takes the losses of the rows together, as the module does or in its place."""
    module = nn.MultiMarginLoss(margin=0.75, **settings)

    def value(z, t):
        losses = module(z, t)
        return of_rows(losses) if losses.dim() else losses

    def twin(z, t):
        margins = (module.margin - z.gather(1, t[:, None]) + z).clamp(min=0)
        return of_rows((margins**module.p * (1 - nn.functional.one_hot(t, z.shape[1]))).mean(1))

    return loss(name, value, z, labels, True, twin)


def later_losses():
    rows, columns = 6, 4
    z, bits = draw(rows, columns), (draw(rows, columns) > 0).double()
    labels = torch.tensor([[0.0], [3], [1], [1], [2], [0]])
    hinge = margin(lambda m: nn.HingeEmbeddingLoss()(m, -torch.ones_like(m)))
    squared = margin(lambda m: (1 - m).clamp(min=0).square().mean())
    return [
        loss("Hinge", hinge, z, bits),
        loss("SquaredHinge", squared, z, bits),
        loss("Summed Hinge", margin(lambda m: (1 - m).clamp(min=0).sum()), z, bits),
        loss("Rows SquaredHinge", by_rows(margin(lambda m: (1 - m).clamp(min=0).square())), z, bits),
        multi_margin("MultiMargin", torch.mean, z, labels),
        multi_margin("SquaredMultiMargin", torch.mean, z, labels, p=2),
        multi_margin("Summed MultiMargin", torch.sum, z, labels, reduction="sum"),
        multi_margin("Rows SquaredMultiMargin", weighted_mean, z, labels, p=2, reduction="none"),
    ]


STEPS, VALUES, RATE = 10, 7, 0.125


def optimizer(name, make, before=None, after=None, schedule=None):
    """before changes the gradients, after what is recorded of a step, or the parameters."""
    w = nn.Parameter(draw(VALUES))
    gradients = [draw(VALUES) for _ in range(STEPS)]
    start, values = w.tolist(), []
    o = make([w])
    s = schedule and schedule(o)
    for g in gradients:
        w.grad = g.clone()
        if before is not None:
            before([w])
        o.step()
        if s and len(values) < STEPS - 1:
            s.step()
        values.append((after(w) if after is not None else w).tolist())
    return {"name": name, "start": start, "gradients": [g.tolist() for g in gradients], "after": values}


def penalty_l1(parameters):
    for w in parameters:
        w.grad += 0.0625 * w.detach().sign()


def max_norm(w):
    with torch.no_grad():
        return w.copy_(w * min(1, 1.5 / w.norm().item()))


class Average:
    """torch.optim.swa_utils.AveragedModel with the average that later versions call get_ema_avg_fn."""

    def __init__(self, decay):
        self.decay, self.value = decay, None

    def __call__(self, w):
        w = w.detach()
        self.value = w.clone() if self.value is None else self.decay * self.value + (1 - self.decay) * w
        return self.value


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
        optimizer("Nesterov decay", lambda p: o.SGD(p, RATE, momentum=0.875, nesterov=True, weight_decay=0.0625)),
        optimizer("Adagrad decay", lambda p: o.Adagrad(p, RATE, weight_decay=0.0625)),
        optimizer("RMSprop centered", lambda p: o.RMSprop(p, RATE, alpha=0.75, centered=True)),
        optimizer("RMSprop centered momentum", lambda p: o.RMSprop(p, RATE, alpha=0.75, momentum=0.5, centered=True)),
        optimizer("AMSGrad decay", lambda p: o.Adam(p, RATE, betas=(0.5, 0.75), amsgrad=True, weight_decay=0.0625)),
        optimizer("AdamW AMSGrad", lambda p: o.AdamW(p, RATE, betas=(0.5, 0.75), amsgrad=True, weight_decay=0.0625)),
        optimizer("SGD cycle", lambda p: o.SGD(p, RATE, momentum=0.875), schedule=one_cycle),
        optimizer("Nesterov cycle", lambda p: o.SGD(p, RATE, momentum=0.875, nesterov=True), schedule=one_cycle),
        optimizer("RMSprop cycle", lambda p: o.RMSprop(p, RATE, momentum=0.5), schedule=one_cycle),
        optimizer("Adam cycle", lambda p: o.Adam(p, RATE), schedule=one_cycle),
        optimizer("AdamW cycle", lambda p: o.AdamW(p, RATE, weight_decay=0.0625), schedule=one_cycle),
        optimizer("L1", sgd, before=penalty_l1),
        optimizer("max norm", sgd, after=max_norm),
        optimizer("average", sgd, after=Average(0.75)),
        optimizer("clip norm", sgd, lambda p: utils.clip_grad_norm_(p, 2.0)),
        optimizer("clip value", sgd, lambda p: utils.clip_grad_value_(p, 0.5)),
    ]


def later_optimizers():
    o = torch.optim
    return [
        optimizer("RAdam", lambda p: o.RAdam(p, RATE, betas=(0.9, 0.9))),
        optimizer("RAdam decay", lambda p: o.RAdam(p, RATE, weight_decay=0.0625)),
        optimizer("Adamax", lambda p: o.Adamax(p, RATE)),
        optimizer("Adamax decay", lambda p: o.Adamax(p, RATE, betas=(0.5, 0.75), weight_decay=0.0625)),
        optimizer("Adadelta", lambda p: o.Adadelta(p, RATE)),
        optimizer("Adadelta decay", lambda p: o.Adadelta(p, RATE, rho=0.5, eps=0.0625, weight_decay=0.0625)),
    ]


def one_cycle(o):
    return torch.optim.lr_scheduler.OneCycleLR(o, RATE, total_steps=STEPS)


def schedule(name, make, metrics=None, steps=40):
    o = torch.optim.SGD([nn.Parameter(torch.zeros(1))], 1.0, momentum=0.5)
    s = make(o)
    factors, momenta = [], []
    for i in range(steps):
        factors.append(o.param_groups[0]["lr"])
        momenta.append(o.param_groups[0]["momentum"])
        o.step()
        s.step(*([] if metrics is None else [metrics[i]]))
    return {"name": name, "factors": factors, "momenta": momenta, "metrics": metrics or []}


def schedules():
    s = torch.optim.lr_scheduler
    metrics = (torch.round(torch.rand(40, generator=generator) * 64) / 64 + 1).tolist()
    return [
        schedule("StepDecay", lambda o: s.StepLR(o, 7, 0.5)),
        schedule("ExponentialDecay", lambda o: s.ExponentialLR(o, 0.875)),
        schedule("Cosine", lambda o: s.CosineAnnealingLR(o, 40)),
        # The last of 40 steps needs no next one, which PyTorch would refuse.
        schedule("OneCycle", lambda o: s.OneCycleLR(o, 1.0, total_steps=40, cycle_momentum=False), steps=39),
        schedule("OneCycleMomentum", lambda o: s.OneCycleLR(o, 1.0, total_steps=40), steps=39),
        schedule("Fixed", lambda o: s.ConstantLR(o, 0.25, 100)),
        schedule("InverseScaling", lambda o: s.LambdaLR(o, lambda step: (step + 1) ** -0.25)),
        schedule("Warmup", lambda o: s.SequentialLR(o, [s.LinearLR(o, 0.2, 1, 4), s.StepLR(o, 7, 0.5)], [5])),
        schedule("Plateau", lambda o: s.ReduceLROnPlateau(o, factor=0.5, patience=2, cooldown=1, min_lr=0.0625), metrics),
    ]


def later_schedules():
    s = torch.optim.lr_scheduler
    return [
        schedule("MultiStep", lambda o: s.MultiStepLR(o, [5, 6, 30], 0.5)),
        schedule("Polynomial", lambda o: s.PolynomialLR(o, 40, 2)),
        schedule("CosineRestarts", lambda o: s.CosineAnnealingWarmRestarts(o, 9)),
        schedule("CosineRestarts longer", lambda o: s.CosineAnnealingWarmRestarts(o, 3, 2)),
        schedule("Cyclic", lambda o: s.CyclicLR(o, 0.25, 1.0, 5, 3, cycle_momentum=False)),
    ]


def minimum(name, loss, x, t, outputs, decay):
    """The minimum of a convex loss of a linear layer, decay/2 * |weight|^2 included,
    by L-BFGS and then Newton's method.
    """
    inputs = x.shape[1]

    def objective(w):
        weight, bias = w[: outputs * inputs].reshape(outputs, inputs), w[outputs * inputs :]
        return loss(x @ weight.T + bias, t) + decay / 2 * (weight**2).sum()

    w = torch.zeros(outputs * (inputs + 1), requires_grad=True)
    o = torch.optim.LBFGS([w], max_iter=1000, line_search_fn="strong_wolfe")

    def closure():
        o.zero_grad()
        value = objective(w)
        value.backward()
        return value

    o.step(closure)
    for _ in range(5):
        gradient = torch.autograd.functional.jacobian(objective, w.detach())
        with torch.no_grad():  # the inverse of least norm: biases of a softmax may move together
            w -= torch.linalg.pinv(torch.autograd.functional.hessian(objective, w.detach()), hermitian=True) @ gradient
    assert gradient.abs().max() < 1e-13
    return {
        "name": name, "x": x.tolist(), "t": t.reshape(len(x), -1).tolist(), "decay": decay, "loss": objective(w).item(),
        "weight": w[: outputs * inputs].tolist(), "bias": w[outputs * inputs :].tolist(),
    }


def minima():
    x = draw(40, 4)
    return [
        minimum("CrossEntropy", nn.CrossEntropyLoss(), x, torch.arange(40) * 7 % 3, 3, 0.03125),
        minimum("BCEWithLogits", nn.BCEWithLogitsLoss(), x, (x.sum(1, keepdim=True) + draw(40, 1) > 0).double(), 1, 0.03125),
        minimum("MSE", nn.MSELoss(), x, draw(40, 2), 2, 0.0),
        minimum("Poisson", nn.PoissonNLLLoss(), x, (draw(40, 1).abs() * 2).round(), 1, 0.0078125),
    ]


fixture = {
    "version": torch.__version__,
    "layers": layers(),
    "losses": losses(),
    "optimizers": optimizers(),
    "schedules": schedules(),
    "minima": minima(),
}
# What came later draws after all of the above, so that that stays as it was.
fixture["layers"] += later_layers()
fixture["losses"] += later_losses()
fixture["optimizers"] += later_optimizers()
fixture["schedules"] += later_schedules()
print(json.dumps(fixture, separators=(",", ":")).replace('{"name"', '\n{"name"'))
