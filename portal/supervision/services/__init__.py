"""What can be done with questions, one function a use case."""

from portal.supervision.services.asking import answer, ask, forget_author
from portal.supervision.services.moderating import (
    flag_question,
    hide_question,
    keep_question,
    show_question,
)

__all__ = [
    "answer",
    "ask",
    "flag_question",
    "forget_author",
    "hide_question",
    "keep_question",
    "show_question",
]
