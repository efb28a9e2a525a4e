"""A small internet of the tests' own: client – router – host, each a network namespace, made and removed by the test.

The router is where firewalls, losses and narrow links are put. Nothing leaves the namespaces. Both families have
addresses at once; the host's packets start with TTL 128, as those of Windows do, and arrive with 127.
"""
import atexit
import concurrent.futures
import itertools
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest

from support import PROGRAM, first_cause

PEERS = str(pathlib.Path(__file__).with_name("netns_peers.py"))
CLIENT4, ROUTER4, HOST4 = "10.77.1.2", "10.77.1.1", "10.77.2.2"
CLIENT6, ROUTER6, HOST6 = "2001:db8:1::2", "2001:db8:1::1", "2001:db8:2::2"
NAME = "lab-host.rdp.test"  # as the lab's own machine calls itself
RDP = 3389
_numbers = itertools.count(1)
_worlds = set()


def _missing():
    if os.geteuid() != 0:
        return "network namespaces need root"
    programs = [p for p in ("ip", "nft", "tc", "sysctl") if not shutil.which(p)]
    if programs:
        return f"not installed: {', '.join(programs)}"
    name = f"rdd{os.getpid()}-0"
    made = subprocess.run(["ip", "netns", "add", name], capture_output=True, text=True)
    subprocess.run(["ip", "netns", "del", name], capture_output=True)
    return f"no network namespaces here: {made.stderr.strip()}" if made.returncode else ""


MISSING = _missing()


def _command(*args, **kwargs):
    done = subprocess.run(args, capture_output=True, text=True, timeout=30, **kwargs)
    if done.returncode:
        raise AssertionError(f"{' '.join(args)}: {done.stderr}")
    return done.stdout


class World:
    """client – router – host. `delay_ms`: one way, between client and router, by a relay that keeps packets whole."""

    def __init__(self, delay_ms=0):
        self.delay_ms = delay_ms
        self.processes = []
        self.ns = {}
        self.folder = None

    def __enter__(self):
        prefix = f"rdd{os.getpid()}-{next(_numbers)}"
        self.ns = {role: f"{prefix}-{role}" for role in ("client", "router", "host")}
        _worlds.add(self)
        try:
            self._make()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        for process in self.processes:
            process.kill()
        for process in self.processes:
            process.wait(10)
            process.stdout.close()
        for name in self.ns.values():
            subprocess.run(["ip", "netns", "del", name], capture_output=True)
            shutil.rmtree(f"/etc/netns/{name}", ignore_errors=True)
        if self.folder:
            shutil.rmtree(self.folder, ignore_errors=True)
        self.processes, self.ns, self.folder = [], {}, None
        _worlds.discard(self)

    def _make(self):
        for name in self.ns.values():
            _command("ip", "netns", "add", name)
            os.makedirs(f"/etc/netns/{name}")
        self.hosts()
        self.name_servers()
        settings = {"client": {}, "host": {"net.ipv4.ip_default_ttl": 128, "net.ipv6.conf.all.hop_limit": 128,
                                           "net.ipv6.conf.default.hop_limit": 128},
                    "router": {"net.ipv4.ip_forward": 1, "net.ipv6.conf.all.forwarding": 1}}
        for role, values in settings.items():
            self.sysctl(role, {"net.ipv6.conf.default.accept_dad": 0, "net.ipv6.conf.default.dad_transmits": 0, **values})
        self._link("router", "far", "host", "net0")
        if self.delay_ms:
            self.start("client", "relay", str(self.delay_ms / 1000), self.ns["client"], self.ns["router"])
        else:
            self._link("client", "net0", "router", "near")
        addresses = [("client", "net0", CLIENT4, CLIENT6), ("router", "near", ROUTER4, ROUTER6),
                     ("router", "far", "10.77.2.1", "2001:db8:2::1"), ("host", "net0", HOST4, HOST6)]
        for role, device, v4, v6 in addresses:
            self.ip(role, f"addr add {v4}/24 dev {device}\naddr add {v6}/64 dev {device} nodad\nlink set {device} up\nlink set lo up")
        self.ip("client", f"route add default via {ROUTER4}\nroute add default via {ROUTER6}")
        self.ip("host", "route add default via 10.77.2.1\nroute add default via 2001:db8:2::1")
        self._wait_for_links()

    def _wait_for_links(self):
        # The kernel looks at links that came up once a second; before that IPv6 answers nobody.
        end = time.monotonic() + 10
        while any(" state DOWN " in self.inside(role, "ip", "-o", "link") for role in self.ns):
            if time.monotonic() > end:
                raise AssertionError("the links do not come up")
            threading.Event().wait(0.05)  # a poll interval, not a guess at readiness

    def _link(self, a, a_device, b, b_device):
        # One segment a packet: only so is a packet's length what it would be on a wire.
        whole = "gso_max_segs 1"
        self.ip(a, f"link add {a_device} type veth peer name {b_device} netns {self.ns[b]}\nlink set {a_device} {whole}")
        self.ip(b, f"link set {b_device} {whole}")

    # What the parts are told.
    def ip(self, role, batch):
        _command("ip", "-n", self.ns[role], "-batch", "-", input=batch)

    def sysctl(self, role, values):
        self.inside(role, "sysctl", "-qw", *(f"{k}={v}" for k, v in values.items()))

    def inside(self, role, *args):
        return _command("ip", "netns", "exec", self.ns[role], *args)

    def nft(self, rules, role="router", hook="forward"):
        """Adds rules; those with the word `counter` are asked by `hits`."""
        table = f"table inet t_{hook} {{ chain c {{ type filter hook {hook} priority 0; policy accept;\n{rules}\n}}\n}}\n"
        _command("ip", "netns", "exec", self.ns[role], "nft", "-f", "-", input=table)

    def hits(self, role="router"):
        """How many packets the rules with a counter met."""
        rules = json.loads(self.inside(role, "nft", "-j", "list", "ruleset"))["nftables"]
        return sum(e["counter"]["packets"] for r in rules for e in r.get("rule", {}).get("expr", []) if "counter" in e)

    def narrow(self, mtu, icmp=True):
        """Towards both ends the router passes packets up to this size; without `icmp` it never says so."""
        self.ip("router", f"route replace 10.77.1.0/24 dev near mtu lock {mtu}\nroute replace 10.77.2.0/24 dev far mtu lock {mtu}")
        if mtu >= 1280:
            self.ip("router", "route del 2001:db8:1::/64 dev near\nroute del 2001:db8:2::/64 dev far\n"
                              f"route add 2001:db8:1::/64 dev near mtu lock {mtu}\nroute add 2001:db8:2::/64 dev far mtu lock {mtu}")
        what = "counter accept" if icmp else "counter drop"
        self.nft(f"icmp type destination-unreachable icmp code 4 {what}\nicmpv6 type packet-too-big {what}", hook="output")

    def throttle(self, rate):
        for device in ("near", "far"):
            _command("tc", "-n", self.ns["router"], "qdisc", "add", "dev", device, "root", "tbf", "rate", rate, "burst", "3000", "limit", "60000")

    def hosts(self, *lines):
        """The client's hosts file."""
        self._file("hosts", "127.0.0.1 localhost\n" + "".join(line + "\n" for line in lines))

    def name_servers(self, *servers, search=""):
        """The client's resolv.conf. Without a server there is none that answers, and nothing leaves the namespace."""
        self._file("resolv.conf", "".join(f"nameserver {s}\n" for s in servers or ("127.0.0.1",)) +
                   (f"search {search}\n" if search else "") + "options timeout:1 attempts:1\n")

    def prefer_ipv4(self):
        """RFC 6724's order, in which private IPv6 addresses come after IPv4; the C library's own knows it not yet."""
        self._file("gai.conf", "precedence ::1/128 50\nprecedence ::/0 40\nprecedence ::ffff:0:0/96 35\nprecedence fc00::/7 3\n")

    def _file(self, name, text):
        pathlib.Path(f"/etc/netns/{self.ns['client']}/{name}").write_text(text)

    # What runs in them.
    def spawn(self, role, *args):
        """A process in the namespace; gives its first line, which it prints when it is ready."""
        process = subprocess.Popen(["ip", "netns", "exec", self.ns[role], *args], stdout=subprocess.PIPE, text=True)
        self.processes.append(process)
        line = process.stdout.readline()
        if not line:
            raise AssertionError(f"{args} ended with {process.wait(10)}")
        return line

    def start(self, role, peer, *args):
        return self.spawn(role, sys.executable, PEERS, peer, *args)

    def dns(self, address, names, behaviour="answers"):
        """A DNS server on the router that knows these names: {name: [addresses]}."""
        if address != ROUTER4:
            self.ip("router", f"addr add {address}/24 dev near")
        self.start("router", "dns", address, json.dumps(names), behaviour)

    def lab(self, fault="healthy-nla", port=RDP, families=(4, 6)):
        for bind in (["0.0.0.0"] if 4 in families else []) + (["::"] if 6 in families else []):
            self.spawn("host", PROGRAM, "lab", "--fault", fault, "--bind", bind, "--port", str(port))
        return self

    def program(self, *args, user=None, timeout=90):
        """Runs the program on the client; as `user` (a number) it has no privilege of any kind."""
        command = [PROGRAM]
        if user is not None:
            command = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups", "--inh-caps=-all", "--bounding-set=-all", self._readable_program()]
        return subprocess.run(["ip", "netns", "exec", self.ns["client"], *command, *map(str, args)], capture_output=True, text=True, timeout=timeout)

    def _readable_program(self):
        # The cache folder may lie where only root can look. Another process copies: a thread that starts a
        # program at this moment would hold the file open for writing, and then it can't be run.
        if not self.folder:
            self.folder = tempfile.mkdtemp(prefix="rdpdoctor-netns-")
            os.chmod(self.folder, 0o755)
            _command("install", "-m", "755", os.path.realpath(PROGRAM), f"{self.folder}/rdpdoctor")
        return f"{self.folder}/rdpdoctor"

    def diagnose(self, host=HOST4, *args, user=None):
        done = self.program("diagnose", host, "--json", *args, user=user)
        if done.returncode not in (0, 1, 3):
            raise AssertionError(f"exit {done.returncode}: {done.stderr}")
        result = json.loads(done.stdout)
        result["exit"] = done.returncode
        return result


def _remove_leftovers():
    """Of runs that were killed: a namespace carries the number of the process that made it."""
    for name in os.listdir("/run/netns") if os.path.isdir("/run/netns") else []:
        made = re.match(r"rdd(\d+)-", name)
        if made and not os.path.exists(f"/proc/{made[1]}"):
            subprocess.run(["ip", "netns", "del", name], capture_output=True)
            shutil.rmtree(f"/etc/netns/{name}", ignore_errors=True)


def _remove_all(*_):
    for world in list(_worlds):
        world.close()


atexit.register(_remove_all)  # also after Ctrl-C, and when a test was cut short


def _terminated(*_):
    sys.exit(1)  # so that atexit runs


signal.signal(signal.SIGTERM, _terminated)
if not MISSING:
    _remove_leftovers()


def cause(result, id_):
    """This cause of the result, None if it was not found."""
    return next((c for c in result["causes"] if c["id"] == id_), None)


def words(found):
    """All that a cause says."""
    return " ".join([found["title"], found.get("headline", "")] + [f"{e['source']}: {e['text']}" for e in found["evidence"]])


def short(result):
    """What a failed comparison should show of a diagnosis."""
    lines = [f"verdict {result['verdict']}, exit {result['exit']}, {result['evidence']['run']['ms']:.0f} ms, "
             f"{len(result['evidence']['connections'])} connections"]
    lines += [f"addresses {' '.join(result['target']['addresses'])}"]
    lines += [f"{s['stage']}: {s['outcome']}, {s['summary']}" for s in result["stages"]]
    for c in result["causes"]:
        lines.append(f"{c['id']} ({c['certainty']}, explains {c['explains']}): " + "; ".join(e["text"] for e in c["evidence"]))
    for c in result["evidence"]["connections"]:
        lines.append(f"  #{c['number']} {c['asked']['address']} {c['asked']['what']}: tcp {c['tcp']['outcome']}, x224 {c['x224']['outcome']}, "
                     f"tls {c['tls']['outcome']}, nla {c['nla']['outcome']}, {c['ending']} after {c['ended_ms']:.0f} ms")
    return "\n" + "\n".join(lines)


@unittest.skipIf(MISSING, MISSING)
class TestCase(unittest.TestCase):
    """The tests of a class run side by side, `at_once` of them: they wait more than they work. Each has a world of its own.

    unittest makes one instance for each test that was chosen; what these do is begun before the first, and each
    then waits for its own.
    """
    at_once = 5

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        cls._chosen = []
        for name in [n for n in vars(cls) if n.startswith("test_")]:
            setattr(cls, "_do_" + name, vars(cls)[name])
            setattr(cls, name, cls._waiting(name))

    @staticmethod
    def _waiting(name):
        def wait(self):
            type(self)._running[name].result(180)
        wait.__name__ = name
        return wait

    def __init__(self, method="runTest"):
        super().__init__(method)
        if method.startswith("test_"):
            type(self)._chosen.append(self)

    @classmethod
    def setUpClass(cls):
        cls._pool = concurrent.futures.ThreadPoolExecutor(cls.at_once)
        cls._running = {t._testMethodName: cls._pool.submit(getattr(t, "_do_" + t._testMethodName)) for t in cls._chosen}

    @classmethod
    def tearDownClass(cls):
        cls._pool.shutdown(cancel_futures=True)

    def assert_first(self, result, id_, explains=True, verdict="failing"):
        """The first cause, whether it explains the failure, and the verdict; None: either is right."""
        self.assertEqual(first_cause(result), id_, short(result))
        if explains is not None:
            self.assertEqual(result["causes"][0]["explains"], explains, short(result))
        if verdict is not None:
            self.assertEqual(result["verdict"], verdict, short(result))

    def assert_healthy(self, result):
        self.assertEqual((result["verdict"], result["exit"], [c["id"] for c in result["causes"]]), ("healthy", 0, []), short(result))
