"""Keep the translation catalogues equal to the texts in code and templates.

Usage: python scripts/catalogues.py update   brings translations/<locale>/…/messages.po up to date
       python scripts/catalogues.py check    fails on what a reader would notice

English is the source and needs no catalogue. `check` names every text that is missing, left over,
untranslated or fuzzy, and every translation whose placeholders, markup or outer blanks differ from
those of its source.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
TRANSLATIONS = ROOT / "translations"
LOCALES = ("zh_Hans",)
# On top of Babel's own: _, gettext, ngettext, pgettext, npgettext.
KEYWORDS = ("_l", "lazy_gettext", "lazy_ngettext:1,2", "lazy_pgettext:1c,2")

AUTHORS = "the portal's authors"
HEADER = f"# Copyright (C) 2026 {AUTHORS}. AGPL-3.0-or-later."

PLACEHOLDER = re.compile(r"%\(\w+\)[#0\- +]*\d*(?:\.\d+)?[a-zA-Z]|%%|%|\{\w*\}")
TAG = re.compile(r"</?[a-zA-Z][^>]*>")
HAN = re.compile(r"[\u4e00-\u9fff]")
Key = tuple[str, str | None]


def main(arguments: list[str]) -> int:
    if arguments == ["update"]:
        return update()
    if arguments == ["check"]:
        return check()
    print(__doc__, file=sys.stderr)
    return 2


def update() -> int:
    source = extract()
    for locale in LOCALES:
        path = catalogue_path(locale)
        catalogue = _read(path, locale) if path.exists() else _new(locale)
        catalogue.update(source, no_fuzzy_matching=True, update_creation_date=False)
        catalogue.obsolete.clear()
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            # Sorted and without line numbers: two people's additions then rarely touch.
            write_po(file, catalogue, width=0, sort_output=True, include_lineno=False)
        waiting = sum(1 for message in _texts(catalogue) if not _translated(message))
        print(f"{path.relative_to(ROOT)}: {len(catalogue)} texts, {waiting} to translate")
    return 0


def check() -> int:
    source = extract()
    problems = [f"source: {_quoted(m)} is not English" for m in _texts(source) if _has_han(m)]
    for locale in LOCALES:
        path = catalogue_path(locale)
        if not path.exists():
            problems.append(f"{path.relative_to(ROOT)} is missing: run `make i18n`")
            continue
        problems += [f"{locale}: {text}" for text in compare(source, _read(path, locale))]
    for problem in problems:
        print(problem, file=sys.stderr)
    if problems:
        print(f"{len(problems)} problems; `make i18n`, then translate.", file=sys.stderr)
        return 1
    print(f"    {len(source)} texts, all translated: {', '.join(LOCALES)}")
    return 0


def catalogue_path(locale: str) -> Path:
    return TRANSLATIONS / locale / "LC_MESSAGES" / "messages.po"


def extract() -> Catalog:
    """All texts marked for translation in code and templates, with where they stand."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "messages.pot"
        command = [sys.executable, "-m", "babel.messages.frontend", "--quiet", "extract"]
        command += ["--mapping-file=pyproject.toml", "--add-comments=Translators:"]
        command += [f"--keyword={keyword}" for keyword in KEYWORDS]
        command += [f"--output-file={target}", "portal", "templates"]
        subprocess.run(command, cwd=ROOT, check=True)
        with target.open("rb") as file:
            source = read_po(file)
    if not len(source):
        raise SystemExit("found no text at all: is the mapping in pyproject.toml right?")
    return source


def compare(source: Catalog, catalogue: Catalog) -> Iterator[str]:
    """What is wrong with a catalogue, one sentence each."""
    wanted = {_key(message): message for message in _texts(source)}
    present = {_key(message): message for message in _texts(catalogue)}
    for key, message in wanted.items():
        if key not in present:
            yield f"missing: {_quoted(message)}"
    for key, message in present.items():
        if key not in wanted:
            yield f"left over: {_quoted(message)}"
        elif bool(wanted[key].pluralizable) != bool(message.pluralizable):
            yield f"has a plural in one place and none in the other: {_quoted(message)}"
        else:
            yield from _faults(message, catalogue.num_plurals)
    for message in catalogue.obsolete.values():
        yield f"left over as a comment: {_quoted(message)}"


def _faults(message: Message, plurals: int) -> Iterator[str]:
    if message.fuzzy:
        yield f"fuzzy: {_quoted(message)}"
    elif not _translated(message):
        yield f"untranslated: {_quoted(message)}"
    elif message.pluralizable and len(_forms(message.string)) != plurals:
        yield f"needs {plurals} plural forms: {_quoted(message)}"
    else:
        sources = _forms(message.id)
        for text in _forms(message.string):
            # A form may leave out the number as the English singular does.
            if not any(_shape(text) == _shape(form) for form in sources):
                yield f"other placeholders, markup or blanks than {_quoted(message)}: {text!r}"


def _shape(text: str) -> tuple[Counter[str], Counter[str], bool, bool]:
    """What a translation must keep: placeholders, tags, blanks at either end."""
    return (
        Counter(PLACEHOLDER.findall(text)),
        Counter(TAG.findall(text)),
        text[:1].isspace(),
        text[-1:].isspace(),
    )


def _new(locale: str) -> Catalog:
    return Catalog(
        locale=locale,
        header_comment=HEADER,
        project="portal",
        msgid_bugs_address=AUTHORS,
        last_translator=AUTHORS,
        language_team=AUTHORS,
        fuzzy=False,
    )


def _read(path: Path, locale: str) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=locale, abort_invalid=True)


def _texts(catalogue: Catalog) -> Iterator[Message]:
    return (message for message in catalogue if message.id)


def _key(message: Message) -> Key:
    return _forms(message.id)[0], message.context


def _forms(text: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text or ())


def _translated(message: Message) -> bool:
    forms = _forms(message.string)
    return bool(forms) and all(forms)


def _has_han(message: Message) -> bool:
    return any(HAN.search(form) for form in _forms(message.id))


def _quoted(message: Message) -> str:
    where = ", ".join(file for file, _line in message.locations[:2])
    return f"{_forms(message.id)[0]!r}" + (f" ({where})" if where else "")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
