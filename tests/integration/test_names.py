"""Questions to a DNS server of the test's own, on loopback, by --dns. The name has no address anywhere else (RFC 6761 6.4)."""
import contextlib
import socket
import struct
import threading
import unittest

from support import diagnose, first_cause, lab, run

NAME = "lab-host.rdp.invalid"
A, CNAME, PTR, AAAA = 1, 5, 12, 28
NXDOMAIN, REFUSED, SERVFAIL = 3, 5, 2


def encoded(name):
    return b"".join(bytes([len(label)]) + label.encode() for label in name.split(".") if label) + b"\0"


def decoded(packet, at=12):
    labels = []
    while packet[at]:
        labels.append(packet[at + 1:at + 1 + packet[at]].decode())
        at += 1 + packet[at]
    return ".".join(labels), at + 1


@contextlib.contextmanager
def dns(records, rcode=NXDOMAIN, silent=False):
    """Answers by UDP on loopback: {(name, type): [values]}; what it does not know gets `rcode`. Gives ("127.0.0.1:PORT", questions)."""
    names = {name for name, _ in records}
    asked = []
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 0))

    def record(name, kind, value):
        data = socket.inet_pton(socket.AF_INET if kind == A else socket.AF_INET6, value) if kind in (A, AAAA) else encoded(value)
        return encoded(name) + struct.pack(">HHIH", kind, 1, 60, len(data)) + data

    def answer(query):
        name, end = decoded(query)
        kind = struct.unpack(">H", query[end:end + 2])[0]
        asked.append((name, kind))
        found = []
        for alias in records.get((name, CNAME), []):
            found.append(record(name, CNAME, alias))
            name = alias
        found += [record(name, kind, value) for value in records.get((name, kind), [])]
        code = 0 if name in names else rcode
        return query[:2] + struct.pack(">HHHHH", 0x8180 | code, 1, len(found), 0, 0) + query[12:] + b"".join(found)

    def serve():
        while True:
            try:
                query, peer = server.recvfrom(2000)
            except OSError:
                return
            if not query:
                return
            if not silent:
                server.sendto(answer(query), peer)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"127.0.0.1:{server.getsockname()[1]}", asked
    finally:
        with contextlib.suppress(OSError):
            server.sendto(b"", server.getsockname())
        thread.join(10)
        server.close()


def words(cause):
    return " ".join([cause["title"], *(e["text"] for e in cause["evidence"])])


def answers(result, server):
    return [a for a in result["evidence"]["name"]["dns"] if a["server"] == server]


class Names(unittest.TestCase):
    def asked(self, records, port=3389, **how):
        with dns(records, **how) as (server, questions):
            result = diagnose(f"{NAME}:{port}", "--dns", server)
        self.assertEqual(first_cause(result), "name-not-found", result["causes"])
        self.questions = questions
        return result, answers(result, server), server

    def test_a_name_that_only_that_server_knows_is_tried_there(self):
        with lab("healthy-nla") as ports:
            result, told, server = self.asked({(NAME, A): ["127.0.0.1"]}, ports["healthy-nla"])
        self.assertEqual([(a["question"], a["outcome"], a["addresses"], a["ttl_s"], a["asked_for"]) for a in told],
                         [(NAME, "answered", ["127.0.0.1"], 60, True)])
        self.assertIn("127.0.0.1 answers RDP", words(result["causes"][0]))
        self.assertIn(server, words(result["causes"][0]))
        self.assertIn(f"{server} says 127.0.0.1", result["stages"][0]["summary"])
        self.assertIn((NAME, AAAA), self.questions)

    def test_an_alias_is_followed(self):
        _, told, _ = self.asked({(NAME, CNAME): ["web7.rdp.invalid"], ("web7.rdp.invalid", A): ["127.0.0.1"]})
        self.assertEqual(told[0]["names"], [NAME, "web7.rdp.invalid"])
        self.assertEqual(told[0]["addresses"], ["127.0.0.1"])

    def test_what_a_server_says_instead_of_an_address(self):
        for how, outcome in (({"rcode": NXDOMAIN}, "not_found"), ({"rcode": REFUSED}, "refused"),
                             ({"rcode": SERVFAIL}, "server_failed"), ({"silent": True}, "timed_out")):
            with self.subTest(outcome):
                _, told, _ = self.asked({}, **how)
                self.assertEqual(told[0]["outcome"], outcome)
        _, told, _ = self.asked({(NAME, PTR): ["nothing"]})
        self.assertEqual(told[0]["outcome"], "no_data")

    def test_a_machine_without_a_dns_server(self):
        with dns({}) as (server, _):
            pass
        result = diagnose(NAME, "--dns", server)
        self.assertEqual(answers(result, server)[0]["outcome"], "unreachable")
        self.assertEqual(first_cause(result), "name-not-found")

    def test_an_address_is_asked_for_its_name(self):
        pointer = ("1.0.0.127.in-addr.arpa", PTR)
        with dns({pointer: ["lab-host.rdp.invalid"]}) as (server, questions), lab("healthy-nla") as ports:
            result = diagnose(f"127.0.0.1:{ports['healthy-nla']}", "--dns", server)
        self.assertEqual(questions, [pointer])
        told = answers(result, server)[0]
        self.assertEqual((told["type"], told["names"]), ("PTR", ["lab-host.rdp.invalid"]))
        self.assertEqual(result["verdict"], "healthy", result["causes"])

    def test_a_silent_server_costs_a_healthy_host_a_moment(self):
        with dns({}, silent=True) as (server, _), lab("healthy-nla") as ports:
            result = diagnose(f"127.0.0.1:{ports['healthy-nla']}", "--dns", server)
        self.assertEqual(result["verdict"], "healthy", result["causes"])
        self.assertLess(result["evidence"]["run"]["ms"], 3000)

    def test_localhost_is_asked_of_nobody(self):
        with dns({}) as (server, questions), lab("healthy-nla") as ports:
            result = diagnose(f"localhost:{ports['healthy-nla']}", "--dns", server)
        self.assertEqual([q for q in questions if q[1] != PTR], [])
        self.assertEqual(result["verdict"], "healthy", result["causes"])

    def test_a_server_that_is_no_address_is_wrong_usage(self):
        self.assertEqual(run("diagnose", NAME, "--dns", "dns.example").returncode, 2)


if __name__ == "__main__":
    unittest.main()
