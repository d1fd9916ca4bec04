"""Why speakers are asked although something speaks against it: one text for the history, and of it each one’s own."""

from __future__ import annotations

from collections.abc import Mapping

BETWEEN = "; "


def joined(reasons: Mapping[str, str], asked: int) -> str:
    """The reasons (by name) as one text; where more than one person is asked, it says whose each is."""
    if asked == 1:
        return next(iter(reasons.values()), "")
    return BETWEEN.join(f"{name}: {text.replace(BETWEEN, ', ')}" for name, text in reasons.items())


def of(name: str, although: str) -> str:
    """What of that text is about one of them; all of it where it names nobody of that name."""
    own = f"{name}: "
    return next((part.removeprefix(own) for part in although.split(BETWEEN) if part.startswith(own)), although)
