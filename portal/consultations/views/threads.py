"""What people say, put together for a page: threads, who may do what, what the reader has done."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flask import request

from portal.consultations import policies
from portal.consultations.queries import asking, consultations, discussion
from portal.consultations.queries.consultations import ConsultationRow
from portal.consultations.queries.discussion import CommentRow, Order
from portal.consultations.rules.asking import ANSWER_DAYS, is_overdue, is_waiting
from portal.consultations.rules.life import DISCUSSED, Status
from portal.consultations.words import whom_it_is_for
from portal.core.access import current_principal
from portal.core.clock import today
from portal.core.pages import cursor
from portal.core.pagination import MOST
from portal.regions.rules import spoken_name

DEEPEST = 2
"""Replies to replies stand no further in than this: a phone is narrow."""


@dataclass(frozen=True)
class Said:
    """A comment in its thread; ``answers`` is the name of whom it replies to, ``more`` how many
    replies of its thread are not on this page (after the last one that is)."""

    comment: CommentRow
    depth: int
    answers: str | None
    more: int = 0


def said_facts(row: ConsultationRow) -> dict[str, Any]:
    """The threads of a consultation as its page lists them."""
    order = Order.TIME if request.args.get("sort") == Order.TIME else Order.HELPFUL
    page = discussion.page(row.id, order=order, threads=True, cursor=cursor())
    ids = [first.id for first in page.items]
    replies, sizes = discussion.replies_to(ids), discussion.sizes_of(ids)
    threads = [
        said
        for first in page.items
        for said in threaded([first, *replies[first.id]], sizes.get(first.id, 0))
    ]
    return {
        "comments": page,
        "order": order,
        "threads": threads,
        "asked": asking.figures_of(row.id),
        **reader_facts(row, [said.comment for said in threads]),
    }


def thread_facts(row: ConsultationRow, comment_id: str) -> dict[str, Any]:
    """One whole thread, page by page."""
    first = discussion.one(row.id, comment_id)
    page = discussion.thread_page(first.thread_id, cursor=cursor(), limit=MOST)
    if first.id != first.thread_id:
        first = discussion.one(row.id, first.thread_id)
    threads = list(threaded([first, *page.items]))
    return {
        "comments": page,
        "first": first,
        "threads": threads,
        **reader_facts(row, [said.comment for said in threads]),
    }


def reader_facts(row: ConsultationRow, comments: Sequence[CommentRow]) -> dict[str, Any]:
    """What the person asking may do here, and what they have found helpful."""
    actor, circle = current_principal(), consultations.circle_of(row)
    path = circle.path
    return {
        "may_speak": policies.may_speak(actor, circle) and row.status in DISCUSSED,
        "may_ask": row.status == Status.DISCUSSION and policies.may_ask(actor, circle),
        "for_whom": whom_it_is_for(row, spoken_name(row.region_name)),
        "may_answer": policies.may_manage(actor, path),
        "may_moderate": policies.may_moderate(actor, path),
        "reader_id": actor.id if actor else None,
        "marked": discussion.marked_by(actor.id, [c.id for c in comments]) if actor else set(),
        "waits": waits,
        "is_overdue": lambda comment: waits(comment) and is_overdue(comment.due_on, today()),
        "answer_days": ANSWER_DAYS,
    }


def waits(comment: CommentRow) -> bool:
    """Whether a question waits for its answer."""
    return is_waiting(
        answered=comment.answered_at is not None,
        hidden=comment.hidden_at is not None,
        status=comment.vote_status,
    )


def threaded(comments: Sequence[CommentRow], size: int = 0) -> Iterator[Said]:
    """A thread in the order in which one reads it: each comment with its replies below it. What
    answers something that is not on this page stands below the first one.

    Args:
        comments: the first one, then its replies, oldest first.
        size: how many replies there are in all, if not all of them are here.
    """
    here = {each.id: each for each in comments}
    replies: dict[str, list[CommentRow]] = defaultdict(list)
    for each in comments[1:]:
        replies[each.reply_to if each.reply_to in here else comments[0].id].append(each)
    waiting, left = [(comments[0], 0)], len(comments)
    while waiting:
        each, depth = waiting.pop()
        answered, left = here.get(each.reply_to), left - 1
        more = max(size - len(comments) + 1, 0) if not left else 0
        yield Said(each, min(depth, DEEPEST), answered.author_name if answered else None, more)
        waiting += [(reply, depth + 1) for reply in reversed(replies[each.id])]
