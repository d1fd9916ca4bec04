"""What the tests of requests share: a portal whose days pass by hand."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from tests.submissions.clockwork import DEMO, Clockwork


@pytest.fixture
def clockwork(make_app: Callable[..., Flask]) -> Clockwork:
    """A demo on SQLite without requests or accounts; its letters go into the local mailbox."""
    return Clockwork(make_app(**DEMO))
