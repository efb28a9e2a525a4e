"""What --emit writes, by readers that are not ours: PowerShell by its quoting rules, .reg files by Registry Editor of Wine."""
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

from support import ROOT, run

sys.path.insert(0, str(ROOT / "tests" / "support"))
import powershell_lint  # noqa: E402
from powershell_lint import Refused, changes_of  # noqa: E402

GOLDEN = ROOT / "tests" / "golden"
WINE = os.environ.get("WINE", "/usr/lib/wine/wine64")
HOSTILE = "a';Remove-Item C:\\;'\u2019;exit\u2018\u201a\u201b $(exit) `\"%PATH%\"&|^[x]=\\ \U0001f512"
OWN = "HKEY_LOCAL_MACHINE\\SOFTWARE\\rdpdoctor test"
LISTENER = "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations\\RDP-Tcp"


def script(name):
    """A golden script. What is the same in all of them stands in one."""
    begin = "function Say"
    text = (GOLDEN / f"emit-{name}.ps1").read_bytes().decode("ascii")
    if begin not in text:
        whole = script("registry")
        text += whole[whole.index(begin):]
    return text


class PowerShell(unittest.TestCase):
    def test_scripts_hold_literals_where_names_from_a_machine_are(self):
        counts = {name: len(changes_of(script(name))) for name in ("registry", "hostile", "other", "unread")}
        self.assertEqual(counts, {"registry": 13, "hostile": 2, "other": 6, "unread": 2})

    def test_hostile_names_read_back_as_they_are(self):
        first, second = changes_of(script("hostile"))
        self.assertEqual(first["Name"], HOSTILE)
        self.assertEqual(first["Says"], HOSTILE)
        self.assertEqual(first["Key"], "HKLM\\SOFTWARE\\rdpdoctor test\\it's ] [-x] $(exit) & \u2019")
        kind, data = first["After"].split(":")
        self.assertEqual((kind, bytes.fromhex(data).decode("utf-16-le")), ("1", HOSTILE + "\0"))
        self.assertEqual(second["Name"], "two\r\nlines")

    def test_commands_are_lists_of_arguments(self):
        command = changes_of(script("other"))[5]
        self.assertEqual(command["Run"], ["netsh", "interface", "ipv4", "set", "subinterface", "LAN 1", "mtu=1400"])
        self.assertEqual(command["Back"][-1], "mtu=1500")

    def test_a_script_with_wrong_quoting_is_refused(self):
        """The reader of these tests sees each of the mistakes that would let a name out of its quotes."""
        good = script("hostile")
        changes_of(good)
        mistakes = {
            "a quote that is not doubled": ("'a'';Remove-Item", "'a';Remove-Item"),
            "a quote beyond ASCII that PowerShell takes for one": ("' + [char]0x2019 + ';exit", "\u2019;exit"),
            "a text in double quotes": ("Kind = 'value'", 'Kind = "value"'),
            "a subexpression": ("Before = 'absent'", "Before = $(exit)"),
            "a variable": ("Before = 'absent'", "Before = $env"),
            "a statement after a change": ("Before = 'absent';", "Before = 'absent' }; exit; @{"),
            "a call": ("[char]0x2019", "[char]::Parse"),
            "another type": ("[char]0x2019", "[scriptblock]0x2019"),
            "a sum that begins with a character": ("('a'';", "([char]0x2019 + 'a'';"),
            "a text that goes on in the next line": ("'two' + [char]0x000D + ''", "'two\r\n'"),
            "a text that does not end": ("Kind = 'value'", "Kind = 'value"),
            "a statement after the list": ("$ScriptId =", "exit\r\n$ScriptId ="),
            "code made of text": ("Assert-Ready\r\n", "Invoke-Expression $x\r\n"),
            "a program that was not looked up": ("& $program", "& $Command"),
            "a backtick": ("Before = 'absent'", "Before = `$true"),
            "a here-string": ("Kind = 'value'", "Kind = @'\r\nvalue\r\n'@"),
            "a line feed alone": ("$Changes = @(\r\n", "$Changes = @(\n"),
            "a bracket that is not closed": ("$ScriptId = '", "if ($true) {\r\n$ScriptId = '"),
        }
        for what, (right, wrong) in mistakes.items():
            with self.subTest(what):
                self.assertIn(right, good)
                with self.assertRaises((Refused, ValueError)):
                    changes_of(good.replace(right, wrong, 1))

    def test_every_function_that_is_called_is_there(self):
        """A misspelt name is found when it runs only; so the names are compared here."""
        text = script("other")
        words = [(kind, word) for kind, word, _ in powershell_lint.tokens(text) if kind == "name"]
        made = set(re.findall(r"^function ([A-Za-z-]+)", text, re.MULTILINE))
        windows = {"Set-StrictMode", "Write-Host", "New-Object", "ConvertTo-Json", "ConvertFrom-Json", "Where-Object", "ForEach-Object",
                   "Sort-Object", "Get-Service", "Start-Service", "Stop-Service", "Restart-Service", "New-ScheduledTaskAction",
                   "New-ScheduledTaskTrigger", "New-ScheduledTaskPrincipal", "New-ScheduledTaskSettingsSet", "Register-ScheduledTask",
                   "Get-ScheduledTask", "Unregister-ScheduledTask"}
        called = {word for _, word in words if "-" in word and word[0].isupper()}
        self.assertEqual(called - made - windows, set())
        self.assertEqual(made - {word for _, word in words[1:]}, set())
        assigned = {v.lower() for v in re.findall(r"\$([A-Za-z_]+)(?=[^\n]*?(?:,\s*\$[a-z]+)*\s*=[^=])", text)}
        given = {v.lower() for v in re.findall(r"\[?[\w\[\]]*\]?\$([A-Za-z]+)[,)]", "\n".join(re.findall(r"^function [^\n]*", text, re.MULTILINE)))}
        loops = {v.lower() for v in re.findall(r"foreach \(\$([a-z]+) in", text)}
        parameters = {"apply", "undo", "rest"}
        built_in = {"_", "null", "true", "false", "psversiontable", "myinvocation", "lastexitcode", "erroractionpreference"}
        used = {word[1:].lower() for kind, word, _ in powershell_lint.tokens(text) if kind == "variable"}
        self.assertEqual(used - assigned - given - loops - parameters - built_in, set())

    def test_what_the_program_emits_for_each_fix_is_such_a_script(self):
        emitted = 0
        for line in run("list", "fixes").stdout.splitlines():
            with self.subTest(line):
                done = run("fix", line.split()[0], "--emit", "ps1", "--accept-risk", "--server", "it's $(exit)", "--address", "192.0.2.7",
                           "--interface", "LAN \u2019;exit", "--mtu", "1400", "--port", "3390", "--user", "S-1-5-21-1-2-3-1001")
                self.assertIn(done.returncode, (0, 3), done.stderr)
                if done.returncode == 0:
                    # Universal newlines: what was read as text has lost its CR.
                    changes_of(done.stdout.replace("\r\n", "\n").replace("\n", "\r\n"))
                    emitted += 1
                else:
                    self.assertEqual(done.stdout, "")
        self.assertGreater(emitted, 10)


@unittest.skipUnless(pathlib.Path(WINE).is_file(), "no Wine")
class RegistryFiles(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def play(self, *steps):
        """Does each step, a .reg file's name or a list of commands, and gives the test's key as it is after each. In one run of Wine's
        cmd.exe: starting Wine takes seconds. The listener's values go below the test's key, as other tests read that prefix."""
        folder = "Z:" + self.folder.name.replace("/", "\\")
        short = OWN.replace("HKEY_LOCAL_MACHINE", "HKLM")
        lines = ["@echo off", f'reg delete "{OWN}" /f >nul 2>nul']
        for number, step in enumerate(steps):
            if isinstance(step, str):
                data = (GOLDEN / step).read_bytes()
                wide = data.startswith(b"\xff\xfe")
                text = data.decode("utf-16" if wide else "ascii").replace(LISTENER, OWN + "\\RDP-Tcp")
                pathlib.Path(self.folder.name, f"{number}.reg").write_bytes(text.encode("utf-16" if wide else "ascii"))
                step = [f'reg import "{folder}\\{number}.reg"']
            for command in [*step, f'reg export "{OWN}" "{folder}\\{number}-now.reg" /y']:
                lines += [command.replace(LISTENER.replace("HKEY_LOCAL_MACHINE", "HKLM"), short + "\\RDP-Tcp"), "if errorlevel 1 exit /b 1"]
        lines += [f'reg delete "{OWN}" /f', "exit /b 0"]
        batch = pathlib.Path(self.folder.name, "play.bat")
        batch.write_text("\r\n".join(lines) + "\r\n", newline="")
        done = subprocess.run([WINE, "cmd", "/c", f"{folder}\\play.bat"], capture_output=True, timeout=300, env={**os.environ, "WINEDEBUG": "-all"})
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return [self.registry(f"{number}-now.reg") for number in range(len(steps))]

    def registry(self, name):
        """{key: {name: data}} below the test's key, of an export by Wine."""
        out = {}
        for line in pathlib.Path(self.folder.name, name).read_text("utf-16").replace("\\\n", "").split("\n"):
            if line.startswith("["):
                values = out.setdefault(line[1:-1].removeprefix(OWN).removeprefix("\\"), {})
            elif match := re.match(r'(@|"(?:[^"\\]|\\.)*")=(.*)', line):
                values[match[1]] = re.sub(r",\s+", ",", match[2])
        return out

    def typed(self, label):
        """The `reg` commands of the runbook's steps under one label."""
        out, current = [], None
        for line in (GOLDEN / "emit-registry.txt").read_text().split("\n"):
            current = line[3:11].strip() or current if line.startswith("   ") else None
            if current == label and line[11:].startswith(("reg add ", "reg delete ")):
                out.append(line[11:])
        return out

    def test_a_pair_does_and_takes_back(self):
        before, after, again, back = self.play("emit-registry-undo.reg", "emit-registry-apply.reg", "emit-registry-apply.reg",
                                               "emit-registry-undo.reg")
        self.assertEqual(after[""]["@"], '"after"')
        self.assertEqual(after[""]['"Letters"'], '"gr\u00fc\u00df \U0001f512"')
        self.assertEqual(after[""]['"Text"'], r'"C:\\new\\ \"y\" %PATH%"')
        self.assertEqual(after[""]['"None"'], "hex(0):01,02,03")
        self.assertEqual(after[""]['"Long"'], "hex:" + ",".join(["5a"] * 70))
        self.assertEqual(bytes.fromhex(after[""]['"List"'].removeprefix("hex(7):").replace(",", "")).decode("utf-16-le"), "one\0two words\0\0")
        self.assertEqual(bytes.fromhex(after[""]['"Expand"'].removeprefix("hex(2):").replace(",", "")).decode("utf-16-le"), "%SystemRoot%\\b\0")
        self.assertEqual(after["RDP-Tcp"], {'"PortNumber"': "dword:00000d3d"})
        self.assertEqual(after["Made"], {'"Is"': "dword:00000007"})
        self.assertNotIn("Gone", after)
        self.assertNotIn("Kept\\Old", after)
        self.assertIn("Kept\\Young", after)
        self.assertEqual(again, after)
        self.assertEqual(back, before)
        self.assertNotIn('"New"', before[""])
        self.assertEqual(before["Gone\\Below"], {'"Two"': '"two"'})

    def test_what_the_runbook_has_people_type_does_the_same_as_the_files(self):
        commands, undo = self.typed("Do:"), self.typed("Undo:")
        self.assertGreaterEqual(len(commands), 7)
        before, typed, back, after = self.play("emit-registry-undo.reg", commands, [c for c in undo if "\\Made" not in c and "\\Kept" not in c],
                                            "emit-registry-apply.reg")
        for name in ("@", '"New"', '"List"', '"Long"'):
            self.assertEqual(typed[""][name], after[""][name])
        self.assertEqual(typed["RDP-Tcp"], after["RDP-Tcp"])
        self.assertNotIn("Gone", typed)
        self.assertEqual(back[""], before[""])
        self.assertEqual(back["RDP-Tcp"], before["RDP-Tcp"])

    def test_hostile_names_stay_names(self):
        escaped = '"' + HOSTILE.replace("\\", "\\\\").replace('"', '\\"') + '"'
        key = "it's ] [-x] $(exit) & \u2019"
        after, before = self.play("emit-hostile-apply.reg", "emit-hostile-undo.reg")
        self.assertEqual(after, {"": {}, key: {escaped: escaped}})
        self.assertEqual(before, {"": {}, key: {escaped: "\"before '\""}})


if __name__ == "__main__":
    unittest.main()
