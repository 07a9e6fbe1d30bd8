/* Algorithm 1 of FlashAttention, tile by tile: the row of four keys of "FlashAttention: IO-Aware
   Tiling" and three more queries, of width 1. Oracle: minseek.flash.fa1 and minseek.flash.online. */
{
  const { make, table, line, bar, number } = Explorable;

  const QUERIES = [1, 2, 0, -1];
  const POWERS = [1, 2, 6, 3]; // e to the keys
  const VALUES = [9, 3, 2, 5];
  const N = QUERIES.length;
  const SIZES = [1, 2, 4].map(size => [size, String(size)]);
  const total = columns => 2 * N + (7 * N * N) / columns;

  const tiles = ({ rows, columns }) => (N / rows) * (N / columns);
  const range = (block, size) => Array.from({ length: size }, (_, i) => block * size + i);
  const list = words => [words.slice(0, -1).join(", "), words.at(-1)].filter(Boolean).join(" and ");

  // A query meets the keys of a tile: lines 9 to 12 of the algorithm.
  function merge(old, query, keys) {
    const scores = keys.map(t => query * Math.log(POWERS[t]));
    const top = Math.max(...scores);
    const p = scores.map(score => Math.exp(score - top));
    const m = Math.max(old.m, top);
    const kept = Math.exp(old.m - m), added = Math.exp(top - m);
    const l = kept * old.l + added * p.reduce((a, b) => a + b);
    const pv = p.reduce((sum, x, i) => sum + x * VALUES[keys[i]], 0);
    return { m, l, o: (kept * old.l * old.o + added * pv) / l, kept };
  }

  class FlashTiles extends Explorable {
    static controls = {
      columns: { label: "Keys in a tile", start: 2, choices: SIZES },
      rows: { label: "Queries in a tile", start: 2, choices: SIZES },
      step: { label: "Tile", min: 1, max: tiles, start: 3, steps: true, say: (n, all) => `${n} of ${all}` },
    };

    static compute({ step, rows, columns }) {
      let states = QUERIES.map(() => ({ m: -Infinity, l: 0, o: 0 }));
      let moved = 0, before, now, keys;
      for (let done = 0; done < step; done++) {
        const i = done % (N / rows);
        if (i === 0) {
          keys = range(Math.floor((done * rows) / N), columns);
          moved += 2 * columns; // K and V
        }
        now = range(i, rows);
        before = states;
        states = states.map((old, s) => (now.includes(s) ? merge(old, QUERIES[s], keys) : old));
        moved += 7 * rows; // Q; O, m and l, read and written
      }
      const held = 2 * columns + 4 * rows + rows * columns;
      const standard = 4 * N * N + 4 * N; // Q and K; S and P, written and read; V and O
      return { states, before, now, keys, moved, whole: total(columns), held, standard };
    }

    build() {
      [this.scores, this.states, this.counts] = [0, 1, 2].map(() => QUERIES.map(() => make("tr")));
      this.stage.append(
        table("On chip now: e to the scores", ["", ...POWERS.map(power => `ln ${power}`)], this.scores),
        table("In main memory: the state", ["", "old ×", "e to m", "ℓ", "o"], this.states),
        table("Elements of memory", ["", "count"], this.counts),
      );
      this.stage.lastChild.className = "wide";
    }

    draw(r) {
      QUERIES.forEach((query, s) => {
        const now = r.now.includes(s), { m, l, o, kept } = r.states[s], name = `q = ${number(query)}`;
        const tile = POWERS.map((_, t) => now && r.keys.includes(t));
        const scores = POWERS.map((power, t) => (tile[t] ? number(power ** query, 2) : "·"));
        const state = l ? [Math.exp(m), l, o].map(x => number(x, 2)) : ["", "", ""];
        line(this.scores[s], name, scores).forEach((cell, t) => { cell.className = tile[t] ? "tile" : ""; });
        line(this.states[s], name, [now ? number(kept, 2) : "", ...state]);
        this.states[s].className = now ? "now" : "";
      });
      const counts = {
        "moved so far": r.moved,
        "moved by all tiles": r.whole,
        "moved without tiles": r.standard,
        "on chip at once": r.held,
      };
      Object.entries(counts).forEach(([name, count], i) => {
        const [cell] = line(this.counts[i], name, [number(count)]);
        bar(cell, count / total(1)); // the smallest tiles move most
      });
    }

    say(r) {
      const [s] = r.now, { m, l, o, kept } = r.states[s], old = r.before[s];
      const power = x => number(Math.exp(x), 2), sum = number(old.l, 2);
      const story = !old.l ? "these keys are the first"
        : m === old.m ? `the maximum stays, so the old sum ${sum} counts in full`
        : `the largest exponential grows from ${power(old.m)} to ${power(m)}, `
          + `so the old sum ${sum} counts as ${number(kept * old.l, 2)}`;
      const keys = list(r.keys.map(t => `ln ${POWERS[t]}`));
      const now = `now ℓ = ${number(l, 2)}, o = ${number(o, 2)}`;
      return `Key${r.keys.length > 1 ? "s" : ""} ${keys}. For q = ${number(QUERIES[s])} ${story}: ${now}.`;
    }
  }

  customElements.define("x-flash-tiles", FlashTiles);
}
