"""CPU/memory asymmetry and exposure checks that need no product knowledge"""
import os, re, socket, struct, time
from .. import h1
from ..cases import case, check, ok200, Skip, run_group
from ..net import proc_tree

G = "hardening"
H = "Host: example.test\r\n"


def c(cid, sev="must"):
    return case(G, cid, sev)


def cpu_ticks(pid):
    t = 0
    for p in proc_tree(pid):
        try:
            f = open(f"/proc/{p}/stat").read().rsplit(")", 1)[1].split()
            t += int(f[11]) + int(f[12])
        except OSError:
            pass
    return t / os.sysconf("SC_CLK_TCK")


def listening(pid):
    inodes = set()
    for p in proc_tree(pid):
        try:
            for fd in os.listdir(f"/proc/{p}/fd"):
                try:
                    m = re.match(r"socket:\[(\d+)\]", os.readlink(f"/proc/{p}/fd/{fd}"))
                    if m:
                        inodes.add(m.group(1))
                except OSError:
                    pass
        except OSError:
            pass
    out = []
    for fn, v6 in (("/proc/net/tcp", False), ("/proc/net/tcp6", True)):
        for ln in open(fn).read().split("\n")[1:]:
            f = ln.split()
            if len(f) > 9 and f[3] == "0A" and f[9] in inodes:
                ip, port = f[1].split(":")
                if v6:
                    b = b"".join(struct.pack("<I", int(ip[i:i + 8], 16)) for i in range(0, 32, 8))
                    out.append((socket.inet_ntop(socket.AF_INET6, b), int(port, 16)))
                else:
                    out.append((socket.inet_ntoa(struct.pack("<I", int(ip, 16))), int(port, 16)))
    return out


@c("listens-on-loopback-only")
def _(env):
    if not env.t.proc:
        raise Skip("needs the pid")
    ls = listening(env.t.proc.pid)
    bad = [x for x in ls if not (x[0].startswith("127.") or x[0] in ("::1", "::ffff:127.0.0.1"))]
    check(ls, "found no listener")
    check(not bad, f"listens on {bad}")


def jcoll(n):
    """n distinct names with one and the same java.lang.String.hashCode ('Aa' == 'BB'), case-insensitive variants differ"""
    out = []
    bits = 1
    while 2 ** bits < n:
        bits += 1
    for i in range(n):
        out.append("x-" + "".join("Aa" if i >> b & 1 else "BB" for b in range(bits)))
    return out


def _cost(env, build, n=60):
    """CPU seconds of the proxy for n requests"""
    env.serve(ok200)
    env.get("/warm")
    if not env.t.proc:
        raise Skip("needs the pid")
    c0 = cpu_ticks(env.t.proc.pid)
    t0 = time.time()
    k = env.client(20)
    st = {}
    for i in range(n):
        if k.eof:
            k.close()
            k = env.client(20)
        k.send(build(i))
        m, d = k.read_response(timeout=10)
        st[m.status if m else None] = st.get(m.status if m else None, 0) + 1
        if m is None or m.status >= 400:
            k.close()
            k = env.client(20)
    k.close()
    return cpu_ticks(env.t.proc.pid) - c0, time.time() - t0, st


def cost_case(cid, build, limit_cpu, n=60):
    def f(env):
        cpu, wall, st = _cost(env, build, n)
        check(None not in st, f"no answer: {st}")
        check(cpu < limit_cpu and wall < 3 * limit_cpu + 2, f"{cpu:.2f} CPU s / {wall:.2f} s for {n} requests ({st})")
    case(G, cid, "must")(f)


cost_case("cpu-same-header-90-times", lambda i: (f"GET / HTTP/1.1\r\n{H}" + "X-A: 1\r\n" * 90 + "\r\n").encode(), 1.0)
cost_case("cpu-connection-1000-tokens", lambda i: (f"GET / HTTP/1.1\r\n{H}Connection: " + ",".join(f"x{j}" for j in range(1000)) + "\r\n" + "".join(f"x{j}: 1\r\n" for j in range(50)) + "\r\n").encode(), 1.0)
cost_case("cpu-1byte-chunks-20k", lambda i: (f"POST / HTTP/1.1\r\n{H}Transfer-Encoding: chunked\r\n\r\n").encode() + b"1\r\nx\r\n" * 20000 + b"0\r\n\r\n", 2.0, 3)
cost_case("cpu-long-path-segments", lambda i: ("GET " + "/a" * 1900 + "/../" + "../" * 60 + f" HTTP/1.1\r\n{H}\r\n").encode(), 1.0)
cost_case("cpu-cookie-flood", lambda i: (f"GET / HTTP/1.1\r\n{H}Cookie: " + "; ".join(f"a{j}=b" for j in range(900)) + "\r\n\r\n").encode(), 1.0)


@c("memory-1000-idle-connections", "must")
def _(env):
    if not env.t.proc:
        raise Skip("needs the pid")
    env.serve(ok200)
    for i in range(50):
        env.get(f"/{i}")
    r0 = env.t.rss()
    ks, n = [], 0
    for b in range(20):
        part = [env.client(10) for _ in range(50)]
        for k in part:
            k.send(f"GET / HTTP/1.1\r\n{H}\r\n")
        for k in part:
            m, d = k.read_response(timeout=10)
            n += m is not None and m.status == 200
        ks += part
    r1 = env.t.rss()
    for k in ks:
        k.close()
    check(n == 1000, f"only {n} of 1000 served")
    check((r1 - r0) / 1000 < 100, f"{(r1 - r0) / 1000:.0f} KB per idle keep-alive connection")


@c("connect-method-not-a-tunnel-in-reverse-mode", "must")
def _(env):
    """reverse proxy listener: CONNECT must not open a tunnel to an arbitrary host"""
    env.serve(ok200)
    k = env.client()
    k.send(f"CONNECT 127.0.0.1:{env.up2.port} HTTP/1.1\r\nHost: 127.0.0.1:{env.up2.port}\r\n\r\n")
    m, d = k.read_response(b"CONNECT", timeout=3)
    k.send(f"GET /inside HTTP/1.1\r\n{H}\r\n")
    k.pump(0.3)
    k.close()
    check(not env.up2.conns, "tunnel opened to a host chosen by the client")


@c("absolute-form-not-an-open-proxy", "must")
def _(env):
    env.serve(ok200)
    k = env.client()
    k.send(f"GET http://127.0.0.1:{env.up2.port}/x HTTP/1.1\r\nHost: 127.0.0.1:{env.up2.port}\r\n\r\n")
    k.read_response(timeout=3)
    k.close()
    check(not env.up2.conns, "reverse listener fetched a URL chosen by the client")


@c("host-header-not-used-as-destination", "must")
def _(env):
    env.serve(ok200)
    m, d = env.get("/x", host=f"127.0.0.1:{env.up2.port}")
    check(not env.up2.conns, "Host header chose the upstream")


@c("server-banner-has-no-version", "info")
def _(env):
    k = env.client()
    k.send("BAD\r\n\r\n")
    k.wait_eof(1)
    check(not re.search(rb"(nginx|haproxy|netty|jetty)/[0-9]", k.buf, re.I), f"{k.buf[:120]!r}")


@c("java-exceptions-not-leaked", "must")
def _(env):
    env.serve(raw=lambda conn: conn.rst())
    for raw in (f"GET / HTTP/1.1\r\n{H}\r\n", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n", "\x00\x01\x02\r\n\r\n", f"POST / HTTP/1.1\r\n{H}Content-Length: x\r\n\r\n"):
        k = env.client()
        k.send(raw)
        k.wait_eof(0.5)
        k.close()
        check(not re.search(rb"Exception|at io\.netty|java\.|\.java:\d+|Caused by", k.buf), f"stack trace or class name in an error response: {k.buf[-200:]!r}")


def run(target, **kw):
    return [run_group(G, target, "resource asymmetry, exposure", lanes=2, **kw)]
