"""Accounts: people, how they sign in, what they consented to, where they live, their roles."""
