"""The place every story happens in, and its people: the real red hill and made-up neighbours."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from sqlalchemy import insert

from portal.accounts import credentials
from portal.accounts.addresses import read
from portal.accounts.models import RoleGrant, User
from portal.accounts.scopes import find_scope
from portal.accounts.services.findable import make_findable
from portal.core.clock import now
from portal.core.database import db
from portal.core.errors import NotFound
from portal.core.ids import new_id, random_code, with_check_digit
from portal.core.messages import Channel
from portal.core.permissions import Grant, Principal, ScopeKind
from portal.core.unit_of_work import unit_of_work
from portal.regions.models import Region

PASSWORD = "correct horse battery"

CITY, DISTRICT, STREET = "1504", "150402", "150402010"
COMMUNITY, NEXT_COMMUNITY = "150402010003", "150402010004"
OTHER_STREET, FAR_COMMUNITY = "150402004", "150402004002"

_REGIONS = (
    (CITY, "赤峰市", "city", None),
    (DISTRICT, "红山区", "district", CITY),
    (STREET, "西城街道", "street", DISTRICT),
    (OTHER_STREET, "东城街道", "street", DISTRICT),
    (COMMUNITY, "红山郡社区委员会", "community", STREET),
    (NEXT_COMMUNITY, "宝山路社区委员会", "community", STREET),
    (FAR_COMMUNITY, "红山社区居委会", "community", OTHER_STREET),
)


def build_regions() -> None:
    """The city, its district, two streets, two communities in one street and one in the other."""
    paths: dict[str | None, str] = {None: "/"}
    rows = []
    for code, name, level, parent in _REGIONS:
        paths[code] = f"{paths[parent]}{code}/"
        rows.append(
            {
                "code": code,
                "name": name,
                "level": level,
                "parent_code": parent,
                "path": paths[code],
                "grid_kind": None,
            }
        )
    with unit_of_work():
        db.session.execute(insert(Region), rows)


@cache
def password_hash(password: str) -> str:
    """Hashed once for all who share it."""
    return credentials.hash_password(password)


def make_user(
    login: str = "a@example.org",
    name: str | None = None,
    *,
    roles: Iterable[tuple[str, str, str]] = (),
    home: str | None = COMMUNITY,
    verified: bool = True,
    password: str = PASSWORD,
    **more: Any,
) -> str:
    """A person who can sign in; returns the id.

    Args:
        login: an e-mail address or mobile number.
        name: the login's beginning if not given.
        roles: triples of role, kind of scope and its id.
        home: the code of the home community; None for nobody's resident.
        verified: whether the community has confirmed that the person lives there.
        password: shared passwords are hashed once.
        more: further columns of the user.
    """
    user = _user_row(login, name, home, verified, password, more)
    with unit_of_work():
        db.session.execute(insert(User), [user])
        make_findable(user["id"])
        _grant(user["id"], roles)
    return str(user["id"])


def make_users(count: int, prefix: str = "person", **more: Any) -> list[str]:
    """Many verified residents at once: ``person1@example.org`` and so on."""
    rows = [
        _user_row(f"{prefix}{n}@example.org", None, COMMUNITY, True, PASSWORD, more)  # noqa: FBT003
        for n in range(1, count + 1)
    ]
    with unit_of_work():
        db.session.execute(insert(User), rows)
    return [row["id"] for row in rows]


def principal(user_id: str, *grants: Grant) -> Principal:
    """A person as services see them who ask, verified in no place in particular."""
    return Principal(
        id=user_id,
        name="",
        locale="en",
        member_code="",
        home_region=None,
        home_path=(),
        verified=True,
        grants=grants,
    )


def make_staff(role: str, login: str | None = None, scope: str = COMMUNITY) -> str:
    """Somebody with one role for a region, who is nobody's resident."""
    return make_user(login or f"{role}@example.org", roles=[(role, "region", scope)], home=None)


def _user_row(
    login: str,
    name: str | None,
    home: str | None,
    verified: bool,  # noqa: FBT001
    password: str,
    more: dict[str, Any],
) -> dict[str, Any]:
    address = read(login)
    return {
        "id": new_id(),
        "name": name or login.partition("@")[0],
        "email": address.value if address.channel is Channel.EMAIL else None,
        "phone": address.value if address.channel is Channel.SMS else None,
        "password_hash": password_hash(password),
        "member_code": with_check_digit(random_code(11)),
        "home_region_code": home,
        "home_verified_at": now() if home and verified else None,
        "created_at": now(),
        "locale": "zh_Hans",
        "mode": "standard",
        "theme": "auto",
        "birth_date": None,
        "closed_at": None,
        **more,
    }


def _grant(user_id: str, roles: Iterable[Sequence[str]]) -> None:
    rows = [
        {
            "id": new_id(),
            "user_id": user_id,
            "role": role,
            "scope_kind": kind,
            "scope_id": scope_id,
            "region_code": _region_of(ScopeKind(kind), scope_id),
            "granted_at": now(),
        }
        for role, kind, scope_id in roles
    ]
    if rows:
        db.session.execute(insert(RoleGrant), rows)


def _region_of(kind: ScopeKind, scope_id: str) -> str | None:
    """Where the scope of a role lies; None where a story makes one up."""
    try:
        return find_scope(kind, scope_id).region_code
    except NotFound:
        return None
