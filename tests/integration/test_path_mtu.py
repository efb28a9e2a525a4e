"""Links that pass only small packets, with and without the ICMP that says so."""
import re
import unittest

from netns import CLIENT4, HOST4, HOST6, TestCase, World, cause, short, words

NOBODY = 65534


class BlackHole(TestCase):
    def black_hole(self, make, fault="big-certificate", host=HOST4, user=None, verdicts=("failing",)):
        with World() as w:
            w.lab(fault)
            make(w)
            result = w.diagnose(host, user=user)
            self.assertGreater(w.hits(), 0)
        self.assert_first(result, "mtu-black-hole", None, None)
        self.assertIn(result["verdict"], verdicts, short(result))
        self.assertEqual(result["causes"][0]["explains"], result["verdict"] == "failing", short(result))
        self.assertEqual(result["causes"][0]["certainty"], "proven", short(result))
        for wrong in ("packet-loss", "tls-stalled", "reset-in-path", "certificate-key-unusable", "connection-intermittent"):
            self.assertIsNone(cause(result, wrong), short(result))
        return result

    def named_size(self, result, mtu):
        """The size that is named must be one that fits, and not much less."""
        numbers = [int(n) for n in re.findall(r"\d+", words(result["causes"][0]))]
        self.assertTrue([n for n in numbers if mtu - 64 <= n <= mtu], (mtu, short(result)))

    def test_576_and_icmp_eaten(self):
        self.black_hole(lambda w: w.narrow(576, icmp=False))

    def test_1280_and_icmp_eaten(self):
        self.named_size(self.black_hole(lambda w: w.narrow(1280, icmp=False)), 1280)

    def test_1400_and_icmp_eaten(self):
        self.named_size(self.black_hole(lambda w: w.narrow(1400, icmp=False)), 1400)

    def test_1400_and_icmp_eaten_over_ipv6(self):
        self.named_size(self.black_hole(lambda w: w.narrow(1400, icmp=False), host=f"[{HOST6}]"), 1400)

    def test_1400_and_icmp_eaten_without_privilege(self):
        self.black_hole(lambda w: w.narrow(1400, icmp=False), user=NOBODY)

    def test_a_device_that_drops_without_a_word(self):
        self.named_size(self.black_hole(lambda w: w.nft("meta length > 1400 counter drop")), 1400)

    def test_only_towards_the_client(self):
        self.black_hole(lambda w: w.nft(f"ip daddr {CLIENT4} meta length > 1300 counter drop"))

    def test_only_towards_the_host(self):
        # Nothing that a handshake needs to send is that large: the session will be the first to notice.
        self.black_hole(lambda w: w.nft(f"ip daddr {HOST4} meta length > 1300 counter drop"), verdicts=("degraded", "failing"))

    def test_a_host_with_a_small_certificate_576(self):
        self.black_hole(lambda w: w.narrow(576, icmp=False), fault="healthy-nla")

    def test_a_host_with_a_small_certificate_1280(self):
        self.black_hole(lambda w: w.narrow(1280, icmp=False), fault="healthy-nla", verdicts=("degraded", "failing"))

    def test_a_host_with_a_small_certificate_1400(self):
        self.black_hole(lambda w: w.narrow(1400, icmp=False), fault="healthy-nla", verdicts=("degraded", "failing"))


class Delivered(TestCase):
    """A narrow link that says so is no fault: TCP adapts."""

    def healthy(self, mtu, fault, host=HOST4, user=None, **world):
        with World(**world) as w:
            w.lab(fault)
            w.narrow(mtu)
            result = w.diagnose(host, user=user)
            if fault == "big-certificate":
                self.assertGreater(w.hits(), 0)
        self.assert_healthy(result)

    def test_576(self):
        self.healthy(576, "big-certificate")

    def test_1280(self):
        self.healthy(1280, "big-certificate")

    def test_1400(self):
        self.healthy(1400, "big-certificate")

    def test_a_vpn_of_1300(self):
        self.healthy(1300, "healthy-nla")

    def test_a_vpn_of_1300_over_ipv6(self):
        self.healthy(1300, "healthy-nla", host=f"[{HOST6}]")

    def test_a_vpn_of_1300_without_privilege(self):
        self.healthy(1300, "big-certificate", user=NOBODY)

    def test_a_distant_vpn_of_1300(self):
        self.healthy(1300, "big-certificate", delay_ms=75)

    def test_a_client_whose_own_link_is_narrow(self):
        with World() as w:
            w.lab("big-certificate")
            w.ip("client", "link set net0 mtu 1300")
            w.ip("router", "link set near mtu 1300")
            result = w.diagnose()
        self.assert_healthy(result)


if __name__ == "__main__":
    unittest.main()
