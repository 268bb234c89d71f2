"""Debian's Prometheus Alertmanager, alone in its cluster."""

import json
import shutil
import subprocess
import urllib.request

import harness
import peers

BINARY = shutil.which("prometheus-alertmanager")


class Alertmanager:
    """One process in a folder of its own, on a port that was free. It tells `hook`, if any, of every
    alert and of its end."""

    def __init__(self, folder, hook=None):
        folder.mkdir()
        self.url = f"http://127.0.0.1:{harness.free_port()}"
        (folder / "alertmanager.yml").write_text(json.dumps(
            {"route": {"receiver": "test", "group_by": ["..."], "group_wait": "0s",
                       "group_interval": "1s"},
             "receivers": [{"name": "test", "webhook_configs":
                            [{"url": hook, "send_resolved": True}] if hook else []}]}))
        self._log = open(folder / "log", "wb")
        self.process = subprocess.Popen(
            [BINARY, f"--config.file={folder}/alertmanager.yml", f"--storage.path={folder}/data",
             "--cluster.listen-address=", f"--web.listen-address={self.url[7:]}"],
            stdout=self._log, stderr=self._log)
        harness.watch(self.process)
        harness.wait_until(self._is_ready, "Alertmanager")

    def _is_ready(self):
        try:
            with urllib.request.urlopen(self.url + "/-/ready", timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False

    def alerts(self):
        """Those that it holds for firing."""
        with urllib.request.urlopen(self.url + "/api/v2/alerts", timeout=5) as answer:
            return json.load(answer)

    def stop(self):
        self.process.kill()
        self.process.wait(timeout=10)
        self._log.close()


def require():
    """Skips a test where there is no Alertmanager, and says so; on CI it fails."""
    if not BINARY:
        peers.skip("there is no `prometheus-alertmanager` here; scripts/setup installs Debian's")
