"""Regions: city → district → street → community → grid, by the published statistical codes."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Let pages name communities as people do."""
    from portal.regions.rules import spoken_name  # the application loads rooms one by one
    from portal.regions.words import WINDS

    app.add_template_filter(lambda name: spoken_name(name) if name else name, "spoken")
    app.add_template_filter(WINDS.__getitem__, "wind")
