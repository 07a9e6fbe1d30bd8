/* What a latent of r numbers leaves out of keys and values, in the small decoder of the book.
   Data and oracle: the stored result latent-rank. */
{
  const { make, svg, fill, table, line, bar, number } = Explorable;

  const { numbers: NUMBERS, kinds: KINDS } = Explorable.data("latent-rank");
  const MOST = KINDS[0].layers[0].length - 1; // the width of a token
  const LITTLE = 0.01;
  const HUES = ["grey", "orange", "purple"];
  const [WIDTH, HEIGHT, LEFT, TOP, BOTTOM] = [250, 170, 34, 26, 142];

  const percent = share => `${number(100 * share, 1)}%`;
  const place = (r, share) => [LEFT + (r / MOST) * (WIDTH - LEFT - 10), TOP + (1 - share) * (BOTTOM - TOP)];

  class LatentRank extends Explorable {
    static controls = {
      rank: { label: "Numbers in the latent", min: 0, max: MOST, start: 16, say: r => `${r} of ${NUMBERS}` },
      layer: { label: "Layer", start: 1, choices: KINDS[0].layers.map((_, i) => [i, ["first", "second"][i]]) },
    };

    static compute({ rank, layer }) {
      const curves = KINDS.map(({ layers }) => layers[layer]);
      return {
        lost: curves.map(curve => curve[rank]),
        enough: curves.map(curve => curve.findIndex(share => share < LITTLE)),
        cache: rank / NUMBERS,
      };
    }

    build() {
      this.rows = KINDS.map(() => make("tr"));
      this.cache = make("tr");
      this.stage.append(
        this.chart(),
        table("", ["keys and values", "left out", "< 1% from"], this.rows),
        table("", ["", "numbers", "of all"], [this.cache]),
      );
    }

    // One curve for each kind, and the rank as a line across them.
    chart() {
      const word = (x, y, words) => svg("text", { x, y, class: "axis" }, words);
      this.curves = HUES.map(hue => svg("path", { fill: "none", "stroke-width": 2, style: `stroke: var(--mark-${hue})` }));
      this.cursor = svg("path", { class: "axis" });
      this.dots = HUES.map(hue => svg("circle", { r: 4, class: hue }));
      return svg("svg", { width: WIDTH, height: HEIGHT, "aria-hidden": "true" },
        word(0, 14, "share left out"), word(0, TOP + 8, "100%"), word(14, BOTTOM, "0%"),
        word(LEFT, BOTTOM + 18, "0"), word(100, BOTTOM + 18, "numbers"), word(WIDTH - 34, BOTTOM + 18, MOST),
        svg("path", { d: `M${LEFT} ${TOP}V${BOTTOM}H${WIDTH - 10}`, class: "axis", fill: "none" }),
        ...this.curves, this.cursor, ...this.dots);
    }

    draw(r, { rank, layer }) {
      KINDS.forEach(({ name, layers }, i) => {
        const points = layers[layer].map((share, at) => place(at, share).map(x => x.toFixed(1)));
        fill(this.curves[i], { d: `M${points.join("L")}` });
        const [cx, cy] = place(rank, r.lost[i]);
        fill(this.dots[i], { cx, cy });
        const [cell] = line(this.rows[i], name, [percent(r.lost[i]), number(r.enough[i])]);
        this.rows[i].firstChild.prepend(make("span", { class: `swatch ${HUES[i]}` }));
        bar(cell, r.lost[i]);
      });
      const [x] = place(rank, 0);
      fill(this.cursor, { d: `M${x} ${TOP}V${BOTTOM}` });
      line(this.cache, "cache", [number(rank), percent(r.cache)]);
    }

    say(r, { rank, layer }) {
      const [random, trained, text] = r.lost.map(percent);
      return `${rank} numbers, ${["first", "second"][layer]} layer: random weights lose ${random} of the squares, `
        + `trained ones ${trained}, what they make of text ${text}.`;
    }
  }

  customElements.define("x-latent-rank", LatentRank);
}
