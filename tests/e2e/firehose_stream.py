"""A stand-in for an Amazon Data Firehose stream with an HTTP endpoint as its destination."""

import base64
import gzip
import http.client
import json
import time
import uuid

ARN = "arn:aws:firehose:eu-west-1:123456789012:deliverystream/sensors"


class FirehoseStream:
    """Delivers records as the service does: the same request under the same id until it is
    answered with 200 and with that id."""

    def __init__(self, server, detector, access_key=None, is_packed=False):
        self.server = server
        self.path = f"/api/v1/detectors/{detector}/firehose"
        self.access_key = access_key
        self.is_packed = is_packed

    def request(self, records, request_id=None):
        """A request that can be sent, and sent again: its headers and body."""
        request_id = request_id or str(uuid.uuid4())
        body = json.dumps({"requestId": request_id, "timestamp": int(time.time() * 1000),
                           "records": [{"data": base64.b64encode(record).decode()}
                                       for record in records]}).encode()
        headers = {"X-Amz-Firehose-Protocol-Version": "1.0",
                   "X-Amz-Firehose-Request-Id": request_id,
                   "X-Amz-Firehose-Source-Arn": ARN,
                   "X-Amz-Firehose-Common-Attributes": '{"commonAttributes":{"site":"library"}}',
                   "User-Agent": "Amazon Kinesis Data Firehose Agent/1.0",
                   "Content-Type": "application/json"}
        if self.access_key is not None:
            headers["X-Amz-Firehose-Access-Key"] = self.access_key
        if self.is_packed:
            headers["Content-Encoding"] = "gzip"
            body = gzip.compress(body)
        return headers, body

    def attempt(self, request):
        headers, body = request
        return self.server.request("POST", self.path, body, headers)

    def deliver(self, records, seconds=30):
        """Retries as Firehose does, and reads the answer as it does."""
        request = self.request(records)
        deadline = time.monotonic() + seconds
        while True:
            try:
                answer = self.attempt(request)
                if answer.status == 200:
                    break
                last = answer
            except (OSError, http.client.HTTPException) as lost:
                last = lost
            if time.monotonic() > deadline:
                raise AssertionError(f"not delivered in {seconds} s: {last}")
            time.sleep(0.1)
        said = answer.json()
        if answer.headers["Content-Type"] != "application/json":
            raise AssertionError(f"Firehose does not read {answer.headers['Content-Type']}")
        if said["requestId"] != request[0]["X-Amz-Firehose-Request-Id"]:
            raise AssertionError(f"Firehose takes this for a failure: {answer}")
        if not isinstance(said["timestamp"], int):
            raise AssertionError(f"Firehose does not read this timestamp: {answer}")
        return request
