"""Debian's Prometheus, scraping an exporter of the test and writing to a server of ours."""

import http.server
import json
import shutil
import subprocess
import threading
import urllib.parse
import urllib.request

import harness
import peers

BINARY = shutil.which("prometheus")


class Exporter:
    """A page of gauges. `text` makes it anew at every scrape."""

    def __init__(self, text):
        class Page(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                body = text().encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/plain; version=0.0.4")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
        self.address = f"127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


class Prometheus:
    """One process in a folder of its own, on a port that was free."""

    def __init__(self, folder, targets, url, token, rules=()):
        self.folder = folder
        folder.mkdir()
        self.url = f"http://127.0.0.1:{harness.free_port()}"
        remote = {"url": url, "authorization": {"credentials": token}, "remote_timeout": "5s",
                  # One shard keeps the order of time, also after an outage.
                  "queue_config": {"max_shards": 1, "batch_send_deadline": "500ms",
                                   "min_backoff": "100ms", "max_backoff": "500ms",
                                   "retry_on_http_429": True}}
        (folder / "rules.yml").write_text(json.dumps(
            {"groups": [{"name": "made", "interval": "1s", "rules": list(rules)}]}))
        (folder / "prometheus.yml").write_text(json.dumps({
            "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
            "rule_files": ["rules.yml"],
            "scrape_configs": [{"job_name": "rooms", "static_configs": [{"targets": targets}]}],
            "remote_write": [remote]}))
        self.process = None

    def start(self):
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(
                [BINARY, "--config.file=prometheus.yml", "--storage.tsdb.path=data",
                 "--web.listen-address=" + self.url.removeprefix("http://")],
                cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        harness._children.append(self.process)
        harness.wait_until(self.is_ready, "Prometheus to be ready", seconds=60)
        return self

    def is_ready(self):
        if self.process.poll() is not None:
            raise AssertionError("Prometheus ended:\n" + (self.folder / "log").read_text())
        try:
            with urllib.request.urlopen(self.url + "/-/ready", timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False

    def samples(self, metric, window="10m"):
        """Every sample it holds of a metric: [labels, [(milliseconds, value), ...]]."""
        query = urllib.parse.urlencode({"query": f"{metric}[{window}]"})
        with urllib.request.urlopen(f"{self.url}/api/v1/query?{query}", timeout=10) as answer:
            found = json.load(answer)["data"]["result"]
        return [(series["metric"], [(round(time * 1000), float(value))
                                    for time, value in series["values"]]) for series in found]

    def stop(self):
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait(timeout=10)


def require():
    """Skips a test where there is no Prometheus, and says so; on CI it fails."""
    if not BINARY:
        peers.skip("there is no `prometheus` here; scripts/setup installs Debian's")
