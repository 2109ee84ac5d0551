"""Measures the portal against a bare baseline in the same run. ``make bench``; see
``docs/performance.md`` for how to read the figures."""
