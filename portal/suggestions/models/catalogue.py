"""What cases are sorted by: departments, categories, who is responsible where, working days."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, false
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.database import Base, Counted, Id, Json, RegionCode, UtcDateTime
from portal.core.ids import new_id
from portal.suggestions.rules.working_days import MOST_WORKING_DAYS

CODE_LENGTH = 40
NAME_LENGTH = 80


class Department(Base):
    """Who answers for something in a region and all below it. One that is ``closed_at`` gets no
    more cases; what it had keeps its name."""

    __tablename__ = "department"
    __table_args__ = (Index("ix_department_region", "region_code", "id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    region_code: Mapped[str] = mapped_column(RegionCode, ForeignKey("region.code"))
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SuggestionCategory(Base):
    """``attributes`` are the questions of its form, as Open311 defines them. ``department_id``
    answers where no region has named another. In one that ``is_works`` what was done is shown by a
    photo. A ``retired_at`` one takes no more cases."""

    __tablename__ = "suggestion_category"
    __table_args__ = (
        CheckConstraint(
            f"due_working_days BETWEEN 1 AND {MOST_WORKING_DAYS}", name="due_in_working_days"
        ),
        CheckConstraint("code <> ''", name="code_given"),
        Index("ix_suggestion_category_department", "department_id"),
    )

    code: Mapped[str] = mapped_column(String(CODE_LENGTH), primary_key=True)
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    due_working_days: Mapped[int] = mapped_column(Counted)
    attributes: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    department_id: Mapped[str | None] = mapped_column(Id, ForeignKey("department.id"))
    anonymous_allowed: Mapped[bool]
    is_works: Mapped[bool] = mapped_column(server_default=false())
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class CategoryDepartment(Base):
    """Who answers for a category in a region and below it: the nearest region counts."""

    __tablename__ = "category_department"
    __table_args__ = (Index("ix_category_department_department", "department_id"),)

    category_code: Mapped[str] = mapped_column(
        String(CODE_LENGTH), ForeignKey("suggestion_category.code"), primary_key=True
    )
    region_code: Mapped[str] = mapped_column(
        RegionCode, ForeignKey("region.code"), primary_key=True
    )
    department_id: Mapped[str] = mapped_column(Id, ForeignKey("department.id"))


class WorkingDay(Base):
    """What an administrator entered for a day of a year that is not announced yet: a holiday in the
    week, or a day at the weekend that is worked."""

    __tablename__ = "working_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    is_worked: Mapped[bool]
    note: Mapped[str] = mapped_column(String(NAME_LENGTH))
