"""Reads workflow commands on standard input by the rules of the runner of GitHub Actions, has the toolkit of Actions
print them again, which must give the same bytes, and prints them as JSON."""

import json
import pathlib
import subprocess
import sys

from peers import ACTIONS_COMMAND

DATA = [("%0D", "\r"), ("%0A", "\n"), ("%25", "%")]
PROPERTY = [("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")]


def unescape(text, rules):
    for escaped, plain in rules:
        text = text.replace(escaped, plain)
    return text


def command(line):
    assert line.startswith("::"), line
    head, found, message = line[2:].partition("::")
    assert found, line
    name, _, properties = head.partition(" ")
    pairs = [pair.partition("=") for pair in properties.split(",") if pair]
    return {
        "name": name,
        "properties": {key: unescape(value, PROPERTY) for key, _, value in pairs},
        "message": unescape(message, DATA),
    }


text = sys.stdin.buffer.read().decode("utf-8")
commands = [command(line) for line in text.splitlines()]
again = subprocess.run(
    ["node", str(pathlib.Path(__file__).with_name("reissue.mjs")), str(ACTIONS_COMMAND)],
    input=json.dumps(commands).encode(),
    stdout=subprocess.PIPE,
    check=True,
)
assert again.stdout.decode("utf-8") == text, again.stdout
json.dump(commands, sys.stdout)
