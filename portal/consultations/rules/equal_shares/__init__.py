"""The Method of Equal Shares for approval ballots, with cost satisfaction.

Every voter, blank ballots among them, gets an equal share of the budget. An option is funded if
those who approve it can pay for it together; they pay alike, and who has less gives all that is
left. Of the options that can be paid, the next is the one whose supporters pay the smallest part
of its cost each. What remains is spent by raising the shares, one yuan per voter and step, and
counting anew, until an outcome would cost more than the budget: the last one before stands.

``electorate`` knows who approves what, ``count`` makes one count, ``completion`` raises the
shares.
"""

from portal.consultations.rules.equal_shares.completion import fund

__all__ = ["fund"]
