"""Writers that a test starts, kills and counts: `writers.py URL COMMITMENT PROCESSES TIMES`.

Each process writes TIMES comments, every fifth also changes the commitment as often (they contend for it), and each
prints what was acknowledged, one line a write, after the acknowledgement. TIMES 0: for ever.
"""

from __future__ import annotations

import itertools
import os
import sys

from stores import opened

from bellwether.accountability import Conflict, commitments, moves, talk


def write(url: str, commitment: str, me: int, times: int) -> None:
    store = opened(url)
    for turn in itertools.islice(itertools.count(), times or None):
        said = talk.comment(store, commitment, f"writer {me}, turn {turn}", by=f"writer {me}")
        _acknowledge("comment", said.id)
        if me % 5 == 0:
            version = _retitled(store, commitment, f"title of {me} at {turn}", me)
            _acknowledge("commitment", version)
    store.close()


def _retitled(store, commitment: str, title: str, me: int) -> int:
    seen = commitments.commitment(store, commitment).version
    while True:
        try:
            return moves.change(store, commitment, {"title": title}, seen=seen, by=f"writer {me}").version
        except Conflict as asked:
            seen = asked.version


def _acknowledge(kind: str, what: object) -> None:
    os.write(1, f"{kind} {what}\n".encode())  # in one piece, and at once: the next moment may not come


def main(url: str, commitment: str, processes: str, times: str) -> None:
    opened(url).close()  # what it imports is imported once, before the fork
    children = []
    for me in range(int(processes)):
        child = os.fork()
        if child == 0:
            write(url, commitment, me, int(times))
            os._exit(0)
        children.append(child)
    os.write(1, f"started {' '.join(map(str, children))}\n".encode())
    failed = [child for child in children if os.waitpid(child, 0)[1]]
    os._exit(1 if failed else 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
