"""The rule checkers find what they are for: each breach is put into a small tree of its own and must be named."""

import pathlib
import shutil
import subprocess
import tempfile
import unittest

TOP = pathlib.Path(__file__).resolve().parents[2]


class Checker(unittest.TestCase):
    def setUp(self):
        self.tree = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.tree)
        shutil.copy(TOP / "ARCHITECTURE.md", self.tree)
        self.write("src/base/text.h", "// Text.\n#pragma once\n#include <string>\n")
        self.write("src/wire/x224.cpp", '#include "base/text.h"\n#include <openssl/ssl.h>\n')

    def write(self, name, text):
        path = self.tree / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def run_checker(self, script):
        return subprocess.run([TOP / "scripts" / script, self.tree], capture_output=True, text=True, check=False)

    def assert_clean(self, script):
        done = self.run_checker(script)
        self.assertEqual(0, done.returncode, done.stdout + done.stderr)

    def assert_breach(self, script, where, word):
        done = self.run_checker(script)
        self.assertEqual(1, done.returncode, done.stderr)
        self.assertIn(where, done.stdout)
        self.assertIn(word, done.stdout)


class Layers(Checker):
    def breach(self, name, text, word):
        self.assert_clean("check-layers")
        self.write(name, text)
        self.assert_breach("check-layers", f"{name}:1", word)

    def test_an_arrow_against_the_table(self):
        self.breach("src/base/error.cpp", '#include "wire/x224.h"\n', "base may not include wire")

    def test_a_cause_that_sees_a_socket(self):
        self.breach("src/causes/port_closed.cpp", '#include "net/reactor.h"\n', "causes may not include net")

    def test_a_library_in_the_wrong_folder(self):
        self.breach("src/probe/run.cpp", "#include <asio.hpp>\n", "probe may not use asio")

    def test_a_system_header_outside_net(self):
        self.breach("src/cli/main.cpp", "#include <unistd.h>\n", "system header <unistd.h>")
        self.breach_stays("src/cli/main.cpp", "#include <sys/socket.h>\n", "system header <sys/socket.h>")

    def breach_stays(self, name, text, word):
        self.write(name, text)
        self.assert_breach("check-layers", f"{name}:1", word)

    def test_input_or_output_in_a_pure_folder(self):
        self.breach("src/formats/x509.cpp", "#include <fstream>\n", "no input or output")

    def test_a_clock_in_a_pure_folder(self):
        self.breach("src/evidence/json.cpp", "auto t = std::chrono::steady_clock::now();\n", "no clock")

    def test_a_folder_without_a_row(self):
        self.breach("src/extra/a.cpp", "int a;\n", "no row")

    def test_what_is_allowed(self):
        self.write("src/net/reactor.cpp", '#include <asio.hpp>\n#include <sys/socket.h>\n#include "base/text.h"\n')
        self.write("src/wire/x224_test.cpp", "#include <fstream>\n")  # a test may read files
        self.assert_clean("check-layers")


class Tree(Checker):
    def breach(self, name, text, word):
        self.assert_clean("check-tree")
        self.write(name, text)
        self.assert_breach("check-tree", name, word)

    def test_a_file_that_is_too_long(self):
        self.breach("src/base/long.cpp", "int a;\n" * 401, "401 lines")

    def test_a_header_without_its_purpose(self):
        self.breach("src/base/a.h", "#pragma once\n", "says its purpose")

    def test_a_sleep(self):
        self.breach("src/base/a_test.cpp", "void f() { std::this_thread::sleep_for(x); }\n", "sleeps")

    def test_a_path_of_one_machine(self):
        self.breach("docs/a.md", "see /" + "home/somebody/rdpdoctor\n", "a path of one machine")

    def test_characters_outside_text(self):
        self.breach("src/base/a.cpp", "int \N{LATIN SMALL LETTER E WITH ACUTE} = 0;\n", "not ASCII")
        self.write("src/base/a.cpp", 'auto a = "\N{CHECK MARK}";  // \N{CHECK MARK}\n')
        self.assert_clean("check-tree")


if __name__ == "__main__":
    unittest.main()
