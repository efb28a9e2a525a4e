"""The guide: a dialogue through a pipe. It always ends, tells what to do, and has the exit status of diagnose."""
import os
import pathlib
import subprocess
import tempfile
import unittest

from support import PROGRAM, free_port, lab


def guide(text, folder=None, timeout=60):
    data = text if isinstance(text, bytes) else text.encode()
    done = subprocess.run([PROGRAM, "guide"], input=data, capture_output=True, timeout=timeout, cwd=folder)
    return done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")


DIALOG = """This computer can't connect to the remote computer.

Try connecting again. If the problem continues, contact the owner of the remote computer.

Error code: 0x904
Extended error code: 0x7

"""


class Guide(unittest.TestCase):
    def test_a_host_with_a_fault_is_told_with_what_to_do_and_where(self):
        with lab("key-unusable-fin") as ports:
            status, out, err = guide(f"127.0.0.1:{ports['key-unusable-fin']}\n0x904/0x7\n")
        self.assertEqual(status, 1, err)
        self.assertIn("The host cannot use its certificate's private key.", out)
        self.assertIn("Next: what to do is on 127.0.0.1", out)
        self.assertIn("Save this report to a file", out)

    def test_a_healthy_host_is_healthy(self):
        with lab("healthy-nla") as ports:
            status, out, err = guide(f"127.0.0.1:{ports['healthy-nla']}\n\n\n")
        self.assertEqual(status, 0, err)
        self.assertIn("Next: try Remote Desktop again.", out)

    def test_the_text_of_a_dialog_is_read_whole_though_it_has_empty_lines(self):
        with lab("forwarder-fin") as ports:
            _, out, err = guide(f"127.0.0.1:{ports['forwarder-fin']}\n{DIALOG}\nn\n")
            _, typed, _ = guide(f"127.0.0.1:{ports['forwarder-fin']}\n0x904/0x7\nn\n")
        self.assertNotIn("goes on without", out, err)

        def findings(text):
            return [line for line in text.splitlines() if line.startswith(("Or: ", "Also: ")) or "rdpdoctor explain" in line]
        self.assertEqual(findings(out)[:1], findings(typed)[:1])
        self.assertIn("Save this report", out)

    def test_words_without_a_code_are_evidence_too(self):
        words = "The connection was denied because the user account is not authorized for remote login.\n\n\n"
        with lab("healthy-nla") as ports:
            status, out, err = guide(f"127.0.0.1:{ports['healthy-nla']}\n{words}")
        self.assertEqual(status, 1, err)
        self.assertIn("The account lacks the right to log on through Remote Desktop.", out)

    def test_a_code_in_the_place_of_the_host_is_no_host(self):
        with lab("healthy-nla") as ports:
            status, out, _ = guide(f"0x904/0x7\n127.0.0.1:{ports['healthy-nla']}\n\n")
        self.assertEqual(status, 0)
        self.assertIn("That is a code; it is asked for next.", out)

    def test_the_report_is_saved_beside_and_never_over_what_is_there(self):
        with lab("healthy-nla") as ports, tempfile.TemporaryDirectory() as folder:
            answers = f"127.0.0.1:{ports['healthy-nla']}\n\ny\n"
            for _ in range(2):
                status, out, _ = guide(answers, folder)
                self.assertEqual(status, 0)
            names = sorted(os.listdir(folder))
            self.assertEqual(names, ["rdpdoctor-127.0.0.1-2.txt", "rdpdoctor-127.0.0.1.txt"])
            text = pathlib.Path(folder, names[1]).read_text()
        self.assertIn("Every stage that can be tried", text)
        self.assertNotIn("\x1b", text)
        self.assertIn("Saved: ", out)

    def test_a_folder_that_can_not_be_written_is_said(self):
        with lab("healthy-nla") as ports:
            status, out, _ = guide(f"127.0.0.1:{ports['healthy-nla']}\n\ny\n", "/proc")
        self.assertEqual(status, 0)
        self.assertIn("could not be written to this folder: /proc", out)

    def test_no_host_is_wrong_usage_and_ends(self):
        for text in ("", "\n", "\n" * 50, " \r\n", "host:70000\nhost:0\n:::\n", "nothing.rdp\n" * 9, b"\xff\xfe\0\n" * 20, "a b c\n" * 1000):
            with self.subTest(text):
                status, out, err = guide(text)
                self.assertEqual(status, 2, out + err)
                self.assertIn("no host to diagnose", err)
                self.assertEqual(err.count("\n"), 1)

    def test_after_a_mistake_it_asks_again(self):
        port = free_port()
        status, out, _ = guide(f"host:70000\n127.0.0.1:{port}\n")
        self.assertEqual(out.count("Which computer"), 2)
        self.assertIn("70000", out)
        self.assertEqual(status, 1)

    def test_a_host_that_does_not_exist_is_told(self):
        status, out, _ = guide("no-such-host.invalid\n\n")
        self.assertIn(status, (1, 3))
        self.assertIn("no-such-host.invalid", out)

    def test_an_rdp_file_in_quotes_is_read(self):
        with lab("healthy-nla") as ports, tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "my work.rdp")
            path.write_text(f"full address:s:127.0.0.1:{ports['healthy-nla']}\n")
            status, out, err = guide(f'"{path}"\n\n')
        self.assertEqual(status, 0, out + err)

    def test_nonsense_and_endless_input_are_no_answer(self):
        with lab("healthy-nla") as ports:
            for shown in ("lorem ipsum\n\n\n", "x" * 100_000 + "\n\n\n", "lorem\n" * 5000, b"\xff\x00\x1b[31m\n\n\n"):
                with self.subTest(shown[:20]):
                    head = f"127.0.0.1:{ports['healthy-nla']}\n"
                    status, out, err = guide(head.encode() + shown if isinstance(shown, bytes) else head + shown)
                    self.assertEqual(status, 0, err)
                    self.assertIn("goes on without", out)
                    self.assertNotIn("\x1b[31m", out)

    def test_without_arguments_and_from_a_shell_it_is_no_guide(self):
        done = subprocess.run([PROGRAM], input="", capture_output=True, text=True, timeout=20)
        self.assertEqual(done.returncode, 2)
        self.assertNotIn("Which computer", done.stdout)


if __name__ == "__main__":
    unittest.main()
