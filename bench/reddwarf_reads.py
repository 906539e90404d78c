"""`python -m bench.reddwarf_reads FOLDER`: red-dwarf reads one of our exports, as it reads those of
a Polis server, and counts the same votes. Ends with 1 where it complains."""

from __future__ import annotations

import sys
import threading
import warnings
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from reddwarf.data_loader import Loader

from core.opinions.reading import read_export


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Nothing: what red-dwarf says is what matters."""


def main() -> int:
    folder = Path(sys.argv[1])
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}/"
    with warnings.catch_warnings(record=True) as complaints:
        warnings.simplefilter("always", UserWarning)
        found = Loader(directory_url=address, is_cache_enabled=False)
    server.shutdown()
    server.server_close()
    conversation = read_export(folder)
    latest = conversation.votes.latest()
    ours = {
        (latest.participants[who], latest.statements[what], int(value))
        for who, what, value in zip(latest.person, latest.statement, latest.value, strict=True)
    }
    theirs = {
        (each["participant_id"], each["statement_id"], int(each["vote"]))
        for each in found.votes_data
    }
    told = [str(each.message) for each in complaints if "CSV import" in str(each.message)]
    statements = len(found.comments_data)
    others = f"{len(ours ^ theirs)} others than we read." if ours != theirs else ""
    words = (f"{statements} statements and {len(theirs)} votes read.", others, *told)
    print(" ".join(filter(None, words)))
    return int(bool(told) or ours != theirs or statements != len(conversation.statements))


if __name__ == "__main__":
    sys.exit(main())
