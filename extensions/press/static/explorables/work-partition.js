/* Who works on an A100: the thread blocks of FlashAttention, of FlashAttention-2, and of one query whose
   keys are split, as in "FlashAttention-2: Work Partitioning". Oracle: minseek.flash.occupancy. */
{
  const { make, svg, fill, table, line, bar, number, grouped } = Explorable;

  const SMS = 108, COLUMNS = 18, SIDE = 10; // px
  const FILLED = 0.8, NEARLY_BEST = 0.85, MOST_SPLITS = 128;
  const NAMES = ["FlashAttention", "FlashAttention-2", "one query", "one query, split"];
  const times = (n, word) => `${grouped(n)} ${word}${n === 1 ? "" : "s"}`;

  // Workers in waves of 108; the last wave may be short.
  function wave(workers) {
    const waves = Math.ceil(workers / SMS);
    return { workers, waves, last: workers - (waves - 1) * SMS, share: workers / (waves * SMS) };
  }

  // The fewest splits within 85% of the best share, as the released kernels choose.
  function rule(tiles, blocks) {
    if (tiles >= FILLED * SMS || blocks <= 4) return 1;
    const most = Math.min(MOST_SPLITS, SMS, blocks);
    const shares = Array.from({ length: most }, (_, s) => wave(tiles * (s + 1)).share);
    return 1 + shares.findIndex(share => share >= NEARLY_BEST * Math.max(...shares));
  }

  class WorkPartition extends Explorable {
    static controls = {
      length: { label: "Sequence length", min: 7, max: 17, start: 14, say: n => times(2 ** n, "token") },
      batch: { label: "Batch", min: 1, max: 64, start: 1, say: n => times(n, "sequence") },
      heads: { label: "Heads", min: 1, max: 64, start: 12, say: n => String(n) },
      splits: { label: "Shares of the keys", min: 1, max: 32, start: 9, say: n => String(n) },
      block: { label: "Rows in a block", start: 128, choices: [[64, "64"], [128, "128"]] },
    };

    static compute({ length, batch, heads, splits, block }) {
      const tiles = batch * heads, blocks = Math.ceil(2 ** length / block);
      const shares = Math.min(splits, blocks); // a share is at least one block of keys
      const kernels = [tiles, tiles * blocks, tiles, tiles * shares].map(wave);
      return { kernels, shares, rule: rule(tiles, blocks) };
    }

    build() {
      this.rows = NAMES.map(() => make("tr"));
      const heads = ["kernel", "workers", "waves", "last\nwave", "filled\n%"];
      this.stage.append(this.chip(), table("Filled squares: the last wave", heads, this.rows));
      this.stage.lastChild.className = "wide";
    }

    // One square for each multiprocessor, filled if it has work while the last wave runs.
    chip() {
      const place = i => [SIDE * (i % COLUMNS), SIDE * Math.floor(i / COLUMNS)];
      this.squares = NAMES.map(() => Array.from({ length: SMS }, (_, i) => {
        const [x, y] = place(i);
        return svg("rect", { x: x + 1, y: y + 1, width: SIDE - 2, height: SIDE - 2 });
      }));
      const viewBox = `0 0 ${SIDE * COLUMNS} ${(SIDE * SMS) / COLUMNS}`;
      const chips = NAMES.map((name, k) => make("div", {},
        make("p", {}, name), svg("svg", { viewBox, "aria-hidden": "true" }, ...this.squares[k])));
      return make("div", { class: "chips" }, ...chips);
    }

    draw({ kernels }) {
      kernels.forEach(({ workers, waves, last, share }, k) => {
        this.squares[k].forEach((square, i) => fill(square, { class: i < last ? "blue" : "empty" }));
        const words = [grouped(workers), grouped(waves), String(last), number(100 * share, 1)];
        bar(line(this.rows[k], NAMES[k], words).at(-1), share);
      });
    }

    say({ kernels, shares, rule }) {
      const [first, second, , split] = kernels.map(({ share }) => `${number(100 * share)}%`);
      const found = shares === rule ? "as the released rule chooses" : `where the released rule chooses ${rule}`;
      return `FlashAttention fills ${first} of the places on ${SMS} multiprocessors, FlashAttention-2 ${second}. `
        + `With one query, ${times(shares, "share")} of the keys ${shares === 1 ? "fills" : "fill"} ${split}, ${found}.`;
    }
  }

  customElements.define("x-work-partition", WorkPartition);
}
