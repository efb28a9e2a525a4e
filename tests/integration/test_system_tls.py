"""Schannel beside OpenSSL, under Wine: its client obeys SCHANNEL\\Protocols as Windows' does, so a policy can be set and taken back."""
import json
import ssl
import tempfile
import unittest

import wine
from support import attempt, lab, needs, server
import test_lookalikes

PROTOCOLS = r"HKLM\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL\Protocols"
EVERY_VERSION = ("SSL 3.0", "TLS 1.0", "TLS 1.1", "TLS 1.2", "TLS 1.3")


@needs("openssl")
@unittest.skipUnless(wine.HERE, "no Windows build or no Wine")
class SystemTls(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.own = wine.prefix()
        cls.machine = cls.own.__enter__()
        cls.addClassCleanup(cls.own.__exit__, None, None, None)
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.host = test_lookalikes.TlsHost(folder.name)

    def tearDown(self):
        self.machine.wine("reg", "delete", PROTOCOLS, "/f")

    def forbid(self, *versions):
        for version in versions:
            done = self.machine.wine("reg", "add", rf"{PROTOCOLS}\{version}\Client", "/v", "Enabled", "/t", "REG_DWORD", "/d", "0", "/f")
            self.assertEqual(done.returncode, 0)

    def diagnose(self, port):
        done = self.machine.run("diagnose", f"127.0.0.1:{port}", "--json", "--no-udp", "--no-controls")
        return json.loads(done.stdout)

    def tls(self, result, what="system tls"):
        return attempt(result, what)["tls"]

    def line(self, result):
        return next(s["summary"] for s in result["stages"] if s["stage"] == "tls")

    def test_schannel_agrees_with_a_host_that_openssl_agrees_with(self):
        with server(self.host) as port:
            result = self.diagnose(port)
        self.assertEqual(self.tls(result)["outcome"], "completed")
        self.assertEqual(self.tls(result)["version"], 0x0303)  # Wine 8 offers no TLS 1.3 unless told to
        self.assertEqual(self.tls(result, "standard")["version"], 0x0304)
        self.assertIn("TLS 1.3 by OpenSSL, TLS 1.2 by Schannel", self.line(result))
        self.assertNotIn("client-tls-policy", [c["id"] for c in result["causes"]])
        self.assertEqual(sum(c["asked"].get("tls") == "system" for c in result["evidence"]["connections"]), 1)

    def test_a_policy_that_shares_no_version_with_the_host_is_the_clients_fault_until_it_is_taken_back(self):
        self.forbid("TLS 1.2", "TLS 1.3")
        self.host.context.minimum_version = ssl.TLSVersion.TLSv1_2
        with server(self.host) as port:
            result = self.diagnose(port)
            self.assertEqual(self.tls(result)["outcome"], "alert")
            self.assertEqual(self.tls(result)["alert"], 70)
            self.assertEqual(self.tls(result, "standard")["outcome"], "completed")
            first = result["causes"][0]
            self.assertEqual((first["id"], first["certainty"]), ("client-tls-policy", "proven"))
            self.assertIn("alert 70 protocol_version", self.line(result))
            for cause in result["causes"]:
                self.assertFalse(cause["id"].startswith("tls-"), cause)  # the host is not blamed
            self.tearDown()
            again = self.diagnose(port)
        self.assertEqual(self.tls(again)["outcome"], "completed")
        self.assertNotIn("client-tls-policy", [c["id"] for c in again["causes"]])

    def test_a_client_without_any_version_fails_before_it_has_sent_a_byte(self):
        self.forbid(*EVERY_VERSION)
        with server(self.host) as port:
            result = self.diagnose(port)
        tls = self.tls(result)
        self.assertEqual(tls["outcome"], "failed_here")
        self.assertGreaterEqual(tls["system_status"], 0x80090000)
        self.assertEqual(tls["hello_bytes"], 0)
        self.assertEqual(result["causes"][0]["id"], "client-tls-policy")
        self.assertIn(f"Schannel fails: 0x{tls['system_status']:08X}", self.line(result))

    def test_schannel_that_breaks_down_is_no_policy(self):
        # Wine's refuses a certificate whose key usage is the one of Windows' own for Remote Desktop; Windows does not.
        with lab("healthy-nla", "key-unusable-fin", "tls-10-only") as ports:
            results = {fault: self.diagnose(port) for fault, port in ports.items()}
        for fault, result in results.items():
            with self.subTest(fault):
                self.assertNotIn("client-tls-policy", [c["id"] for c in result["causes"]])
        self.assertEqual(self.tls(results["healthy-nla"])["system_status"], 0x80090304)
        self.assertEqual(results["healthy-nla"]["verdict"], "healthy")
        self.assertEqual(results["key-unusable-fin"]["causes"][0]["id"], "certificate-key-unusable")
        self.assertEqual(results["tls-10-only"]["causes"][0]["id"], "tls-version-mismatch")


if __name__ == "__main__":
    unittest.main()
