"""A text taken apart into its paragraphs and sentences, in Chinese and in English.

Nothing is lost on the way: a paragraph's sentences put together are the paragraph, and paragraphs
joined by line ends are the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from portal.consultations.rules.alignment import Budget, aligned

_CLOSING = "”’」』）】》)\"'"
_END = re.compile(rf"(?:[。！？；…]+|[.!?;]+(?=[{_CLOSING}]*(?:\s|$)))[{_CLOSING}]*\s*")
_NO_END = re.compile(r"(?:\b(?:Mr|Mrs|Ms|Dr|St|No|Art|vs|etc|e\.g|i\.e|[A-Z])|^\s*\d+)\.\s*$")
"""A full stop that ends no sentence: abbreviations, initials, the number of an article."""


@dataclass(frozen=True)
class Sentence:
    """A sentence; ``position`` counts through the whole text, from 0."""

    position: int
    text: str


def paragraphs(text: str) -> list[list[Sentence]]:
    """The sentences of a text by its paragraphs; empty lines hold none."""
    found: list[list[Sentence]] = []
    position = 0
    for line in text.splitlines():
        pieces = [piece.strip() for piece in _pieces(line)]
        found.append([Sentence(position + n, piece) for n, piece in enumerate(pieces)])
        position += len(pieces)
    return found


def sentences(text: str) -> list[str]:
    """All sentences of a text, in their order."""
    return [each.text for paragraph in paragraphs(text) for each in paragraph]


def place_now(then: str, position: int, present: str) -> int | None:
    """Where a sentence of an earlier text stands in the present one.

    Args:
        then: the earlier text.
        position: of the sentence in it.
        present: the text as it is now.

    Returns:
        Its position; None where it has changed or is gone, or where several are alike and nobody
        can tell which of them it was.
    """
    before, after = sentences(then), sentences(present)
    if not 0 <= position < len(before):
        return None
    for run in aligned(before, after, Budget()):
        if run.same and run.a <= position < run.b:
            return run.c + position - run.a
    alike = [n for n, sentence in enumerate(after) if sentence == before[position]]
    return alike[0] if len(alike) == 1 else None


def with_sentence(text: str, position: int, sentence: str) -> str:
    """The text with one sentence written anew, or without it where ``sentence`` is empty. A
    paragraph that has nothing left goes, too.

    Raises:
        IndexError: there is no such sentence.
    """
    lines: list[str] = []
    seen = 0
    for line in text.splitlines():
        pieces = _pieces(line)
        here = position - seen
        seen += len(pieces)
        if not 0 <= here < len(pieces):
            lines.append(line)
            continue
        pieces[here] = _in_its_place(pieces[here], sentence)
        if left := "".join(pieces).rstrip():
            lines.append(left)
    if not 0 <= position < seen:
        raise IndexError(position)
    return "\n".join(lines)


def _in_its_place(old: str, sentence: str) -> str:
    """With the blanks around it that the old one had."""
    if not sentence:
        return ""
    lead, tail = len(old) - len(old.lstrip()), len(old) - len(old.rstrip())
    return old[:lead] + sentence + (old[-tail:] if tail else "")


def _pieces(line: str) -> list[str]:
    """The sentences of a line with the blanks behind each; blanks alone are no sentence."""
    pieces: list[str] = []
    begin = 0
    for end in _END.finditer(line):
        if not _NO_END.search(line[begin : end.end()]):
            pieces.append(line[begin : end.end()])
            begin = end.end()
    pieces.append(line[begin:])
    return [piece for piece in pieces if piece.strip()]
