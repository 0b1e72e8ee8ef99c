"""What a watched training tells beyond its arrays: the diagnosis of it, each fact by itself."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from backprop_core.diagnosis.diagnose import diagnose
from backprop_core.diagnosis.finding import Finding
from backprop_core.diagnosis.runs.ratios import factors_of, ways_down
from backprop_core.recording import Recording
from backprop_core.recording.contents import (
    FROZEN,
    NO_GRADIENT,
    NOT_RUN,
    TRAINED,
    Born,
    Silent,
)
from tests.core.diagnosis.training_loop import Loop

S, L = 10, 3
STILL = Loop(steps=False)
GROWS = np.arange(1, S + 1)


def but(loop: Loop = Loop(), **facts: Any) -> Recording:  # noqa: B008
    """Return what a loop recorded, and facts about it."""
    return replace(loop.train()[0], **facts)


def first(recording: Recording) -> Finding:
    return diagnose(recording).findings[0]


@pytest.mark.parametrize(
    ("why", "said", "remedy"),
    [
        ("detached", "run, but cut off from the loss", "detach()"),
        ("never_run", "not run, or only under torch.no_grad()", "call them in forward"),
        ("unregistered", "run, but not a part of the model", "nn.ModuleList"),
        ("frozen", "frozen", "requires_grad_(True)"),
    ],
)
def test_layers_without_a_gradient_are_named_by_why(why: str, said: str, remedy: str) -> None:
    silent = tuple(Silent(name, why) for name in "abcdef")
    found = first(but(STILL, without_gradient=silent))
    assert found.words == f"No gradient arrives at a, b, c, d and 2 more: {said}."
    assert remedy in found.remedy


def test_what_is_frozen_on_purpose_or_never_run_is_no_fault() -> None:
    silent = (Silent("a", "frozen"), Silent("b", "never_run"))
    assert diagnose(but(without_gradient=silent)).healthy


def test_behind_layers_that_are_cut_off_inputs_are_no_data() -> None:
    recording = but()
    assert recording.snapshots is not None
    assert recording.snapshots.x is not None
    shots = replace(recording.snapshots, x=100 + recording.snapshots.x)
    assert "off_centre" in diagnose(replace(recording, snapshots=shots)).kinds
    layers = (replace(recording.layers[0], after=(2,)), *recording.layers[1:])
    for facts in ({"without_gradient": (Silent("a", "detached"),)}, {"layers": layers}):
        assert "off_centre" not in diagnose(replace(recording, snapshots=shots, **facts)).kinds


NO_STEP = {"stepped": np.zeros(S, dtype=np.int64)}
STEPS = {"stepped": np.ones(S, dtype=np.int64)}
RATE = {"rate": np.full((S, L), 0.3)}


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"own_steps": 0, "other_steps": 0, "counts": NO_STEP}, "; no step was taken."),
        ({"own_steps": 0, "other_steps": 7, "counts": NO_STEP}, "the 7 steps that were taken are"),
        ({"own_steps": 7, "other_steps": 0, "counts": NO_STEP}, "the 7 steps that were taken are"),
        ({"own_steps": 7, "counts": STEPS, "rate": np.zeros((S, L))}, "the learning rate is 0"),
        ({"own_steps": 7, "counts": STEPS, **RATE}, "set to 0 before each step"),
        ({"own_steps": 7, "counts": STEPS, "rate": np.full((S, L), 1e-20)}, "too small to change"),
    ],
)
def test_why_no_weight_moved_is_said(facts: Mapping[str, Any], said: str) -> None:
    found = first(but(STILL, **facts))
    assert found.kind == "never_moved"
    assert said in found.words


def test_layers_that_the_optimizer_lacks_are_told_from_frozen_ones() -> None:
    recording = but()
    norms = dict(recording.norms)
    for kind in ("W", "update"):
        norms[kind] = norms[kind].copy()
        norms[kind][:, 0] = norms[kind][0, 0] * (kind == "W")
    left_out = replace(recording, norms=norms)
    assert first(left_out).words.startswith("W of layer 1 never moved in 10 passes, though other")
    received = np.full((S, L), TRAINED)
    received[:, 0] = FROZEN
    assert diagnose(replace(left_out, received=received)).healthy


def test_layers_whose_steps_are_too_small_are_not_left_out() -> None:
    recording = but()
    norms = {kind: each.copy() for kind, each in recording.norms.items()}
    for kind in ("W", "update"):
        norms[kind][:, 0] = norms[kind][0, 0] * (kind == "W")
    norms["dW"][:, 0] *= 1e-18
    assert "never_moved" not in diagnose(replace(recording, norms=norms)).kinds


def test_a_pass_without_a_gradient_is_not_judged() -> None:
    recording = but()
    received = np.full((S, L), TRAINED)
    received[[0, -1], 0] = [NOT_RUN, NO_GRADIENT]
    norms = {kind: np.where(received == TRAINED, each, 0) for kind, each in recording.norms.items()}
    assert diagnose(replace(recording, received=received, norms=norms)).healthy
    assert "zero" in diagnose(replace(recording, norms=norms)).kinds


def test_weights_of_layers_that_are_thawed_later_are_not_known_at_first() -> None:
    recording = but(Loop(gain=None))
    received = np.full((S, L), TRAINED)
    received[0, 0] = NOT_RUN
    thawed = diagnose(replace(recording, received=received)).findings[0]
    assert (first(recording).layers, thawed.layers) == ((1, 2), (2,))


def pile(held: float, since: int | None, in_step: Any, own_steps: int) -> Recording:
    recording = but()
    counts = {"in_step": np.broadcast_to(in_step, S).astype(np.int64)} | STEPS
    if since is not None:
        counts["since_step"] = np.full(S, since)
    norms = {**recording.norms, "held": np.full((S, L), held)}
    norms["step_dW"] = 4 * norms["dW"]
    return replace(recording, norms=norms, counts=counts, own_steps=own_steps)


def test_gradients_that_pile_up_are_told_from_those_added_up_on_purpose() -> None:
    steps = Loop().epochs
    assert first(pile(1.0, 0, GROWS, steps)).kind == "piled_up"
    assert first(pile(1.0, None, GROWS, steps)).kind == "piled_up"
    # The loss of a generator leaves a gradient in the discriminator, which is set to 0.
    generator = pile(1.0, 0, 1 - np.arange(S) % 2, steps)
    added = [pile(1.0, 3, 4, steps // 4), pile(1.0, None, 4, steps // 4), pile(0.0, 0, 1, steps)]
    for each in (*added, generator):
        assert "piled_up" not in diagnose(each).kinds


def heads(recording: Recording, after: dict[int, tuple[int, ...]]) -> Recording:
    layers = [replace(each, after=(n,)) for n, each in enumerate(recording.layers)]
    for number, fed in after.items():
        layers[number - 1] = replace(layers[number - 1], after=fed)
    return replace(recording, layers=tuple(layers))


def test_from_head_to_head_there_is_no_way_down() -> None:
    chain = but(Loop(widths=(6, 12, 12, 12, 12, 4)))
    assert ways_down(chain) == ways_down(heads(chain, {})) == [(1, 2, 3, 4, 5)]
    signal = chain.norms["signal"].copy()
    # The second head, layers 4 and 5, gets far less than the trunk, layers 1 and 2.
    signal[:] = [1.0, 1.0, 1.0, 1e-2, 1e-4]
    weak = replace(chain, norms={**chain.norms, "signal": signal})
    assert "exploding" in diagnose(weak).kinds
    two = heads(weak, {4: (2,)})
    assert ways_down(two, signal[0]) == [(1, 2, 3), (4, 5)]
    assert diagnose(two).healthy
    # Along a head, its layers are named by their numbers in the network.
    far = heads(chain, {2: (0,), 3: (2,)})
    signal = np.broadcast_to([1.0, 1e-4, 1e-3, 1e-2, 1.0], signal.shape).copy()
    finding = first(replace(far, norms={**chain.norms, "signal": signal}))
    assert ways_down(far, signal[0]) == [(1,), (2, 3, 4, 5)]
    assert finding.layers == (2, 3, 4)
    assert "layer 2 gets 1.00 × 10⁻⁴ of what layer 5 gets" in finding.words


def test_projections_side_by_side_are_no_way_down() -> None:
    chain = but(Loop(widths=(6, 12, 12, 12, 12, 4)))
    layers = list(heads(chain, {3: (1, 2)}).layers)
    layers[:2] = [replace(each, after=None) for each in layers[:2]]
    side = replace(chain, layers=tuple(layers))
    assert ways_down(side, chain.norms["signal"][0]) == [(2, 3, 4, 5)]
    assert ways_down(side) == [(1, 2, 3, 4, 5)]


def test_layers_that_do_not_feed_each_other_have_no_factor() -> None:
    chain = but(Loop(widths=(6, 12, 12, 12, 12, 4)))
    two = heads(chain, {4: (2,)})
    whole, parted = factors_of(chain, 0), factors_of(two, 0)
    assert np.isfinite(whole).all()
    assert list(np.isnan(parted)) == [False, False, True, False]


def test_a_residual_block_is_followed_down_its_branch() -> None:
    chain = but(Loop(widths=(6, 12, 12, 12, 12, 4)))
    assert ways_down(heads(chain, {4: (1, 3), 5: (1, 3, 4)})) == [(1, 2, 3, 4, 5)]


@pytest.mark.parametrize(
    ("born", "kind", "said"),
    [
        (Born(7, "x"), "bad_data", "in the data that the model is given; first seen at step 7"),
        (Born(7, "W", "2"), "diverged", "in a step that changed the weights of layer 2;"),
        (Born(7, "z", "odd"), "diverged", "in layer odd: its input and weights are finite"),
        (Born(7, "loss"), "diverged", "in the loss: the output of the model is finite"),
        (Born(7, "delta", "1"), "diverged", "on the way back to layer 1:"),
        (Born(7, "dW", "1"), "diverged", "in the gradient of the weights of layer 1"),
        (Born(7, "other"), "diverged", "The numbers leave the range of floats: step 7: so."),
    ],
)
@pytest.mark.parametrize("passes", [S, 0])
def test_the_place_where_nan_was_born_is_named(
    born: Born, kind: str, said: str, passes: int
) -> None:
    recording = but(born=born, ended="step 7: so")
    if not passes:
        recording = replace(
            recording,
            steps=recording.steps[:0],
            batch=recording.batch[:0],
            norms={name: each[:0] for name, each in recording.norms.items()},
            shares={name: each[:0] for name, each in recording.shares.items()},
            loss=None,
            back=None,
            snapshots=None,
        )
    finding = first(recording)
    assert finding.kind == kind
    assert said in finding.words
    assert finding.remedy.endswith(".")


@pytest.mark.parametrize(
    ("head", "twice"),
    [
        (("softmax", "log_softmax", "nll_loss"), True),
        (("view", "softmax", "squeeze", "log_softmax", "nll_loss"), True),
        (("softmax", "transpose", "log_softmax", "nll_loss"), True),
        (("softmax", "permute", "unsafe_view", "unsqueeze", "log_softmax", "nll_loss2_d"), True),
        (("sigmoid", "binary_cross_entropy_with_logits"), True),
        (("log_softmax", "log_softmax", "nll_loss"), False),
        (("softmax", "mul", "log_softmax", "nll_loss"), False),
        (("softmax", "log", "nll_loss"), False),
        (("sigmoid", "binary_cross_entropy"), False),
        ((), False),
    ],
)
def test_functions_behind_the_last_layer_tell_what_it_goes_through(
    head: tuple[str, ...], twice: bool
) -> None:
    assert ("squashed_twice" in diagnose(but(snapshots=None, head=head)).kinds) == twice


def test_a_gradient_that_is_0_at_first_only_is_no_fault() -> None:
    recording = but()
    signal = recording.norms["signal"].copy()
    signal[0, :2] = 0
    assert diagnose(replace(recording, norms={**recording.norms, "signal": signal})).healthy


def test_a_clip_that_is_far_too_low_is_told_from_an_explosion() -> None:
    loop = Loop(clip=1e-3, activation="relu")
    before, wrong = loop.train()
    (finding,) = (each for each in diagnose(before) if each.kind == "clipped")
    assert "explosion" not in finding.words
    assert finding.remedy.startswith("Clip at a larger norm: the gradient is ")
    larger = float(finding.remedy.split()[8])
    after, right = loop.but(clip=larger).train()
    assert "clipped" not in diagnose(after).kinds
    assert right > wrong
