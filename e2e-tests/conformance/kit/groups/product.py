"""Checks that need to know the product a little: admin port, configuration loader, logs, metrics, ids.
Everything comes from target.json -> caps:
  "admin":   {"paths": ["/metrics", "/healthz", "/config", ...], "metrics": "/metrics", "ready": "/readyz", "config": "/config",
              "write": [["POST", "/config/reload"], ...]}     port = @ADMIN@
  "config":  "yaml"            the configuration is YAML and hot-reloaded from @CONF@
  "secrets": ["S3CR3T-A", ..]  strings that profile "secrets" puts into places that must never be shown
  "secrets_admin_headers": header lines that the admin port wants under profile "secrets" (a bearer token), optional
  "access_log": "access.log"   file in the work dir, one line per request; "access_log_json": true = one JSON object a line, access lines
                               are those with a "method" (target.json "stdout": NAME captures the process's stdout there). The case uses profile
                               "access" where the target has one
  "request_id": "x-request-id", "traceparent": true
  "requests_metric": "regex with one group matching the counter of finished requests in /metrics"
Cases whose cap is missing are skipped."""
import os, re, signal, socket, subprocess, time
from .. import h1
from ..cases import case, check, ok200, Skip, run_group
from ..net import Client, Upstream, ask, free_port
from ..target import Target

G = "product"
H = "Host: example.test\r\n"


def c(cid, sev="must"):
    return case(G, cid, sev)


def cap(env, k):
    if not env.caps.get(k):
        raise Skip(f"needs caps.{k}")
    return env.caps[k]


def admin(env, path, method="GET", headers="", host=None, timeout=4, body=""):
    a = ("127.0.0.1", env.t.admin)
    raw = f"{method} {path} HTTP/1.1\r\nHost: {host or f'127.0.0.1:{env.t.admin}'}\r\n{headers}" + (f"Content-Length: {len(body)}\r\n" if method == "POST" else "") + f"Connection: close\r\n\r\n{body}"
    m, d, k = ask(a, raw.encode(), method.encode(), timeout)
    k.close()
    return m


# ------------------------------------------------------------------ admin port
@c("admin-endpoints-answer")
def _(env):
    ad = cap(env, "admin")
    for p in ad["paths"]:
        m = admin(env, p)
        check(m is not None and m.status == 200, f"{p}: {m and m.status}")


@c("admin-slowloris-does-not-hurt-data-plane")
def _(env):
    cap(env, "admin")
    env.serve(ok200)
    env.get("/warm")                # the first request of a process takes its own time
    ks = []
    for _i in range(300):
        try:
            k = Client(("127.0.0.1", env.t.admin), 2)
            k.send("GET /metrics HTTP/1.1\r\nHost: x")
            ks.append(k)
        except OSError:
            break
    t0 = time.time()
    m, d = env.get("/data")
    dt = time.time() - t0
    for k in ks:
        k.close()
    check(m and m.status == 200 and dt < 0.5, f"{m and m.status} after {dt:.2f}s with 300 half-open admin connections")


@c("admin-not-reachable-through-proxy", "critical")
def _(env):
    cap(env, "admin")
    env.serve(ok200)
    for raw in (f"GET http://127.0.0.1:{env.t.admin}/config HTTP/1.1\r\nHost: 127.0.0.1:{env.t.admin}\r\n\r\n", f"GET /config HTTP/1.1\r\nHost: localhost:{env.t.admin}\r\n\r\n", f"CONNECT 127.0.0.1:{env.t.admin} HTTP/1.1\r\nHost: 127.0.0.1:{env.t.admin}\r\n\r\n"):
        k = env.client()
        k.send(raw)
        k.wait_eof(0.5)
        k.close()
        check(b"jvm_" not in k.buf and b"# HELP" not in k.buf, "admin answered through the data port")
    check(env.nreq() >= 0, "")


@c("security-headers-on-ui", "should")
def _(env):
    ad = cap(env, "admin")
    ui = ad.get("ui")
    if not ui:
        raise Skip("no ui")
    m = admin(env, ui, headers="Accept: text/html\r\n")
    check(m and m.get(b"content-security-policy"), "UI without Content-Security-Policy")
    check(m.get(b"x-content-type-options") == [b"nosniff"], "UI without nosniff")
    check(m.get(b"x-frame-options") or b"frame-ancestors" in m.first(b"content-security-policy", b""), "UI can be framed")


# ------------------------------------------------------------------ metrics are exact
def _count(env, rx):
    m = admin(env, env.caps["admin"]["metrics"])
    return sum(float(x) for x in re.findall(rx, m.body.decode()))


@c("metrics-count-exactly")
def _(env):
    ad, rx = cap(env, "admin"), cap(env, "requests_metric")
    env.serve(lambda k, it: k.reply(it, int(it.msg.target[1:4])))
    a = _count(env, rx)
    n = 0
    for s in (200, 404, 500, 503, 200):
        for _i in range(10):
            env.get(f"/{s}")
            n += 1
    k = env.client()
    k.send("BAD REQUEST\r\n\r\n")
    k.wait_eof(0.5)
    time.sleep(0.2)
    b = _count(env, rx)
    check(b - a in (n, n + 1), f"{n} requests (+1 malformed) counted as {b - a}")


# ------------------------------------------------------------------ configuration loader
def _fresh(env, text=None, profile="plain"):
    t = Target(env.t.dirname)
    t.prepare(profile, env.up.port)
    if text is not None:
        t.write_conf(text(t.render(profile)) if callable(text) else text)
    return t


BOMB = "lol0: &l0 [x,x,x,x,x,x,x,x,x,x]\n" + "".join(f"lol{i}: &l{i} [" + ",".join([f"*l{i-1}"] * 10) + "]\n" for i in range(1, 12))


def _reload_survives(env, text, wait=1.2):
    cap(env, "config")
    env.serve(ok200)
    t = _fresh(env)
    try:
        t.start()
        r0 = t.rss()
        t.reload(text(t.render("plain")) if callable(text) else text, now=True)
        t1 = time.time()
        while time.time() - t1 < wait:
            m, d, k = ask(t.addr, f"GET /a HTTP/1.1\r\n{H}\r\n".encode(), timeout=3)
            k.close()
            check(m is not None and m.status == 200, f"request during/after the bad reload: {m and m.status}")
            time.sleep(0.05)
        check(t.alive(), "process died")
        check(t.rss() - r0 < 200 * 1024, f"RSS {r0 >> 10} -> {t.rss() >> 10} MB")
        t.reload(t.render("plain"), now=True)
        time.sleep(0.6)
        m, d, k = ask(t.addr, f"GET /a HTTP/1.1\r\n{H}\r\n".encode(), timeout=3)
        check(m is not None and m.status == 200, "does not recover with a good file")
    finally:
        t.cleanup()


def _start_refuses(env, text, secs=8):
    cap(env, "config")
    t = _fresh(env, text)
    try:
        t0 = time.time()
        try:
            t.start(timeout=secs)
            ok = True
        except RuntimeError:
            ok = False
        if ok:
            raise AssertionError("started with it")
        rc = t.proc.poll()
        check(rc not in (None, 0), f"exit code {rc} after {time.time() - t0:.1f}s")
    finally:
        t.cleanup()


@c("yaml-bomb-reload", "critical")
def _(env): _reload_survives(env, lambda good: BOMB + good)


@c("yaml-unsafe-tags-connect-nowhere", "critical")
def _(env):
    hits = []
    trap = Upstream(handler=lambda conn: hits.append(1))
    try:
        for tag in (f'!!javax.script.ScriptEngineManager [!!java.net.URLClassLoader [[!!java.net.URL ["http://127.0.0.1:{trap.port}/"]]]]', f'!!java.net.URL ["http://127.0.0.1:{trap.port}/"]', '!!com.sun.rowset.JdbcRowSetImpl {dataSourceName: "ldap://127.0.0.1:%d/x", autoCommit: true}' % trap.port, "!!python/object/apply:os.system [\"true\"]"):
            _reload_survives(env, lambda good, tag=tag: f"evil: {tag}\n" + good, wait=0.6)
    finally:
        trap.stop()
    check(not hits, "the configuration loader opened a connection named in a YAML tag")


@c("yaml-duplicate-keys-refused", "should")
def _(env): _start_refuses(env, lambda good: good + "\n" + "\n".join(ln for ln in good.split("\n") if ln and not ln[0].isspace() and ":" in ln and not ln.startswith("#"))[:200] + "\n")


@c("yaml-unknown-key-refused", "should")
def _(env): _start_refuses(env, lambda good: good + "\nno_such_setting_kit: 1\n")


@c("yaml-tabs-refused-with-line-number", "should")
def _(env):
    cap(env, "config")
    t = _fresh(env, lambda good: good + "\nx:\n\t- y\n")
    try:
        try:
            t.start(timeout=8)
            raise AssertionError("started")
        except RuntimeError:
            pass
        log = open(os.path.join(t.work, "proxy.log"), errors="replace").read()
        check(re.search(r"line\D{0,3}\d+|:\d+", log), f"no line number in: {log[-200:]!r}")
        check(log.count("\n\tat ") < 3, "a Java stack trace instead of a message")
    finally:
        t.cleanup()


# ------------------------------------------------------------------ secrets
@c("secrets-never-shown", "critical")
def _(env):
    secrets = cap(env, "secrets")
    ad = cap(env, "admin")
    env.serve(ok200)
    t = _fresh(env, profile="secrets")
    try:
        t.start()
        for p in ("/a", "/b"):
            ask(t.addr, f"GET {p} HTTP/1.1\r\n{H}Authorization: Bearer {secrets[0]}-client\r\nCookie: s={secrets[0]}-cookie\r\n\r\n".encode())[2].close()
        k = Client(t.addr, 2)
        k.send("BROKEN\r\n\r\n")
        k.wait_eof(0.5)
        t.admin_headers = env.caps.get("secrets_admin_headers", "")
        t.reload(t.render("secrets") + "\nbroken: [\n", now=True)
        time.sleep(0.8)
        seen = b""
        for p in ad["paths"]:
            m, d, kk = ask(("127.0.0.1", t.admin), f"GET {p} HTTP/1.1\r\nHost: 127.0.0.1:{t.admin}\r\n{t.admin_headers}Connection: close\r\n\r\n".encode(), timeout=4)
            kk.close()
            check(m is not None and m.status == 200, f"{p}: {m and m.status}")
            seen += m.body if m else b""
        logs = b""
        for root, _d, fs in os.walk(t.work):
            for f in fs:
                if os.path.join(root, f) != t.conf and os.path.getsize(os.path.join(root, f)) < 50 << 20:
                    logs += open(os.path.join(root, f), "rb").read()
        for s in secrets:
            check(s.encode() not in seen, f"secret {s} shown by the admin port")
            check(s.encode() not in logs, f"secret {s} written to a log")
        env_s = open(f"/proc/{t.proc.pid}/cmdline", "rb").read()
        check(not any(s.encode() in env_s for s in secrets), "secret on the command line")
    finally:
        t.cleanup()


# ------------------------------------------------------------------ logs and ids


@c("request-id-sanitised")
def _(env):
    name = cap(env, "request_id")
    env.serve(ok200)
    for v, keep in (("abc-123", True), ("x" * 5000, False), ("a b\tc", False), ("\xff\xfe", False), ("<script>", False), ("", False)):
        m, d = env.get("/", f"{name}: {v}\r\n")
        if m is None or m.status != 200:
            check(m is not None and m.status in (400, 431), f"{v[:20]!r}: {m and m.status}")
            continue
        got = env.last().msg.first(name.encode()) or b""
        check(re.match(rb"^[\x21-\x7e]{1,200}$", got) and b"<" not in got, f"{v[:20]!r} forwarded as {got[:40]!r}")


@c("traceparent-validated")
def _(env):
    cap(env, "traceparent")
    env.serve(ok200)
    ok = re.compile(rb"^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$")
    good = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    env.get("/", f"traceparent: {good}\r\n")
    got = env.last().msg.get(b"traceparent")
    check(len(got) == 1 and got[0][3:35] == good[3:35].encode(), f"trace id of a valid traceparent changed: {got}")
    for bad in ("ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "00-" + "0" * 32 + "-00f067aa0ba902b7-01", "00-4bf92f3577b34da6a3ce929d0e0e4736-" + "0" * 16 + "-01", "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01", "garbage", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7", "x" * 3000):
        m, d = env.get("/", f"traceparent: {bad}\r\ntracestate: a=b\r\n")
        got = env.last().msg.get(b"traceparent")
        check(not got or len(got) == 1 and ok.match(got[0]), f"invalid traceparent {bad[:40]!r} forwarded as {got}")
    env.get("/", f"traceparent: {good}\r\ntraceparent: {good}\r\n")
    check(len(env.last().msg.get(b"traceparent")) <= 1, "two traceparent headers forwarded")


# ------------------------------------------------------------------ health
@c("ready-turns-false-while-draining", "should")
def _(env):
    ad = cap(env, "admin")
    if not ad.get("ready"):
        raise Skip("no ready path")
    env.serve(lambda k, it: (time.sleep(1.5), k.reply(it))[1])
    t = _fresh(env)
    try:
        t.start()
        k = Client(t.addr, 6)
        k.send(f"GET /slow HTTP/1.1\r\n{H}\r\n")
        time.sleep(0.2)
        m, d, q = ask(("127.0.0.1", t.admin), f"GET {ad['ready']} HTTP/1.1\r\nHost: 127.0.0.1:{t.admin}\r\nConnection: close\r\n\r\n".encode())
        check(m and m.status == 200, f"ready before: {m and m.status}")
        t.drain()
        time.sleep(0.3)
        m, d, q = ask(("127.0.0.1", t.admin), f"GET {ad['ready']} HTTP/1.1\r\nHost: 127.0.0.1:{t.admin}\r\nConnection: close\r\n\r\n".encode())
        check(m is not None and m.status == 503, f"ready while draining: {m and m.status}")
        m, d = k.read_response(timeout=5)
        check(m and m.status == 200, f"in-flight request: {m and m.status}")
    finally:
        t.cleanup()


def run(target, **kw):
    if not (target.caps.get("admin") or target.caps.get("config")):
        return []
    return [run_group(G, target, "admin port, config loader, secrets, logs, ids", lanes=2, **kw)]
