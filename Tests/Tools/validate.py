# validate.py SCHEMA FILE...: says of each YAML file whether a JSON Schema takes it: "FILE: valid", "FILE: invalid: why" or,
# where it is no YAML, "FILE: unreadable". Needs Debian's python3-jsonschema and python3-yaml.

import json
import sys

import jsonschema
import yaml


class Loader(yaml.SafeLoader):
    """YAML as JSON has it: dates stay texts, and keys are texts."""

    def construct_mapping(self, node, deep=False):
        return {str(key): value for key, value in super().construct_mapping(node, deep).items()}


Loader.add_constructor("tag:yaml.org,2002:timestamp", yaml.SafeLoader.construct_yaml_str)

with open(sys.argv[1]) as file:
    schema = json.load(file)
jsonschema.Draft7Validator.check_schema(schema)
validator = jsonschema.Draft7Validator(schema)
for name in sys.argv[2:]:
    try:
        with open(name, "rb") as file:
            tree = yaml.load(file, Loader)
    except (yaml.YAMLError, UnicodeError) as error:
        print(f"{name}: unreadable")
        continue
    error = jsonschema.exceptions.best_match(validator.iter_errors(tree))
    print(f"{name}: valid" if error is None else f"{name}: invalid: {error.message.splitlines()[0][:200]}")
