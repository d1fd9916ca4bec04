"""Every setting of the portal, its default and a sentence on what it does.

Values come from the environment; nothing else in the project reads it. `PORTAL_ENV` is `production` unless
something sets `demo` (as `make run` does) or `test`. What coordinators set themselves (reply times, fees,
wording) stands in the database instead: see `portal/settings.py`.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import tempfile
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import limits

ROOT = Path(__file__).resolve().parent
SECRETS = ("SECRET_KEY", "LINK_KEY", "FIELD_KEY")
THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


LEAST_PASSWORD_MEMORY_KIB = 19456
"""The least memory that OWASP's password storage sheet asks of argon2id."""


class ConfigurationError(RuntimeError):
    """A setting is missing or wrong; the message says which, and what to set, a line for each of several."""


def load(environ: Mapping[str, str] | None = None, **overrides: Any) -> dict[str, Any]:
    """Return the whole configuration.

    `environ` is the environment to read (the process's own by default); `overrides` win over it (tests).
    Raises `ConfigurationError` where production lacks something it must not run without.
    """
    env = dict(os.environ if environ is None else environ)
    mode = str(overrides.get("PORTAL_ENV", env.get("PORTAL_ENV", "production")))
    if mode not in ("production", "demo", "test"):
        raise ConfigurationError("PORTAL_ENV must be production, demo or test.")
    data_dir = Path(overrides.get("DATA_DIR", env.get("DATA_DIR", ROOT / "data"))).resolve()
    port = _integer(env, "PORT", 8000)

    settings: dict[str, Any] = {
        # Which mode this is: production, demo (invented data, local mailbox) or test.
        "PORTAL_ENV": mode,
        # The folder for the database, the secrets of a demo and its accounts. It must be writable.
        "DATA_DIR": str(data_dir),
        # The port the web server listens on, and the address it binds to.
        "PORT": port,
        "HOST": env.get("HOST", "127.0.0.1"),
        # The address people reach the portal at; every link in every letter is built from it alone.
        "PUBLIC_URL": env.get("PUBLIC_URL", "" if mode == "production" else f"http://127.0.0.1:{port}").rstrip("/"),
        # Where the data is: SQLite in DATA_DIR by default, postgresql+psycopg://… for a larger campaign.
        "SQLALCHEMY_DATABASE_URI": _database_url(env.get("DATABASE_URL", ""), data_dir),
        # Seconds that one answer of the database may take before a page says that it is away: PostgreSQL for each
        # statement (0: no end), SQLite while others write.
        "DATABASE_TIMEOUT": _integer(env, "DATABASE_TIMEOUT", 5),
        # How many proxies in front may be believed about the visitor's address (0: none).
        "TRUSTED_PROXIES": _integer(env, "TRUSTED_PROXIES", 0),
        # How many threads one web process answers with.
        "WEB_THREADS": _integer(env, "WEB_THREADS", 8),
        # Signs session cookies and form tokens.
        "SECRET_KEY": env.get("SECRET_KEY", ""),
        # Makes the private links; LINK_KEY_ID tells links of an old key from those of a new one.
        "LINK_KEY": env.get("LINK_KEY", ""),
        "LINK_KEY_ID": env.get("LINK_KEY_ID", "1"),
        # Keys that were in use before ("id:key id:key"), so that letters still waiting keep their links.
        "LINK_KEYS_BEFORE": env.get("LINK_KEYS_BEFORE", ""),
        # Seals who speakers are and how to reach them; kept apart from the database and its backups.
        "FIELD_KEY": env.get("FIELD_KEY", ""),
        # Keys that were in use before, newest first, with blanks between them: what they sealed stays readable.
        "FIELD_KEYS_BEFORE": env.get("FIELD_KEYS_BEFORE", ""),
        # Flask-Mail's names. An empty MAIL_SERVER in a demo means the local mailbox on the dashboard.
        "MAIL_SERVER": env.get("MAIL_SERVER", ""),
        "MAIL_PORT": _integer(env, "MAIL_PORT", _mail_port(env)),
        "MAIL_USE_TLS": _true(env, "MAIL_USE_TLS"),
        "MAIL_USE_SSL": _true(env, "MAIL_USE_SSL"),
        "MAIL_USERNAME": env.get("MAIL_USERNAME") or None,
        "MAIL_PASSWORD": env.get("MAIL_PASSWORD") or None,
        # The sender of every letter: "Name <address>" or an address.
        "MAIL_DEFAULT_SENDER": env.get(
            "MAIL_DEFAULT_SENDER", "" if mode == "production" else "Ukraine Solidarity Campaign <post@example.org>"
        ),
        # A file with the certificate authority of the mail server, where the system does not know it.
        "MAIL_CA_FILE": env.get("MAIL_CA_FILE", ""),
        # Seconds to wait for the mail server at each command.
        "MAIL_TIMEOUT": _integer(env, "MAIL_TIMEOUT", 30),
        # A letter is tried again after these many seconds, then every last value, until MAIL_GIVE_UP_AFTER.
        "MAIL_RETRY_SECONDS": _integers(env, "MAIL_RETRY_SECONDS", "60 300 900 3600 14400"),
        "MAIL_GIVE_UP_AFTER": _integer(env, "MAIL_GIVE_UP_AFTER", 5 * 24 * 3600),
        # Seconds after which another worker may take over a letter that a dead one was sending.
        "MAIL_LEASE_SECONDS": _integer(env, "MAIL_LEASE_SECONDS", 300),
        # The most letters a minute the mail provider allows, all workers together (0: no ceiling).
        "MAIL_PER_MINUTE": _integer(env, "MAIL_PER_MINUTE", 0),
        # Seconds between two passes of the worker.
        "WORKER_INTERVAL": _integer(env, "WORKER_INTERVAL", 2),
        # The campaign's own post: where letters to the whole team go, and what the contact page shows.
        "TEAM_EMAIL": env.get("TEAM_EMAIL", "" if mode == "production" else "info@example.org"),
        "CONTACT_EMAIL": env.get("CONTACT_EMAIL", env.get("TEAM_EMAIL", "info@example.org")),
        # Sessions of coordinators: signed out after this long without a click, and at the latest after this long.
        "SESSION_IDLE_MINUTES": _integer(env, "SESSION_IDLE_MINUTES", 30),
        "SESSION_ABSOLUTE_HOURS": _integer(env, "SESSION_ABSOLUTE_HOURS", 12),
        # Memory in KiB that checking one password takes (argon2id, three rounds); less is weaker.
        "PASSWORD_MEMORY_KIB": _integer(env, "PASSWORD_MEMORY_KIB", 65536),
        # Limits. Sign-in and reset are per account; forms are per address, and in all per hour.
        "LIMIT_SIGN_IN": _limit(env, "LIMIT_SIGN_IN", "5 per minute"),
        "LIMIT_RESET": _limit(env, "LIMIT_RESET", "3 per hour"),
        # Several coordinators may share one office's address, so these are wider than those of one account.
        "LIMIT_SIGN_IN_PER_ADDRESS": _limit(env, "LIMIT_SIGN_IN_PER_ADDRESS", "30 per minute"),
        "LIMIT_SIGN_IN_IN_ALL": _limit(env, "LIMIT_SIGN_IN_IN_ALL", "300 per minute"),
        "LIMIT_RESET_PER_ADDRESS": _limit(env, "LIMIT_RESET_PER_ADDRESS", "20 per hour"),
        # Everybody who asks for a new password waits this many seconds, whether they have an account or not.
        "RESET_ANSWER_SECONDS": 0.4,
        "LIMIT_FORM_PER_ADDRESS": _limit(env, "LIMIT_FORM_PER_ADDRESS", "10 per hour"),
        "LIMIT_FORM_IN_ALL": _limit(env, "LIMIT_FORM_IN_ALL", "200 per hour"),
        # Forms begun are kept for a day: how many, so that no program fills the disk with them.
        "LIMIT_DRAFTS_PER_ADDRESS": _limit(env, "LIMIT_DRAFTS_PER_ADDRESS", "120 per hour"),
        "LIMIT_DRAFTS_IN_ALL": _limit(env, "LIMIT_DRAFTS_IN_ALL", "1000 per hour"),
        "LIMIT_RESEND_LINK": _limit(env, "LIMIT_RESEND_LINK", "5 per hour"),
        # What a branch may do from its own page: messages, answers and changes, for each private link.
        "LIMIT_TRACK": _limit(env, "LIMIT_TRACK", "40 per hour"),
        # How often calendar programs may fetch a calendar: each, and all from one address (a provider serves many).
        "LIMIT_FEED": _limit(env, "LIMIT_FEED", "60 per hour"),
        "LIMIT_FEED_PER_ADDRESS": _limit(env, "LIMIT_FEED_PER_ADDRESS", "600 per hour"),
        # Where the limits are counted: our own database, or redis://… .
        "RATELIMIT_STORAGE_URI": env.get("RATELIMIT_STORAGE_URI", "portal-database://"),
        # Seconds a person needs at the very least between opening a form and sending it; faster is held for review.
        "FORM_MINIMUM_SECONDS": _integer(env, "FORM_MINIMUM_SECONDS", 4),
        # Both sides have so many days to answer when a twin is proposed to them.
        "TWIN_ANSWER_DAYS": _integer(env, "TWIN_ANSWER_DAYS", 21),
        # Drafts are swept after this many hours.
        "DRAFT_HOURS": _integer(env, "DRAFT_HOURS", 24),
        # A body larger than this many bytes is answered with 413.
        "MAX_CONTENT_LENGTH": 1_000_000,
        "MAX_FORM_MEMORY_SIZE": 1_000_000,
        "MAX_FORM_PARTS": 2000,
    }
    settings |= _framework(mode, settings["PUBLIC_URL"].startswith("https://"))
    settings |= overrides
    settings["SQLALCHEMY_ENGINE_OPTIONS"] = _engine_options(settings)
    if mode == "production":
        _check_production(settings)
    elif not all(settings[name] for name in SECRETS):
        kept = _demo_secrets(Path(settings["DATA_DIR"])) if mode == "demo" else _new_secrets()
        settings |= {name: settings[name] or kept[name] for name in SECRETS}
    _make_folder(Path(settings["DATA_DIR"]))
    return settings


def _new_secrets() -> dict[str, str]:
    return {name: secrets.token_urlsafe(48) for name in SECRETS}


def _demo_secrets(folder: Path) -> dict[str, str]:
    """The secrets of a demo, made at its first start: web and worker share them, and links outlive a restart."""
    _make_folder(folder)
    path = folder / "demo-secrets.json"
    try:
        if not path.exists():
            _write_once(path, json.dumps(_new_secrets()))
        kept = json.loads(path.read_text(encoding="utf-8"))
        # A demonstration that was begun before there was this key goes on with one made of what it has.
        kept.setdefault("FIELD_KEY", f"fields of {kept['LINK_KEY']}")
        return {name: str(kept[name]) for name in SECRETS}
    except OSError as error:
        raise ConfigurationError(
            f"{path} cannot be used ({error.strerror}). Set DATA_DIR to a folder of yours."
        ) from None
    except (ValueError, KeyError, TypeError):
        raise ConfigurationError(f"{path} cannot be read. Remove it: new secrets are made, old links end.") from None


def _write_once(path: Path, text: str) -> None:
    """Write a private file in one go. Of two processes that start at once the first one’s file stays."""
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        # mkstemp gives mode 0600, and the link below carries it over.
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    finally:
        os.unlink(draft)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigurationError(
            f"DATA_DIR {folder} cannot be made ({error.strerror}). Set DATA_DIR to another."
        ) from None


def _framework(mode: str, secure: bool) -> dict[str, Any]:
    """Settings of the libraries that follow from the mode and from whether the address is https."""
    return {
        "SESSION_COOKIE_NAME": "__Host-session" if secure else "session",
        "SESSION_COOKIE_SECURE": secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        # A session cookie older than this is not believed, whatever the browser keeps.
        "PERMANENT_SESSION_LIFETIME": timedelta(hours=24),
        # A form token lives as long as its session: a page may stay open over night.
        "WTF_CSRF_TIME_LIMIT": None,
        # Our pages send no referrer, which this check would ask for.
        "WTF_CSRF_SSL_STRICT": False,
        "TESTING": mode == "test",
    }


def _check_production(settings: Mapping[str, Any]) -> None:
    """Refuse to start a production portal that is not safe to run, and say at once all that it lacks."""
    wrong = [
        f"Set {name} to a random text of at least 32 characters." for name in SECRETS if len(str(settings[name])) < 32
    ]
    if not str(settings["PUBLIC_URL"]).startswith("https://"):
        wrong.append("Set PUBLIC_URL to the https address people reach the portal at.")
    wrong += [
        f"Set {name}: see docs/running.md."
        for name in ("MAIL_SERVER", "MAIL_DEFAULT_SENDER", "TEAM_EMAIL")
        if not settings[name]
    ]
    if settings["PASSWORD_MEMORY_KIB"] < LEAST_PASSWORD_MEMORY_KIB:
        wrong.append(f"PASSWORD_MEMORY_KIB must be {LEAST_PASSWORD_MEMORY_KIB} or more.")
    is_encrypted = settings["MAIL_USE_TLS"] or settings["MAIL_USE_SSL"]
    if settings["MAIL_SERVER"] and not is_encrypted and settings["MAIL_SERVER"] not in THIS_MACHINE:
        wrong.append("Set MAIL_USE_TLS or MAIL_USE_SSL: letters must not cross the net in the clear.")
    if wrong:
        raise ConfigurationError(wrong[0] if len(wrong) == 1 else "\n- ".join(["", *wrong]))


def _database_url(given: str, data_dir: Path) -> str:
    """SQLAlchemy's address of the database; plain postgres:// addresses are accepted."""
    if not given:
        return f"sqlite:///{data_dir / 'portal.sqlite3'}"
    for prefix in ("postgres://", "postgresql://"):
        if given.startswith(prefix):
            return "postgresql+psycopg://" + given.removeprefix(prefix)
    return given


def _engine_options(settings: Mapping[str, Any]) -> dict[str, Any]:
    """How the database is spoken to; `patience` is read in `portal/extensions.py`."""
    # What people typed never stands in an error's text, and so in no log.
    options: dict[str, Any] = {"hide_parameters": True}
    if str(settings["SQLALCHEMY_DATABASE_URI"]).startswith("sqlite"):
        options["connect_args"] = {"timeout": settings["DATABASE_TIMEOUT"]}
    if str(settings["SQLALCHEMY_DATABASE_URI"]).startswith("postgresql"):
        # A connection that was cut while nobody used it is replaced before somebody does.
        options |= {"pool_pre_ping": True, "connect_args": {"patience": settings["DATABASE_TIMEOUT"]}}
    return options


def _integer(env: Mapping[str, str], name: str, default: int) -> int:
    """A whole number from the environment."""
    try:
        return int(env.get(name) or default)
    except ValueError:
        raise ConfigurationError(f"{name} must be a whole number.") from None


def _integers(env: Mapping[str, str], name: str, default: str) -> list[int]:
    """Whole numbers from the environment, with blanks between them."""
    try:
        return [int(number) for number in (env.get(name) or default).split()]
    except ValueError:
        raise ConfigurationError(f"{name} must be whole numbers with blanks between them.") from None


def _limit(env: Mapping[str, str], name: str, default: str) -> str:
    """How much may be done in how long, in the words of the limits library."""
    words = env.get(name) or default
    try:
        limits.parse(words)
    except ValueError:
        raise ConfigurationError(f"{name} must say how many in how long, for example “{default}”.") from None
    return words


def _mail_port(env: Mapping[str, str]) -> int:
    """The port that mail servers usually have for each way of encryption."""
    if _true(env, "MAIL_USE_SSL"):
        return 465
    return 587 if _true(env, "MAIL_USE_TLS") else 25


def _true(env: Mapping[str, str], name: str) -> bool:
    """Whether a switch is on in the environment."""
    return env.get(name, "").strip().lower() in ("1", "true", "yes", "on")
