"""Who may do what: roles, what each may do, and for which part of the city.

Every view declares one :class:`Permission`; a request to a view that declares none is refused.
A role holds for one scope: a region (and everything below it), an organization, a merchant or a
department. Policies of the features ask :meth:`Principal.holds` with the scopes of the thing at
hand; services refuse with :meth:`Principal.require`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from portal.core.errors import Forbidden, Unauthenticated


class Permission(StrEnum):
    """What a view can ask for. The first three need no role."""

    PUBLIC = "public"
    SIGNED_IN = "signed_in"
    VERIFIED_RESIDENT = "verified_resident"

    DESK_OPEN = "desk.open"
    RESIDENT_VERIFY = "resident.verify"
    ORGANIZATION_VERIFY = "organization.verify"
    ORGANIZATION_MANAGE = "organization.manage"
    ACTIVITY_HOST = "activity.host"
    ACTIVITY_REVIEW = "activity.review"
    RECORD_CONFIRM = "record.confirm"
    PRAISE_MODERATE = "praise.moderate"
    COMMENT_MODERATE = "comment.moderate"
    MERCHANT_VERIFY = "merchant.verify"
    MERCHANT_MANAGE = "merchant.manage"
    OFFER_MANAGE = "offer.manage"
    OFFER_REVIEW = "offer.review"
    VOUCHER_REDEEM = "voucher.redeem"
    RULE_SET = "rule.set"
    BUDGET_ALLOCATE = "budget.allocate"
    BUDGET_CREATE = "budget.create"
    LEDGER_READ = "ledger.read"
    AUDIT_READ = "audit.read"
    ROLE_GRANT = "role.grant"
    GRID_MANAGE = "grid.manage"
    MESSAGES_READ = "messages.read"
    CONSULTATION_MANAGE = "consultation.manage"
    PAPER_TAKE = "paper.take"
    PAPER_TALLY = "paper.tally"
    ROLL_AUDIT = "roll.audit"
    QUESTION_ANSWER = "question.answer"
    VOTE_STUDY = "vote.study"
    SUGGESTION_DISPATCH = "suggestion.dispatch"
    SUGGESTION_HANDLE = "suggestion.handle"
    SUGGESTION_SUPERVISE = "suggestion.supervise"
    SUGGESTION_SETUP = "suggestion.setup"
    SUGGESTION_TAKE = "suggestion.take"
    SUGGESTION_PATROL = "suggestion.patrol"
    NOTICE_MANAGE = "notice.manage"


class Role(StrEnum):
    RESIDENT = "resident"
    ORGANIZATION_MANAGER = "organization_manager"
    ORGANIZATION_MEMBER = "organization_member"
    MERCHANT_OWNER = "merchant_owner"
    MERCHANT_STAFF = "merchant_staff"
    SOCIAL_WORKER = "social_worker"
    COMMITTEE = "committee"
    GRID_WORKER = "grid_worker"
    DISPATCHER = "dispatcher"
    DEPARTMENT_HANDLER = "department_handler"
    SUPERVISOR = "supervisor"
    MEDIATOR = "mediator"
    FINANCE = "finance"
    AUDITOR = "auditor"
    ADMIN = "admin"


class ScopeKind(StrEnum):
    REGION = "region"
    ORGANIZATION = "organization"
    MERCHANT = "merchant"
    DEPARTMENT = "department"


_P = Permission

ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.RESIDENT: frozenset(),
    Role.ORGANIZATION_MEMBER: frozenset(),
    Role.ORGANIZATION_MANAGER: frozenset(
        {_P.ORGANIZATION_MANAGE, _P.ACTIVITY_HOST, _P.RECORD_CONFIRM}
    ),
    Role.MERCHANT_STAFF: frozenset({_P.VOUCHER_REDEEM}),
    Role.MERCHANT_OWNER: frozenset({_P.MERCHANT_MANAGE, _P.OFFER_MANAGE, _P.VOUCHER_REDEEM}),
    Role.SOCIAL_WORKER: frozenset(
        {
            _P.DESK_OPEN,
            _P.RESIDENT_VERIFY,
            _P.ACTIVITY_HOST,
            _P.ACTIVITY_REVIEW,
            _P.RECORD_CONFIRM,
            _P.PRAISE_MODERATE,
            _P.COMMENT_MODERATE,
            _P.PAPER_TAKE,
            _P.PAPER_TALLY,
            _P.SUGGESTION_TAKE,
        }
    ),
    Role.COMMITTEE: frozenset(
        {
            _P.DESK_OPEN,
            _P.RESIDENT_VERIFY,
            _P.ORGANIZATION_VERIFY,
            _P.ACTIVITY_REVIEW,
            _P.PRAISE_MODERATE,
            _P.COMMENT_MODERATE,
            _P.MERCHANT_VERIFY,
            _P.OFFER_REVIEW,
            _P.RULE_SET,
            _P.BUDGET_ALLOCATE,
            _P.AUDIT_READ,
            _P.GRID_MANAGE,
            _P.CONSULTATION_MANAGE,
            _P.PAPER_TALLY,
            _P.QUESTION_ANSWER,
            _P.VOTE_STUDY,
            _P.NOTICE_MANAGE,
        }
    ),
    Role.GRID_WORKER: frozenset({_P.SUGGESTION_PATROL}),
    Role.DISPATCHER: frozenset({_P.DESK_OPEN, _P.SUGGESTION_DISPATCH}),
    Role.DEPARTMENT_HANDLER: frozenset({_P.DESK_OPEN, _P.SUGGESTION_HANDLE}),
    Role.SUPERVISOR: frozenset({_P.DESK_OPEN, _P.SUGGESTION_SUPERVISE}),
    Role.MEDIATOR: frozenset(),
    Role.FINANCE: frozenset({_P.DESK_OPEN, _P.BUDGET_ALLOCATE, _P.BUDGET_CREATE, _P.LEDGER_READ}),
    Role.AUDITOR: frozenset(
        {_P.DESK_OPEN, _P.LEDGER_READ, _P.AUDIT_READ, _P.ROLL_AUDIT, _P.VOTE_STUDY}
    ),
    Role.ADMIN: frozenset(
        {
            _P.DESK_OPEN,
            _P.ROLE_GRANT,
            _P.MESSAGES_READ,
            _P.AUDIT_READ,
            _P.GRID_MANAGE,
            _P.SUGGESTION_SETUP,
        }
    ),
}

SCOPES_OF_ROLE: dict[Role, ScopeKind] = {
    Role.ORGANIZATION_MANAGER: ScopeKind.ORGANIZATION,
    Role.ORGANIZATION_MEMBER: ScopeKind.ORGANIZATION,
    Role.MERCHANT_OWNER: ScopeKind.MERCHANT,
    Role.MERCHANT_STAFF: ScopeKind.MERCHANT,
    Role.DEPARTMENT_HANDLER: ScopeKind.DEPARTMENT,
}
"""The kind of scope a role is for; roles not named here hold for a region."""


def scope_kind_of(role: Role) -> ScopeKind:
    return SCOPES_OF_ROLE.get(role, ScopeKind.REGION)


@dataclass(frozen=True)
class Grant:
    """One role a person holds for one scope."""

    role: Role
    kind: ScopeKind
    scope_id: str

    @property
    def key(self) -> str:
        """One word for it, for forms: ``committee:region:150402010003``."""
        return f"{self.role}:{self.kind}:{self.scope_id}"

    @classmethod
    def from_key(cls, key: str) -> Grant:
        """The grant that a key names.

        Raises:
            ValueError: it is no such key.
        """
        role, kind, scope_id = key.split(":")
        return cls(Role(role), ScopeKind(kind), scope_id)


@dataclass(frozen=True)
class Principal:
    """Who is asking, as one statement reads it from the database: no object, no session.

    ``home_path`` is the codes of the home community and all above it, city first; it is empty
    until a home is claimed. ``work_path`` is the same of where the person works; it is empty until
    that is confirmed. ``hat`` is the grant the person has chosen to act under on pages;
    it orders navigation and never adds or removes a right.
    """

    id: str
    name: str
    locale: str
    member_code: str
    home_region: str | None
    home_path: tuple[str, ...]
    verified: bool
    grants: tuple[Grant, ...]
    work_path: tuple[str, ...] = ()
    session_id: str | None = None
    birth_year: int | None = None
    mode: str = "standard"
    theme: str = "auto"
    hat: Grant | None = None
    checked: set[Permission] = field(default_factory=set, compare=False, repr=False)

    @property
    def is_authenticated(self) -> bool:  # Flask-Login asks for these three names
        return True

    @property
    def is_active(self) -> bool:
        return True

    @property
    def is_anonymous(self) -> bool:
        return False

    def get_id(self) -> str:
        return self.session_id or ""

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(grant.role for grant in self.grants)

    def holds(
        self,
        permission: Permission,
        *,
        regions: Iterable[str] = (),
        organization: str | None = None,
        merchant: str | None = None,
        department: str | None = None,
    ) -> bool:
        """Whether a role of this person gives the permission for one of the scopes named.

        ``regions`` are the codes of the thing's region and of all above it.
        """
        named = {(ScopeKind.REGION, code) for code in regions}
        named.add((ScopeKind.ORGANIZATION, organization or ""))
        named.add((ScopeKind.MERCHANT, merchant or ""))
        named.add((ScopeKind.DEPARTMENT, department or ""))
        return any(
            permission in ROLE_PERMISSIONS[grant.role] and (grant.kind, grant.scope_id) in named
            for grant in self.grants
        )

    def holds_anywhere(self, permission: Permission) -> bool:
        return any(permission in ROLE_PERMISSIONS[grant.role] for grant in self.grants)

    def scopes(self, permission: Permission, kind: ScopeKind) -> tuple[str, ...]:
        """The scopes of one kind in which this person holds a permission."""
        return tuple(
            grant.scope_id
            for grant in self.grants
            if grant.kind is kind and permission in ROLE_PERMISSIONS[grant.role]
        )

    def has_role(self, role: Role, regions: Iterable[str] = ()) -> bool:
        """Whether the person holds a role itself, for one of the regions if any are named."""
        codes = set(regions)
        return any(
            grant.role is role and (not codes or grant.scope_id in codes) for grant in self.grants
        )

    def require(
        self,
        permission: Permission,
        *,
        regions: Iterable[str] = (),
        organization: str | None = None,
        merchant: str | None = None,
        department: str | None = None,
    ) -> None:
        """Refuse what the person may not do, and note that it was asked.

        Raises:
            Forbidden: no role of the person gives the permission for these scopes.
        """
        self.require_that(
            permission,
            self.holds(
                permission,
                regions=regions,
                organization=organization,
                merchant=merchant,
                department=department,
            ),
        )

    def require_that(self, permission: Permission, allowed: bool) -> None:  # noqa: FBT001
        """Like :meth:`require`, for a policy whose answer is known."""
        self.checked.add(permission)
        if not allowed:
            raise Forbidden

    def require_verified(self) -> None:
        """Refuse who is not (yet) a verified resident of a community."""
        self.require_that(Permission.VERIFIED_RESIDENT, self.verified)


def signed_in(principal: Principal | None) -> Principal:
    """The principal, or a refusal that asks to sign in."""
    if principal is None:
        raise Unauthenticated
    return principal
