"""Settings, read from the environment once, at start-up.

Every setting stands in :class:`Settings` and in the table of ``README.md``; nothing else in the
portal reads the environment.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

ROOT = Path(__file__).resolve().parent.parent
SHORTEST_SECRET = 32
WEAK_SECRETS = ("secret", "changeme", "change-me", "password", "development", "dev", "test")


class ConfigurationError(Exception):
    """A setting is missing, weak or unreadable; the message says which and what to do."""


@dataclass(frozen=True)
class Settings:
    """All that can be set from outside. Field comments name the environment variable."""

    database_url: str  # DATABASE_URL
    secret_key: str = field(repr=False)  # SECRET_KEY
    instance_path: Path  # INSTANCE_PATH: the embedded database, its secret, uploads
    embedded: bool  # no DATABASE_URL: SQLite in the instance folder, jobs on a thread
    redis_url: str | None = None  # REDIS_URL
    host: str = "127.0.0.1"  # HOST
    port: int = 8000  # PORT
    time_zone: str = "Asia/Shanghai"  # TIME_ZONE
    public_url: str | None = None  # PUBLIC_URL: how links in e-mails begin
    cookie_secure: bool = True  # COOKIE_SECURE
    rate_limits: bool = True  # RATE_LIMITS
    demo: bool = False  # DEMO
    demo_clock_file: Path | None = None  # DEMO_CLOCK_FILE
    proxy_hops: int = 0  # PROXY_HOPS: how many proxies in front set X-Forwarded-*
    smtp_url: str | None = field(default=None, repr=False)  # SMTP_URL
    mail_from: str = "portal@localhost"  # MAIL_FROM
    log_level: str = "INFO"  # LOG_LEVEL
    database_pool: int = 10  # DATABASE_POOL: connections kept by one process
    warnings: tuple[str, ...] = ()

    @property
    def on_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")


def from_environment(environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings.

    Raises:
        ConfigurationError: a value is missing, weak or cannot be read.
    """
    env = os.environ if environment is None else environment
    embedded = not env.get("DATABASE_URL")
    instance = Path(env.get("INSTANCE_PATH") or ROOT / "instance").resolve()
    demo = _flag(env, "DEMO", default=embedded)
    warnings: list[str] = []
    return Settings(
        database_url=_database_url(env, instance),
        secret_key=_secret_key(env, instance, embedded=embedded),
        instance_path=instance,
        embedded=embedded,
        redis_url=env.get("REDIS_URL") or None,
        host=env.get("HOST") or "127.0.0.1",
        port=_number(env, "PORT", 8000, 0, 65535),
        time_zone=_time_zone(env),
        public_url=(env.get("PUBLIC_URL") or "").rstrip("/") or None,
        cookie_secure=_flag(env, "COOKIE_SECURE", default=not embedded),
        rate_limits=_rate_limits(env, warnings, demo=demo),
        demo=demo,
        demo_clock_file=_demo_clock(env, warnings, demo=demo),
        proxy_hops=_number(env, "PROXY_HOPS", 0, 0, 8),
        smtp_url=env.get("SMTP_URL") or None,
        mail_from=env.get("MAIL_FROM") or "portal@localhost",
        log_level=(env.get("LOG_LEVEL") or "INFO").upper(),
        database_pool=_number(env, "DATABASE_POOL", 10, 1, 200),
        warnings=tuple(warnings),
    )


def _flag(env: Mapping[str, str], name: str, *, default: bool) -> bool:
    text = env.get(name, "").strip().lower()
    if not text:
        return default
    if text in ("1", "true", "on", "yes"):
        return True
    if text in ("0", "false", "off", "no"):
        return False
    raise ConfigurationError(f"{name}={env[name]!r}: write 1 or 0.")


def _number(env: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    text = env.get(name, "").strip()
    if not text:
        return default
    if not text.isascii() or not text.isdigit() or not low <= int(text) <= high:
        raise ConfigurationError(f"{name}={text!r}: write a whole number from {low} to {high}.")
    return int(text)


def _database_url(env: Mapping[str, str], instance: Path) -> str:
    url = env.get("DATABASE_URL", "").strip()
    if not url:
        return f"sqlite:///{instance / 'portal.db'}"
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    if url.startswith(("postgresql+psycopg://", "sqlite:///")):
        return url
    raise ConfigurationError(
        "DATABASE_URL: the portal speaks to PostgreSQL (postgresql://…) or SQLite (sqlite:///…)."
    )


def _secret_key(env: Mapping[str, str], instance: Path, *, embedded: bool) -> str:
    key = env.get("SECRET_KEY", "")
    if key:
        weak = len(key) < SHORTEST_SECRET or len(set(key)) < 8
        if weak or any(word == key.lower().strip("-_ 0123456789") for word in WEAK_SECRETS):
            raise ConfigurationError(
                f"SECRET_KEY is weak: give at least {SHORTEST_SECRET} random characters, "
                "for example the output of: python3 -c 'import secrets; print("
                "secrets.token_urlsafe(48))'"
            )
        return key
    if not embedded:
        raise ConfigurationError(
            "SECRET_KEY is missing. Outside the embedded default it must be set; make one with: "
            "python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
        )
    return _kept_secret(instance / "secret_key")


def _kept_secret(path: Path) -> str:
    """The embedded default's own secret, made on first start, readable by its owner alone."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f".secret_key.{os.getpid()}")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(48), encoding="ascii")
        try:
            os.link(fresh, path)  # fails if another process was first: then its secret is ours
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text(encoding="ascii").strip()


def _time_zone(env: Mapping[str, str]) -> str:
    name = env.get("TIME_ZONE") or "Asia/Shanghai"
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ConfigurationError(f"TIME_ZONE={name!r} is not a known time zone.") from error
    return name


def _rate_limits(env: Mapping[str, str], warnings: list[str], *, demo: bool) -> bool:
    wanted = _flag(env, "RATE_LIMITS", default=True)
    if not wanted and not demo:
        warnings.append("RATE_LIMITS=off is refused outside demo mode: the limits stay on.")
        return True
    return wanted


def _demo_clock(env: Mapping[str, str], warnings: list[str], *, demo: bool) -> Path | None:
    path = env.get("DEMO_CLOCK_FILE")
    if path and not demo:
        warnings.append("DEMO_CLOCK_FILE is ignored outside demo mode.")
        return None
    return Path(path) if path else None
