"""The rules of the house, as tests. Each failure says how to mend it; docs/architecture.md says why."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from portal import security
from portal.extensions import db
from portal.submissions import registry

ROOT = Path(__file__).resolve().parent.parent
PORTAL = ROOT / "portal"
TEMPLATES = ROOT / "templates"
MODULES = sorted(PORTAL.rglob("*.py"))

# From left to right: a package imports only from those before it, or from itself.
LAYERS = (
    ("clock", "extensions"),
    ("own_transaction", "remembered", "new_rows", "sealed", "trial", "opened_pages"),
    ("logs", "limits", "tidying"),
    ("emails",),
    ("documents",),
    ("accounts",),
    ("directory",),
    ("campaign_words", "points", "reasons"),
    ("settings",),
    ("jobs",),
    ("submissions",),
    ("speakers", "twinning", "affiliations"),
    ("planning", "touring"),
    ("typed_back",),
    ("security", "errors"),
    ("assets", "health", "workflow_pages", "reading_copy", "backups", "stories"),
    ("public", "dashboard"),
    ("application", "translating", "drawing"),
    ("worker", "server", "demo", "migrating"),
    ("launcher",),
    ("commands",),
    ("__init__",),
    ("aside",),
)
RANK = {name: rank for rank, names in enumerate(LAYERS) for name in names}
DATA_PACKAGES = {
    "emails",
    "directory",
    "jobs",
    "submissions",
    "speakers",
    "twinning",
    "affiliations",
    "planning",
    "touring",
    "documents",
}
FORBIDDEN_NAMES = {"utils", "util", "helpers", "common", "services", "managers", "misc"}
SAFE_BODY = "dashboard.email_html"
"""The one page with another policy: a letter's HTML part, in a sandbox without anything."""


def package_of(path: Path) -> str:
    """The room a module stands in: its package below portal/, or its own name at the top."""
    parts = path.relative_to(PORTAL).parts
    return parts[0] if len(parts) > 1 else path.stem


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imports_of(path: Path) -> Iterator[tuple[str, int]]:
    """Names below portal that a module imports, with the line."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "portal":
            parts = node.module.split(".")
            if len(parts) == 1:
                for alias in node.names:
                    yield alias.name, node.lineno
            else:
                yield parts[1], node.lineno
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.startswith("portal."):
                    yield alias.name.split(".")[1], node.lineno


def short(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_every_room_stands_in_the_order() -> None:
    unknown = {package_of(path) for path in MODULES} - set(RANK)
    assert not unknown, f"say in LAYERS where {sorted(unknown)} stand in the import order"


@pytest.mark.parametrize("path", MODULES, ids=short)
def test_imports_go_one_way(path: Path) -> None:
    here = package_of(path)
    wrong = [
        f"line {line}: {here} may not import {there}"
        for there, line in imports_of(path)
        if there in RANK and there != here and RANK[there] >= RANK[here]
    ]
    assert not wrong, f"{short(path)}: {wrong}; move the code, or pass what it needs as an argument"


@pytest.mark.parametrize("path", MODULES, ids=short)
def test_no_import_inside_a_function(path: Path) -> None:
    wrong = [
        inner.lineno
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]
    assert not wrong, f"{short(path)}: move the imports of lines {wrong} to the top"


@pytest.mark.parametrize("path", MODULES, ids=short)
def test_modules_and_functions_are_small(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= 300, f"{short(path)} has {lines} lines: find the noun it hides and give it a module"
    long = [
        f"{node.name} ({node.end_lineno - node.lineno + 1} lines)"
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno >= 60
    ]
    assert not long, f"{short(path)}: split {long}"


@pytest.mark.parametrize("path", MODULES, ids=short)
def test_modules_and_public_functions_say_what_they_do(path: Path) -> None:
    tree = tree_of(path)
    assert ast.get_docstring(tree), f"{short(path)}: begin with a docstring: what lives here and what does not"
    silent = [
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert not silent, f"{short(path)}: say what {silent} take and give"


def test_no_module_hides_behind_an_empty_name() -> None:
    wrong = [short(path) for path in MODULES if FORBIDDEN_NAMES & set(path.relative_to(PORTAL).with_suffix("").parts)]
    assert not wrong, f"{wrong}: name the noun that lives there"


@pytest.mark.parametrize("path", [p for p in MODULES if package_of(p) in DATA_PACKAGES], ids=short)
def test_data_packages_know_nothing_of_the_visitor(path: Path) -> None:
    web = {"request", "session", "g", "flash", "current_user"}
    wrong = [
        alias.name
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ImportFrom) and node.module in ("flask", "flask_login")
        for alias in node.names
        if alias.name in web
    ]
    assert not wrong, f"{short(path)} uses {wrong}: take plain arguments instead"


@pytest.mark.parametrize("path", MODULES, ids=short)
def test_only_actions_assign_a_state(path: Path) -> None:
    if path == PORTAL / "submissions" / "actions.py" or package_of(path) == "emails":
        return
    others = (
        PORTAL / "speakers" / "offers.py",
        PORTAL / "speakers" / "diary.py",
        PORTAL / "twinning" / "candidates.py",
    )
    if path in others:
        # What became of an offer, a booking or a candidate is a state as well; these modules are all that changes it.
        return
    wrong = [
        node.lineno
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Assign | ast.AugAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Attribute) and target.attr == "state"
    ]
    assert not wrong, f"{short(path)} line {wrong}: call actions.perform, the only code that changes a state"


@pytest.mark.parametrize("path", [p for p in MODULES if package_of(p) in DATA_PACKAGES], ids=short)
def test_data_packages_never_commit_the_caller_s_session(path: Path) -> None:
    wrong = [
        node.lineno
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "commit"
        and "db.session" in ast.unparse(node.func)
    ]
    assert not wrong, f"{short(path)} line {wrong}: views, commands and the worker commit, once, at the end"


@pytest.mark.parametrize("path", [p for p in MODULES if p.name != "clock.py"], ids=short)
def test_only_the_clock_reads_the_time(path: Path) -> None:
    wrong = [
        node.lineno
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("now", "today", "utcnow")
        and ast.unparse(node.func).split(".")[0] in ("datetime", "date")
    ]
    assert not wrong, f"{short(path)} line {wrong}: ask portal.clock.utc_now() and pass `now` on"


def test_every_address_is_gated_or_on_the_open_list(app: Flask) -> None:
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    closed = {
        "accounts.change_password",
        "accounts.sign_out",
        *(name for name in endpoints if name.startswith("dashboard.")),
    }
    open_ones = endpoints - closed
    not_listed = {name for name in open_ones if not security.is_open(name)}
    assert not not_listed, f"{sorted(not_listed)}: gate them, or put them on security.OPEN with a reason"
    wrongly_open = {name for name in closed if security.is_open(name)}
    assert not wrongly_open, f"{sorted(wrongly_open)} must need a signed-in coordinator"


def test_strangers_see_nothing_of_the_desk(app: Flask) -> None:
    client = app.test_client()
    for rule in app.url_map.iter_rules():
        if not rule.endpoint.startswith("dashboard.") or "GET" not in (rule.methods or set()):
            continue
        path = re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", "1", rule.rule)
        answer = client.get(path)
        assert answer.status_code in (302, 303, 401, 404), f"{path} answers {answer.status_code} to a stranger"
        if answer.status_code in (302, 303):
            assert answer.location.startswith("/login")


def test_addresses_are_kebab_case(app: Flask) -> None:
    wrong = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if not rule.rule.startswith("/static") and re.search(r"[A-Z_]", re.sub(r"<[^>]*>", "", rule.rule))
    ]
    assert not wrong, f"write {wrong} in kebab-case"


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=short)
def test_pages_carry_no_inline_code(path: Path) -> None:
    if path.is_relative_to(TEMPLATES / "emails"):
        return
    text = path.read_text(encoding="utf-8")
    assert "<style" not in text, "styles live in assets/scss"
    assert not re.search(r"<script(?![^>]*\bsrc=)", text), "scripts live in assets/js"
    assert not re.search(r"""\sstyle=["']""", text), "give it a class in assets/scss"
    assert not re.search(r"""\son[a-z]+=["']""", text), "attach behaviour in assets/js"


def test_every_template_is_used() -> None:
    sources = "\n".join(path.read_text(encoding="utf-8") for path in [*MODULES, *TEMPLATES.rglob("*.html")])
    unused = [
        str(path.relative_to(TEMPLATES))
        for path in TEMPLATES.rglob("*.html")
        if str(path.relative_to(TEMPLATES)) not in sources
        and path.parent.name != "errors"
        and f"{path.parent.name}/" + "{" not in sources
    ]
    assert not unused, f"delete {unused}, or render them"


def test_every_kind_is_whole() -> None:
    for kind in registry.kinds():
        assert kind.workflow.kind == kind.name
        assert kind.steps, f"{kind.name} has no form"
        assert kind.model.__mapper__.polymorphic_identity == kind.name
    assert [kind.name for kind in registry.kinds()] == ["speaker", "twinning", "affiliation", "ukrainian"]


def test_tables_are_plural_and_times_end_in_at() -> None:
    for table in db.metadata.tables.values():
        assert table.name.endswith("s"), f"call the table {table.name} by a plural"
        for column in table.columns:
            if "DATETIME" in str(column.type).upper():
                assert column.name.endswith(("_at", "_until", "_since")) or column.name == "at", (
                    f"{table.name}.{column.name} is a moment: its name ends in _at"
                )


def test_nothing_names_a_machine() -> None:
    pattern = re.compile(r"/home/[a-z]|/Users/|/root/")
    wrong = [short(path) for path in [*MODULES, *TEMPLATES.rglob("*.*")] if pattern.search(path.read_text("utf-8"))]
    assert not wrong, f"{wrong} name somebody's machine"
