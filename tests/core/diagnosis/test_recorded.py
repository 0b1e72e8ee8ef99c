"""The diagnosis of recorded training runs, each with one planted fault."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from backprop_core.diagnosis.diagnose import diagnose
from backprop_core.diagnosis.finding import Finding
from backprop_core.recording import Pass, Recording, from_arrays

LAYERS, N, UNITS = 5, 40, 10
RNG = np.random.default_rng(0)
X = RNG.standard_normal((N, UNITS))
Z = [0.5 * RNG.standard_normal((N, UNITS)) for _ in range(LAYERS)]
DELTA = [1e-2 * RNG.standard_normal((N, UNITS)) for _ in range(LAYERS)]
W = [RNG.standard_normal((UNITS, UNITS)) / UNITS**0.5 for _ in range(LAYERS)]


def healthy(step: int, **changes: Any) -> Pass:
    """Return a pass of a network that lacks nothing, but for the changes."""
    parts: dict[str, Any] = {
        "x": X,
        "z": Z,
        "delta": DELTA,
        "weights": W,
        "biases": [np.zeros(UNITS)] * LAYERS,
        "dW": W,
        "step_dW": W,
        "update": [1e-3 * each for each in W],
        "loss": 2.0 / (1 + step),
    }
    return Pass(step=step, **{**parts, **changes})


def run(changes: Sequence[dict[str, Any]], activation: str = "sigmoid") -> Recording:
    return from_arrays([healthy(10 * n, **each) for n, each in enumerate(changes)], activation)


def only(recording: Recording, kind: str) -> Finding:
    found = diagnose(recording)
    assert found.kinds == {kind}
    return found.findings[0]


def test_a_healthy_run_is_healthy() -> None:
    assert diagnose(run([{}] * 6)).healthy


def test_the_first_layer_and_step_that_saturate_are_named() -> None:
    late = [z + 20 * (n in {2, 3}) for n, z in enumerate(Z)]
    more = [z + 20 * (n in {1, 2, 3}) for n, z in enumerate(Z)]
    finding = only(run([{}, {}, {"z": late}, {"z": more}, {}, {}]), "saturated")
    assert finding.layers == (2, 3, 4)
    assert finding.step == 20
    assert finding.words.endswith("Layer 3 is the first, at step 20.")
    assert finding.film == "saturation"


def test_vanishing_is_found_at_its_layers_and_step() -> None:
    small = [0.1 ** (LAYERS - 1 - n) * d for n, d in enumerate(DELTA)]
    finding = only(run([{"delta": small}] * 2), "vanishing")
    assert finding.layers == (1, 2, 3, 4)
    assert finding.step == 0
    assert finding.value == pytest.approx(0.1, rel=0.2)
    assert only(run([{}, {"delta": small}]), "vanishing").step == 10


def test_clipping_that_hides_an_explosion_is_found() -> None:
    large, cut = [100 * each for each in W], [0.5 * each for each in W]
    finding = only(run([{}, {"dW": large, "step_dW": cut}, {}]), "clipped")
    assert finding.value == pytest.approx(0.005)
    assert finding.step == 10
    assert "in 33 % of the passes" in finding.words
    assert finding.words.endswith("This hides an explosion.")


def test_a_loss_scale_is_no_clipping() -> None:
    scaled = [2.0**-10 * each for each in W]
    assert diagnose(run([{"step_dW": scaled}] * 3)).healthy


def test_the_learning_rate_is_judged_by_its_steps() -> None:
    slow = {"update": [1e-6 * each for each in W], "loss": 2.0}
    finding = only(run([slow] * 3), "small_updates")
    assert finding.remedy == "Multiply the learning rate by about 1,000."
    uneven = [(1e-3 if n else 1e-7) * each for n, each in enumerate(W)]
    finding = only(run([{"update": uneven, "loss": 2.0}] * 3), "small_updates")
    assert finding.layers == (1,)
    assert finding.remedy.endswith("update:weight goes from 1.00 × 10⁻⁷ to 0.00100.")
    # Steps of any size are right if the loss falls.
    assert diagnose(run([{"update": uneven}] * 3)).healthy


def test_large_steps_are_a_fault_if_the_loss_does_not_fall() -> None:
    rough = [0.1 * each for each in W]
    run_of = [{"update": rough, "loss": 2.0 + n} for n in range(3)]
    assert only(run(run_of), "large_updates").remedy.endswith("learning rate by about 0.01.")
    # In three passes it cannot fall far.
    assert diagnose(run([{"update": rough, "loss": 2.0 - 0.01 * n} for n in range(3)])).healthy


def test_underflow_is_counted_and_a_loss_scale_is_named() -> None:
    half = [d.astype(np.float16) for d in DELTA]
    # An eighth of the examples send layer 1 less than float16 can hold.
    half[1][::8] = (1e-5 * DELTA[1][::8]).astype(np.float16)
    half[1][::8, 0] = 1e-7
    half[0][::8] = 0
    changes = {"delta": half, "z": [z.astype(np.float16) for z in Z]}
    finding = only(run([changes] * 2), "lost")
    assert finding.layers == (1,)
    assert finding.value == pytest.approx(1 / 8)
    power = int(finding.remedy.partition("2^")[2].partition(",")[0])
    largest = max(2.0, *(float(np.linalg.norm(each)) for each in W))
    assert largest * 2.0**power < 65504 < largest * 2.0 ** (power + 2)


def test_masked_examples_lose_nothing() -> None:
    masked = [d.astype(np.float32) for d in DELTA]
    for each in masked:
        each[::2] = 0
    assert diagnose(run([{"delta": masked, "z": [z.astype(np.float32) for z in Z]}] * 2)).healthy


def test_a_flat_loss_is_traced_to_its_cause() -> None:
    small = [0.1 ** (LAYERS - 1 - n) * d for n, d in enumerate(DELTA)]
    found = diagnose(run([{"loss": 2.3, "delta": small}] * 6))
    assert found.kinds == {"vanishing", "flat"}
    assert "most likely as the gradient vanishes" in found.findings[-1].words
    finding = only(run([{"loss": 2.3}] * 6), "flat")
    assert "nothing that was recorded says why" in finding.words


def test_a_run_that_diverges_says_where() -> None:
    bad = [d.copy() for d in DELTA]
    bad[3][0, 0] = np.inf
    finding = only(run([{}, {}, {"delta": bad}]), "diverged")
    assert "step 20: layer 4, delta: NaN or infinity" in finding.words


def test_what_was_not_observed_is_not_judged() -> None:
    bare = from_arrays([Pass(z=Z, delta=DELTA, step=n) for n in range(6)], "relu")
    assert diagnose(bare).healthy


@pytest.mark.parametrize(
    ("activation", "off", "remedy"),
    [
        ("relu", -20, "Take leaky ReLUs, or higher biases."),
        ("relu6", -20, "Start with biases near 0, and centre the inputs, so that z is between 0"),
        ("relu6", 20, "Start with biases near 0, and centre the inputs, so that z is between 0"),
        (
            "hardtanh",
            20,
            "Start with biases near 0, and centre the inputs, so that z is between -1",
        ),
        ("hardsigmoid", -20, "Start with biases near 0"),
        (
            "hardswish",
            -20,
            "Start with biases near 0, and centre the inputs, so that z is above -3",
        ),
    ],
)
def test_units_without_a_slope_are_dead_whatever_their_function(
    activation: str, off: float, remedy: str
) -> None:
    for count, said in ((6, True), (3, False)):
        z = [each + off * (np.arange(UNITS) < count) for each in Z]
        findings = {each.kind: each for each in diagnose(run([{"z": z}] * 6, activation))}
        assert ("dead" in findings) == said
        if said:
            assert "up to 60 % of a layer have slope 0" in findings["dead"].words
            assert findings["dead"].remedy.startswith(remedy)


@pytest.mark.parametrize(("activation", "said"), [("hardtanh", 1), ("softsign", 1), ("relu6", 0)])
def test_functions_that_are_flat_on_both_sides_saturate(activation: str, said: bool) -> None:
    z = [each + 20 * (np.arange(N) < 0.8 * N)[:, None] for each in Z]
    assert ("saturated" in diagnose(run([{"z": z}] * 6, activation)).kinds) == said
