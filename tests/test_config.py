"""What a production portal refuses to start with, and what a wrong setting says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import config

GOOD = {
    "PORTAL_ENV": "production",
    "SECRET_KEY": "s" * 40,
    "LINK_KEY": "l" * 40,
    "FIELD_KEY": "f" * 40,
    "PUBLIC_URL": "https://portal.example.org",
    "MAIL_SERVER": "mail.example.org",
    "MAIL_USE_TLS": "1",
    "MAIL_DEFAULT_SENDER": "post@example.org",
    "TEAM_EMAIL": "team@example.org",
}


def load(folder: Path, **changed: str) -> dict[str, Any]:
    return config.load({**GOOD, "DATA_DIR": str(folder), **changed})


def test_a_whole_production_configuration_is_taken(tmp_path: Path) -> None:
    assert load(tmp_path)["MAIL_PORT"] == 587
    assert load(tmp_path, MAIL_USE_TLS="", MAIL_USE_SSL="1")["MAIL_PORT"] == 465


def test_passwords_are_not_kept_more_weakly_than_is_safe(tmp_path: Path) -> None:
    with pytest.raises(config.ConfigurationError, match="PASSWORD_MEMORY_KIB"):
        load(tmp_path, PASSWORD_MEMORY_KIB="1024")


@pytest.mark.parametrize("words", ["60", "many per hour", "10 per fortnight"])
def test_a_limit_says_how_many_in_how_long(tmp_path: Path, words: str) -> None:
    with pytest.raises(config.ConfigurationError, match="LIMIT_FORM_PER_ADDRESS must say how many"):
        load(tmp_path, LIMIT_FORM_PER_ADDRESS=words)
    assert load(tmp_path, LIMIT_FORM_PER_ADDRESS="60 per hour")["LIMIT_FORM_PER_ADDRESS"] == "60 per hour"
    assert load(tmp_path, LIMIT_FORM_PER_ADDRESS="")["LIMIT_FORM_PER_ADDRESS"] == "10 per hour"


@pytest.mark.parametrize("server", ["mail.example.org", "192.0.2.7"])
def test_letters_do_not_cross_the_net_in_the_clear(tmp_path: Path, server: str) -> None:
    with pytest.raises(config.ConfigurationError, match="MAIL_USE_TLS"):
        load(tmp_path, MAIL_SERVER=server, MAIL_USE_TLS="")


@pytest.mark.parametrize("server", ["localhost", "127.0.0.1", "::1"])
def test_a_mail_server_on_the_same_machine_needs_no_encryption(tmp_path: Path, server: str) -> None:
    assert load(tmp_path, MAIL_SERVER=server, MAIL_USE_TLS="")["MAIL_PORT"] == 25


@pytest.mark.parametrize(("name", "value"), [("MAIL_RETRY_SECONDS", "a minute"), ("PORT", "http")])
def test_a_wrong_number_is_told_in_a_sentence(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(config.ConfigurationError, match=name):
        load(tmp_path, **{name: value})


@pytest.mark.parametrize("name", [name for name in GOOD if name not in ("PORTAL_ENV", "MAIL_USE_TLS")])
def test_nothing_that_production_needs_may_be_missing(tmp_path: Path, name: str) -> None:
    with pytest.raises(config.ConfigurationError, match=name):
        load(tmp_path, **{name: ""})


def test_all_that_production_lacks_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(config.ConfigurationError) as refused:
        config.load({"PORTAL_ENV": "production", "DATA_DIR": str(tmp_path), "PASSWORD_MEMORY_KIB": "1024"})
    needed = {"SECRET_KEY", "LINK_KEY", "FIELD_KEY", "PUBLIC_URL", "MAIL_SERVER", "MAIL_DEFAULT_SENDER", "TEAM_EMAIL"}
    lines = str(refused.value).strip().splitlines()
    assert all(any(name in line for line in lines) for name in needed | {"PASSWORD_MEMORY_KIB"})
    assert len(lines) == 8
