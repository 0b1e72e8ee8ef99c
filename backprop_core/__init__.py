"""The numbers: real activations and gradients of a network that the user configures."""

from backprop_core.errors import InputError, NumericalError

__all__ = ["InputError", "NumericalError"]
