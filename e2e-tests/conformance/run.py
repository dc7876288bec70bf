#!/usr/bin/env python3
"""Runs the kit against a proxy and lists what it does not do.

    ./run.py                                           all groups against Outrigger
    ./run.py --target nginx --groups parsing,faults --only stale
    ./run.py --proxy 127.0.0.1:8080 --upstream-port 9000   against one that runs already, with one route to that port
    ./run.py --groups semantics --json out.json --gate     exit 1 when the figures are not those of a release
"""
import argparse, importlib, json, os, sys, time

if sys.version_info < (3, 9):
    sys.exit(f"python3 is {sys.version.split()[0]} (expected: 3.9 or newer)")
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from kit import target as targets                        # noqa: E402
from kit.target import Target                            # noqa: E402

GROUPS = ["parsing", "semantics", "badupstream", "faults", "tls", "websocket", "hardening", "forward", "scenarios", "product",
          "lifecycle", "load"]
WITHOUT_PROCESS = ["parsing", "semantics", "badupstream", "faults", "websocket", "hardening"]
FORBIDDEN = ["critical", "desync", "must"]               # not one of these
LEAST = 0.97                                             # of each group
LEAST_OVERALL = 0.99
RANK = {"critical": 0, "desync": 1, "must": 2, "routing": 3, "refused": 4, "should": 5, "lenient": 6, "info": 7}


class External:
    """a proxy that somebody else started"""
    def __init__(self, proxy, upstream_port):
        host, port = proxy.rsplit(":", 1)
        self.addr, self.external, self.external_upstream = (host, int(port)), True, upstream_port
        self.listen, self.admin, self.proc, self.caps, self.name, self.dirname = int(port), 0, None, {"websocket": True}, "external", ""

    def has_profile(self, p):
        return p == "plain"


def run_group(name, target, a):
    """the results of a group; none where the target has no configuration for it"""
    if name == "scenarios" and a.proxy or name != "scenarios" and not target.has_profile("plain"):
        return []
    only = a.only.split(",") if a.only else None
    more = {"verbose": a.v, ("ids" if name == "parsing" else "only"): only}
    if name == "lifecycle":
        more.update(storm=a.storm, lanes=a.lanes)
    targets.complaints.clear()
    got = [g for g in importlib.import_module("kit.groups." + name).run(target, **more) if g.rows or g.skipped]
    if got and not a.proxy:
        got[-1].add(name + "/quiet-log", not targets.complaints, "; ".join(targets.complaints[:3]), "must")
    return got


def missed(groups):
    """what a release must not show"""
    out = []
    for g in groups:
        for c in FORBIDDEN:
            if g.classes().get(c):
                out.append(f"{g.name}: {g.classes()[c]} of class {c} (expected: none)")
        if g.rows and g.passed / len(g.rows) < LEAST:
            out.append(f"{g.name}: {g.passed} of {len(g.rows)} passed (expected: {LEAST:.0%})")
    total, passed = sum(len(g.rows) for g in groups), sum(g.passed for g in groups)
    if not total or passed / total < LEAST_OVERALL:
        out.append(f"all: {passed} of {total} passed (expected: {LEAST_OVERALL:.0%})")
    return out


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--target", default="outrigger", help="a folder of targets/, or any other with a target.json")
    ap.add_argument("--proxy", metavar="HOST:PORT")
    ap.add_argument("--upstream-port", type=int)
    ap.add_argument("--groups", default="", help="of " + ",".join(GROUPS))
    ap.add_argument("--only", default="", help="cases whose id holds one of these, separated by commas")
    ap.add_argument("--storm", type=int, help="how many reloads a storm of the group lifecycle has")
    ap.add_argument("--lanes", type=int, default=1, help="how many cases of the group lifecycle run side by side; with more than one they take less time, and say less of it")
    ap.add_argument("--json", metavar="FILE")
    ap.add_argument("--gate", action="store_true", help="exit 1 unless this could be released")
    ap.add_argument("-v", action="store_true", help="tell of each case as it ends")
    a = ap.parse_args()
    target = External(a.proxy, a.upstream_port) if a.proxy else Target(a.target)
    if not a.proxy:
        try:
            for argument in target.spec["start"]:
                target._sub(argument)
        except RuntimeError as e:
            sys.exit(str(e))
    groups = a.groups.split(",") if a.groups else WITHOUT_PROCESS if a.proxy else GROUPS
    for name in groups:
        if name not in GROUPS:
            sys.exit(f"group {name} (expected: one of {' '.join(GROUPS)})")

    t0 = time.time()
    done = []
    for name in groups:
        for g in run_group(name, target, a):
            done.append(g)
            print(g.line(), flush=True)
    total, passed = sum(len(g.rows) for g in done), sum(g.passed for g in done)
    print(f"{'TOTAL ' + target.name:<22} passed {passed:>4} / {total:<4} {time.time() - t0:>6.1f}s")
    failed = [(g.name, r) for g in done for r in g.rows if not r["ok"]]
    for name, r in sorted(failed, key=lambda x: (RANK.get(x[1]["cls"], 9), x[0], x[1]["id"])):
        print(f"  FAIL [{r['cls']}] {name} {r['id']}: {r['detail'][:220]}")
    bad = missed(done)
    if a.json:
        with open(a.json, "w") as f:
            json.dump(dict(target=target.name, secs=round(time.time() - t0, 1), passed=passed, total=total, missed=bad, groups=[g.as_dict() for g in done]), f, indent=0)
    if a.gate:
        print("GATE " + ("passed" if not bad else "missed: " + "; ".join(bad)))
        sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
