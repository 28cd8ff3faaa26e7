"""Fingerprints of content: what a run depends on, and whether the outputs are already that.

Everything is decided by bytes, never by modification times: `touch` rebuilds nothing and
a changed byte under an old time rebuilds everything. Only the standard library is
imported here, because a run with nothing to do must cost no more than Python itself.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections.abc import Iterable
from pathlib import Path

PROGRAM = Path(__file__).resolve().parent
TEMPLATES = PROGRAM.parent / "templates"

#: Parts of the program whose source decides a verdict; the rest only prints it.
CHECKER = (
    "errors.py", "fingerprint.py", "model.py", "packing.py", "recheck.py",
    "load", "meaning", "notation", "verify",
)  # fmt: skip

#: Packages whose version may change a verdict or a byte of the outputs.
PACKAGES = ("jinja2", "matplotlib", "mpmath", "numpy", "proofboard", "python-flint", "pyyaml", "sympy")

#: The published files, in the order of publishing; the ledger, which holds their hashes, is last.
OUTPUTS = ("tex/handbook.tex", "tex/slides.tex", "handbook.pdf", "slides.pdf")
LEDGER = "ledger.json"


def digest(data: bytes | str) -> str:
    """SHA-256 of `data` in hexadecimal; text is hashed as UTF-8."""
    return hashlib.sha256(data.encode() if isinstance(data, str) else data).hexdigest()


def tree_digest(root: Path, names: Iterable[str] = ("",)) -> str:
    """One hash over all files below `root` (or below each of `names` in it), by path and bytes.

    Hidden files and byte code do not count. Absent names are skipped.
    """
    whole = hashlib.sha256()
    for name in names:
        top = root / name
        found = [top] if top.is_file() else sorted(p for p in top.rglob("*") if p.is_file())
        for path in found:
            relative = path.relative_to(root)
            if any(part.startswith((".", "__pycache__")) for part in relative.parts):
                continue
            whole.update(f"{relative.as_posix()}\0{digest(path.read_bytes())}\n".encode())
    return whole.hexdigest()


def versions() -> tuple[tuple[str, str], ...]:
    """(package, version) of Python and of each of PACKAGES, by the names of their metadata folders.

    A listing of the folders on the path is some 20 times cheaper than importlib.metadata.
    """
    wanted = {name.replace("-", "_").lower(): name for name in PACKAGES}
    found = {"python": ".".join(map(str, sys.version_info[:3]))}
    for folder in map(Path, sys.path):
        if folder.is_dir() and folder.name in ("site-packages", "dist-packages"):
            for entry in folder.iterdir():
                match = re.fullmatch(r"(.+)-([^-]+)\.dist-info", entry.name)
                name = wanted.get(re.sub(r"[-.]+", "_", match[1]).lower()) if match else None
                if match and name:
                    found.setdefault(name, match[2])
    return tuple(sorted(found.items()))


def checker_digest() -> str:
    """The hash of everything but the content that a verdict depends on."""
    return digest(tree_digest(PROGRAM, CHECKER) + json.dumps(versions()))


def content_digest(files: Iterable[Path]) -> str:
    """The hash of the content files by name and bytes, in the order of their names.

    Raises OSError where a file cannot be read.
    """
    rows = sorted((path.name, digest(path.read_bytes())) for path in files)
    return digest(json.dumps(rows))


def inputs_digest(files: Iterable[Path], options: str) -> str:
    """The hash of all that decides the outputs: content, options, program, templates, versions.

    Raises OSError where a file cannot be read.
    """
    parts = [content_digest(files), options, tree_digest(PROGRAM), tree_digest(TEMPLATES)]
    return digest(json.dumps([*parts, versions()]))


def is_current(folder: Path, inputs: str) -> bool:
    """Whether the outputs in `folder` are complete, unaltered and made from `inputs`.

    A missing, damaged or half-published output means no; the next build repairs it.
    """
    try:
        ledger = json.loads((folder / LEDGER).read_bytes())
        recorded = ledger["outputs"]
        return (
            bool(inputs)
            and ledger["inputs"] == inputs
            and all(recorded[name] == digest((folder / name).read_bytes()) for name in OUTPUTS)
        )
    except (OSError, ValueError, KeyError, TypeError):
        return False
