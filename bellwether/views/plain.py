"""Text that came from outside (an export, a person, a question), shown as it is: no Markdown, no directive, no HTML."""

from __future__ import annotations

import re

# Everything that Markdown, or what Streamlit adds to it, could take for a sign.
_SIGNS = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|$~:&^=\"'])")
_BREAKS = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")


def literal(text: object) -> str:
    """The text for a place that reads Markdown: every sign is taken as itself, breaks become spaces."""
    return _SIGNS.sub(r"\\\1", _BREAKS.sub(" ", str(text)).strip())
