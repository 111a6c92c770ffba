// What a page does where the browser runs scripts: tells what a plot shows at a point, opens the card of a node, turns molecules.

export const script = String.raw`
"use strict";
(() => {
  const tip = document.getElementById("tip");
  const near = 40; // pixels from a spot at which it still speaks

  // Spots of a plot: lines of "x y text" in the units of its view box.
  const spotsOf = (svg) => svg.spots ??= svg.dataset.spots.split("\n").map((line) => {
    const [x, y, ...words] = line.split(" ");
    return { x: Number(x), y: Number(y), text: words.join(" ") };
  });

  const unpoint = () => {
    tip.hidden = true;
    document.querySelector("svg.plot .pointer")?.remove();
  };

  const pointAt = (svg, spot) => {
    unpoint();
    const ring = document.createElementNS("http://www.w3.org/2000/svg", "circle");
    ring.setAttribute("class", "pointer");
    ring.setAttribute("cx", spot.x);
    ring.setAttribute("cy", spot.y);
    ring.setAttribute("r", 7);
    svg.append(ring);
    tip.textContent = spot.text;
    tip.hidden = false;
    const at = ring.getBoundingClientRect();
    const width = tip.offsetWidth;
    const left = Math.min(Math.max(4, at.left + at.width / 2 - width / 2), document.documentElement.clientWidth - width - 4);
    const above = at.top - tip.offsetHeight - 6;
    tip.style.left = left + "px";
    tip.style.top = (above > 4 ? above : at.bottom + 6) + "px";
  };

  for (const svg of document.querySelectorAll("svg.plot[data-spots]")) {
    svg.addEventListener("pointermove", (event) => {
      const box = svg.getBoundingClientRect();
      const scale = box.width / svg.viewBox.baseVal.width;
      let best, least = near;
      for (const spot of spotsOf(svg)) {
        const far = Math.hypot(box.left + spot.x * scale - event.clientX, box.top + spot.y * scale - event.clientY);
        if (far < least) [best, least] = [spot, far];
      }
      if (best === undefined) unpoint(); else pointAt(svg, best);
    });
    svg.addEventListener("pointerleave", unpoint);
    svg.addEventListener("blur", unpoint);
    svg.addEventListener("keydown", (event) => {
      const spots = spotsOf(svg);
      const step = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
      if (event.key === "Escape") unpoint();
      if (step === undefined && event.key !== "Home" && event.key !== "End") return;
      event.preventDefault();
      const last = spots.length - 1;
      const next = event.key === "Home" ? 0 : event.key === "End" ? last : (svg.at ?? (step > 0 ? -1 : 0)) + step;
      svg.at = next < 0 ? last : next > last ? 0 : next;
      pointAt(svg, spots[svg.at]);
    });
  }

  // A link to a node opens its card in place; without scripts it leads to the card further down.
  const dialog = document.getElementById("node");
  const show = (card) => {
    const body = dialog.querySelector("div");
    const copy = card.cloneNode(true);
    copy.removeAttribute("id");
    body.replaceChildren(copy);
    dialog.querySelector("h2").textContent = card.dataset.name;
    if (!dialog.open) dialog.showModal();
    body.scrollTop = 0;
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a.from");
    if (link === null || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const card = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (card === null) return;
    event.preventDefault();
    show(card);
  });
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });

  // What a link leads to may be folded away.
  const unfold = () => {
    const target = location.hash.length > 1 ? document.getElementById(decodeURIComponent(location.hash.slice(1))) : null;
    for (let part = target; part !== null; part = part.parentElement) if (part.tagName === "DETAILS") part.open = true;
    target?.scrollIntoView();
  };
  addEventListener("hashchange", unfold);
  unfold();

  // Paper shows all samples.
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll("details.card:not([open])")];
    for (const card of folded) card.open = true;
  });
  addEventListener("afterprint", () => { for (const card of folded) card.open = false; });

  // Molecules: the viewer's script runs when somebody wants to turn them.
  const data = document.getElementById("liquid-data");
  const source = document.getElementById("viewer");
  if (data === null || source === null) return;
  const liquid = JSON.parse(data.textContent);
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const turn = (part, what) => {
    if (window.$3Dmol === undefined) {
      const code = document.createElement("script");
      code.textContent = source.textContent;
      document.head.append(code);
    }
    const { bonds, colours, names, of, positions, radii } = liquid[what];
    const atoms = of.map((name, i) => ({
      elem: what === "atoms" ? names[name] : "X", resn: String(name),
      x: positions[3 * i], y: positions[3 * i + 1], z: positions[3 * i + 2],
      index: i, serial: i, bonds: [], bondOrder: []
    }));
    for (let i = 0; i < bonds.length; i += 2) {
      for (const [a, b] of [[bonds[i], bonds[i + 1]], [bonds[i + 1], bonds[i]]]) {
        atoms[a].bonds.push(b);
        atoms[a].bondOrder.push(1);
      }
    }
    const still = part.querySelector("svg");
    const place = document.createElement("div");
    place.className = "viewer";
    place.style.width = still.clientWidth + "px";
    place.style.height = still.clientHeight + "px";
    place.tabIndex = 0;
    place.setAttribute("role", "img");
    place.setAttribute("aria-label", still.getAttribute("aria-label") + ". Drag to turn, scroll to come nearer.");
    still.after(place);
    const viewer = $3Dmol.createViewer(place, { backgroundColor: colour("--surface") });
    viewer.addModel().addAtoms(atoms);
    names.forEach((name, i) => viewer.setStyle({ resn: String(i) }, {
      sphere: { radius: radii[i], color: colour(colours[i]) },
      ...(bonds.length > 0 ? { stick: { radius: 0.12, color: colour(colours[i]) } } : {})
    }));
    const [x, y, z] = liquid.box;
    const corner = (i) => ({ x: i & 1 ? x : 0, y: i & 2 ? y : 0, z: i & 4 ? z : 0 });
    for (let i = 0; i < 8; i += 1) for (const bit of [1, 2, 4]) {
      if (!(i & bit)) viewer.addLine({ start: corner(i), end: corner(i | bit), color: colour("--soft") });
    }
    viewer.zoomTo();
    viewer.rotate(24, "y");
    viewer.rotate(16, "x");
    viewer.render();
    still.style.display = "none";
    const arrows = { ArrowLeft: [-10, "y"], ArrowRight: [10, "y"], ArrowUp: [-10, "x"], ArrowDown: [10, "x"] };
    place.addEventListener("keydown", (event) => {
      const [angle, axis] = arrows[event.key] ?? [];
      if (angle === undefined) return;
      event.preventDefault();
      viewer.rotate(angle, axis);
    });
    place.focus();
  };
  for (const part of document.querySelectorAll(".molecules")) {
    const button = part.querySelector("button");
    button.hidden = false;
    button.addEventListener("click", () => {
      try {
        if (document.createElement("canvas").getContext("webgl2") === null) throw new Error("it has no WebGL 2");
        turn(part, part.dataset.liquid);
        button.hidden = true;
      } catch (error) {
        document.getElementById("liquid-trouble").textContent = "This browser cannot turn molecules: " + error.message;
      }
    });
  }
})();
`
