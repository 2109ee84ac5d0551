"""What the API's reference says of each endpoint, for the catalogues: summaries and sections.

Babel calls :func:`extract` for the files that declare endpoints (``[[tool.babel.mappings]]`` in
pyproject.toml). A summary is the endpoint's docstring and a section the tag of its blueprint; both
are written once, in the code.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping
from typing import IO, Any

from babel.messages.extract import extract_python

from portal.core.endpoint import summary_of

Found = tuple[Any, ...]
VERBS = ("read", "write", "export", "picture", "upload")
BLUEPRINT = "ApiBlueprint"


def extract(
    file: IO[bytes],
    keywords: Mapping[str, Any],
    comment_tags: Collection[str],
    options: Any,
) -> Iterator[Found]:
    """The texts of one file: those marked as everywhere, and what its endpoints say of
    themselves."""
    yield from extract_python(file, keywords, comment_tags, options)
    file.seek(0)
    for node in ast.walk(ast.parse(file.read())):
        if isinstance(node, ast.FunctionDef) and any(map(_declares, node.decorator_list)):
            yield node.lineno, None, summary_of(ast.get_docstring(node)), []
        elif isinstance(node, ast.Call) and _name(node) == BLUEPRINT:
            yield from ((node.lineno, None, tag, []) for tag in _tags(node))


def _declares(decorator: ast.expr) -> bool:
    """Whether it declares an endpoint: ``@api.read(…)``, ``@api.write(…)`` and so on."""
    return isinstance(decorator, ast.Call) and _name(decorator) in VERBS


def _name(call: ast.Call) -> str:
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else ast.unparse(function)


def _tags(call: ast.Call) -> Iterator[str]:
    for keyword in call.keywords:
        if keyword.arg == "tag" and isinstance(keyword.value, ast.Constant):
            yield str(keyword.value.value)
