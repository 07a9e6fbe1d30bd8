/* Generation, pass by pass: the first model of "Causal Masking and the Autoregressive Loop".
   Data and oracle: minseek.causal. */
{
  const { make, svg, fill, table, line, bar, number } = Explorable;

  const DATA = Explorable.data("generation");
  const LETTERS = [...DATA.letters], PROMPT = DATA.prompt, PASSES = DATA.texts[0].passes.length;
  const LENGTH = PROMPT + PASSES;
  const [DRAWN, LIKELIEST] = [0, 1];

  const [LEFT, CELL, HIGH] = [5, 15, 20]; // px
  const [TEXT, KEPT, FLOOR, MOST] = [24, 76, 176, 50];

  const list = words => [words.slice(0, -1).join(", "), words.at(-1)].filter(Boolean).join(" and ");

  class Generation extends Explorable {
    static controls = {
      pass: {
        label: "Pass", min: 1, max: PASSES, start: 2, steps: true,
        say: (n, all) => `${n} of ${all}: ${n === 1 ? "prefill" : "decode"}`,
      },
      cache: { label: "Keys and values", start: 1, choices: [[0, "thrown away"], [1, "kept"]] },
      choice: { label: "Next letter", start: DRAWN, choices: [[LIKELIEST, "the likeliest"], [DRAWN, "drawn"]] },
    };

    static compute({ pass, cache, choice }) {
      const { text, passes } = DATA.texts[choice], { logits, reads } = passes[pass - 1];
      const n = PROMPT + pass - 1; // letters that are known before the choice
      const powers = logits.map(logit => Math.exp(logit - Math.max(...logits)));
      const sum = powers.reduce((a, b) => a + b);
      const rows = { kept: pass === 1 ? n : 1, thrown: n };
      return {
        n, logits, reads, text: text.slice(0, n), next: text[n],
        shares: powers.map(power => power / sum),
        computed: cache ? rows.kept : rows.thrown,
        withCache: n,
        without: (pass * (PROMPT + n)) / 2, // PROMPT and so on to n
        numbers: cache ? 2 * DATA.width * n : 0,
      };
    }

    build() {
      this.letters = LETTERS.map(() => make("tr"));
      this.counts = [0, 1, 2, 3].map(() => make("tr"));
      this.stage.append(
        this.strip(),
        table("", ["letter", "logit", "probability"], this.letters),
        table("", ["", "count"], this.counts),
      );
      this.stage.lastChild.className = "wide";
    }

    // The text, what is kept of it, and how much of each the last letter reads.
    strip() {
      const places = Array.from({ length: LENGTH }, (_, t) => LEFT + t * CELL);
      const word = y => svg("text", { x: LEFT, y, class: "axis" });
      const cell = (x, y) => svg("rect", { x, y, width: CELL, height: HIGH, class: "empty" });
      this.text = places.map(x => svg("text", { x: x + CELL / 2, y: TEXT + 15 }));
      this.kept = places.map(x => cell(x, KEPT));
      this.reads = places.map(x => svg("rect", { x: x + 2, width: CELL - 4, class: "blue" }));
      [this.above, this.between, this.below] = [TEXT - 8, KEPT - 8, FLOOR - MOST - 8].map(word);
      this.frame = svg("rect", { y: TEXT, width: CELL, height: HIGH, class: "chosen" });
      return svg("svg", { width: 250, height: FLOOR + 4, "aria-hidden": "true" },
        this.above, this.between, this.below, ...places.map(x => cell(x, TEXT)), ...this.text,
        ...this.kept, ...this.reads, svg("path", { d: `M${LEFT} ${FLOOR}h${LENGTH * CELL}`, class: "axis" }), this.frame);
    }

    draw(r) {
      const old = r.n - r.computed;
      const known = [...r.text, r.next];
      this.text.forEach((text, t) => { text.textContent = LETTERS[known[t]] ?? ""; });
      this.kept.forEach((cell, t) => fill(cell, { class: t < old ? "kept" : t < r.n ? "new" : "empty" }));
      this.reads.forEach((rect, t) => {
        const height = MOST * (r.reads[t] ?? 0);
        fill(rect, { y: FLOOR - height, height });
      });
      fill(this.frame, { x: LEFT + r.n * CELL });
      this.above.textContent = `${r.n} letters, and the next one`;
      this.between.textContent = old ? `keys and values: ${old} kept, ${r.computed} new` : `keys and values: ${r.computed} new`;
      this.below.textContent = `how much of each “${LETTERS[known[r.n - 1]]}” reads`;
      LETTERS.forEach((letter, i) => {
        const cells = line(this.letters[i], letter, [number(r.logits[i], 2), number(r.shares[i], 2)]);
        bar(cells[1], r.shares[i]);
        this.letters[i].className = i === r.next ? "now" : "";
      });
      const rows = {
        "rows in this pass": r.computed,
        "rows so far, if kept": r.withCache,
        "rows so far, if thrown away": r.without,
      };
      Object.entries(rows).forEach(([name, count], i) => {
        const [cell] = line(this.counts[i], name, [number(count)]);
        bar(cell, count / ((PASSES * (2 * PROMPT + PASSES - 1)) / 2));
      });
      line(this.counts[3], "numbers kept now", [number(r.numbers)]);
    }

    say(r, { pass, cache, choice }) {
      const letters = r.text.map(i => LETTERS[i]), last = letters.at(-1);
      const into = pass === 1 ? `Prefill: ${list(letters)} go through in one pass`
        : cache ? `Decode: “${last}” alone goes through and meets ${r.n} keys, ${r.n - 1} of them kept`
        : `Nothing was kept: all ${r.n} letters go through again, for the same logits`;
      const next = `“${LETTERS[r.next]}”`, share = number(r.shares[r.next], 2);
      return `${into}. ${choice === DRAWN ? `${next} is drawn; it had probability ${share}` : `${next} is the likeliest, with ${share}`}.`;
    }
  }

  customElements.define("x-generation", Generation);
}
