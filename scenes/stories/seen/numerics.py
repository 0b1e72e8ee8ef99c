"""What `numerics` shows, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from backprop_core.measures.numerics import FLOATS
from scenes.stories.float_runs import FloatRun
from scenes.stories.numerics import BELOW, SAFE, STABLE, TYPED, NumericsStory, float_type
from scenes.stories.seen.writing import in_a_line, listed
from scenes.words.figures import Sentence, constant, count, index, joined, sentence, setting


def seen(story: NumericsStory) -> Mapping[str, str | Sentence]:
    """Describe the beats."""
    short, middle, long = (setting("z", BELOW[name]) for name in FLOATS)
    zero = constant("zero", "0")
    return {
        "typed": sentence(
            "Code: {code}. Below it z in large figures; beside it three gauges, one for each float "
            "type, with exp(−z) and a as numbers. While z falls from {o} to {z} the gauges fill.",
            code=constant("code", in_a_line(TYPED)),
            o=zero,
            z=setting("z", SAFE),
        ),
        "short_overflows": sentence(
            "z falls to {z}. The gauge of {t} overflows, and its exp(−z) reads inf.",
            z=short,
            t=constant("dtype", "float16"),
        ),
        "long_overflow": sentence(
            "z falls to {a}, then to {b}: the other two gauges overflow as well.", a=middle, b=long
        ),
        "gives_zero": sentence(
            "z comes back to {z}, where only {t} overflows; its a reads {o} exactly.",
            z=short,
            t=constant("dtype", "float16"),
            o=zero,
        ),
        "stable": sentence(
            "Other code takes its place: {code}. The numbers are right in all three types, and z "
            "moves to {z}.",
            code=constant("code", in_a_line(STABLE)),
            z=setting("z", -BELOW["float16"]),
        ),
        "cancels": "Code and gauges leave. A chart of the error of the slope over z, from the "
        "form a times one minus a: three curves, one for each float type, that climb.",
        "all_of_it": _borders(story),
        "cancels_nothing": "Three more curves, from the other form: they stay low, at what a type "
        "can tell apart, but for that of the shortest type where it runs out of numbers. Each has "
        "its name beside it.",
        **{f"ends_{run.name}": _ended(story, run) for run in story.ended},
        "goes_on": _goes_on(story),
        "verdict": "The chart and the lanes stay.",
    }


def poster(story: NumericsStory) -> Sentence:
    """Describe the last picture."""
    layers = count("depth", story.depth)
    start = sentence("An empty chart of the gradient over {l} layers.", l=layers)
    if story.scaled.signal is not None:
        start = sentence(
            "A chart of the gradient over {l} layers on a logarithmic axis, {g} at layer {k}.",
            l=layers,
            g=story.gradient(1),
            k=index(1),
        )
    below = sentence("Below it lanes that say how many layers get a gradient other than zero:")
    return listed(joined([start, below], " "), [_lane(story, run) for run in story.lanes])


def _lane(story: NumericsStory, run: FloatRun) -> Sentence:
    return joined([float_type(run.name), sentence("{n}", n=story.reached(run, 1))], " ")


def _borders(story: NumericsStory) -> Sentence:
    parts: Sequence[Sentence] = [
        joined([float_type(name), sentence("{z}", z=story.one_border(name))], " from ")
        for name in FLOATS
    ]
    start = sentence(
        "A dotted line marks an error of {all}, and above it stands the z from which each type "
        "reaches it:",
        all=constant("all", "100 %"),
    )
    return listed(start, parts)


def _ended(story: NumericsStory, run: FloatRun) -> Sentence:
    start = "A chart of the gradient at each layer, with a lane below it for each type. "
    return sentence(
        (start if run is story.ended[0] else "")
        + "The pass comes further down; the lane of {t} ends after {n} of {l} layers and is "
        "hatched from there on.",
        t=constant("dtype", run.name),
        n=story.reached(run, 1),
        l=count("depth", story.depth),
    )


def _goes_on(story: NumericsStory) -> str | Sentence:
    if story.scaled.signal is None:
        return "Chart and lanes stay empty: no pass gets through."
    return sentence(
        "The line of the true gradient, and the lanes that have not ended, go on down to layer "
        "{k}, where it is {g}.",
        k=index(1),
        g=story.gradient(1),
    )
