/* How many sequences some cards hold beside a model's weights: every number of the sum is shown, and
   the address carries the setting. Data and oracle: minseek.accounting, Plan. */
// uses model-file.js
{
  const { make, svg, fill, table, line, bar, number, grouped } = Explorable;

  const { models: MODELS, formats: FORMATS, weights: WEIGHTS, cards: CARDS } = Explorable.data("capacity-planner");
  const OWN = MODELS.length; // the choice after all published models
  const { at, names } = ModelMachine;
  const gb = bytes => grouped(number(bytes / 1e9, 1));
  const whole = value => grouped(Number(value.toFixed(2)));
  const COUNTS = [1, 2, 4, 8, 16, 32, 64, 128];
  const WAYS = ["data-parallel", "tensor-parallel"];
  const TENSOR = 1;
  const FACTORS = [
    "memory of a card, GB", "− reserve, GB", "− weights on it, GB", "= room for the cache, GB", "bytes a token, on a card",
    "× tokens (and windows) = GB", "sequences in the room", "× cards that have their own", "= sequences",
  ];

  class CapacityPlanner extends ModelMachine {
    static controls = {
      context: { label: "Each sequence", min: 10, max: 20, start: 15, say: n => `${grouped(2 ** n)} tokens` },
      reserve: { label: "Set aside on each card", min: 0, max: 50, start: 10, say: n => `${n}% of its memory` },
      weights: { label: "Weights", start: at(WEIGHTS, "FP8"), choices: names(WEIGHTS) },
      format: { label: "Cache", start: at(FORMATS, "BF16"), choices: names(FORMATS) },
      way: { label: "Attention", start: 0, choices: WAYS.map((way, i) => [i, way]) },
      cards: { label: "Cards", start: 8, choices: COUNTS.map(n => [n, n]) },
      card: { label: "Card", start: at(CARDS, "H200"), choices: CARDS.map((card, i) => [i, `${card.name}, ${number(card.bytes / 1e9)} GB`]) },
      ...ModelMachine.model(MODELS),
      rope: { carried: true, min: 0, max: 9999, start: 0 },
      index: { carried: true, min: 0, max: 9999, start: 0 },
      billions: { carried: true, min: 1, max: 9999, start: 8 },
    };

    // Bytes that a card keeps of a token, with the key heads shared among so many cards.
    static token({ layers, heads, width, rope, index, entries }, format, cards) {
      if (entries) return entries[format];
      const { bits } = FORMATS[format];
      if (heads) return (layers * 2 * Math.ceil(heads / cards) * width * (bits ?? 8)) / 8;
      if (bits) return (layers * width * bits) / 8;
      const latent = width - rope - index;
      return layers * (latent + 4 * Math.ceil(latent / 128) + 2 * rope + (index && index + 4));
    }

    static compute({ context, reserve, format, weights, way, cards, card, model, billions, ...own }) {
      const tokens = 2 ** context, memory = CARDS[card].bytes, usable = memory * (1 - reserve / 100);
      const shared = way === TENSOR, size = WEIGHTS[weights].bits / 8, owners = shared ? 1 : cards;
      const all = [...MODELS, { ...own, copied: 0, divided: billions * 1e9 }].map(one => {
        const loaded = (shared ? (one.copied + one.divided) / cards : one.copied + one.divided / cards) * size;
        const token = CapacityPlanner.token(one, format, shared ? cards : 1), room = Math.max(0, usable - loaded);
        const kept = one.window && !one.entries ? Math.min(tokens, one.window) : tokens;
        const windows = one.entries ? (one.windows[format] * Math.min(tokens, one.window)) / one.window : 0;
        const sequence = token * kept + windows, each = Math.floor(room / sequence);
        return { loaded, room, token, sequence, each, fit: owners * each };
      });
      return { memory, usable, tokens, owners, all, ...all[model] };
    }

    build() {
      this.factors = FACTORS.map(() => make("tr"));
      this.models = this.choices(MODELS);
      this.stage.append(
        this.card(),
        table("", ["on each card", "count"], this.factors),
        table("All at this setting", ["model", "weights, GB", "sequences"], this.models),
        this.paste(),
      );
    }

    // The card as a frame: weights, the cache that fits, and weights that do not.
    card() {
      this.note = make("p");
      [this.loaded, this.held, this.over] = ["grey", "cyan", "orange"].map(hue => svg("rect", { height: 1000, class: hue }));
      this.frame = svg("rect", { height: 1000, class: "chosen", "vector-effect": "non-scaling-stroke" });
      const drawing = svg("svg", { viewBox: "0 0 1000 1000", preserveAspectRatio: "none", "aria-hidden": "true" },
        this.loaded, this.held, this.over, this.frame);
      return make("div", { class: "filled" }, this.note, drawing, ...this.sum());
    }

    paste() {
      const id = `${this.localName}-billions`;
      const input = make("input", { id, type: "number", min: 1, max: 9999, value: 8, tabindex: 0 });
      const asked = make("p", {}, make("label", { for: id }, "Its weights, in billions "), input);
      return ModelFile.form(this.localName, state => {
        this.set({ rope: 0, index: 0, ...state, billions: input.valueAsNumber, model: OWN });
        return `${grouped(state.layers)} layers, ${state.billions ?? this.state.billions} billion weights, all divided among the cards`;
      }, asked);
    }

    draw(r, state) {
      const card = CARDS[state.card], most = Math.max(r.memory, r.loaded), px = bytes => (1000 * bytes) / most;
      fill(this.loaded, { width: px(Math.min(r.loaded, r.memory)) });
      fill(this.held, { x: px(r.loaded), width: px(r.each * r.sequence) });
      fill(this.over, { x: px(r.memory), width: px(Math.max(0, r.loaded - r.memory)) });
      fill(this.frame, { width: px(r.memory) });
      this.note.textContent = `One ${card.name} of ${gb(r.memory)} GB: weights ${gb(r.loaded)} GB, cache ${gb(r.each * r.sequence)} GB`;
      const room = `(${gb(r.memory)} × ${number(1 - state.reserve / 100, 2)} − ${gb(r.loaded)})`;
      this.formula.textContent = `${r.owners} × ⌊${room} GB ÷ (${grouped(r.tokens)} × ${whole(r.token)} bytes)⌋ = ${r.owners} × ${grouped(r.each)} = ${grouped(r.fit)}`;
      this.renew();
      const counts = [
        gb(r.memory), gb(r.memory - r.usable), gb(r.loaded), gb(r.room), whole(r.token),
        grouped(number(r.sequence / 1e9, 2)), grouped(r.each), r.owners, grouped(r.fit),
      ];
      this.factors.forEach((row, i) => line(row, FACTORS[i], [String(counts[i])]));
      const top = Math.max(1, ...r.all.map(other => other.fit));
      this.models.forEach((row, i) => {
        const { loaded, fit } = r.all[i];
        const [, cell] = line(row, MODELS[i].name, [gb(loaded), grouped(fit)]);
        bar(cell, fit / top);
      });
    }

    say(r, state) {
      const { name, context } = MODELS[state.model] ?? { name: "Your model" }, card = CARDS[state.card].name;
      const on = `${name} on ${state.cards} ${card}, attention ${WAYS[state.way]}`;
      if (!r.room) return `${on}: the weights take ${gb(r.loaded)} GB of each card and leave no room for a cache.`;
      const beyond = r.tokens > context ? ` Its limit is ${grouped(context)} tokens.` : "";
      const fit = r.fit ? `${grouped(r.fit)} sequence${r.fit > 1 ? "s" : ""}` : "not even one sequence";
      return `${on}: ${fit} of ${grouped(r.tokens)} tokens, each ${grouped(number(r.sequence / 1e9, 2))} GB on a card.${beyond}`;
    }
  }

  customElements.define("x-capacity-planner", CapacityPlanner);
}
