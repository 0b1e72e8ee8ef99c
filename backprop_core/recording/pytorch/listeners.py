"""Hear of calls that PyTorch has no hook for: of `backward`, and of those of a GradScaler.

While somebody listens, a function stands in the place of the one that is called. Several listeners
share it, so that they may begin and end in any order, and the last one to end puts the original
back.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

Ended = Callable[[Any, bool], None]
"""Hears what a call returned, and whether it did return."""
Listener = Callable[..., Ended | None]
"""Hears the arguments of a call, and may return who is to hear of its end."""


Failed = Callable[[Exception], None]
"""Hears of an error of a listener, which never raises into the call."""


def listen(owner: Any, name: str, listener: Listener, failed: Failed) -> Callable[[], None]:
    """Call a listener with the arguments of each call of a function, before it runs.

    Parameters
    ----------
    owner, name
        The module or class, and the name that the function has there.
    listener, failed
        Who hears of the calls, and who hears of an error in that.

    Returns
    -------
    Ends this.
    """
    found: _StandIn | None = getattr(getattr(owner, name), "_backprop_stand_in", None)
    stand_in = _StandIn(owner, name) if found is None else found
    stand_in.listeners.append((listener, failed))

    def end() -> None:
        stand_in.listeners.remove((listener, failed))
        stand_in.leave_if_unheard()

    return end


class Switch:
    """A hook that is taken out and put back at each pass, which is quicker than to register it.

    Parameters
    ----------
    handle
        What PyTorch returned when the hook was registered: it knows where the hook is kept.
    """

    def __init__(self, handle: Any) -> None:
        self._hooks, self._key = handle.hooks_dict_ref(), handle.id
        self._hook = self._hooks[self._key]

    def on(self) -> None:
        """Let the hook hear."""
        self._hooks[self._key] = self._hook

    def off(self) -> None:
        """Let it hear no more, and leave nothing behind."""
        self._hooks.pop(self._key, None)


class _StandIn:
    """A function that stands in the place of another one, calls it, and lets others hear of it."""

    def __init__(self, owner: Any, name: str) -> None:
        self.listeners: list[tuple[Listener, Failed]] = []
        self._owner, self._name, self._original = owner, name, getattr(owner, name)
        original, listeners = self._original, self.listeners

        @functools.wraps(original)
        def called(*args: Any, **kwargs: Any) -> Any:
            ends: list[tuple[Ended, Failed]] = []
            for listener, failed in tuple(listeners):
                try:
                    ended = listener(*args, **kwargs)
                except Exception as error:
                    failed(error)
                else:
                    if ended is not None:
                        ends.append((ended, failed))
            result, returned = None, False
            try:
                result = original(*args, **kwargs)
                returned = True
            finally:
                for ended, failed in ends:
                    try:
                        ended(result, returned)
                    except Exception as error:
                        failed(error)
            return result

        called._backprop_stand_in = self  # type: ignore[attr-defined]
        self._called = called
        setattr(owner, name, called)

    def leave_if_unheard(self) -> None:
        """Put the original back, unless others have put something of their own on top."""
        if not self.listeners and getattr(self._owner, self._name) is self._called:
            setattr(self._owner, self._name, self._original)
