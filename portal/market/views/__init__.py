"""The market's pages: exchange, vouchers, the till, a shop of one's own, the committee's desk."""

from portal.market.views import desk, exchange, shops, till, vouchers
from portal.market.views.door import blueprint

__all__ = ["blueprint", "desk", "exchange", "shops", "till", "vouchers"]
