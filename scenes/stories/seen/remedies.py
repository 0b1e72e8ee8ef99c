"""What `remedies` shows, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from scenes.stories.large_step import Ladder
from scenes.stories.remedies import RemediesStory, times
from scenes.stories.remedy_nets import Net
from scenes.stories.seen.writing import listed
from scenes.words.figures import Figure, Kind, Sentence, count, joined, sentence


def seen(story: RemediesStory) -> Mapping[str, str | Sentence]:
    """Describe the beats."""
    ladder = story.price.ladder
    return {
        "three_nets": _three(story),
        "profiles": "The chart of the activations gives way to one of the gradient at each layer; "
        "a line for each network is drawn, from the last layer down.",
        "chi": joined(
            [
                _column(
                    "The table gets χ in theory:",
                    story,
                    lambda net: net.chi_in_theory,
                    story.no_theory,
                ),
                _column("Then χ measured:", story, lambda net: net.chi_measured),
                sentence("Dashed lines show what theory expects of the gradient."),
            ],
            " ",
        ),
        "draws": "No band is drawn."
        if all(net.draws is None for net in story.nets)
        else "Behind the lines come bands: the profiles of other draws"
        + (" of each network." if all(net.draws for net in story.nets) else ", where there are."),
        "losses": _losses(story),
        **_price(story, ladder),
        "verdict": "The picture stays.",
    }


def poster(story: RemediesStory) -> Sentence:
    """Describe the last picture."""
    if story.price.ladder is None:
        return sentence("An empty stage: the ReLU network overflows, and no step can be shown.")
    still = story.still_dead
    dead = story.dead_of(story.price.ladder.last) if still is None else still
    parts = [
        sentence(
            "Left, a map of the {n} hidden units of a ReLU network, layer by layer, {d} of them "
            "dead and hatched.",
            n=story.units,
            d=dead,
        )
    ]
    if story.price.leaky is not None:
        leaky = count("leaky.dead", story.price.leaky[1].total, Kind.MEASURED)
        words = "Beside it the same map for leaky ReLU, {d} of them dead."
        parts.append(sentence(words, d=leaky))
    results = _results(story)
    if results is not None:
        parts.append(results)
    return joined(parts, " ")


def _three(story: RemediesStory) -> Sentence:
    end = sentence(
        "Each has its colour and its mark. Below, two charts over z: the activation of a unit, and "
        "its slope."
    )
    start = listed(sentence("A table of three networks:"), [net.label() for net in story.nets])
    return joined([start, end], " ")


def _column(
    start: str,
    story: RemediesStory,
    value: Callable[[Net], Figure | None],
    missing: str | None = None,
) -> Sentence:
    parts = []
    for net in story.nets:
        figure = value(net)
        none = sentence(missing or story.missing)
        parts.append(none if figure is None else sentence("{v}", v=figure))
    return listed(sentence(start), parts)


def _losses(story: RemediesStory) -> str | Sentence:
    if not story.plan.trains:
        return "The picture stays."
    parts = [
        sentence("The chart of the slopes gives way to one of the loss over the epochs."),
        _column("The table gets the loss at last:", story, lambda net: net.loss),
    ]
    if any(net.right is not None for net in story.nets):
        parts.append(_column("Then the training accuracy:", story, lambda net: net.right))
    return joined(parts, " ")


def _price(story: RemediesStory, ladder: Ladder | None) -> Mapping[str, str | Sentence]:
    if ladder is None:
        gone = "The table and the charts leave."
        return {"dead": gone} | dict.fromkeys(("one_step", "other_draws", "leaky", "after"), _STAYS)
    return {
        "dead": sentence(
            "Everything leaves. Left, a map of the hidden units of the ReLU network, layer by "
            "layer: {d} of {n} are dead before any step, and hatched. Beside it an empty chart of "
            "dead ReLUs over the size of one step.",
            d=story.dead_of(ladder.rungs[0]),
            n=story.units,
        ),
        "one_step": _rungs(story, ladder),
        "other_draws": "Behind the points a band: the fewest and the most dead ReLUs of all draws."
        if len(story.price.dead_draws) > 1 and story.price.dead_draws.shape[1] > 1
        else _STAYS,
        "leaky": _leaky(story),
        "after": _after(story),
    }


_STAYS = "The picture stays."


def _rungs(story: RemediesStory, ladder: Ladder) -> str | Sentence:
    tried = [
        sentence("{d} at {f} times", d=story.dead_of(rung), f=times(rung.factor))
        for rung in ladder.rungs[1:]
    ]
    if not tried:
        return _STAYS
    start = sentence(
        "One step at a time, always from the same start and ever larger; in the map units die, and "
        "each step adds a point to the chart. Dead ReLUs:"
    )
    return listed(start, tried)


def _leaky(story: RemediesStory) -> str | Sentence:
    if story.price.leaky is None:
        return "The chart leaves, and nothing takes its place."
    dead = count("leaky.dead", story.price.leaky[1].total, Kind.MEASURED)
    words = "In place of the chart a map of the leaky ReLU network after the same step: {d} dead."
    return sentence(words, d=dead)


def _after(story: RemediesStory) -> str | Sentence:
    if not story.price.relu_after:
        return _STAYS
    results = _results(story)
    start = sentence("Both are trained on from there; the map of the ReLU network follows.")
    return start if results is None else joined([start, results], " ")


def _results(story: RemediesStory) -> Sentence | None:
    """Say what training after the step comes to."""
    if not story.price.relu_after:
        return None
    parts = []
    for kind, name in (("relu", "ReLU"), ("leaky_relu", "leaky ReLU")):
        result = story.result(kind)
        words = f"{name} overflows" if result is None else f"{name} {{v}}"
        parts.append(sentence(words, **({} if result is None else {"v": result})))
    measure = "their loss" if story.measure == "loss" else "their training accuracy"
    return listed(sentence(f"Trained on after that step, {measure}:"), parts)
