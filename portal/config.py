"""Settings, read from the environment once, at start-up.

Every setting stands in :class:`Settings` and in the table of ``README.md``; nothing else in the
portal reads the environment.
"""

from __future__ import annotations

import os
import re
import secrets
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

ROOT = Path(__file__).resolve().parent.parent
SHORTEST_SECRET = 32
FEWEST_CHARACTERS = 10
"""Different ones in a secret: 32 random hexadecimal digits have fewer once in a thousand times."""
LONGEST_HELP_LINE = 200
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
CANNOT_BOOT = 3
"""The exit status by which gunicorn knows that starting further workers is of no use."""
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
    help_line: str | None = None  # HELP_LINE: whom to call, as the help page says it
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
    smtp_url = _smtp_url(env)
    warnings = [] if demo else _unreachable(smtp_url)
    return Settings(
        database_url=_database_url(env, instance),
        secret_key=_secret_key(env, instance, embedded=embedded),
        instance_path=instance,
        embedded=embedded,
        redis_url=_redis_url(env),
        host=env.get("HOST") or "127.0.0.1",
        port=_number(env, "PORT", 8000, 0, 65535),
        time_zone=_time_zone(env),
        public_url=_public_url(env),
        cookie_secure=_flag(env, "COOKIE_SECURE", default=not embedded),
        rate_limits=_rate_limits(env, warnings, demo=demo),
        demo=demo,
        demo_clock_file=_demo_clock(env, warnings, demo=demo),
        proxy_hops=_number(env, "PROXY_HOPS", 0, 0, 8),
        smtp_url=smtp_url,
        mail_from=_mail_from(env),
        log_level=_log_level(env),
        database_pool=_number(env, "DATABASE_POOL", 10, 1, 200),
        help_line=_help_line(env),
        warnings=tuple(warnings),
    )


def from_environment_or_exit() -> Settings:
    """Read the settings for a server or a command that somebody else starts (gunicorn, flask).

    Raises:
        SystemExit: they cannot be used; the reason stands on standard error.
    """
    try:
        return from_environment()
    except ConfigurationError as error:
        sys.stderr.write(f"The portal cannot start. {error}\n")
        raise SystemExit(CANNOT_BOOT) from error


def _flag(env: Mapping[str, str], name: str, *, default: bool) -> bool:
    text = env.get(name, "").strip().lower()
    if not text:
        return default
    if text in ("1", "true", "on", "yes"):
        return True
    if text in ("0", "false", "off", "no"):
        return False
    raise ConfigurationError(f"{name}={env[name]!r}: write on or off (or 1 or 0).")


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
            url = "postgresql+psycopg://" + url.removeprefix(prefix)
    if url.startswith("sqlite:///"):
        return url
    if not url.startswith("postgresql+psycopg://"):
        raise ConfigurationError(
            "DATABASE_URL: the portal speaks to PostgreSQL (postgresql://…) or SQLite "
            "(sqlite:///…)."
        )
    _parts("DATABASE_URL", url, "postgresql://user:password@host:5432/name")
    return url


def _parts(name: str, url: str, example: str) -> SplitResult:
    """An address in its parts. What it holds is not repeated: there may be a password in it.

    Raises:
        ConfigurationError: its port is no port, or its host no host.
    """
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - read only now, and refused only now
    except ValueError as error:
        raise ConfigurationError(
            f"{name} cannot be read ({error}). Write it like {example}"
        ) from error
    return parts


def _redis_url(env: Mapping[str, str]) -> str | None:
    url = env.get("REDIS_URL", "").strip()
    if not url:
        return None
    example = "redis://:password@host:6379/0"
    parts = _parts("REDIS_URL", url, example)
    reached = parts.hostname if parts.scheme in ("redis", "rediss") else parts.path.strip("/")
    if parts.scheme not in ("redis", "rediss", "redis+unix") or not reached:
        raise ConfigurationError(
            f"REDIS_URL is no address of a Redis server. Write it like {example}, "
            "rediss://… or redis+unix:///path"
        )
    return url


def _public_url(env: Mapping[str, str]) -> str | None:
    url = env.get("PUBLIC_URL", "").strip().rstrip("/")
    if not url:
        return None
    example = "https://portal.example"
    parts = _parts("PUBLIC_URL", url, example)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ConfigurationError(f"PUBLIC_URL={url!r} cannot begin a link. Write it like {example}")
    return url


def _smtp_url(env: Mapping[str, str]) -> str | None:
    url = env.get("SMTP_URL", "").strip()
    if not url:
        return None
    example = "smtp://user:password@host:587"
    parts = _parts("SMTP_URL", url, example)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise ConfigurationError(
            f"SMTP_URL is no address of a mail server. Write it like {example} or smtps://…"
        )
    return url


def _unreachable(smtp_url: str | None) -> list[str]:
    """What cannot be sent outside demo mode; codes by it are refused, and the rest waits."""
    mail = (
        "SMTP_URL is not set: no e-mail can be sent, so e-mails wait, and nobody can sign up or "
        "set a new password on the pages. Set it like smtp://user:password@host:587; until then "
        "accounts are made by: flask --app portal users create"
    )
    texts = "There is no provider of text messages: they wait, and mobile numbers are refused."
    return [texts] if smtp_url else [mail, texts]


def _mail_from(env: Mapping[str, str]) -> str:
    address = env.get("MAIL_FROM", "").strip() or "portal@localhost"
    if not re.fullmatch(r"[^@\s<>,;\"]+@[^@\s<>,;\"]+", address):
        raise ConfigurationError(
            f"MAIL_FROM={address!r} is no e-mail address. Write the address alone: "
            "portal@city.example"
        )
    return address


def _log_level(env: Mapping[str, str]) -> str:
    level = env.get("LOG_LEVEL", "").strip().upper() or "INFO"
    if level not in LOG_LEVELS:
        raise ConfigurationError(f"LOG_LEVEL={level!r}: write one of {', '.join(LOG_LEVELS)}.")
    return level


def _help_line(env: Mapping[str, str]) -> str | None:
    words = env.get("HELP_LINE", "").strip()
    if len(words) > LONGEST_HELP_LINE:
        raise ConfigurationError(f"HELP_LINE has more than {LONGEST_HELP_LINE} characters.")
    return words or None


def _secret_key(env: Mapping[str, str], instance: Path, *, embedded: bool) -> str:
    key = env.get("SECRET_KEY", "")
    if key:
        if _is_weak(key):
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
    try:
        return _kept_secret(instance / "secret_key")
    except OSError as error:
        raise ConfigurationError(
            f"INSTANCE_PATH: the secret cannot be kept in {instance} ({error.strerror})."
        ) from error


def _is_weak(key: str) -> bool:
    """Whether a secret is short, or plainly not drawn at random."""
    if len(key) < SHORTEST_SECRET or len(set(key)) < FEWEST_CHARACTERS or key.isdecimal():
        return True
    repeats = any(key[size:] == key[:-size] for size in range(1, len(key) // 2 + 1))
    return repeats or key.lower().strip("-_ 0123456789") in WEAK_SECRETS


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
    name = env.get("DEMO_CLOCK_FILE", "").strip()
    if not name:
        return None
    if not demo:
        warnings.append("DEMO_CLOCK_FILE is ignored outside demo mode.")
        return None
    path = Path(name)
    if path.is_dir() or not path.parent.is_dir():  # the file itself may come later
        raise ConfigurationError(f"DEMO_CLOCK_FILE={name!r} is no file in a folder that exists.")
    return path
