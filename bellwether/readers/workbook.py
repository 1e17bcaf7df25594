"""The first sheet of a workbook as lines of JSON, one list of texts a row. A program of its own, run by tables.py.

A workbook that is damaged, or made to do harm, can take down the process that reads it, or ask for all its memory.
"""

from __future__ import annotations

import json
import resource
import sys

MOST_MEMORY = 4 * 2**30


def main(file: str, rows: str) -> None:
    """Print the sheet from its first line on; what is wrong goes to standard error, and the status is 3."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    import fastexcel

    try:
        sheet = fastexcel.read_excel(file).load_sheet(
            0,
            header_row=None,
            skip_rows=0,
            n_rows=int(rows) if rows else None,
            dtypes="string",
            skip_whitespace_tail_rows=False,
        )
        for row in sheet.to_polars().iter_rows():
            print(json.dumps([cell or "" for cell in row]))
    except Exception as error:  # the library raises a class of its own for each damage
        print(next(iter(str(error).splitlines()), ""), file=sys.stderr)
        raise SystemExit(3) from None


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
