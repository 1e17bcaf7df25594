"""What lies in the exports folder: which files are exports, and each content once."""

from __future__ import annotations

from pathlib import Path

from bellwether.sources import Export


def exports_in(folder: Path) -> list[Path]:
    """Files below the exports folder, by name; hidden ones, notes, and links that lead outside are left alone."""
    inside = folder.resolve()
    return [
        file
        for file in sorted(folder.rglob("*"))
        if file.is_file()
        and file.suffix.lower() not in (".md", ".pdf")
        and not any(part.startswith(".") for part in file.relative_to(folder).parts)
        and file.resolve().is_relative_to(inside)
    ]


def once(exports: list[Export]) -> list[Export]:
    """The same content under two names is one export."""
    return list({export.content: export for export in reversed(exports)}.values())[::-1]
