"""The running machine, under Wine: inspected, broken, repaired, taken back; collected and looked at elsewhere."""
import json
import tempfile
import pathlib
import unittest

import hosts
import wine
from support import run

LISTENER = r"HKLM\SYSTEM\CurrentControlSet\Control\Terminal Server\WinStations\RDP-Tcp"
SERVICES = r"HKLM\SYSTEM\CurrentControlSet\Services"
RULES = SERVICES + r"\SharedAccess\Parameters\FirewallPolicy\FirewallRules"

# What is broken, and the fix that is named for it. Each is a layer as in tests/hosts.
FAULTS = {
    "listener-disabled": ("enable-listener", {LISTENER: {"fEnableWinStation": {"dword": 0}}}),
    "instance-limit-zero": ("lift-instance-limit", {LISTENER: {"MaxInstanceCount": {"dword": 0}}}),
    "listener-port-changed": ("restore-listener-port", {LISTENER: {"PortNumber": {"dword": 3390}}}),
    "certificate-binding-dangling": ("clear-certificate-binding", {LISTENER: {"SSLCertificateSHA1Hash": {"binary": "c1eb5746efdc3fac0328d18ef18e7236079eda97"}}}),
    "remote-desktop-disabled": ("enable-remote-desktop", {r"HKLM\SYSTEM\CurrentControlSet\Control\Terminal Server": {"fDenyTSConnections": {"dword": 1}}}),
}


def rules(active):
    out = {}
    for name, protocol in (("RemoteDesktop-UserMode-In-TCP", 6), ("RemoteDesktop-UserMode-In-UDP", 17)):
        out[name] = {"sz": f"v2.31|Action=Allow|Active={active}|Dir=In|Protocol={protocol}|LPort=3389|App=%SystemRoot%\\system32\\svchost.exe|Svc=termservice|Name=@FirewallAPI.dll,-28775|"}
    return {RULES: out}


FAULTS["firewall-rule-missing"] = ("open-firewall-port", rules("FALSE"))


def causes(done):
    return json.loads(done.stdout)["causes"]


def found(done):
    return [(c["id"], c["certainty"], c["explains"]) for c in causes(done)]


@unittest.skipUnless(wine.HERE, "no Windows build or no Wine")
class WindowsLive(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.own = wine.prefix()
        cls.machine = cls.own.__enter__()
        cls.addClassCleanup(cls.own.__exit__, None, None, None)
        cls.machine.lay(hosts.Machine())
        cls.machine.stop()  # the service manager reads its services when it starts

    def break_it(self, *layers):
        self.machine.lay(hosts.Machine(*({"registry": layer} for layer in layers), healthy=False))

    def state(self):
        """Without what Wine writes by itself whenever its desktop or its service manager starts."""
        own = (r"\Control\Video", r"\Control\Class\{4d36e968-e325-11ce-bfc1-08002be10318}", "\\Enum\\", r"\Control\ServiceCurrent", r"\Control\DeviceClasses")
        out = {}
        for key in (r"HKEY_LOCAL_MACHINE\System", r"HKEY_LOCAL_MACHINE\Software"):
            blocks = self.machine.export(key).decode("utf-16").split("\r\n\r\n")
            out[key] = "\r\n\r\n".join(block for block in blocks if not any(part.lower() in block.split("]")[0].lower() for part in own))
        return out

    def assert_same(self, before, after):
        for key in before:
            if before[key] != after[key]:
                was, is_ = (state[key].splitlines() for state in (before, after))
                self.fail("\n".join([f"{key} differs:"] + ["- " + line for line in was if line not in is_][:20] + ["+ " + line for line in is_ if line not in was][:20]))

    def ids(self):
        return [cause[0] for cause in found(self.machine.run("inspect", "--json"))]

    def test_what_is_broken_is_found_repaired_and_taken_back(self):
        self.break_it(*(layer for _, layer in FAULTS.values()))
        self.machine.stop()
        broken = self.state()
        self.assertTrue(set(FAULTS) <= set(self.ids()), self.ids())
        fixes = [fix for fix, _ in FAULTS.values()]
        plan = self.machine.run("fix", *fixes)
        self.assertEqual(plan.returncode, 1, plan)
        self.assertIn(b"Nothing was written", plan.stdout)
        self.assert_same(broken, self.state())
        applied = self.machine.run("fix", *fixes, "--apply", "--json")
        self.assertIn(applied.returncode, (0, 1), applied)
        self.assertEqual(set(FAULTS) & set(self.ids()), set(), applied.stdout.decode())
        undone = self.machine.run("undo")
        self.assertEqual(undone.returncode, 0, undone)
        self.assert_same(broken, self.state())
        self.assertTrue(set(FAULTS) <= set(self.ids()))

    def test_a_disabled_service_is_enabled_by_its_manager_and_disabled_again(self):
        """Wine's svchost has no such service in it: that it can't be started is said, and the run can be taken back."""
        self.machine.lay(hosts.Machine({"registry": {SERVICES + r"\KeyIso": {"Start": {"dword": 4}}}}, healthy=False))
        self.machine.stop()
        broken = self.state()
        self.assertIn("service-stopped", self.ids())
        applied = json.loads(self.machine.run("fix", "start-services", "--apply", "--json").stdout)
        starts = [change for change in applied["outcome"]["changes"] if change["target"].endswith("KeyIso: Start")]
        self.assertEqual([change["standing"] for change in starts], ["after"], applied["outcome"])
        self.assertRegex(applied["outcome"]["error"], "start the service .*: ")
        self.assertRegex(self.machine.wine("sc", "query", "KeyIso").stdout.decode(), "KeyIso")
        undone = self.machine.run("undo")
        self.assertEqual(undone.returncode, 0, undone)
        self.assert_same(broken, self.state())

    def test_the_client_is_made_to_use_tcp_only_and_back(self):
        before = self.state()
        applied = self.machine.run("fix", "force-tcp", "--apply")
        self.assertEqual(applied.returncode, 0, applied)
        self.assertIn('"fClientDisableUDP"=dword:00000001', self.state()[r"HKEY_LOCAL_MACHINE\Software"])
        again = self.machine.run("fix", "force-tcp", "--apply")
        self.assertEqual(again.returncode, 0, again)
        self.assertEqual(self.machine.run("undo").returncode, 0)
        self.assert_same(before, self.state())

    def test_what_was_collected_tells_the_same_elsewhere(self):
        self.break_it(FAULTS["listener-disabled"][1], FAULTS["firewall-rule-missing"][1])
        live = self.machine.run("inspect", "--json")
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "case.zip"
            done = self.machine.run("collect", "-o", f"Z:{path}")
            self.assertEqual(done.returncode, 0, done)
            inspected = run("inspect", "--bundle", path, "--json")
            analyzed = run("analyze", path, "--json")
        expected = found(live)
        self.assertIn("listener-disabled", [cause[0] for cause in expected])
        for seen in (inspected, analyzed):
            self.assertEqual([(c["id"], c["certainty"], c["explains"]) for c in json.loads(seen.stdout)["causes"]], expected, seen.stderr)

    def test_a_value_that_somebody_changed_since_is_left(self):
        self.break_it(FAULTS["listener-disabled"][1])
        self.assertEqual(self.machine.run("fix", "enable-listener", "--apply").returncode, 0)
        self.break_it({LISTENER: {"fEnableWinStation": {"dword": 7}}})
        undone = self.machine.run("undo")
        self.assertEqual(undone.returncode, 3, undone)
        self.assertIn(b"fEnableWinStation", undone.stdout + undone.stderr)
        self.break_it({LISTENER: {"fEnableWinStation": {"dword": 1}}})
        self.assertEqual(self.machine.run("undo").returncode, 0)


if __name__ == "__main__":
    unittest.main()
