"""expositions.py text|openmetrics: reads a page of metrics as strictly as the reference implementation of the formats can
(Debian's python3-prometheus-client), and prints a line for each sample: its name, its labels, its value."""

import json
import sys

from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from prometheus_client.parser import text_string_to_metric_families as text

reader = {"text": text, "openmetrics": openmetrics}[sys.argv[1]]
for family in reader(sys.stdin.read()):
    for sample in family.samples:
        print(json.dumps([sample.name, sample.labels, sample.value]))
