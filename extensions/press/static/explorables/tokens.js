/* Byte-pair encoding, merge by merge: the vocabulary of "From Text to Tokens and Back".
   Oracle: minseek.tokens; a test compares the merges, too. */
{
  const { make, svg, fill, number } = Explorable;

  // What train(load(), 512) learns.
  const MERGES = [
    [32,32], [32,116], [104,101], [32,97], [105,110], [32,111], [257,258], [114,101], [101,114],
    [32,115], [32,119], [10,256], [105,115], [111,110], [97,116], [105,116], [261,102], [101,110],
    [110,100], [32,98], [101,100], [111,114], [101,115], [267,32], [32,104], [32,110], [32,112],
    [32,99], [111,117], [32,102], [32,109], [260,103], [97,110], [97,114], [257,111], [32,100],
    [97,108], [32,260], [259,274], [257,104], [108,101], [105,99], [97,115], [32,65], [111,109],
    [32,84], [273,116], [105,269], [108,121], [108,108], [32,108], [256,32], [256,307], [267,308],
    [32,101], [111,116], [32,103], [275,101], [105,109], [32,268], [97,100], [111,119], [115,116],
    [117,116], [97,99], [266,104], [115,101], [118,101], [32,73], [301,258], [295,270], [105,103],
    [32,263], [32,258], [32,271], [271,104], [114,111], [105,100], [259,110], [105,114], [99,101],
    [32,117], [32,34], [117,114], [101,116], [118,264], [259,115], [99,116], [108,100], [97,121],
    [261,110], [280,268], [285,277], [32,83], [275,121], [105,108], [97,109], [266,331], [97,98],
    [114,105], [111,100], [32,121], [39,115], [32,72], [104,116], [10,279], [97,274], [117,108],
    [258,114], [268,116], [278,116], [291,101], [45,45], [32,368], [32,87], [265,116], [116,104],
    [97,260], [111,108], [99,104], [264,115], [284,115], [105,102], [112,101], [117,109], [281,311],
    [266,101], [357,284], [278,115], [283,269], [270,303], [266,298], [32,118], [321,111], [32,107],
    [271,121], [32,66], [116,264], [280,97], [117,115], [297,104], [114,300], [101,109], [32,114],
    [97,103], [32,79], [263,100], [32,77], [105,305], [32,67], [270,101], [261,114], [265,117],
    [32,80], [327,360], [111,115], [97,107], [310,120], [266,277], [321,396], [112,112], [113,117],
    [259,116], [286,288], [111,263], [99,105], [259,263], [285,397], [117,110], [292,108],
    [117,263], [288,116], [346,101], [32,70], [259,100], [265,101], [354,296], [105,118], [32,71],
    [265,104], [265,111], [32,68], [46,34], [116,258], [337,110], [259,305], [269,103], [275,319],
    [283,300], [298,116], [105,101], [101,108], [324,110], [111,112], [284,103], [282,332],
    [299,274], [394,323], [105,278], [280,314], [266,258], [301,104], [273,100], [105,98],
    [281,101], [32,296], [289,100], [102,102], [281,111], [263,115], [263,270], [284,344], [97,112],
    [110,101], [260,100], [283,104], [117,318], [265,97], [117,100], [300,101], [289,116],
    [105,323], [99,99], [112,108], [317,110], [111,318], [262,121], [262,335], [273,336], [280,298],
    [301,111], [320,101], [116,111], [291,268], [105,377], [260,101], [277,116], [109,302],
    [111,356], [259,98], [284,116], [32,69], [111,103], [299,110], [44,34], [268,104], [286,101],
    [79,78], [280,316], [103,101], [101,343], [284,114], [32,314], [82,69], [269,101], [359,101]
  ];
  const BYTES = 256;
  const TEXTS = [["the", " end", " of", " it"], ["cat", " sat", " and", " it"], ["die", " Kuh", " und", " er"]];
  const ENCODER = new TextEncoder(), DECODER = new TextDecoder();

  const SPELLED = Array.from({ length: BYTES }, (_, byte) => [byte]);
  for (const [left, right] of MERGES) SPELLED.push([...SPELLED[left], ...SPELLED[right]]);

  const visible = text => text.replaceAll(" ", "_").replaceAll("\n", "\\n");
  const spelled = token => visible(DECODER.decode(Uint8Array.from(SPELLED[token])));
  const bytes = text => text.map(word => [...ENCODER.encode(word)]);
  const count = words => words.reduce((sum, tokens) => sum + tokens.length, 0);

  function merge(tokens, made) {
    const [left, right] = MERGES[made - BYTES], out = [];
    for (const token of tokens) {
      if (token === right && out.at(-1) === left) out[out.length - 1] = made;
      else out.push(token);
    }
    return out;
  }

  // The words of a text after 0, 1, … merges.
  function history(text) {
    const steps = [bytes(text)];
    MERGES.forEach((_, i) => steps.push(steps[i].map(tokens => merge(tokens, BYTES + i))));
    return steps;
  }

  const HISTORY = TEXTS.map(history);
  const [WIDTH, HEIGHT, LEFT, TOP, BOTTOM] = [250, 150, 26, 26, 122];
  const MOST = Math.max(...TEXTS.map(text => count(bytes(text))));
  const place = (merges, tokens) => [
    LEFT + (merges / MERGES.length) * (WIDTH - LEFT - 12),
    BOTTOM - (tokens / MOST) * (BOTTOM - TOP),
  ];

  class Tokens extends Explorable {
    static controls = {
      merges: {
        label: "Merges", min: 0, max: MERGES.length, start: MERGES.length, steps: true,
        say: n => `${n} of ${MERGES.length}`,
      },
      text: { label: "Text", start: 1, choices: TEXTS.map((text, i) => [i, text.join("")]) },
    };

    static compute({ merges, text }) {
      const words = HISTORY[text][merges], newest = merges ? BYTES + merges - 1 : null;
      const halves = merges ? MERGES[merges - 1] : [];
      const characters = TEXTS[text].join("").length;
      const fresh = merges > 0 && count(words) < count(HISTORY[text][merges - 1]);
      return { words, halves, newest, count: count(words), ratio: characters / count(words), fresh };
    }

    build() {
      const heads = ["word", "tokens", "numbers"].map(word => make("th", { scope: "col" }, word));
      const body = make("tbody");
      this.rows = [...TEXTS[0], "together", "newest merge"].map(() => {
        const cells = [make("th", { scope: "row" }), make("td"), make("td")];
        body.append(make("tr", {}, ...cells));
        return cells;
      });
      this.stage.append(make("table", {}, make("thead", {}, make("tr", {}, ...heads)), body), this.curve());
    }

    // How many tokens the text has after each merge, and where we are.
    curve() {
      const name = (x, y, words) => svg("text", { x, y, class: "axis" }, words);
      this.line = svg("path", { class: "steps", fill: "none" });
      this.dot = svg("circle", { r: 5 });
      const here = svg("g", { class: "output" }, this.dot);
      const axes = svg("path", { d: `M${LEFT} ${TOP}V${BOTTOM}H${WIDTH - 12}`, class: "axis", fill: "none" });
      return svg("svg", { width: WIDTH, height: HEIGHT, "aria-hidden": "true" },
        name(0, 14, "tokens"), name(LEFT, BOTTOM + 18, "0"), name(WIDTH - 34, BOTTOM + 18, MERGES.length),
        name(100, BOTTOM + 18, "merges"), name(4, TOP + 5, MOST), axes, this.line, here);
    }

    draw(r, { merges, text }) {
      const rows = r.words.map((tokens, i) => [
        visible(TEXTS[text][i]), tokens.map(spelled).join(" "), tokens.join(" "),
      ]);
      rows.push(["together", `${r.count} tokens`, `${number(r.ratio, 2)} per token`]);
      rows.push(["newest merge", r.halves.map(spelled).join(" + ") || "none", r.newest ?? "–"]);
      rows.forEach((words, i) => words.forEach((word, j) => { this.rows[i][j].textContent = word; }));
      const points = HISTORY[text].map((words, n) => place(n, count(words)));
      fill(this.line, { d: points.map(([x, y], n) => (n ? `H${x}V${y}` : `M${x} ${y}`)).join("") });
      const [cx, cy] = place(merges, r.count);
      fill(this.dot, { cx, cy });
    }

    say(r, { merges, text }) {
      const words = `“${TEXTS[text].join("")}”`;
      if (merges === 0) return `No merge yet: ${words} is its ${r.count} bytes.`;
      const made = `The newest, “${spelled(r.newest)}”, ${r.fresh ? "shortened it" : "is not in it"}.`;
      return `After merge ${merges}, ${words} has ${r.count} tokens. ${made}`;
    }
  }

  customElements.define("x-tokens", Tokens);
}
