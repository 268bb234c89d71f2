#!/usr/bin/env python3
"""`bellwether demo --once`: the main job with no set-up."""

import re

import harness


class Demo(harness.Case):
    def test_once(self):
        """prints groups and deliveries, then precision, recall and F1 of at least 0.90"""
        done = harness.bellwether("demo", "--once", "--port", 0, cwd=self.folder, timeout=200)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stdout, r"\d+ groups, \d+ deliveries\n")
        self.assertRegex(done.stdout, r"delivery +anomaly\.opened for alert ")
        found = re.search(r"points +precision ([\d.]+) +recall ([\d.]+) +F1 ([\d.]+)", done.stdout)
        self.assertIsNotNone(found, done.stdout[-2000:])
        print(found[0], flush=True)
        for figure in found.groups():
            self.assertGreaterEqual(float(figure), 0.90)
        self.assertEqual(list(self.folder.iterdir()), [], "it leaves nothing behind")


if __name__ == "__main__":
    harness.main()
