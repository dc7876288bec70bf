"""A flaky upstream: a share of its answers are 503s, one in twenty takes 2 s, one in fifty never comes or breaks off."""

import os
import random
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

REFUSALS = float(os.environ.get("REFUSALS", "0.1"))


class Payments(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        mood = random.random()
        if mood < 0.01:
            self.close_connection = True
            return
        if mood > 0.95:
            time.sleep(2)
        good = random.random() > REFUSALS
        body = b'{"ok": true}\n' if good else b'{"ok": false}\n'
        self.send_response(200 if good else 503)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if mood < 0.02:
            self.close_connection = True
            body = body[:3]
        self.wfile.write(body)

    do_GET = do_POST = answer

    def log_message(self, *_):
        pass


ThreadingHTTPServer(("", 8080), Payments).serve_forever()
