# What the Python peers say of the frames in the file "positions": python peers.py PEER REQUEST, an answer in JSON.
import json
import sys

import numpy as np

peer, request = sys.argv[1], json.loads(sys.argv[2])
frames, atoms = request["frames"], request["atoms"]
x = np.fromfile("positions").reshape(frames, atoms, 3)
types = np.array(request.get("types", [1] * atoms))


def groups():
    return [(types == i, types == j, i == j) for i, j in request["pairs"]]


def edges():
    """Edge vectors as rows, nm."""
    lx, ly, lz, xy, xz, yz = request["box"]
    return np.array([[lx, 0, 0], [xy, ly, 0], [xz, yz, lz]])


def rdf_by_freud():
    import freud

    freud.parallel.set_num_threads(1)
    lx, ly, lz, xy, xz, yz = request["box"]
    box = freud.box.Box(lx, ly, lz, xy / ly, xz / lz, yz / lz)

    def measure(first, second, same, mode):
        rdf = freud.density.RDF(request["bins"], request["rmax"], normalization_mode=mode)
        for frame in x:
            wrapped = box.wrap(frame - edges().sum(axis=0) / 2)
            others = None if same else wrapped[second]
            rdf.compute((box, wrapped[first]), query_points=others, reset=False)
        return rdf.rdf.tolist()

    return {
        "N2": [measure(*group, "exact") for group in groups()],
        "N(N-1)": [measure(*group, "finite_size") if group[2] else None for group in groups()],
    }


def rdf_by_mdanalysis():
    import MDAnalysis as mda
    from MDAnalysis.analysis.rdf import InterRDF
    from MDAnalysis.lib.mdamath import triclinic_box

    universe = mda.Universe.empty(atoms, trajectory=True)
    box = triclinic_box(*(10 * edges()))
    universe.load_new((10 * x).astype(np.float32), dimensions=np.tile(box, (frames, 1)))

    def measure(first, second, same):
        block = (1, 1) if same else None
        a, b = universe.atoms[first], universe.atoms[second]
        rdf = InterRDF(a, b, nbins=request["bins"], range=(0, 10 * request["rmax"]), exclusion_block=block)
        return rdf.run().results.rdf.tolist()

    return {"N(N-1)": [measure(*group) for group in groups()]}


def msd_by_tidynamics():
    import tidynamics

    return {"msd": np.mean([tidynamics.msd(x[:, i]) for i in range(atoms)], axis=0).tolist()}


def diffusion_by_kinisi():
    import scipp as sc
    from kinisi.diffusion import Diffusion
    from kinisi.displacement import calculate_msd
    from kinisi.parser import Parser

    # Two traps: its parser of MDAnalysis universes puts the first frame in twice, so the frames go in without it; and it
    # takes the longest lag for the length of the run, so it gets all lags and a start.
    box = np.tile(edges(), (frames, 1, 1))
    fractions = np.einsum("tai,ij->taj", x, np.linalg.inv(edges()))
    interval = sc.scalar(request["interval"], unit="ps")
    parser = Parser(
        coords=sc.array(dims=["time", "particle", "dimension"], values=fractions),
        latt=sc.array(dims=["time", "dimension1", "dimension2"], values=box, unit="nm"),
        time_step=interval,
        step_skip=sc.scalar(1),
        specie_indices=sc.array(dims=["particle"], values=np.arange(atoms)),
        drift_indices=sc.array(dims=["particle"], values=np.arange(atoms if request["drift"] else 0)),
    )
    data = calculate_msd(parser, progress=False)
    fit = Diffusion(data)
    start = sc.scalar(request["start"] * request["interval"] * (1 - 1e-9), unit="ps")
    fit._diffusion(start, progress=False, n_burn=200, n_samples=400, random_state=np.random.RandomState(1))
    samples = sc.to_unit(fit.D, "nm^2/ps").values * 1e3
    return {
        "msd": data["da"].values.tolist(),
        "D": float(np.mean(samples)),
        "stderr": float(np.std(samples, ddof=1)),
    }


ask = {
    "freud": rdf_by_freud,
    "mdanalysis": rdf_by_mdanalysis,
    "tidynamics": msd_by_tidynamics,
    "kinisi": diffusion_by_kinisi,
}
print(json.dumps(ask[peer]()))
