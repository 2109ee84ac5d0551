"""The demo district: a believable 红山区, built by a seed through the portal's own services."""
