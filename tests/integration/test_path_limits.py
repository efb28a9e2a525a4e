"""Faults that come and go: limits on connections, and balancers with a dead machine among theirs."""
import unittest

from netns import HOST4, TestCase, World, cause, short, words


class Limits(TestCase):
    at_once = 3

    def limited(self, rule, *args, role="router", hook="forward"):
        with World() as w:
            w.lab()
            w.nft(rule, role, hook)
            return w.diagnose(HOST4, *args)

    def test_new_connections_beyond_a_rate_are_dropped(self):
        result = self.limited("tcp dport 3389 tcp flags & (syn | ack) == syn limit rate over 1/second burst 14 packets counter drop", "--burst", "16")
        self.assert_first(result, "connection-limit", None, None)
        self.assertIn(result["verdict"], ("degraded", "failing"), short(result))
        for wrong in ("connection-intermittent", "port-filtered", "packet-loss", "forwarder-without-host"):
            self.assertIsNone(cause(result, wrong), short(result))

    def test_new_connections_beyond_a_rate_are_reset(self):
        rule = "tcp dport 3389 tcp flags & (syn | ack) == syn limit rate over 1/second burst 14 packets counter reject with tcp reset"
        self.assert_first(self.limited(rule, "--burst", "16"), "connection-limit", None, None)

    def test_a_tight_limit_is_named_when_a_burst_was_asked_for(self):
        for how in ("drop", "reject with tcp reset"):
            result = self.limited(f"tcp dport 3389 tcp flags & (syn | ack) == syn limit rate over 5/second counter {how}", "--burst", "16")
            self.assert_first(result, "connection-limit", None, None)
            self.assertIsNone(cause(result, "connection-intermittent"), short(result))

    def used_up(self, how):
        result = self.limited(f"tcp dport 3389 tcp flags & (syn | ack) == syn {how}", "--burst", "16")
        self.assert_first(result, "connection-limit", None, None)
        self.assertIsNone(cause(result, "connection-intermittent"), short(result))
        self.assertLessEqual(result["evidence"]["run"]["ms"], 40_000, short(result))

    def test_a_limit_that_the_attempts_used_up_is_named_after_a_pause(self):
        self.used_up("limit rate over 10/minute burst 3 packets counter drop")

    def test_a_resetting_limit_that_the_attempts_used_up_is_named_after_a_pause(self):
        self.used_up("limit rate over 2/second counter reject with tcp reset")

    def test_without_a_burst_a_limit_and_a_dead_machine_both_remain(self):
        for how in ("limit rate over 10/minute burst 3 packets counter drop", "limit rate over 1/second counter reject with tcp reset"):
            result = self.limited(f"tcp dport 3389 tcp flags & (syn | ack) == syn {how}")
            self.assertEqual({c["id"] for c in result["causes"]}, {"connection-intermittent", "connection-limit"}, short(result))
            self.assertTrue(all(c["certainty"] != "proven" for c in result["causes"]), short(result))
            self.assertIn("--burst 16", words(cause(result, "connection-intermittent")), short(result))

    def test_open_connections_beyond_a_number_are_dropped(self):
        result = self.limited("tcp dport 3389 ct state new ct count over 8 counter drop", "--burst", "16", role="host", hook="input")
        self.assert_first(result, "connection-limit", None, None)

    def test_without_a_burst_a_limit_that_is_not_met_stays_untested(self):
        result = self.limited("tcp dport 3389 tcp flags & (syn | ack) == syn limit rate over 1/second burst 30 packets counter drop")
        self.assert_healthy(result)
        untested = next((u for u in result["untested"] if u["id"] == "connection-limit"), None)
        self.assertIsNotNone(untested, short(result))
        self.assertIn("--burst", " ".join(untested["needs"]))

    def test_a_tight_limit_shows_without_a_burst_and_is_not_called_loss(self):
        result = self.limited("tcp dport 3389 tcp flags & (syn | ack) == syn limit rate over 2/second burst 5 packets counter drop")
        for wrong in ("certificate-key-unusable", "mtu-black-hole", "port-filtered", "tls-version-mismatch"):
            self.assertIsNone(cause(result, wrong), short(result))
        self.assertTrue(all(c["certainty"] != "proven" or c["id"] == "connection-limit" for c in result["causes"]), short(result))

    def test_a_burst_on_a_host_without_limits_raises_no_alarm(self):
        with World() as w:
            w.lab()
            result = w.diagnose(HOST4, "--burst", "16")
        self.assert_healthy(result)
        self.assertIn("connection-limit", [e["id"] for e in result["excluded"]], short(result))


class DeadBackend(TestCase):
    """Three machines behind one address; the third, by turns of the connections, is dead in different ways."""

    def one_of_three(self, kill, *args):
        with World() as w:
            w.lab("healthy-nla", 3390, (4,))
            w.lab("healthy-nla", 3391, (4,))
            kill(w)
            w.inside("router", "nft", "table ip balancer { chain c { type nat hook prerouting priority dstnat; policy accept; "
                     f"ip daddr {HOST4} tcp dport 3389 counter dnat to {HOST4} : numgen inc mod 3 map {{ 0 : 3390, 1 : 3391, 2 : 3392 }}; }}; }}")
            result = w.diagnose(HOST4, *args)
            self.assertGreater(w.hits(), 0)
        self.assert_first(result, "connection-intermittent")
        for wrong in ("packet-loss", "certificate-key-unusable", "port-closed", "port-filtered", "forwarder-without-host", "tls-version-mismatch"):
            self.assertIsNone(cause(result, wrong), short(result))
        self.assertRegex(words(result["causes"][0]), r"\d+ of \d+", short(result))

    def test_closed(self):
        self.one_of_three(lambda w: None)

    def test_accepts_and_resets(self):
        self.one_of_three(lambda w: w.lab("forwarder-reset", 3392, (4,)))

    def test_accepts_and_closes(self):
        self.one_of_three(lambda w: w.lab("forwarder-fin", 3392, (4,)))

    def test_accepts_and_is_silent(self):
        self.one_of_three(lambda w: w.lab("silent-at-accept", 3392, (4,)))

    def test_off(self):
        self.one_of_three(lambda w: w.nft("tcp dport 3392 drop", "host", "input"))

    def test_its_key_is_unusable(self):
        self.one_of_three(lambda w: w.lab("key-unusable-reset", 3392, (4,)))


if __name__ == "__main__":
    unittest.main()
