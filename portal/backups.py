"""Backup and restore of the whole database: SQLite by its online backup, PostgreSQL by pg_dump and pg_restore.

A restored portal must not send old post: its unsent letters are held until somebody releases them.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from flask import Flask
from sqlalchemy import make_url, text
from sqlalchemy.engine import URL

from portal.extensions import db


class BackupError(RuntimeError):
    """The copy could not be made or read; the message says what to do."""


def backup(app: Flask, target: Path) -> None:
    """Write a whole, consistent copy to `target` (mode 0600) while the portal runs. Raises `BackupError`."""
    if target.exists():
        raise BackupError(f"{target} exists already: name a new file.")
    url = make_url(app.config["SQLALCHEMY_DATABASE_URI"])
    try:
        target.touch(mode=0o600, exist_ok=False)
    except OSError as error:
        raise BackupError(f"{target} cannot be written ({error.strerror}).") from None
    try:
        if url.get_backend_name() == "sqlite":
            _backup_sqlite(Path(str(url.database)), target)
        else:
            _postgres_tool("pg_dump", url, "--format=custom", f"--file={target}")
    except BaseException:
        # Half a backup would be taken for a whole one.
        target.unlink()
        raise


def restore(app: Flask, source: Path) -> int:
    """Put `source` in place of an empty database; returns how many unsent letters were held back.

    Raises `BackupError` where the database already holds something or the copy cannot be read.
    """
    url = make_url(app.config["SQLALCHEMY_DATABASE_URI"])
    if url.get_backend_name() == "sqlite":
        _restore_sqlite(Path(str(url.database)), source)
    else:
        if _has_tables():
            raise BackupError("The database is not empty: restore into a new one.")
        _postgres_tool("pg_restore", url, "--no-owner", "--exit-on-error", f"--dbname={_plain(url)}", str(source))
    db.engine.dispose()
    held = db.session.execute(
        text(
            "UPDATE outbox_emails SET state = 'held', next_try_at = NULL, leased_by = NULL "
            "WHERE state IN ('queued', 'sending') RETURNING id"
        )
    ).all()
    db.session.commit()
    return len(held)


def _backup_sqlite(source: Path, target: Path) -> None:
    if not source.is_file():
        raise BackupError(f"There is no database at {source}.")
    with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(target)) as copy:
        live.backup(copy)
        (verdict,) = copy.execute("PRAGMA integrity_check").fetchone()
    if verdict != "ok":
        raise BackupError(f"The copy is not whole: {verdict}")


def _restore_sqlite(target: Path, source: Path) -> None:
    if target.exists() and target.stat().st_size > 0:
        raise BackupError(f"{target} exists already: move it away first.")
    with closing(sqlite3.connect(source)) as copy:
        try:
            (verdict,) = copy.execute("PRAGMA integrity_check").fetchone()
            broken = copy.execute("PRAGMA foreign_key_check").fetchone()
            copy.execute("SELECT count(*) FROM outbox_emails")
        except sqlite3.DatabaseError as error:
            raise BackupError(f"{source} is not a backup of the portal.") from error
    if verdict != "ok" or broken:
        raise BackupError(f"{source} is not whole.")
    for left_over in ("-wal", "-shm"):
        # SQLite would play a journal of the lost database into the restored one.
        target.with_name(target.name + left_over).unlink(missing_ok=True)
    target.touch(mode=0o600)
    shutil.copyfile(source, target)


def _has_tables() -> bool:
    found = db.session.execute(text("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")).scalar()
    db.session.rollback()
    return bool(found)


def _plain(url: URL) -> str:
    """The address without a password: that goes through the environment, where `ps` does not show it."""
    return url.set(drivername="postgresql", password=None).render_as_string(hide_password=False)


def _postgres_tool(name: str, url: URL, *arguments: str) -> None:
    program = shutil.which(name)
    if program is None:
        raise BackupError(f"{name} is missing: install PostgreSQL's client programs.")
    command = [program, *arguments]
    if name == "pg_dump":
        command.append(f"--dbname={_plain(url)}")
    environment = {**os.environ, **({"PGPASSWORD": url.password} if url.password else {})}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BackupError(f"{name} failed: {done.stderr.strip().splitlines()[-1] if done.stderr else done.returncode}")
