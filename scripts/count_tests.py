"""Prints how many tests ran, from the XML reports that GoogleTest and CTest left in a folder.

usage: count_tests.py FOLDER
"""

import pathlib
import sys
import xml.etree.ElementTree as xml


def counts(reports):
    """Tests run, failed and skipped over all given reports."""
    run = failed = skipped = 0
    for report in reports:
        root = xml.parse(report).getroot()
        run += int(root.get("tests", 0))
        failed += int(root.get("failures", 0)) + int(root.get("errors", 0))
        skipped += int(root.get("disabled", 0)) + int(root.get("skipped", 0))
    return f"{run} run, {failed} failed, {skipped} skipped"


def main(folder):
    reports = sorted(pathlib.Path(folder).glob("*.xml"))
    by_ctest = [report for report in reports if report.name.endswith(".ctest.xml")]
    print("unit test cases:", counts(report for report in reports if report not in by_ctest))
    for report in by_ctest:
        print(f"test programs, {report.name.removesuffix('.ctest.xml')}:", counts([report]))


if __name__ == "__main__":
    main(sys.argv[1])
