"""What the client sees when the upstream misbehaves.  Rule: a clean 502/504, or a visibly aborted
response; never something that looks complete and is not, never bytes meant for somebody else."""
import re, threading, time
from .. import h1
from ..cases import case, check, ok200, Skip, run_group
from ..net import Client

G = "badupstream"
H = "Host: example.test\r\n"


def bad(cid, raw, after="close", sev="must", accept=(), status=(502, 500, 503, 504)):
    """upstream answers `raw` then closes/resets/stays. The client must get one of `status`,
    or a visibly incomplete response; `accept` = alternatives, each a predicate on (Msg, complete)"""
    def f(env):
        def up(conn):
            it = conn.read_request(5)
            if it is None:
                return
            if it.msg.target == b"/after":
                conn.reply(it, body=b"after")
                return
            conn.send(raw if not callable(raw) else raw(it))
            if after == "close":
                time.sleep(0.02)
                conn.close()
            elif after == "rst":
                time.sleep(0.02)
                conn.rst()
            elif after == "hang":
                conn.fill(4)
            elif after == "serve":
                while True:
                    it = conn.read_request(5)
                    if it is None:
                        return
                    conn.reply(it, body=b"served-" + it.msg.target)
        env.serve(raw=up)
        k = env.client(8)
        k.send(f"GET /bad HTTP/1.1\r\n{H}\r\n")
        try:
            m, d = k.read_response(timeout=6, interim=[])
        except h1.RespError as e:
            raise AssertionError(f"malformed response relayed to the client: {e}")
        try:
            if m is None:
                check(k.eof, "client hangs: no response and no close")
                return
            if m.status in status:
                return
            for a in accept:
                if a(m, d):
                    return
            if not d:
                check(k.eof, f"client hangs in the middle of a {m.status} response")
                if m.framing == "close":
                    raise AssertionError(f"truncated {m.status} looks complete (close-delimited, {len(m.body)} bytes)")
                return
            raise AssertionError(f"client got a complete-looking {m.status} {m.headers[:4]} body={m.body[:60]!r}")
        finally:
            k.close()
            # the proxy must still be in sync for the next client
        env.serve(ok200)
        m, d = env.get("/after2")
        check(m and d and m.status == 200 and m.body == b"hello", f"next request got {m and m.status} {m and m.body[:40]!r}")
    case(G, cid, sev)(f)


OKB = b"HTTP/1.1 200 OK\r\n"


def is_ok(body):
    return lambda m, d: m.status == 200 and d and m.body == body


# --- no or broken head
bad("close-without-response", b"")
bad("reset-without-response", b"", "rst")
bad("close-mid-status-line", b"HTTP/1.1 20")
bad("close-mid-headers", OKB + b"Content-Length: 5\r\nX-Par")
bad("reset-mid-headers", OKB + b"Content-Length: 5\r\nX-Par", "rst")
bad("close-before-blank-line", OKB + b"Content-Length: 5\r\n")
bad("hang-without-response", b"", "hang", status=(504, 502, 503))
bad("hang-mid-headers", OKB + b"Content-Le", "hang", status=(504, 502, 503))
bad("garbage-text", b"hello world this is not http\r\n\r\n")
bad("garbage-binary", bytes(range(256)) * 4)
bad("garbage-tls-alert", b"\x15\x03\x01\x00\x02\x02\x0a")
bad("garbage-h2-settings", b"\x00\x00\x00\x04\x00\x00\x00\x00\x00", "hang")
bad("garbage-long-line", b"A" * 300000 + b"\r\n\r\n")
for n, l in {"lower": b"http/1.1 200 OK", "v2": b"HTTP/2.0 200 OK", "v09": b"HTTP/0.9 200 OK", "noversion": b"200 OK", "code2": b"HTTP/1.1 20 OK", "code4": b"HTTP/1.1 2000 OK", "code0": b"HTTP/1.1 000 OK", "codeneg": b"HTTP/1.1 -20 OK", "codehex": b"HTTP/1.1 2x0 OK", "code099": b"HTTP/1.1 099 OK", "nocode": b"HTTP/1.1 OK", "tab": b"HTTP/1.1\t200\tOK", "vbad": b"HTTP/1.x 200 OK", "space2": b"HTTP/1.1  200 OK", "leadsp": b" HTTP/1.1 200 OK", "icy": b"ICY 200 OK"}.items():
    bad("status-" + n, l + b"\r\nContent-Length: 2\r\n\r\nok", sev="should" if n in ("tab", "space2", "lower", "icy", "v2", "v09", "code0", "code099") else "must", accept=[is_ok(b"ok")] if n in ("tab", "space2", "lower", "vbad", "icy", "v2") else ())
bad("status-999", b"HTTP/1.1 999 Weird\r\nContent-Length: 2\r\n\r\nok", sev="should", accept=[lambda m, d: m.status == 999 and d])
bad("status-600", b"HTTP/1.1 600 Weird\r\nContent-Length: 2\r\n\r\nok", sev="should", accept=[lambda m, d: m.status == 600 and d])
bad("reason-cr", b"HTTP/1.1 200 O\rK\r\nContent-Length: 2\r\n\r\nok", accept=[is_ok(b"ok")])
# --- header syntax
for n, h in {"nocolon": b"Xy\r\n", "sp-colon": b"X : y\r\n", "noname": b": y\r\n", "name-sp": b"X Y: z\r\n", "val-nul": b"X: a\0b\r\n", "val-cr": b"X: a\rb\r\n", "ctl": b"X: a\x01b\r\n", "obsfold": b"X: a\r\n b\r\n", "lead-ws": b" X: y\r\n", "name-hi": b"X\xff: y\r\n"}.items():
    bad("header-" + n, OKB + h + b"Content-Length: 2\r\n\r\nok", accept=[is_ok(b"ok")])
bad("header-lf-only", b"HTTP/1.1 200 OK\nContent-Length: 2\n\nok", accept=[is_ok(b"ok")], sev="should")
# --- framing
bad("cl-and-te", OKB + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", accept=[is_ok(b"ok")])
bad("cl-differ", OKB + b"Content-Length: 2\r\nContent-Length: 5\r\n\r\nokxyz")
bad("cl-same-twice", OKB + b"Content-Length: 2\r\nContent-Length: 2\r\n\r\nok", accept=[is_ok(b"ok")])
bad("cl-list-same", OKB + b"Content-Length: 2, 2\r\n\r\nok", accept=[is_ok(b"ok")])
bad("cl-list-differ", OKB + b"Content-Length: 2, 5\r\n\r\nokxyz")
for n, v in {"neg": b"-1", "plus": b"+2", "hex": b"0x2", "alpha": b"two", "empty": b""}.items():
    bad("cl-" + n, OKB + b"Content-Length: " + v + b"\r\n\r\nok")
bad("te-unknown", OKB + b"Transfer-Encoding: foo\r\n\r\nok", accept=[lambda m, d: m.status == 200 and m.body == b"ok" and m.framing == "close" and not m.get(b"content-length")], sev="should")
bad("te-identity", OKB + b"Transfer-Encoding: identity\r\n\r\nok", accept=[lambda m, d: m.status == 200 and m.body == b"ok"], sev="should")
bad("te-chunked-twice", OKB + b"Transfer-Encoding: chunked, chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n")
bad("te-http10", b"HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", accept=[is_ok(b"ok"), lambda m, d: m.status == 200 and m.body == b"2\r\nok\r\n0\r\n\r\n"], sev="should")
CH = OKB + b"Transfer-Encoding: chunked\r\n\r\n"
for n, b in {"badsize": b"zz\r\nok\r\n0\r\n\r\n", "neg": b"-2\r\nok\r\n0\r\n\r\n", "0x": b"0x2\r\nok\r\n0\r\n\r\n", "overflow": b"ffffffffffffffff\r\nok\r\n0\r\n\r\n", "overflow17": b"10000000000000002\r\nok\r\n0\r\n\r\n", "longdata": b"2\r\nokX\r\n0\r\n\r\n", "nocrlf": b"2\r\nok0\r\n\r\n", "emptysize": b"\r\nok\r\n0\r\n\r\n"}.items():
    bad("chunk-" + n, CH + b)
bad("chunk-lf-only", CH + b"2\nok\n0\n\n", accept=[is_ok(b"ok")], sev="should")
# --- truncation must be visible
bad("truncated-cl", OKB + b"Content-Length: 100\r\n\r\nonly this")
bad("truncated-cl-rst", OKB + b"Content-Length: 100\r\n\r\nonly this", "rst")
bad("truncated-cl-one-byte", OKB + b"Content-Length: 10\r\n\r\n123456789")
bad("truncated-chunk-data", CH + b"64\r\nonly this")
bad("truncated-chunk-between", CH + b"2\r\nok\r\n")
bad("truncated-chunk-rst", CH + b"2\r\nok\r\n", "rst")
bad("truncated-chunk-no-last-crlf", CH + b"2\r\nok\r\n0\r\n", sev="should")
bad("truncated-1MB", OKB + b"Content-Length: 2000000\r\n\r\n" + b"x" * 1000000)
bad("truncated-1MB-rst", OKB + b"Content-Length: 2000000\r\n\r\n" + b"x" * 1000000, "rst")
bad("hang-mid-body", OKB + b"Content-Length: 100\r\n\r\nonly this", "hang")
bad("hang-mid-chunk", CH + b"5\r\nhel", "hang")
bad("close-delimited-rst", OKB + b"Content-Type: text/plain\r\n\r\npartial", "rst", sev="should")


def relayed_truncation(cid, http10=False):
    """close-delimited client side (HTTP/1.0): truncation can only be shown by a reset"""
    def f(env):
        def up(conn):
            it = conn.read_request(5)
            if it is None:
                return
            conn.send(OKB + b"Content-Length: 100\r\n\r\nonly this")
            conn.close()
        env.serve(raw=up)
        k = env.client(5)
        k.send(f"GET /bad HTTP/1.0\r\n{H}\r\n")
        k.wait_eof(3)
        head, _, body = k.buf.partition(b"\r\n\r\n")
        check(k.eof, "hang")
        if b" 502" in head or not body:
            return
        check(b"content-length: 100" in head.lower() or k.reset, f"truncated body delivered to an HTTP/1.0 client as complete: {k.buf[:120]!r}")
        k.close()
    case(G, cid, "must")(f)


relayed_truncation("truncated-cl-http10-client")


# --- response queue poisoning / splitting
@case(G, "extra-response-not-served-to-next", "must")
def _(env):
    def up(k, it):
        if it.msg.target == b"/one":
            return k.send(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\noneHTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison")
        return k.reply(it, body=b"clean")
    env.serve(up)
    m, d = env.get("/one")
    check(m and m.body == b"one", f"{m and m.body!r}")
    for i in range(3):
        m, d = env.get(f"/two{i}")
        check(m is not None, "no answer")
        check(m.body != b"poison", "left-over bytes of one response were served as another client's response")
        check(m.status in (200, 502), f"{m.status}")


@case(G, "extra-bytes-after-cl-same-client", "must")
def _(env):
    env.serve(lambda k, it: k.send(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\noneEXTRA") if it.msg.target == b"/one" else k.reply(it, body=b"clean"))
    k = env.client()
    k.send(f"GET /one HTTP/1.1\r\n{H}\r\n")
    m, d = k.read_response()
    check(m and m.body == b"one", f"{m and m.body!r}")
    time.sleep(0.05)
    k.pump(0)
    check(len(k.buf) == k.pos, f"extra bytes relayed: {k.buf[k.pos:][:40]!r}")
    k.send(f"GET /two HTTP/1.1\r\n{H}\r\n")
    m, d = k.read_response()
    check(m is None or (m.status == 200 and m.body == b"clean") or m.status == 502, f"{m and m.body!r}")
    k.close()


@case(G, "unsolicited-response-on-idle-connection", "must")
def _(env):
    """upstream pushes a response while the connection is idle: it must not answer the next request"""
    go = threading.Event()

    def up(conn):
        n = 0
        while True:
            it = conn.read_request(5)
            if it is None:
                return
            n += 1
            conn.reply(it, body=b"resp-" + it.msg.target)
            if it.msg.target == b"/first":
                time.sleep(0.03)
                conn.send(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison")
                go.set()
    env.serve(raw=up)
    m, d = env.get("/first")
    go.wait(1)
    time.sleep(0.05)
    for i in range(3):
        m, d = env.get(f"/n{i}")
        check(m is not None and m.body != b"poison", "unsolicited response served to the next request")
        check(m.status in (200, 502), f"{m.status}")


@case(G, "408-on-idle-connection", "must")
def _(env):
    """servers send 408 + close on idle keep-alive connections; it must not answer the next request"""
    def up(conn):
        while True:
            it = conn.read_request(5)
            if it is None:
                return
            conn.reply(it, body=b"resp")
            time.sleep(0.03)
            conn.send(b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            conn.close()
            return
    env.serve(raw=up)
    for i in range(4):
        m, d = env.get(f"/n{i}")
        check(m and m.status == 200, f"request {i}: {m and m.status}")
        time.sleep(0.08)


@case(G, "head-response-with-body", "must")
def _(env):
    env.serve(lambda k, it: k.send(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison") if it.msg.method == b"HEAD" else k.reply(it, body=b"clean"))
    k = env.client()
    k.send(f"HEAD /h HTTP/1.1\r\n{H}\r\n")
    m, d = k.read_response(b"HEAD")
    check(m and m.status in (200, 502), f"{m and m.status}")
    time.sleep(0.05)
    k.pump(0)
    check(len(k.buf) == k.pos, f"body after HEAD relayed {k.buf[k.pos:][:30]!r}")
    for i in range(3):
        m, d = env.get(f"/x{i}")
        check(m is not None and m.status in (200, 502) and b"poison" not in m.body, f"{m and m.status} {m and m.body!r}")
    k.close()


@case(G, "204-with-body", "must")
def _(env):
    env.serve(lambda k, it: k.send(b"HTTP/1.1 204 No Content\r\nContent-Length: 6\r\n\r\npoison") if it.msg.target == b"/204" else k.reply(it, body=b"clean"))
    k = env.client()
    k.send(f"GET /204 HTTP/1.1\r\n{H}\r\n")
    m, d = k.read_response()
    check(m and m.status in (204, 502), f"{m and m.status}")
    time.sleep(0.05)
    k.pump(0)
    check(b"poison" not in k.buf[k.pos:], "body of a 204 relayed")
    for i in range(3):
        m, d = env.get(f"/x{i}")
        check(m is not None and b"poison" not in m.body and m.status in (200, 502), f"{m and m.status} {m and m.body!r}")
    k.close()


@case(G, "101-unsolicited", "must")
def _(env):
    env.serve(lambda k, it: k.send(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: foo\r\nConnection: Upgrade\r\n\r\nGET /smuggled HTTP/1.1\r\n\r\n"))
    k = env.client()
    k.send(f"GET /a HTTP/1.1\r\n{H}\r\n")
    m, d = k.read_response()
    check(m is None or m.status in (502, 500), f"101 nobody asked for was relayed ({m and m.status})")
    k.close()


@case(G, "1xx-flood-bounded", "must")
def _(env):
    """endless 1xx: must end (limit or timeout), must not grow without bound"""
    st = {}

    def up(k, it):
        t0 = time.time()
        n = 0
        while time.time() - t0 < 6:
            if not k.send(b"HTTP/1.1 103 Early Hints\r\nLink: </x>; rel=preload\r\n\r\n" * 50):
                st["stopped"] = time.time() - t0
                return False
            n += 50
            time.sleep(0.002)
        return False
    env.serve(up)
    r0 = env.t.rss() if env.t.proc else 0
    k = env.client(8)
    k.send(f"GET /a HTTP/1.1\r\n{H}\r\n")
    t0 = time.time()
    while not k.eof and time.time() - t0 < 7 and b" 50" not in k.buf[-200:]:
        k.pump(0.2)
        if b"HTTP/1.1 502" in k.buf or b"HTTP/1.1 504" in k.buf:
            break
        if len(k.buf) > 8 << 20:
            break
    dt = time.time() - t0
    r1 = env.t.rss() if env.t.proc else 0
    k.close()
    check(r1 - r0 < 64 * 1024, f"RSS grew by {(r1 - r0) // 1024} MB")
    check(dt < 5.5, f"endless 1xx kept the exchange for {dt:.1f}s (response timeout is 2 s)")


@case(G, "infinite-headers-bounded", "must")
def _(env):
    st = {}

    def up(k, it):
        k.send(OKB)
        t0 = time.time()
        i = 0
        while time.time() - t0 < 6:
            i += 1
            if not k.send(b"".join(b"X-%d-%d: %s\r\n" % (i, j, b"y" * 200) for j in range(50))):
                st["stopped"] = time.time() - t0
                return False
        return False
    env.serve(up)
    r0 = env.t.rss() if env.t.proc else 0
    k = env.client(8)
    k.send(f"GET /a HTTP/1.1\r\n{H}\r\n")
    m, d = k.read_response(timeout=6)
    r1 = env.t.rss() if env.t.proc else 0
    k.close()
    check(m is None and k.eof or m is not None and m.status in (502, 500, 503, 504), f"{m and m.status}")
    check(r1 - r0 < 64 * 1024, f"RSS grew by {(r1 - r0) // 1024} MB")
    time.sleep(0.1)
    check("stopped" in st, "proxy keeps reading endless headers")


@case(G, "trickled-headers-timeout", "should")
def _(env):
    """one header byte every 100 ms must hit an overall limit, not only an idle limit (limit 2 s; accept 6 s)"""
    def up(k, it):
        for ch in (OKB + b"X-Slow: " + b"z" * 400):
            if not k.send(bytes([ch])):
                return False
            time.sleep(0.1)
        return False
    env.serve(up)
    k = env.client(9)
    k.send(f"GET /a HTTP/1.1\r\n{H}\r\n")
    t0 = time.time()
    m, d = k.read_response(timeout=7)
    k.close()
    check(m is not None or k.eof, "a trickling upstream holds the client for more than 7 s")


def run(target, **kw):
    return [run_group(G, target, "misbehaving upstreams", lanes=3, **kw)]
