/* A query among three keys and whom it reads: the toy of "Attention, the One Idea".
   Oracle: minseek.lookup. */
{
  const { make, svg, fill, line, bar, number } = Explorable;

  const WORDS = ["cat", "sat", "and"];
  const KEYS = [[2, 0], [0, 1], [-1, 1]];
  const VALUES = [[3, 0], [0, 3], [-2, 1]];
  const POWER = 2, WEIGHT = 2; // a head's column, a row's number
  const HARD = 1;
  const MOST = 30; // tenths: the query reaches 3 either way
  const ZERO = 125, UNIT = 38; // px

  const dot = (a, b) => a.reduce((sum, x, i) => sum + x * b[i], 0);
  const sum = list => list.reduce((a, b) => a + b, 0);
  const pair = ([x, y], digits) => `(${number(x, digits)}, ${number(y, digits)})`;
  const place = ([x, y]) => [ZERO + UNIT * x, ZERO - UNIT * y];
  const say = n => `${number(n / 10, 1)}, ${n > 0 ? "wanted" : n < 0 ? "unwanted" : "of no matter"}`;

  class SoftLookup extends Explorable {
    static controls = {
      thing: { label: "Asks for a thing", min: -MOST, max: MOST, start: 10, say },
      action: { label: "Asks what goes on", min: -MOST, max: MOST, start: 0, say },
      hard: { label: "Lookup", start: 0, choices: [[HARD, "hard"], [0, "soft"]] },
    };

    static compute({ thing, action, hard }) {
      const query = [thing / 10, action / 10];
      const scores = KEYS.map(key => dot(query, key));
      const best = Math.max(...scores);
      // Hard: the best alone counts; those that tie for it share.
      const powers = scores.map(score => (hard ? Number(best - score < 1e-9) : Math.exp(score)));
      const total = sum(powers);
      const weights = powers.map(power => power / total);
      const weighed = weights.map((weight, t) => VALUES[t].map(x => weight * x));
      const output = [0, 1].map(j => sum(weighed.map(part => part[j])));
      return { query, scores, powers, total, weights, weighed, output };
    }

    build() {
      const heads = ["word", "score", "e to that", "weight", "× value"];
      const row = () => make("tr");
      this.rows = WORDS.map(row);
      this.sum = row();
      this.head = heads.map(name => make("th", { scope: "col" }, name));
      const head = make("thead", {}, make("tr", {}, ...this.head));
      this.stage.append(make("table", {}, head, make("tbody", {}, ...this.rows, this.sum)), this.plane());
    }

    // Keys as places; a line from the query to each, as thick as its weight.
    plane() {
      const name = (x, y, words) => svg("text", { x, y, class: "axis" }, words);
      const side = 2 * ZERO;
      this.pulls = KEYS.map(() => svg("line", { class: "pull" }));
      this.query = svg("g", { class: "query" },
        svg("circle", { r: 22, class: "grip" }), svg("circle", { r: 7 }), svg("text", { y: -13 }, "query"));
      this.map = svg("svg", { width: side, height: side, "aria-hidden": "true" },
        svg("path", { d: `M0 ${ZERO}H${side}M${ZERO} 0V${side}`, class: "axis" }),
        name(side - 54, ZERO + 38, "thing →"), name(ZERO + 8, 14, "goes on ↑"),
        ...this.pulls,
        ...KEYS.map((key, t) => svg("g", { class: "key", transform: `translate(${place(key)})` },
          svg("circle", { r: 5 }), svg("text", { y: 20 }, WORDS[t]))),
        this.query);
      this.query.onpointerdown = event => {
        event.preventDefault();
        this.query.setPointerCapture(event.pointerId);
      };
      this.query.onpointermove = event => {
        if (this.query.hasPointerCapture(event.pointerId)) this.follow(event);
      };
      return this.map;
    }

    follow({ clientX, clientY }) {
      const { left, top, width } = this.map.getBoundingClientRect();
      const tenths = px => (10 * ((px * 2 * ZERO) / width - ZERO)) / UNIT;
      this.set({ thing: tenths(clientX - left), action: -tenths(clientY - top) });
    }

    draw(r, { hard }) {
      this.head[POWER].textContent = hard ? "best?" : "e to that";
      const power = x => number(x, hard ? 0 : 3);
      WORDS.forEach((word, t) => {
        const words = [number(r.scores[t], 2), power(r.powers[t]), number(r.weights[t], 3), pair(r.weighed[t], 2)];
        const cells = line(this.rows[t], word, words);
        bar(cells[WEIGHT], r.weights[t]);
      });
      line(this.sum, "sum", ["", power(r.total), number(sum(r.weights), 3), pair(r.output, 2)]);
      const [x1, y1] = place(r.query);
      fill(this.query, { transform: `translate(${x1} ${y1})` });
      this.pulls.forEach((pull, t) => {
        const [x2, y2] = place(KEYS[t]);
        fill(pull, { x1, y1, x2, y2, "stroke-width": 14 * r.weights[t] });
      });
    }

    say(r) {
      const shares = WORDS.map((word, t) => `${number(100 * r.weights[t])}% “${word}”`);
      return `The query ${pair(r.query, 1)} reads ${shares.join(", ")}. Its answer is ${pair(r.output, 2)}.`;
    }
  }

  customElements.define("x-soft-lookup", SoftLookup);
}
