"""What the tests of accounts share: how to walk through the sign-in pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.conftest import PASSWORD, csrf_token


def send(client: FlaskClient, path: str, *, headers: dict[str, str] | None = None, **data: Any) -> TestResponse:
    """Open a page and send its form with these values, as a browser does."""
    page = client.get(path)
    return client.post(path, data={"csrf_token": csrf_token(page.text), **data}, headers=headers)


def enter(client: FlaskClient, email: str, password: str = PASSWORD, path: str = "/login") -> TestResponse:
    """Try to sign in."""
    return send(client, path, email=email, password=password)


def is_signed_in(client: FlaskClient) -> bool:
    """Whether the pages for coordinators open."""
    return client.get("/dashboard/account/password").status_code == 200


@pytest.fixture
def maria(app: Flask, make_coordinator: Callable[..., int]) -> FlaskClient:
    """The browser of Maria, who is signed in."""
    make_coordinator(email="maria@example.org", name="Maria Kovalenko", role="coordinator")
    client = app.test_client()
    assert enter(client, "maria@example.org").status_code == 303
    return client
