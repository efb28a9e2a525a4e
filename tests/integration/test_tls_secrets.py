"""A real client (xfreerdp) with a real host (xrdp), recorded in between with TLS secrets: what analyze reads inside the session, and
what the client itself says of how it ended."""
import json
import pathlib
import select
import socket
import ssl
import subprocess
import tempfile
import unittest

from make_evidence import Capture
from support import needs, read_tpkt, run, server
from test_real_peers import certificate, display, xrdp

CLIENT, HOST = ("10.0.0.5", 50001), ("10.0.0.9", 3389)


def host_says(user_data):
    """An MCS Send Data Indication on the I/O channel."""
    mcs = b"\x68\x00\x01\x03\xeb\x70" + bytes([len(user_data)]) + user_data
    return b"\x03\x00" + (len(mcs) + 7).to_bytes(2, "big") + b"\x02\xf0\x80" + mcs


def set_error_info(code):
    data = (0x000103EA).to_bytes(4, "little") + b"\x00\x01\x10\x00\x2f\x00\x00\x00" + code.to_bytes(4, "little")
    return host_says((len(data) + 6).to_bytes(2, "little") + b"\x17\x00\xea\x03" + data)


DISCONNECT_PROVIDER_ULTIMATUM = b"\x03\x00\x00\x09\x02\xf0\x80\x21\x00"  # reason 2


class Recorder:
    """Between client and host: ends the client's TLS itself with a key log, and keeps what passed on the client's side. Once the
    session shows its first picture it is ended by this Set Error Info."""

    def __init__(self, host_port, folder, version, ciphers, error_info):
        self.host_port, self.error_info = host_port, error_info
        self.script, self.key_log = [], f"{folder}/keys"
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(*certificate(folder, "recorded"))
        self.context.minimum_version = self.context.maximum_version = version
        if ciphers:
            self.context.set_ciphers(ciphers)
        self.context.keylog_filename = self.key_log

    def keep(self, who, data):
        self.script.append((who, data))
        return data

    def __call__(self, client, _number):
        with socket.create_connection(("127.0.0.1", self.host_port)) as plain:
            plain.sendall(self.keep("client", read_tpkt(client)))
            client.sendall(self.keep("host", read_tpkt(plain)))
            trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
            with trusting.wrap_socket(plain) as host:
                self.relay(client, host)

    def relay(self, client, host):
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        tls = self.context.wrap_bio(incoming, outgoing, server_side=True)
        established, ended = False, False
        while not ended:
            ready, _, _ = select.select([client] if not established else [client, host], [], [], 20)
            if not ready:
                return
            if client in ready:
                data = client.recv(65536)
                if not data:
                    self.script.append(("client", "fin"))
                    return
                incoming.write(self.keep("client", data))
                if not established:
                    established = self.shake_hands(tls)
                if established:
                    self.to_host(tls, host)
            if host in ready:
                ended = self.from_host(tls, host)
            if outgoing.pending:
                client.sendall(self.keep("host", outgoing.read()))
        while data := client.recv(65536):
            self.keep("client", data)
        self.script.append(("client", "fin"))

    @staticmethod
    def shake_hands(tls):
        try:
            tls.do_handshake()
            return True
        except ssl.SSLWantReadError:
            return False

    def from_host(self, tls, host):
        """Whether it was the session's end. What is ready may be TLS's own (tickets), and there may be more than one record."""
        host.setblocking(False)
        try:
            while True:
                said = host.recv(65536)
                ended = not said or (said[0] & 3) == 0  # fast-path output
                tls.write(set_error_info(self.error_info) + DISCONNECT_PROVIDER_ULTIMATUM if ended else said)
                if ended:
                    return True
        except ssl.SSLWantReadError:
            return False
        finally:
            host.setblocking(True)

    @staticmethod
    def to_host(tls, host):
        while True:
            try:
                host.sendall(tls.read(65536))
            except ssl.SSLWantReadError:
                return


def session_of(capture, *options):
    done = run("analyze", capture, "--json", *options)
    assert done.returncode in (0, 1), done.stderr
    result, = [json.loads(line) for line in done.stdout.splitlines()]
    connection, = result["evidence"]["connections"]
    return connection["session"], connection["tls"]


@needs("xfreerdp", "xrdp", "Xvfb", "openssl")
class TlsSecrets(unittest.TestCase):
    def check(self, version, ciphers, tls_version):
        with tempfile.TemporaryDirectory() as folder, display() as screen, xrdp(security_layer="tls") as host_port:
            recorder = Recorder(host_port, folder, version, ciphers, 0x5)
            with server(recorder) as port:
                said = subprocess.run(["xfreerdp", f"/v:127.0.0.1:{port}", "/u:bob", "/p:wrong", "/cert:ignore", "/sec:tls"],
                                      env={"DISPLAY": screen, "HOME": folder}, capture_output=True, text=True, timeout=60)
            capture = Capture()
            capture.connection(CLIENT, HOST, recorder.script)
            path = pathlib.Path(folder, "session.pcap")
            capture.write(path)

            # 0x5: the client read what we are about to read.
            self.assertIn("ERRINFO_DISCONNECTED_BY_OTHER_CONNECTION", said.stdout + said.stderr)
            session, tls = session_of(path, "--keylog", recorder.key_log)
            self.assertEqual(tls["version"], tls_version)
            self.assertEqual(session["error_info"], 5)
            self.assertEqual(session["outcome"], "active")
            self.assertEqual(session["mcs_reason"], 2)
            self.assertEqual(session["client_name"], socket.gethostname()[:15])
            self.assertEqual((session["desktop_width"], session["desktop_height"]), (1024, 768))
            self.assertIn("rdpsnd", session["channels"])
            self.assertEqual(tls["chain"][0]["common_name"], "recorded")

            closed, tls = session_of(path)
            self.assertEqual(closed["outcome"], "unreadable")
            self.assertNotIn("error_info", closed)

            wrong = pathlib.Path(folder, "wrong")
            lines = pathlib.Path(recorder.key_log).read_text().splitlines()
            wrong.write_text("".join(line[:-1] + ("0" if line[-1] != "0" else "1") + "\n" for line in lines))
            closed, tls = session_of(path, "--keylog", wrong)
            self.assertEqual(closed["outcome"], "unreadable")
            self.assertIn("does not authenticate", tls["problem"])

    def test_tls_1_3(self):
        self.check(ssl.TLSVersion.TLSv1_3, "", 0x0304)

    def test_tls_1_2_with_a_block_cipher(self):
        self.check(ssl.TLSVersion.TLSv1_2, "ECDHE-RSA-AES256-SHA384", 0x0303)

    def test_tls_1_2_as_windows_speaks_it(self):
        self.check(ssl.TLSVersion.TLSv1_2, "ECDHE-RSA-AES256-GCM-SHA384", 0x0303)


if __name__ == "__main__":
    unittest.main()
