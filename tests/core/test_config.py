"""Settings come from the environment; what is missing or weak stops the start."""

from pathlib import Path

import pytest

from portal.config import ConfigurationError, from_environment

STRONG = "k3J9-vQ7xTz_8LmW2pRfYb6NcHd4GsUa5Ee1"
POSTGRES = "postgresql://portal@localhost/portal"


def environment(tmp_path: Path, **given: str) -> dict[str, str]:
    return {"INSTANCE_PATH": str(tmp_path), **given}


def test_without_anything_it_is_the_embedded_demo(tmp_path: Path) -> None:
    settings = from_environment(environment(tmp_path))

    assert settings.embedded
    assert settings.demo
    assert settings.on_sqlite
    assert not settings.cookie_secure
    assert (settings.host, settings.port, settings.time_zone) == (
        "127.0.0.1",
        8000,
        "Asia/Shanghai",
    )


def test_the_embedded_secret_is_made_once_and_kept_private(tmp_path: Path) -> None:
    first = from_environment(environment(tmp_path)).secret_key
    second = from_environment(environment(tmp_path)).secret_key

    assert first == second
    assert len(first) >= 32
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "secret", ["", "short", "a" * 40, "abababababababababababababababababababab"]
)
def test_outside_the_embedded_default_a_missing_or_weak_secret_stops_the_start(
    tmp_path: Path, secret: str
) -> None:
    with pytest.raises(ConfigurationError, match="SECRET_KEY"):
        from_environment(environment(tmp_path, DATABASE_URL=POSTGRES, SECRET_KEY=secret))


def test_a_real_installation_is_no_demo_and_has_secure_cookies(tmp_path: Path) -> None:
    settings = from_environment(environment(tmp_path, DATABASE_URL=POSTGRES, SECRET_KEY=STRONG))

    assert not settings.demo
    assert settings.cookie_secure
    assert settings.database_url == "postgresql+psycopg://portal@localhost/portal"
    assert STRONG not in repr(settings)


def test_rate_limits_stay_on_outside_demo_mode_and_it_is_said(tmp_path: Path) -> None:
    given = {"DATABASE_URL": POSTGRES, "SECRET_KEY": STRONG, "RATE_LIMITS": "off"}
    refused = from_environment(environment(tmp_path, **given))
    lifted = from_environment(environment(tmp_path, **given, DEMO="1"))

    assert refused.rate_limits
    assert any("RATE_LIMITS" in warning for warning in refused.warnings)
    assert not lifted.rate_limits


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eighty"),
        ("PORT", "70000"),
        ("PORT", "８０００"),
        ("DEMO", "perhaps"),
        ("TIME_ZONE", "Mars/Olympus"),
        ("DATABASE_URL", "mysql://localhost/portal"),
    ],
)
def test_an_unreadable_setting_is_named(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(ConfigurationError, match=name):
        from_environment(environment(tmp_path, SECRET_KEY=STRONG, **{name: value}))
