"""Activities: shifts, sign-ups, check-in, service records."""
