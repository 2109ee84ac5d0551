"""The locks hold everything that is asked for, each file by its hash, and no registry's address."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LISTS = ("requirements", "requirements-dev", "requirements-node")
PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==", re.MULTILINE)
WANTED = re.compile(r"^([A-Za-z0-9._-]+)", re.MULTILINE)


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", LISTS)
def test_all_that_is_asked_for_is_locked(name: str) -> None:
    lines = [line for line in text_of(f"{name}.in").splitlines() if not line.startswith(("#", "-"))]
    wanted = {normal(match) for line in lines for match in WANTED.findall(line)}
    locked = {normal(match) for match in PIN.findall(text_of(f"{name}.txt"))}
    assert wanted
    assert wanted <= locked


@pytest.mark.parametrize("name", LISTS)
def test_every_locked_package_has_its_hashes(name: str) -> None:
    blocks = re.split(r"\n(?=[A-Za-z0-9])", text_of(f"{name}.txt").strip())
    assert [block.split(" ")[0] for block in blocks if "--hash=sha256:" not in block] == []


@pytest.mark.parametrize("name", LISTS)
def test_no_lock_names_a_host_or_a_folder(name: str) -> None:
    assert not re.search(r"://|--(?:extra-)?index-url|--find-links", text_of(f"{name}.txt"))


def test_the_front_end_lock_has_hashes_and_no_registry() -> None:
    packages = json.loads(text_of("package-lock.json"))["packages"]
    parts = {name: entry for name, entry in packages.items() if name}
    assert parts
    assert all(entry["integrity"].startswith("sha512-") for entry in parts.values())
    assert [name for name, entry in parts.items() if "resolved" in entry] == []


def test_the_two_python_locks_agree() -> None:
    pins = [
        dict(re.findall(r"^([A-Za-z0-9._-]+)==(\S+) \\$", text_of(f"{name}.txt"), re.MULTILINE))
        for name in ("requirements", "requirements-dev")
    ]
    both = pins[0].keys() & pins[1].keys()
    assert both
    assert {name for name in both if pins[0][name] != pins[1][name]} == set()
