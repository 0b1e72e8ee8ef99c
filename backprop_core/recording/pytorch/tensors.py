"""PyTorch itself, and its tensors as arrays."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from backprop_core.errors import InputError


def pytorch() -> Any:
    """Return the module torch; raise InputError, which says how to install it, if there is none."""
    try:
        import torch
    except ImportError:
        raise InputError(
            "record: needs PyTorch; to install it, type: pip install 'leaky-backprop[torch]'"
        ) from None
    return torch


def array(tensor: Any) -> NDArray[Any]:
    """Return a tensor as an array, which shares its memory if the tensor is on the CPU."""
    try:
        found: NDArray[Any] = tensor.numpy(force=True)
    except TypeError:
        # bfloat16, which NumPy does not support.
        found = tensor.float().numpy(force=True)
    return found


def rows(tensor: Any, axis: int = -1) -> NDArray[Any]:
    """Return a tensor as (rows, units): `axis` holds the units, and all others count as rows."""
    found = array(tensor)
    if axis not in {-1, found.ndim - 1}:
        found = np.moveaxis(found, axis, -1)
    return found.reshape(-1, found.shape[-1])


def precision(tensor: Any) -> str | None:
    """Return the dtype of a tensor, if NumPy has none such: "bfloat16"; else None."""
    name = str(tensor.dtype).removeprefix("torch.")
    return name if name == "bfloat16" else None


def flattened(output: Any, deep: int = 3) -> list[Any]:
    """Return the tensors in what a model returns: a tensor, or containers of tensors."""
    if isinstance(output, pytorch().Tensor):
        return [output]
    if deep == 0:
        return []
    if isinstance(output, dict):
        output = list(output.values())
    if isinstance(output, list | tuple):
        return [tensor for each in output for tensor in flattened(each, deep - 1)]
    # A dataclass, for example.
    return flattened(vars(output), deep - 1) if hasattr(output, "__dict__") else []
