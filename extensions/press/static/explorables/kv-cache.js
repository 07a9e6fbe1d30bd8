/* How many texts fit on one card: bytes of keys and values, factor by factor.
   Data and oracle: minseek.accounting. */
{
  const { make, svg, fill, table, line, bar, number, grouped } = Explorable;

  const { models: MODELS, formats: FORMATS, card: CARD, gib: GIB } = Explorable.data("kv-cache");
  const START = { model: MODELS.findIndex(m => m.name === "DeepSeek-V3"), format: FORMATS.findIndex(f => f.name === "BF16") };
  const names = list => list.map(({ name }, i) => [i, name]);
  const users = n => `${grouped(2 ** n)} user${n ? "s" : ""}`;
  const MARKS = 64; // users that are told apart on the card

  class KVCache extends Explorable {
    static controls = {
      context: { label: "Context", min: 10, max: 20, start: 17, say: n => `${grouped(2 ** n)} tokens` },
      users: { label: "Batch", min: 0, max: 10, start: 0, say: users },
      format: { label: "Numbers", start: START.format, choices: names(FORMATS) },
      model: { label: "Model", start: START.model, choices: names(MODELS) },
    };

    static compute({ context, users, format, model }) {
      const size = FORMATS[format].bits / 8, tokens = 2 ** context, batch = 2 ** users;
      const all = MODELS.map(({ layers, numbers }) => {
        const token = layers * numbers * size, user = token * tokens;
        return { token, user, bytes: user * batch, gib: (user * batch) / GIB, fit: Math.floor(CARD.bytes / user) };
      });
      const { bytes } = all[model];
      return { size, tokens, batch, all, ...all[model], share: bytes / CARD.bytes, cards: Math.ceil(bytes / CARD.bytes) };
    }

    build() {
      this.factors = Array.from({ length: 9 }, () => make("tr"));
      this.models = MODELS.map((_, model) => {
        const row = make("tr");
        row.onclick = () => this.set({ model });
        return row;
      });
      this.stage.append(
        this.card(),
        table("", ["factor", "count"], this.factors),
        table("All at this context and batch", ["model", "GiB", "fit"], this.models),
      );
    }

    // The card as a frame, what the batch takes of it, and what does not fit.
    card() {
      [this.note, this.kept] = [make("p"), make("p")];
      [this.held, this.over] = ["cyan", "orange"].map(hue => svg("rect", { height: 1000, class: hue }));
      this.frame = svg("rect", { height: 1000, class: "chosen", "vector-effect": "non-scaling-stroke" });
      this.marks = svg("path", { class: "mark", "vector-effect": "non-scaling-stroke" });
      const drawing = svg("svg", { viewBox: "0 0 1000 1000", preserveAspectRatio: "none", "aria-hidden": "true" },
        this.held, this.over, this.marks, this.frame);
      return make("div", { class: "filled" }, this.note, drawing, this.kept);
    }

    draw(r, { model }) {
      const whole = Math.max(CARD.bytes, r.bytes), px = bytes => (1000 * bytes) / whole;
      fill(this.held, { width: px(Math.min(r.bytes, CARD.bytes)) });
      fill(this.over, { x: px(CARD.bytes), width: px(Math.max(0, r.bytes - CARD.bytes)) });
      fill(this.frame, { width: px(CARD.bytes) });
      const marks = r.batch > MARKS ? [] : Array.from({ length: r.batch - 1 }, (_, i) => `M${px((i + 1) * r.user)} 0v1000`);
      fill(this.marks, { d: marks.join("") });
      const cards = r.cards > 1 ? `, ${grouped(r.cards)} of it are needed` : "";
      this.note.textContent = `${CARD.name}, ${number(CARD.bytes / 1e9)} GB: ${number(100 * r.share, r.share < 0.1 ? 1 : 0)}%${cards}`;
      const { layers, numbers, what } = MODELS[model];
      this.kept.textContent = `A layer keeps ${what}.`;
      const factors = {
        "layers": layers, "× numbers a layer": numbers, "× bytes a number": r.size, "= bytes a token": r.token,
        "× tokens": r.tokens, "× users": r.batch, "= bytes": r.bytes,
      };
      Object.entries(factors).forEach(([name, count], i) => line(this.factors[i], name, [grouped(count)]));
      line(this.factors[7], "in GB", [grouped(number(r.bytes / 1e9, 2))]);
      line(this.factors[8], "in GiB", [grouped(number(r.gib, 2))]);
      this.models.forEach((row, i) => {
        const { gib, fit } = r.all[i];
        const [cell] = line(row, MODELS[i].name, [grouped(number(gib, 2)), grouped(fit)]);
        bar(cell, gib / Math.max(...r.all.map(other => other.gib)));
        row.className = i === model ? "now" : "";
      });
    }

    say(r, state) {
      const { name, context } = MODELS[state.model];
      const card = `An empty ${CARD.name} of ${number(CARD.bytes / 1e9)} GB`;
      const fit = r.fit ? `holds ${grouped(r.fit)} such user${r.fit > 1 ? "s" : ""}` : "holds not even one";
      const beyond = r.tokens > context ? ` Its limit is ${grouped(context)} tokens.` : "";
      const batch = `${users(state.users)} with ${grouped(r.tokens)} tokens`;
      return `${name}, ${batch}: ${grouped(number(r.gib, 2))} GiB. ${card} ${fit}.${beyond}`;
    }
  }

  customElements.define("x-kv-cache", KVCache);
}
