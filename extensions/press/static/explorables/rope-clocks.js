/* Rotary positions as clocks: each pair of a query and a key turns at its own speed.
   Data and oracle: minseek.rope. */
{
  const { make, svg, fill, table, line, number, grouped } = Explorable;

  const BASES = Explorable.data("rope-clocks").bases;
  const PAIRS = BASES[0].theta.length;
  const START = BASES.findIndex(base => base.of === "DeepSeek-V3");
  const [POSITIONS, DISTANCES] = [1000, 256];

  const COLUMNS = 4, SIDE = 62, DOWN = 84, RADIUS = 27; // px
  const [WIDTH, HEIGHT, LEFT, TOP, BOTTOM] = [250, 150, 26, 26, 122];

  const sum = list => list.reduce((a, b) => a + b, 0);
  const degrees = angle => `${Math.round((angle * 180) / Math.PI) % 360}°`;
  // A vector that pointed upwards at position 0 has turned clockwise by the angle.
  const hand = angle => [Math.sin(angle), Math.cos(angle)];
  const score = (theta, query, key) => {
    const products = theta.map(turn => {
      const [a, b] = hand(query * turn), [c, d] = hand(key * turn);
      return a * c + b * d;
    });
    return { products, score: sum(products) };
  };
  const CURVES = BASES.map(({ theta }) => Array.from({ length: DISTANCES + 1 }, (_, d) => score(theta, d, 0).score));
  const LEAST = Math.min(...CURVES.flat());
  const place = (distance, value) => [
    LEFT + (distance / DISTANCES) * (WIDTH - LEFT - 12),
    TOP + ((PAIRS - value) / (PAIRS - LEAST)) * (BOTTOM - TOP),
  ];

  class RopeClocks extends Explorable {
    static controls = {
      key: { label: "Position of the key", min: 0, max: POSITIONS, start: 100, say: n => `token ${grouped(n)}` },
      distance: {
        label: "Distance to the query", min: 0, max: DISTANCES, start: 16,
        say: n => `${n} token${n === 1 ? "" : "s"}`,
      },
      base: { label: "Base", start: START, choices: BASES.map(({ base, of }, i) => [i, `${grouped(base)} (${of})`]) },
    };

    static compute({ key, distance, base }) {
      const { theta } = BASES[base], query = key + distance;
      return {
        query, periods: theta.map(turn => (2 * Math.PI) / turn),
        queries: theta.map(turn => query * turn), keys: theta.map(turn => key * turn),
        ...score(theta, query, key),
      };
    }

    build() {
      this.rows = Array.from({ length: PAIRS + 1 }, () => make("tr"));
      this.stage.append(
        svg("svg", { width: WIDTH, height: 2 * DOWN, "aria-hidden": "true" }, ...this.clocks()),
        table("", ["pair", "period", "query", "key", "q · k"], this.rows),
        this.curve(),
      );
    }

    // The query's hand is long and thin, the key's is short and thick.
    clocks() {
      this.hands = [];
      return Array.from({ length: PAIRS }, (_, i) => {
        const at = [SIDE * (i % COLUMNS) + SIDE / 2 + 1, DOWN * Math.floor(i / COLUMNS) + RADIUS + 3];
        const [key, query] = ["key", "query"].map(name => svg("line", { class: name }));
        this.hands.push({ key, query });
        return svg("g", { class: "clock", transform: `translate(${at})` },
          svg("circle", { r: RADIUS }), key, query, svg("text", { y: RADIUS + 17 }, `pair ${i}`));
      });
    }

    // The sum at every distance, and where we are.
    curve() {
      const name = (x, y, words) => svg("text", { x, y, class: "axis" }, words);
      const [, zero] = place(0, 0);
      this.line = svg("path", { class: "steps", fill: "none" });
      this.dot = svg("circle", { r: 5 });
      return svg("svg", { width: WIDTH, height: HEIGHT, "aria-hidden": "true" },
        name(0, 14, "sum of the products"), name(LEFT - 12, TOP + 5, PAIRS), name(LEFT - 12, zero + 4, 0),
        svg("path", { d: `M${LEFT} ${TOP}V${BOTTOM}M${LEFT} ${zero}H${WIDTH - 12}`, class: "axis", fill: "none" }),
        name(LEFT, BOTTOM + 18, "0"), name(100, BOTTOM + 18, "distance"), name(WIDTH - 36, BOTTOM + 18, DISTANCES),
        this.line, svg("g", { class: "output" }, this.dot));
    }

    draw(r, { distance, base }) {
      this.hands.forEach(({ query, key }, i) => {
        for (const [line, angle, long] of [[query, r.queries[i], 0.92], [key, r.keys[i], 0.6]]) {
          const [x2, y2] = hand(angle).map(part => part * RADIUS * long);
          fill(line, { x2, y2: -y2 });
        }
        const words = [grouped(number(r.periods[i], r.periods[i] < 100 ? 1 : 0)), degrees(r.queries[i]), degrees(r.keys[i])];
        line(this.rows[i], `${i}`, [...words, number(r.products[i], 2)]);
      });
      line(this.rows[PAIRS], "sum", ["", "", "", number(r.score, 2)]);
      fill(this.line, { d: CURVES[base].map((value, d) => `${d ? "L" : "M"}${place(d, value)}`).join("") });
      const [cx, cy] = place(distance, r.score);
      fill(this.dot, { cx, cy });
    }

    say(r, { key, distance }) {
      return `Query at ${grouped(r.query)}, key at ${grouped(key)}: the products sum to ${number(r.score, 2)} of ${PAIRS}. `
        + `For any two that are ${distance} apart the hands stand elsewhere, and the sum is the same.`;
    }
  }

  customElements.define("x-rope-clocks", RopeClocks);
}
