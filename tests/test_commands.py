"""The commands before all is well: without settings, and without a database."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask

from portal import create_app
from tests.conftest import TEST_SETTINGS

ROOT = Path(__file__).resolve().parent.parent


def call_without_settings(*words: str) -> subprocess.CompletedProcess[str]:
    """A command on a machine on which nothing is set."""
    return subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", *words],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def nowhere(tmp_path: Path) -> Flask:
    """A portal whose database server does not run."""
    url = "postgresql+psycopg://portal@127.0.0.1:1/portal"
    return create_app(**TEST_SETTINGS, DATA_DIR=str(tmp_path), SQLALCHEMY_DATABASE_URI=url)


def test_help_needs_no_settings() -> None:
    every, one = call_without_settings("--help"), call_without_settings("prepare", "--help")
    assert (every.returncode, one.returncode) == (0, 0)
    assert "Bring the database up to date" in every.stdout
    assert "safe to repeat" in one.stdout


def test_whatever_does_something_needs_them() -> None:
    done = call_without_settings("prepare")
    assert done.returncode == 1
    assert "Set SECRET_KEY" in done.stderr


@pytest.mark.parametrize("words", [["prepare"], ["create-coordinator", "maria@example.org", "--name", "Maria"]])
def test_a_database_that_is_away_is_told_in_a_sentence(nowhere: Flask, words: list[str]) -> None:
    done = nowhere.test_cli_runner().invoke(args=words)
    assert done.exit_code == 1
    assert done.output.startswith("The database does not answer. Nothing was changed.")
    assert "Traceback" not in done.output


def test_prepare_says_how_many_unions_are_known(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new.sqlite3'}"
    runner = create_app(**TEST_SETTINGS, DATA_DIR=str(tmp_path), SQLALCHEMY_DATABASE_URI=url).test_cli_runner()
    first, second = (runner.invoke(args=["prepare"]).output for _ in range(2))
    assert "The database is up to date; 69 unions are known, 69 of them new or changed." in first
    assert "69 unions are known, 0 of them new or changed." in second


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("worker", "--once", "--at", "tomorrow"), "“tomorrow” is no moment. Write it like 2026-12-01T08:00:00Z."),
        (("letters", "--html", "/nowhere/at/all.html"), "The letters cannot be written to /nowhere/at/all.html"),
    ],
)
def test_a_wrong_word_is_answered_in_a_sentence(app: Flask, words: tuple[str, ...], said: str) -> None:
    answer = app.test_cli_runner().invoke(args=list(words))
    assert answer.exit_code != 0
    assert said in answer.output + str(answer.exception)
    assert not isinstance(answer.exception, OSError)
