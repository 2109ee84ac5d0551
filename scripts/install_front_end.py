"""Install the front-end parts of package-lock.json into node_modules/.

Uses the machine's own npm when there is one with a Node.js new enough; otherwise installs Node.js
from PyPI (requirements-node.txt, hash-locked) into the virtual environment and uses that.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST_NODE = 18
SCRIPTS = Path(sys.prefix) / ("Scripts" if os.name == "nt" else "bin")
NPM_CI = ("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier")


class SetupError(Exception):
    """A step could not be done; the message says which and what to do."""


def main() -> int:
    try:
        _run([*_npm(), *NPM_CI])
    except SetupError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _npm() -> list[str]:
    """The command that is npm, beside a Node.js that is new enough."""
    on_path = shutil.which("npm")
    if on_path and _node_is_new_enough(shutil.which("node")):
        return [on_path]
    if not _node_is_new_enough(_in_environment("node")):
        print(f"    no Node.js {OLDEST_NODE} or newer here: fetching one (60 MB)", flush=True)
        lock = ROOT / "requirements-node.txt"
        _run([sys.executable, str(ROOT / "scripts" / "install_requirements.py"), str(lock)])
    npm = _in_environment("npm")
    if npm is None:
        raise SetupError(
            "requirements-node.txt brought no npm; install Node.js and npm, then try again."
        )
    return [npm]


def _in_environment(program: str) -> str | None:
    return shutil.which(program, path=str(SCRIPTS))


def _node_is_new_enough(node: str | None) -> bool:
    if node is None:
        return False
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    major = answer.stdout.strip().removeprefix("v").split(".")[0]
    return answer.returncode == 0 and major.isdigit() and int(major) >= OLDEST_NODE


def _run(command: list[str]) -> None:
    done = subprocess.run(command, cwd=ROOT, env=_environment(command[0]), check=False)
    if done.returncode != 0:
        raise SetupError(f"This failed with status {done.returncode}: {' '.join(command)}")


def _environment(program: str) -> dict[str, str]:
    """npm must find the node it belongs to first, and trust what this machine trusts."""
    path = os.environ.get("PATH", os.defpath)
    if Path(program).parent == SCRIPTS:
        path = os.pathsep.join([str(SCRIPTS), path])
    # Debian's Node.js reads the system's certificates by itself; the one from PyPI has to be told.
    return {"NODE_USE_SYSTEM_CA": "1", **os.environ, "PATH": path}


if __name__ == "__main__":
    sys.exit(main())
