"""How an organization is regarded, in figures and in a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from portal.core.i18n import gettext as _
from portal.core.i18n import ngettext

FEW_VOICES = 8


@dataclass(frozen=True)
class Standing:
    """A snapshot of the reputation: see :class:`portal.organizations.rules.Reputation`."""

    score: int
    level: int
    praises: int
    voices: int
    participants: int
    recent: int
    weighed_down: bool

    @classmethod
    def of(cls, row: Row[*tuple[Any, ...]]) -> Standing:
        """The standing in a row that has the snapshot's columns among its own."""
        return cls(*(getattr(row, name) for name in cls.__dataclass_fields__))

    @property
    def explanation(self) -> str:
        """Which facts make the score, in the reader's language."""
        if not self.praises:
            return str(_("Nobody has rated it yet; every organization starts from this score."))
        sentences = [self._counted()]
        if self.voices < FEW_VOICES:
            sentences.append(_("With so few voices the score stays close to where all start."))
        if not self.recent:
            sentences.append(_("None of them is from the last 90 days, and older ratings fade."))
        if self.weighed_down:
            sentences.append(_("Repeated, mutual or bunched ratings were given less weight."))
        return " ".join(sentences)

    def _counted(self) -> str:
        counted = ngettext(
            "Ratings: %(ratings)s, from %(num)s person; %(participants)s by people who took part, "
            "%(recent)s in the last 90 days.",
            "Ratings: %(ratings)s, from %(num)s people; %(participants)s by people who took part, "
            "%(recent)s in the last 90 days.",
            self.voices,
            ratings=self.praises,
            participants=self.participants,
            recent=self.recent,
        )
        return str(counted)

    def as_json(self) -> dict[str, Any]:
        return {
            "score": self.score,
            "level": self.level,
            "praises": self.praises,
            "explanation": self.explanation,
        }
