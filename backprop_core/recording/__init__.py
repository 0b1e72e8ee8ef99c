"""Recordings of networks that are trained elsewhere: measure them, save them, load them.

There are three ways to a `Recording`: `record` watches a PyTorch model in training, `from_arrays`
takes arrays of any library, and `load` reads what `Recording.save` wrote.

The file
--------
Version 2 is a NumPy archive (``.npz``) of plain numbers; nothing in it is pickled. Layer l = 1..L
has n_l units and m_l inputs; of a convolution, the units are its channels, and each place is a row
of z. S passes were measured, one row for each. P of them were kept in part:
E examples of the batch and K_l units of each layer, chosen by a seed. Arrays that were not observed
are not in the file.

=============  ===============  ==================================================================
name           shape            meaning
=============  ===============  ==================================================================
about          (bytes,)         unsigned bytes, a JSON object in UTF-8: see below
steps          (S,)             number of each pass in its training, rising from 0
batch          (S,)             N, examples of its batch
loss           (S,)             mean loss of the batch; optional
signal         (S, L)           sqrt(N) * Frobenius norm of delta[l], dL/dz of the mean loss
dW             (S, L)           Frobenius norm of the gradient of W[l]; optional
W              (S, L)           Frobenius norm of W[l]; optional
update         (S, L)           Frobenius norm of the next step that W[l] took; optional
step_dW        (S, L)           norm of the gradient of W[l] that the optimizer got; optional
held           (S, L)           norm of the gradient of W[l] that was there before; optional
received       (S, L)           what the layer got: 0 not run, 1 no gradient, 2 a gradient, its W is
                                frozen, 3 a gradient of W, too; optional, then all got one
rate           (S, L)           learning rate of W[l] at that step; optional
loss_scale     (S,)             factor of a GradScaler; loss, signal, dW and back are divided by it
                                already, delta, largest and zeros are not; optional
stepped        (S,)             1 if a step of the weights followed, else 0; optional
since_step     (S,)             passes between the last step and this one; optional
in_step        (S,)             passes whose gradients went into the step; 0 if that of this pass
                                was zeroed before; optional
back           (S, L-1)         Frobenius norm of dL/da[l] of hidden layers; optional
saturated      (S, L)           share of units x examples with a slope below 4 % of the largest
dead           (S, L)           number of units with slope 0 for all of the batch
zeros          (S, L)           share of delta that is 0 exactly though the slope there is not
largest        (S, L)           largest entry of delta[l], its sign left out
kept           (P,)             which of the S passes were kept, rising from 0
x              (P, E, m_1)      their inputs; optional
units.l        (K_l,)           which units of layer l were kept, rising from 0
z.l a.l        (P, E, K_l)      their pre-activations and activations; a.l is optional
delta.l        (P, E, K_l)      their gradients dL/dz of the mean loss
W.l b.l        (n_l, m_l) (n_l,) weights and biases at the first pass; optional, of all layers
=============  ===============  ==================================================================

``x z a delta W.l b.l`` are float16, float32 or float64, whichever the network computes in; norms
and shares are float64. ``about`` holds ``format`` ("backprop recording"), ``version`` (2),
``source``, ``dtype``, ``every`` and ``seed`` (or null), ``ended`` (null, or what ended the
recording: NaN is never stored), ``passed_over`` (names of modules that were not recorded) and
``layers``: for each its ``name``, ``inputs``, ``units``, ``activation`` (null if it is not known;
its ``saturated``, ``dead`` and ``zeros`` are 0 then), ``kind`` ("linear", "conv2d") and ``after``,
the numbers of the layers that feed it (0: the input; null: not known). Of the run as a whole it
holds ``own_steps`` and ``other_steps`` (of optimizers with parameters of the model, and without),
``skipped`` (numbers of passes whose step a GradScaler skipped), ``without_gradient`` (layers that
never got one, and why), ``head`` (the functions between the last layer and the loss),
``precision`` (a dtype that NumPy lacks) and ``born``, where NaN or infinity was first seen; if
that was the first pass, S is 0. Version 1, which lacks these, is read as well.

Where ``received`` is below 2, all else of that layer and pass is 0 and means nothing; where
``stepped`` is 0, so do ``update`` and ``rate``, and ``step_dW`` is ``dW``. A layer that runs
several times in a pass has the rows of all its calls; N is the smallest number of rows of a call.

On reading, everything is checked before memory is taken: names, shapes, dtypes and sizes, then
that all numbers are finite.
"""

from __future__ import annotations

from typing import Any

from backprop_core.recording.contents import Layer, Snapshots
from backprop_core.recording.files import load
from backprop_core.recording.given_arrays import from_arrays
from backprop_core.recording.one_pass import Pass
from backprop_core.recording.pytorch.recorder import Recorder
from backprop_core.recording.recording import Recording

__all__ = ["Layer", "Pass", "Recording", "Snapshots", "from_arrays", "load", "record"]


def record(
    model: Any,
    every: int = 10,
    *,
    neurons: int = 64,
    examples: int = 64,
    seed: int = 0,
    weights: bool = True,
) -> Recorder:
    """Watch a PyTorch model while it trains: ``with record(model) as recording: train()``.

    Parameters
    ----------
    model
        A ``torch.nn.Module``. Its linear layers and convolutions are recorded, with whatever
        activation follows each; other modules are passed over, and listed.
    every
        The first pass in training is measured, and every `every`-th pass after it. A pass is what
        runs forward up to a backward pass, and that.
    neurons, examples
        Most units of a layer, and most examples of a batch, that are kept of a few dozen passes.
    seed
        Seed of the random choice of units and examples.
    weights
        Whether to keep the weights of the first pass, unless there are too many.

    Raises
    ------
    InputError
        If the model is not a ``torch.nn.Module``, has neither linear layers nor convolutions, or is
        compiled, or if PyTorch is not installed.
    """
    return Recorder(model, every, neurons=neurons, examples=examples, seed=seed, weights=weights)
