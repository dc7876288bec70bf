"""WebSocket upgrade through the proxy (frames are opaque to it)"""
import base64, hashlib, os, struct, threading, time
from .. import h1
from ..cases import case, check, ok200, Skip, run_group

G = "websocket"
H = "Host: example.test\r\n"
KEY = base64.b64encode(b"0123456789abcdef").decode()
ACC = base64.b64encode(hashlib.sha1((KEY + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()).decode()
UP = f"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {KEY}\r\n"
R101 = f"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: {ACC}\r\n".encode()


def frame(payload, op=1, mask=False, fin=True):
    b = bytes([(0x80 if fin else 0) | op])
    n = len(payload)
    m = 0x80 if mask else 0
    b += bytes([m | n]) if n < 126 else (bytes([m | 126]) + struct.pack(">H", n) if n < 65536 else bytes([m | 127]) + struct.pack(">Q", n))
    if mask:
        b += b"abcd"
        payload = bytes(x ^ b"abcd"[i & 3] for i, x in enumerate(payload))
    return b + payload


def c(cid, sev="must"):
    return case(G, cid, sev)


def echo_up(extra=b"", first=b"", rec=None):
    """upstream: 101 then echo raw bytes"""
    def f(conn):
        it = conn.read_request(5)
        if it is None:
            return
        if rec is not None:
            rec["it"] = it
        if b"websocket" not in b",".join(it.msg.get(b"upgrade")).lower():
            conn.reply(it, 426, b"no", headers=b"Upgrade: websocket\r\nConnection: Upgrade\r\n")
            return
        conn.send(R101 + extra + b"\r\n" + first)
        t0 = time.time()
        while time.time() - t0 < 12:
            if conn.pos < len(conn.data):
                d = bytes(conn.data[conn.pos:])
                conn.pos = len(conn.data)
                if not conn.send(d):
                    break
            if conn.eof:
                if rec is not None:
                    rec["eof"] = time.time()
                break
            conn.fill(0.5)
    return f


def shake(env, headers=UP, extra=b"", timeout=3):
    k = env.client(6)
    k.send(f"GET /ws HTTP/1.1\r\n{H}{headers}\r\n".encode() + extra)
    m, d = k.read_response(timeout=timeout)
    return k, m


def expect(k, data, timeout=3):
    t0 = time.time()
    while len(k.buf) - k.pos < len(data) and time.time() - t0 < timeout and not k.eof:
        k.pump(0.2)
    got = k.buf[k.pos:k.pos + len(data)]
    k.pos += len(data)
    return got == data


@c("handshake")
def _(env):
    rec = {}
    env.serve(raw=echo_up(rec=rec))
    k, m = shake(env)
    check(m and m.status == 101, f"{m and m.status}")
    check(m.get(b"sec-websocket-accept") == [ACC.encode()], "Sec-WebSocket-Accept changed")
    check(b"upgrade" in b",".join(m.get(b"connection")).lower() and m.get(b"upgrade"), "101 without Connection/Upgrade")
    it = rec["it"]
    check(it.msg.get(b"sec-websocket-key") == [KEY.encode()], "key changed")
    k.send(frame(b"hello", mask=True))
    check(expect(k, frame(b"hello", mask=True)), "echo failed")
    k.close()


@c("subprotocol-extensions-kept")
def _(env):
    rec = {}
    env.serve(raw=echo_up(extra=b"Sec-WebSocket-Protocol: chat\r\nSec-WebSocket-Extensions: permessage-deflate\r\n", rec=rec))
    k, m = shake(env, UP + "Sec-WebSocket-Protocol: chat, superchat\r\nSec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\nOrigin: http://x.test\r\nCookie: a=b\r\n")
    check(m and m.status == 101, f"{m and m.status}")
    check(m.get(b"sec-websocket-protocol") == [b"chat"] and m.get(b"sec-websocket-extensions") == [b"permessage-deflate"], "lost on the way back")
    it = rec["it"]
    check(it.msg.get(b"sec-websocket-protocol") and it.msg.get(b"origin") and it.msg.get(b"cookie"), "lost on the way in")
    k.close()


@c("big-binary-both-ways")
def _(env):
    env.serve(raw=echo_up())
    k, m = shake(env)
    check(m and m.status == 101, f"{m and m.status}")
    data = frame(os.urandom(1 << 20), 2)
    th = threading.Thread(target=k.send, args=(data,))
    th.start()
    ok = expect(k, data, 8)
    th.join()
    check(ok, f"1 MB echo damaged ({len(k.buf)} bytes)")
    k.close()


@c("ping-pong-interleaved")
def _(env):
    env.serve(raw=echo_up())
    k, m = shake(env)
    for i in range(50):
        f = frame(b"p%d" % i, 9, True) + frame(b"x" * i, 1, True, fin=i % 2 == 0)
        k.send(f)
        check(expect(k, f), f"round {i}")
    k.close()


@c("server-frames-in-101-packet")
def _(env):
    f = frame(b"welcome")
    env.serve(raw=echo_up(first=f))
    k, m = shake(env)
    check(m and m.status == 101, f"{m and m.status}")
    check(expect(k, f), "frames sent together with the 101 were lost")
    k.close()


@c("client-early-frames", "should")
def _(env):
    env.serve(raw=echo_up())
    f = frame(b"early", mask=True)
    k, m = shake(env, extra=f)
    check(m is None or m.status in (101, 400), f"{m and m.status}")
    if m is not None and m.status == 101:
        check(expect(k, f), "frames sent right behind the handshake were lost")
    k.close()


@c("server-close-propagates")
def _(env):
    def up(conn):
        it = conn.read_request(5)
        conn.send(R101 + b"\r\n" + frame(struct.pack(">H", 1000), 8))
        conn.close()
    env.serve(raw=up)
    k, m = shake(env)
    check(m and m.status == 101, f"{m and m.status}")
    check(expect(k, frame(struct.pack(">H", 1000), 8)), "close frame lost")
    check(k.wait_eof(2), "client connection not closed after the upstream closed")
    k.close()


@c("client-close-propagates")
def _(env):
    rec = {}
    env.serve(raw=echo_up(rec=rec))
    k, m = shake(env)
    k.close()
    t0 = time.time()
    while "eof" not in rec and time.time() - t0 < 2:
        time.sleep(0.05)
    check("eof" in rec, "upstream connection left open after the client closed")


@c("upstream-rst-closes-client")
def _(env):
    def up(conn):
        it = conn.read_request(5)
        conn.send(R101 + b"\r\n")
        time.sleep(0.05)
        conn.rst()
    env.serve(raw=up)
    k, m = shake(env)
    check(k.wait_eof(2), "client hangs after the upstream reset the tunnel")
    k.close()


@c("refused-upgrade-relayed")
def _(env):
    env.serve(lambda k, it: k.reply(it, 403, b"no"))
    k, m = shake(env)
    check(m and m.status == 403 and m.body == b"no", f"{m and m.status}")
    k.close()


@c("rejected-upgrade-stays-http")
def _(env):
    """websocket smuggling: after a refused upgrade the connection must still be parsed as HTTP"""
    seen = []

    def up(conn):
        while True:
            it = conn.read_request(5)
            if it is None:
                return
            seen.append((it.kind, it.msg.target))
            conn.reply(it, 426 if it.msg.get(b"upgrade") else 200, b"x", headers=b"Upgrade: websocket\r\n")
    env.serve(raw=up)
    k, m = shake(env, UP.replace("Version: 13", "Version: 777"))
    check(m is not None and m.status in (426, 400), f"{m and m.status}")
    # raw junk that a tunnel would pass through
    k.send(f"GET /smuggled HTTP/1.1\r\nX : bad\r\n{H}\r\n")
    k.pump(0.3)
    time.sleep(0.1)
    raw = b"".join(bytes(cn.data) for cn in env.up.conns)
    check(b"X : bad" not in raw, "bytes after a refused upgrade were tunnelled raw to the upstream")
    k.close()


@c("idle-longer-than-response-timeout", "should")
def _(env):
    """tunnel idle for 3.5 s while the request timeout is 2 s: the tunnel must survive (own idle timeout)"""
    env.serve(raw=echo_up())
    k, m = shake(env)
    check(m and m.status == 101, f"{m and m.status}")
    time.sleep(3.5)
    k.send(frame(b"still", mask=True))
    check(expect(k, frame(b"still", mask=True)), "tunnel cut by the HTTP response timeout")
    k.close()


@c("50-parallel-tunnels")
def _(env):
    env.serve(raw=echo_up())
    ks = []
    for i in range(50):
        k, m = shake(env)
        check(m and m.status == 101, f"{i}: {m and m.status}")
        ks.append(k)
    for i, k in enumerate(ks):
        k.send(frame(b"t%d" % i, mask=True))
    for i, k in enumerate(ks):
        check(expect(k, frame(b"t%d" % i, mask=True)), f"tunnel {i}")
        k.close()


@c("http-works-beside-tunnels")
def _(env):
    def up(conn):
        it = conn.read_request(5)
        if it and it.msg.get(b"upgrade"):
            conn.send(R101 + b"\r\n")
            conn.fill(3)
            return
        if it:
            conn.reply(it, body=b"plain")
    env.serve(raw=up)
    k, m = shake(env)
    m2, d = env.get("/plain")
    check(m2 and m2.status == 200 and m2.body == b"plain", f"{m2 and m2.status}")
    k.close()


@c("upgrade-case-insensitive")
def _(env):
    env.serve(raw=echo_up())
    k, m = shake(env, f"connection: keep-alive, uPgRaDe\r\nupgrade: WebSocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: {KEY}\r\n")
    check(m and m.status == 101, f"{m and m.status}")
    k.close()


def run(target, **kw):
    if not target.caps.get("websocket", True):
        return []
    return [run_group(G, target, "WebSocket tunnels", lanes=2, **kw)]
