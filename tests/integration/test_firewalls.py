"""Firewalls, filters and forwarders on the way, acted out by a router between two namespaces: each by its name, none instead of another."""
import unittest

from netns import CLIENT4, HOST4, HOST6, ROUTER4, ROUTER6, TestCase, World, cause, short, words

NOBODY = 65534
HELLO = "tcp dport 3389 @ih,0,8 0x16 @ih,40,8 0x01"  # the segment begins with a TLS record that begins with a ClientHello
REQUEST = "tcp dport 3389 @ih,0,16 0x0300"           # … with a TPKT


def headline(result):
    return result["causes"][0].get("headline", result["causes"][0]["title"])


class Silence(TestCase):
    def silence(self, rule, certainties, *args, host=HOST4, user=None):
        with World() as w:
            w.lab()
            w.nft(rule)
            result = w.diagnose(host, *args, user=user)
            self.assertGreater(w.hits(), 0)
        self.assert_first(result, "port-filtered")
        self.assertIn(result["causes"][0]["certainty"], certainties, short(result))
        return result

    def test_one_port_of_a_living_host(self):
        result = self.silence("tcp dport 3389 counter drop", ["proven"])
        self.assertTrue(result["evidence"].get("controls"), short(result))

    def test_one_port_over_ipv6(self):
        self.silence("tcp dport 3389 counter drop", ["proven"], host=f"[{HOST6}]")

    def test_all_of_tcp_while_echoes_pass(self):
        self.silence("meta l4proto tcp counter drop", ["proven"])

    def test_the_answers_alone(self):
        self.silence("tcp sport 3389 counter drop", ["proven"])

    def test_everything(self):
        alone = self.silence("tcp dport 3389 counter drop", ["proven"])
        whole = self.silence(f"ip daddr {HOST4} counter drop", ["likely", "possible"])
        self.assertNotEqual(headline(whole), headline(alone))

    def test_without_controls_nothing_is_proven(self):
        result = self.silence("tcp dport 3389 counter drop", ["likely", "possible"], "--no-controls")
        self.assertFalse(result["evidence"].get("controls") or result["evidence"].get("echoes"), short(result))

    def test_without_privilege_the_machine_is_still_seen_to_be_up(self):
        # Its refusals on other ports could be a firewall's: only their TTL would tell.
        result = self.silence("tcp dport 3389 counter drop", ["proven", "likely"], user=NOBODY)
        self.assertIn("445", words(result["causes"][0]), short(result))


class Refusal(TestCase):
    def refusal(self, reject, *sender, role="router", hook="forward", host=HOST4, user=None, expect="port-rejected"):
        with World() as w:
            w.lab()
            w.nft(f"tcp dport 3389 counter reject with {reject}", role, hook)
            result = w.diagnose(host, user=user)
            self.assertGreater(w.hits(role), 0)
        self.assert_first(result, expect)
        for address in sender:
            self.assertIn(address, words(result["causes"][0]), short(result))
        return result

    def test_prohibited_by_the_router(self):
        self.refusal("icmpx type admin-prohibited", ROUTER4)

    def test_prohibited_by_the_router_over_ipv6(self):
        self.refusal("icmpx type admin-prohibited", ROUTER6, host=f"[{HOST6}]")

    def test_port_unreachable_by_the_router(self):
        self.refusal("icmpx type port-unreachable", ROUTER4)

    def test_port_unreachable_by_the_hosts_own_firewall(self):
        self.refusal("icmpx type port-unreachable", HOST4, role="host", hook="input")

    def test_reset_by_the_router(self):
        self.refusal("tcp reset")

    def test_reset_by_the_router_over_ipv6(self):
        self.refusal("tcp reset", host=f"[{HOST6}]")

    def test_reset_by_the_router_without_privilege_is_not_blamed_on_the_host_for_sure(self):
        with World() as w:
            w.lab()
            w.nft("tcp dport 3389 counter reject with tcp reset")
            result = w.diagnose(HOST4, user=NOBODY)
        self.assertIn(result["causes"][0]["id"], ("port-closed", "port-rejected"), short(result))
        self.assertNotEqual(result["causes"][0]["certainty"], "proven", short(result))

    def test_reset_by_the_host_itself_is_a_closed_port(self):
        with World() as w:
            result = w.diagnose()
        self.assert_first(result, "port-closed")

    def test_a_closed_port_of_a_host_that_says_nothing_else(self):
        with World() as w:
            w.nft("tcp dport 3389 accept\ncounter drop", "host", "input")
            result = w.diagnose()
        self.assert_first(result, "port-closed")

    def test_a_closed_port_over_ipv6(self):
        with World() as w:
            result = w.diagnose(f"[{HOST6}]")
        self.assert_first(result, "port-closed")


class Unreachable(TestCase):
    def test_told_by_the_router(self):
        with World() as w:
            w.ip("router", "route add unreachable 10.77.3.0/24")
            result = w.diagnose("10.77.3.9")
        self.assert_first(result, "host-unreachable")
        self.assertIn(ROUTER4, words(result["causes"][0]), short(result))

    def test_nobody_has_the_address(self):
        with World() as w:
            result = w.diagnose("10.77.2.99")
        self.assert_first(result, "host-unreachable")

    def test_nobody_has_the_address_in_the_clients_own_network(self):
        with World() as w:
            result = w.diagnose("10.77.1.99")
        self.assert_first(result, "host-unreachable")

    def test_the_router_knows_no_network(self):
        with World() as w:
            result = w.diagnose("10.88.0.1")
        self.assert_first(result, "host-unreachable")

    def test_over_ipv6(self):
        with World() as w:
            w.ip("router", "route add unreachable 2001:db8:3::/64")
            result = w.diagnose("[2001:db8:3::9]")
        self.assert_first(result, "host-unreachable")

    def test_a_prohibiting_route_is_a_refusal(self):
        with World() as w:
            w.ip("router", "route add prohibit 10.77.3.0/24")
            result = w.diagnose("10.77.3.9")
        self.assert_first(result, "port-rejected")

    def test_no_route_here(self):
        with World() as w:
            w.ip("client", "route del default")
            result = w.diagnose()
        self.assertEqual((result["causes"][0]["id"], result["exit"]), ("host-unreachable", 3), short(result))


class Forwarders(TestCase):
    def nothing_behind(self, how):
        with World() as w:
            w.start("host", "accepts", "0.0.0.0", "3389", how)
            result = w.diagnose(HOST4, "--code", "0x904/0x7")
        self.assert_first(result, "forwarder-without-host")
        for wrong in ("reset-in-path", "certificate-key-unusable", "packet-loss"):
            self.assertIsNone(cause(result, wrong), short(result))

    def test_closes_at_once(self):
        self.nothing_behind("fin")

    def test_resets_at_once(self):
        self.nothing_behind("reset")

    def test_closes_on_the_request(self):
        self.nothing_behind("request-fin")

    def test_resets_on_the_request(self):
        self.nothing_behind("request-reset")


class Resets(TestCase):
    def middlebox(self, match, expect="reset-in-path", host=HOST4, ttl=128, user=None, fault="healthy-nla", certainties=("proven", "likely")):
        with World() as w:
            w.sysctl("host", {"net.ipv4.ip_default_ttl": ttl})
            w.lab(fault)
            if match:
                w.nft(f"{match} counter reject with tcp reset")
            result = w.diagnose(host, "--code", "0x904/0x7", user=user)
            if match:
                self.assertGreater(w.hits(), 0)
        self.assert_first(result, expect)
        self.assertIn(result["causes"][0]["certainty"], certainties, short(result))
        return result

    def test_on_the_client_hello(self):
        result = self.middlebox(HELLO, certainties=("proven",))
        self.assertIsNone(cause(result, "certificate-key-unusable"), short(result))

    def test_on_the_client_hello_before_a_host_whose_packets_start_with_the_same_ttl(self):
        self.middlebox(HELLO, ttl=64, certainties=("proven",))

    def test_on_the_client_hello_over_ipv6(self):
        self.middlebox(HELLO, host=f"[{HOST6}]", certainties=("proven",))

    def test_on_the_client_hello_without_privilege(self):
        self.middlebox(HELLO, user=NOBODY)

    def test_on_the_request(self):
        result = self.middlebox(REQUEST)
        self.assertIsNone(cause(result, "certificate-key-unusable"), short(result))

    def test_a_host_that_resets_every_hello_itself_is_no_middlebox(self):
        result = self.middlebox("", "certificate-key-unusable", fault="key-unusable-reset")
        self.assertIsNone(cause(result, "reset-in-path"), short(result))

    def test_a_hello_that_vanishes_is_stalled_and_not_reset(self):
        with World() as w:
            w.lab()
            w.nft(f"{HELLO} counter drop")
            result = w.diagnose()
            self.assertGreater(w.hits(), 0)
        self.assert_first(result, "tls-stalled")
        for wrong in ("mtu-black-hole", "packet-loss", "reset-in-path"):
            self.assertIsNone(cause(result, wrong), short(result))


class NoAlarm(TestCase):
    def healthy(self, rule, role="host", hook="input", user=None):
        with World() as w:
            w.lab("healthy-with-udp")
            w.nft(rule, role, hook)
            self.assert_healthy(w.diagnose(HOST4, user=user))

    def test_a_host_that_answers_on_its_port_alone(self):
        self.healthy("meta l4proto { tcp, udp } th dport 3389 accept\nicmpv6 type nd-neighbor-solicit accept\ncounter drop")

    def test_a_host_that_answers_no_ping(self):
        self.healthy("icmp type echo-request counter drop")

    def test_a_firewall_that_refuses_everything_else(self):
        self.healthy(f"meta l4proto {{ tcp, udp }} th dport 3389 accept\nip saddr {CLIENT4} counter reject with icmp type admin-prohibited", "router", "forward")

    def test_a_router_that_sends_no_icmp_at_all(self):
        self.healthy("meta l4proto { icmp, ipv6-icmp } counter drop", "router", "forward")

    def test_without_privilege(self):
        self.healthy("icmp type echo-request counter drop", user=NOBODY)


if __name__ == "__main__":
    unittest.main()
