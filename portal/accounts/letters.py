"""The messages of this room, in the recipient's language."""

from __future__ import annotations

from datetime import datetime

from portal.accounts.addresses import Address
from portal.accounts.rules import CODE_LIFETIME, CodePurpose
from portal.core.i18n import force_locale
from portal.core.i18n import gettext as _
from portal.core.messages import send

_MINUTES = int(CODE_LIFETIME.total_seconds() // 60)


def send_code(
    address: Address,
    purpose: CodePurpose,
    code: str,
    locale: str,
    link: str | None,
    *,
    keep_until: datetime,
) -> None:
    """A one-time code, with a link that brings it along where the portal knows its own address.
    Once it is worth nothing, it is not kept."""
    with force_locale(locale):
        subjects = {
            CodePurpose.REGISTER: _("Your code for a new account"),
            CodePurpose.RESET: _("Your code for a new password"),
            CodePurpose.ADDRESS: _("Your code to confirm this address"),
        }
        lines = [
            _(
                "Your code is %(code)s. It holds for %(minutes)s minutes.",
                code=code,
                minutes=_MINUTES,
            )
        ]
        if link:
            lines.append(_("Or open this address: %(link)s", link=link))
        lines.append(
            _("If you did not ask for it, you need not do anything. Tell nobody the code.")
        )
        send(
            address.channel,
            address.value,
            subjects[purpose],
            "\n\n".join(lines),
            keep_until=keep_until,
        )


def send_already_registered(address: Address, locale: str) -> None:
    """To who asks for a new account with an address that has one."""
    with force_locale(locale):
        send(
            address.channel,
            address.value,
            _("You have an account already"),
            _(
                "Somebody, probably you, asked for a new account with this address. There is one "
                "already: sign in, or set a new password if you have forgotten it."
            ),
        )


def send_password_changed(address: Address, locale: str) -> None:
    """A word to the owner, who may not have been the one who did it."""
    with force_locale(locale):
        send(
            address.channel,
            address.value,
            _("Your password was changed"),
            _(
                "The password of your account was changed, and all other devices were signed out. "
                "If that was not you, set a new one at once."
            ),
        )


def send_address_changed(told: Address, fresh: Address, locale: str, *, replaced: bool) -> None:
    """To the address there was before: what stands there now, and what to do if that is wrong."""
    with force_locale(locale):
        done = (
            _("Your account is no longer reached here, but at %(address)s.", address=fresh.masked)
            if replaced
            else _("Your account is now also reached at %(address)s.", address=fresh.masked)
        )
        _send_warning(told, _("The address of your account was changed"), done)


def send_address_removed(told: Address, locale: str) -> None:
    """To an address that is not one's way to sign in any more."""
    with force_locale(locale):
        done = _("This address was removed from your account.")
        _send_warning(told, _("The address of your account was changed"), done)


def _send_warning(told: Address, subject: str, done: str) -> None:
    otherwise = _(
        "If that was not you, somebody else may have your password: set a new one at once with an "
        "address of yours that is still there. If there is none, ask your community to help."
    )
    send(told.channel, told.value, subject, f"{done}\n\n{otherwise}")
