/* What a context costs: arithmetic and bytes, of a prompt and of a new token, with the length
   from which the context costs more than the weights. Data and oracle: minseek.accounting. */
{
  const { make, svg, fill, table, line, number, grouped } = Explorable;

  const { models: MODELS } = Explorable.data("context-cost");
  const HUES = ["orange", "gold", "blue", "purple", "green"];
  const DASHES = ["", "7 3", "", "8 3 2 3", "2 3"];
  const [LEAST, MOST, FAR] = [12, 20, 2 ** 24];
  const [WIDE, HIGH, LEFT, RIGHT, TOP, FOOT] = [300, 220, 44, 54, 10, 24];
  const VIEWS = [ // phase, then quantity
    [
      { unit: "PFLOP", size: 1e15, base: "matrices", grow: "attention", of: "a prompt of", does: "of work" },
      { unit: "GB", size: 1e9, base: "weights", grow: "cache", of: "a prompt of", does: "in memory at its end" },
    ],
    [
      { unit: "GFLOP", size: 1e9, base: "matrices", grow: "attention", of: "one new token at", does: "of work" },
      { unit: "GB", size: 1e9, base: "weights", grow: "cache", of: "one new token at", does: "to read" },
    ],
  ];
  const TOKEN = 1, BYTES = 1;

  const items = ({ ratio, cap }, n) => Math.min(Math.floor(n / ratio), cap ?? Infinity);

  // All items that the tokens of a prompt read together.
  function summed(read, n) {
    const full = (read.cap ?? Infinity) * read.ratio;
    if (full < n) return summed(read, full) + read.cap * (n - full);
    const q = Math.floor(n / read.ratio);
    return (read.ratio * q * (q - 1)) / 2 + q * ((n % read.ratio) + 1);
  }

  // Weights that a batch touches, if each token's experts are drawn at random.
  const touched = ({ always, routed, share }, batch) => always + routed * (1 - (1 - share) ** batch);

  const total = (reads, n, what, count) => reads.reduce((sum, read) => sum + read[what] * count(read, n), 0);

  // What the weights cost and what the context costs, at n tokens.
  function parts(m, { phase, quantity }, batch, n) {
    const { weights } = m;
    if (quantity === BYTES && phase === TOKEN) return [touched(weights, batch) / batch, total(m.reads, n, "bytes", items)];
    if (quantity === BYTES) return [(weights.always + weights.routed) / batch, m.kept * n + m.window];
    if (phase === TOKEN) return [m.linear, total(m.reads, n, "flops", items)];
    return [m.linear * n, total(m.prompt, n, "flops", summed)];
  }

  // The first length at which the context costs as much; null if it is far away.
  function tie(m, state, batch) {
    const reached = n => {
      const [base, grow] = parts(m, state, batch, n);
      return grow >= base;
    };
    let [low, high] = [1, FAR];
    if (!reached(high)) return null;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (reached(middle)) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  const short = x => grouped(number(x, x < 10 ? 2 : x < 100 ? 1 : 0));

  // In per cent, without a 0 or a 100 that would be rounded.
  function share(part, sum) {
    if (part > 0.99 * sum) return "over 99";
    if (part < 0.001 * sum) return "under 0.1";
    return number((100 * part) / sum, part < sum / 10 ? 1 : 0);
  }

  class ContextCost extends Explorable {
    static controls = {
      context: { label: "Context", min: LEAST, max: MOST, start: 17, say: n => `${grouped(2 ** n)} tokens` },
      batch: { label: "Batch", min: 0, max: 10, start: 0, say: n => `${grouped(2 ** n)}, shares the bytes of weights` },
      phase: { label: "Of", start: 1, choices: [[0, "a whole prompt"], [1, "one new token"]] },
      quantity: { label: "Count", start: 0, choices: [[0, "FLOPs"], [1, "bytes"]] },
      model: { label: "Model", start: 2, choices: MODELS.map(({ name }, i) => [i, name]) },
    };

    static compute(state) {
      const { size } = VIEWS[state.phase][state.quantity];
      const batch = 2 ** state.batch, tokens = 2 ** state.context;
      const all = MODELS.map(m => {
        const at = n => parts(m, state, batch, n);
        const [base, grow] = at(tokens), curve = [];
        for (let k = LEAST; k <= MOST; k++) curve.push(at(2 ** k).reduce((a, b) => a + b) / size);
        return { base, grow, tie: tie(m, state, batch), curve };
      });
      return { tokens, batch, all };
    }

    build() {
      this.rows = MODELS.map((_, model) => {
        const row = make("tr");
        row.onclick = () => this.set({ model });
        return row;
      });
      this.table = make("div");
      this.curves = MODELS.map((_, i) => svg("path", { fill: "none", "stroke-dasharray": DASHES[i], style: `stroke: var(--mark-${HUES[i]})` }));
      this.names = MODELS.map(({ name }, i) => svg("text", { x: WIDE - RIGHT + 6, class: "axis", style: `fill: var(--ink-${HUES[i]})` }, name));
      this.frame = svg("path", { class: "axis", fill: "none" });
      this.here = svg("path", { class: "axis", "stroke-dasharray": "2 3" });
      this.marks = svg("g", {});
      this.stage.append(
        svg("svg", { width: WIDE, height: HIGH, "aria-hidden": "true" }, this.marks, this.frame, this.here, ...this.curves, ...this.names),
        this.table,
      );
    }

    // Both axes are logarithmic: a straight line is a power of the length.
    draw(r, state) {
      const view = VIEWS[state.phase][state.quantity], every = r.all.flatMap(({ curve }) => curve).map(Math.log10);
      const [low, high] = [Math.floor(Math.min(...every)), Math.ceil(Math.max(...every))];
      const x = k => LEFT + ((WIDE - LEFT - RIGHT) * (k - LEAST)) / (MOST - LEAST);
      const y = value => HIGH - FOOT - ((HIGH - FOOT - TOP) * (Math.log10(value) - low)) / (high - low);
      fill(this.frame, { d: `M${LEFT} ${TOP}V${HIGH - FOOT}H${WIDE - RIGHT}` });
      fill(this.here, { d: `M${x(state.context)} ${TOP}V${HIGH - FOOT}` });
      this.curves.forEach((curve, i) => {
        const points = r.all[i].curve.map((value, k) => `${x(LEAST + k)} ${y(value)}`);
        fill(curve, { d: `M${points.join("L")}`, "stroke-width": i === state.model ? 3.5 : 1.5 });
      });
      this.name(r.all.map(({ curve }) => y(curve.at(-1)) + 4));
      const powers = Array.from({ length: high - low + 1 }, (_, i) => low + i);
      const upright = powers.map(p => svg("text", { x: 4, y: y(10 ** p) + 4, class: "axis" }, grouped(number(10 ** p, Math.max(0, -p)))));
      const level = [12, 16, 20].map(k => svg("text", { x: x(k) - 12, y: HIGH - 6, class: "axis" }, ["4K", "64K", "1M"][(k - 12) / 4]));
      this.marks.replaceChildren(...upright, ...level);
      this.list(r, state, view);
    }

    // Names at the ends of the lines, pushed apart where they would meet.
    name(places) {
      const order = places.map((_, i) => i).sort((a, b) => places[a] - places[b]);
      let last = 0;
      for (const i of order) {
        last = Math.max(places[i], last + 14);
        fill(this.names[i], { y: last });
      }
    }

    list(r, state, { unit, base, grow }) {
      const { size } = VIEWS[state.phase][state.quantity];
      this.table.replaceChildren(table("", ["model", `${base}\n${unit}`, `${grow}\n${unit}`, "tie\ntokens"], this.rows));
      this.rows.forEach((row, i) => {
        const { base, grow, tie } = r.all[i];
        line(row, MODELS[i].name, [short(base / size), short(grow / size), tie ? grouped(tie) : "over 16M"]);
        row.className = i === state.model ? "now" : "";
      });
    }

    say(r, state) {
      const { unit, size, base, grow, of, does } = VIEWS[state.phase][state.quantity];
      const found = r.all[state.model], sum = found.base + found.grow;
      const tied = found.tie ? `They tie at ${grouped(found.tie)} tokens.` : "They tie beyond 16 million tokens.";
      return `${MODELS[state.model].what}, ${of} ${grouped(r.tokens)} tokens: ${short(sum / size)} ${unit} ${does}, ${share(found.grow, sum)}% of it ${grow}, the rest ${base}. ${tied}`;
    }
  }

  customElements.define("x-context-cost", ContextCost);
}
