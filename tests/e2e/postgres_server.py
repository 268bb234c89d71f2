"""A real PostgreSQL on a free loopback port, for as long as a test wants it, and a proxy that drops
connections to it. Debian's package `postgresql` brings the programs; its own cluster is not used.
"""

import contextlib
import os
import pathlib
import pwd
import random
import shutil
import socket
import struct
import subprocess
import tempfile
import threading

import certificates
import harness

PASSWORD = "p@ss/w:rd"
URL_PASSWORD = "p%40ss%2Fw%3Ard"


def find_programs():
    """The folder of the newest server programs, or None."""
    folders = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/initdb"),
                     key=lambda path: int(path.parts[-3]))
    return folders[-1].parent if folders else None


def _unprivileged():
    """Whom to run it as: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise AssertionError("there is no unprivileged user to run PostgreSQL as")


class PostgresServer:
    """One cluster with a database `shop`, owned by `keeper`, who needs a password."""

    def __init__(self):
        self.programs = find_programs()
        self.port = harness.free_port()
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="bellwether-postgres-"))
        self.who = _unprivileged()
        if self.who:
            os.chown(self.folder, self.who["user"], self.who["group"])
        self.process = None
        secret = self.folder / "password"
        secret.write_text(PASSWORD + "\n")
        secret.chmod(0o644)
        self._run("initdb", "-D", self.folder / "data", "-U", "keeper", "-E", "UTF8", "--locale=C",
                  "--auth=scram-sha-256", f"--pwfile={secret}", "--no-sync")
        self.certificate, key = certificates.make(self.folder, "server")
        for path in (self.certificate, key):
            if self.who:
                os.chown(path, self.who["user"], self.who["group"])
        key.chmod(0o600)
        self.tls = ["-c", "ssl=on", "-c", f"ssl_cert_file={self.certificate}",
                    "-c", f"ssl_key_file={key}"]

    def _run(self, program, *arguments):
        ended = subprocess.run([self.programs / program, *map(str, arguments)], cwd=self.folder,
                               stdin=subprocess.DEVNULL, capture_output=True, text=True,
                               timeout=120, check=False, **self.who)
        if ended.returncode != 0:
            raise AssertionError(f"{program} failed: {ended.stdout}{ended.stderr}")

    def start(self):
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(
                [self.programs / "postgres", "-D", self.folder / "data", "-p", str(self.port),
                 "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=",
                 "-c", "fsync=off", "-c", "timezone=UTC", "-c", "max_wal_size=2GB",
                 "-c", "log_connections=on", *self.tls],
                cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log, **self.who)
        harness._children.append(self.process)
        harness.wait_until(self._is_up, "PostgreSQL to answer", 60)
        return self

    def _is_up(self):
        if self.process.poll() is not None:
            raise AssertionError("PostgreSQL ended:\n" + (self.folder / "log").read_text())
        return self._psql("SELECT 1", "postgres").returncode == 0

    def stop(self):
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(2)  # SIGINT: at once, but in order.
            self.process.wait(timeout=30)

    def remove(self):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _psql(self, sql, database, stdin=None):
        return subprocess.run(
            [self.programs / "psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h",
             "127.0.0.1", "-p", str(self.port), "-U", "keeper", "-d", database, "-c", sql],
            input=stdin, env={**os.environ, "PGPASSWORD": PASSWORD}, capture_output=True,
            text=True, timeout=120, check=False)

    def run_sql(self, sql, database="shop", stdin=None):
        """What a statement answers."""
        ended = self._psql(sql, database, stdin)
        if ended.returncode != 0:
            raise AssertionError(f"{sql[:200]}: {ended.stderr}")
        return ended.stdout.strip()

    def log(self):
        return (self.folder / "log").read_text(errors="replace")

    def url(self, port=None, password=URL_PASSWORD, database="shop", options="?sslmode=disable"):
        return (f"postgresql://keeper:{password}@127.0.0.1:{port or self.port}/{database}"
                f"{options}")

    def end_sessions(self):
        """Ends every session of the server under test; how many there were."""
        return int(self.run_sql("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                                "WHERE application_name = 'bellwether'"))


class DroppingProxy:
    """Stands between client and server and, while `drops` lasts, breaks each connection off after
    some bytes of answers."""

    def __init__(self, port, drops, seed=1, least_bytes=2_000, most_bytes=400_000):
        self.target = port
        self.drops_left = drops
        self.dropped_at = []
        self._dice = random.Random(seed)
        self._range = (least_bytes, most_bytes)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self):
        self._listener.close()

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self.target))
            budget = self._dice.randint(*self._range) if self.drops_left > 0 else None
            threading.Thread(target=self._carry, args=(client, server, None), daemon=True).start()
            threading.Thread(target=self._carry, args=(server, client, budget),
                             daemon=True).start()

    def _carry(self, source, target, budget):
        carried = 0
        with contextlib.suppress(OSError):
            while piece := source.recv(16384):
                carried += len(piece)
                if budget is not None and carried > budget and self.drops_left > 0:
                    self.drops_left -= 1
                    self.dropped_at.append(carried)
                    break
                target.sendall(piece)
        for end in (source, target):
            with contextlib.suppress(OSError):
                # A reset, as of a host that is gone.
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
