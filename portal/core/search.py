"""Search: finding things by parts of their names, in Chinese and in words.

Every thing that can be searched has its tokens in one plain table: each single han character, each
pair of neighbouring ones, and each word of letters and digits. A query's han are looked for pair by
pair and its words by their beginnings, each through the primary key; a thing is found when all of
them hit. So 积分 finds 积分兑换 on both databases alike, which trigram indexes cannot.

What may be found within a part of the city alone (people) is kept by region: a search there reads
that region's tokens, and costs the same however many there are elsewhere.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from sqlalchemy import (
    CTE,
    ColumnElement,
    Index,
    Select,
    String,
    and_,
    delete,
    false,
    insert,
    intersect,
    select,
    tuple_,
)
from sqlalchemy.orm import Mapped, aliased, mapped_column

from portal.core.database import Base, Id, RegionCode, db

LONGEST_TOKEN = 24
MOST_TOKENS = 2_000
"""Of one thing: what stands beyond them in a very long text is not found."""
MOST_WANTED = 12
"""Of one query: what is written beyond them does not narrow the search further."""

EVERYWHERE = ""
"""In place of a region: what anybody finds from anywhere."""

_LAST = "\U0010ffff"
_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUNS = re.compile(rf"([{_HAN}]+)|([^\W_{_HAN}]+)")

# PostgreSQL compares by bytes here, so that a word's beginning is a range of the index.
_Token = String(LONGEST_TOKEN).with_variant(String(LONGEST_TOKEN, collation="C"), "postgresql")


class SearchToken(Base):
    """One token of one thing. ``region_code`` is no foreign key: it is empty for most kinds."""

    __tablename__ = "search_token"
    __table_args__ = (Index("ix_search_token_object", "kind", "object_id"),)

    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    region_code: Mapped[str] = mapped_column(
        RegionCode, primary_key=True, default=EVERYWHERE, server_default=EVERYWHERE
    )
    token: Mapped[str] = mapped_column(_Token, primary_key=True)
    object_id: Mapped[str] = mapped_column(Id, primary_key=True)


def index(kind: str, object_id: str, *texts: str, region_code: str = EVERYWHERE) -> None:
    """Make a thing findable by these texts and by nothing else, in the transaction at hand.

    Without texts it is found no more. With a region it is found there alone
    (:func:`matching_within`), wherever it was found before.
    """
    wanted = {(region_code, token) for token in tokens_of(texts)}
    mine = and_(SearchToken.kind == kind, SearchToken.object_id == object_id)
    place = (SearchToken.region_code, SearchToken.token)
    present = {tuple(row) for row in db.session.execute(select(*place).where(mine))}
    if gone := present - wanted:
        db.session.execute(delete(SearchToken).where(mine, tuple_(*place).in_(gone)))
    if fresh := sorted(wanted - present):
        rows = [
            {"kind": kind, "region_code": code, "token": token, "object_id": object_id}
            for code, token in fresh
        ]
        db.session.execute(insert(SearchToken), rows)


def matching(kind: str, q: str) -> Select[str]:
    """The ids of the things of a kind that a query finds: ``Thing.id.in_(matching(kind, q))``.

    A query without a letter or a digit finds nothing.
    """
    first = aliased(SearchToken)
    statement = select(first.object_id).where(first.kind == kind, first.region_code == EVERYWHERE)
    wanted = _wanted(q)
    if not wanted:
        return statement.where(false())
    statement = statement.where(_hits(first, *wanted[0]))
    for token, whole in wanted[1:]:
        other = aliased(SearchToken)
        hit = and_(
            other.kind == kind,
            other.region_code == EVERYWHERE,
            other.object_id == first.object_id,
            _hits(other, token, whole),
        )
        statement = statement.where(select(other.object_id).where(hit).exists())
    return statement


def matching_within(kind: str, q: str, region_codes: Select[str]) -> CTE:
    """``region_code, object_id``, each once, of what a query finds in some regions, for kinds that
    are found by region: a table to be joined, and a list of it ordered by these two.

    Each token's things are read from the index, those regions' alone, then intersected, and only
    then narrowed to a page: PostgreSQL, left to itself, reads the whole index for a rare name.
    """
    hits = [
        select(SearchToken.region_code, SearchToken.object_id).where(
            SearchToken.kind == kind,
            SearchToken.region_code.in_(region_codes),
            _hits(SearchToken, token, whole),
        )
        for token, whole in _wanted(q)
    ]
    if not hits:
        nothing = select(SearchToken.region_code, SearchToken.object_id).where(false())
        return nothing.cte("hit")
    first, *others = hits
    found = intersect(first, *others) if others else first.distinct()
    return found.cte("hit").prefix_with("MATERIALIZED", dialect="postgresql")


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
