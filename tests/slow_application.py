"""A small application behind the portal's own server, whose one page takes a while: for tests of stopping."""

from __future__ import annotations

import sys
import time

from flask import Flask

from portal import server


def main() -> None:
    """Serve on the port given on the command line until told to stop."""
    app = Flask(__name__)
    app.config["WEB_THREADS"] = 2

    @app.get("/slow")
    def slow() -> str:
        sys.stdout.write("under way\n")
        sys.stdout.flush()
        time.sleep(1)
        return "finished " + "x" * 300_000

    listening = server.listen("127.0.0.1", int(sys.argv[1]))
    sys.stdout.write("listening\n")
    sys.stdout.flush()
    server.serve(app, listening)
    sys.stdout.write("left\n")


if __name__ == "__main__":
    main()
