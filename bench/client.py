"""The load: a process of its own that sends requests over kept connections and times each.

Reads a JSON object from standard input (``port``, ``clients``, ``requests``: lists of method,
path, body, token) and writes one to standard output.
"""

from __future__ import annotations

import http.client
import json
import sys
import threading
import time
from collections import Counter
from typing import Any


def work(port: int, requests: list[Any], times: list[float], seen: Counter[int]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    for method, path, body, token in requests:
        headers = {"Accept-Language": "en"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        data = None
        if body is not None:
            data = json.dumps(body)
            headers["Content-Type"] = "application/json"
        began = time.perf_counter()
        connection.request(method, path, data, headers)
        response = connection.getresponse()
        answer = response.read()
        times.append(time.perf_counter() - began)
        seen[response.status] += 1
        if response.status >= 400 and seen[response.status] <= 1:
            print(method, path, answer[:300].decode(), file=sys.stderr)
    connection.close()


def main() -> None:
    order = json.load(sys.stdin)
    clients, requests = order["clients"], order["requests"]
    times: list[float] = []
    seen: Counter[int] = Counter()
    threads = [
        threading.Thread(target=work, args=(order["port"], requests[n::clients], times, seen))
        for n in range(clients)
    ]
    began = time.perf_counter()
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    json.dump(
        {"seconds": time.perf_counter() - began, "times": times, "statuses": dict(seen)},
        sys.stdout,
    )


if __name__ == "__main__":
    main()
