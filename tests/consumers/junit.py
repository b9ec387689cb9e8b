"""Reads a JUnit report on standard input, judges it by JUnit's schemas, counts its cases, and prints them as JSON."""

import io
import json
import sys
import xml.etree.ElementTree

import junitparser
import lxml.etree

from peers import JUNIT_SCHEMAS

text = sys.stdin.buffer.read()
for schema in JUNIT_SCHEMAS:
    lxml.etree.XMLSchema(file=str(schema)).assertValid(lxml.etree.fromstring(text))

(suite,) = junitparser.JUnitXml.fromfile(io.BytesIO(text))
stated = (suite.tests, suite.failures, suite.errors)
suite.update_statistics()
assert stated == (suite.tests, suite.failures, suite.errors), stated

root = xml.etree.ElementTree.fromstring(text)
for counted in root, root[0]:
    assert stated == tuple(int(counted.get(name)) for name in ("tests", "failures", "errors")), stated
cases = [
    {**case.attrib, "parts": [{"tag": part.tag, **part.attrib, "text": part.text or ""} for part in case]}
    for case in root.iter("testcase")
]
json.dump({"tests": suite.tests, "failures": suite.failures, "errors": suite.errors, "cases": cases}, sys.stdout)
