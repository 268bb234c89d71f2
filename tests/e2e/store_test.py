#!/usr/bin/env python3
"""verify, backup and restore, also beside a running server."""

import os
import stat
import subprocess

import harness
import made_up
from harness import bellwether


class KeptData(harness.Case):
    def setUp(self):
        super().setUp()
        self.config = {"detectors": [made_up.detector()]}
        self.shop = self.server(self.config)
        self.shop.push_all("shop", made_up.rows(140, (100,)))
        self.shop.wait_for_intervals("shop", 139)

    def run_well(self, *arguments):
        done = bellwether(*arguments)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def test_verify(self):
        """counts what is there, of a running server and of one that is gone"""
        self.assertRegex(self.run_well("verify", "--data", self.shop.data), r"intervals +139\n")
        self.shop.kill()
        self.assertRegex(self.run_well("verify", "--data", self.shop.data), r"intervals +139\n")

    def test_damage_is_found(self):
        """bytes that turned in a data file: exit code 1 and where"""
        self.assertEqual(self.shop.stop(), 0)
        tables = sorted((path for path in self.shop.data.rglob("*")
                         if path.suffix in (".sst", ".log")),
                        key=lambda path: -path.stat().st_size)
        self.assertTrue(tables, "a stopped server leaves its data in tables and logs")
        damaged = bytearray(tables[0].read_bytes())
        middle = len(damaged) // 2
        damaged[middle:middle + 64] = bytes(byte ^ 0xFF for byte in damaged[middle:middle + 64])
        tables[0].write_bytes(damaged)
        done = bellwether("verify", "--data", self.shop.data)
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)

    def test_backup_of_a_running_server(self):
        """a consistent copy that another server goes on from"""
        copy = self.folder / "copy"
        self.run_well("backup", "--data", self.shop.data, "--to", copy)
        wanted = self.shop.groups("shop")
        self.shop.push_all("shop", made_up.rows(10, first=140))
        self.run_well("verify", "--data", copy)

        folder = self.folder / "second"
        folder.mkdir()
        second = harness.Server(folder, self.config)
        self.addCleanup(harness.end, second)
        self.run_well("restore", "--from", copy, "--data", second.data)
        second.start()
        self.assertEqual(second.groups("shop"), wanted)
        self.assertEqual(second.status("shop")["intervals"], 139)
        second.push_all("shop", made_up.rows(10, first=140))
        for server in (self.shop, second):
            server.wait_for_intervals("shop", 149)
        self.assertEqual(second.groups("shop"), self.shop.groups("shop"))

    def test_others_see_nothing(self):
        """data, backup and restored data are for their owner, whatever the umask"""
        copy, restored = self.folder / "copy", self.folder / "restored"
        wide_open = ["sh", "-c", 'umask 0; exec "$@"', "sh", harness.BINARY]
        for arguments in (["backup", "--data", self.shop.data, "--to", copy],
                          ["restore", "--from", copy, "--data", restored]):
            subprocess.run([*wide_open, *map(str, arguments)], check=True, capture_output=True,
                           timeout=60)
        for folder in (self.shop.data, copy, restored):
            self.assertEqual(stat.S_IMODE(folder.stat().st_mode), 0o700, folder)
            for path in folder.rglob("*"):
                self.assertEqual(path.stat().st_mode & 0o077, 0, path)

    def test_an_open_folder_is_told_of(self):
        """a folder that others may enter is a warning; one of another user is refused"""
        self.assertEqual(self.shop.stop(), 0)
        self.shop.data.chmod(0o755)
        self.shop.start()
        self.assertRegex(self.shop.log(), "warning store: '.*data' can be entered by other users "
                         r"\(mode 0755\); take that away with: chmod 700 ")
        if os.geteuid() != 0:
            return  # Only root can give a folder away.
        self.assertEqual(self.shop.stop(), 0)
        os.chown(self.shop.data, 65534, 65534)
        done = bellwether("serve", "--config", self.shop.config_path)
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr, "opening store '.*': it belongs to user 65534 and this is "
                         "user 0; run as its owner")
        self.run_well("backup", "--data", self.shop.data, "--to", self.folder / "copy")

    def test_nothing_is_overwritten(self):
        """backup and restore refuse a directory with something in it; verify refuses none at all"""
        full = self.folder / "full"
        full.mkdir()
        (full / "precious").write_text("mine")
        for arguments in (["backup", "--data", self.shop.data, "--to", full],
                          ["restore", "--from", self.shop.data, "--data", full],
                          ["backup", "--data", self.folder / "none", "--to", self.folder / "x"],
                          ["restore", "--from", self.folder / "none", "--data", self.folder / "x"],
                          ["verify", "--data", self.folder / "none"]):
            with self.subTest(arguments[0]):
                done = bellwether(*arguments)
                self.assertEqual((done.returncode, done.stdout), (1, ""))
                self.assertTrue(done.stderr.startswith("bellwether: "), done.stderr)
        self.assertEqual([path.name for path in full.iterdir()], ["precious"])
        self.assertFalse((self.folder / "none").exists())


if __name__ == "__main__":
    harness.main()
