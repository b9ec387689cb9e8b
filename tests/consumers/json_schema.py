"""Reads a JSON report on standard input and judges it by the schema that the argument names."""

import json
import sys

import jsonschema

with open(sys.argv[1], encoding="utf-8") as file:
    schema = json.load(file)
validator = jsonschema.Draft202012Validator
validator.check_schema(schema)
report = json.load(sys.stdin.buffer)
validator(schema, format_checker=validator.FORMAT_CHECKER).validate(report)
json.dump(report, sys.stdout)
