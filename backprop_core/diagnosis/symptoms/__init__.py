"""What a diagnosis looks for: a small function for every kind of finding.

A threshold is a named constant that says where it comes from; where it is a convention, it says
that.
"""

from backprop_core.diagnosis.finding import Symptom
from backprop_core.diagnosis.symptoms.gradient import exploding, lost, underflow, vanishing, zero
from backprop_core.diagnosis.symptoms.inputs import off_centre, off_scale
from backprop_core.diagnosis.symptoms.units import dead, saturated
from backprop_core.diagnosis.symptoms.updates import large_updates, small_updates

SYMPTOMS: tuple[Symptom, ...] = (
    off_centre,
    off_scale,
    saturated,
    dead,
    vanishing,
    exploding,
    zero,
    underflow,
    lost,
    small_updates,
    large_updates,
)
"""In the order in which findings are said, from the input to the weights."""
