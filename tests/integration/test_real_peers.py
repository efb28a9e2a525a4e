"""Real servers and real clients from Debian: xrdp, freerdp-shadow, xfreerdp, nmap, tshark."""
import contextlib
import os
import pathlib
import re
import subprocess
import tempfile
import threading
import unittest

from support import attempt, diagnose, free_port, lab, needs, run, wait_for_port


@contextlib.contextmanager
def started(command, port, env=None):
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, env={**os.environ, **(env or {})})
        try:
            wait_for_port(port, process)
            yield process
        except AssertionError:
            log.seek(0)
            print(log.read().decode(errors="replace")[-2000:])
            raise
        finally:
            process.terminate()
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def certificate(folder, name, days="365"):
    cert, key = f"{folder}/cert.pem", f"{folder}/key.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", cert, "-days", days,
                    "-subj", f"/CN={name}"], check=True, capture_output=True)
    return cert, key


@contextlib.contextmanager
def xrdp(**settings):
    """A real xrdp on loopback with its stock settings but for these."""
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        cert, key = certificate(folder, "xrdp-test")
        ini = pathlib.Path("/etc/xrdp/xrdp.ini").read_text()
        changes = {"port": f"tcp://127.0.0.1:{port}", "certificate": cert, "key_file": key, "LogFile": f"{folder}/log", **settings}
        for name, value in changes.items():
            ini = re.sub(rf"^{name}=.*$", f"{name}={value}", ini, count=1, flags=re.M)
        path = pathlib.Path(folder, "xrdp.ini")
        path.write_text(ini)
        with started(["xrdp", "--nodaemon", "-c", str(path)], port):
            yield port


@contextlib.contextmanager
def display():
    """A virtual screen; gives its name."""
    reader, writer = os.pipe()
    process = subprocess.Popen(["Xvfb", "-displayfd", str(writer), "-screen", "0", "1024x768x24", "-nolisten", "tcp", "-noreset"],
                               pass_fds=[writer], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(writer)
    try:
        with os.fdopen(reader) as f:
            yield f":{f.readline().strip()}"
    finally:
        process.terminate()
        process.wait()


@needs("xrdp", "openssl")
class Xrdp(unittest.TestCase):
    def test_a_stock_xrdp_is_healthy(self):
        with xrdp() as port:
            result = diagnose(f"127.0.0.1:{port}")
        self.assertEqual((result["verdict"], result["causes"], result["exit"]), ("healthy", [], 0))
        standard = attempt(result, "standard")
        self.assertEqual(standard["x224"]["selected"], 1)
        self.assertEqual(standard["tls"]["outcome"], "completed")
        self.assertEqual(standard["tls"]["chain"][0]["common_name"], "xrdp-test")

    def test_rdp_security_only(self):
        with xrdp(security_layer="rdp") as port:
            result = diagnose(f"127.0.0.1:{port}")
        self.assertEqual(result["verdict"], "healthy", result["causes"])

    def test_old_tls_only(self):
        with xrdp(ssl_protocols="TLSv1", security_layer="tls", tls_ciphers="ALL:@SECLEVEL=0") as port:
            result = diagnose(f"127.0.0.1:{port}")
        self.assertIn(result["causes"][0]["id"], ("tls-version-mismatch", "certificate-key-unusable"))


@needs("freerdp-shadow-cli", "Xvfb")
class FreerdpShadow(unittest.TestCase):
    def test_a_real_nla_host_is_healthy_and_tells_its_name(self):
        with tempfile.TemporaryDirectory() as home, display() as screen:
            pathlib.Path(home, "sam").write_text("user:::32ED87BDB5FDC5E9CBA88547376818D4:::\n")
            port = free_port()
            with started(["freerdp-shadow-cli", f"/port:{port}", f"/sam-file:{home}/sam", "+sec-nla", "/bind-address:127.0.0.1"], port,
                         {"DISPLAY": screen, "HOME": home}):
                result = diagnose(f"127.0.0.1:{port}")
        self.assertEqual((result["verdict"], result["causes"]), ("healthy", []))
        nla = attempt(result, "standard")["nla"]
        self.assertEqual(nla["outcome"], "challenged")
        self.assertTrue(nla["netbios_computer_name"])


class LabAgainstRealClients(unittest.TestCase):
    @needs("nmap")
    def test_nmap_reads_names_and_layers(self):
        with lab("healthy-nla") as ports:
            port = ports["healthy-nla"]
            # nmap runs these scripts on port 3389 or a service it recognized, so the port is forced with "+".
            text = subprocess.run(["nmap", "-Pn", "-p", str(port), "--script", "+rdp-ntlm-info,+rdp-enum-encryption", "127.0.0.1"],
                                  capture_output=True, text=True, timeout=120).stdout
        self.assertIn("LAB-HOST", text)
        self.assertRegex(text, r"CredSSP \(NLA\): SUCCESS")

    @needs("xfreerdp", "Xvfb")
    def test_xfreerdp_gets_as_far_as_the_wrong_password(self):
        with lab("healthy-nla", "key-unusable-reset") as ports, display() as screen, tempfile.TemporaryDirectory() as home:
            def auth_only(fault):
                return subprocess.run(["xfreerdp", f"/v:127.0.0.1:{ports[fault]}", "/u:user", "/p:wrong", "+auth-only", "/cert:ignore"],
                                      env={**os.environ, "DISPLAY": screen, "HOME": home}, capture_output=True, text=True, timeout=60)
            healthy = auth_only("healthy-nla")
            broken = auth_only("key-unusable-reset")
        self.assertRegex(healthy.stdout + healthy.stderr, "LOGON_FAILURE|AUTHENTICATION_FAILED")
        self.assertRegex(broken.stdout + broken.stderr, "TLS_CONNECT_FAILED|ERRCONNECT_TLS|transport_connect_tls")


@needs("tshark")
class Tshark(unittest.TestCase):
    def test_what_we_send_is_well_formed(self):
        with lab("healthy-nla") as ports, tempfile.TemporaryDirectory() as folder:
            port, path = ports["healthy-nla"], f"{folder}/ours.pcap"
            capture = subprocess.Popen(["tshark", "-i", "lo", "-f", f"tcp port {port}", "-w", path, "-P", "-l"], stdout=subprocess.PIPE,
                                       stderr=subprocess.PIPE, text=True)
            watchdog = threading.Timer(30, capture.kill)  # only so that a failure is not a hang
            watchdog.start()
            for line in capture.stderr:
                if "Capture started" in line or "File:" in line:
                    break
            run("diagnose", f"127.0.0.1:{port}")
            closed = 0  # packets are printed as they come; each of the eight connections ends with two FINs
            for line in capture.stdout:
                closed += "[FIN" in line
                if closed >= 14:
                    break
            capture.terminate()
            capture.communicate(timeout=20)
            watchdog.cancel()

            def fields(display_filter, *names, protocol="tpkt"):
                args = [a for n in names for a in ("-e", n)]
                return subprocess.run(["tshark", "-r", path, "-d", f"tcp.port=={port},{protocol}", "-Y", display_filter, "-T", "fields", *args],
                                      capture_output=True, text=True, timeout=60).stdout.splitlines()
            from_us = f"tcp.dstport=={port}"
            # What follows a connection's first packet is TLS, and read as TLS: the pieces of a split ClientHello are random bytes, which
            # read as RDP are now and then a broken fast-path PDU.
            self.assertEqual(fields(f"{from_us} && tcp.seq==1 && _ws.malformed", "frame.number"), [])
            self.assertEqual(fields(f"{from_us} && _ws.malformed", "frame.number", protocol="tls"), [])
            self.assertTrue(fields(f"{from_us} && tls.handshake.type==1", "frame.number", protocol="tls"))
            asked = set(fields(f"{from_us} && rdp.negReq.requestedProtocols", "rdp.negReq.requestedProtocols"))
            self.assertIn("0x0000000b", asked)
            cookies = set(fields(f"{from_us} && rdp.rt_cookie", "rdp.rt_cookie"))
            self.assertEqual(cookies, {"Cookie: mstshash=rdpdoctor"})


if __name__ == "__main__":
    unittest.main()
