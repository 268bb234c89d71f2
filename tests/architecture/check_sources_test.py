"""Tries check_sources.py on a small tree in which each rule is broken once."""

import pathlib
import sys
import tempfile

import check_sources

WRONG = {
    "a.cpp": "// TO" "DO: later\n",
    "b.cpp": 'const char* p = "/ho' 'me/somebody/x";\n',
    "c.cpp": "int x; \n",
    "d.cpp": "int\tx;\n",
    "e.cpp": "int x;",
    "f.cpp": "\n" * 701,
    "g.hpp": "int x;\n",
    "h.hpp": "#pragma once\n",
    "i.cpp": '#include "g.hpp"\n',
    "j_test.cpp": "TEST(Store, Keeps) {}\n",
    "docs/security.md": "`Store.Keeps` `Store.*`\n`Store.Loses` `Shop.*` `k_test.py` `Word`\n",
}
EXPECTED = {
    ("a.cpp", 1, "unfinished work is an issue, not a comment"),
    ("b.cpp", 1, "a path of one machine"),
    ("c.cpp", 1, "blanks at the end of the line"),
    ("d.cpp", 1, "a tab; write \\t inside a literal"),
    ("e.cpp", 1, "no newline at the end of the file"),
    ("f.cpp", 701, "longer than 700 lines: split it"),
    ("g.hpp", 1, "a header without #pragma once"),
    ("h.hpp", 1, "a header that nothing includes"),
    ("docs/security.md", 2, "there is no test Store.Loses"),
    ("docs/security.md", 2, "there is no test Shop.*"),
    ("docs/security.md", 2, "there is no test k_test.py"),
}

with tempfile.TemporaryDirectory() as folder:
    root = pathlib.Path(folder)
    (root / "docs").mkdir()
    for name, text in WRONG.items():
        (root / name).write_text(text, encoding="utf-8")
    found = {(str(path), line, what) for path, line, what in check_sources.breaches(root)}

if found != EXPECTED:
    sys.exit(f"missed: {EXPECTED - found}\nnot expected: {found - EXPECTED}")
