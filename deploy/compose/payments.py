"""A flaky upstream: one answer in ten is a 503, one in twenty takes 2 s, one connection in fifty breaks off."""

import random
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Payments(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        mood = random.random()
        if mood < 0.02:
            self.close_connection = True
            return
        if mood < 0.07:
            time.sleep(2)
        body = b'{"ok": true}\n' if mood > 0.17 else b'{"ok": false}\n'
        self.send_response(200 if mood > 0.17 else 503)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = answer

    def log_message(self, *_):
        pass


ThreadingHTTPServer(("", 8080), Payments).serve_forever()
