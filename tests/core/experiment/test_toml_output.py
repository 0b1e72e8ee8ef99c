"""TOML that is written reads back equal, and documents every field."""

import json
from collections.abc import Iterator
from unittest.mock import ANY

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop_core import caps
from backprop_core.experiment.config import (
    LEGAL_PAIRS,
    Experiment,
    as_toml,
    commented_toml,
    parse_experiment,
    schema,
)
from backprop_core.formatting import is_seen


def fields(definition: dict[str, object]) -> Iterator[tuple[str, str, dict[str, object]]]:
    whole = schema()
    for name, found in whole["properties"].items():
        if "$ref" in found:
            section = whole["$defs"][found["$ref"].removeprefix("#/$defs/")]
            for field, inner in section["properties"].items():
                yield name, field, inner
        else:
            yield "", name, found


FIELDS = list(fields(schema()))


def test_the_default_reads_back() -> None:
    assert parse_experiment(as_toml(Experiment())) == Experiment()
    unedited = parse_experiment(commented_toml())
    assert unedited == Experiment()
    sections = unedited.model_dump(exclude_unset=True)
    assert not any(sections.values()), "an unedited file states nothing"


def test_the_commented_file_is_short_enough_to_be_read_back_after_editing() -> None:
    text = commented_toml()
    assert len(text.encode()) < caps.CONFIG_BYTES / 2
    assert max(map(len, text.splitlines())) <= 96


@pytest.mark.parametrize(("section", "field", "found"), FIELDS)
def test_every_field_is_described_with_range_and_default(
    section: str, field: str, found: dict[str, object]
) -> None:
    description = str(found["description"])
    words = " ".join(line.removeprefix("#") for line in commented_toml().splitlines())
    flat = " ".join(words.split())
    assert description[1:] in flat
    default = found["default"]
    written = json.dumps(found["examples"][0] if default is None else default)  # type: ignore[index]
    line = f"#{field} = {written}"
    assert line in commented_toml().splitlines()
    edited = commented_toml().replace(f"\n{line}\n", f"\n{line[1:]}\n", 1)
    if (section, field) != ("data", "path"):
        stated = parse_experiment(edited).model_dump(exclude_unset=True)
        assert {name: held for name, held in stated.items() if held != {}} == (
            {section: {field: ANY}} if section else {field: ANY}
        )


def test_taking_the_comment_from_two_that_go_together_gives_a_valid_file() -> None:
    text = commented_toml().replace('#name = "digits"', 'name = "file"').replace("#path", "path")
    assert parse_experiment(text).data.path == "mine.npz"
    text = commented_toml().replace("#widths =", "widths =")
    assert parse_experiment(text).depth == 3


def test_the_schema_lists_every_field_and_every_reference_leads_somewhere() -> None:
    names = {(section, field) for section, field, _ in FIELDS}
    dumped = Experiment().model_dump()
    expected = {("", k) for k, v in dumped.items() if not isinstance(v, dict)}
    expected |= {(k, field) for k, v in dumped.items() if isinstance(v, dict) for field in v}
    assert names == expected
    assert schema()["additionalProperties"] is False
    assert all(part["additionalProperties"] is False for part in schema()["$defs"].values())
    assert json.loads(json.dumps(schema())) == schema()


KINDS = {"integer": int, "number": (int, float), "string": str, "boolean": bool, "array": list}


@pytest.mark.parametrize(("section", "field", "found"), FIELDS)
def test_the_schema_allows_its_own_defaults_and_bounds_everything(
    section: str, field: str, found: dict
) -> None:
    options = found.get("anyOf", [found])
    if found["default"] is None:
        assert {"type": "null"} in options
        option, value = options[0], found["examples"][0]
    else:
        option, value = found, found["default"]
    assert isinstance(value, KINDS[option["type"]])
    match option:
        case {"enum": words}:
            assert value in words
        case {"type": "number", "exclusiveMinimum": low, "exclusiveMaximum": high}:
            assert low < value < high
        case {"type": "integer" | "number", "maximum": high, **rest}:
            assert rest.get("minimum", rest.get("exclusiveMinimum")) <= value <= high
        case {"type": "array", "minItems": low, "maxItems": high, "items": item}:
            assert low <= len(value) <= high
            assert all(item["minimum"] <= v <= item["maximum"] for v in value)
        case {"type": "string", "minLength": low, "maxLength": high}:
            assert low <= len(value) <= high
        case {"type": "boolean"}:
            pass
        case _:
            pytest.fail(f"{section}.{field} has no bounds: {option}")


TITLES = st.text(
    st.characters(exclude_categories=("C", "Z")) | st.sampled_from(" \"\\'#="),
    min_size=1,
    max_size=80,
).filter(lambda text: is_seen(text) and text.strip())
FINITE = st.floats(-1000, 1000)


@st.composite
def experiments(draw: st.DrawFn) -> Experiment:
    output, loss = draw(st.sampled_from(LEGAL_PAIRS))
    network: dict[str, object] = {"output": output, "loss": loss}
    network["gain"] = draw(st.floats(0, 1000, exclude_min=True))
    if draw(st.booleans()):
        network["widths"] = draw(st.lists(st.integers(1, 4096), min_size=3, max_size=6))
    else:
        network |= {"depth": draw(st.integers(2, 2000)), "width": draw(st.integers(1, 4096))}
    inputs = draw(st.lists(FINITE, min_size=1, max_size=4))
    data: dict[str, object] = {"shift": draw(FINITE), "standardize": draw(st.booleans())}
    if draw(st.booleans()):
        data |= {"name": "file", "path": draw(TITLES)}
    return Experiment(
        seed=draw(st.integers(0, 2**32 - 1)),
        network=network,
        data=data,
        circuit={"inputs": inputs, "weights": [*inputs, draw(FINITE)]},
        film={"title": draw(TITLES)},
    )


@given(experiments())
def test_every_experiment_reads_back_equal(experiment: Experiment) -> None:
    again = parse_experiment(as_toml(experiment))
    assert again == experiment
    assert again.canonical() == experiment.canonical()
