"""RFC 9110/9112 behaviour of an intermediary, client side and framing"""
import hashlib, threading, time
from .. import h1
from ..cases import case, check, ok200, Skip, run_group
from ..net import Client

G = "semantics"
H = "Host: example.test\r\n"


def c(cid, sev="must"):
    return case(G, cid, sev)


def hdr(it, name):
    return it.msg.get(name.encode())


# ------------------------------------------------------------- hop-by-hop
def _hop(env, headers, absent=(), present=()):
    env.serve(ok200)
    m, done = env.get("/h", headers)
    check(m is not None and m.status == 200, f"got {m and m.status}")
    it = env.last()
    for a in absent:
        check(not hdr(it, a), f"{a} was forwarded: {hdr(it, a)}")
    for p in present:
        check(hdr(it, p), f"{p} was lost")


@c("hop-connection-nominated")
def _(env): _hop(env, "Connection: X-Hop\r\nX-Hop: 1\r\nX-Keep: 1\r\n", ["x-hop"], ["x-keep"])


@c("hop-connection-nominated-list")
def _(env): _hop(env, "Connection: close, X-Hop-A , X-Hop-B\r\nX-Hop-A: 1\r\nX-Hop-B: 2\r\nX-Keep: 1\r\n", ["x-hop-a", "x-hop-b"], ["x-keep"])


@c("hop-connection-nominated-twolines")
def _(env): _hop(env, "Connection: X-Hop-A\r\nConnection: X-Hop-B\r\nX-Hop-A: 1\r\nX-Hop-B: 2\r\n", ["x-hop-a", "x-hop-b"])


@c("hop-connection-nominated-case")
def _(env): _hop(env, "connection: x-HOP\r\nX-Hop: 1\r\n", ["x-hop"])


@c("hop-keep-alive")
def _(env): _hop(env, "Connection: keep-alive\r\nKeep-Alive: timeout=5\r\n", ["keep-alive"])


@c("hop-proxy-connection", "should")
def _(env): _hop(env, "Proxy-Connection: keep-alive\r\n", ["proxy-connection"])


@c("hop-te-removed-or-trailers")
def _(env):
    env.serve(ok200)
    m, _ = env.get("/h", "Connection: TE\r\nTE: gzip;q=0.5, trailers\r\n")
    check(m and m.status == 200, f"got {m and m.status}")
    te = hdr(env.last(), "te")
    check(not te or te == [b"trailers"], f"TE forwarded as {te}")


@c("hop-upgrade-not-forwarded-alone")
def _(env):
    env.serve(ok200)
    m, _ = env.get("/h", "Upgrade: foo/1\r\n")
    check(m and m.status == 200, f"got {m and m.status}")
    it = env.last()
    if hdr(it, "upgrade"):
        toks = b",".join(hdr(it, "connection")).lower()
        check(b"upgrade" not in toks, "an Upgrade the client did not nominate was turned into a real upgrade request")
        raise AssertionError("Upgrade header forwarded without Connection: upgrade")


@c("hop-http2-settings-not-forwarded")
def _(env): _hop(env, "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n", ["http2-settings"])


@c("hop-h2c-upgrade-not-tunnelled")
def _(env):
    """h2c smuggling: an Upgrade: h2c must not open a raw tunnel to the upstream"""
    def up(conn, it):
        if hdr(it, "upgrade"):
            conn.send(b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n")
            conn.fill(0.5)
            return False
        return conn.reply(it)
    env.serve(up)
    k = env.client()
    k.send(f"GET /h HTTP/1.1\r\n{H}Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n\r\n")
    m, _ = k.read_response()
    check(m is None or m.status != 101, "101 for h2c relayed: requests inside the tunnel escape every filter")
    k.close()


@c("hop-proxy-authorization", "should")
def _(env): _hop(env, "Proxy-Authorization: Basic eDp5\r\n", ["proxy-authorization"])


@c("hop-connection-nominates-cl")
def _(env):
    env.serve(ok200)
    m, _ = env.get("/h", "Connection: Content-Length\r\nContent-Length: 5\r\n", "POST", "hello")
    if m is not None and m.status == 400:
        return
    check(m and m.status == 200, f"got {m and m.status}")
    check(env.last().msg.body == b"hello", f"body became {env.last().msg.body!r}")
    time.sleep(0.05)
    check(env.nreq() == 1, "body parsed as another request")


@c("hop-connection-nominates-host", "should")
def _(env):
    env.serve(ok200)
    m, _ = env.get("/h", "Connection: Host\r\n")
    check(m is not None, "no answer")
    if m.status == 200:
        check(hdr(env.last(), "host"), "Host removed because Connection nominated it")


@c("resp-hop-connection-nominated")
def _(env):
    env.serve(lambda k, it: k.reply(it, headers=b"Connection: X-Hop\r\nX-Hop: 1\r\nX-Keep: 1\r\nKeep-Alive: timeout=9\r\n"))
    m, _ = env.get()
    check(m.status == 200, f"{m.status}")
    check(not m.get(b"x-hop"), "response header nominated by Connection was relayed")
    check(m.get(b"x-keep"), "end-to-end response header lost")


@c("resp-keep-alive-removed")
def _(env):
    env.serve(lambda k, it: k.reply(it, headers=b"Keep-Alive: timeout=99\r\nConnection: keep-alive\r\n"))
    m, _ = env.get()
    check(b"timeout=99" not in b",".join(m.get(b"keep-alive")), "upstream's Keep-Alive relayed")


@c("resp-upstream-close-not-propagated", "should")
def _(env):
    def up(k, it):
        k.reply(it, close=True)
        return False
    env.serve(up)
    k = env.client()
    for i in range(2):
        k.send(f"GET /{i} HTTP/1.1\r\n{H}\r\n")
        m, d = k.read_response()
        check(m is not None and m.status == 200 and d, f"request {i}: {m and m.status}")
        check(b"close" not in b",".join(m.get(b"connection")).lower(), "upstream's Connection: close was relayed to the client")
    k.close()


# ------------------------------------------------------------- forwarding headers
@c("via-request", "info")
def _(env):
    env.serve(ok200)
    env.get()
    check(hdr(env.last(), "via"), "no Via on the forwarded request (RFC 9110 7.6.3 MUST for proxies; many gateways omit it)")


@c("via-appended", "should")
def _(env):
    env.serve(ok200)
    env.get("/", "Via: 1.0 fred\r\n")
    v = b",".join(hdr(env.last(), "via"))
    check(b"fred" in v, "existing Via lost")


@c("xff-appended")
def _(env):
    env.serve(ok200)
    env.get("/", "X-Forwarded-For: 203.0.113.7\r\n")
    v = hdr(env.last(), "x-forwarded-for")
    if not v:
        raise Skip("target adds no X-Forwarded-For")
    j = b",".join(v).replace(b" ", b"")
    check(j.split(b",")[-1] == b"127.0.0.1" or j == b"203.0.113.7", f"X-Forwarded-For became {v}")


@c("xff-no-injection")
def _(env):
    env.serve(ok200)
    m, _ = env.get("/", "X-Forwarded-For: 1.1.1.1, \"x\r\n")
    check(m is not None and m.status in (200, 400), f"{m and m.status}")


@c("end-to-end-headers-kept")
def _(env):
    env.serve(ok200)
    hs = {"Authorization": "Bearer x.y.z", "Cookie": "a=b; c=d", "X-Trace": "t1", "Accept": "*/*", "User-Agent": "kit/1", "If-None-Match": '"x"', "Range": "bytes=0-1", "Cache-Control": "no-cache", "X-Empty": "", "traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "Idempotency-Key": '"k1"', "Origin": "http://x", "Referer": "http://y/", "Accept-Encoding": "gzip, br", "X-Utf8": "\xc3\xa9"}
    env.get("/", "".join(f"{k}: {v}\r\n" for k, v in hs.items()))
    it = env.last()
    for k, v in hs.items():
        got = hdr(it, k.lower())
        if k == "traceparent" and got and got[0][:35] == v.encode()[:35]:
            continue
        check(got == [v.encode("latin-1")], f"{k}: {v!r} became {got}")


@c("duplicate-headers-order-kept")
def _(env):
    env.serve(ok200)
    env.get("/", "X-A: 1\r\nX-B: 2\r\nX-A: 3\r\n")
    j = b",".join(hdr(env.last(), "x-a")).replace(b" ", b"")
    check(j == b"1,3", f"X-A became {j!r}")


@c("set-cookie-not-folded")
def _(env):
    env.serve(lambda k, it: k.reply(it, headers=b"Set-Cookie: a=1; Path=/\r\nSet-Cookie: b=2; Expires=Wed, 09 Jun 2031 10:18:14 GMT\r\n"))
    m, _ = env.get()
    check(m.get(b"set-cookie") == [b"a=1; Path=/", b"b=2; Expires=Wed, 09 Jun 2031 10:18:14 GMT"], f"{m.get(b'set-cookie')}")


@c("resp-headers-kept")
def _(env):
    env.serve(lambda k, it: k.reply(it, headers=b"ETag: \"x\"\r\nX-Custom: a, b\r\nX-Custom: c\r\nServer: origin/9\r\nDate: Thu, 01 Jan 2026 00:00:00 GMT\r\nVary: A\r\nLocation: /a?b=c\r\nWWW-Authenticate: Basic realm=\"a\", Bearer\r\nX-Empty:\r\nContent-Encoding: gzip\r\n"))
    m, _ = env.get()
    j = b",".join(m.get(b"x-custom")).replace(b" ", b"")
    check(j == b"a,b,c", f"X-Custom {j!r}")
    check(m.get(b"etag") == [b'"x"'] and m.get(b"vary") == [b"A"] and m.get(b"location") == [b"/a?b=c"], "ETag/Vary/Location changed")
    check(m.get(b"content-encoding") == [b"gzip"], "Content-Encoding changed")


@c("date-kept-or-added", "should")
def _(env):
    env.serve(lambda k, it: k.reply(it, headers=b"Date: Thu, 01 Jan 2026 00:00:00 GMT\r\n"))
    m, _ = env.get()
    check(m.get(b"date") == [b"Thu, 01 Jan 2026 00:00:00 GMT"], f"origin Date replaced: {m.get(b'date')}")


def _target(path, expect=None):
    def f(env):
        env.serve(ok200)
        m, _ = env.get(path)
        check(m is not None and m.status == 200, f"{m and m.status}")
        got = env.last().msg.target
        check(got == (expect or path).encode("latin-1"), f"target {path!r} became {got!r}")
    return f


for _n, _p in {"enc-slash": "/a%2Fb", "enc-dots": "/a/%2e%2e/b", "dots": "/a/../b", "dblslash": "/a//b", "enc-space": "/a%20b?c=%20d", "query-raw": "/q?x=%26&y=a+b&z=/?", "empty-query": "/q?", "semicolon": "/a;v=1/b", "mixed-case-pct": "/%c3%A9", "trailing-slash": "/a/", "enc-pct": "/a%252fb", "tilde": "/~u/!$&'()*+,=:@"}.items():
    case(G, "target-verbatim-" + _n, "must" if _n not in ("dots", "enc-dots", "dblslash") else "should")(_target(_p))


# ------------------------------------------------------------- methods, HEAD, 204, 304
for _m in ("GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND", "PURGE", "QUERY"):
    def _f(env, m=_m):
        env.serve(ok200)
        r, d = env.get("/m", "", m)
        check(r is not None and d, "no response")
        check(r.status == 200 and env.nreq() == 1 and env.last().msg.method == m.encode(), f"{m}: {r.status}")
    case(G, f"method-{_m}", "must" if _m in ("GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS") else "should")(_f)


@c("head-keeps-content-length")
def _(env):
    env.serve(lambda k, it: k.send(b"HTTP/1.1 200 OK\r\nContent-Length: 12345\r\nETag: \"a\"\r\n\r\n"))
    k = env.client()
    k.send(f"HEAD /h HTTP/1.1\r\n{H}\r\n")
    m, d = k.read_response(b"HEAD")
    check(m and m.status == 200, f"{m and m.status}")
    check(m.get(b"content-length") in ([b"12345"], []), f"CL {m.get(b'content-length')}")
    check(m.get(b"content-length"), "Content-Length of HEAD lost")
    k.pump(0.1)
    check(len(k.buf) == k.pos, f"bytes after a HEAD response: {k.buf[k.pos:][:40]!r}")
    k.send(f"GET /2 HTTP/1.1\r\n{H}\r\n")
    k.close()


@c("head-then-get-same-connection")
def _(env):
    env.serve(lambda k, it: k.send(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n" + (b"" if it.msg.method == b"HEAD" else b"world")))
    k = env.client()
    k.send(f"HEAD /1 HTTP/1.1\r\n{H}\r\n")
    m, d = k.read_response(b"HEAD")
    check(m and m.status == 200, "HEAD failed")
    k.send(f"GET /2 HTTP/1.1\r\n{H}\r\n")
    m, d = k.read_response(b"GET")
    check(m and d and m.body == b"world", f"GET after HEAD: {m and m.body!r}")
    k.close()


@c("head-chunked-upstream")
def _(env):
    env.serve(lambda k, it: k.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + (b"" if it.msg.method == b"HEAD" else b"5\r\nworld\r\n0\r\n\r\n")))
    k = env.client()
    k.send(f"HEAD /1 HTTP/1.1\r\n{H}\r\n")
    m, d = k.read_response(b"HEAD")
    check(m and m.status == 200, "HEAD failed")
    k.send(f"GET /2 HTTP/1.1\r\n{H}\r\n")
    m, d = k.read_response(b"GET")
    check(m and d and m.body == b"world", f"GET after HEAD: {m and m.body!r}")
    k.close()


for _s in (204, 304):
    def _f(env, s=_s):
        def up(k, it):
            k.send(b"HTTP/1.1 %d X\r\nETag: \"a\"\r\n%s\r\n" % (s, b"Content-Length: 77\r\n" if s == 304 else b"")) if it.msg.target == b"/1" else k.reply(it, body=b"two")
        env.serve(up)
        k = env.client()
        k.send(f"GET /1 HTTP/1.1\r\n{H}\r\n")
        m, d = k.read_response()
        check(m and m.status == s, f"{m and m.status}")
        if s == 204:
            check(not m.get(b"content-length") and not m.get(b"transfer-encoding"), f"204 with framing headers {m.headers}")
        k.send(f"GET /2 HTTP/1.1\r\n{H}\r\n")
        m, d = k.read_response()
        check(m and d and m.body == b"two", "connection out of sync after a bodyless status")
        k.close()
    case(G, f"bodyless-{_s}-in-sync")(_f)


for _s in (200, 201, 202, 206, 226, 299, 300, 301, 302, 303, 307, 308, 400, 401, 403, 404, 405, 409, 410, 418, 422, 425, 429, 451, 499, 500, 501, 505, 511, 599):
    def _f(env, s=_s):
        env.serve(lambda k, it: k.reply(it, s, b"body-%d" % s, reason=b"Some Reason"))
        m, d = env.get("/s")
        check(m and d and m.status == s and m.body == b"body-%d" % s, f"status {s} became {m and m.status} {m and m.body!r}")
    case(G, f"status-{_s}")(_f)


@c("status-empty-reason")
def _(env):
    env.serve(lambda k, it: k.send(b"HTTP/1.1 200 \r\nContent-Length: 2\r\n\r\nok"))
    m, d = env.get()
    check(m and d and m.status == 200, f"{m and m.status}")


@c("status-no-reason-sp", "should")
def _(env):
    env.serve(lambda k, it: k.send(b"HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok"))
    m, d = env.get()
    check(m and d and m.status in (200, 502), f"{m and m.status}")


# ------------------------------------------------------------- Expect / 1xx
@c("expect-100-client-waits")
def _(env):
    env.serve(ok200)
    k = env.client()
    k.send(f"POST /e HTTP/1.1\r\n{H}Expect: 100-continue\r\nContent-Length: 5\r\n\r\n")
    t0 = time.time()
    while b"\r\n\r\n" not in k.buf and not k.eof and time.time() - t0 < 2.5:
        k.pump(0.2)
    check(k.buf.startswith(b"HTTP/1.1 100") or k.buf[:10] >= b"HTTP/1.1 2", f"no 100 Continue within 2.5 s (client would stall): {k.buf[:60]!r}")
    k.send("hello")
    m, d = k.read_response()
    check(m and d and m.status == 200 and env.last().msg.body == b"hello", f"{m and m.status}")
    k.close()


@c("expect-100-fast-client")
def _(env):
    env.serve(ok200)
    m, d = env.get("/e", "Expect: 100-continue\r\nContent-Length: 5\r\n", "POST", "hello")
    check(m and m.status == 200 and env.last().msg.body == b"hello", f"{m and m.status}")


@c("expect-100-final-instead", "should")
def _(env):
    """upstream refuses before the body: the client must get the refusal"""
    def up(conn):
        h = conn.read_head(3)
        if h:
            conn.send(b"HTTP/1.1 417 Nope\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno")
    env.serve(raw=up)
    k = env.client(4)
    k.send(f"POST /e HTTP/1.1\r\n{H}Expect: 100-continue\r\nContent-Length: 5\r\n\r\n")
    t0 = time.time()
    while time.time() - t0 < 2 and not k.eof and not k.buf:
        k.pump(0.2)
    if k.buf.startswith(b"HTTP/1.1 100"):
        k.send("hello")                # the proxy answers 100 itself: permitted
    m, d = k.read_response(timeout=3)
    check(m and m.status == 417, f"{m and m.status}")
    k.close()


@c("expect-100-http10-ignored")
def _(env):
    env.serve(ok200)
    intr = []
    m, d = env.get("/e", "Expect: 100-continue\r\nContent-Length: 5\r\n", "POST", "hello", version="1.0", interim=intr)
    check(m and m.status == 200, f"{m and m.status}")
    check(not intr, "100 Continue sent to an HTTP/1.0 client (MUST NOT)")


@c("interim-103-relayed", "should")
def _(env):
    def up(k, it):
        k.send(b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n")
        time.sleep(0.05)
        return k.reply(it, body=b"fin")
    env.serve(up)
    intr = []
    m, d = env.get(interim=intr)
    check(m and d and m.status == 200 and m.body == b"fin", f"final response after a 103 lost: {m and m.status} {m and m.body!r}")
    check([i.status for i in intr] == [103], f"103 not relayed ({[i.status for i in intr]}); RFC 9110 15.2: a proxy MUST forward 1xx")


def _interim_big(chunked, silent_only=False):
    def f(env):
        body = b"".join(b"%07d;" % i for i in range(8000))
        fr = b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(body), body) if chunked else b"Content-Length: %d\r\n\r\n%s" % (len(body), body)
        env.serve(lambda k, it: k.send(b"HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\nHTTP/1.1 200 OK\r\n" + fr))
        m, d = env.get(interim=[], timeout=4)
        if silent_only:
            check(m is None or m.status == 502 or not d or m.body == body, f"SILENTLY TRUNCATED: {m and len(m.body)} of {len(body)} bytes delivered as complete")
            return
        check(m is not None and m.status in (200, 502), f"{m and m.status}")
        check(d, f"response stalled after {len(m.body)} of {len(body)} bytes")
        check(m.status == 502 or m.body == body, f"{len(m.body)} of {len(body)} bytes")
    return f


case(G, "interim-103-then-64K-cl")(_interim_big(False))
case(G, "interim-103-then-64K-chunked")(_interim_big(True))
case(G, "interim-103-no-silent-truncation", "critical")(_interim_big(True, True))


@c("interim-multiple-then-final")
def _(env):
    def up(k, it):
        for s in (102, 103, 103):
            k.send(b"HTTP/1.1 %d X\r\n\r\n" % s)
        return k.reply(it, body=b"fin")
    env.serve(up)
    m, d = env.get(interim=[])
    check(m and d and m.status == 200 and m.body == b"fin", f"{m and m.status}")


@c("interim-unexpected-100")
def _(env):
    def up(k, it):
        k.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        return k.reply(it, body=b"fin")
    env.serve(up)
    k = env.client()
    for i in range(2):
        k.send(f"GET /{i} HTTP/1.1\r\n{H}\r\n")
        m, d = k.read_response(interim=[])
        check(m and d and m.status == 200 and m.body == b"fin", f"{m and m.status}")
    k.close()


@c("interim-not-to-http10")
def _(env):
    def up(k, it):
        if it.msg.version != b"HTTP/1.0":
            k.send(b"HTTP/1.1 103 Early Hints\r\n\r\n")
        return k.reply(it, body=b"fin")
    env.serve(up)
    intr = []
    m, d = env.get(version="1.0", interim=intr)
    check(m and m.status == 200, f"{m and m.status}")
    check(not intr, "1xx sent to an HTTP/1.0 client (MUST NOT)")


# ------------------------------------------------------------- pipelining, keep-alive
@c("pipeline-order")
def _(env):
    def up(k, it):
        if it.msg.target == b"/slow":
            time.sleep(0.3)
        return k.reply(it, body=it.msg.target)
    env.serve(up)
    k = env.client(5)
    k.send("".join(f"GET {p} HTTP/1.1\r\n{H}\r\n" for p in ("/slow", "/b", "/c", "/d")))
    for p in (b"/slow", b"/b", b"/c", b"/d"):
        m, d = k.read_response(timeout=4)
        check(m and d and m.body == p, f"wanted {p!r}, got {m and m.body!r}")
    k.close()


@c("pipeline-20-mixed-bodies")
def _(env):
    env.serve(lambda k, it: k.reply(it, body=it.msg.target + b":" + it.msg.body))
    k = env.client(6)
    s = ""
    for i in range(20):
        s += f"POST /{i} HTTP/1.1\r\n{H}Content-Length: {len(str(i))}\r\n\r\n{i}" if i % 2 else f"POST /{i} HTTP/1.1\r\n{H}Transfer-Encoding: chunked\r\n\r\n{len(str(i))}\r\n{i}\r\n0\r\n\r\n"
    k.send(s)
    for i in range(20):
        m, d = k.read_response(timeout=5)
        check(m and d and m.body == f"/{i}:{i}".encode(), f"{i}: {m and m.body!r}")
    k.close()


@c("keepalive-100-requests")
def _(env):
    env.serve(lambda k, it: k.reply(it, body=it.msg.target))
    k = env.client(5)
    for i in range(100):
        k.send(f"GET /{i} HTTP/1.1\r\n{H}\r\n")
        m, d = k.read_response()
        check(m and d and m.body == f"/{i}".encode(), f"{i}: {m and m.body!r}")
    k.close()


@c("keepalive-after-404-and-500")
def _(env):
    env.serve(lambda k, it: k.reply(it, int(it.msg.target[1:]), b"x"))
    k = env.client()
    for s in (404, 500, 200):
        k.send(f"GET /{s} HTTP/1.1\r\n{H}\r\n")
        m, d = k.read_response()
        check(m and d and m.status == s, f"{m and m.status}")
    k.close()


@c("connection-close-honoured")
def _(env):
    env.serve(ok200)
    k = env.client()
    k.send(f"GET / HTTP/1.1\r\n{H}Connection: close\r\n\r\n")
    m, d = k.read_response()
    check(m and m.status == 200, "no response")
    check(b"close" in b",".join(m.get(b"connection")).lower(), "response lacks Connection: close")
    check(k.wait_eof(1.5), "connection not closed")
    k.close()


@c("upstream-conn-reuse", "should")
def _(env):
    env.serve(ok200)
    for i in range(10):
        env.get(f"/{i}")
    n = len(env.up.conns)
    check(n <= 3, f"{n} upstream connections for 10 sequential requests: no connection pooling")


@c("http10-client-close-delimited")
def _(env):
    def up(k, it):
        if it.msg.version == b"HTTP/1.0":
            k.send(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello world")
            return False
        return k.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n")
    env.serve(up)
    k = env.client()
    k.send(f"GET / HTTP/1.0\r\n{H}\r\n")
    k.wait_eof(2)
    check(k.eof, "connection not closed after an HTTP/1.0 request")
    head, _, body = k.buf.partition(b"\r\n\r\n")
    check(b"transfer-encoding" not in head.lower(), "chunked sent to an HTTP/1.0 client (MUST NOT)")
    check(body == b"hello world", f"{body!r}")
    k.close()


@c("http10-keepalive", "should")
def _(env):
    env.serve(ok200)
    k = env.client()
    for i in range(2):
        k.send(f"GET /{i} HTTP/1.0\r\n{H}Connection: keep-alive\r\n\r\n")
        m, d = k.read_response()
        check(m and m.status == 200 and m.body == b"hello", f"{m and m.status}")
        if i == 0 and b"keep-alive" not in b",".join(m.get(b"connection")).lower():
            check(k.wait_eof(1), "no keep-alive and not closed")
            return
    k.close()


@c("http10-no-host")
def _(env):
    env.serve(ok200)
    k = env.client()
    k.send("GET /nohost HTTP/1.0\r\n\r\n")
    m, d = k.read_response()
    check(m is not None and m.status in (200, 400, 404, 421), f"{m and m.status}")
    if m.status == 200 and env.last():
        check(env.last().kind != "bad", f"forwarded {env.last().reasons}")
    k.close()


@c("http10-upstream")
def _(env):
    def up(k, it):
        k.send(b"HTTP/1.0 200 OK\r\n\r\nclose-delimited")
        return False
    env.serve(up)
    m, d = env.get()
    check(m and d and m.body == b"close-delimited", f"{m and m.body!r} {d}")


@c("http10-upstream-keepalive-cl")
def _(env):
    env.serve(lambda k, it: k.send(b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\nok"))
    for _ in range(2):
        m, d = env.get()
        check(m and d and m.body == b"ok", f"{m and m.body!r}")


@c("close-delimited-http11")
def _(env):
    def up(k, it):
        k.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nabc")
        time.sleep(0.05)
        k.send(b"def")
        return False
    env.serve(up)
    m, d = env.get()
    check(m and d and m.body == b"abcdef", f"{m and m.body!r} complete={d}")


# ------------------------------------------------------------- bodies & streaming
def _blob(n):
    return hashlib.sha256(str(n).encode()).digest() * (n // 32)


@c("body-8MB-upload-cl")
def _(env):
    b = _blob(8 << 20)
    env.serve(lambda k, it: k.reply(it, body=hashlib.sha256(it.msg.body).hexdigest().encode()))
    m, d = env.get("/u", f"Content-Length: {len(b)}\r\n", "POST", b, timeout=15)
    check(m and m.body == hashlib.sha256(b).hexdigest().encode(), f"{m and m.status} {m and m.body[:80]!r}")


@c("body-2MB-upload-chunked")
def _(env):
    b = _blob(2 << 20)
    env.serve(lambda k, it: k.reply(it, body=hashlib.sha256(it.msg.body).hexdigest().encode()))
    ch = b"".join(b"%x\r\n%s\r\n" % (len(b[i:i + 7777]), b[i:i + 7777]) for i in range(0, len(b), 7777)) + b"0\r\n\r\n"
    m, d = env.get("/u", "Transfer-Encoding: chunked\r\n", "POST", ch, timeout=15)
    check(m and m.body == hashlib.sha256(b).hexdigest().encode(), f"{m and m.status}")


@c("body-16MB-download-cl")
def _(env):
    b = _blob(16 << 20)
    env.serve(lambda k, it: k.reply(it, body=b))
    m, d = env.get("/d", timeout=15)
    check(m and d and m.body == b, f"{m and len(m.body)} complete={d}")


@c("body-4MB-download-chunked")
def _(env):
    b = _blob(4 << 20)
    ch = b"".join(b"%x;ext=1\r\n%s\r\n" % (len(b[i:i + 5555]), b[i:i + 5555]) for i in range(0, len(b), 5555)) + b"0\r\n\r\n"
    env.serve(lambda k, it: k.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + ch))
    m, d = env.get("/d", timeout=15)
    check(m and d and m.body == b, f"{m and len(m.body)} complete={d}")


@c("body-get-with-body")
def _(env):
    env.serve(ok200)
    m, d = env.get("/g", "Content-Length: 5\r\n", "GET", "hello")
    check(m is not None, "no answer")
    if m.status == 200:
        check(env.last().msg.body == b"hello", f"body became {env.last().msg.body!r}")
        check(env.nreq() == 1, "GET body parsed as a request")


@c("body-byte-by-byte-request")
def _(env):
    env.serve(ok200)
    k = env.client(6)
    for ch in f"POST /bb HTTP/1.1\r\n{H}Transfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n0\r\nX-T: 1\r\n\r\n":
        k.send(ch)
        time.sleep(0.001)
    m, d = k.read_response(timeout=4)
    check(m and d and m.status == 200 and env.last().msg.body == b"hello", f"{m and m.status}")
    k.close()


@c("body-byte-by-byte-response")
def _(env):
    def up(k, it):
        for ch in b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-A: b\r\n\r\n5;a=b\r\nhello\r\n0\r\nX-T: 1\r\n\r\n":
            k.send(bytes([ch]))
            time.sleep(0.001)
    env.serve(up)
    m, d = env.get(timeout=5)
    check(m and d and m.body == b"hello", f"{m and m.body!r}")


@c("stream-response-progressive")
def _(env):
    """a chunk must reach the client while the response is still open (SSE, long poll)"""
    ev = threading.Event()

    def up(k, it):
        k.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n8\r\ndata: 1\n\r\n")
        ev.wait(1.5)
        k.send(b"8\r\ndata: 2\n\r\n0\r\n\r\n")
    env.serve(up)
    k = env.client(5)
    k.send(f"GET /sse HTTP/1.1\r\n{H}\r\n")
    t0 = time.time()
    while b"data: 1" not in k.buf and time.time() - t0 < 1.2 and not k.eof:
        k.pump(0.1)
    got = b"data: 1" in k.buf
    ev.set()
    check(got, "first event held back until the upstream finished")
    m, d = k.read_response()
    check(m and d and m.body == b"data: 1\ndata: 2\n", "stream damaged")
    k.close()


@c("stream-request-progressive", "info")
def _(env):
    seen = threading.Event()

    def up(conn):
        conn.read_head(3)
        t0 = time.time()
        while b"part1" not in bytes(conn.data) and time.time() - t0 < 2:
            conn.fill(0.1)
        if b"part1" in bytes(conn.data):
            seen.set()
        conn.pos = 0
        it = conn.read_request(5)
        conn.reply(it, body=b"done", close=True)
    env.serve(raw=up)
    k = env.client(6)
    k.send(f"POST /up HTTP/1.1\r\n{H}Transfer-Encoding: chunked\r\n\r\n5\r\npart1\r\n")
    ok = seen.wait(1.0)
    k.send("5\r\npart2\r\n0\r\n\r\n")
    m, d = k.read_response(timeout=4)
    k.close()
    check(m and m.status == 200, f"{m and m.status}")
    check(ok, "request body is buffered completely before forwarding (policy; fatal for bidirectional streaming)")


@c("trailers-response", "should")
def _(env):
    env.serve(lambda k, it: k.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n2\r\nok\r\n0\r\nX-Sum: 42\r\n\r\n"))
    k = env.client()
    k.send(f"GET /t HTTP/1.1\r\n{H}Connection: TE\r\nTE: trailers\r\n\r\n")
    m, d = k.read_response()
    check(m and d and m.body == b"ok", f"{m and m.body!r}")
    check((b"X-Sum", b"42") in [(a.title(), b) for a, b in m.trailers], "trailer dropped although the client sent TE: trailers")
    k.close()


@c("trailers-request-not-merged")
def _(env):
    env.serve(ok200)
    m, d = env.get("/t", "Transfer-Encoding: chunked\r\n", "POST", "2\r\nok\r\n0\r\nAuthorization: Basic evil\r\nX-Role: admin\r\n\r\n")
    check(m and m.status in (200, 400), f"{m and m.status}")
    if m.status == 200:
        it = env.last()
        check(it.msg.body == b"ok", "body")
        check(not hdr(it, "authorization"), "trailer became a request header")


@c("response-both-cl-te-normalised")
def _(env):
    env.serve(lambda k, it: k.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n2\r\nok\r\n0\r\n\r\n"))
    k = env.client()
    k.send(f"GET /t HTTP/1.1\r\n{H}\r\n")
    m, d = k.read_response()          # strict parser raises when both are relayed
    check(m and (m.status == 502 or (d and m.body == b"ok")), f"{m and m.status} {m and m.body!r}")
    k.close()


# ------------------------------------------------------------- early answers, aborts
@c("early-response-to-upload")
def _(env):
    def up(conn):
        conn.read_head(3)
        conn.send(b"HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\nConnection: close\r\n\r\nbig")
        t0 = time.time()
        while time.time() - t0 < 1.0 and not conn.eof:
            conn.fill(0.1)
    env.serve(raw=up)
    k = env.client(6)
    n = 4 << 20
    k.send(f"POST /up HTTP/1.1\r\n{H}Content-Length: {n}\r\n\r\n")
    k.s.settimeout(0.2)
    sent, t0 = 0, time.time()
    while sent < n and time.time() - t0 < 4:
        try:
            sent += k.s.send(b"z" * 65536)
        except OSError:
            pass
        k.pump(0)
        if k.eof or b"\r\n\r\n" in k.buf:
            break
    m, d = k.read_response(timeout=3)
    check(m is not None, f"no response at all to an upload answered early (reset={k.reset}, sent={sent})")
    check(m.status in (413, 502), f"{m.status}")
    check(m.status == 413, f"early 413 turned into {m.status}")
    k.close()


@c("client-half-close-still-answered", "should")
def _(env):
    def up(k, it):
        time.sleep(0.3)
        return k.reply(it, body=b"late")
    env.serve(up)
    k = env.client()
    k.send(f"GET / HTTP/1.1\r\n{H}\r\n")
    k.half_close()
    m, d = k.read_response()
    check(m and m.status == 200 and m.body == b"late", f"half-closed client got {m and m.status}")
    k.close()


@c("client-abort-cancels-upstream", "should")
def _(env):
    """client goes away: the upstream exchange must be ended soon (else slow upstreams pile up)"""
    st = {}

    def up(k, it):
        st["t"] = time.time()
        while time.time() - st["t"] < 3:
            k.fill(0.05)
            if k.eof:
                st["eof"] = time.time() - st["t"]
                return False
        return k.reply(it)
    env.serve(up)
    k = env.client()
    k.send(f"GET / HTTP/1.1\r\n{H}\r\n")
    env.wait_reqs(1)
    k.rst()
    t0 = time.time()
    while "eof" not in st and time.time() - t0 < 1.8:
        time.sleep(0.05)
    check("eof" in st, "upstream request still running 1.8 s after the client reset")


@c("client-abort-mid-download")
def _(env):
    st = {}

    def up(k, it):
        k.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n")
        t0 = time.time()
        while time.time() - t0 < 4:
            if not k.send(b"x" * 65536):
                st["stopped"] = time.time() - t0
                return False
        return False
    env.serve(up)
    k = env.client()
    k.send(f"GET / HTTP/1.1\r\n{H}\r\n")
    k.pump(1)
    k.rst()
    t0 = time.time()
    while "stopped" not in st and time.time() - t0 < 3:
        time.sleep(0.05)
    check("stopped" in st, "proxy keeps pulling a download nobody reads")


@c("client-abort-mid-upload")
def _(env):
    env.serve(ok200)
    k = env.client()
    k.send(f"POST / HTTP/1.1\r\n{H}Content-Length: 100000\r\n\r\n" + "x" * 5000)
    time.sleep(0.15)
    k.rst()
    time.sleep(0.3)
    for conn in env.up.conns:
        its = h1.parse_stream(bytes(conn.data))
        check(not any(i.kind in ("ok", "pass", "norm") and i.msg.method == b"POST" for i in its), "a truncated upload reached the upstream as a complete request")


# ------------------------------------------------------------- limits
@c("limit-uri-64k")
def _(env):
    env.serve(ok200)
    m, d = env.get("/" + "a" * 65536)
    check(m is None or m.status in (414, 431, 400), f"{m and m.status}")
    check(m is not None, "connection dropped without a response")
    check(m.status in (414, 400, 431), f"{m.status}")


@c("limit-uri-414", "should")
def _(env):
    env.serve(ok200)
    m, d = env.get("/" + "a" * 65536)
    check(m is not None and m.status == 414, f"long URI answered {m and m.status}, not 414")


@c("limit-header-1MB")
def _(env):
    env.serve(ok200)
    k = env.client(5)
    k.send(f"GET / HTTP/1.1\r\n{H}X-Big: " + "b" * (1 << 20) + "\r\n\r\n")
    m, d = k.read_response()
    check(env.nreq() == 0, "1 MB header forwarded")
    check(m is None or m.status in (431, 400, 413), f"{m and m.status}")
    k.close()


@c("limit-header-431", "should")
def _(env):
    env.serve(ok200)
    k = env.client(5)
    k.send(f"GET / HTTP/1.1\r\n{H}X-Big: " + "b" * 100000 + "\r\n\r\n")
    m, d = k.read_response()
    check(m is not None and m.status == 431, f"oversized header answered {m and m.status}, not 431")
    k.close()


@c("limit-many-headers")
def _(env):
    env.serve(ok200)
    k = env.client(5)
    k.send(f"GET / HTTP/1.1\r\n{H}" + "".join(f"X-{i}: {i}\r\n" for i in range(20000)) + "\r\n")
    m, d = k.read_response()
    check(env.nreq() == 0, "20000 headers forwarded")
    check(m is None or m.status in (431, 400, 413), f"{m and m.status}")
    k.close()


@c("limit-8k-header-accepted")
def _(env):
    env.serve(ok200)
    m, d = env.get("/", "X-Big: " + "b" * 7000 + "\r\n")
    check(m and m.status == 200, f"7 KB header refused: {m and m.status}")


@c("limit-100-headers-accepted")
def _(env):
    env.serve(ok200)
    m, d = env.get("/", "".join(f"X-{i}: {i}\r\n" for i in range(80)))
    check(m and m.status == 200, f"80 headers refused: {m and m.status}")


@c("slowloris-header")
def _(env):
    """client-header timeout is configured to 2 s: dribbling must not keep the connection"""
    env.serve(ok200)
    k = env.client(8)
    k.send("GET /slow HTTP/1.1\r\nHost: example.test\r\n")
    t0 = time.time()
    while time.time() - t0 < 6 and not k.eof:
        if not k.send("X-a: b\r\n"):
            break
        k.pump(0.25)
    dt = time.time() - t0
    check(dt < 5, "dribbled header kept the connection for 5 s and more (limit 2 s)")
    check(k.buf == b"" or b" 408 " in k.buf[:20] or b" 400 " in k.buf[:20], f"{k.buf[:40]!r}")
    k.close()


@c("slowloris-silent")
def _(env):
    env.serve(ok200)
    k = env.client(8)
    k.send("GET /slow HTT")
    check(k.wait_eof(5), "half a request line kept the connection for 5 s (limit 2 s)")
    k.close()


@c("slowloris-body", "should")
def _(env):
    env.serve(ok200)
    k = env.client(10)
    k.send(f"POST /slow HTTP/1.1\r\n{H}Content-Length: 1000\r\n\r\nab")
    check(k.wait_eof(6), "stalled request body kept the connection for 6 s (limit 2 s)")
    k.close()


@c("slow-but-steady-body-accepted")
def _(env):
    env.serve(ok200)
    k = env.client(10)
    k.send(f"POST /slow HTTP/1.1\r\n{H}Content-Length: 12\r\n\r\n")
    for i in range(12):
        time.sleep(0.25)
        k.send("x")
    m, d = k.read_response(timeout=4)
    check(m and m.status == 200, f"a slow but steady 3 s upload was cut: {m and m.status}")
    k.close()


@c("200-idle-connections")
def _(env):
    env.serve(ok200)
    ks = [env.client() for _ in range(200)]
    m, d = env.get()
    check(m and m.status == 200, "cannot serve while 200 connections idle")
    for k in ks:
        k.close()


@c("200-half-open-slow-clients")
def _(env):
    env.serve(ok200)
    ks = []
    for i in range(200):
        k = env.client()
        k.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Le")
        ks.append(k)
    t0 = time.time()
    m, d = env.get()
    check(m and m.status == 200 and time.time() - t0 < 1, f"slow clients block a normal one ({time.time() - t0:.1f}s)")
    for k in ks:
        k.close()


def run(target, **kw):
    return [run_group(G, target, "intermediary semantics (client side)", lanes=3, **kw)]
