"""Maps the abstract policies of the scenarios to Outrigger's configuration.
Where the abstract policy is silent the scenario means "nothing of that kind", so defaults that act (retry) are switched off."""

TOGETHER = True                     # scenarios may share a program: each has routes and upstreams of its own
IDEMPOTENT = ["GET", "HEAD", "OPTIONS", "PUT", "DELETE"]


def dur(ms):
    return f"{ms // 1000}s" if ms % 1000 == 0 else f"{ms}ms"


def pct(x):
    return f"{round(x)}%"


def size(n):
    return f"{n >> 20}MiB" if n % (1 << 20) == 0 else f"{n >> 10}KiB"


def flow(v):
    if isinstance(v, dict):
        return "{" + ", ".join(f"{k}: {flow(x)}" for k, x in v.items()) + "}"
    if isinstance(v, list):
        return "[" + ", ".join(flow(x) for x in v) + "]"
    if isinstance(v, bool):
        return "true" if v else "false"
    return str(v)


def retry(rp):
    """the budget is opened wide unless the scenario is about it; the buffer holds 1 MiB unless the scenario says otherwise"""
    on = []
    for x in rp.get("on", []):
        on += {"connect-failure": ["notSent"], "reset": ["reset", "staleConnection"], "timeout": ["attemptTimeout"]}[x]
    on += rp.get("statuses", [])
    d = dict(attempts=rp.get("max", 0) + 1, on=on, methods=IDEMPOTENT + (["POST", "PATCH"] if rp.get("retry_non_idempotent") else []))
    if not 1 <= d["attempts"] <= 10:
        return None
    if "base_ms" in rp:
        d["backoff"] = dict(base=dur(rp["base_ms"]), max=dur(rp.get("cap_ms", 1000)), jitter="full")
    d["respectRetryAfter"] = rp.get("respect_retry_after", True)
    d["bodyBuffer"] = size(rp.get("buffer_bytes", 1 << 20))
    b = rp.get("budget")
    if b:                               # `min` retries at once, whatever the ratio: a flow of 1/s kept for `min` seconds
        per = max(1, b.get("min", 0) * 1000 // b.get("ttl_ms", 10000))
        d["budget"] = dict(ratio=pct(100 * b["ratio"]), minPerSecond=per, window=dur(1000 * max(1, b.get("min", 0) // per)))
    else:
        d["budget"] = dict(ratio="100%", minPerSecond=1000, window="10s")
    return d


def breaker(cb):
    if cb.get("window_type") == "time":
        if cb["window_ms"] % 1000:
            return None                 # time windows are made of 1 s buckets
        win = dict(time=dur(cb["window_ms"]))
    else:
        win = dict(calls=cb["window"])
    # openFor is drawn with 20 % jitter and doubles: 15/16 of the abstract time, and not growing, stays inside the scenarios' waits
    o = dur(cb["open_ms"] * 15 // 16)
    d = dict(window=win, minimumCalls=cb["min_calls"], failureRate=pct(cb["failure_rate"]), failureStatuses=["500-599"], openFor=o, maxOpenFor=o,
             halfOpenCalls=cb["half_open_calls"], successesToClose=cb.get("successes_to_close", 1), scope="route")
    if "slow_ms" in cb:
        d.update(slowCall=dur(cb["slow_ms"]), slowRate=pct(cb["slow_rate"]))
    return d


def render(routes, listen, admin, work, **_):
    out = ["version: 1", "service: kit", f'admin: {{address: "127.0.0.1:{admin}"}}', "logging: {level: info, access: all}",
           "listeners:", "  - name: main", f'    address: "127.0.0.1:{listen}"', "    kind: reverse", "routes:"]
    ups = ["upstreams:"]
    for i, r in sorted(enumerate(routes), key=lambda x: -len(x[1]["prefix"])):
        host = f"hosts: [{r['host']}], " if r.get("host") else ""
        p = r["policy"]
        to, rp, cb, bh, idm, od = (p.get(k) or {} for k in ("timeout", "retry", "circuit_breaker", "bulkhead", "idempotency", "outlier"))
        out += [f"  - name: r{i}", f"    match: {{{host}path: {{prefix: {r['prefix']}}}}}", f"    upstream: u{i}"]
        t = {}
        if "total_ms" in to:
            t["request"] = dur(to["total_ms"])
        if "per_try_ms" in to:
            t["attempt"] = dur(to["per_try_ms"])
        if t:
            out.append("    timeout: " + flow(t))
        x = retry(rp) if rp else "off"
        if x is None:
            return None
        out.append("    retry: " + flow(x))
        if cb:
            x = breaker(cb)
            if x is None:
                return None
            out.append("    circuitBreaker: " + flow(x))
        if bh:
            b = dict(maxConnections=bh["max_concurrent"], maxPending=bh.get("max_queue", 0))
            if b["maxPending"]:
                b["maxWait"] = dur(bh.get("queue_timeout_ms", 1000))
            out.append("    bulkhead: " + flow(b))
        if idm or rp.get("retry_with_idempotency_key"):
            k = dict(header="Idempotency-Key", methods=["POST", "PATCH"], required=bool(idm.get("required")), scope=["authorization"], keepFor=dur(idm.get("ttl_ms", 60000)), serverErrors="forget")
            if rp.get("retry_with_idempotency_key"):
                k["upstreamHonoursKey"] = True
            out.append("    idempotency: " + flow(k))
        ups += [f"  u{i}:", "    balance: roundRobin", f"    connectTimeout: {dur(to.get('connect_ms', 1000))}"]
        if od:                          # minRequests: the statistical half of the detection stays out of it
            ups.append("    outlierDetection: " + flow(dict(consecutiveFailures=od["consecutive_5xx"], interval="1s", minRequests=1000, baseEjection=dur(od["base_ejection_ms"]),
                                                            maxEjection=dur(od["base_ejection_ms"]), maxEjected=pct(od.get("max_ejection_percent", 50)))))
        ups.append("    endpoints: [" + ", ".join(f'"127.0.0.1:{u}"' for u in r["upstreams"]) + "]")
    return "\n".join(out + ups) + "\n"
