"""The numbers: real activations and gradients of a network that the user configures.

One convention throughout:

* ``W[l]`` has shape (n_l, n_{l-1}), ``b[l]`` (n_l,), a batch (examples, n):
  ``z = a @ W.T + b``, ``a = f(z)``.
* Layers are counted 1..L as on screen, and layer 0 is the input. A tuple with one entry a layer
  holds layer l at index l - 1. ``Trace.a`` also has the input, so it holds layer l at index l.
* The loss sums over the outputs and averages over the N examples. ``delta``, ``dW``, ``db`` and
  ``dx`` are gradients of that mean, so ``delta`` holds a 1/N.
* The signal of a layer is the root mean square over the examples of the norm of one example's
  gradient with respect to z: sqrt(N) times the Frobenius norm of ``delta``.
* Norms are returned as decimal logarithms, which stay accurate where floats underflow; -inf
  means exactly zero.
* NaN and infinity are never returned: `NumericalError` names the layer and the likely cause.

`backprop_core.textbook` holds the pass as it is taught, one formula a line.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from backprop_core.diagnosis.diagnose import Diagnosis, diagnose
from backprop_core.diagnosis.finding import Finding
from backprop_core.errors import InputError, NumericalError
from backprop_core.measures.gradcheck import GradCheck, check_trace, gradcheck
from backprop_core.measures.layers import (
    Factors,
    accuracy,
    dead_units,
    factors,
    median_slope,
    saturated_fraction,
    slope,
)
from backprop_core.measures.numerics import plain_signal
from backprop_core.passes.activations import ACTIVATIONS, Activation
from backprop_core.passes.circuit import Circuit, Gate, max_circuit, neuron_circuit
from backprop_core.passes.network import Network
from backprop_core.passes.trace import Trace, trace
from backprop_core.training.history import History

if TYPE_CHECKING:
    from backprop_core.data.datasets import Data, layer_widths, load_data
    from backprop_core.data.frames import from_frame
    from backprop_core.data.resolved import Resolved, resolve
    from backprop_core.experiment.config import Experiment, load_experiment
    from backprop_core.measures.ensemble import Ensemble, ensemble
    from backprop_core.measures.landscape import Landscape, landscape
    from backprop_core.measures.theory import Theory, mean_field, quarter_bound
    from backprop_core.passes.first_pass import initialize, run
    from backprop_core.training.sgd import step, train, train_many

# Functions that take an experiment import pydantic, which is slow: they load on first use.
_ELSEWHERE = {
    "experiment.config": ("Experiment", "load_experiment"),
    "data.datasets": ("Data", "layer_widths", "load_data"),
    "data.frames": ("from_frame",),
    "data.resolved": ("Resolved", "resolve"),
    "passes.first_pass": ("initialize", "run"),
    "measures.ensemble": ("Ensemble", "ensemble"),
    "measures.landscape": ("Landscape", "landscape"),
    "measures.theory": ("Theory", "mean_field", "quarter_bound"),
    "training.sgd": ("step", "train", "train_many"),
}

__all__ = [
    "ACTIVATIONS",
    "Activation",
    "Circuit",
    "Data",
    "Diagnosis",
    "Ensemble",
    "Experiment",
    "Factors",
    "Finding",
    "Gate",
    "GradCheck",
    "History",
    "InputError",
    "Landscape",
    "Network",
    "NumericalError",
    "Resolved",
    "Theory",
    "Trace",
    "accuracy",
    "check_trace",
    "dead_units",
    "diagnose",
    "ensemble",
    "factors",
    "from_frame",
    "gradcheck",
    "initialize",
    "landscape",
    "layer_widths",
    "load_data",
    "load_experiment",
    "max_circuit",
    "mean_field",
    "median_slope",
    "neuron_circuit",
    "plain_signal",
    "quarter_bound",
    "resolve",
    "run",
    "saturated_fraction",
    "slope",
    "step",
    "trace",
    "train",
    "train_many",
]


def __getattr__(name: str) -> Any:
    for module, names in _ELSEWHERE.items():
        if name in names:
            return getattr(import_module(f"{__name__}.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
