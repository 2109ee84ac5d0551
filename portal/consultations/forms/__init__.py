"""What people fill in around votes."""

from portal.consultations.forms.ballots import BallotForm, ballot_form
from portal.consultations.forms.speaking import CommentForm, ReceiptForm

__all__ = ["BallotForm", "CommentForm", "ReceiptForm", "ballot_form"]
