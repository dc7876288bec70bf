"""Starts / reloads / drains / kills a proxy under test, described by targets/<name>/target.json."""
import http.client, json, os, re, shutil, signal, subprocess, tempfile, time
from .net import free_port, wait_port, proc_tree, rss_kb, nfds, nsocks

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PKI = os.path.join(HERE, "pki")
COMPLAINT = re.compile(r"LEAK|closed by a bug|AssertionError|OutOfMemory")      # lines of its log that no proxy may write
complaints = []                    # those that proxies have written since somebody looked


def ensure_pki():
    """the throw-away certificates are made on first use and never committed"""
    if not os.path.isdir(PKI):
        subprocess.run(["bash", os.path.join(HERE, "make-certificates"), PKI], check=True, stdout=subprocess.DEVNULL)


class Target:
    def __init__(self, name, work=None):
        self.dirname = name if os.path.isdir(name) else os.path.join(HERE, "targets", name)
        with open(os.path.join(self.dirname, "target.json")) as f:
            self.spec = json.load(f)
        self.name = self.spec["name"]
        self.caps = self.spec.get("caps", {})
        self.work = work or tempfile.mkdtemp(prefix=f"kit-{self.name}-")
        self.proc = None
        self.vars = {}
        self.listen = None

    # -- the program under test
    def find(self, name):
        """target.json -> find: {NAME: {"env": variable, "paths": [relative to the kit]}} makes @NAME@ usable in argv; last resort: $PATH"""
        f = self.spec["find"][name]
        got = os.environ.get(f.get("env", ""))
        for p in [os.path.abspath(got)] if got else [os.path.normpath(os.path.join(HERE, p)) for p in f.get("paths", [])]:
            if os.path.isfile(p) and os.access(p, os.X_OK):
                return p
        p = None if got else shutil.which(name.lower())
        if p:
            return p
        raise RuntimeError(f"{self.name}: the program is not there: " + (f"${f['env']}={got}" if got else f"set ${f.get('env')} or put it at " + ", ".join(f.get("paths", []))))

    # -- templates
    def has_profile(self, p):
        return p in self.spec["profiles"]

    def render(self, profile, **extra):
        t = open(os.path.join(self.dirname, self.spec["profiles"][profile])).read()
        v = dict(self.vars, **{k.upper(): str(x) for k, x in extra.items()})
        for k, x in v.items():
            t = t.replace(f"@{k}@", str(x))
        return t

    @property
    def conf(self):
        return os.path.join(self.work, self.spec["conf"])

    def prepare(self, profile, upstream, upstream2=0, listen=None, **extra):
        self.listen = listen or free_port()
        self.admin = free_port()
        self.admin_headers = ""
        self.vars = dict(DIR=self.work, CONF=self.conf, LISTEN=self.listen, UPSTREAM=upstream, UPSTREAM2=upstream2 or upstream,
                         ADMIN=self.admin, PKI=PKI, FWD=free_port(), KIT=HERE, TARGETDIR=self.dirname, FILES=self.files)
        for n, text in self.spec.get("files", {}).items():
            os.makedirs(self.files, exist_ok=True)
            with open(os.path.join(self.files, n), "w") as f:
                f.write(text)
            os.chmod(os.path.join(self.files, n), 0o600)
        self.vars.update({k.upper(): str(v) for k, v in extra.items()})
        self.profile = profile
        self.write_conf(self.render(profile))

    def write_conf(self, text):
        tmp = self.conf + ".tmp"
        with open(tmp, "w") as f:
            f.write(text)
        os.replace(tmp, self.conf)

    @property
    def files(self):
        """files that the configuration names (passwords); outside the work dir, so that what is found there was written by the proxy"""
        return self.work + ".files"

    @property
    def addr(self):
        return ("127.0.0.1", self.listen)

    # -- process
    def start(self, timeout=20):
        for d in self.spec.get("mkdirs", []):
            os.makedirs(os.path.join(self.work, d), exist_ok=True)
        argv = [self._sub(a) for a in self.spec["start"]]
        env = dict(os.environ, **{k: self._sub(v) for k, v in self.spec.get("env", {}).items()})
        self.log = open(os.path.join(self.work, "proxy.log"), "ab")
        out = open(os.path.join(self.work, self.spec["stdout"]), "ab") if "stdout" in self.spec else self.log
        self.proc = subprocess.Popen(argv, stdout=out, stderr=self.log, stdin=subprocess.DEVNULL, cwd=self.work, env=env, start_new_session=True)
        self.log.close()
        out.close()
        t0 = time.time()
        end = time.time() + timeout
        up = False
        while time.time() < end and self.proc.poll() is None and not up:
            up = wait_port(self.listen, 0.1)
        if not up:
            raise RuntimeError(f"{self.name} did not open port {self.listen}; see {self.work}/proxy.log: " + open(self.log.name).read()[-600:])
        self.start_secs = time.time() - t0
        return self.start_secs

    def _sub(self, a):
        for k, x in self.vars.items():
            a = a.replace(f"@{k}@", str(x))
        for k in self.spec.get("find", {}):
            if f"@{k}@" in a:
                a = a.replace(f"@{k}@", self.find(k))
        return a

    def alive(self):
        return self.proc is not None and self.proc.poll() is None

    def pids(self):
        return proc_tree(self.proc.pid)

    def rss(self):
        return rss_kb(self.proc.pid)

    def fds(self):
        return nfds(self.proc.pid)

    def socks(self):
        return nsocks(self.proc.pid)

    @property
    def reload_secs(self):
        """how long a plain change of the file may take to be noticed"""
        return self.spec.get("reload_seconds", 0.6)

    def reload(self, text=None, now=False):
        """now: also ask for it at once, if the target has a way (reload_now: {"http": [method, path]} on the admin port)"""
        if text is not None:
            self.write_conf(text)
        if now and "reload_now" in self.spec:
            meth, path = self.spec["reload_now"]["http"]
            c = http.client.HTTPConnection("127.0.0.1", self.admin, timeout=10)
            try:
                c.request(meth, path, headers=dict(x.split(": ", 1) for x in self.admin_headers.split("\r\n") if x))
                return c.getresponse().status
            except (OSError, http.client.HTTPException):
                return None
            finally:
                c.close()
        r = self.spec.get("reload", {})
        if "signal" in r:
            os.kill(self.proc.pid, getattr(signal, "SIG" + r["signal"]))
        elif "cmd" in r:
            subprocess.run([self._sub(a) for a in r["cmd"]], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=20)
        # kind "file": nothing to do, the proxy watches the file

    def drain(self):
        os.kill(self.proc.pid, getattr(signal, "SIG" + self.spec.get("drain", "TERM")))

    def kill9(self):
        for p in self.pids():
            try:
                os.kill(p, signal.SIGKILL)
            except OSError:
                pass
        self.proc.wait()

    def stop(self):
        if self.proc is None:
            return
        if self.alive():
            pids = self.pids()
            self.proc.terminate()
            try:
                self.proc.wait(3)
            except subprocess.TimeoutExpired:
                pass
            for p in pids:
                try:
                    os.kill(p, signal.SIGKILL)
                except OSError:
                    pass
            try:
                self.proc.wait(2)
            except subprocess.TimeoutExpired:
                pass
        self.proc = None

    def look_for_complaints(self):
        for name in ("proxy.log", self.spec.get("stdout", "proxy.log")):
            path = os.path.join(self.work, name)
            if os.path.exists(path):
                with open(path, errors="replace") as f:
                    complaints.extend(line.strip()[:400] for line in f if COMPLAINT.search(line))

    def cleanup(self):
        self.stop()
        self.look_for_complaints()
        shutil.rmtree(self.work, ignore_errors=True)
        shutil.rmtree(self.files, ignore_errors=True)
