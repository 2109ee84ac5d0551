"""Search: finding things by parts of their names, in Chinese and in words.

Every thing that can be searched has its tokens in one plain table: each single han character, each
pair of neighbouring ones, and each word of letters and digits. A query's han are looked for pair by
pair and its words by their beginnings, each through the primary key; a thing is found when all of
them hit. So 积分 finds 积分兑换 on both databases alike, which trigram indexes cannot.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from sqlalchemy import ColumnElement, Index, Select, String, and_, delete, false, insert, select
from sqlalchemy.orm import Mapped, aliased, mapped_column

from portal.core.database import Base, Id, db

LONGEST_TOKEN = 24
MOST_TOKENS = 2_000
"""Of one thing: what stands beyond them in a very long text is not found."""
MOST_WANTED = 12
"""Of one query: what is written beyond them does not narrow the search further."""

_LAST = "\U0010ffff"
_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUNS = re.compile(rf"([{_HAN}]+)|([^\W_{_HAN}]+)")

# PostgreSQL compares by bytes here, so that a word's beginning is a range of the index.
_Token = String(LONGEST_TOKEN).with_variant(String(LONGEST_TOKEN, collation="C"), "postgresql")


class SearchToken(Base):
    __tablename__ = "search_token"
    __table_args__ = (Index("ix_search_token_object", "kind", "object_id"),)

    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    token: Mapped[str] = mapped_column(_Token, primary_key=True)
    object_id: Mapped[str] = mapped_column(Id, primary_key=True)


def index(kind: str, object_id: str, *texts: str) -> None:
    """Make a thing findable by these texts and by nothing else, in the transaction at hand.

    Without texts it is found no more.
    """
    wanted = tokens_of(texts)
    mine = and_(SearchToken.kind == kind, SearchToken.object_id == object_id)
    present = set(db.session.execute(select(SearchToken.token).where(mine)).scalars())
    if gone := present - wanted:
        db.session.execute(delete(SearchToken).where(mine, SearchToken.token.in_(gone)))
    if fresh := sorted(wanted - present):
        rows = [{"kind": kind, "token": token, "object_id": object_id} for token in fresh]
        db.session.execute(insert(SearchToken), rows)


def matching(kind: str, q: str) -> Select[str]:
    """The ids of the things of a kind that a query finds: ``Thing.id.in_(matching(kind, q))``.

    A query without a letter or a digit finds nothing.
    """
    first = aliased(SearchToken)
    statement = select(first.object_id).where(first.kind == kind)
    wanted = _wanted(q)
    if not wanted:
        return statement.where(false())
    statement = statement.where(_hits(first, *wanted[0]))
    for token, whole in wanted[1:]:
        other = aliased(SearchToken)
        hit = and_(
            other.kind == kind, other.object_id == first.object_id, _hits(other, token, whole)
        )
        statement = statement.where(select(other.object_id).where(hit).exists())
    return statement


def _hits(table: type[SearchToken], token: str, whole: bool) -> ColumnElement[bool]:  # noqa: FBT001
    if whole:
        return table.token == token
    return and_(table.token >= token, table.token < token + _LAST)


def tokens_of(texts: Iterable[str]) -> set[str]:
    """What a thing with these texts is found by."""
    tokens: dict[str, None] = {}
    for text in texts:
        for han, word in _RUNS.findall(_plain(text)):
            pieces = [*han, *_pairs(han)] if han else [word[:LONGEST_TOKEN]]
            tokens.update(dict.fromkeys(pieces))
    return set(list(tokens)[:MOST_TOKENS])


def _wanted(q: str) -> list[tuple[str, bool]]:
    """The tokens that must all hit, each once; False where a beginning is enough."""
    wanted: dict[str, bool] = {}
    for han, word in _RUNS.findall(_plain(q)):
        if han:
            wanted.update(dict.fromkeys(_pairs(han) or [han], True))
        else:
            wanted[word[:LONGEST_TOKEN]] = False
    return list(wanted.items())[:MOST_WANTED]


def _pairs(han: str) -> list[str]:
    return [han[place : place + 2] for place in range(len(han) - 1)]


def _plain(text: str) -> str:
    """Full-width and half-width, large and small letters are the same."""
    return unicodedata.normalize("NFKC", text).casefold()
