"""Keys by which other systems are known. Both deeds are audited."""

from __future__ import annotations

from sqlalchemy import update

from portal.accounts import credentials
from portal.accounts.models import ApiKey
from portal.core import audit
from portal.core.blank import is_blank
from portal.core.clock import now
from portal.core.database import db
from portal.core.errors import Invalid, NotFound
from portal.core.i18n import lazy_gettext as _l
from portal.core.ids import new_id
from portal.core.inserts import insert_new

LONGEST_NAME = 80


def create_api_key(name: str) -> str:
    """Make a key for a system, in the transaction at hand; returns it. It is kept nowhere.

    Raises:
        Invalid: the name is empty or too long, or a key in force has it.
    """
    name = name.strip()
    if is_blank(name) or len(name) > LONGEST_NAME or "\x00" in name:
        raise Invalid.field("name", _l("A name has 1 to %(most)s characters.", most=LONGEST_NAME))
    key, key_id = credentials.new_secret(), new_id()
    values = {"secret_hash": credentials.secret_hash(key), "created_at": now()}
    if not insert_new(ApiKey, id=key_id, name=name, **values):
        raise Invalid.field("name", _l("There is a key of this name. Revoke it first."))
    audit.record(None, "api_key.created", "api_key", key_id, name=name)
    return key


def revoke_api_key(name: str) -> None:
    """End a key: from now on it opens nothing.

    Raises:
        NotFound: no key in force has this name.
    """
    ended = db.session.execute(
        update(ApiKey)
        .where(ApiKey.name == name.strip(), ApiKey.revoked_at.is_(None))
        .values(revoked_at=now())
        .returning(ApiKey.id)
    ).scalar_one_or_none()
    if ended is None:
        raise NotFound
    audit.record(None, "api_key.revoked", "api_key", ended, name=name.strip())
