"""Fault injection: connect faults, hangs, stale keep-alive, retry safety, isolation, leaks.
Configured limits in profile `plain`: connect 1 s, upstream response 2 s, no status-code retries."""
import random, socket, threading, time
from .. import h1
from ..cases import case, check, ok200, Skip, run_group
from ..net import Client, Upstream

G = "faults"
H = "Host: example.test\r\n"


def c(cid, sev="must"):
    return case(G, cid, sev)


@c("connect-refused-fast")
def _(env):
    env.serve(ok200)
    env.up.pause()
    try:
        t0 = time.time()
        m, d = env.get("/r", timeout=6)
        dt = time.time() - t0
        check(m is not None and m.status in (502, 503), f"{m and m.status}")
        check(dt < 1.5, f"refused connection took {dt:.1f}s to report")
    finally:
        env.up.resume()


@c("connect-refused-recovers")
def _(env):
    env.serve(ok200)
    env.up.pause()
    for _ in range(5):
        env.get("/r", timeout=6)
    env.up.resume()
    t0 = time.time()
    while time.time() - t0 < 2:
        m, d = env.get("/ok", timeout=3)
        if m is not None and m.status == 200:
            return
        time.sleep(0.1)
    raise AssertionError("still failing 2 s after the upstream came back")


def _blackhole(env):
    env.up.pause()
    s = socket.socket()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    for _ in range(50):
        try:
            s.bind(("127.0.0.1", env.up.port))
            break
        except OSError:
            time.sleep(0.02)
    s.listen(0)
    fill = []
    for _ in range(3):
        k = socket.socket()
        k.setblocking(False)
        k.connect_ex(("127.0.0.1", env.up.port))
        fill.append(k)
    time.sleep(0.05)
    return s, fill


@c("connect-blackhole-times-out")
def _(env):
    env.serve(ok200)
    s, fill = _blackhole(env)
    try:
        t0 = time.time()
        m, d = env.get("/b", timeout=8)
        dt = time.time() - t0
        check(m is not None and m.status in (502, 503, 504), f"{m and m.status} after {dt:.1f}s")
        check(dt < 5.5, f"SYN black hole took {dt:.1f}s (connect timeout 1 s)")
    finally:
        for k in fill:
            k.close()
        s.close()
        env.up.resume()


@c("hang-gives-504")
def _(env):
    env.serve(lambda k, it: k.fill(5) and False)
    t0 = time.time()
    m, d = env.get("/hang", timeout=8)
    dt = time.time() - t0
    check(m is not None and m.status == 504, f"{m and m.status}")
    check(1.5 < dt < 4, f"timeout after {dt:.1f}s (limit 2 s)")


@c("slow-accept-tolerated")
def _(env):
    env.serve(ok200)
    env.up.pause()
    env.up.resume(backlog=64)
    m, d = env.get("/s", timeout=5)
    check(m and m.status == 200, f"{m and m.status}")


@c("trickle-body-complete")
def _(env):
    def up(k, it):
        k.send(b"HTTP/1.1 200 OK\r\nContent-Length: 30\r\n\r\n")
        for i in range(30):
            k.send(b"x")
            time.sleep(0.08)
    env.serve(up)
    m, d = env.get("/t", timeout=8)
    check(m and d and len(m.body) == 30, f"slow but steady response cut: {m and len(m.body)} bytes, complete={d}")


@c("upstream-not-reading-upload")
def _(env):
    env.serve(raw=lambda conn: time.sleep(6))
    k = env.client(9)
    k.send(f"POST /u HTTP/1.1\r\n{H}Content-Length: 30000000\r\n\r\n")
    k.s.settimeout(0.1)
    t0 = time.time()
    while time.time() - t0 < 8 and not k.eof and b"HTTP/1.1 5" not in k.buf:
        try:
            k.s.send(b"x" * 262144)
        except OSError:
            time.sleep(0.02)
        k.pump(0)
    dt = time.time() - t0
    check(dt < 7.5, "an upstream that never reads held the upload for ever")
    k.close()


# ---- retry safety: one client request must not execute twice unless the method is idempotent
def _exec(env, method, behave, path="/x", body="", warm=True, headers=""):
    """returns (status or None, executions of path, complete)"""
    n = {"x": 0}
    lock = threading.Lock()

    def up(conn):
        while True:
            it = conn.read_request(6)
            if it is None or it.kind == "bad":
                return
            if it.msg.target != path.encode():
                conn.reply(it, body=b"warm")
                continue
            with lock:
                n["x"] += 1
                first = n["x"] == 1
            if first or behave == "hang":
                if behave == "close":
                    conn.close()
                    return
                if behave == "rst":
                    conn.rst()
                    return
                if behave == "hang":
                    conn.fill(5)
                    return
                if behave == "partial-head":
                    conn.send(b"HTTP/1.1 200 OK\r\nContent-Le")
                    conn.close()
                    return
                if behave == "partial-body":
                    conn.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc")
                    conn.close()
                    return
                if behave == "503":
                    conn.reply(it, 503, b"busy")
                    continue
            conn.reply(it, body=b"done")
    env.serve(raw=up)
    k = env.client(9)
    if warm:
        k.send(f"GET /warm HTTP/1.1\r\n{H}\r\n")
        m, d = k.read_response()
        check(m and m.status == 200, "warm-up failed")
    cl = f"Content-Length: {len(body)}\r\n" if body or method in ("POST", "PUT", "PATCH") else ""
    k.send(f"{method} {path} HTTP/1.1\r\n{H}{headers}{cl}\r\n{body}")
    try:
        m, d = k.read_response(method.encode(), timeout=8)
    except h1.RespError:
        m, d = None, False
    time.sleep(0.15)
    k.close()
    return (m.status if m else None), n["x"], d


def _nodup(meth, b, w):
    def _f(env):
        st, n, d = _exec(env, meth, b, body="pay=100", warm=w)
        check(n == 1, f"{meth} executed {n} times after upstream '{b}' ({'reused' if w else 'fresh'} connection); client saw {st}")
        if b == "503":
            check(st == 503, f"503 became {st}")
        elif b != "partial-body":
            check(st in (502, 504, 503, 500, None), f"client saw {st}")
    case(G, f"no-duplicate-{meth}-{b}-{'reused' if w else 'fresh'}", "must")(_f)


for _b in ("close", "rst", "hang", "partial-head", "partial-body", "503"):
    for _w in (True, False):
        _nodup("POST", _b, _w)

for _meth in ("GET", "PUT", "DELETE", "HEAD"):
    for _b in ("close", "rst"):
        def _f(env, meth=_meth, b=_b):
            st, n, d = _exec(env, meth, b, body="v" if meth == "PUT" else "", warm=True)
            check(n <= 4, f"{n} executions")
            check(st is not None, "no response at all")
            check(st == 200, f"{meth} on a reused connection that died: client saw {st} (a safe retry was possible)")
        case(G, f"stale-retry-{_meth}-{_b}", "should")(_f)


@c("no-duplicate-POST-chunked-upload-reset")
def _(env):
    n = {"x": 0}

    def up(conn):
        conn.read_head(5)
        n["x"] += 1
        conn.fill(0.3)
        conn.rst()
    env.serve(raw=up)
    k = env.client(6)
    k.send(f"POST /x HTTP/1.1\r\n{H}Transfer-Encoding: chunked\r\n\r\n" + "5\r\nhello\r\n" * 3)
    time.sleep(0.1)
    k.send("5\r\nhello\r\n0\r\n\r\n")
    m, d = k.read_response(timeout=5)
    check(n["x"] == 1, f"streamed POST sent {n['x']} times")
    check(m is None or m.status in (502, 503, 500, 504), f"{m and m.status}")
    k.close()


# ---- the stale keep-alive race itself
def _race(env, method, rounds, before):
    """upstream closes the idle connection at about the moment the next request arrives"""
    seen = {}
    lock = threading.Lock()
    rnd = random.Random(7)

    def up(conn):
        while True:
            it = conn.read_request(6)
            if it is None or it.kind == "bad":
                return
            with lock:
                seen[it.msg.target] = seen.get(it.msg.target, 0) + 1
            conn.reply(it, body=b"ok")
            time.sleep(rnd.random() * 0.003)
            conn.close()
            return
    env.serve(raw=up)
    res = {}
    for i in range(rounds):
        k = env.client(5)
        st = []
        for j in (0, 1):
            p = f"/r{i}-{j}"
            body = "b" if method == "POST" else ""
            k.send(f"{method} {p} HTTP/1.1\r\n{H}" + (f"Content-Length: {len(body)}\r\n" if body else "") + "\r\n" + body)
            try:
                m, d = k.read_response(method.encode(), timeout=4)
            except h1.RespError:
                m, d = None, False
            st.append(m.status if m is not None and d else None)
            if m is None:
                break
            time.sleep(rnd.random() * 0.004)
        for s in st:
            res[s] = res.get(s, 0) + 1
        k.close()
    dup = {p: n for p, n in seen.items() if n > 1}
    return res, dup


@c("stale-race-GET-no-errors")
def _(env):
    res, dup = _race(env, "GET", 100, True)
    check(set(res) == {200}, f"{res}")


@c("stale-race-POST-no-duplicates")
def _(env):
    res, dup = _race(env, "POST", 100, True)
    check(not dup, f"POSTs executed twice: {dup}")
    check(set(res) <= {200, 502, 503, None}, f"{res}")


@c("failed-POST-gets-a-response", "should")
def _(env):
    for b in ("close", "rst"):
        st, n, d = _exec(env, "POST", b, body="p", warm=True)
        check(st in (502, 503, 504, 500), f"upstream {b}: the client's connection was just closed (status {st})")


@c("stale-race-POST-error-rate", "info")
def _(env):
    res, dup = _race(env, "POST", 100, True)
    bad = sum(n for s, n in res.items() if s != 200)
    check(bad == 0, f"{bad} of {sum(res.values())} POSTs failed in the keep-alive race ({res})")


@c("server-closes-after-each-response")
def _(env):
    def up(conn):
        it = conn.read_request(5)
        if it is None:
            return
        conn.reply(it, body=b"once")
        conn.close()
    env.serve(raw=up)
    bad = []
    for i in range(60):
        m, d = env.get(f"/{i}")
        if not (m and d and m.status == 200):
            bad.append(m and m.status)
        time.sleep(0.003)
    check(not bad, f"{len(bad)} of 60 failed: {bad[:5]}")


@c("server-rst-after-each-response", "should")
def _(env):
    def up(conn):
        it = conn.read_request(5)
        if it is None:
            return
        conn.reply(it, body=b"once")
        time.sleep(0.01)
        conn.rst()
    env.serve(raw=up)
    bad = []
    for i in range(60):
        m, d = env.get(f"/{i}")
        if not (m and d and m.status == 200):
            bad.append(m and m.status)
        time.sleep(0.015)
    check(not bad, f"{len(bad)} of 60 failed: {bad[:5]}")


# ---- isolation
@c("hanging-requests-do-not-block-others")
def _(env):
    def up(k, it):
        if it.msg.target.startswith(b"/hang"):
            k.fill(3)
            return False
        return k.reply(it, body=b"fast")
    env.serve(up)
    ks = []
    for i in range(100):
        k = env.client(8)
        k.send(f"GET /hang{i} HTTP/1.1\r\n{H}\r\n")
        ks.append(k)
    env.wait_reqs(100, 2)
    lat = []
    for i in range(20):
        t0 = time.time()
        m, d = env.get(f"/fast{i}", timeout=3)
        lat.append(time.time() - t0)
        check(m and m.status == 200, f"fast request {i}: {m and m.status}")
    check(max(lat) < 0.5, f"worst fast request {max(lat):.2f}s while 100 requests hang")
    for k in ks:
        k.close()


@c("aborted-clients-release-everything")
def _(env):
    if not env.t.proc:
        raise Skip("needs the proxy's pid")
    env.serve(ok200)
    for i in range(20):
        env.get(f"/w{i}")
    time.sleep(0.2)
    base = env.t.socks()
    env.serve(lambda k, it: k.fill(4) and False)
    for rnd in range(3):
        ks = []
        for i in range(60):
            k = env.client(8)
            k.send(f"GET /a{i} HTTP/1.1\r\n{H}\r\n")
            ks.append(k)
        time.sleep(0.15)
        for k in ks:
            k.rst()
    env.up.close_all()
    t0 = time.time()
    while time.time() - t0 < 4:
        n = env.t.socks()
        if n <= base + 8:
            return
        time.sleep(0.2)
    raise AssertionError(f"sockets {base} -> {n} four seconds after 180 aborted requests")


@c("no-fd-or-memory-leak-over-faults")
def _(env):
    if not env.t.proc:
        raise Skip("needs the proxy's pid")
    rnd = random.Random(3)

    def up(conn):
        while True:
            it = conn.read_request(6)
            if it is None or it.kind == "bad":
                return
            b = rnd.randrange(6)
            if b == 0:
                return conn.rst()
            if b == 1:
                return conn.close()
            if b == 2:
                conn.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf")
                return conn.close()
            if b == 3:
                conn.send(b"garbage\r\n\r\n")
                return conn.close()
            conn.reply(it, body=b"x" * 2000)
    env.serve(raw=up)

    def burst(n):
        for i in range(n):
            k = env.client(4)
            k.send(f"POST /l HTTP/1.1\r\n{H}Content-Length: 5\r\n\r\nhello")
            if i % 3:
                k.pump(0.3)
                k.close()
            else:
                k.rst()
    burst(200)
    time.sleep(0.3)
    env.up.close_all()
    time.sleep(0.4)
    f0, r0 = env.t.socks(), env.t.rss()
    burst(800)
    env.up.close_all()
    t0 = time.time()
    while time.time() - t0 < 4 and env.t.socks() > f0 + 8:
        time.sleep(0.2)
    f1, r1 = env.t.socks(), env.t.rss()
    check(f1 <= f0 + 8, f"sockets {f0} -> {f1} after 800 faulty exchanges")
    check(r1 - r0 < 40 * 1024, f"RSS {r0 // 1024} -> {r1 // 1024} MB after 800 faulty exchanges")


@c("refused-storm-connect-attempts-bounded", "should")
def _(env):
    """with the upstream answering nothing but RST on connect, attempts per request stay bounded"""
    env.serve(ok200)
    env.up.pause()
    try:
        t0 = time.time()
        for i in range(30):
            m, d = env.get("/r", timeout=8)
            check(m is not None and m.status in (502, 503), f"{m and m.status}")
            if time.time() - t0 > 12:
                raise AssertionError(f"{i + 1} refused requests took {time.time() - t0:.0f}s")
    finally:
        env.up.resume()


def run(target, **kw):
    return [run_group(G, target, "faults, retry safety, isolation, leaks", lanes=3, **kw)]
