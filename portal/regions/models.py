"""The tree of regions: city, district, street, community, grid."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.database import Base, RegionCode, UtcDateTime


class Region(Base):
    """One division. ``path`` holds the codes from the city down to itself (``/1504/150402/``): a
    prefix of it finds everything below, and who has a role above. A grid that is ``retired`` is
    offered no more; what happened there keeps its name."""

    __tablename__ = "region"
    __table_args__ = (
        CheckConstraint(
            "level IN ('city', 'district', 'street', 'community', 'grid')", name="level_known"
        ),
        CheckConstraint("(level = 'city') = (parent_code IS NULL)", name="parent_but_of_cities"),
        CheckConstraint("(level = 'grid') = (grid_kind IS NOT NULL)", name="grid_kind_of_grids"),
        CheckConstraint("grid_kind IN ('general', 'dedicated')", name="grid_kind_known"),
        CheckConstraint("retired_at IS NULL OR level = 'grid'", name="only_grids_retire"),
        CheckConstraint("path LIKE '/%/' AND path LIKE '%/' || code || '/'", name="path_ends_here"),
        Index("ix_region_parent", "parent_code", "code"),
        Index("ix_region_level", "level", "code"),
        Index("ix_region_path", "path", postgresql_ops={"path": "text_pattern_ops"}),
    )

    code: Mapped[str] = mapped_column(RegionCode, primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    level: Mapped[str] = mapped_column(String(10))
    parent_code: Mapped[str | None] = mapped_column(RegionCode, ForeignKey("region.code"))
    path: Mapped[str] = mapped_column(String(80))
    grid_kind: Mapped[str | None] = mapped_column(String(10))
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
