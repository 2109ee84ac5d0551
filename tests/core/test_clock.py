"""One clock for everything: UTC inside, the portal's zone for days, movable in the demo."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from portal.core.clock import Clock, rfc3339


def clock_with(file: Path | None = None) -> Clock:
    clock = Clock()
    clock.configure("Asia/Shanghai", file)
    return clock


def test_a_day_is_a_day_in_the_portals_zone() -> None:
    clock = clock_with()
    with clock.held_at(datetime(2026, 11, 21, 16, 30, tzinfo=UTC)):
        assert clock.today() == date(2026, 11, 22)
        assert clock.start_of(clock.today()) == datetime(2026, 11, 21, 16, tzinfo=UTC)


def test_the_demo_clock_file_is_read_at_each_use(tmp_path: Path) -> None:
    file = tmp_path / "clock"
    clock = clock_with(file)
    file.write_text("2027-02-03T04:05:06Z\n")
    assert rfc3339(clock.now()) == "2027-02-03T04:05:06Z"

    file.write_text("2027-02-03T12:05:06+08:00")
    assert rfc3339(clock.now()) == "2027-02-03T04:05:06Z"

    file.write_text("")
    assert abs((clock.now() - datetime.now(UTC)).total_seconds()) < 5
    file.unlink()
    assert abs((clock.now() - datetime.now(UTC)).total_seconds()) < 5


@pytest.mark.parametrize(
    "written", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59Z", "1899-12-31T00:00:00Z", "soon"]
)
def test_a_clock_file_that_cannot_be_counted_from_means_the_real_time(
    tmp_path: Path, written: str
) -> None:
    file = tmp_path / "clock"
    file.write_text(written)
    assert abs((clock_with(file).now() - datetime.now(UTC)).total_seconds()) < 5


def test_held_clocks_nest() -> None:
    clock = clock_with()
    outer = datetime(2026, 1, 1, tzinfo=UTC)
    inner = datetime(2025, 1, 1, tzinfo=UTC)
    with clock.held_at(outer):
        with clock.held_at(inner):
            assert clock.now() == inner
        assert clock.now() == outer
