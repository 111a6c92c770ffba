# Reads a store by what docs/store.md and docs/keys.md say, with nothing of largo: what the latest run left, as JSON.
import decimal
import hashlib
import json
import pathlib
import sys


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def text_order(word):
    """UTF-16 code units, which is the order of names in a key and in canonical JSON."""
    return word.encode("utf-16-be")


def number(value):
    """As ECMAScript writes it, which RFC 8785 asks for: the shortest digits, with an exponent from 1e21 and below 1e-6."""
    sign, digits, exponent = decimal.Decimal(repr(value)).normalize().as_tuple()
    digits = "".join(map(str, digits))
    point = len(digits) + exponent
    if value == 0:
        return "0"
    if len(digits) <= point <= 21:
        text = digits + "0" * exponent
    elif 0 < point <= 21:
        text = f"{digits[:point]}.{digits[point:]}"
    elif -6 < point <= 0:
        text = "0." + "0" * -point + digits
    else:
        text = digits[:1] + ("." if digits[1:] else "") + f"{digits[1:]}e{point - 1:+d}"
    return "-" * sign + text


def canonical(value):
    """RFC 8785."""
    if isinstance(value, dict):
        fields = (f"{canonical(name)}:{canonical(value[name])}" for name in sorted(value, key=text_order))
        return "{" + ",".join(fields) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return number(value)
    return json.dumps(value, ensure_ascii=False)


def key_of(manifest):
    facts = [["format", 1], ["stage", manifest["stage"]], ["code", manifest["code"]]]
    named = lambda section: sorted(manifest[section].items(), key=lambda item: text_order(item[0]))
    facts += [["tool", *item] for item in named("tools")]
    facts += [["output", *item] for item in named("outputs")]
    facts += [["salt", manifest["salt"]]]
    facts += [["param", *item] for item in named("params")]
    for slot, filled in named("inputs"):
        if "rows" not in filled:
            facts.append(["input", slot, filled["kind"], filled["digest"]])
            continue
        facts.append(["inputs", slot, len(filled["rows"])])
        for index, row in enumerate(filled["rows"]):
            for it in row["fields"]:
                facts.append(["input", slot, index, row["label"], it["field"], it["kind"], it["digest"]])
    return sha256("".join(canonical(fact) + "\n" for fact in facts).encode())


def entry_of(store, key):
    head, body, rest = (store / "actions" / key[:2] / f"{key[2:]}.json").read_text("utf-8").split("\n")
    assert head == f"largo entry 1 {sha256(body.encode())}" and rest == ""
    entry = json.loads(body)
    assert entry["key"] == key
    return entry


def blob_of(store, digest):
    data = (store / "cas" / "sha256" / digest[:2] / digest[2:]).read_bytes()
    assert sha256(data) == digest
    return data


def read(store):
    assert (store / "format").read_text() == "largo store 1\n"
    nodes = {}
    latest = max((store / "runs").iterdir(), key=lambda run: run.name)
    for line in (latest / "nodes.jsonl").open(encoding="utf-8"):
        node = json.loads(line)
        entry = entry_of(store, node["key"])
        outputs = {}
        for name, blob in entry["outputs"].items():
            data = blob_of(store, blob["digest"])
            assert len(data) == blob["size"]
            # Tables are Parquet, which begins with its own name; JSON kinds begin with a brace or a bracket.
            outputs[name] = json.loads(data) if data[:1] in (b"{", b"[") else data[:4].decode("latin-1")
        nodes[node["node"]] = {"key": key_of(entry["manifest"]), "outputs": outputs}
    return nodes


given = sys.argv[1]
if given == "keys":
    print(json.dumps([key_of(it["manifest"]) for it in json.load(open(sys.argv[2], encoding="utf-8"))]))
else:
    print(json.dumps(read(pathlib.Path(given))))
