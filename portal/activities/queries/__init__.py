"""What can be read of activities, sign-ups and records."""
