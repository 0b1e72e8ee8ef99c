"""The fields of an experiment as rows of a table, under the names that `--set` knows."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from pydantic import BaseModel

from backprop_core.formatting import format_value


def field_rows(model: BaseModel, without: Collection[str] = ()) -> Iterator[list[str]]:
    """Yield name, value and meaning of every field that has a value.

    Parameters
    ----------
    model
        Its fields that have no description are tables of fields.
    without
        Names that are left out.
    """
    for field, about in type(model).model_fields.items():
        held = getattr(model, field)
        if about.description is not None:
            yield [field, _setting(held, about.default), about.description]
            continue
        for inner, described in type(held).model_fields.items():
            name, setting = f"{field}.{inner}", getattr(held, inner)
            if setting is not None and name not in without:
                written = _setting(setting, described.default)
                yield [name, written, described.description or ""]


def _setting(held: object, default: object) -> str:
    if held == default or default is None:
        return format_value(held)
    return f"{format_value(held)} (default {format_value(default)})"
