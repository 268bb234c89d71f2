"""A real Kafka broker for the tests: one node in KRaft mode on a loopback port.

Its jars come from Maven Central by tests/peers/kafka/pom.xml, once, into a cache outside the source
tree, and must be those of tests/peers/kafka/*.sha256. Where they cannot be had the tests are
skipped, but not in CI.
"""

import hashlib
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import time

import certificates
import harness
import peers

VERSION = "4.0.2"
# Later brokers refuse SCRAM as librdkafka before 2.6.1 does it.
SCRAM_VERSION = "3.9.1"
PEER = pathlib.Path(os.environ.get("BELLWETHER_BUILD") or
                    pathlib.Path(harness.BINARY).parent) / "tests" / "kafka" / "kafka_peer"
POM = harness.SOURCE / "tests" / "peers" / "kafka" / "pom.xml"
CLUSTER = "bellwether-tests-aaaaaa"


def jars(version=VERSION):
    """The folder with the broker's jars; skips the test where it cannot be had."""
    return peers.need("Kafka broker", f"kafka-{version}", [POM, _hashes(version)],
                      lambda folder: _fetch(folder, version))


def _hashes(version):
    """The file with the SHA-256 of every jar, as `sha256sum *.jar` writes it."""
    return POM.parent / f"kafka-{version}.sha256"


def _fetch(folder, version):
    """Why the jars cannot be had; None when they are there."""
    for tool in ("java", "mvn"):
        if shutil.which(tool) is None:
            return f"{tool} is not installed; run scripts/setup"
    try:
        fetched = subprocess.run(
            ["mvn", "-B", "-q", "--strict-checksums", "-f", str(POM),
             "dependency:copy-dependencies",
             f"-DoutputDirectory={folder}", f"-Dkafka.version={version}"],
            capture_output=True, text=True, check=False, timeout=600, stdin=subprocess.DEVNULL)
    except subprocess.TimeoutExpired:
        return "fetching Kafka's jars took more than ten minutes"
    if fetched.returncode != 0:
        return "Kafka's jars could not be fetched: " + (fetched.stdout + fetched.stderr)[-500:]
    return differing(folder, _hashes(version))


def differing(folder, hashes):
    """Why the jars of a folder are not those of the list, each of them and no other; None if they
    are."""
    wanted = dict(reversed(line.split()) for line in hashes.read_text().splitlines())
    found = {jar.name: hashlib.sha256(jar.read_bytes()).hexdigest() for jar in folder.glob("*.jar")}
    wrong = sorted(name for name in wanted.keys() | found.keys()
                   if wanted.get(name) != found.get(name))
    return f"not as {hashes.name} has them: {', '.join(wrong[:10])}" if wrong else None


def folder():
    """A folder for a broker that several tests share; to be cleaned up."""
    return tempfile.TemporaryDirectory(prefix="bellwether-kafka-", ignore_cleanup_errors=True)


class Broker:
    """Started by `start`, ended by `stop` or `kill`, started again with what it had kept.

    At `secured_address` clients must log in by SASL/PLAIN or SCRAM-SHA-256 as `bellwether` with
    `password`; at `tls_address`, where it shows `certificate`, with an OAuth token, which nobody
    need have signed.
    """

    password = "open-sesame"

    def __init__(self, folder, version=VERSION):
        self.jars = jars(version)
        self.folder = pathlib.Path(folder) / "broker"
        self.folder.mkdir()
        self.port = harness.free_port()
        self.secured_port = harness.free_port()
        self.tls_port = harness.free_port()
        self.controller_port = harness.free_port()
        self.address = f"127.0.0.1:{self.port}"
        self.secured_address = f"127.0.0.1:{self.secured_port}"
        self.tls_address = f"127.0.0.1:{self.tls_port}"
        self.certificate, key = certificates.make(self.folder, "broker")
        self.key_store = self.folder / "broker-key-store.pem"
        self.key_store.write_text(key.read_text() + self.certificate.read_text())
        self.process = None
        self._configure()

    def _configure(self):
        modules = "org.apache.kafka.common.security"
        login = f"{modules}.plain.PlainLoginModule required"
        clients = (f"CLIENTS://127.0.0.1:{self.port},SECURED://127.0.0.1:{self.secured_port},"
                   f"TLS://127.0.0.1:{self.tls_port}")
        lines = [
            "process.roles=broker,controller", "node.id=1",
            f"controller.quorum.voters=1@127.0.0.1:{self.controller_port}",
            f"listeners={clients},CONTROLLER://127.0.0.1:{self.controller_port}",
            f"advertised.listeners={clients}",
            "listener.security.protocol.map=CLIENTS:PLAINTEXT,SECURED:SASL_PLAINTEXT,TLS:SASL_SSL,"
            "CONTROLLER:PLAINTEXT",
            "listener.name.secured.sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256",
            "listener.name.secured.scram-sha-256.sasl.jaas.config="
            f"{modules}.scram.ScramLoginModule required;",
            f"listener.name.secured.plain.sasl.jaas.config={login} username=\"bellwether\" "
            f"password=\"{self.password}\" user_bellwether=\"{self.password}\";",
            "listener.name.tls.ssl.keystore.type=PEM",
            f"listener.name.tls.ssl.keystore.location={self.key_store}",
            "listener.name.tls.sasl.enabled.mechanisms=OAUTHBEARER",
            "listener.name.tls.oauthbearer.sasl.jaas.config="
            f"{modules}.oauthbearer.OAuthBearerLoginModule required "
            "unsecuredLoginStringClaim_sub=\"broker\";",
            "controller.listener.names=CONTROLLER", "inter.broker.listener.name=CLIENTS",
            f"log.dirs={self.folder / 'logs'}", "auto.create.topics.enable=false",
            "offsets.topic.replication.factor=1", "offsets.topic.num.partitions=1",
            "transaction.state.log.replication.factor=1", "transaction.state.log.min.isr=1",
            "transaction.state.log.num.partitions=1", "group.initial.rebalance.delay.ms=0",
            "group.min.session.timeout.ms=500", "num.network.threads=2", "num.io.threads=2",
            # Messages of the tests carry fixed times; no age may delete them.
            "log.retention.ms=-1", "log.initial.task.delay.ms=0",
            "log.retention.check.interval.ms=500",
            "log.cleaner.dedupe.buffer.size=2000000",
            "log.segment.delete.delay.ms=100", "controlled.shutdown.enable=true"]
        self.properties = self.folder / "server.properties"
        self.properties.write_text("\n".join(lines) + "\n")
        formatted = self._java(
            "kafka.tools.StorageTool", "format", "-t", CLUSTER, "-c", str(self.properties),
            "--add-scram", f"SCRAM-SHA-256=[name=bellwether,password={self.password}]")
        done = subprocess.run(formatted, capture_output=True, text=True, check=False, timeout=120)
        if done.returncode != 0:
            raise AssertionError("formatting the broker's storage: " + done.stdout + done.stderr)

    def _java(self, *arguments):
        return ["java", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
                "-cp", f"{self.jars}/*", *arguments]

    def start(self):
        with open(self.folder / "broker.log", "ab") as log:
            self.process = subprocess.Popen(
                self._java("kafka.Kafka", str(self.properties)), cwd=self.folder,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        harness.watch(self.process)
        harness.wait_until(self.is_up, "the Kafka broker", 120, 0.2)
        return self

    def is_up(self):
        if self.process.poll() is not None:
            raise AssertionError("the broker ended: " +
                                 (self.folder / "broker.log").read_text()[-3000:])
        with socket.socket() as probe:
            probe.settimeout(1)
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self):
        self.process.kill()
        self.process.wait(timeout=20)

    @staticmethod
    def _environment(properties):
        return {**os.environ,
                "KAFKA_PROPERTIES": " ".join(f"{n}={v}" for n, v in properties.items())}

    def peer(self, verb, topic, *arguments, text=None, timeout=180, **properties):
        """What the peer program says."""
        deadline = time.monotonic() + 60
        while True:
            done = subprocess.run(
                [PEER, verb, self.address, topic, *map(str, arguments)], input=text or "",
                capture_output=True, text=True, check=False, timeout=timeout,
                env=self._environment(properties))
            if done.returncode == 0:
                return done.stdout
            # Right after a topic was made or grown not every part of the broker knows it.
            if verb not in ("create", "grow", "delete") or time.monotonic() > deadline:
                raise AssertionError(f"kafka_peer {verb} {topic}: {done.stderr}")
            time.sleep(0.5)

    def making(self, topic, rows, rows_per_interval, rows_per_second, spikes=()):
        """A started program that makes rows, and in the end says the orders per interval."""
        process = subprocess.Popen(
            [PEER, "make", self.address, topic, str(rows), str(rows_per_interval),
             str(rows_per_second), ",".join(map(str, spikes))], stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, text=True, env=self._environment({}))
        harness.watch(process)
        return process

    def write(self, topic, messages, **properties):
        """Messages as (partition, value) or (partition, value, time in ms); None is no value."""
        lines = []
        for partition, value, *time_of in messages:
            shown = "null" if value is None else value.replace("\n", "\\n")
            lines.append(f"{partition} {time_of[0] if time_of else '-'} {shown}\n")
        self.peer("write", topic, text="".join(lines), **properties)

    def read(self, topic):
        """All messages of a topic, as (headers, value); the key is a header `(key)`."""
        messages = []
        for line in self.peer("read", topic).splitlines():
            *headers, value = line.split("\t")
            messages.append((dict(header.split("=", 1) for header in headers), value))
        return messages
