#!/usr/bin/env python3
"""The servers of others that tests run against, fetched once into a cache outside the checkout.

What is fetched runs on the machines of whoever tests, so all of it, what it needs in turn included,
is pinned by hash in tests/peers/ and refused when it differs.

usage: peers.py    fetches what is missing, so that no test spends its own time on it
"""

import hashlib
import os
import pathlib
import unittest

CACHE = (pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") /
         "bellwether-peers")


def need(what, name, pins, fetch):
    """The folder of a peer whose hashes are in the files `pins`: with others it is fetched anew.
    `fetch` fills it and says why it cannot, or None; then the test is skipped, and on CI fails."""
    digest = hashlib.sha256(b"".join(pin.read_bytes() for pin in pins)).hexdigest()
    folder = CACHE / f"{name}-{digest[:12]}"
    why = _fetched(folder, fetch)
    if why is None:
        return folder
    skip(f"no {what}: {why}")


def skip(why):
    """Ends a test that lacks a peer: it is skipped, and on CI fails."""
    if os.environ.get("CI") == "true":
        raise AssertionError(why)
    print(f"skipped: {why}", flush=True)
    raise unittest.SkipTest(why)


def _fetched(folder, fetch):
    complete = folder / "complete"
    if complete.exists():
        return None
    folder.mkdir(parents=True, exist_ok=True)
    why = fetch(folder)
    if why is None:
        complete.touch()
    return why


def main():
    # They import this module.
    import kafka_broker
    import moto_server
    import s3_server
    for peer in (kafka_broker.jars, lambda: kafka_broker.jars(kafka_broker.SCRAM_VERSION),
                 moto_server.program, s3_server.program):
        try:
            peer()
        except (unittest.SkipTest, AssertionError) as missing:
            print(missing)  # Its tests say so too, and decide what it means.


if __name__ == "__main__":
    main()
