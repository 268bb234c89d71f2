#!/usr/bin/env python3
"""The binary is hardened as Debian's are: cmake/bellwether_toolchain.cmake says how."""

import platform
import re
import subprocess

import harness

# What `nm -D` shows of a program that was compiled with each.
SYMBOLS = {
    "stack protector": r"\b__stack_chk_fail\b",
    "checked functions of the C library (_FORTIFY_SOURCE)": r"\b__\w+_chk\b",
    "checks of the standard library (_GLIBCXX_ASSERTIONS)": r"__glibcxx_assert_fail",
}
ENDBR64 = b"\xf3\x0f\x1e\xfa"


def read(*command):
    return subprocess.run([str(part) for part in command], check=True, capture_output=True,
                          text=True, stdin=subprocess.DEVNULL).stdout


def missing(binary):
    """What a binary lacks, in words."""
    dynamic = read("readelf", "-W", "-d", binary)
    headers = read("readelf", "-W", "-h", "-l", binary)
    symbols = read("nm", "-D", binary)
    flags = re.search(r"\(FLAGS_1\).*", dynamic)
    stack = re.search(r"GNU_STACK .*?\b(R[W ][E ])", headers)
    lacks = [name for name, symbol in SYMBOLS.items() if not re.search(symbol, symbols)]
    if not re.search(r"Type:\s+DYN", headers) or not flags or "PIE" not in flags[0]:
        lacks.append("position independence")
    if "GNU_RELRO" not in headers:
        lacks.append("read-only relocations")
    if not flags or "NOW" not in flags[0]:
        lacks.append("relocations done at the start")
    if not stack or "E" in stack[1]:
        lacks.append("a stack that is not executable")
    if re.search(r"\((RPATH|RUNPATH|TEXTREL)\)", dynamic):
        lacks.append("no search path of its own and no relocated code")
    # A mark at the entry of each function that may be jumped to.
    with open(binary, "rb") as file:
        if platform.machine() == "x86_64" and file.read().count(ENDBR64) < 100:
            lacks.append("control-flow protection")
    return lacks


class Hardening(harness.Case):
    def test_the_binary_has_all_of_it(self):
        """every flag has left its trace"""
        self.assertEqual(missing(harness.BINARY), [])

    def test_the_check_sees_what_is_missing(self):
        """a program without any of it is found out"""
        source = self.folder / "soft.cpp"
        source.write_text("int main() {}\n")
        soft = self.folder / "soft"
        read("g++", "-O0", "-fcf-protection=none" if platform.machine() == "x86_64" else "-O0",
             "-fno-stack-protector", "-no-pie", "-Wl,-z,norelro", "-Wl,-z,lazy",
             "-Wl,-z,execstack", "-Wl,-rpath,/tmp", source, "-o", soft)
        wanted = len(SYMBOLS) + 5 + (platform.machine() == "x86_64")
        self.assertEqual(len(missing(soft)), wanted, missing(soft))


if __name__ == "__main__":
    harness.main()
