"""Loss, delay and narrow bandwidth: each is named when it hurts, and not when it doesn't."""
import unittest

from netns import HOST4, HOST6, NAME, TestCase, World, cause, short

NOBODY = 65534


def loss(w, of, lost=1):
    """Of every `of` packets that pass the router, in whatever direction, `lost` are dropped."""
    w.nft(f"numgen inc mod {of} < {lost} counter drop")


class Loss(TestCase):
    at_once = 4

    def lossy(self, of, lost, verdicts, host=HOST4, fault="healthy-nla", user=None, **world):
        with World(**world) as w:
            w.lab(fault)
            loss(w, of, lost)
            result = w.diagnose(host, user=user)
        self.assert_first(result, "packet-loss", None, None)
        self.assertIn(result["verdict"], verdicts, short(result))
        for wrong in ("connection-intermittent", "connection-limit", "certificate-key-unusable", "port-filtered", "slow-path"):
            self.assertIsNone(cause(result, wrong), short(result))
        # What is lost by chance may have been the large ones: that can be said, and not be believed.
        mtu = cause(result, "mtu-black-hole")
        self.assertTrue(mtu is None or mtu["certainty"] == "possible", short(result))

    def test_5_percent(self):
        self.lossy(20, 1, ("degraded",))

    def test_5_percent_over_ipv6(self):
        self.lossy(20, 1, ("degraded",), host=f"[{HOST6}]")

    def test_5_percent_without_privilege(self):
        self.lossy(20, 1, ("degraded",), user=NOBODY)

    def test_5_percent_of_a_distant_host(self):
        self.lossy(20, 1, ("degraded",), delay_ms=50)

    def test_5_percent_and_a_large_certificate(self):
        self.lossy(20, 1, ("degraded",), fault="big-certificate")

    def test_20_percent(self):
        self.lossy(5, 1, ("degraded", "failing"))

    def test_40_percent(self):
        self.lossy(5, 2, ("degraded", "failing"))


class Slow(TestCase):
    at_once = 3

    def test_64_kilobits(self):
        for fault in ("healthy-nla", "big-certificate"):
            with World() as w:
                w.lab(fault)
                w.throttle("64kbit")
                result = w.diagnose()
            self.assert_first(result, "slow-path", None, None)
            self.assertIn(result["verdict"], ("degraded", "failing"), short(result))
            self.assertIsNone(cause(result, "mtu-black-hole"), short(result))

    def test_an_answer_after_800_ms(self):
        with World(400) as w:
            w.lab()
            result = w.diagnose()
        self.assert_first(result, "slow-path", explains=False, verdict="degraded")


class NoAlarm(TestCase):
    at_once = 3

    def healthy(self, make=lambda w: None, host=HOST4, fault="healthy-nla", within_ms=None, user=None, **world):
        with World(**world) as w:
            w.lab(fault)
            make(w)
            result = w.diagnose(host, user=user)
        self.assert_healthy(result)
        if within_ms:
            self.assertLess(result["evidence"]["run"]["ms"], within_ms, short(result))

    def test_a_plain_path(self):
        self.healthy()

    def test_a_plain_path_over_ipv6(self):
        self.healthy(host=f"[{HOST6}]")

    def test_a_plain_path_by_name(self):
        self.healthy(lambda w: w.hosts(f"{HOST4} {NAME}", f"{HOST6} {NAME}"), host=NAME)

    def test_a_plain_path_without_privilege(self):
        self.healthy(user=NOBODY)

    def test_a_plain_path_without_privilege_but_with_ping(self):
        self.healthy(lambda w: w.sysctl("client", {"net.ipv4.ping_group_range": "0 2147483647"}), user=NOBODY)

    def test_every_healthy_host(self):
        for fault in ("healthy-tls", "healthy-tls-only", "healthy-old-host", "healthy-rdp-security", "big-certificate"):
            self.healthy(fault=fault)

    def test_a_satellite(self):
        self.healthy(delay_ms=150, within_ms=10 * 300 + 1000)

    def test_a_satellite_over_ipv6(self):
        self.healthy(delay_ms=150, host=f"[{HOST6}]", within_ms=10 * 300 + 1000)

    def test_a_satellite_and_a_large_certificate(self):
        self.healthy(delay_ms=150, fault="big-certificate")

    def test_a_satellite_without_privilege(self):
        self.healthy(delay_ms=150, user=NOBODY)

    def test_another_continent(self):
        self.healthy(delay_ms=75, within_ms=10 * 150 + 1000)

    def test_a_link_of_two_megabits(self):
        self.healthy(lambda w: w.throttle("2mbit"))

    def test_one_lost_packet(self):
        # The fifth packet and no other: that happens on any path.
        self.healthy(lambda w: w.nft("numgen inc mod 1000000 == 5 counter drop"))


if __name__ == "__main__":
    unittest.main()
