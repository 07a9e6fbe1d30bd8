/* Feeds and speeds: clocks that each unit of a multiprocessor needs for one tile.
   Data and oracle: minseek.flash.feeds. */
{
  const { make, svg, fill, table, line, bar, number, grouped } = Explorable;

  const { rows: ROWS, chips: CHIPS } = Explorable.data("feeds-and-speeds");
  const STEP = 64; // of the width of a head
  const UNITS = ["mma", "exp", "shared"];
  const NAMES = { mma: "products", exp: "exponentials", shared: "shared memory" };
  const PASSES = ["forward", "backward", "backward, pair"];
  const sizes = list => list.map(size => [size, String(size)]);
  const clocks = value => grouped(number(value, value % 1 ? 1 : 0));

  // FLOPs and bytes of shared memory, as minseek.flash.feeds counts them
  const COUNTS = [
    (m, n, d) => [4 * m * n * d, 2 * (m * d + Math.ceil(m / ROWS) * 2 * n * d)],
    (m, n, d) => [10 * m * n * d, 2 * (2 * (m * d + n * d) + (m * n + n * d) + 2 * m * d) + 2 * m * n + 8 * m * d],
    (m, n, d) => [
      10 * m * n * d,
      2 * (2 * n * d + m * d + m * n + n * d + m * d + m * n + (3 * m * n) / 2) + 4 * m * d,
    ],
  ];

  class FeedsAndSpeeds extends Explorable {
    static controls = {
      width: { label: "Head width", min: 1, max: 4, start: 2, say: n => `${STEP * n} components` },
      share: { label: "Exponentials in software", min: 0, max: 50, start: 0, say: n => `${n}%` },
      chip: { label: "Chip", start: 2, choices: CHIPS.map(({ name }, i) => [i, name]) },
      pass: { label: "Pass", start: 0, choices: PASSES.map((name, i) => [i, name]) },
      queries: { label: "Queries", start: 128, choices: sizes([64, 128, 256]) },
      keys: { label: "Keys", start: 128, choices: sizes([64, 128, 256]) },
    };

    static compute({ share, chip, pass, queries, keys, width }) {
      const [flops, bytes] = COUNTS[pass](queries, keys, STEP * width);
      const all = CHIPS.map(at => {
        const mma = flops / at.flops, shared = bytes / at.shared_bytes;
        const exp = ((queries * keys) / at.exponentials) * (1 - share / 100);
        const most = Math.max(mma, exp, shared);
        const longest = UNITS.filter(unit => ({ mma, exp, shared })[unit] === most);
        return { mma, exp, shared, most, longest };
      });
      return { all, ...all[chip] };
    }

    build() {
      this.bars = UNITS.map(() => svg("rect", { height: 70, x: 0 }));
      this.bars.forEach((rect, i) => rect.setAttribute("y", i * 100 + 15));
      const drawing = svg("svg", { viewBox: "0 0 1000 300", preserveAspectRatio: "none", "aria-hidden": "true" }, ...this.bars);
      this.note = make("p");
      this.rows = CHIPS.map((_, chip) => {
        const row = make("tr");
        row.onclick = () => this.set({ chip });
        return row;
      });
      this.stage.append(
        make("div", { class: "filled" }, this.note, drawing),
        table("Clocks of one multiprocessor", ["chip", "products", "exp", "shared\nmemory", "at least"], this.rows),
      );
    }

    draw(r, { chip }) {
      UNITS.forEach((unit, i) => {
        const hue = r.longest.includes(unit) ? "orange" : "grey";
        fill(this.bars[i], { width: (1000 * r[unit]) / r.most, class: hue });
      });
      this.note.textContent = `${CHIPS[chip].name}, from above: ${Object.values(NAMES).join(", ")}`;
      const widest = Math.max(...r.all.map(other => other.most));
      this.rows.forEach((row, i) => {
        const found = r.all[i], counts = [...UNITS.map(unit => found[unit]), found.most];
        const cells = line(row, CHIPS[i].name, counts.map(clocks));
        cells.forEach((cell, j) => bar(cell, counts[j] / widest));
        row.className = i === chip ? "now" : "";
      });
    }

    say(r, state) {
      const { name, paired } = CHIPS[state.chip];
      const limit = r.longest.map(unit => NAMES[unit]).join(" and ");
      const verb = r.longest.length > 1 ? "tie and set" : r.longest[0] === "shared" ? "sets" : "set";
      const over = r.most > r.mma ? `, ${number(100 * (r.most / r.mma - 1))}% above the products` : "";
      const none = state.pass === 2 && !paired ? ` An ${name} has no pairs: there it is a thought.` : "";
      const tile = `${state.queries} queries, ${state.keys} keys, width ${STEP * state.width}, ${PASSES[state.pass]}`;
      return `${name}, ${tile}, ${state.share}% in software: ${limit} ${verb} the time, ${clocks(r.most)} clocks${over}.${none}`;
    }
  }

  customElements.define("x-feeds-and-speeds", FeedsAndSpeeds);
}
