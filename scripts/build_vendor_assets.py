"""Copy what the pages use from node_modules/ into static/vendor/, and draw the icon sprite.

static/vendor/ is made anew: whatever stood there is gone afterwards. The sprite holds one symbol
`icon-<name>` for each line of scripts/icons.txt; a name ending in `-filled` takes the filled
drawing. Pages write `<svg><use href="…/icons.svg#icon-home"></use></svg>`.
"""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "static" / "vendor"
ICON_LIST = ROOT / "scripts" / "icons.txt"

# Where it is in node_modules: where it goes in static/vendor. Folders are copied whole.
COPIES = {
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "htmx.org/LICENSE": "licenses/htmx.txt",
    "jsqr/dist/jsQR.js": "jsQR.js",
    "jsqr/LICENSE": "licenses/jsqr.txt",
    "leaflet/dist/leaflet.js": "leaflet/leaflet.js",
    "leaflet/dist/leaflet.css": "leaflet/leaflet.css",
    "leaflet/dist/images": "leaflet/images",
    "leaflet/LICENSE": "licenses/leaflet.txt",
    "@tabler/icons/LICENSE": "licenses/tabler-icons.txt",
}

DRAWING = re.compile(r"<svg\b[^>]*>(?P<shapes>.*)</svg>", re.DOTALL)
BOUNDING_BOX = re.compile(r'<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*/>')
SOURCE_MAP = re.compile(r"^//# sourceMappingURL=.*$\n?", re.MULTILINE)
OUTLINE = (
    'fill="none" stroke="currentColor" stroke-width="2" '
    'stroke-linecap="round" stroke-linejoin="round"'
)
FILLED = 'fill="currentColor"'


class MissingPartError(Exception):
    """A part or an icon is not where it should be; the message names it."""


def main() -> int:
    try:
        fresh = VENDOR.with_name("vendor.new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True)
        copy_parts(fresh)
        names = icon_names(ICON_LIST.read_text(encoding="utf-8"))
        (fresh / "icons.svg").write_text(sprite(names), encoding="utf-8")
    except MissingPartError as error:
        print(error, file=sys.stderr)
        return 1
    # Only a complete folder takes the place of the old one.
    shutil.rmtree(VENDOR, ignore_errors=True)
    fresh.rename(VENDOR)
    print(f"    static/vendor: {len(COPIES)} parts, {len(names)} icons")
    return 0


def copy_parts(target: Path) -> None:
    for source_name, target_name in COPIES.items():
        source, destination = MODULES / source_name, target / target_name
        if not source.exists():
            raise MissingPartError(f"node_modules/{source_name} is missing: run `make clean setup`")
        destination.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, destination)
        elif source.suffix == ".js":
            # The maps are not served; a browser's tools would ask for them in vain.
            text = source.read_text(encoding="utf-8")
            destination.write_text(SOURCE_MAP.sub("", text), encoding="utf-8")
        else:
            shutil.copyfile(source, destination)


def icon_names(text: str) -> list[str]:
    """The names in the list, in its order; empty lines and `# …` comments are left out."""
    lines = (line.partition("#")[0].strip() for line in text.splitlines())
    names = [line for line in lines if line]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise MissingPartError(f"scripts/icons.txt names twice: {', '.join(sorted(twice))}")
    return names


def sprite(names: list[str]) -> str:
    symbols = "\n".join(_symbol(name) for name in names)
    return f'<svg xmlns="http://www.w3.org/2000/svg">\n{symbols}\n</svg>\n'


def _symbol(name: str) -> str:
    filled = name.endswith("-filled")
    folder, file = ("filled", name.removesuffix("-filled")) if filled else ("outline", name)
    source = MODULES / "@tabler" / "icons" / "icons" / folder / f"{file}.svg"
    if not source.is_file():
        raise MissingPartError(f"scripts/icons.txt: there is no {folder} icon named {file!r}")
    drawing = DRAWING.search(source.read_text(encoding="utf-8"))
    if drawing is None:
        raise MissingPartError(f"{source.relative_to(ROOT)} is not an SVG drawing")
    shapes = " ".join(BOUNDING_BOX.sub("", drawing["shapes"]).split())
    style = FILLED if filled else OUTLINE
    return f'<symbol id="icon-{name}" viewBox="0 0 24 24" {style}>{shapes}</symbol>'


if __name__ == "__main__":
    sys.exit(main())
