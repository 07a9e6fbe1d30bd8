/* How many texts fit on a card: bytes of keys and values, factor by factor, for a model of the
   reference pages or a config.json that is pasted, read here and sent nowhere.
   Data and oracle: minseek.accounting. */
// uses model-file.js
{
  const { make, svg, fill, table, line, bar, number, grouped } = Explorable;

  const { models: MODELS, formats: FORMATS, cards: CARDS, gib: GIB } = Explorable.data("kv-cache");
  const OWN = MODELS.length; // the choice after all published models
  const { at, names } = ModelMachine;
  const users = n => `${grouped(2 ** n)} user${n ? "s" : ""}`;
  const memory = ({ bytes }) => `${number(bytes / 1e9)} GB`;
  const MARKS = 64; // users that are told apart on the card
  const FACTORS = [
    "layers", "× numbers a layer", "of those on a card", "× bytes a number", "= bytes a token, on a card",
    "× tokens kept", "× users", "= bytes on a card", "in GB", "in GiB",
  ];

  class KVCache extends ModelMachine {
    static controls = {
      context: { label: "Context", min: 10, max: 20, start: 17, say: n => `${grouped(2 ** n)} tokens` },
      users: { label: "Batch", min: 0, max: 10, start: 0, say: users },
      format: { label: "Numbers", start: at(FORMATS, "BF16"), choices: names(FORMATS) },
      cards: { label: "Cards that share the heads", start: 1, choices: [1, 2, 4, 8].map(n => [n, n]) },
      card: { label: "Card", start: at(CARDS, "H100"), choices: CARDS.map((card, i) => [i, `${card.name}, ${memory(card)}`]) },
      ...ModelMachine.model(MODELS),
    };

    static read = ModelFile.read;

    static compute({ context, users, format, cards, card, model, ...own }) {
      const size = FORMATS[format].bits / 8, tokens = 2 ** context, batch = 2 ** users, room = CARDS[card].bytes;
      const all = [...MODELS, own].map(({ layers, heads, width, window }) => {
        const each = Math.ceil(heads / cards), numbers = heads ? 2 * heads * width : width;
        const here = heads ? 2 * each * width : width, kept = window ? Math.min(tokens, window) : tokens;
        const token = layers * here * size, user = token * kept;
        return { each, numbers, here, kept, token, user, bytes: user * batch, gib: (user * batch) / GIB, fit: Math.floor(room / user) };
      });
      const { bytes } = all[model];
      return { size, tokens, batch, all, ...all[model], share: bytes / room, times: Math.ceil(bytes / room) };
    }

    build() {
      this.factors = FACTORS.map(() => make("tr"));
      this.models = this.choices(MODELS);
      this.stage.append(
        this.card(),
        table("", ["factor", "count"], this.factors),
        table("All at this setting", ["model", "GiB", "fit"], this.models),
        this.paste(),
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
      return make("div", { class: "filled" }, this.note, drawing, this.kept, ...this.sum());
    }

    paste() {
      return ModelFile.form(this.localName, state => {
        this.set({ ...state, model: OWN });
        return `${this.shape(state)}, ${grouped(state.layers)} layers`;
      });
    }

    shape({ heads, width, what }) {
      if (heads) return `keys and values of ${heads} head${heads > 1 ? "s" : ""} of ${width}`;
      return what || `${grouped(width)} numbers for all heads`;
    }

    draw(r, state) {
      const card = CARDS[state.card], { model } = state;
      const whole = Math.max(card.bytes, r.bytes), px = bytes => (1000 * bytes) / whole;
      fill(this.held, { width: px(Math.min(r.bytes, card.bytes)) });
      fill(this.over, { x: px(card.bytes), width: px(Math.max(0, r.bytes - card.bytes)) });
      fill(this.frame, { width: px(card.bytes) });
      const marks = r.batch > MARKS ? [] : Array.from({ length: r.batch - 1 }, (_, i) => `M${px((i + 1) * r.user)} 0v1000`);
      fill(this.marks, { d: marks.join("") });
      const over = r.times > 1 ? `, ${grouped(r.times)} times its room` : "";
      this.note.textContent = `${card.name}, ${memory(card)}: ${number(100 * r.share, r.share < 0.1 ? 1 : 0)}%${over}`;
      const { layers, heads, width, ...rest } = MODELS[model] ?? state;
      this.kept.textContent = `A layer keeps ${this.shape({ heads, width, ...rest })}.`;
      const numbers = heads ? `2 × ${r.each} × ${width}` : grouped(Number(width.toFixed(1)));
      const parts = [numbers, layers, r.size, grouped(r.kept), grouped(r.batch)];
      this.formula.textContent = `${parts.join(" × ")} = ${grouped(Math.round(r.bytes))} bytes`;
      this.renew();
      const round = value => grouped(Number(value.toFixed(1)));
      const counts = [
        layers, round(r.numbers), round(r.here), r.size, round(r.token), grouped(r.kept), grouped(r.batch),
        grouped(Math.round(r.bytes)), grouped(number(r.bytes / 1e9, 2)), grouped(number(r.gib, 2)),
      ];
      this.factors.forEach((row, i) => line(row, FACTORS[i], [String(counts[i])]));
      this.models.forEach((row, i) => {
        const { gib, fit } = r.all[i];
        const [cell] = line(row, MODELS[i].name, [grouped(number(gib, 2)), grouped(fit)]);
        bar(cell, gib / Math.max(...r.all.map(other => other.gib)));
      });
    }

    say(r, state) {
      const { name, context } = MODELS[state.model] ?? { name: "Your model" };
      const one = state.cards === 1, card = CARDS[state.card], many = one ? "An empty" : `${state.cards} empty`;
      const fit = r.fit ? `${grouped(r.fit)} such user${r.fit > 1 ? "s" : ""}` : "not even one";
      const beyond = r.tokens > context ? ` Its limit is ${grouped(context)} tokens.` : "";
      const each = one ? "" : " on each card";
      return `${name}, ${users(state.users)} with ${grouped(r.tokens)} tokens: ${grouped(number(r.gib, 2))} GiB${each}. ${many} ${card.name} of ${memory(card)} ${one ? "holds" : "hold"} ${fit}.${beyond}`;
    }
  }

  customElements.define("x-kv-cache", KVCache);
}
