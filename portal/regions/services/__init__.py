"""What can be done with regions: one function a use case."""

from portal.regions.services.divisions import Imported, ImportRefused, import_divisions
from portal.regions.services.grids import change_grid, create_grid, restore_grid, retire_grid

__all__ = [
    "ImportRefused",
    "Imported",
    "change_grid",
    "create_grid",
    "import_divisions",
    "restore_grid",
    "retire_grid",
]
