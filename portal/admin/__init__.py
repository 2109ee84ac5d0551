"""The shell of the pages: navigation, home, the staff desk. The screens stay in the features."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Give every page its bars."""
    from portal.admin import navigation  # the application loads rooms one by one

    navigation.init_app(app)
