"""Settings come from the environment; what is missing or weak stops the start."""

from pathlib import Path

import pytest

from portal.app import create_app
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
    "secret",
    [
        "",
        "short",
        "a" * 40,
        "1" * 64,
        "ab" * 20,
        "abcdefgh" * 5,
        "12345678901234567890123456789012",
        "38104975623017498502367194820576",  # digits alone, in whatever order
        "correct-horse-" * 3,
        "password" + "0123456789" * 3,
    ],
)
def test_outside_the_embedded_default_a_missing_or_weak_secret_stops_the_start(
    tmp_path: Path, secret: str
) -> None:
    with pytest.raises(ConfigurationError, match="SECRET_KEY"):
        from_environment(environment(tmp_path, DATABASE_URL=POSTGRES, SECRET_KEY=secret))


@pytest.mark.parametrize(
    "secret", [STRONG, "9f86d081884c7d659a2feaa0c55ad015", "f3a9" * 2 + "b1c07d52e8466a9f0b3d1c2e"]
)
def test_a_random_secret_is_taken(tmp_path: Path, secret: str) -> None:
    given = environment(tmp_path, DATABASE_URL=POSTGRES, SECRET_KEY=secret)
    assert from_environment(given).secret_key == secret


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
        ("RATE_LIMITS", "maybe"),
        ("TIME_ZONE", "Mars/Olympus"),
        ("DATABASE_URL", "mysql://localhost/portal"),
        ("DATABASE_URL", "postgresql://localhost:many/portal"),
        ("REDIS_URL", "abc"),
        ("REDIS_URL", "redis://"),
        ("REDIS_URL", "redis://cache:many"),
        ("PUBLIC_URL", "example.com"),
        ("PUBLIC_URL", "ftp://example.com"),
        ("PUBLIC_URL", "https://"),
        ("PUBLIC_URL", "https://example.com/?from=mail"),
        ("SMTP_URL", "http://x"),
        ("SMTP_URL", "smtp://"),
        ("SMTP_URL", "smtp://mail:many"),
        ("MAIL_FROM", "nonsense"),
        ("MAIL_FROM", "portal@example.com\nBcc: all@example.com"),
        ("MAIL_FROM", "Portal <portal@example.com>"),
        ("LOG_LEVEL", "LOUD"),
        ("DEMO_CLOCK_FILE", "/nonexistent/clock"),
        ("DEMO_CLOCK_FILE", "/"),
        ("INSTANCE_PATH", "/dev/null"),
        ("HELP_LINE", "x" * 201),
    ],
)
def test_an_unreadable_setting_is_named(tmp_path: Path, name: str, value: str) -> None:
    given = {"SECRET_KEY": STRONG, "DEMO": "1", name: value}
    if name == "INSTANCE_PATH":
        del given["SECRET_KEY"]  # the embedded default keeps its own there
    with pytest.raises(ConfigurationError, match=name) as refused:
        from_environment({**environment(tmp_path), **(given if name != "DEMO" else {name: value})})
    assert "\n" not in str(refused.value)


def test_a_switch_says_how_it_is_written(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"RATE_LIMITS.*on or off"):
        from_environment(environment(tmp_path, RATE_LIMITS="maybe"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "postgresql://a:b%40c@db.example:5433/portal?sslmode=require"),
        ("DATABASE_URL", "postgresql:///portal?host=/run/postgresql"),
        ("REDIS_URL", "redis://:secret@cache:6379/0"),
        ("REDIS_URL", "rediss://cache"),
        ("REDIS_URL", "redis+unix:///run/redis.sock"),
        ("PUBLIC_URL", "https://portal.example/"),
        ("PUBLIC_URL", "https://city.example:8443/portal"),
        ("SMTP_URL", "smtp://user:p%40ss@mail.example:587"),
        ("SMTP_URL", "smtps://mail.example"),
        ("MAIL_FROM", "portal@localhost"),
        ("LOG_LEVEL", "warning"),
    ],
)
def test_what_can_be_used_is_taken(tmp_path: Path, name: str, value: str) -> None:
    from_environment(environment(tmp_path, SECRET_KEY=STRONG, **{name: value}))


def test_the_demo_clock_may_be_written_later(tmp_path: Path) -> None:
    file = tmp_path / "clock"
    settings = from_environment(environment(tmp_path, DEMO_CLOCK_FILE=str(file)))
    assert settings.demo_clock_file == file


def test_a_portal_that_can_send_no_letters_says_so_at_its_start(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    given = environment(tmp_path, DATABASE_URL=f"sqlite:///{tmp_path}/real.db", SECRET_KEY=STRONG)
    create_app(from_environment(given))
    assert "SMTP_URL is not set: no e-mail can be sent" in capfd.readouterr().err
    create_app(from_environment({**given, "SMTP_URL": "smtp://mail.example:587"}))
    said = capfd.readouterr().err
    assert "SMTP_URL" not in said
    assert "no provider of text messages" in said


def test_a_factory_without_settings_ends_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """What gunicorn and flask call: 3 is gunicorn's "worker failed to boot", which ends it."""
    monkeypatch.setenv("LOG_LEVEL", "LOUD")
    with pytest.raises(SystemExit) as ended:
        create_app()
    assert ended.value.code == 3
    said = capfd.readouterr().err.strip()
    assert said.startswith("The portal cannot start. LOG_LEVEL")
    assert len(said.splitlines()) == 1
