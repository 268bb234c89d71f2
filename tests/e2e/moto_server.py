"""A real server that speaks SNS and SQS for the tests: moto's, on a loopback port.

It comes from the Python package index, once, into a cache outside the source tree, by the hashes of
tests/peers/moto. Where it cannot be had the tests are skipped, but not in CI.
"""

import http.client
import json
import pathlib
import subprocess
import sys
import urllib.parse
import xml.etree.ElementTree

import harness
import peers

REQUIREMENTS = harness.SOURCE / "tests" / "peers" / "moto" / "requirements.txt"
REGION = "eu-west-1"
ACCOUNT = "123456789012"  # moto's own.


def program():
    """The server's program; skips the test where it cannot be had."""
    return peers.need("SNS server", "moto", [REQUIREMENTS], _install) / "bin" / "moto_server"


def _install(folder):
    """Why the server cannot be had; None when it is there."""
    try:
        for command in ([sys.executable, "-m", "venv", folder],
                        [folder / "bin" / "pip", "install", "--quiet", "--no-input",
                         "--disable-pip-version-check", "--only-binary", ":all:",
                         "--require-hashes", "--requirement", REQUIREMENTS]):
            done = subprocess.run(command, capture_output=True, text=True, check=False,
                                  timeout=600, stdin=subprocess.DEVNULL)
            if done.returncode != 0:
                return "moto could not be installed: " + (done.stdout + done.stderr)[-500:]
    except subprocess.TimeoutExpired:
        return "installing moto took more than ten minutes"
    return None


class MotoServer:
    """Started by `start`, ended by `stop`. Its own clients go unsigned; it checks nobody."""

    def __init__(self, folder):
        self.program = program()
        self.log = pathlib.Path(folder) / "moto.log"
        self.port = harness.free_port()
        self.process = None

    def start(self):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [self.program, "-H", "127.0.0.1", "-p", str(self.port)],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        harness.watch(self.process)
        harness.wait_until(self._answers, "moto to answer", 60, 0.2)
        return self

    def _answers(self):
        if self.process.poll() is not None:
            raise AssertionError("moto ended: " + self.log.read_text()[-1000:])
        try:
            return self.request("GET", "/moto-api/")[0] == 200
        except OSError:
            return False

    def stop(self):
        self.process.kill()
        self.process.wait(timeout=10)

    def request(self, method, path, body=b"", headers=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    @staticmethod
    def _scope(service):
        """By this alone moto knows who is meant."""
        return {"Authorization": f"AWS4-HMAC-SHA256 Credential=TEST/20260101/{REGION}/{service}"
                                 "/aws4_request,SignedHeaders=host,Signature=none"}

    def _sns(self, action, **parameters):
        body = urllib.parse.urlencode({"Action": action, "Version": "2010-03-31", **parameters})
        status, answer = self.request(
            "POST", "/", body.encode(),
            {"Content-Type": "application/x-www-form-urlencoded", **self._scope("sns")})
        if status != 200:
            raise AssertionError(f"{action}: {status} {answer[:500]!r}")
        return xml.etree.ElementTree.fromstring(answer)

    def _sqs(self, action, **parameters):
        status, answer = self.request(
            "POST", "/", json.dumps(parameters).encode(),
            {"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": f"AmazonSQS.{action}",
             **self._scope("sqs")})
        if status != 200:
            raise AssertionError(f"{action}: {status} {answer[:500]!r}")
        return json.loads(answer or "{}")

    def create_topic(self, name):
        """Its ARN."""
        return self._sns("CreateTopic", Name=name).find(".//{*}TopicArn").text

    def subscribe(self, topic, queue, policy=None):
        """A queue of that name which gets what the topic gets, as far as a filter policy lets it."""
        arn = f"arn:aws:sqs:{REGION}:{ACCOUNT}:{queue}"
        self._sqs("CreateQueue", QueueName=queue)
        attributes = {}
        if policy is not None:
            attributes = {"Attributes.entry.1.key": "FilterPolicy",
                          "Attributes.entry.1.value": json.dumps(policy)}
        self._sns("Subscribe", TopicArn=topic, Protocol="sqs", Endpoint=arn, **attributes)

    def receive(self, queue):
        """The envelopes of all messages that are in the queue; they are in it no longer."""
        url = f"http://127.0.0.1:{self.port}/{ACCOUNT}/{queue}"
        envelopes = []
        while True:
            got = self._sqs("ReceiveMessage", QueueUrl=url, MaxNumberOfMessages=10,
                            WaitTimeSeconds=0).get("Messages", [])
            for message in got:
                envelopes.append(json.loads(message["Body"]))
                self._sqs("DeleteMessage", QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            if not got:
                return envelopes
