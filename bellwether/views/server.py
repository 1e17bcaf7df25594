"""Streamlit's server on app.py: `python -m bellwether.views.server --server.port=8501`, with its own options.

Streamlit takes a folder named `pages` for its old way of listing pages until app.py has run once, so on a fresh server
the first address that anybody opens would be called "not found". The flag that it looks at is set here before it asks.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from streamlit.runtime.pages_manager import PagesManager
from streamlit.web import cli

from bellwether.settings import ROOT


def serve(options: Sequence[str]) -> None:
    """Serve until stopped. options: as `streamlit run` takes them."""
    PagesManager.uses_pages_directory = False
    sys.argv = ["streamlit", "run", str(ROOT / "app.py"), *options]
    cli.main()


if __name__ == "__main__":
    serve(sys.argv[1:])
