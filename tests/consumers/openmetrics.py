"""Reads metrics on standard input with the parsers of OpenMetrics and of the Prometheus text format, which node_exporter
reads. Both must read the same, and no series twice. Prints the samples as JSON."""

import json
import sys

from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from prometheus_client.parser import text_string_to_metric_families as prometheus

text = sys.stdin.buffer.read().decode("utf-8")


def read(parser):
    return [
        {"name": sample.name, "labels": dict(sample.labels), "value": int(sample.value), "type": family.type, "help": family.documentation}
        for family in parser(text)
        for sample in family.samples
    ]


samples = read(openmetrics)
assert read(prometheus) == samples, read(prometheus)
# node_exporter refuses all files when a series is there twice, and any file with a timestamp.
series = [(sample["name"], *sorted(sample["labels"].items())) for sample in samples]
assert len(series) == len(set(series)), series
assert all(sample.value == int(sample.value) for family in openmetrics(text) for sample in family.samples)
assert all(sample.timestamp is None for family in openmetrics(text) for sample in family.samples)
assert all(sample["help"] and sample["type"] == "gauge" for sample in samples), samples
json.dump(samples, sys.stdout)
