# Reads a data set through its croissant.json with MLCommons' own library: JSON {record set: [rows, sum of a column]}.
import json
import sys

import mlcroissant

dataset = mlcroissant.Dataset(jsonld=sys.argv[1])
asked = json.loads(sys.argv[2])
found = {}
for name, column in asked.items():
    values = [record[f"{name}/{column}"] for record in dataset.records(name)]
    numbers = [float(value) for value in values if value is not None and value == value]
    found[name] = [len(values), sum(numbers)]
print(json.dumps({"issues": dataset.metadata.issues.report(), "found": found}))
