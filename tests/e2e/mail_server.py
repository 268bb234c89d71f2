"""A real mail server for the tests: Debian's aiosmtpd, which demands TLS and a password."""

import email
import email.policy
import logging
import ssl

import certificates
import harness
import peers

try:
    import aiosmtpd.controller
    import aiosmtpd.smtp
except ImportError:
    aiosmtpd = None

# It warns at every log-in of what its next version leaves out, and of clients that trust it not.
for _name in ("mail.log", "asyncio"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)

USERNAME = "bellwether"
PASSWORD = "open sesame"


class MailServer:
    """Listens on a loopback port from the start of its `with` block to its end.

    `refusals` says by address what the server answers to it, once for each entry: "451 later".
    With `begins_with_tls` there is nothing in the clear to change from.
    """

    def __init__(self, folder, refusals=None, begins_with_tls=False):
        if aiosmtpd is None:
            peers.skip("aiosmtpd is not installed; run scripts/setup")
        kind = "tls" if begins_with_tls else "starttls"
        self.certificate, key = certificates.make(folder, f"mail-{kind}")
        self.mails = []  # As (sender, recipient, message).
        self.log_ins = []
        self.is_private = []  # Whether each came over TLS.
        self._refusals = {to: list(answers) for to, answers in (refusals or {}).items()}
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, key)
        self._begins_with_tls = begins_with_tls
        self._port = harness.free_port()
        self._controller = aiosmtpd.controller.Controller(
            self, hostname="127.0.0.1", port=self._port, auth_required=True,
            authenticator=self._authenticate, **(
                {"ssl_context": context, "auth_require_tls": False} if begins_with_tls else
                {"tls_context": context, "require_starttls": True}))

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
        self.is_private.append(session.ssl is not None or self._begins_with_tls)
        for recipient in envelope.rcpt_tos:
            self.mails.append((envelope.mail_from, recipient, message))
        return "250 taken"
