# The graphs of the scale bench for redun: chains of ten small nodes gathered by one, and programs that do nothing.
from redun import script, task

redun_namespace = "bench"


@task()
def first(index: int) -> float:
    return float(index)


@task()
def step(value: float, depth: int) -> float:
    return value + depth / 16


@task()
def gather(rows: list) -> float:
    return sum(rows)


@task()
def chains(nodes: int):
    rows = []
    for index in range((nodes - 1) // 10):
        value = first(index)
        for depth in range(9):
            value = step(value, depth)
        rows.append(value)
    return gather(rows)


@task()
def programs(nodes: int) -> list:
    return [script(f"/bin/true # {index}") for index in range(nodes)]
