"""A rule of a region that is put to the vote."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Date, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.database import Base, Id, Json


class VotedRule(Base):
    """The point rule that a consultation is about, and from when on the winner's value is to hold.
    ``rule_id`` is the decision in the rules of points that came of it."""

    __tablename__ = "voted_rule"

    consultation_id: Mapped[str] = mapped_column(
        Id, ForeignKey("consultation.id"), primary_key=True
    )
    key: Mapped[str] = mapped_column(String(60))
    effective_from: Mapped[date] = mapped_column(Date)
    rule_id: Mapped[str | None] = mapped_column(Id)


class VotedRuleValue(Base):
    """What the rule is to be if an option wins. An option without a row leaves it as it is."""

    __tablename__ = "voted_rule_value"
    __table_args__ = (Index("ix_voted_rule_value_consultation", "consultation_id"),)

    option_id: Mapped[str] = mapped_column(
        Id, ForeignKey("consultation_option.id"), primary_key=True
    )
    consultation_id: Mapped[str] = mapped_column(Id, ForeignKey("voted_rule.consultation_id"))
    value: Mapped[Any] = mapped_column(Json)
