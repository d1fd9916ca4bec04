"""A PostgreSQL server of the distribution, started in a folder of its own for the length of a test run."""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import psycopg


@dataclass
class PostgresServer:
    """One server on a free port of 127.0.0.1 that trusts local connections."""

    programs: Path
    folder: Path
    port: int = 0
    _names: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    @classmethod
    def find(cls) -> PostgresServer | None:
        """The newest server installed below /usr/lib/postgresql or on the PATH; None where there is none.

        Its folder is not pytest's own: another run shuts that to everybody else, the server's account included.
        """
        installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
        if installed:
            return cls(installed[-1].parent, Path(tempfile.mkdtemp(prefix="portal-postgres-")))
        found = shutil.which("initdb")
        return cls(Path(found).resolve().parent, Path(tempfile.mkdtemp(prefix="portal-postgres-"))) if found else None

    def start(self) -> None:
        """Make the cluster and start it. PostgreSQL refuses to run as root, so root becomes `postgres`."""
        data = self.folder / "data"
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        if os.geteuid() == 0:
            account = pwd.getpwnam("postgres")
            os.chown(self.folder, account.pw_uid, account.pw_gid)
        self._run(
            "initdb", "-D", str(data), "-U", "portal", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "-N"
        )
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=200"
        self._run("pg_ctl", "-D", str(data), "-o", options, "-l", str(self.folder / "log"), "-w", "start")

    def stop(self) -> None:
        """Stop at once; the data is thrown away with the folder."""
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "-w", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)

    def restart(self) -> None:
        """Cut every connection and come back, as after a crash."""
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=200"
        data = str(self.folder / "data")
        self._run("pg_ctl", "-D", data, "-o", options, "-l", str(self.folder / "log"), "-m", "fast", "-w", "restart")

    def url(self, database: str) -> str:
        """SQLAlchemy's address of a database."""
        return f"postgresql+psycopg://portal@127.0.0.1:{self.port}/{database}"

    def create_database(self) -> str:
        """Make an empty database and return its name."""
        name = f"portal_{next(self._names)}"
        self._sql(f'CREATE DATABASE "{name}"')
        return name

    def drop_database(self, name: str) -> None:
        """Remove a database, whoever is still connected."""
        self._sql(f'DROP DATABASE "{name}" WITH (FORCE)')

    def _sql(self, statement: str) -> None:
        address = f"host=127.0.0.1 port={self.port} user=portal dbname=postgres"
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(statement)

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self.programs / program), *arguments]
        if os.geteuid() == 0:
            command = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", *command]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=self.folder)
