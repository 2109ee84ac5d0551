"""Install a hash-locked requirements file into the environment of the Python that runs this.

Usage: .venv/bin/python scripts/install_requirements.py requirements.txt [more.txt …]

Prints one line that grows while pip works, so that whoever waits sees that it moves; pip's own
words appear only when it fails. Exits with pip's status.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

PIN = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]*==", re.MULTILINE)
STEP = re.compile(r"^\s*(?:Collecting|Requirement already satisfied:) ")


def main(locks: list[str]) -> int:
    if not locks:
        print(__doc__, file=sys.stderr)
        return 2
    expected = sum(len(PIN.findall(Path(lock).read_text(encoding="utf-8"))) for lock in locks)
    status, output = _install(locks, expected)
    if status != 0:
        print("\n" + output, file=sys.stderr)
        print(f"pip could not install {' '.join(locks)}; its words are above.", file=sys.stderr)
    return status


def _install(locks: list[str], expected: int) -> tuple[int, str]:
    command = [sys.executable, "-m", "pip", "install", "--require-hashes", "--no-input"]
    command += ["--disable-pip-version-check", "--progress-bar", "off"]
    for lock in locks:
        command += ["--requirement", lock]
    lines: list[str] = []
    done = 0
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, bufsize=1
    ) as pip:
        for line in pip.stdout or ():
            lines.append(line)
            if STEP.match(line):
                done += 1
                _show(f"{done} of about {expected} packages fetched")
            elif line.startswith("Installing collected packages"):
                _show("fetched; now unpacking them")
    if sys.stdout.isatty():
        print()
    return pip.returncode, "".join(lines)


def _show(text: str) -> None:
    """Rewrite the growing line on a terminal; stay silent in a log."""
    if sys.stdout.isatty():
        print(f"\r    {text:<50}", end="", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
