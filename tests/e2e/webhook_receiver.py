"""A webhook receiver that keeps what it gets, checks signatures, and fails when it is told to."""

import base64
import hashlib
import hmac
import http.server
import json
import random
import threading


SECRET = b"an example of a shared secret.."


def is_signed_well(headers, raw):
    """By the Standard Webhooks specification: HMAC-SHA256 of id, timestamp and body."""
    signed = b".".join([headers.get("webhook-id", "").encode(),
                        headers.get("webhook-timestamp", "").encode(), raw])
    wanted = base64.b64encode(hmac.digest(SECRET, signed, hashlib.sha256)).decode()
    given = headers.get("webhook-signature", "").split()
    return any(hmac.compare_digest(one, "v1," + wanted) for one in given)


def write_secret(path):
    """Writes the secret as Standard Webhooks spells it."""
    path.write_text("whsec_" + base64.b64encode(SECRET).decode() + "\n")
    return str(path)


class Received:
    """One request that carried a body."""

    def __init__(self, webhook_id, body, is_signed_well, answered):
        self.webhook_id = webhook_id
        self.body = body
        self.is_signed_well = is_signed_well
        self.answered = answered  # The status, or None when the connection was dropped.


class WebhookReceiver:
    """Listens on a free loopback port from the start of its `with` block to its end.

    `failure_share` of the requests, drawn with `seed`, meet a 503, a 429 or a dropped connection.
    """

    def __init__(self, failure_share=0.0, seed=1):
        self._random = random.Random(seed)
        self._failure_share = failure_share
        self._lock = threading.Lock()
        self._received = []
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                receiver._take(self)

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
        return f"http://127.0.0.1:{self._server.server_address[1]}/hook"

    def write_secret(self, path):
        """Writes the secret as Standard Webhooks spells it."""
        return write_secret(path)

    def stop_failing(self):
        self._failure_share = 0.0

    def received(self):
        """Everything so far, in order of arrival."""
        with self._lock:
            return list(self._received)

    def accepted(self):
        """What was answered with 2xx."""
        return [one for one in self.received() if one.answered == 204]

    def _take(self, handler):
        raw = handler.rfile.read(int(handler.headers.get("Content-Length", 0)))
        with self._lock:
            fails = self._random.random() < self._failure_share
            answer = self._random.choice([503, 429, None]) if fails else 204
            self._received.append(Received(
                handler.headers.get("webhook-id"), json.loads(raw),
                is_signed_well(handler.headers, raw), answer))
        if answer is None:
            handler.close_connection = True
            return
        handler.send_response(answer)
        handler.send_header("Content-Length", "0")
        handler.end_headers()
