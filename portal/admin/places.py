"""Where the shell leads: the pages of the rooms, by the names that the shell gives them."""

from __future__ import annotations

from typing import Any

from flask import url_for

ENDPOINTS = {
    "home": "admin.home",
    "me": "admin.me",
    "desk": "admin.desk",
    "about": "admin.about",
    "accessibility": "admin.accessibility",
    "help": "admin.help",
    "privacy": "admin.privacy",
    "audit": "admin.audit",
    "messages": "admin.messages",
    "api": "api.docs",
    "regions": "regions.index",
    "region": "regions.show",
    "sign_in": "accounts.login",
    "register": "accounts.register",
    "account": "accounts.account",
    "profile": "accounts.profile",
    "my_home": "accounts.home",
    "sessions": "accounts.sessions",
    "consents": "accounts.consents",
    "hats": "accounts.hats",
    "residents_to_verify": "accounts.residents",
    "roles": "accounts.roles",
    "grids": "regions.grids",
    "activities": "activities.index",
    "activity": "activities.show",
    "my_signups": "activities.my_activities",
    "my_service": "activities.my_records",
    "service": "activities.record",
    "check_out": "activities.check_out",
    "shift": "activities.shift",
    "confirm_shift": "activities.confirm_shift",
    "hosting": "activities.hosting",
    "activities_to_review": "activities.review_queue",
    "records_to_decide": "activities.waiting_records",
    "consultations": "consultations.index",
    "consultation": "consultations.show",
    "exchange": "market.exchange",
    "offer": "market.offer",
    "merchants": "market.merchants",
    "merchant": "market.merchant",
    "vouchers": "market.vouchers",
    "voucher": "market.voucher",
    "till": "market.till",
    "my_shops": "market.my_shops",
    "merchants_to_verify": "market.desk_merchants",
    "offers_to_review": "market.desk_offers",
    "points": "points.statement",
    "hours": "points.hours",
    "my_code": "points.my_code",
    "budgets": "points.desk_budgets",
    "rules": "points.desk_rules",
    "ledger": "points.desk_ledger",
    "organizations": "organizations.index",
    "organization": "organizations.show",
    "organization_people": "organizations.people",
    "organization_page": "organizations.edit",
    "my_organizations": "organizations.mine",
    "organizations_to_verify": "organizations.waiting",
    "praise_to_moderate": "organizations.flagged",
    "votes": "consultations.desk_list",
    "votes_waiting": "consultations.desk_waiting",
    "polling": "consultations.polling_tables",
    "notifications": "notices.inbox",
}


def to(name: str, **values: Any) -> str:
    """The address of a place."""
    return url_for(ENDPOINTS[name], **values)
