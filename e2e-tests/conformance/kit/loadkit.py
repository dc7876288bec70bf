"""process wrappers around ledger_upstream.py and loadgen.py"""
import json, os, socket, subprocess, sys
from .target import HERE


class Ledger:
    def __init__(self, name="A", port=0):
        self.p = subprocess.Popen([sys.executable, os.path.join(HERE, "kit", "ledger_upstream.py"), "--name", name, "--port", str(port)],
                                  stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        d = json.loads(self.p.stdout.readline())
        self.port = d["port"]
        self.c = socket.create_connection(("127.0.0.1", d["control"]))
        self.f = self.c.makefile("rw")

    def cmd(self, **k):
        self.f.write(json.dumps(k) + "\n")
        self.f.flush()
        return json.loads(self.f.readline())

    def stop(self):
        self.p.terminate()
        try:
            self.p.wait(3)
        except subprocess.TimeoutExpired:
            self.p.kill()


class Load:
    def __init__(self, port, **k):
        argv = [sys.executable, os.path.join(HERE, "kit", "loadgen.py"), "--port", str(port)]
        for a, v in k.items():
            if v is True:
                argv.append("--" + a)
            elif v is not False:
                argv += ["--" + a, str(v)]
        self.p = subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def result(self, timeout=90):
        out, err = self.p.communicate(timeout=timeout)
        if not out:
            raise RuntimeError("loadgen failed: " + err[-500:])
        return json.loads(out)
