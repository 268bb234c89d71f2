"""A real mail server for the tests: Debian's aiosmtpd, which demands STARTTLS and a password."""

import email
import email.policy
import logging
import os
import pathlib
import ssl
import subprocess
import unittest

import harness

try:
    import aiosmtpd.controller
    import aiosmtpd.smtp
except ImportError:
    aiosmtpd = None

# It warns at every log-in of what its next version leaves out.
logging.getLogger("mail.log").setLevel(logging.ERROR)

USERNAME = "bellwether"
PASSWORD = "open sesame"


class MailServer:
    """Listens on a loopback port from the start of its `with` block to its end.

    `refusals` says by address what the server answers to it, once for each entry: "451 later".
    """

    def __init__(self, folder, refusals=None):
        if aiosmtpd is None:
            why = "aiosmtpd is not installed; run scripts/setup"
            if os.environ.get("CI") == "true":
                raise AssertionError(why)
            print(f"skipped: {why}", flush=True)
            raise unittest.SkipTest(why)
        self.certificate = pathlib.Path(folder) / "mail.pem"
        self.mails = []  # As (sender, recipient, message).
        self.log_ins = []
        self.is_private = []  # Whether each came over TLS.
        self._refusals = {to: list(answers) for to, answers in (refusals or {}).items()}
        key = pathlib.Path(folder) / "mail.key"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
             "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout",
             key, "-out", self.certificate], check=True, capture_output=True)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, key)
        self._port = harness.free_port()
        self._controller = aiosmtpd.controller.Controller(
            self, hostname="127.0.0.1", port=self._port, tls_context=context, require_starttls=True,
            auth_required=True, authenticator=self._authenticate)

    def __enter__(self):
        self._controller.start()
        return self

    def __exit__(self, *_failure):
        self._controller.stop()

    @property
    def address(self):
        return f"localhost:{self._port}"

    def _authenticate(self, _server, _session, _envelope, _mechanism, data):
        self.log_ins.append((data.login.decode(), data.password.decode()))
        is_known = self.log_ins[-1] == (USERNAME, PASSWORD)
        return aiosmtpd.smtp.AuthResult(success=is_known, handled=False)

    async def handle_RCPT(self, _server, _session, envelope, address, _options):
        if self._refusals.get(address):
            return self._refusals[address].pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, session, envelope):
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.is_private.append(session.ssl is not None)
        for recipient in envelope.rcpt_tos:
            self.mails.append((envelope.mail_from, recipient, message))
        return "250 taken"
