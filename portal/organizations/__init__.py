"""Social organizations: registration, members, praise and the reputation that comes of it."""
