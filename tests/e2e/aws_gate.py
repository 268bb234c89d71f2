"""Stands before an AWS-style service, checks the signatures of what comes, and keeps it."""

import hashlib
import hmac
import http.client
import http.server
import re
import threading
import urllib.parse

ACCESS_KEY = "AKIDBELLWETHER"
SECRET = "secret/with+signs="
AUTHORIZATION = re.compile(r"AWS4-HMAC-SHA256 Credential=([^/]+)/(\d{8})/([^/]+)/([^/]+)/"
                           r"aws4_request,SignedHeaders=([^,]+),Signature=([0-9a-f]{64})$")


def signature(method, path, headers, names, body, scope):
    """Signature V4 by the book and apart from the server's own code; no service but S3's."""
    date, region, service = scope
    lines = "".join(f"{name}:{headers[name].strip()}\n" for name in names)
    canonical = "\n".join([method, urllib.parse.quote(path, safe="/-_.~"), "", lines,
                           ";".join(names), hashlib.sha256(body).hexdigest()])
    text = "\n".join(["AWS4-HMAC-SHA256", headers["x-amz-date"],
                      f"{date}/{region}/{service}/aws4_request",
                      hashlib.sha256(canonical.encode()).hexdigest()])
    key = ("AWS4" + SECRET).encode()
    for part in (date, region, service, "aws4_request", text):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return key.hex()


class Request:
    """One that was signed well."""

    def __init__(self, path, headers, body, scope):
        self.path = path
        self.headers = headers
        self.body = body
        self.scope = scope  # Date, region and service.


class AwsGate:
    """Listens on a free loopback port from the start of its `with` block to its end.

    What is signed goes on to `behind`, a port; without one it is answered 202, as Lambda does. The
    first `refusals` requests are answered so instead: (status, body). `badly_signed` are those that
    came with another signature or none.
    """

    def __init__(self, behind=None, refusals=()):
        self._behind = behind
        self._refusals = list(refusals)
        self._lock = threading.Lock()
        self.requests = []
        self.badly_signed = []
        gate = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                gate._take(self)

            def log_message(self, *_arguments):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_failure):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self):
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def _take(self, handler):
        body = handler.rfile.read(int(handler.headers.get("Content-Length", 0)))
        status, answer = self._answer(handler, body)
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(answer)))
        handler.end_headers()
        handler.wfile.write(answer)

    def _answer(self, handler, body):
        headers = {name.lower(): value for name, value in handler.headers.items()}
        with self._lock:
            scope = self._check(handler.path, headers, body)
            if scope is None:
                self.badly_signed.append((handler.path, headers))
                return 403, b"<ErrorResponse><Error><Code>SignatureDoesNotMatch</Code></Error></ErrorResponse>"
            if self._refusals:
                return self._refusals.pop(0)
            self.requests.append(Request(handler.path, headers, body, scope))
        if self._behind is None:
            return 202, b""
        connection = http.client.HTTPConnection("127.0.0.1", self._behind, timeout=20)
        try:
            connection.request("POST", handler.path, body,
                               {name: value for name, value in headers.items() if name != "host"})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    @staticmethod
    def _check(path, headers, body):
        """The scope of a request that is signed well."""
        found = AUTHORIZATION.match(headers.get("authorization", ""))
        if not found or found[1] != ACCESS_KEY:
            return None
        scope = found[2], found[3], found[4]
        names = found[5].split(";")
        needed = {"host", "x-amz-date", "content-type"}
        if not needed.issubset(names) or not set(names).issubset(headers):
            return None
        wanted = signature("POST", path, headers, names, body, scope)
        return scope if hmac.compare_digest(wanted, found[6]) else None
