"""Holds every file of the source tree to a few rules of tidiness and prints each breach.

usage: check_sources.py ROOT
"""

import os
import pathlib
import re
import subprocess
import sys

LONGEST_SOURCE = 700
CODE = {".cpp", ".hpp"}
TEXT = CODE | {".cmake", ".txt", ".md", ".py", ".yaml", ".yml", ".json", ".service", ".sh", ""}
SKIPPED_FOLDERS = {"build", ".git", "crooked_house", "corpus", ".cache"}

# Written in pieces, so that this file does not break its own rules.
UNFINISHED = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b")
MACHINE_PATH = re.compile(r"(?<![\w.$}\]])/(?:home|Users|ro" r"ot|work|tmp/bw)/\w")
TEST_CASE = re.compile(r"\bTEST(?:_F|_P)?\(\s*(\w+),\s*(\w+)")
NAMED_TEST = re.compile(r"`([A-Z]\w+)\.(\*|[A-Z]\w+)`|`(\w+_test\.py)`")
# Pages that say which test holds what they promise.
PROMISES = {"docs/security.md"}
INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"', re.MULTILINE)


def files_of(root):
    """What git would commit; without git, everything outside the skipped folders."""
    listing = subprocess.run(
        ["git", "-C", root, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        capture_output=True, check=False)
    if listing.returncode == 0:
        names = [os.fsdecode(name) for name in listing.stdout.split(b"\0") if name]
    else:
        names = [str(path.relative_to(root)) for path in pathlib.Path(root).rglob("*")]
    paths = (pathlib.Path(name) for name in sorted(names))
    return [path for path in paths
            if not SKIPPED_FOLDERS.intersection(path.parts) and (root / path).is_file()]


def breaches_of_text(path, text):
    """Rules for one file, as (line, what is wrong)."""
    lines = text.split("\n")
    for number, line in enumerate(lines, 1):
        if path.name != "LICENSE" and UNFINISHED.search(line):
            yield number, "unfinished work is an issue, not a comment"
        if MACHINE_PATH.search(line):
            yield number, "a path of one machine"
        if line.endswith((" ", "\t")) and path.suffix != ".md":
            yield number, "blanks at the end of the line"
        if "\t" in line and path.suffix in CODE:
            yield number, "a tab; write \\t inside a literal"
    if text and not text.endswith("\n"):
        yield len(lines), "no newline at the end of the file"
    if path.suffix in CODE and len(lines) - 1 > LONGEST_SOURCE:
        yield len(lines) - 1, f"longer than {LONGEST_SOURCE} lines: split it"
    if path.suffix == ".hpp" and "#pragma once" not in text:
        yield 1, "a header without #pragma once"


def unused_headers(texts):
    """Headers no file includes, by the end of their path."""
    included = {name for text in texts.values() for name in INCLUDE.findall(text)}
    basenames = {name.rsplit("/", 1)[-1] for name in included}
    for path in texts:
        if path.suffix == ".hpp" and path.name not in basenames:
            yield path, 1, "a header that nothing includes"


def missing_tests(promises, texts, programs):
    """Tests that a page names and nobody wrote: `Suite.Case`, `Suite.*` or `program_test.py`."""
    cases = {case for text in texts.values() for case in TEST_CASE.findall(text)}
    known = {f"{suite}.{case}" for suite, case in cases} | {f"{suite}.*" for suite, _ in cases}
    for path, page in promises.items():
        for number, line in enumerate(page.split("\n"), 1):
            for suite, case, program in NAMED_TEST.findall(line):
                name = program or f"{suite}.{case}"
                if name not in (programs if program else known):
                    yield path, number, f"there is no test {name}"


def breaches(root):
    """Every breach in the tree, as (path, line, what is wrong)."""
    texts = {}
    promises = {}
    programs = set()
    for path in files_of(root):
        if path.suffix not in TEXT:
            continue
        try:
            text = (root / path).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            yield path, 1, "not UTF-8"
            continue
        for line, what in breaches_of_text(path, text):
            yield path, line, what
        programs.add(path.name)
        if path.suffix in CODE:
            texts[path] = text
        if str(path) in PROMISES:
            promises[path] = text
    yield from unused_headers(texts)
    yield from missing_tests(promises, texts, programs)


def main(root):
    found = list(breaches(pathlib.Path(root).resolve()))
    for path, line, what in found:
        print(f"{path}:{line}: {what}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
