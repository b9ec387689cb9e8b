"""Reads a Code Quality report on standard input, judges it by what GitLab documents of the format, and prints it.

https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format"""

import json
import sys

import jsonschema

SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "additionalProperties": False,
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "minLength": 1},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "additionalProperties": False,
                "properties": {
                    "path": {"type": "string", "minLength": 1, "not": {"pattern": "^\\./"}},
                    "lines": {
                        "type": "object",
                        "required": ["begin"],
                        "additionalProperties": False,
                        "properties": {"begin": {"type": "integer", "minimum": 1}},
                    },
                },
            },
        },
    },
}

text = sys.stdin.buffer.read()
# GitLab takes no byte order mark; the decoder of json would.
assert not text.startswith(b"\xef\xbb\xbf")
report = json.loads(text.decode("utf-8"))
jsonschema.Draft202012Validator(SCHEMA).validate(report)
# Of violations with one fingerprint GitLab shows the first.
fingerprints = [violation["fingerprint"] for violation in report]
assert len(fingerprints) == len(set(fingerprints)), fingerprints
json.dump(report, sys.stdout)
