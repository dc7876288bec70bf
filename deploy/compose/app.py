"""A service that calls payments through its sidecar, some ten times a second, and tells every ten seconds how that went."""

import http.client
import os
import signal
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections import Counter

BASE = os.environ["PAYMENTS_URL"]


def ask(method, path, headers):
    request = urllib.request.Request(BASE + path, method=method, headers=headers, data=b"{}" if method == "POST" else None)
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            response.read()
            return response.status
    except urllib.error.HTTPError as error:
        return error.code
    except (OSError, http.client.HTTPException) as error:
        return type(error).__name__


signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
seen = Counter()
told = time.monotonic()
while True:
    seen[f"quote {ask('GET', '/v1/quotes/eur', {})}"] += 1
    for what in ("charge", "refund"):
        seen[f"{what} {ask('POST', f'/v1/{what}s', {'Idempotency-Key': str(uuid.uuid4())})}"] += 1
    if time.monotonic() - told > 10:
        print(dict(seen))
        seen.clear()
        told = time.monotonic()
    time.sleep(0.2)
