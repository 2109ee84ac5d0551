"""Regions: city → district → street → community → grid, by the published statistical codes."""
