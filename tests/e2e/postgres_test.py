#!/usr/bin/env python3
"""A detector that reads a real PostgreSQL: history, live intervals, connections that break, and
errors that say what is wrong."""

import datetime
import os
import random
import sys
import time

import harness
import made_up
import postgres_server
from harness import wait_until

HOURS = 400
ROWS_OF_A_HOUR = 3000  # In the table for broken connections: several round trips of the cursor.

POSTGRES = None


def setUpModule():
    global POSTGRES
    POSTGRES = postgres_server.PostgresServer().start()
    POSTGRES.run_sql("CREATE DATABASE shop", "postgres")
    POSTGRES.run_sql("CREATE TABLE orders (timestamp timestamptz, country text, device text, "
                     "orders integer, revenue numeric(12, 2)); "
                     "CREATE INDEX ON orders (timestamp)")
    POSTGRES.run_sql("COPY orders FROM STDIN WITH (FORMAT csv, HEADER)",
                     stdin=made_up.to_csv(made_up.rows(HOURS)))
    POSTGRES.run_sql(
        'CREATE SCHEMA "Busy"; CREATE TABLE "Busy"."Clicks" AS SELECT '
        "extract(epoch FROM timestamp '2025-01-01') + i / (%d / 3600.0) AS at, "
        "'p' || i %% 50 AS page, 1 + i %% 7 AS clicks FROM generate_series(0, %d) AS i"
        % (ROWS_OF_A_HOUR, 24 * ROWS_OF_A_HOUR - 1))


def tearDownModule():
    POSTGRES.remove()


def hour_at(hour, minutes=0):
    moment = made_up.START + datetime.timedelta(hours=hour, minutes=minutes)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


class FromPostgres(harness.Case):
    def url_file(self, url):
        path = self.folder / "url"
        path.write_text(url + "\n")
        return str(path)

    def orders(self, url=None, **changes):
        """A detector of the table `orders`."""
        postgres = {"url_file": self.url_file(url or POSTGRES.url()), "table": "orders", **changes}
        return made_up.detector(source={"postgres": postgres})

    def clicks(self, url, **changes):
        """A detector of the busy table."""
        postgres = {"url_file": self.url_file(url), "table": "Busy.Clicks", "historical": 24,
                    **changes}
        return {"name": "clicks", "interval": "1h", "dimensions": ["page"],
                "timestamp": {"column": "at", "format": "UNIX_SECONDS"},
                "measures": [{"column": "clicks", "aggregate": "sum"}],
                "source": {"postgres": postgres}}

    def served(self, detector, clock_at, speed=1, name="server"):
        return self.server({"detectors": [detector],
                            "clock": {"mode": "replay", "start": clock_at, "speed": speed}},
                           name=name)

    def check_orders(self, server, first, last):
        """What is stored of hours `first` to before `last` is what is in the table."""
        points = server.get("/detectors/shop/points", measure="orders", **{
            "from": hour_at(first), "to": hour_at(last)})
        wanted = {}
        for row in made_up.rows(last - first, first=first):
            wanted[row["timestamp"]] = wanted.get(row["timestamp"], 0) + row["orders"]
        self.assertEqual(points["values"], list(wanted.values()))

    def check_clicks(self, server):
        """Every hour's clicks, exactly, and nothing counted twice or refused."""
        server.wait_for_intervals("clicks", 24)
        points = server.get("/detectors/clicks/points", measure="clicks")
        wanted = [int(total) for total in POSTGRES.run_sql(
            "SELECT sum(clicks) FROM \"Busy\".\"Clicks\" "
            "GROUP BY floor(at / 3600) ORDER BY floor(at / 3600)").split()]
        self.assertEqual(points["values"], wanted)
        quality = server.list("/detectors/clicks/quality", "intervals")
        self.assertEqual({interval["rows"] for interval in quality}, {ROWS_OF_A_HOUR})
        self.assertEqual({interval.get("import_failure") for interval in quality} - {None, ""},
                         set())

    def readiness(self, server):
        try:
            return server.request("GET", "/readyz").body.decode()
        except OSError:
            return ""

    def fails_with(self, detector, *words):
        """The detector ends as failed and says why."""
        server = self.served(detector, hour_at(24), name=f"server-{len(list(self.folder.iterdir()))}")
        status = wait_until(lambda: (lambda one: one if one["state"] == "failed" else None)(
            server.status(detector["name"])), "the detector to fail")
        for word in words:
            self.assertIn(word, status["failure"])
        self.assertNotIn("p@ss", status["failure"])
        self.assertNotIn("p@ss", server.log())
        self.assertNotIn(postgres_server.URL_PASSWORD, server.log())
        server.stop()


class WholeIntervals(FromPostgres):
    def test_history_then_each_hour_when_it_is_due(self):
        """a backfill of hours, then one query per hour of a clock that runs an hour in 0.4 s"""
        server = self.served(self.orders(historical="15d"), hour_at(HOURS - 24), speed=9000)
        server.wait_for_intervals("shop", 360 + 12)
        earliest = HOURS - 24 - 360
        stored = server.get("/detectors/shop/points", measure="orders", **{
            "from": hour_at(0), "to": hour_at(HOURS)})["timestamps"]
        # The clock goes on while the server starts: it looks back from where it is by then.
        first = [hour_at(earliest + late) for late in range(10)].index(stored[0]) + earliest
        self.check_orders(server, first, first + 360 + 12)
        self.assertIn(server.status("shop")["state"], ("learning", "active"))
        asked = POSTGRES.run_sql("SELECT application_name FROM pg_stat_activity "
                                 "WHERE application_name <> 'psql' AND datname = 'shop'")
        self.assertIn(asked, ("bellwether", ""), "the session says who it is")

    def test_a_query_with_bounds(self):
        """:from and :to are bound wherever the query wants them, in the detector's own zone"""
        query = ("SELECT o.timestamp AT TIME ZONE 'Asia/Tokyo' AS local, ':from' AS country, "
                 "device, orders, revenue FROM orders AS o -- not :to\n"
                 "WHERE o.timestamp >= :from::timestamp AT TIME ZONE 'Asia/Tokyo' "
                 "AND o.timestamp < :to::timestamp AT TIME ZONE 'Asia/Tokyo';")
        detector = self.orders(historical=30, table="", query=query)
        detector["timestamp"] = {"column": "local", "timezone": "Asia/Tokyo"}
        server = self.served(detector, hour_at(31))
        server.wait_for_intervals("shop", 30)
        self.check_orders(server, 1, 31)

    def test_over_tls(self):
        """the session is libpq's own TLS, checked against the server's certificate"""
        options = f"?sslmode=verify-full&sslrootcert={POSTGRES.certificate}"
        server = self.served(self.orders(POSTGRES.url(options=options), historical=60),
                             hour_at(60))
        server.wait_for_intervals("shop", 60)
        self.check_orders(server, 0, 60)
        self.assertRegex(POSTGRES.log(), "application_name=bellwether SSL enabled")

    def test_rows_that_are_wide_and_too_wide(self):
        """half a megabyte a row is read by the piece; two megabytes fail their hour, and say so"""
        wide = ("SELECT timestamp, country, device, orders, revenue, repeat('x', CASE WHEN "
                "timestamp >= '2025-01-01 05:00:00+00' THEN 2000000 ELSE 500000 END) AS junk "
                "FROM orders WHERE timestamp >= :from AND timestamp < :to")
        server = self.served(self.orders(historical=6, table="", query=wide), hour_at(6))
        server.wait_for_intervals("shop", 6)
        self.check_orders(server, 0, 5)
        quality = server.get("/detectors/shop/quality")["intervals"]
        failures = [interval.get("import_failure", "")
                    for interval in sorted(quality, key=lambda interval: interval["start"])]
        self.assertEqual(failures[:5], [""] * 5)
        self.assertIn("max_row_bytes", failures[5])


class BrokenConnections(FromPostgres):
    def test_the_line_is_cut_among_rows(self):
        """a proxy drops a dozen connections in the middle of answers; nothing is lost or doubled"""
        proxy = postgres_server.DroppingProxy(POSTGRES.port, drops=12)
        self.addCleanup(proxy.close)
        server = self.served(self.clicks(POSTGRES.url(proxy.port)), hour_at(24))
        self.check_clicks(server)
        self.assertGreater(len(proxy.dropped_at), 0)
        self.assertIn("PostgreSQL at 127.0.0.1", server.log(), "that it broke is said")
        print(f"{len(proxy.dropped_at)} connections dropped, after {proxy.dropped_at} bytes")

    def test_the_server_ends_our_sessions(self):
        """pg_terminate_backend, again and again"""
        slow = ('SELECT at, page, clicks FROM "Busy"."Clicks" WHERE at >= :from AND at < :to '
                "AND (random() > 0.02 OR pg_sleep(0.001) IS NOT NULL)")
        server = self.served(self.clicks(POSTGRES.url(), table="", query=slow), hour_at(24))
        ended = 0
        deadline = time.monotonic() + 8
        while time.monotonic() < deadline and ended < 5:
            ended += POSTGRES.end_sessions()
            time.sleep(0.3)
        self.check_clicks(server)
        self.assertGreater(ended, 0)
        print(f"{ended} sessions ended")

    def test_our_server_is_killed(self):
        """kill -9 in the middle of the history; positions survive it"""
        dice = random.Random(5)
        slow = ('SELECT at, page, clicks FROM "Busy"."Clicks" WHERE at >= :from AND at < :to '
                "AND (random() > 0.01 OR pg_sleep(0.001) IS NOT NULL)")
        server = self.served(self.clicks(POSTGRES.url(), table="", query=slow), hour_at(24))
        for kill in range(6):
            # A third death in a row during its start would have the detector be `failed`.
            if kill % 2 == 0:
                before = server.status("clicks")["intervals"]
                server.wait_for_intervals("clicks", min(before + 1, 24))
            time.sleep(dice.uniform(0.1, 0.6))
            server.kill()
            server.start()
        self.check_clicks(server)
        self.assertEqual(server.stop(), 0)

    def test_a_database_that_is_away(self):
        """the interval waits while the database cannot be reached; one is given up after its time"""
        away = harness.free_port()
        detector = self.orders(POSTGRES.url(away), historical=3, give_up_after="0s")
        server = self.served(detector, hour_at(24))
        server.wait_for_intervals("shop", 3)
        quality = server.list("/detectors/shop/quality", "intervals")
        self.assertEqual([interval["rows"] for interval in quality], [0, 0, 0])
        for interval in quality:
            self.assertIn(f"PostgreSQL at 127.0.0.1:{away}/shop", interval["import_failure"])

        (self.folder / "patient").mkdir()
        patient = harness.Server(
            self.folder / "patient",
            {"detectors": [self.orders(POSTGRES.url(away), historical=3)],
             "clock": {"mode": "replay", "start": hour_at(24), "speed": 1}})
        self.addCleanup(harness.end, patient)
        patient.start(is_awaited=False)
        wait_until(lambda: "refused" in self.readiness(patient), "/readyz to say why")
        self.url_file(POSTGRES.url())
        patient.wait_for_intervals("shop", 3)
        self.check_orders(patient, 21, 24)

    def test_stopping_does_not_wait_for_a_query(self):
        """SIGTERM while the database thinks"""
        query = ('SELECT at, page, clicks FROM "Busy"."Clicks" WHERE at >= :from AND at < :to '
                 "AND pg_sleep(60) IS NOT NULL")
        server = self.served(self.clicks(POSTGRES.url(), table="", query=query), hour_at(24))
        wait_until(lambda: POSTGRES.run_sql(
            "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'bellwether' "
            "AND wait_event = 'PgSleep'") != "0", "the query to run")
        began = time.monotonic()
        self.assertEqual(server.stop(), 0)
        self.assertLess(time.monotonic() - began, 15)
        POSTGRES.end_sessions()


class Errors(FromPostgres):
    def test_what_cannot_work_says_what_would(self):
        """a table, a column, a password, a database; a query that writes"""
        self.fails_with(self.orders(table="public.Orders"), 'relation "public.Orders" does not',
                        "names are taken as written")
        detector = self.orders()
        detector["measures"][0]["column"] = "Orders"
        self.fails_with(detector, 'column "Orders" does not exist', "measures and dimensions")
        self.fails_with(self.orders(POSTGRES.url(password="wrong")),
                        "password authentication failed", "check user and password of the URL")
        self.fails_with(self.orders(POSTGRES.url(database="none")), 'database "none" does not')
        self.fails_with(self.orders("postgresql://keeper:p@ss/word@127.0.0.1/shop"),
                        "write %40 for @")
        writes = ("WITH gone AS (DELETE FROM orders WHERE timestamp >= :from AND timestamp < :to "
                  "RETURNING *) SELECT * FROM gone")
        self.fails_with(self.orders(table="", query=writes), "PostgreSQL at 127.0.0.1")
        self.assertEqual(POSTGRES.run_sql("SELECT count(*) FROM orders"), str(HOURS * 4))

    def test_check_finds_what_is_wrong_with_the_file(self):
        """a query without :to, a URL that stands in the file"""
        detector = self.orders(table="", query="SELECT :from")
        detector["source"]["postgres"]["url"] = "postgresql://x"
        config = {"detectors": [detector]}
        path = self.folder / "bad.yaml"
        path.write_text(harness.json.dumps(config))
        checked = harness.bellwether("check", "--config", path)
        self.assertEqual(checked.returncode, 1, checked)
        said = checked.stdout + checked.stderr
        self.assertIn("source.postgres.query: has no :to", said)
        self.assertIn("source.postgres.url: holds a password and is never inline", said)


if __name__ == "__main__":
    if postgres_server.find_programs() is None:
        print("skipped: PostgreSQL's programs are not installed; scripts/setup does it")
        sys.exit(1 if os.environ.get("CI") == "true" else 0)
    harness.main()
