"""Reads PowerShell as its language specification quotes it, and fails on anything that an emitted script may not hold.

Two questions. Of the whole: is it ASCII, are its quotes and brackets closed, does it hold a text in double quotes, a here-string, a
block comment, a backtick or a command that makes code of text? Of the list of changes, the part that names from a machine are in: is it
literals only, so that nothing in it can run?"""
import re


class Refused(Exception):
    """What is wrong, and the line."""


# Code made of text, and programs that would be named by text.
FORBIDDEN = {"invoke-expression", "iex", "add-type", "invoke-command", "icm", "start-process", "saps", "set-alias", "new-alias",
             "executecommand", "invokescript", "newscriptblock"}
SINGLE_QUOTES = "'\u2018\u2019\u201a\u201b"  # all of them open and close a text
TOKEN = re.compile(r"""
    (?P<space>[ \t]+|\r\n) | (?P<comment>\#[^\r\n]*) | (?P<variable>\$[A-Za-z_][A-Za-z0-9_]*(?::[A-Za-z_]\w*)?|\$_) |
    (?P<number>0x[0-9A-Fa-f]+|[0-9]+) | (?P<name>[A-Za-z_][A-Za-z0-9_]*(?:-[A-Za-z]+)*) | (?P<open>@\{|@\(|\$\(|[\[({]) | (?P<close>[\])}]) |
    (?P<other>[-+*/%=,;.:|&!<>?\\]+)""", re.VERBOSE)


def tokens(text):
    """(kind, text, line) of each token; a text's value without its quotes."""
    at, line = 0, 1
    while at < len(text):
        if text[at] in SINGLE_QUOTES:
            end, value = at + 1, ""
            while True:
                if end >= len(text):
                    raise Refused(f"line {line}: a text that does not end")
                if text[end] in SINGLE_QUOTES:
                    if end + 1 < len(text) and text[end + 1] in SINGLE_QUOTES:
                        value += text[end]
                        end += 2
                        continue
                    break
                value += text[end]
                end += 1
            if "\n" in value or not value.isascii():
                raise Refused(f"line {line}: a text over lines, or not ASCII")
            yield "text", value, line
            at = end + 1
            continue
        found = TOKEN.match(text, at)
        if not found:
            raise Refused(f"line {line}: {text[at:at + 20]!r} is not to be found in an emitted script")
        yield found.lastgroup, found.group(), line
        line += found.group().count("\n")
        at = found.end()


def without_space(text):
    return [t for t in tokens(text) if t[0] not in ("space", "comment")]


def check_whole(text):
    """The whole script."""
    if not all(c in "\r\n" or " " <= c <= "~" for c in text):
        raise Refused("a character that is not printable ASCII")
    if re.search(r"(?<!\r)\n", text):
        raise Refused("a line that does not end in CRLF")
    closing = {"(": ")", "[": "]", "{": "}"}
    open_now, before = [], None
    for kind, word, line in tokens(text):
        if kind == "open":
            if word == "$(":
                raise Refused(f"line {line}: a subexpression")
            open_now.append(closing[word[-1]])
        if kind == "close" and (not open_now or open_now.pop() != word):
            raise Refused(f"line {line}: {word} closes nothing")
        if kind == "name" and word.lower() in FORBIDDEN:
            raise Refused(f"line {line}: {word}")
        if kind in ("space", "comment"):
            continue
        if before == "&" and (kind, word) != ("variable", "$program"):
            raise Refused(f"line {line}: & of something else than the program that was looked up")
        before = word if kind == "other" else None
        if kind == "other" and word not in ALLOWED_OPERATORS:
            raise Refused(f"line {line}: {word}")
    if open_now:
        raise Refused("a bracket that is not closed")


ALLOWED_OPERATORS = {"+", "--", "-", "*", "/", "=", "+=", "++", ",", ";", ".", "::", "|", "&", ">&", ":"}
FIELDS = {"Says", "Kind", "Key", "Name", "Before", "After", "Action", "Run", "Back", "Destroys"}


class Literals:
    """A recursive reader of the list of changes: hashtables of literals, one after the other."""

    def __init__(self, text):
        self.tokens = without_space(text)
        self.at = 0

    def take(self, kind, word=None):
        if self.at >= len(self.tokens):
            raise Refused(f"it ends where {word or kind} was expected")
        got_kind, got, line = self.tokens[self.at]
        if got_kind != kind or (word is not None and got != word):
            raise Refused(f"line {line}: {got!r} where {word or kind} was expected")
        self.at += 1
        return got

    def is_next(self, word, kind=None):
        return self.at < len(self.tokens) and self.tokens[self.at][1] == word and self.tokens[self.at][0] == (kind or self.tokens[self.at][0])

    def changes(self):
        self.take("variable", "$Changes")
        self.take("other", "=")
        self.take("open", "@(")
        out = []
        while self.is_next("@{", "open"):
            out.append(self.change())
        self.take("close", ")")
        self.take("variable", "$ScriptId")
        self.take("other", "=")
        if not re.fullmatch("[0-9a-f]{16}", self.take("text")):
            raise Refused("a script's name that is none")
        self.take("variable", "$TakenBackAfter")
        self.take("other", "=")
        self.take("number")
        if self.at != len(self.tokens):
            raise Refused(f"line {self.tokens[self.at][2]}: {self.tokens[self.at][1]!r} after the list")
        return out

    def change(self):
        self.take("open", "@{")
        fields = {}
        while not self.is_next("}", "close"):
            name = self.take("name")
            if name not in FIELDS or name in fields:
                raise Refused(f"a field {name}")
            self.take("other", "=")
            fields[name] = self.value()
            if not self.is_next("}", "close"):
                self.take("other", ";")
        self.take("close", "}")
        return fields

    def value(self):
        if self.is_next("@(", "open"):
            self.take("open", "@(")
            out = []
            while not self.is_next(")", "close"):
                out.append(self.value())
                if not self.is_next(")", "close"):
                    self.take("other", ",")
            self.take("close", ")")
            return out
        if self.is_next("$true", "variable") or self.is_next("$false", "variable"):
            return self.take("variable") == "$true"
        if not self.is_next("(", "open"):
            return self.take("text")
        self.take("open", "(")
        units = self.take("text")  # first a text, so that + joins texts
        while self.is_next("+", "other"):
            self.take("other", "+")
            units += self.character() if self.is_next("[", "open") else self.take("text")
        self.take("close", ")")
        return units.encode("utf-16", "surrogatepass").decode("utf-16", "replace")

    def character(self):
        self.take("open", "[")
        self.take("name", "char")
        self.take("close", "]")
        number = self.take("number")
        if not re.fullmatch("0x[0-9A-F]{4}", number):
            raise Refused(f"a character {number}")
        return chr(int(number, 16))


def changes_of(script):
    """The list of changes as Python values, after both questions are answered."""
    check_whole(script)
    begin = script.index("\r\n$Changes = @(") + 2
    end = script.index("\r\n", script.index("\r\n$TakenBackAfter = ", begin) + 2)
    return Literals(script[begin:end]).changes()
