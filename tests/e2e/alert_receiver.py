"""Receivers of webhooks that behave well, badly or not at all, quick enough for thousands a second."""

import asyncio
import json
import random
import threading
import time


class AlertReceiver:
    """An HTTP server on a thread of its own. It notes every request, and answers as it is told.

    behaviour   "well", "slow" (an answer takes two seconds), "flaky" (some get 429 or 503)
    """

    def __init__(self, behaviour="well", seed=1, port=0):
        self.behaviour = behaviour
        self.arrivals = []  # (seconds since 1970, delivery id, event, group id, whether it was taken)
        self._dice = random.Random(seed)
        self._loop = asyncio.new_event_loop()
        self._server = self._loop.run_until_complete(
            asyncio.start_server(self._serve, "127.0.0.1", port))
        self.port = self._server.sockets[0].getsockname()[1]
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self):
        self._loop.run_forever()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}/"

    def stop(self):
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    async def _serve(self, reader, writer):
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = next(int(line.split(b":")[1]) for line in head.lower().split(b"\r\n")
                              if line.startswith(b"content-length:"))
                body = json.loads(await reader.readexactly(length))
                status, rest = await self._answer()
                self.arrivals.append((time.time(), body["delivery_id"],
                                      body["event"].removeprefix("anomaly."),
                                      body["anomaly"]["id"], status == 200))
                writer.write(b"HTTP/1.1 %d X\r\n%sContent-Length: 0\r\n\r\n" % (status, rest))
                await writer.drain()
        except (asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
            pass  # The sender was killed or has gone, or the receiver stops.
        finally:
            writer.close()

    async def _answer(self):
        if self.behaviour == "slow":
            await asyncio.sleep(2)
        if self.behaviour == "flaky":
            chance = self._dice.random()
            if chance < 0.05:
                return 429, b"Retry-After: 0\r\n"
            if chance < 0.35:
                return 503, b""
        return 200, b""
