"""Names and address families: entries that are old, servers that disagree, a family that leads nowhere."""
import unittest

from netns import CLIENT6, HOST4, HOST6, NAME, ROUTER4, ROUTER6, TestCase, World, cause, short, words

SECOND = "10.77.1.3"  # where a second DNS server answers
DEAD = "10.77.2.66"   # nobody has it
SHORT = NAME.partition(".")[0]
ULA = "fd77:2::2"     # an address that clients put after IPv4 (RFC 6724 2.1)


class Families(TestCase):
    def two_families(self, rule, explains, verdicts, v6=HOST6):
        with World() as w:
            w.lab()
            if v6 == ULA:
                w.prefer_ipv4()
                w.ip("client", "addr add fd77:1::2/64 dev net0 nodad")
                w.ip("router", "addr add fd77:1::1/64 dev near nodad\naddr add fd77:2::1/64 dev far nodad")
                w.ip("host", f"addr add {ULA}/64 dev net0 nodad")
            w.hosts(f"{v6} {NAME}", f"{HOST4} {NAME}")
            w.nft(rule)
            result = w.diagnose(NAME)
            self.assertGreater(w.hits(), 0)
        self.assert_first(result, "address-family-broken", explains, None)
        self.assertIn(result["verdict"], verdicts, short(result))
        return result

    def test_ipv6_published_but_dead(self):
        result = self.two_families("ip6 daddr 2001:db8:2::/64 counter drop", True, ("failing", "degraded"))
        self.assertEqual(result["target"]["addresses"][0], HOST6)

    def test_ipv6_published_but_rejected(self):
        self.two_families("ip6 daddr 2001:db8:2::/64 counter reject with icmpx type no-route", None, ("failing", "degraded"))

    def test_ipv6_published_but_closed(self):
        self.two_families("ip6 daddr 2001:db8:2::/64 tcp dport 3389 counter reject with tcp reset", None, ("failing", "degraded"))

    def test_ipv4_published_but_dead_and_tried_second(self):
        result = self.two_families(f"ip daddr {HOST4} counter drop", False, ("degraded",))
        self.assertEqual(result["target"]["addresses"][0], HOST6)

    def test_ipv4_published_but_dead_and_tried_first(self):
        result = self.two_families(f"ip daddr {HOST4} counter drop", True, ("failing", "degraded"), v6=ULA)
        self.assertEqual(result["target"]["addresses"][0], HOST4)

    def test_a_client_without_ipv6_has_no_broken_family(self):
        with World() as w:
            w.lab()
            w.hosts(f"{HOST6} {NAME}", f"{HOST4} {NAME}")
            w.ip("client", f"route del default via {ROUTER6}\naddr del {CLIENT6}/64 dev net0")
            result = w.diagnose(NAME)
        self.assert_healthy(result)

    def test_both_dead_is_no_matter_of_families(self):
        with World() as w:
            w.lab()
            w.hosts(f"{HOST6} {NAME}", f"{HOST4} {NAME}")
            w.nft("tcp dport 3389 counter drop")
            result = w.diagnose(NAME)
        self.assert_first(result, "port-filtered")
        self.assertIsNone(cause(result, "address-family-broken"), short(result))


class Names(TestCase):
    def named(self, hosts=(), first=None, second=None, host=NAME, options=(), search="", behaviour="answers", make=lambda w: None):
        """The diagnosis of a name: what the hosts file says, and the DNS servers {name: [addresses]}, in their order."""
        with World() as w:
            w.lab()
            make(w)
            w.hosts(*hosts)
            if first is not None:
                w.dns(ROUTER4, first, behaviour)
            if second is not None:
                w.dns(SECOND, second)
            w.name_servers(*[a for a, names in ((ROUTER4, first), (SECOND, second)) if names is not None], search=search)
            return w.diagnose(host, *options)

    def test_an_old_hosts_entry(self):
        result = self.named([f"{DEAD} {NAME}"], {NAME: [HOST4]})
        self.assert_first(result, "name-answer-stale")
        self.assertEqual(result["causes"][0]["certainty"], "proven", short(result))
        for address in (DEAD, HOST4):
            self.assertIn(address, words(result["causes"][0]), short(result))

    def test_an_old_hosts_entry_of_a_silent_address(self):
        result = self.named([f"{DEAD} {NAME}"], {NAME: [HOST4]}, make=lambda w: w.nft(f"ip daddr {DEAD} drop"))
        self.assert_first(result, "name-answer-stale")

    def test_an_old_hosts_entry_of_a_machine_without_remote_desktop(self):
        result = self.named([f"{ROUTER4} {NAME}"], {NAME: [HOST4]})
        self.assert_first(result, "name-answer-stale")

    def test_an_old_answer_of_the_first_server(self):
        result = self.named([], {NAME: [DEAD]}, {NAME: [HOST4]})
        self.assert_first(result, "name-answer-stale")

    def test_an_old_answer_that_another_server_told_us_of(self):
        def other(w):
            w.dns(SECOND, {NAME: [HOST4]})
        result = self.named([], {NAME: [DEAD]}, options=("--dns", SECOND), make=other)
        self.assert_first(result, "name-answer-stale")

    def test_a_name_that_nobody_knows(self):
        result = self.named([], {}, {})
        self.assert_first(result, "name-not-found")
        self.assertEqual(result["causes"][0]["certainty"], "proven", short(result))

    def test_a_name_that_only_the_second_server_knows(self):
        result = self.named([], {}, {NAME: [HOST4]})
        self.assert_first(result, "name-not-found")
        self.assertIn(SECOND, words(result["causes"][0]), short(result))

    def test_a_name_that_only_the_asked_server_knows(self):
        def other(w):
            w.dns(SECOND, {NAME: [HOST4]})
        result = self.named([], {}, options=("--dns", SECOND), make=other)
        self.assert_first(result, "name-not-found")
        self.assertIn(SECOND, words(result["causes"][0]), short(result))

    def test_a_name_of_a_machine_that_is_gone_is_not_stale(self):
        result = self.named([], {NAME: [DEAD]}, {NAME: [DEAD]})
        self.assertIsNone(cause(result, "name-answer-stale"), short(result))
        self.assertIn(result["causes"][0]["id"], ("host-unreachable", "port-filtered"), short(result))

    def test_one_name_of_another_machine(self):
        # All of its sources agree, and none of them calls the machine what it calls itself.
        names = {"srv-fin-02.rdp.test": [HOST4], "2.2.77.10.in-addr.arpa": [NAME]}
        result = self.named([], names, host="srv-fin-02.rdp.test", options=("--code", "0x907"))
        self.assertEqual(result["causes"][0]["id"], "wrong-machine", short(result))

    # No alarm.
    def test_a_name_that_all_agree_on(self):
        self.assert_healthy(self.named([], {NAME: [HOST4, HOST6]}, {NAME: [HOST6, HOST4]}))

    def test_a_server_that_is_silent(self):
        self.assert_healthy(self.named([], {}, {NAME: [HOST4]}, behaviour="silent"))

    def test_a_server_that_refuses(self):
        self.assert_healthy(self.named([], {}, {NAME: [HOST4]}, behaviour="refuses"))

    def test_no_server_that_answers(self):
        self.assert_healthy(self.named([f"{HOST4} {NAME}"]))

    def test_a_hosts_entry_that_dns_does_not_know(self):
        self.assert_healthy(self.named([f"{HOST4} {NAME}"], {}))

    def test_different_answers_that_all_work(self):
        both = lambda w: w.ip("host", "addr add 10.77.2.3/24 dev net0")
        self.assert_healthy(self.named([], {NAME: [HOST4]}, {NAME: ["10.77.2.3"]}, make=both))

    def test_answers_that_overlap(self):
        self.assert_healthy(self.named([f"{HOST4} {NAME}"], {NAME: [HOST4, HOST6]}))

    def test_a_short_name_and_the_search_list(self):
        self.assert_healthy(self.named([], {NAME: [HOST4]}, host=SHORT, search="corp.test rdp.test"))


if __name__ == "__main__":
    unittest.main()
