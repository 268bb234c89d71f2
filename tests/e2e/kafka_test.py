#!/usr/bin/env python3
"""Kafka topics as sources, on a real broker: formats, compression, dead letters, silent and new
partitions, broker restarts, log-in, restarts of the server."""

import datetime
import json

import harness
import kafka_broker
import made_up
from harness import wait_until

HOURS = 30
QUICK = {"session.timeout.ms": "2000", "heartbeat.interval.ms": "500",
         "topic.metadata.refresh.interval.ms": "1000"}


def rows_by_partition(hours, partitions, first=0):
    """Rows of made-up hours; each series in one partition."""
    return [(index % 4 % partitions, row)
            for index, row in enumerate(made_up.rows(hours, first=first))]


def orders_of(rows):
    totals = {}
    for _, row in rows:
        at = row["timestamp"].replace(" ", "T") + "Z"
        totals[at] = totals.get(at, 0) + row["orders"]
    return totals


class KafkaTopics(harness.Case):
    @classmethod
    def setUpClass(cls):
        cls.kept = kafka_broker.folder()
        cls.addClassCleanup(cls.kept.cleanup)
        cls.broker = kafka_broker.Broker(cls.kept.name).start()
        cls.addClassCleanup(cls.broker.kill)

    def detector(self, topic, name=None, **kafka):
        properties = {**QUICK, **kafka.pop("properties", {})}
        changes = kafka.pop("detector", {})
        return made_up.detector(name or topic, source={"kafka": {
            "brokers": self.broker.address, "topic": topic, "group": f"group-{name or topic}",
            "idle_timeout": "2s", "properties": properties, **kafka}}, **changes)

    def stored(self, server, detector):
        points = server.get(f"/detectors/{detector}/points", measure="orders",
                            **{"from": made_up.rfc3339(-10), "to": made_up.rfc3339(1000)})
        return {at: value for at, value in zip(points["timestamps"], points["values"]) if value}

    def wait_for_hour(self, server, detector, hour, seconds=60):
        wait_until(lambda: (server.status(detector).get("last_interval") or "") >=
                   made_up.rfc3339(hour), f"hour {hour} of {detector}\n{server.log()[-3000:]}", seconds, 0.2)

    def test_counts_every_row_whatever_its_compression_and_keeps_what_it_cannot_read(self):
        """json: compression, several lines, no value, dead letters, a restart"""
        self.broker.peer("create", "json", 2)
        self.broker.peer("create", "json-dead", 1)
        made = rows_by_partition(HOURS, 2)
        messages = [(partition, json.dumps(row)) for partition, row in made]
        for index, codec in enumerate(("none", "gzip", "snappy", "lz4", "zstd")):
            begin, end = index * len(messages) // 5, (index + 1) * len(messages) // 5
            self.broker.write("json", messages[begin:end], **{"compression.codec": codec})
        more = rows_by_partition(2, 2, first=HOURS)
        lines = "\n".join(json.dumps(row) for _, row in more[:4])
        self.broker.write("json", [(0, lines), (0, None), (1, "{oops"), (0, '{"timestamp":"x"}'),
                                   *((p, json.dumps(row)) for p, row in more[4:])])
        server = self.server({"detectors": [self.detector("json", dead_letter_topic="json-dead")]})
        self.wait_for_hour(server, "json", HOURS)
        wanted = orders_of(made + more)
        self.assertEqual(self.stored(server, "json"),
                         {at: n for at, n in wanted.items() if at <= made_up.rfc3339(HOURS)})

        letters = self.broker.read("json-dead")
        self.assertEqual(sorted(value for _, value in letters), ['{"timestamp":"x"}', "{oops"])
        headers = next(headers for headers, value in letters if value == "{oops")
        self.assertEqual((headers["bellwether-topic"], headers["bellwether-partition"],
                          headers["bellwether-fault"], headers["bellwether-detector"]),
                         ("json", "1", "unreadable", "json"))
        self.assertIn("not a JSON object", headers["bellwether-reason"])

        # Killed and started again it goes on where its own store says, without counting twice.
        server.kill()
        last = rows_by_partition(3, 2, first=HOURS + 2)
        self.broker.write("json", [(p, json.dumps(row)) for p, row in last])
        server.start()
        self.wait_for_hour(server, "json", HOURS + 3)
        wanted = orders_of(made + more + last)
        self.assertEqual(self.stored(server, "json"),
                         {at: n for at, n in wanted.items() if at <= made_up.rfc3339(HOURS + 3)})
        quality = server.list("/detectors/json/quality", "intervals", limit=100)
        rejected = [one["rejected"] for one in quality if one["rejected"].get("total")]
        self.assertEqual(sum(one["total"] for one in rejected), 2, rejected)
        self.assertIn("partition 1, offset", json.dumps(rejected))
        wait_until(lambda: 'bellwether_kafka_lag{detector="json",partition="0"} 0' in
                   server.request("GET", "/metrics").body.decode(), "no lag", 20)

    def test_reads_csv_by_the_messages_time_and_from_the_latest_on(self):
        """csv, timestamp: message, start: latest"""
        self.broker.peer("create", "csv", 1)
        start = int(made_up.START.replace(tzinfo=datetime.timezone.utc).timestamp()) * 1000

        def write(hours):
            self.broker.write("csv", [(0, "NL,phone,1,2.5\nBE,phone,10,2.5",
                                       start + hour * 3_600_000) for hour in hours])

        def sums(hours):
            return {made_up.rfc3339(hour): 11 for hour in hours}

        write(range(3))
        form = {"csv": {"header": False, "columns": ["country", "device", "orders", "revenue"]}}
        server = self.server({"detectors": [
            self.detector("csv", "all", format=form, timestamp="message"),
            self.detector("csv", "new", format=form, timestamp="message", start="latest")]})
        self.wait_for_hour(server, "all", 1)
        wait_until(lambda: "assigned partition 0" in server.log() and
                   server.log().count("assigned partition 0") >= 2, "both to be assigned", 60)
        wait_until(lambda: 'bellwether_kafka_lag{detector="new",partition="0"} 0' in
                   server.request("GET", "/metrics").body.decode(), "the end of the topic", 60)
        write(range(3, 7))
        self.wait_for_hour(server, "all", 5)
        self.wait_for_hour(server, "new", 5)
        self.assertEqual(self.stored(server, "all"), sums(range(6)))
        self.assertEqual(self.stored(server, "new"), sums(range(3, 6)))

    def test_waits_for_partitions_that_have_rows_and_not_for_those_that_do_not(self):
        """a silent partition, an added one, a broker that is gone for a while"""
        self.broker.peer("create", "parts", 2)
        rows = rows_by_partition(12, 1)

        def write(partition, part):
            self.broker.write("parts", [(partition, json.dumps(row)) for _, row in part])

        write(0, rows[:20])
        server = self.server({"detectors": [self.detector("parts")]})
        self.wait_for_hour(server, "parts", 3)

        self.broker.peer("grow", "parts", 4)
        write(3, rows[20:24])
        write(0, rows[24:36])
        self.wait_for_hour(server, "parts", 6)
        self.assertEqual(self.stored(server, "parts").get(made_up.rfc3339(5)),
                         orders_of(rows)[made_up.rfc3339(5)])

        self.broker.stop()
        wait_until(lambda: not server.part("detector parts")["ready"],
                   "the detector to be shown as not ready", 60)
        self.assertTrue(server.is_ready())
        self.broker.start()
        wait_until(lambda: server.part("detector parts")["ready"], "readiness", 60)
        write(2, rows[36:])
        self.wait_for_hour(server, "parts", 10)
        self.assertEqual(self.stored(server, "parts"),
                         {at: n for at, n in orders_of(rows).items() if at <= made_up.rfc3339(10)})

    def test_logs_in_and_says_when_it_may_not(self):
        """SASL, the password by file"""
        self.broker.peer("create", "sasl", 1)
        self.broker.write("sasl", [(0, json.dumps(row)) for _, row in rows_by_partition(5, 1)])
        login = {"security.protocol": "SASL_PLAINTEXT", "sasl.mechanism": "PLAIN",
                 "sasl.username": "bellwether"}
        secrets = {}
        for name, text in (("right", self.broker.password), ("wrong", "guess")):
            secrets[name] = self.folder / name
            secrets[name].write_text(text + "\n")
        detectors = [self.detector("sasl", name, brokers=self.broker.secured_address,
                                   properties=login,
                                   secret_properties={"sasl.password": {"file": str(path)}})
                     for name, path in secrets.items()]
        server = self.server({"detectors": detectors[:1]})
        self.wait_for_hour(server, "right", 3)
        self.assertEqual(server.stop(), 0)
        server.configure({"detectors": detectors})
        server.start(is_awaited=False)
        answer = wait_until(lambda: self.refusal(server), "the refused log-in to show", 60)
        self.assertIn("no broker of", answer)
        self.assertNotIn(self.broker.password, server.log())

    def test_logs_in_by_scram(self):
        """On a broker that takes it from every librdkafka"""
        with kafka_broker.folder() as kept:
            broker = kafka_broker.Broker(kept, kafka_broker.SCRAM_VERSION).start()
            self.addCleanup(broker.kill)
            broker.peer("create", "scram", 1)
            rows = rows_by_partition(5, 1)
            broker.write("scram", [(0, json.dumps(row)) for _, row in rows])
            password = self.folder / "password"
            password.write_text(broker.password + "\n")
            login = {"security.protocol": "SASL_PLAINTEXT", "sasl.mechanism": "SCRAM-SHA-256",
                     "sasl.username": "bellwether"}
            server = self.server({"detectors": [
                self.detector("scram", brokers=broker.secured_address, properties=login,
                              secret_properties={"sasl.password": {"file": str(password)}})]})
            self.wait_for_hour(server, "scram", 3)
            self.assertEqual(self.stored(server, "scram"), {
                at: n for at, n in orders_of(rows).items() if at <= made_up.rfc3339(3)})
            self.assertEqual(server.stop(), 0)

    def test_logs_in_over_tls(self):
        """OAUTHBEARER, and a broker whose certificate nobody vouches for"""
        self.broker.peer("create", "tls", 1)
        rows = rows_by_partition(5, 1)
        self.broker.write("tls", [(0, json.dumps(row)) for _, row in rows])
        token = {"security.protocol": "SASL_SSL", "sasl.mechanism": "OAUTHBEARER",
                 "enable.sasl.oauthbearer.unsecure.jwt": "true",
                 "sasl.oauthbearer.config": "principal=bellwether"}
        trusting = {**token, "ssl.ca.location": str(self.broker.certificate)}
        server = self.server({"detectors": [
            self.detector("tls", brokers=self.broker.tls_address, properties=trusting)]})
        self.wait_for_hour(server, "tls", 3)
        self.assertEqual(self.stored(server, "tls"), {
            at: n for at, n in orders_of(rows).items() if at <= made_up.rfc3339(3)})

        self.assertEqual(server.stop(), 0)
        server.configure({"detectors": [
            self.detector("tls", "stranger", brokers=self.broker.tls_address, properties=token)]})
        server.start(is_awaited=False)
        wait_until(lambda: "certificate verify failed" in server.log(), "the refusal in the log",
                   60)
        wait_until(lambda: not server.part("detector tls")["ready"], "the server to say so")

    @staticmethod
    def refusal(server):
        try:
            answer = server.request("GET", "/readyz")
        except OSError:
            return None
        text = answer.body.decode()
        return text if "uthenticat" in text else None

    def test_refuses_properties_that_cannot_be(self):
        """check names the line"""
        config = self.folder / "wrong.yaml"
        config.write_text(
            "detectors:\n"
            "  - name: shop\n    interval: 1h\n    measures: [{ column: orders }]\n"
            "    source:\n      kafka:\n        brokers: localhost:9092\n        topic: t\n"
            "        properties:\n          sasl.mechanisn: PLAIN\n          group.id: mine\n"
            "          sasl.password: inline\n")
        found = harness.bellwether("check", "--config", config)
        self.assertEqual(found.returncode, 1)
        for line in (":10:27: detectors[0].source.kafka.properties.sasl.mechanisn: No such",
                     ":11:21: detectors[0].source.kafka.properties.group.id: cannot be set: use",
                     ":12:26: detectors[0].source.kafka.properties.sasl.password: secrets are never"):
            self.assertIn(line, found.stdout + found.stderr)


if __name__ == "__main__":
    harness.main()
