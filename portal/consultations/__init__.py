"""Consultations: deliberation, roll, secret ballots, the board, the tally, decision, follow-up."""
