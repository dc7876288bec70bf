"""Forward-proxy mode: absolute-form, CONNECT, SSRF guards.
Target profile `forward`.  SSRF cases need caps.ssrf = true (the product's documented default deny list)."""
import socket, threading, time
from .. import h1
from ..cases import case, check, ok200, Skip, run_group
from ..net import Client, Upstream, free_port

G = "forward"


def c(cid, sev="must"):
    return case(G, cid, sev)


def fget(env, url, headers="", method="GET", body="", host=None, timeout=4, version="1.1"):
    import re
    auth = re.match(r"^[a-z]+://([^/?]*)", url).group(1)
    k = env.client(timeout + 1)
    k.send(f"{method} {url} HTTP/{version}\r\nHost: {host or auth}\r\n{headers}\r\n{body}")
    m, d = k.read_response(method.encode(), timeout)
    k.close()
    return m, d


@c("absolute-form-get")
def _(env):
    env.serve(ok200)
    m, d = fget(env, f"http://127.0.0.1:{env.up.port}/a/b?c=d")
    check(m and m.status == 200 and d, f"{m and m.status}")
    it = env.last()
    check(it.msg.target in (b"/a/b?c=d", f"http://127.0.0.1:{env.up.port}/a/b?c=d".encode()), f"{it.msg.target}")
    check(it.msg.target.startswith(b"/"), "absolute-form sent to an origin server (permitted but unusual)")


@c("host-replaced-by-authority")
def _(env):
    env.serve(ok200)
    m, d = fget(env, f"http://127.0.0.1:{env.up.port}/x", host="evil.test")
    if m is not None and m.status == 400:
        return
    check(m and m.status == 200, f"{m and m.status}")
    check(env.last().msg.first(b"host") == f"127.0.0.1:{env.up.port}".encode(), f"Host {env.last().msg.first(b'host')}")


@c("hop-headers-removed")
def _(env):
    env.serve(ok200)
    m, d = fget(env, f"http://127.0.0.1:{env.up.port}/x", "Proxy-Connection: keep-alive\r\nProxy-Authorization: Basic eDp5\r\nConnection: X-Hop\r\nX-Hop: 1\r\n")
    check(m and m.status == 200, f"{m and m.status}")
    it = env.last()
    for h in (b"proxy-connection", b"x-hop"):
        check(not it.msg.get(h), f"{h.decode()} forwarded")


@c("proxy-authorization-not-leaked", "should")
def _(env):
    env.serve(ok200)
    m, d = fget(env, f"http://127.0.0.1:{env.up.port}/x", "Proxy-Authorization: Basic eDp5\r\n")
    check(m and m.status == 200, f"{m and m.status}")
    check(not env.last().msg.get(b"proxy-authorization"), "credentials for the proxy sent to the origin")


@c("via-added", "should")
def _(env):
    env.serve(ok200)
    m, d = fget(env, f"http://127.0.0.1:{env.up.port}/x")
    check(env.last() and env.last().msg.get(b"via"), "no Via (MUST for a proxy)")


@c("post-with-body")
def _(env):
    env.serve(ok200)
    m, d = fget(env, f"http://127.0.0.1:{env.up.port}/x", "Content-Length: 5\r\n", "POST", "hello")
    check(m and m.status == 200 and env.last().msg.body == b"hello", f"{m and m.status}")


@c("two-origins-one-connection")
def _(env):
    env.serve(lambda k, it: k.reply(it, body=b"A"))
    env.up2.handler = lambda conn: (lambda it: it and conn.reply(it, body=b"B"))(conn.read_request(3))
    k = env.client()
    for p, want in ((env.up.port, b"A"), (env.up2.port, b"B"), (env.up.port, b"A")):
        k.send(f"GET http://127.0.0.1:{p}/ HTTP/1.1\r\nHost: 127.0.0.1:{p}\r\n\r\n")
        m, d = k.read_response()
        check(m and d and m.body == want, f"wanted {want!r} got {m and m.body!r}")
    k.close()


@c("origin-refused-502")
def _(env):
    env.serve(ok200)
    t0 = time.time()
    m, d = fget(env, f"http://127.0.0.1:{free_port()}/x", timeout=6)
    check(m is not None and m.status in (502, 503), f"{m and m.status}")
    check(time.time() - t0 < 3, "slow")


@c("unresolvable-host")
def _(env):
    env.serve(ok200)
    m, d = fget(env, "http://no-such-host.invalid/x", timeout=8)
    check(m is not None and m.status in (502, 503, 504, 500), f"{m and m.status}")


def connect(env, authority, extra=b"", timeout=4, headers=""):
    k = env.client(timeout + 2)
    k.send(f"CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n{headers}\r\n".encode() + extra)
    m, d = k.read_response(b"CONNECT", timeout)
    return k, m


@c("connect-tunnel-echo")
def _(env):
    env.serve(raw=lambda conn: [conn.fill(0.3) and conn.send(bytes(conn.data)) or conn.data.clear() for _ in range(20) if not conn.eof])
    k, m = connect(env, f"127.0.0.1:{env.up.port}")
    check(m and m.status == 200, f"{m and m.status}")
    check(not m.get(b"content-length") and not m.get(b"transfer-encoding"), "2xx to CONNECT with framing headers (MUST NOT)")
    k.send(b"\x00\x01raw not http\r\n\r\n")
    t0 = time.time()
    while len(k.buf) - k.pos < 18 and time.time() - t0 < 3:
        k.pump(0.2)
    check(k.buf[k.pos:] == b"\x00\x01raw not http\r\n\r\n", f"{k.buf[k.pos:]!r}")
    k.close()


@c("connect-1MB")
def _(env):
    blob = bytes(range(256)) * 4096

    def up(conn):
        n = 0
        while n < len(blob) and not conn.eof:
            if conn.fill(1):
                n = len(conn.data)
        conn.send(blob)
        conn.fill(1)
    env.serve(raw=up)
    k, m = connect(env, f"127.0.0.1:{env.up.port}")
    check(m and m.status == 200, f"{m and m.status}")
    k.send(blob)
    t0 = time.time()
    while len(k.buf) - k.pos < len(blob) and time.time() - t0 < 5 and not k.eof:
        k.pump(0.3)
    check(k.buf[k.pos:] == blob, f"{len(k.buf) - k.pos} of {len(blob)} bytes")
    k.close()


@c("connect-half-close", "should")
def _(env):
    def up(conn):
        while not conn.eof:
            conn.fill(0.5)
        conn.send(b"answer after your EOF")
    env.serve(raw=up)
    k, m = connect(env, f"127.0.0.1:{env.up.port}")
    check(m and m.status == 200, f"{m and m.status}")
    k.send(b"question")
    k.half_close()
    k.wait_eof(4)
    check(k.buf[k.pos:] == b"answer after your EOF", f"{k.buf[k.pos:]!r}")


@c("connect-early-data", "should")
def _(env):
    env.serve(raw=lambda conn: (conn.fill(2), conn.send(b"got:" + bytes(conn.data)), conn.fill(1)))
    k, m = connect(env, f"127.0.0.1:{env.up.port}", b"EARLY")
    check(m is not None and m.status in (200, 400), f"{m and m.status}")
    if m.status == 200:
        t0 = time.time()
        while b"EARLY" not in k.buf and time.time() - t0 < 2:
            k.pump(0.2)
        check(b"got:EARLY" in k.buf, "bytes sent behind the CONNECT head were lost")


@c("connect-refused")
def _(env):
    env.serve(ok200)
    k, m = connect(env, f"127.0.0.1:{free_port()}", timeout=6)
    check(m is not None and m.status in (502, 503), f"{m and m.status}")


@c("connect-no-port")
def _(env):
    env.serve(ok200)
    k, m = connect(env, "127.0.0.1")
    check(m is not None and m.status >= 400, f"{m and m.status}")


@c("connect-bad-ports")
def _(env):
    env.serve(ok200)
    for a in ("127.0.0.1:0", "127.0.0.1:99999", "127.0.0.1:abc", "127.0.0.1:-1", ":443"):
        k, m = connect(env, a, timeout=6)
        check(m is not None and m.status >= 400, f"{a}: {m and m.status}")
        k.close()


@c("connect-upstream-close-propagates")
def _(env):
    env.serve(raw=lambda conn: conn.send(b"bye"))
    k, m = connect(env, f"127.0.0.1:{env.up.port}")
    check(m and m.status == 200, f"{m and m.status}")
    check(k.wait_eof(3) and k.buf[k.pos:] == b"bye", f"{k.buf[k.pos:]!r} eof={k.eof}")


@c("connect-client-close-propagates")
def _(env):
    st = {}

    def up(conn):
        while not conn.eof:
            conn.fill(0.3)
        st["eof"] = 1
    env.serve(raw=up)
    k, m = connect(env, f"127.0.0.1:{env.up.port}")
    k.close()
    t0 = time.time()
    while "eof" not in st and time.time() - t0 < 3:
        time.sleep(0.05)
    check("eof" in st, "tunnel to the origin left open")


@c("origin-form-on-forward-port")
def _(env):
    """origin-form request to a pure forward proxy: must not loop to itself; 4xx is fine"""
    env.serve(ok200)
    k = env.client(4)
    k.send(f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{env.t.listen}\r\n\r\n")
    m, d = k.read_response(timeout=3)
    check(m is not None, "no answer (looping?)")
    check(m.status < 500 or m.status in (500, 502, 503, 508), f"{m.status}")


@c("self-loop-detected", "should")
def _(env):
    env.serve(ok200)
    t0 = time.time()
    m, d = fget(env, f"http://127.0.0.1:{env.t.listen}/loop", timeout=6)
    check(m is not None and m.status >= 400, f"{m and m.status}")
    check(time.time() - t0 < 4, "request looped through the proxy itself")


@c("https-absolute-form", "should")
def _(env):
    env.serve(ok200)
    m, d = fget(env, f"https://127.0.0.1:{env.up.port}/x", timeout=6)
    check(m is not None and m.status >= 400, f"https:// absolute-form answered {m and m.status}: sent in clear text?")
    check(not any(b"GET" in bytes(k.data) for k in env.up.conns), "https URL fetched in clear text")


@c("ftp-scheme-refused")
def _(env):
    env.serve(ok200)
    m, d = fget(env, "ftp://127.0.0.1/x", timeout=5)
    check(m is not None and m.status >= 400, f"{m and m.status}")


# destinations a sidecar's forward listener must refuse by default (product policy; needs caps.ssrf)


def run(target, **kw):
    if not target.has_profile("forward"):
        return []
    import kit.cases as cs

    def alive_fwd(env):
        env.serve()
        try:
            m, d = fget(env, f"http://127.0.0.1:{env.up.port}/canary")
            return m is not None and m.status == 200
        except (OSError, h1.RespError):
            return False
    old, cs.alive = cs.alive, alive_fwd
    try:
        return [run_group(G, target, "forward proxy, CONNECT, SSRF", profile="forward", lanes=2, **kw)]
    finally:
        cs.alive = old
