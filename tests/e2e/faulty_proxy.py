"""A loopback proxy in front of a server, which does to requests what networks and services do:
refuse, break off, dawdle, alter.
"""

import collections
import http.client
import http.server
import socketserver
import threading
import time


class FaultyProxy:
    """Hands requests on to `port`, but for those that a fault is chosen for.

    `choose(method, path, number)` names the fault of the request of that number, or None:

        busy        503 SlowDown
        broken      500
        cut         half of the body, then the connection is closed
        slow        the body in ten pieces with pauses
        stalled     a part of the body, then nothing
        altered     the request is changed on its way, so that its signature is wrong
        refused     the connection is closed without an answer
    """

    def __init__(self, port, choose=None):
        self.target = port
        self.choose = choose or (lambda method, path, number: None)
        self.counts = collections.Counter()
        self.lock = threading.Lock()
        self.number = 0
        self.is_stopping = threading.Event()
        proxy = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_any(self):
                proxy.handle(self)

            do_GET = do_HEAD = handle_any

            def log_message(self, *_):
                pass

        class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
            daemon_threads = True
            request_queue_size = 64

            def handle_error(self, *_):
                pass

        self.server = Server(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def stop(self):
        self.is_stopping.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def handle(self, request):
        with self.lock:
            self.number += 1
            fault = self.choose(request.command, request.path, self.number)
            if fault:
                self.counts[fault] += 1
            self.counts["all"] += 1
        if fault == "refused":
            request.close_connection = True
            return
        if fault in ("busy", "broken"):
            status, code = (503, "SlowDown") if fault == "busy" else (500, "InternalError")
            body = f"<Error><Code>{code}</Code><Message>a fault of the test</Message></Error>"
            self.answer(request, status, [("Content-Type", "application/xml")], body.encode())
            return
        headers = dict(request.headers)
        if fault == "altered":
            date = headers["x-amz-date"]
            headers["x-amz-date"] = date[:-2] + str((int(date[-2]) + 1) % 10) + "Z"
        status, answered, body = self.forward(request, headers)
        if fault in ("cut", "stalled", "slow") and body:
            self.answer_badly(request, fault, status, answered, body)
        else:
            self.answer(request, status, answered, body)

    def forward(self, request, headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.target, timeout=30)
        try:
            connection.putrequest(request.command, request.path, skip_host=True,
                                  skip_accept_encoding=True)
            # The signature covers the host as the client named it.
            for name, value in headers.items():
                connection.putheader(name, value)
            connection.endheaders()
            response = connection.getresponse()
            return response.status, response.getheaders(), response.read()
        finally:
            connection.close()

    @staticmethod
    def head(request, status, headers, length):
        request.send_response_only(status)
        for name, value in headers:
            if name.lower() not in ("content-length", "connection", "transfer-encoding"):
                request.send_header(name, value)
        if request.command == "HEAD":
            length = dict((name.lower(), value) for name, value in headers).get("content-length", 0)
        request.send_header("Content-Length", str(length))
        request.end_headers()

    def answer(self, request, status, headers, body):
        self.head(request, status, headers, len(body))
        request.wfile.write(body)

    def answer_badly(self, request, fault, status, headers, body):
        self.head(request, status, headers, len(body))
        if fault == "slow":
            step = len(body) // 10 + 1
            for begin in range(0, len(body), step):
                request.wfile.write(body[begin:begin + step])
                request.wfile.flush()
                self.is_stopping.wait(0.02)
            return
        request.wfile.write(body[:len(body) // 2])
        request.wfile.flush()
        if fault == "stalled":
            began = time.monotonic()
            while time.monotonic() - began < 30 and not self.is_stopping.wait(0.2):
                pass
        request.close_connection = True
