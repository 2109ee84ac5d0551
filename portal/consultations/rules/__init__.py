"""What decides a vote, and nothing else: pure functions, without database, clock or web.

``ballots`` says what is voted on and which ballots fit it, ``tally`` counts a board's choices by
its method (``plurality``, ``runoff``, ``schulze``, ``greedy``, ``equal_shares``), ``ties`` draws
the lot where a count leaves two options equal, ``turnout`` judges participation. Arithmetic is
exact throughout: whole numbers and fractions, never floating point.
"""
