// The fastest vibration of beads against textbook frequencies.
import { expect, test } from "vitest"
import { stiffestMode } from "../../kernels/stiffestMode.ts"

test("a diatomic vibrates with its reduced mass, whatever else is there", () => {
  const positions = [0, 0, 0, 0.1, 0.1, 0, 3, 0, 0, 3, 0.2, 0]
  const terms = [
    { row: [0, 1], stiffness: 5000 },
    { row: [2, 3], stiffness: 800 }
  ]
  const reduced = (20 * 30) / 50
  expect(stiffestMode(terms, positions, [20, 30, 15, 15])).toBeCloseTo(Math.sqrt(5000 / reduced), 6)
  expect(stiffestMode([], positions, [20, 30, 15, 15])).toBe(0)
})

test("a bent triatomic has the frequencies of Wilson's G matrix", () => {
  const [end, middle] = [43, 28]
  const bond = 0.25
  const angle = (97 * Math.PI) / 180
  const positions = [bond, 0, 0, 0, 0, 0, bond * Math.cos(angle), bond * Math.sin(angle), 0]
  const masses = [end, middle, end]
  const terms = (k: number, bend: number) => [
    { row: [0, 1], stiffness: k },
    { row: [1, 2], stiffness: k },
    { row: [0, 1, 2], stiffness: bend }
  ]
  // E. B. Wilson, Molecular Vibrations, table 4-1: the antisymmetric stretch, and the bend alone.
  const stretch = 1 / end + (1 - Math.cos(angle)) / middle
  const symmetric = 1 / end + (1 + Math.cos(angle)) / middle
  expect(stiffestMode(terms(1e5, 0), positions, masses)).toBeCloseTo(
    Math.sqrt(1e5 * Math.max(stretch, symmetric)),
    2
  )
  const bending = 2 / (end * bond ** 2) + (2 * (1 - Math.cos(angle))) / (middle * bond ** 2)
  expect(stiffestMode(terms(0, 300), positions, masses)).toBeCloseTo(Math.sqrt(300 * bending), 6)
  // Each alone pulls less than all together.
  expect(stiffestMode(terms(1e5, 3e3), positions, masses)).toBeGreaterThan(
    stiffestMode(terms(1e5, 0), positions, masses)
  )
})

test("a straight angle has a finite frequency", () => {
  const frequency = stiffestMode(
    [{ row: [0, 1, 2], stiffness: 100 }],
    [-0.2, 0, 0, 0, 0, 0, 0.2, 0, 0],
    [1, 1, 1]
  )
  expect(Number.isFinite(frequency)).toBe(true)
})
