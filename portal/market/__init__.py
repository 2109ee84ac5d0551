"""The market: merchants, offers, vouchers and their redemption at the till."""
