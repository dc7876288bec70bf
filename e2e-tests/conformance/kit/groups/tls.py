"""Upstream TLS: verification, SNI, mTLS, truncation.  Target profile `tls`: CA = pki/ca.pem, name = good.test, client cert = pki/client"""
import os, ssl, threading, time
from .. import h1
from ..cases import case, check, ok200, Skip, run_group
from ..target import PKI, ensure_pki

G = "tls"
H = "Host: good.test\r\n"


def ctx(cert, client_ca=None, maxver=None, alpn=None):
    c = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    c.load_cert_chain(os.path.join(PKI, cert + ".pem"), os.path.join(PKI, cert + ".key"))
    if client_ca:
        c.load_verify_locations(os.path.join(PKI, client_ca + ".pem"))
        c.verify_mode = ssl.CERT_REQUIRED
    if maxver:
        c.set_ciphers("ALL:@SECLEVEL=0")
        c.minimum_version = ssl.TLSVersion.TLSv1
        c.maximum_version = maxver
    if alpn:
        c.set_alpn_protocols(alpn)
    return c


def tls(cid, cert, ok, sev="must", **kw):
    def f(env):
        env.up.ssl_ctx = None
        env.serve(ok200)
        env.up.ssl_ctx = ctx(cert, **kw)
        try:
            m, d = env.get("/t", timeout=6, host="good.test")
            n = env.nreq()
        finally:
            env.up.ssl_ctx = None
        if ok:
            check(m is not None and m.status == 200, f"{m and m.status}")
        else:
            check(n == 0, f"the request was sent to an upstream that must not be trusted ({cert})")
            check(m is not None and m.status in (502, 503, 500, 525, 526, 495), f"{m and m.status}")
    case(G, cid, sev)(f)


tls("good", "good", True)
tls("expired", "expired", False, "critical")
tls("self-signed", "selfsigned", False, "critical")
tls("wrong-host", "wronghost", False, "critical")
tls("other-ca", "otherca-good", False, "critical")
tls("not-yet-valid", "notyet", False, "critical")
tls("mtls-client-cert-presented", "good", True, client_ca="ca")
tls("tls11-only-server", "good", False, "should", maxver=ssl.TLSVersion.TLSv1_1)
tls("tls12-server", "good", True, maxver=ssl.TLSVersion.TLSv1_2)


@case(G, "sni-sent", "should")
def _(env):
    env.serve(ok200)
    seen = []
    c = ctx("good")
    c.sni_callback = lambda s, name, cx: seen.append(name)
    env.up.ssl_ctx = c
    try:
        m, d = env.get("/t", timeout=6, host="good.test")
    finally:
        env.up.ssl_ctx = None
    check(m and m.status == 200, f"{m and m.status}")
    check("good.test" in seen, f"SNI {seen}")


@case(G, "plaintext-server-no-downgrade", "critical")
def _(env):
    env.up.ssl_ctx = None
    env.serve(ok200)
    m, d = env.get("/t", timeout=6, host="good.test")
    check(not any(b"HTTP/1" in bytes(k.data) for k in env.up.conns), "request sent in clear text")
    check(m is not None and m.status in (502, 503, 500, 525, 526), f"{m and m.status}")


@case(G, "handshake-hang-times-out", "must")
def _(env):
    env.up.ssl_ctx = None
    env.serve(raw=lambda conn: time.sleep(6))
    t0 = time.time()
    m, d = env.get("/t", timeout=8, host="good.test")
    check(m is not None and m.status in (502, 503, 504), f"{m and m.status}")
    check(time.time() - t0 < 6, f"{time.time() - t0:.1f}s")


@case(G, "recovers-after-bad-certs", "must")
def _(env):
    env.serve(ok200)
    env.up.ssl_ctx = ctx("expired")
    env.get("/t", timeout=6, host="good.test")
    env.serve(ok200)
    env.up.ssl_ctx = ctx("good")
    try:
        m, d = env.get("/t", timeout=6, host="good.test")
    finally:
        env.up.ssl_ctx = None
    check(m is not None and m.status == 200, f"{m and m.status}")


def run(target, **kw):
    if not target.has_profile("tls"):
        return []
    ensure_pki()
    import kit.cases as cs
    # the liveness probe would need TLS; switch it off by serving TLS there
    def alive_tls(env):
        env.up.ssl_ctx = None
        env.serve(ok200)
        env.up.ssl_ctx = ctx("good")
        try:
            m, d = env.get("/canary", timeout=4, host="good.test")
            return m is not None and m.status == 200
        except OSError:
            return False
        finally:
            env.up.ssl_ctx = None
    old, cs.alive = cs.alive, alive_tls
    try:
        return [run_group(G, target, "TLS to the upstream", profile="tls", lanes=1, sni="good.test", **kw)]
    finally:
        cs.alive = old
