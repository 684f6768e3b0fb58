"""The city's part of the stylesheet: colours as custom properties, font faces, logo. Pure."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import asdict

from ckanext.stuttgart.city import City
from ckanext.stuttgart.colours import Colours

MEDIA_TYPES = {
    "svg": "image/svg+xml",
    "png": "image/png",
    "webp": "image/webp",
    "ico": "image/x-icon",
    "woff2": "font/woff2",
    "mp4": "video/mp4",
    "webm": "video/webm",
}


def of_city(city: City, address: Callable[[str], str]) -> str:
    """The stylesheet; `address` gives the URL of a file that the profile names."""
    parts = [
        *(_font_face(city, index, address) for index in range(len(city.design.fonts))),
        f":root{{{_properties(city.colours.light)}{_family(city)}}}",
        f"@media screen and (prefers-color-scheme:dark){{:root{{{_properties(city.colours.dark)}}}}}",
    ]
    return "\n".join(parts)


@functools.lru_cache(maxsize=8)
def digest(text: str) -> str:
    """Short name of a content, so that its address changes when it does."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def files_digest(city: City) -> str:
    """Short name of the files the profile names: of their names, sizes and times."""
    return digest("\n".join(_states(city)))


def _states(city: City) -> Iterator[str]:
    for _, name in city.files():
        path = city.file(name)
        if path:
            state = path.stat()
            yield f"{name} {state.st_size} {state.st_mtime_ns}"


def _properties(colours: Colours) -> str:
    return "".join(f"--st-{role.replace('_', '-')}:{value};" for role, value in asdict(colours).items())


def _family(city: City) -> str:
    families = ",".join(f'"{family}"' for family in dict.fromkeys(font.family for font in city.design.fonts))
    return f"--st-font:{families},var(--st-font-system);" if families else ""


def _font_face(city: City, index: int, address: Callable[[str], str]) -> str:
    font = city.design.fonts[index]
    return (
        f'@font-face{{font-family:"{font.family}";font-weight:{font.weight};'
        f"font-style:{'italic' if font.italic else 'normal'};font-display:swap;"
        f'src:url("{address(font.file)}") format("woff2")}}'
    )
