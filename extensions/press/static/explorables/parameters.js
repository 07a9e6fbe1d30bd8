/* DeepSeek-V3's parameters, part by part, as areas: stored, or used by one token.
   Oracle: minseek.accounting. */
{
  const { make, svg, fill, number, grouped } = Explorable;

  // config.json of DeepSeek-V3; the tests compare what follows from it
  const VOCABULARY = 129280, D = 7168, LAYERS = 61, DENSE = 3, WIDE = 18432;
  const EXPERTS = 256, SHARED = 1, CHOSEN = 8, NARROW = 2048;
  const HEADS = 128, Q_LATENT = 1536, KV_LATENT = 512, NOPE = 128, ROPE = 64, V = 128;

  const MIXED = LAYERS - DENSE;
  const expert = 3 * D * NARROW;
  const attention =
    Q_LATENT * (D + 1 + HEADS * (NOPE + ROPE)) +
    D * (KV_LATENT + ROPE) + KV_LATENT * (1 + HEADS * (NOPE + V)) + HEADS * V * D;
  const small = MIXED * EXPERTS * (D + 1) + (2 * LAYERS + 1) * D;

  const table = `${grouped(VOCABULARY)} tokens × ${grouped(D)}`;
  const matrices = width => `3 matrices of ${grouped(D)} × ${grouped(width)}`;

  // name, hue, shape, stored, used by a token
  const PARTS = [
    ["embedding", "grey", `${table}; a token takes one row and multiplies none`, VOCABULARY * D, 0],
    ["attention", "purple", `${LAYERS} layers × ${grouped(attention)}`, LAYERS * attention, LAYERS * attention],
    ["dense FFN", "green", `${DENSE} layers × ${matrices(WIDE)}`, DENSE * 3 * D * WIDE, DENSE * 3 * D * WIDE],
    ["shared experts", "orange", `${MIXED} layers × ${SHARED} expert × ${matrices(NARROW)}`,
      MIXED * SHARED * expert, MIXED * SHARED * expert],
    ["routed experts", "gold", `${MIXED} layers × ${EXPERTS} experts, ${CHOSEN} for a token, × ${matrices(NARROW)}`,
      MIXED * EXPERTS * expert, MIXED * CHOSEN * expert],
    ["routers, norms", "blue", `${MIXED} routers of ${EXPERTS} × ${grouped(D + 1)}; ${2 * LAYERS + 1} norms of ${grouped(D)}`,
      small, small],
    ["head", "cyan", table, VOCABULARY * D, VOCABULARY * D],
  ];
  // Side by side; the parts of one column share its width and stand on each other.
  const COLUMNS = [[4], [1], [2, 3], [0, 5, 6]];
  const ROUTED = 4;
  const billions = count => number(count / 1e9, 2);
  const percent = share => `${number(100 * share, 2)}%`;

  class Parameters extends Explorable {
    static controls = {
      part: { label: "Part", min: 1, max: PARTS.length, start: ROUTED + 1, steps: true, say: n => `${n} of ${PARTS.length}: ${PARTS[n - 1][0]}` },
      view: { label: "Areas and shares of what is", start: 0, choices: [[1, "used by a token"], [0, "stored"]] },
    };

    static compute({ view }) {
      const stored = PARTS.map(row => row[3]), used = PARTS.map(row => row[4]);
      const counts = [stored, used][view];
      const [all, active] = [stored, used].map(list => list.reduce((a, b) => a + b));
      const shares = counts.map(count => count / [all, active][view]);
      let x = 0;
      const areas = COLUMNS.flatMap(column => {
        const left = x, width = column.reduce((sum, i) => sum + shares[i], 0);
        x += width;
        let y = 0;
        return column.map(i => {
          const height = shares[i] / width;
          y += height;
          return { i, x: left, y: y - height, width, height };
        });
      });
      return { stored, used, all, active, shares, areas };
    }

    build() {
      const heads = ["part", "stored", "used", "share"].map(word => make("th", { scope: "col" }, word));
      this.lines = PARTS.map(([name, hue], i) => {
        const line = make("tr", {}, make("th", { scope: "row" }, make("span", { class: `swatch ${hue}` }), name));
        line.onclick = () => this.set({ part: i + 1 });
        return line;
      });
      this.sum = make("tr", {}, make("th", { scope: "row" }, "all"));
      this.areas = PARTS.map(([, hue], i) => {
        const area = svg("rect", { class: hue });
        area.onclick = () => this.set({ part: i + 1 });
        return area;
      });
      this.frame = svg("rect", { class: "chosen", "vector-effect": "non-scaling-stroke" });
      this.stage.append(
        svg("svg", { class: "areas", viewBox: "0 0 1000 1000", preserveAspectRatio: "none", "aria-hidden": "true" }, ...this.areas, this.frame),
        make("table", {}, make("caption", {}, "Billions of parameters"), make("thead", {}, make("tr", {}, ...heads)), make("tbody", {}, ...this.lines, this.sum)));
    }

    draw(r, { part }) {
      const cells = row => row.map(word => make("td", {}, word));
      const share = r.shares.reduce((a, b) => a + b);
      this.lines.forEach((line, i) => {
        line.replaceChildren(line.cells[0], ...cells([billions(r.stored[i]), billions(r.used[i]), percent(r.shares[i])]));
        line.className = i === part - 1 ? "now" : "";
      });
      this.sum.replaceChildren(this.sum.cells[0], ...cells([billions(r.all), billions(r.active), percent(share)]));
      for (const { i, ...place } of r.areas) {
        const box = Object.fromEntries(Object.entries(place).map(([key, value]) => [key, 1000 * value]));
        fill(this.areas[i], box);
        if (i === part - 1) fill(this.frame, box);
      }
    }

    say(r, { part, view }) {
      const i = part - 1, [name, , shape] = PARTS[i], counts = [r.stored, r.used][view];
      const verb = ["stored", "used by a token"][view];
      return `${name[0].toUpperCase()}${name.slice(1)}: ${shape}. ${grouped(counts[i])} parameters, ${percent(r.shares[i])} of what is ${verb}.`;
    }
  }

  customElements.define("x-parameters", Parameters);
}
