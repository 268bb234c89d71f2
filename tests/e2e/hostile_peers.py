"""Remote systems that mean harm: an S3 service, a PostgreSQL server and a Kafka broker that claim
absurd lengths, never end, or send a byte a second. They speak as much of their protocols as it takes
to be believed.
"""

import http.server
import socket
import socketserver
import struct
import threading
import time
import urllib.parse

HUGE = 1 << 62
GIGABYTE = 1 << 30
PIECE = b"\0" * 65536


class _Threads(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def handle_error(self, request, client_address):
        """Callers that hang up are what this is about."""


class Peer:
    """A server on a free loopback port; what it has sent in all is counted."""

    def __init__(self, handler):
        self.is_stopping = threading.Event()
        self.sent_bytes = 0
        self.connections = 0
        peer = self

        class Bound(handler):
            def __init__(self, *arguments):
                self.peer = peer
                peer.connections += 1
                super().__init__(*arguments)

        self.server = _Threads(("127.0.0.1", 0), Bound)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.is_stopping.set()
        self.server.shutdown()
        self.server.server_close()


class _Hostile:
    """What the handlers share: sending until the caller hangs up."""

    def put(self, data):
        self.request.sendall(data)
        self.peer.sent_bytes += len(data)

    def flood(self, piece=PIECE):
        while not self.peer.is_stopping.is_set():
            self.put(piece)

    def drip(self, byte=b"\0"):
        while not self.peer.is_stopping.wait(1):
            self.put(byte)


class _S3(_Hostile, http.server.BaseHTTPRequestHandler):
    """The bucket's name says what it does."""

    protocol_version = "HTTP/1.1"
    pages = 0
    rows = b"t,v\n" + b"".join(b"2026-03-20T%02d:%02d:00Z,1\n" % (i // 60, i % 60)
                               for i in range(600))

    def log_message(self, *arguments):
        pass

    def answer(self, status, body=b"", headers=None, length=None):
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        if length != "none":
            self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.flush()
        if body and self.command != "HEAD":
            self.put(body)

    def do_HEAD(self):
        bucket = self.path.split("/")[1]
        if bucket == "huge":
            return self.answer(200, length=HUGE)
        if bucket == "good":
            return self.answer(200, length=len(self.rows), headers={"ETag": '"1"'})
        return self.answer(404)

    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        bucket = url.path.split("/")[1]
        if "list-type=2" in url.query:
            return self.list(bucket)
        return self.get(bucket)

    def list(self, bucket):
        if bucket == "endless-list":
            return self.answer(200, self.page(1000, is_truncated=True))
        if bucket == "empty-pages":
            return self.answer(200, self.page(0, is_truncated=True))
        if bucket == "endless-page":
            self.answer(200, length="none")
            return self.flood(b"<Contents><Key>k</Key><Size>1</Size></Contents>" * 1000)
        if bucket == "many-marks":
            return self.answer(200, b"<ListBucketResult>" + b"<a/>" * (2 << 20 - 1))
        if bucket == "slow-list":
            self.answer(200, length=1000)
            return self.drip(b"<")
        # Objects that claim a gigabyte each, whose answers have no end.
        return self.answer(200, self.page(64, size=GIGABYTE))

    def page(self, count, size=1, is_truncated=False):
        _S3.pages += 1
        objects = "".join(f"<Contents><Key>x/{'k' * 200}{_S3.pages:09}{i:05}</Key>"
                          f"<Size>{size}</Size></Contents>" for i in range(count))
        more = ("<IsTruncated>true</IsTruncated><NextContinuationToken>%d</NextContinuationToken>"
                % _S3.pages if is_truncated else "")
        return f"<ListBucketResult>{objects}{more}</ListBucketResult>".encode()

    def get(self, bucket):
        first, _, last = self.headers.get("Range", "bytes=0-").removeprefix("bytes=").partition("-")
        if bucket == "good":
            part = self.rows[int(first):int(last) + 1 if last else None]
            return self.answer(206 if "Range" in self.headers else 200, part, {"ETag": '"1"'})
        if bucket == "slow-object":
            self.answer(206, length=int(last) - int(first) + 1)
            return self.drip()
        self.answer(206, length="none")
        return self.flood(b"2026-03-20T00:00:00Z,1\n" * 2000)


def s3():
    return Peer(_S3)


def _message(kind, body=b""):
    return kind + struct.pack("!i", len(body) + 4) + body


class _Postgres(_Hostile, socketserver.BaseRequestHandler):
    """The database's name says what it does once rows are asked for."""

    def handle(self):
        while True:
            length, code = struct.unpack("!ii", self.read(8))
            body = self.read(length - 8)
            if code == 196608:
                break
            self.put(b"N")  # No TLS, no GSS.
        words = body.split(b"\0")
        self.database = dict(zip(words[::2], words[1::2])).get(b"database", b"").decode()
        self.put(_message(b"R", struct.pack("!i", 0)))
        if self.database == "endless-greeting":
            self.flood(_message(b"S", b"some.setting\0" + b"v" * 8000 + b"\0"))
        self.put(_message(b"Z", b"I"))
        while True:
            self.answer_one()

    def read(self, count):
        data = b""
        while len(data) < count:
            piece = self.request.recv(count - len(data))
            if not piece:
                raise ConnectionError
            data += piece
        return data

    def answer_one(self):
        kind = self.read(1)
        body = self.read(struct.unpack("!i", self.read(4))[0] - 4)
        if kind == b"X":
            raise ConnectionError
        if kind == b"Q":
            self.put(self.answer_to(body) + _message(b"C", b"SET\0") + _message(b"Z", b"I"))
        elif kind == b"P":
            self.statement = body
        elif kind == b"S":
            self.put(_message(b"1") + _message(b"2") + (self.answer_to(self.statement) or
                                                        _message(b"n")) +
                     _message(b"C", b"SELECT 0\0") + _message(b"Z", b"T"))

    @staticmethod
    def description():
        columns = b"".join(name + b"\0" + struct.pack("!ihihih", 0, 0, kind, 8, -1, 0)
                           for name, kind in ((b"t", 1184), (b"v", 701)))
        return _message(b"T", struct.pack("!h", 2) + columns)

    def answer_to(self, statement):
        if b"LIMIT 0" in statement:
            return self.description()
        if b"FETCH" in statement:
            self.put(self.description())
            self.harm()
        return b""

    def harm(self):
        if self.database == "long-row":  # A gigabyte in one value, all of which comes.
            self.put(b"D" + struct.pack("!ihi", GIGABYTE, 2, GIGABYTE - 100))
            self.flood()
        if self.database == "absurd-length":
            self.put(b"D" + struct.pack("!ihi", 0x7fffffff, 2, 0x7fffff00))
            self.flood()
        if self.database == "slow-row":
            self.put(b"D" + struct.pack("!ihi", 1000, 2, 900))
            self.drip()
        if self.database == "endless-settings":  # A row now and then, so that none is too long.
            number = 0
            while not self.peer.is_stopping.is_set():
                number += 1
                self.put(b"".join(_message(b"S", b"s%d.%d\0" % (number, i) + b"v" * 8000 + b"\0")
                                  for i in range(16)) + self.row())
        if self.database == "endless-notices":
            self.flood(_message(b"N", b"SNOTICE\0C00000\0M" + b"n" * 8000 + b"\0\0") * 8)
        self.flood(self.row() * 1000)

    @staticmethod
    def row():
        row = struct.pack("!h", 2)
        for value in (b"2026-03-20 00:00:00+00", b"1"):
            row += struct.pack("!i", len(value)) + value
        return _message(b"D", row)


def postgres():
    return Peer(_Postgres)


class _Kafka(_Hostile, socketserver.BaseRequestHandler):
    """Every other connection meets another lie: an answer of two gigabytes, or one that counts two
    billion brokers."""

    def handle(self):
        is_long = self.peer.connections % 2 == 0
        while True:
            head = self.request.recv(4, socket.MSG_WAITALL)
            if len(head) < 4:
                return
            request = self.request.recv(struct.unpack("!i", head)[0], socket.MSG_WAITALL)
            key, version, correlation = struct.unpack("!hhi", request[:8])
            if is_long:
                self.put(struct.pack("!ii", 0x7fffffff, correlation))
                self.flood()
            if key == 18:  # ApiVersions: of version 0 alone, as brokers of old.
                kinds = [(3, 0, 1), (18, 0, 0), (1, 0, 4), (10, 0, 0)]
                body = struct.pack("!hi", 35 if version else 0, len(kinds)) + b"".join(
                    struct.pack("!hhh", *kind) for kind in kinds)
            else:
                body = struct.pack("!i", 0x7fffffff) + b"\0" * 64
            self.put(struct.pack("!ii", len(body) + 4, correlation) + body)


def kafka():
    return Peer(_Kafka)


def wait_for(condition, seconds):
    """Whether the condition became true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True
