"""UDP on the way: blocked, one-way, lossy, or only the large datagrams; the TCP connection is healthy in all of them."""
import unittest

from netns import HOST4, HOST6, TestCase, World, short


class Udp(TestCase):
    def udp(self, rule, expect, host=HOST4, fault="healthy-with-udp", **world):
        with World(**world) as w:
            w.lab(fault)
            if rule:
                w.nft(rule)
            result = w.diagnose(host)
            if rule:
                self.assertGreater(w.hits(), 0)
        if expect is None:
            self.assert_healthy(result)
        else:
            self.assert_first(result, expect, explains=False, verdict=None)
            self.assertIn(result["verdict"], ("degraded", "healthy"), short(result))
        return result

    def test_dropped(self):
        self.udp("udp dport 3389 counter drop", "udp-blocked")

    def test_dropped_over_ipv6(self):
        self.udp("udp dport 3389 counter drop", "udp-blocked", host=f"[{HOST6}]")

    def test_one_way(self):
        self.udp("udp sport 3389 counter drop", "udp-blocked")

    def test_prohibited(self):
        result = self.udp("udp dport 3389 counter reject with icmpx type admin-prohibited", "udp-blocked")
        self.assertEqual(result["causes"][0]["certainty"], "proven", short(result))

    def test_some_are_lost(self):
        self.udp("meta l4proto udp numgen inc mod 3 == 0 counter drop", "udp-lossy")

    def test_large_ones_are_lost(self):
        self.udp("meta l4proto udp meta length > 1200 counter drop", "udp-lossy")

    def test_large_ones_are_lost_towards_the_host(self):
        self.udp("udp dport 3389 meta length > 1000 counter drop", "udp-lossy")

    # No alarm.
    def test_all_pass(self):
        result = self.udp("", None)
        self.assertTrue(result["evidence"]["udp"], short(result))

    def test_all_pass_over_ipv6(self):
        self.udp("", None, host=f"[{HOST6}]")

    def test_all_pass_by_satellite(self):
        self.udp("", None, delay_ms=150)

    def test_a_host_without_udp(self):
        self.udp("", None, fault="healthy-nla")

    def test_udp_is_no_answer_to_a_connection_that_dies_before_tls(self):
        with World() as w:
            w.lab("key-unusable-reset")
            w.nft("meta l4proto udp counter drop")
            result = w.diagnose()
        self.assert_first(result, "certificate-key-unusable")
        self.assertFalse([c["id"] for c in result["causes"] if c["stage"] == "udp"], short(result))


if __name__ == "__main__":
    unittest.main()
