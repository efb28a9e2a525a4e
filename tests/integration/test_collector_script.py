"""The PowerShell collector, which can't run here: its text is read by the tests' reader of quoting, and what it would write of a
machine (collector.py) is inspected."""
import json
import pathlib
import re
import sys
import tempfile
import unittest
import zipfile

import hosts
from collector import STATIONS, Collector, collect
from support import ROOT, run
from test_inspect_images import Cases, inspect, told

sys.path.insert(0, str(ROOT / "tests" / "support"))
import powershell_lint  # noqa: E402
from powershell_lint import Refused, check_whole  # noqa: E402

SECRETS = ("hunter2-of-the-listener", "hunter2-of-winlogon", "hunter2-of-licensing")


def script():
    done = run("collect", "--emit", "ps1")
    if done.returncode != 0:
        raise AssertionError(done.stderr)
    return done.stdout.replace("\r\n", "\n").replace("\n", "\r\n")  # text mode makes one of both


class Simulated(Cases):
    @classmethod
    def setUpClass(cls):
        cls.text = script()

    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))

    def test_what_it_would_write_gives_the_causes_of_every_case(self):
        tried = 0
        for number, (cause, kind, case) in enumerate(hosts.cases()):
            if any(file and ("hex" in file or "text" in file) for file in case.get("files", {}).values()):  # it takes no content
                continue
            with self.subTest(case=f"{cause}/{kind}"):
                path = collect(self.text, hosts.Machine(case), case, self.folder / f"{number}.zip")
                self.check(inspect("--bundle", path), cause, kind, case)
                tried += 1
        self.assertGreater(tried, 150)

    def test_the_healthy_host_is_healthy(self):
        result = inspect("--bundle", collect(self.text, hosts.Machine(), {}, self.folder / "healthy.zip"))
        self.assertEqual((result["verdict"], result["exit"], result["causes"]), ("healthy", 0, []), told(result))

    def test_no_secret_is_in_it(self):
        listener, winlogon, licensing = SECRETS
        machine = hosts.Machine({"registry": {
            f"{STATIONS}\\RDP-Tcp": {"Password": {"sz": listener}},
            "HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Winlogon": {"DefaultPassword": {"sz": winlogon}},
            "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\RCM\\Secrets": {"L$HYDRAENCKEY": {"sz": licensing}},
            "HKLM\\SECURITY\\Policy\\Secrets\\$MACHINE.ACC\\CurrVal": {"": {"sz": winlogon}},
            "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Lsa\\JD": {"Lookup": {"sz": winlogon}}}})
        members = Collector(self.text, machine, {}).members()
        for name, content in members.items():
            for secret in SECRETS:
                for form in (secret.encode(), secret.encode("utf-16-le")):
                    for shown in (form, form.hex().encode(), ",".join(f"{b:02x}" for b in form).encode()):
                        self.assertNotIn(shown, content, name)
                        self.assertNotIn(shown.decode("latin-1").encode("utf-16-le"), content, name)
        result = inspect("--bundle", collect(self.text, machine, {}, self.folder / "secrets.zip"))
        self.assertEqual((result["verdict"], result["causes"]), ("healthy", []), told(result))


    def test_analyze_and_fix_read_it_too(self):
        case = json.loads((hosts.HOSTS / "remote-desktop-disabled" / "present.json").read_text())
        path = collect(self.text, hosts.Machine(case), case, self.folder / "case.zip")
        analyzed = json.loads(run("analyze", path, "--json").stdout)
        self.assertEqual(analyzed["causes"][0]["id"], "remote-desktop-disabled")
        fixed = run("fix", "--bundle", path, "--emit", "ps1")
        self.assertEqual(fixed.returncode, 0, fixed.stderr)
        self.assertIn("Name = 'fDenyTSConnections'", fixed.stdout)

    def test_a_member_that_was_changed_on_the_way_is_named_and_not_used(self):
        path = collect(self.text, hosts.Machine(), {}, self.folder / "case.zip")
        with zipfile.ZipFile(path) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
        with zipfile.ZipFile(self.folder / "changed.zip", "w") as archive:
            for name, content in members.items():
                archive.writestr(name, content.replace(b"0\0", b"1\0") if name == "registry.reg" else content)
        done = run("inspect", "--bundle", self.folder / "changed.zip")
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertIn("registry.reg", done.stderr)


class Text(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.text = script()

    def test_the_reader_of_quoting_takes_it(self):
        check_whole(self.text)

    def test_it_is_printed_or_written_to_a_file(self):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder, "collect.ps1")
            done = run("collect", "--emit", "ps1", "-o", file)
            self.assertEqual((done.returncode, done.stdout), (0, ""), done.stderr)
            self.assertEqual(file.read_bytes().decode("ascii"), self.text)
            again = run("collect", "--emit", "ps1", "-o", file)
            self.assertEqual((again.returncode, again.stdout, len(again.stderr.splitlines())), (2, "", 1), again.stderr)
            missing = run("collect", "--emit", "ps1", "-o", pathlib.Path(folder, "none", "collect.ps1"))
            self.assertEqual((missing.returncode, missing.stdout, len(missing.stderr.splitlines())), (3, "", 1), missing.stderr)

    def test_a_script_with_a_mistake_is_refused(self):
        mistakes = {
            "a text in double quotes": ("Take = 'tree'", 'Take = "tree"'),
            "a text that does not end": ("Take = 'tree'", "Take = 'tree"),
            "a subexpression": ("$Code = 0", "$Code = $(0)"),
            "a backtick": ("$Code = 0", "$Code = `$x"),
            "code made of text": ("Find-Names\r\n", "Invoke-Expression $Out\r\n"),
            "a type that is compiled": ("Find-Names\r\n", "Add-Type -TypeDefinition $Out\r\n"),
            "another program": ("Find-Names\r\n", "& $Out\r\n"),
            "a bracket that is not closed": ("function Find-Names {", "function Find-Names {{"),
            "a line feed alone": ("$Keys = @(\r\n", "$Keys = @(\n"),
        }
        for what, (right, wrong) in mistakes.items():
            with self.subTest(what):
                self.assertIn(right, self.text)
                with self.assertRaises(Refused):
                    check_whole(self.text.replace(right, wrong, 1))

    def test_every_function_that_is_called_is_there(self):
        words = [word for kind, word, _ in powershell_lint.tokens(self.text) if kind == "name"]
        made = re.findall(r"^function ([A-Za-z-]+)", self.text, re.M)
        windows = {"Set-StrictMode", "Write-Host", "Write-Progress", "New-Object", "ConvertTo-Json", "Where-Object", "ForEach-Object",
                   "Sort-Object", "Get-Process", "Get-CimInstance", "Get-NetTCPConnection", "Get-NetUDPEndpoint"}
        called = {word for word in words if "-" in word and word[0].isupper()}
        self.assertEqual(called - set(made) - windows, set())
        self.assertEqual([name for name in made if words.count(name) < 2], [])
        self.assertEqual(len(made), len(set(made)))

    def test_every_variable_has_a_value(self):
        """Set-StrictMode ends a script at one that has none; here they are compared by name."""
        tokens = [t for t in powershell_lint.tokens(self.text) if t[0] not in ("space", "comment")]
        used = {word[1:].lower() for kind, word, _ in tokens if kind == "variable"}
        given = {word[1:].lower() for (kind, word, _), after in zip(tokens, tokens[1:]) if kind == "variable" and after[1] in ("=", "+=", ",", ")", "++")}
        given |= {v.lower() for v in re.findall(r"foreach \(\$(\w+) in", self.text)}
        built_in = {"_", "null", "true", "false", "psversiontable", "executioncontext", "matches"}
        self.assertEqual(used - given - built_in, set())

    def test_no_function_hides_a_variable_of_the_whole_script(self):
        """Names are compared without case: $files in a function would be another $Files for all that it calls."""
        whole = {"State", "Keys", "Files", "Channels", "SecretKeys", "SecretValues", "Program", "Computer", "Sections", "Utf8", "Code", "Out", "Target"}
        used = {word[1:] for kind, word, _ in powershell_lint.tokens(self.text) if kind == "variable"}
        self.assertEqual({name for name in used if name.lower() in {w.lower() for w in whole}}, whole)

    def test_it_writes_nothing_but_the_archive_and_its_own_folder(self):
        """Whatever of .NET and PowerShell writes, deletes or runs is named here with how often it stands in the script."""
        writing = {"StreamWriter(": 2, "WriteAllText(": 2, "::Delete(": 4, "CreateDirectory(": 2, "ZipFile]::Open(": 1, "SetValue(": 0, "CreateSubKey(": 0,
                   "SetAccessControl(": 0, "Set-": 1, "Remove-": 0, "Out-File": 0, "Start-": 0, "Process]::": 0, "reg.exe": 0, "WebRequest": 0}
        code = "".join(word for kind, word, _ in powershell_lint.tokens(self.text) if kind not in ("comment", "text"))
        self.assertEqual({word: code.count(word) for word in writing}, writing)

    def test_nothing_that_holds_secrets_is_taken_whole(self):
        trees = [key for take, key, _ in Collector(self.text, hosts.Machine(), {}).keys if take == "tree"]
        self.assertGreater(len(trees), 40)
        for closed in ("HKLM\\SECURITY", "HKLM\\SAM", "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Lsa\\JD", "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Lsa",
                       "HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Winlogon", "HKLM\\SOFTWARE\\Microsoft\\SystemCertificates\\MY\\Keys"):
            above = [tree for tree in trees if (closed + "\\").lower().startswith(tree.lower() + "\\")]
            if closed.endswith("Keys"):
                self.assertIn("Keys", Collector(self.text, hosts.Machine(), {}).secret_keys)
            else:
                self.assertEqual(above, [])


if __name__ == "__main__":
    unittest.main()
