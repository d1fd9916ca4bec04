"""Says whether the built files in portal/static belong to the sources in this folder.

Needs the standard library only, so that the check runs where Node does not. It does not rebuild anything.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
STATIC = HERE.parent / "portal" / "static"
SOURCE_FILES = ("build.mjs", "build_map.mjs", "map-projection.json", "package.json", "package-lock.json")
SOURCE_FOLDERS = ("scss", "js", "img", "licences")


def digests(folder: Path, names: list[str]) -> dict[str, str]:
    """Return the SHA-256 of each named file in the folder, an empty text for one that is missing."""
    return {
        name: hashlib.sha256((folder / name).read_bytes()).hexdigest() if (folder / name).is_file() else ""
        for name in names
    }


def source_names(here: Path = HERE) -> list[str]:
    """Return the names of all sources, those of the folders included."""
    found = [path for folder in SOURCE_FOLDERS for path in (here / folder).rglob("*") if path.is_file()]
    return sorted([*SOURCE_FILES, *(path.relative_to(here).as_posix() for path in found)])


def complaints(here: Path = HERE, static: Path = STATIC) -> list[str]:
    """Return a sentence for each difference between the files and manifest.json; none when all is well."""
    manifest: dict[str, dict[str, str]] = json.loads((here / "manifest.json").read_text(encoding="utf-8"))
    listed, actual = manifest["sources"], digests(here, source_names(here))
    found = [
        f"assets/{name} is not what the built files were made from: run make assets and commit the result."
        for name in sorted(set(listed) | set(actual))
        if listed.get(name) != actual.get(name)
    ]
    built = digests(static, sorted(manifest["outputs"]))
    found += [
        f"portal/static/{name} is not what the build made: run make assets, never edit it by hand."
        for name, digest in built.items()
        if digest != manifest["outputs"][name]
    ]
    return found


def main() -> int:
    """Print every complaint and return 1, or say that all is well and return 0."""
    found = complaints()
    for sentence in found:
        print(sentence)
    if not found:
        print("The built files belong to their sources.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
