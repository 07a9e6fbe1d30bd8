/* Softmax of one row and its weighted sum, step by step: the toy of "Self-Attention From Scratch".
   Oracle: minseek.attention. */
{
  const { make, svg, fill, bar, number } = Explorable;

  const TOKENS = ["cat", "sat", "and", "it"];
  const X = [[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 0, 1]];
  const W_Q = [[0, 1], [1, 0], [2, -1]];
  const W_K = [[2, 0], [0, 1], [-1, 1]];
  const W_V = [[3, 0], [0, 3], [-2, 1]];
  const ROOT = 1; // the divisor is 2^(divide / 2), so this is the root of the head width 2
  const STEPS = ["scores", "divided", "shifted", "exponentials", "weights", "weighted values", "output"];
  const [WEIGHTS, OUTPUT] = [4, 6];

  const dot = (a, b) => a.reduce((sum, x, i) => sum + x * b[i], 0);
  const times = (a, b) => a.map(row => b[0].map((_, j) => dot(row, b.map(r => r[j]))));
  const Q = times(X, W_Q), K = times(X, W_K), V = times(X, W_V);

  const LABELS = [{ y: 20 }, { x: -20, y: 4 }, { y: 20 }, { y: 20 }];

  const divisor = divide => 2 ** (divide / 2);
  const pair = ([x, y], digits) => `(${number(x, digits)}, ${number(y, digits)})`;
  const place = ([x, y]) => [100 + 40 * x, 145 - 40 * y];

  // The tokens that are read most; a tie has several.
  function most(weights) {
    const top = Math.max(...weights);
    const words = TOKENS.filter((_, i) => top - weights[i] < 1e-9).map(token => `“${token}”`);
    const last = words.pop();
    return `${number(100 * top)}% ${words.length ? `each of ${words.join(", ")} and ${last}` : last}`;
  }

  class Softmax extends Explorable {
    static controls = {
      step: {
        label: "Step", min: 1, max: 7, start: 7, steps: true,
        say: (n, all) => `${n} of ${all}: ${STEPS[n - 1]}`,
      },
      row: { label: "Who reads", start: 3, choices: TOKENS.map((token, i) => [i, token]) },
      divide: {
        label: "Scores divided by", min: -4, max: 6, start: ROOT,
        say: n => number(divisor(n), 2) + (n === ROOT ? ", the root of the head width" : ""),
      },
    };

    static compute({ row, divide }) {
      const scores = K.map(key => dot(Q[row], key));
      const scaled = scores.map(score => score / divisor(divide));
      const largest = Math.max(...scaled);
      const shifted = scaled.map(score => score - largest);
      const powers = shifted.map(Math.exp);
      const sum = powers.reduce((a, b) => a + b);
      const weights = powers.map(power => power / sum);
      const weighed = weights.map((weight, i) => V[i].map(x => weight * x));
      const [output] = times([weights], V);
      return { scores, scaled, largest, shifted, powers, sum, weights, weighed, output };
    }

    build() {
      const heads = TOKENS.map(token => make("th", { scope: "col" }, token));
      this.reader = make("th", { scope: "col" });
      this.lines = STEPS.map(() => make("tr"));
      const head = make("thead", {}, make("tr", {}, this.reader, ...heads));
      this.stage.append(make("table", {}, head, make("tbody", {}, ...this.lines)), this.plane());
    }

    // The four values as places, the output among them, pulled by each as its weight is.
    plane() {
      const [x0, y0] = place([0, 0]);
      const name = (x, y, words) => svg("text", { x, y, class: "axis" }, words);
      this.pulls = V.map(() => svg("line"));
      this.output = svg("g", {}, svg("circle", { r: 6 }), svg("text", { y: -11 }, "output"));
      return svg("svg", { width: 250, height: 175, "aria-hidden": "true" },
        svg("path", { d: `M8 ${y0}H242M${x0} 8V170`, class: "axis" }),
        name(8, y0 + 17, "thing →"), name(x0 + 8, 16, "action ↑"),
        ...this.pulls,
        ...V.map((value, i) => svg("g", { class: "token", transform: `translate(${place(value)})` },
          svg("circle", { r: 4 }), svg("text", LABELS[i], TOKENS[i]))),
        this.output);
    }

    draw(r, { step, row, divide }) {
      const all = (values, digits) => values.map(value => number(value, digits));
      const shift = number(Math.abs(r.largest), 2);
      const rows = [
        ["q · k", all(r.scores, 0)],
        [`÷ ${number(divisor(divide), 2)}`, all(r.scaled, 2)],
        [`${r.largest < 0 ? "+" : "−"} ${shift}`, all(r.shifted, 2)],
        ["e to that", all(r.powers, 4)],
        [`÷ ${number(r.sum, 4)}`, all(r.weights, 4)],
        ["× value", r.weighed.map(value => all(value, 2).join("\n"))],
        ["sum", [pair(r.output, 2)]],
      ];
      this.reader.textContent = `${TOKENS[row]} reads`;
      rows.forEach(([name, words], i) => {
        const cells = words.map(word => make("td", { colspan: TOKENS.length / words.length }, word));
        this.lines[i].replaceChildren(make("th", { scope: "row" }, name), ...cells);
        this.lines[i].className = i + 1 === step ? "now" : i < step ? "" : "later";
      });
      [...this.lines[WEIGHTS].cells].slice(1).forEach((cell, i) => bar(cell, r.weights[i]));
      this.move(r, step <= OUTPUT);
    }

    move(r, early) {
      const [x1, y1] = place(r.output);
      fill(this.output, { transform: `translate(${x1} ${y1})`, class: early ? "later" : "output" });
      this.pulls.forEach((pull, i) => {
        const [x2, y2] = place(V[i]);
        fill(pull, { x1, y1, x2, y2, "stroke-width": 14 * r.weights[i], class: early ? "later" : "pull" });
      });
    }

    say(r, { step, row, divide }) {
      const reader = `“${TOKENS[row]}”`, root = number(divisor(ROOT), 2);
      const right = divide === ROOT ? "" : `; the root of the head width would be ${root}`;
      return [
        `The query of ${reader}, ${pair(Q[row], 0)}, meets every key: one product a token.`,
        `Every score is divided by ${number(divisor(divide), 2)}${right}.`,
        `The largest, ${number(r.largest, 2)}, is taken from all: no exponential can exceed 1 now.`,
        `The exponentials are positive; their sum is ${number(r.sum, 4)}.`,
        `Divided by their sum, they sum to 1: ${reader} reads ${most(r.weights)}.`,
        "The value of each token is multiplied by its weight.",
        `The products sum to the output of ${reader}, ${pair(r.output, 2)}. It reads ${most(r.weights)}.`,
      ][step - 1];
    }
  }

  customElements.define("x-softmax", Softmax);
}
