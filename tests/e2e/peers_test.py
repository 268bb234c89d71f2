#!/usr/bin/env python3
"""What tests fetch of others is pinned by hash, and refused when it differs."""

import hashlib
import pathlib

import harness
import kafka_broker
import moto_server
import s3_server


class Pins(harness.Case):
    def test_jars_are_those_of_the_list(self):
        """a changed one, one that is missing and one too many are named"""
        jars = self.folder / "jars"
        jars.mkdir()
        hashes = self.folder / "kafka-0.sha256"
        hashes.write_text("".join(f"{hashlib.sha256(name.encode()).hexdigest()}  {name}\n"
                                  for name in ("a.jar", "b.jar")))
        for name in ("a.jar", "b.jar"):
            (jars / name).write_text(name)
        self.assertIsNone(kafka_broker.differing(jars, hashes))
        (jars / "b.jar").write_text("changed")
        self.assertEqual(kafka_broker.differing(jars, hashes),
                         "not as kafka-0.sha256 has them: b.jar")
        (jars / "b.jar").unlink()
        (jars / "c.jar").write_text("more")
        self.assertEqual(kafka_broker.differing(jars, hashes),
                         "not as kafka-0.sha256 has them: b.jar, c.jar")

    def test_every_python_package_has_its_hashes(self):
        """and a version; pip then takes nothing else"""
        entries = moto_server.REQUIREMENTS.read_text().replace("\\\n", " ").splitlines()
        entries = [entry for entry in entries if entry and not entry.startswith("#")]
        self.assertGreater(len(entries), 10)
        for entry in entries:
            self.assertRegex(entry, r"^[a-z0-9-]+==\S+( +--hash=sha256:[0-9a-f]{64})+ *$")

    def test_every_go_module_has_its_hash(self):
        """each that go.mod names stands in go.sum"""
        sums = (s3_server.MODULE / "go.sum").read_text()
        modules = [line.split()[:2] for line in (s3_server.MODULE / "go.mod").read_text().splitlines()
                   if line.startswith("\t")]
        self.assertGreater(len(modules), 10)
        for path, version in modules:
            self.assertIn(f"{path} {version} h1:", sums)

    def test_the_kafka_versions_of_the_tests_have_lists(self):
        """one for each, with every jar once"""
        for version in (kafka_broker.VERSION, kafka_broker.SCRAM_VERSION):
            lines = (kafka_broker.POM.parent / f"kafka-{version}.sha256").read_text().splitlines()
            names = [pathlib.PurePath(line.split()[1]).name for line in lines]
            self.assertIn(f"kafka_2.13-{version}.jar", names)
            self.assertEqual(len(names), len(set(names)))


if __name__ == "__main__":
    harness.main()
