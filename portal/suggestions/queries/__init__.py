"""What can be read of suggestions. Whatever lists or counts cases asks ``visibility`` first."""
