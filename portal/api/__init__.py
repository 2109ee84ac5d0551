"""The shell of the JSON API: its document and its readable reference."""
