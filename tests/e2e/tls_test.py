#!/usr/bin/env python3
"""The API over TLS: certificates that are renewed while it runs, ciphers, and what is asked of the
owner of keys and tokens."""

import contextlib
import hashlib
import http.client
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess

import certificates
import harness
from harness import bellwether

TOKEN = "open-sesame"
AUTH = {"tokens": [{"name": "ops", "role": "admin",
                    "sha256": hashlib.sha256(TOKEN.encode()).hexdigest()}]}


class Encrypted(harness.Server):
    """A server that is asked over TLS, whatever certificate it shows."""

    def connect(self):
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return http.client.HTTPSConnection("127.0.0.1", self.port, timeout=20, context=context)

    def request(self, method, path, body=None, headers=None, timeout=20):
        with contextlib.closing(self.connect()) as connection:
            connection.request(method, path, body, {"Authorization": "Bearer " + TOKEN})
            response = connection.getresponse()
            return harness.Answer(response.status, dict(response.getheaders()), response.read())

    def shown(self):
        """The certificate that it shows to a new connection."""
        return ssl.PEM_cert_to_DER_cert(ssl.get_server_certificate(("127.0.0.1", self.port)))


class Tls(harness.Case):
    def setUp(self):
        super().setUp()
        self.certificate = self.folder / "server.pem"
        self.key = self.folder / "server.key"
        self.renew("first")
        folder = self.folder / "server"
        folder.mkdir()
        self.server = Encrypted(folder, {"server": {
            "tls": {"certificate": str(self.certificate), "key": str(self.key)}, "auth": AUTH}})
        self.addCleanup(harness.end, self.server)

    def renew(self, name):
        """Another certificate in the place of the one before, as tools for that put it: what it is."""
        made = certificates.make(self.folder, name)
        for source, target in zip(made, (self.certificate, self.key)):
            os.chmod(source, 0o600)
            os.replace(source, target)
        return ssl.PEM_cert_to_DER_cert(self.certificate.read_text())

    def handshake(self, *options):
        """What openssl's client says of a connection."""
        done = subprocess.run(
            ["openssl", "s_client", "-connect", f"127.0.0.1:{self.server.port}", *options],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=20)
        return done.returncode, done.stdout + done.stderr

    def test_a_changed_certificate_is_shown_without_a_signal(self):
        """within seconds, to new connections; one that is open goes on"""
        self.server.start()
        with contextlib.closing(self.server.connect()) as kept:
            kept.request("GET", "/healthz")
            kept.getresponse().read()
            socket_before = kept.sock
            renewed = self.renew("second")
            harness.wait_until(lambda: self.server.shown() == renewed, "the new certificate", 25,
                               0.5)
            kept.request("GET", "/healthz")
            self.assertEqual(kept.getresponse().status, 200)
            self.assertIs(kept.sock, socket_before)
        self.assertIn("the certificate has changed and was read again", self.server.log())

    def test_sighup_reads_it_at_once_or_keeps_the_old_one(self):
        """also one that does not fit its key is refused whole"""
        self.server.start()
        before = self.server.shown()
        renewed = self.renew("second")
        self.server.signal(signal.SIGHUP)
        harness.wait_until(lambda: self.server.shown() == renewed, "the new certificate", 5)
        self.assertNotEqual(before, renewed)

        certificates.make(self.folder, "third")
        os.replace(self.folder / "third.pem", self.certificate)
        self.server.signal(signal.SIGHUP)
        harness.wait_until(lambda: "configuration refused" in self.server.log(), "the refusal", 5)
        self.assertIn("tls.key", self.server.log())
        self.assertEqual(self.server.shown(), renewed)

    def test_only_ciphers_with_authentication_and_forward_secrecy(self):
        """nothing of TLS 1.2 but AES-GCM and ChaCha20 by ECDHE, and nothing older"""
        self.server.start()
        for cipher in ("AES128-SHA", "AES256-SHA256", "AES128-GCM-SHA256", "ECDHE-RSA-AES128-SHA",
                       "ECDHE-RSA-AES256-SHA384", "DHE-RSA-AES128-GCM-SHA256"):
            code, said = self.handshake("-tls1_2", "-cipher", cipher + ":@SECLEVEL=0")
            self.assertNotEqual(code, 0, cipher)
            self.assertIn("handshake failure", said, cipher)
        for cipher in ("ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-RSA-CHACHA20-POLY1305"):
            code, said = self.handshake("-tls1_2", "-cipher", cipher)
            self.assertEqual(code, 0, said)
            self.assertIn(f"Cipher is {cipher}", said)
        self.assertEqual(self.handshake("-tls1_3")[0], 0)
        self.assertNotEqual(self.handshake("-tls1_1", "-cipher", "ALL:@SECLEVEL=0")[0], 0)

    def test_a_key_that_others_may_read_is_told_of(self):
        """a warning; it starts all the same"""
        os.chmod(self.key, 0o644)
        self.server.start()
        self.assertRegex(self.server.log(), r"warning api: tls\.key '.*' is open to other users "
                         r"\(mode 0644\); take that away with: chmod 600 ")

    def test_health_asks_as_the_configuration_says(self):
        """over TLS with its own certificate; 1 when nobody answers, or with another certificate"""
        def ask():
            done = bellwether("health", "--config", self.server.config_path,
                              environment={"https_proxy": "http://127.0.0.1:9", "no_proxy": ""})
            return done.returncode, done.stdout + done.stderr
        self.assertEqual(ask()[0], 1)
        self.server.start()
        self.assertEqual(ask(), (0, f"https://127.0.0.1:{self.server.port}/healthz: ok\n"))
        other = certificates.make(self.folder, "other", ("elsewhere.example",))[0]
        shutil.copyfile(other, self.certificate)
        code, said = ask()
        self.assertEqual(code, 1)
        self.assertRegex(said, r"bellwether: asking https://127.*certificate")


class InTheClear(harness.Case):
    def test_tokens_need_tls_or_a_word_that_they_do_not(self):
        """off loopback without tls a server does not start, unless it says insecure: true"""
        server = harness.Server(self.folder, {})
        listen = f"0.0.0.0:{server.port}"
        server.configure({"server": {"listen": listen, "auth": AUTH}})
        done = bellwether("check", "--config", server.config_path)
        self.assertEqual(done.returncode, 1)
        self.assertTrue(re.search(r"server\.listen: .*without tls.*insecure: true", done.stderr),
                        done.stderr)

        server.configure({"server": {"listen": listen, "auth": AUTH, "insecure": True}})
        self.addCleanup(harness.end, server)
        server.start()
        done = bellwether("health", "--config", server.config_path)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        with socket.create_connection(("127.0.0.1", server.port), timeout=5):
            pass


if __name__ == "__main__":
    harness.main()
