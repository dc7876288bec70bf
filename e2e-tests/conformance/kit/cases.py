"""tiny case framework shared by the functional groups"""
import os
import json
import time, traceback
from .net import Upstream, Client, ask, echo_handler
from .result import Group
from . import h1


class Skip(Exception):
    pass


class Env:
    def __init__(self, target, up, up2=None):
        self.t, self.up, self.up2 = target, up, up2
        self.addr = target.addr
        self.caps = target.caps
        self.opt = {}

    def serve(self, fn=None, raw=None):
        """install the upstream behaviour for this case; old upstream connections are dropped"""
        self.up.close_all()
        time.sleep(0.012)
        self.up.forget()
        if raw is not None:
            self.up.handler = raw
        elif fn is not None:
            def h(conn):
                while True:
                    it = conn.read_request(timeout=30)
                    if it is None or it.kind == "bad":
                        return
                    if fn(conn, it) is False:
                        return
            self.up.handler = h
        else:
            self.up.handler = echo_handler

    def get(self, path="/", headers="", method="GET", body=b"", version="1.1", timeout=3.0, interim=None, host="example.test"):
        if isinstance(body, str):
            body = body.encode("latin-1")
        raw = f"{method} {path} HTTP/{version}\r\nHost: {host}\r\n{headers}\r\n".encode("latin-1") + body
        m, done, c = ask(self.addr, raw, method.encode(), timeout, interim)
        c.close()
        return m, done

    def client(self, timeout=3.0):
        return Client(self.addr, timeout)

    def last(self):
        """last complete request seen upstream"""
        with self.up.lock:
            return self.up.requests[-1][1] if self.up.requests else None

    def nreq(self):
        with self.up.lock:
            return len(self.up.requests)

    def wait_reqs(self, n, timeout=1.0):
        end = time.time() + timeout
        while self.nreq() < n and time.time() < end:
            time.sleep(0.005)
        return self.nreq()


def ok200(conn, it):
    return conn.reply(it, body=b"hello")


REG = {}


def case(group, cid, sev="must"):
    def d(fn):
        REG.setdefault(group, []).append((cid, sev, fn))
        return fn
    return d


def check(cond, msg):
    if not cond:
        raise AssertionError(msg)


def alive(env):
    env.serve()
    for _ in range(2):
        try:
            m, done = env.get("/canary", timeout=3)
            if m is not None and m.status == 200 and done:
                return True
        except (OSError, h1.RespError):
            pass
        time.sleep(0.2)
    return False


def run_group(group, target, desc="", only=None, profile="plain", verbose=False, lanes=2, **prep):
    """runs the registered cases of a group; every lane has its own proxy + upstream"""
    import queue, threading
    from .target import Target
    g = Group(group, desc)
    ext = getattr(target, "external", False)
    lanes = 1 if ext else lanes
    sf = os.path.join(getattr(target, "dirname", "") or "", "skip.json")
    skip = json.load(open(sf)) if os.path.exists(sf) else {}       # {case id: why it does not apply to this target}
    q = queue.Queue()
    for x in REG[group]:
        if x[0] in skip:
            g.skip(x[0], skip[x[0]])
        elif not only or any(o in x[0] for o in only):
            q.put(x)
    lock = threading.Lock()

    def lane():
        up = Upstream(getattr(target, "external_upstream", 0) or 0)
        up2 = Upstream()
        t = target
        if not ext:
            t = Target(target.dirname)
            t.prepare(profile, up.port, up2.port, **prep)
            t.start()
        env = Env(t, up, up2)
        try:
            while True:
                try:
                    cid, sev, fn = q.get_nowait()
                except queue.Empty:
                    return
                t0 = time.time()
                try:
                    fn(env)
                    ok, detail, cls = True, "", ""
                except Skip as e:
                    with lock:
                        g.skip(cid, str(e))
                    continue
                except AssertionError as e:
                    ok, detail, cls = False, str(e)[:400], sev
                except h1.RespError as e:
                    ok, detail, cls = False, f"malformed response to the client: {e}", sev
                except Exception as e:      # noqa
                    tb = traceback.extract_tb(e.__traceback__)[-1]
                    ok, detail, cls = False, f"{type(e).__name__}: {e} (line {tb.lineno})", sev
                with lock:
                    g.add(cid, ok, detail, cls, time.time() - t0)
                if verbose:
                    print(("ok  " if ok else "FAIL"), cid, detail, round(time.time() - t0, 2), flush=True)
                if not ok and not alive(env):
                    with lock:
                        g.add(cid + "#alive", False, "proxy no longer serves a normal request", "must")
                    if not ext:
                        t.stop()
                        t.start()
        finally:
            if not ext:
                t.cleanup()
            up.stop()
            up2.stop()

    ths = [threading.Thread(target=lane) for _ in range(lanes)]
    for th in ths:
        th.start()
    for th in ths:
        th.join()
    g.rows.sort(key=lambda r: r["id"])
    return g.done()
