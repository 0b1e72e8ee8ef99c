"""The symptoms of a diagnosis: one small function for every kind of finding.

Each threshold is a named constant with its source, or a note that it is a convention.
"""

from backprop_core.diagnosis.finding import Symptom
from backprop_core.diagnosis.symptoms.gradient import exploding, lost, underflow, vanishing, zero
from backprop_core.diagnosis.symptoms.identical import identical_units
from backprop_core.diagnosis.symptoms.inputs import (
    constant_inputs,
    contradictory_labels,
    off_centre,
    off_scale,
)
from backprop_core.diagnosis.symptoms.training import (
    after_training,
    flat,
    guessing,
    memorised,
    one_output,
)
from backprop_core.diagnosis.symptoms.units import dead, saturated
from backprop_core.diagnosis.symptoms.updates import large_updates, small_updates

SYMPTOMS: tuple[Symptom, ...] = (
    constant_inputs,
    contradictory_labels,
    off_centre,
    off_scale,
    identical_units,
    saturated,
    dead,
    vanishing,
    exploding,
    zero,
    underflow,
    lost,
    small_updates,
    large_updates,
    after_training,
    one_output,
    flat,
    guessing,
    memorised,
)
"""The symptoms in the order of their findings, from the input to the weights and the training."""
