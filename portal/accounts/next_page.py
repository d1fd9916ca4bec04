"""Where somebody may be sent after signing in: only pages of our own."""

from __future__ import annotations

from urllib.parse import urlsplit

HOME = "/dashboard/"


def safe_next(target: str | None, default: str = HOME) -> str:
    """`target` where it is a path of ours, else `default`.

    Browsers read backslashes as slashes and drop tabs and line ends, so none of these is let through.
    """
    if not target or len(target) > 2000 or not target.startswith("/") or target.startswith("//"):
        return default
    if "\\" in target or any(ord(letter) < 33 or ord(letter) == 127 for letter in target):
        return default
    try:
        parts = urlsplit(target)
    except ValueError:
        return default
    return default if parts.scheme or parts.netloc or parts.path.startswith("//") else target
