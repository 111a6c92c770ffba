# The graph of chains for Snakemake: chains of ten small files, gathered by one.
chains = range((int(config["nodes"]) - 1) // 10)

wildcard_constraints:
    chain=r"\d+"

rule gather:
    input: [f"out/{chain}.9" for chain in chains]
    output: "out/gather"
    shell: ": > {output}"

rule first:
    output: "out/{chain}.0"
    shell: ": > {output}"

rule next:
    input: lambda its: f"out/{its.chain}.{int(its.depth) - 1}"
    output: "out/{chain}.{depth,[1-9]}"
    shell: ": > {output}"
