"""A real S3 server for the tests: Versity's gateway over a folder, on a loopback port. It checks
signatures.

The program is built from Go's module proxy, once, into a cache outside the source tree, by the
hashes of tests/peers/s3. Where it cannot be had the tests are skipped, but not in CI.
"""

import datetime
import hashlib
import hmac
import http.client
import os
import pathlib
import shutil
import ssl
import subprocess
import urllib.parse

import certificates
import harness
import peers

MODULE = harness.SOURCE / "tests" / "peers" / "s3"
PACKAGE = "github.com/versity/versitygw/cmd/versitygw"
ACCESS_KEY = "AKIDBELLWETHER"
SECRET = "secret/with+signs="
REGION = "eu-west-1"


def program():
    """The server's binary; skips the test where it cannot be had."""
    return peers.need("S3 server", "versitygw", [MODULE / "go.mod", MODULE / "go.sum"],
                      _build) / "versitygw"


def _build(folder):
    """Why the server cannot be had; None when it is there."""
    go = shutil.which("go") or shutil.which("go", path="/usr/local/go/bin")
    if go is None:
        return "go is not installed"
    try:
        built = subprocess.run(
            [go, "build", "-mod=readonly", "-o", str(folder / "versitygw"), PACKAGE],
            env={**os.environ, "CGO_ENABLED": "0"}, cwd=MODULE,
            capture_output=True, text=True, check=False, timeout=1500, stdin=subprocess.DEVNULL)
    except subprocess.TimeoutExpired:
        return "building the S3 server took more than 25 minutes"
    if built.returncode != 0:
        return "the S3 server could not be built: " + built.stderr[-500:]
    return None


def sign(method, path, query, host, payload, key=ACCESS_KEY, secret=SECRET):
    """The headers of Signature V4, by the book and apart from the server's own code."""
    now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y%m%dT%H%M%SZ")
    hashed = hashlib.sha256(payload).hexdigest()
    headers = {"host": host, "x-amz-content-sha256": hashed, "x-amz-date": now}
    names = ";".join(sorted(headers))
    lines = "".join(f"{name}:{headers[name]}\n" for name in sorted(headers))
    canonical = "\n".join([method, path, query, lines, names, hashed])
    scope = f"{now[:8]}/{REGION}/s3/aws4_request"
    text = "\n".join(["AWS4-HMAC-SHA256", now, scope,
                      hashlib.sha256(canonical.encode()).hexdigest()])
    signing = ("AWS4" + secret).encode()
    for part in (now[:8], REGION, "s3", "aws4_request", text):
        signing = hmac.new(signing, part.encode(), hashlib.sha256).digest()
    headers["authorization"] = (f"AWS4-HMAC-SHA256 Credential={key}/{scope},SignedHeaders={names},"
                                f"Signature={signing.hex()}")
    return headers


class S3Server:
    """Started by `start`, ended by `stop`.

    With `tls_bucket` it shows `certificate`, and takes that bucket's name in the host as well.
    """

    def __init__(self, folder, tls_bucket=None):
        self.binary = program()
        self.folder = pathlib.Path(folder) / "s3"
        for name in ("objects", "facts"):
            (self.folder / name).mkdir(parents=True)
        self.port = harness.free_port()
        self.host = f"localhost:{self.port}" if tls_bucket else f"127.0.0.1:{self.port}"
        self.url = ("https://" if tls_bucket else "http://") + self.host
        self.certificate = None
        self.options = []
        if tls_bucket:
            self.certificate, key = certificates.make(self.folder, "s3",
                                                      ("localhost", f"{tls_bucket}.localhost"))
            self.options = ["--cert", self.certificate, "--key", key,
                            "--virtual-domain", self.host]
        self.process = None
        self.connection = None

    def start(self):
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(
                [self.binary, "--port", f"127.0.0.1:{self.port}", "--access", ACCESS_KEY,
                 "--secret", SECRET, "--region", REGION, "--quiet", "--keep-alive", *self.options,
                 "posix", "--sidecar", self.folder / "facts", self.folder / "objects"],
                cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        harness.wait_until(self._answers, "the S3 server to answer", 30)
        return self

    def _answers(self):
        if self.process.poll() is not None:
            raise AssertionError("the S3 server ended: " + (self.folder / "log").read_text()[-500:])
        try:
            return self.request("GET", "/")[0] == 200
        except OSError:
            return False

    def stop(self):
        if self.connection:
            self.connection.close()
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait(timeout=10)

    def request(self, method, path, body=b"", query=""):
        """One signed request over a kept connection: status and body."""
        path = urllib.parse.quote(path)
        headers = sign(method, path, query, self.host, body)
        if self.connection is None:
            self.connection = self._connect()
        try:
            self.connection.request(method, path + ("?" + query if query else ""), body, headers)
            answer = self.connection.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException) as lost:
            self.connection.close()
            self.connection = None
            raise OSError(str(lost)) from lost

    def _connect(self):
        if not self.certificate:
            return http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        trusted = ssl.create_default_context(cafile=self.certificate)
        return http.client.HTTPSConnection("localhost", self.port, timeout=20, context=trusted)

    def make_bucket(self, bucket):
        self._must("PUT", "/" + bucket)

    def put(self, bucket, key, body):
        self._must("PUT", f"/{bucket}/{key}", body if isinstance(body, bytes) else body.encode())

    def _must(self, method, path, body=b""):
        status, answer = self.request(method, path, body)
        if status not in (200, 204):
            raise AssertionError(f"{method} {path}: {status} {answer[:300]!r}")
