"""What people fill in at the market."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from wtforms import (
    FloatField,
    HiddenField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    ValidationError,
)

from portal.core.clock import clock
from portal.core.forms import DayField, Form, WholeField, whole_range
from portal.core.i18n import lazy_gettext as _l
from portal.core.permissions import Role
from portal.market import services
from portal.market.rules import (
    DAY_MINUTES,
    LONGEST_VOUCHER_DAYS,
    USUAL_VOUCHER_DAYS,
    Category,
    Hours,
    Kind,
    credit_code,
    hours_of,
    weekday_bits,
)
from portal.market.schemas import MOST_EACH, MOST_POINTS, MOST_PRICE, MOST_STOCK
from portal.market.words import CATEGORIES, KINDS, WEEKDAYS


def _choices(words: Mapping[Any, Any]) -> list[SelectChoice]:
    return [SelectChoice(str(value), label) for value, label in words.items()]


class CodeForm(Form):
    """The till: a voucher's number, scanned or typed."""

    code = StringField(
        _l("Voucher number"),
        [DataRequired(_l("Scan the voucher, or type its twelve digits.")), Length(max=40)],
    )


class ConfirmForm(Form):
    """The till: the voucher that was looked at a moment ago."""

    code = HiddenField(validators=[InputRequired(), Length(max=40)])


class RefuseForm(Form):
    """The till: why what the voucher is for cannot be given."""

    code = HiddenField(id="refused-code", validators=[InputRequired(), Length(max=40)])
    reason = TextAreaField(
        _l("Reason"),
        [DataRequired(_l("Say why: the customer reads it.")), Length(max=500)],
    )


class RecallForm(Form):
    """Why all vouchers of an offer are taken back."""

    reason = TextAreaField(
        _l("Reason"),
        [DataRequired(_l("Say why: everybody who holds a voucher reads it.")), Length(max=500)],
    )


class ReasonForm(Form):
    """Why something is declined or sent back."""

    reason = TextAreaField(
        _l("Reason"),
        [DataRequired(_l("Say why, so that it can be put right.")), Length(max=500)],
        description=_l("The owner reads this."),
    )


class StaffForm(Form):
    """Somebody who is to work at a shop."""

    member_code = StringField(
        _l("Member code"),
        [DataRequired(_l("Ask the person for the code on their page “My code”.")), Length(max=40)],
        description=_l("It is on the person's own page “My code”."),
    )
    role = RadioField(
        _l("What they may do"),
        [InputRequired()],
        choices=[
            SelectChoice(Role.MERCHANT_STAFF.value, _l("Work at the till: redeem vouchers")),
            SelectChoice(Role.MERCHANT_OWNER.value, _l("Own it too: offers, staff and figures")),
        ],
        default=Role.MERCHANT_STAFF.value,
    )


class MerchantForm(Form):
    """A shop, a stall, a service."""

    name = StringField(_l("Name"), [DataRequired(_l("Give the name on the sign.")), Length(max=80)])
    category = SelectField(_l("What it does"), [InputRequired()], choices=_choices(CATEGORIES))
    region_code = SelectField(_l("Community"), [InputRequired()], validate_choice=False)
    credit_code = StringField(
        _l("Unified social credit code"),
        [Optional(), Length(max=30)],
        description=_l(
            "18 characters, on the business licence. Leave it empty for a stall "
            "that needs no licence."
        ),
    )
    place_name = StringField(
        _l("Address"),
        [Optional(), Length(max=120)],
        description=_l("Street and number, or how one finds it."),
    )
    latitude = FloatField(_l("Latitude"), [Optional(), NumberRange(-90, 90)])
    longitude = FloatField(_l("Longitude"), [Optional(), NumberRange(-180, 180)])
    phone = StringField(_l("Telephone"), [Optional(), Length(max=30)])
    opening_hours = StringField(
        _l("Opening hours"),
        [Optional(), Length(max=200)],
        description=_l("As on the door: Mon to Sat 8:00–20:00"),
    )
    description = TextAreaField(_l("In a few words"), [Optional(), Length(max=2_000)])

    def validate_credit_code(self, field: StringField) -> None:
        try:
            credit_code(field.data)
        except ValueError as error:
            raise ValidationError(
                _l("This is not a valid credit code. Please compare it with the licence.")
            ) from error

    def validate_longitude(self, field: FloatField) -> None:
        if (field.data is None) != (self.latitude.data is None):
            raise ValidationError(_l("Give both numbers of the place, or none."))
        if field.data is not None and not self.place_name.data:
            raise ValidationError(_l("Give the address too."))

    def read(self) -> services.MerchantData:
        """What was filled in."""
        return services.MerchantData(
            name=self.name.data,
            category=Category(self.category.data),
            region_code=self.region_code.data or "",
            credit_code=self.credit_code.data or None,
            description=self.description.data or "",
            place_name=self.place_name.data or None,
            latitude=self.latitude.data,
            longitude=self.longitude.data,
            phone=self.phone.data or None,
            opening_hours=self.opening_hours.data or "",
        )


class OfferForm(Form):
    """What points can be exchanged for."""

    title = StringField(
        _l("What it is"),
        [DataRequired(_l("Say in a few words what it is.")), Length(max=80)],
        description=_l("Short, as on a price tag: a bowl of noodles"),
    )
    kind = RadioField(
        _l("Kind"), [InputRequired()], choices=_choices(KINDS), default=Kind.GIFT.value
    )
    description = TextAreaField(
        _l("What one gets, and what to know"), [Optional(), Length(max=4_000)]
    )
    points = WholeField(
        _l("Points"),
        [InputRequired(_l("Say how many points it takes.")), whole_range(1, MOST_POINTS)],
    )
    stock = WholeField(
        _l("How many there are"),
        [Optional(), whole_range(1, MOST_STOCK)],
        description=_l("Empty: as many as wanted"),
    )
    per_resident_limit = WholeField(
        _l("At most for one resident"),
        [Optional(), whole_range(1, MOST_EACH)],
        description=_l("Empty: no limit"),
    )
    price = StringField(
        _l("Price to pay as well, in yuan"),
        [Optional(), Length(max=12)],
        description=_l(
            "Leave it empty: payments cannot be taken yet, and an offer with a price "
            "cannot be exchanged until then."
        ),
    )
    first_day = DayField(_l("From"), [InputRequired(_l("Choose the first day."))])
    last_day = DayField(_l("Until"), [Optional()], description=_l("Empty: until you withdraw it"))
    voucher_days = WholeField(
        _l("How many days a voucher is good"),
        [InputRequired(), whole_range(1, LONGEST_VOUCHER_DAYS)],
        default=USUAL_VOUCHER_DAYS,
    )
    weekdays = SelectMultipleField(
        _l("Days on which vouchers are taken"),
        choices=_choices(WEEKDAYS),
        default=[str(day) for day in WEEKDAYS],
    )
    opens = TimeField(_l("Taken from"), [Optional()])
    closes = TimeField(_l("Taken until"), [Optional()], description=_l("Empty: all day"))

    def validate_last_day(self, field: DayField) -> None:
        if field.data and self.first_day.data and field.data < self.first_day.data:
            raise ValidationError(_l("It must end after it begins."))

    def validate_weekdays(self, field: SelectMultipleField) -> None:
        if not field.data:
            raise ValidationError(_l("Choose at least one day."))

    def validate_closes(self, field: TimeField) -> None:
        if field.data and self.opens.data and field.data <= self.opens.data:
            raise ValidationError(_l("The end must be after the beginning."))

    def validate_price(self, field: StringField) -> None:
        amount = _minor_units(field.data)
        if amount is None or not 1 <= amount <= MOST_PRICE:
            raise ValidationError(_l("Write an amount like 12.50."))

    def read(self) -> services.OfferData:
        """What was filled in. Days begin and end at midnight of the portal's time zone.

        Raises:
            ValueError: it was not validated before.
        """
        first, last = self.first_day.data, self.last_day.data
        if first is None:
            raise ValueError("the form was not filled in")
        return services.OfferData(
            title=self.title.data,
            description=self.description.data or "",
            kind=Kind(self.kind.data),
            points=self.points.data,
            price_amount=_minor_units(self.price.data) if self.price.data else None,
            stock=self.stock.data,
            per_resident_limit=self.per_resident_limit.data,
            valid_from=clock.start_of(first),
            valid_until=clock.start_of(last + timedelta(days=1)) if last else None,
            voucher_days=self.voucher_days.data,
            hours=Hours(
                weekday_bits([int(day) for day in self.weekdays.data]),
                _minute(self.opens.data, 0),
                _minute(self.closes.data, DAY_MINUTES),
            ),
        )

    @classmethod
    def showing(cls, offer: Any) -> OfferForm:
        """A form filled with an offer as it is."""
        hours = hours_of(offer)
        price = offer.price_amount
        return cls(
            data={
                **offer._mapping,
                "first_day": clock.day_of(offer.valid_from),
                "last_day": _last_day(offer.valid_until),
                "weekdays": [str(day) for day in hours.days()],
                "opens": _time(hours.opens) if hours.opens else None,
                "closes": _time(hours.closes) if hours.closes < DAY_MINUTES else None,
                "price": f"{price // 100}.{price % 100:02d}" if price else "",
            }
        )


def _minor_units(text: str) -> int | None:
    """Yuan as written (12.5) in fen; None if it is no amount."""
    whole, dot, rest = text.partition(".")
    if not (whole.isascii() and whole.isdigit()) or (dot and not _is_fraction(rest)):
        return None
    return int(whole) * 100 + int(rest.ljust(2, "0") if dot else 0)


def _is_fraction(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 2


def _minute(given: time | None, otherwise: int) -> int:
    return given.hour * 60 + given.minute if given else otherwise


def _time(minute: int) -> time:
    return time(minute // 60, minute % 60)


def _last_day(valid_until: datetime | None) -> date | None:
    return clock.day_of(valid_until - timedelta(microseconds=1)) if valid_until else None
