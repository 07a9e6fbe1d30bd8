/* Machines that count for one of many models: published ones, or what a layer keeps of a token by a
   config.json that somebody pastes. It is read in the page and sent nowhere. For explorables that say
   "uses model-file.js". */

class ModelMachine extends Explorable {
  static at = (list, name) => list.findIndex(one => one.name === name);
  static names = list => list.map(({ name }, i) => [i, name]);

  // Which model, and the numbers of a pasted one.
  static model(models) {
    const { at, names } = ModelMachine;
    return {
      model: { label: "Model", start: at(models, "DeepSeek-V3"), choices: [...names(models), [models.length, "pasted"]] },
      layers: { carried: true, min: 1, max: 999, start: 32 },
      heads: { carried: true, min: 0, max: 999, start: 8 },
      width: { carried: true, min: 1, max: 9999, start: 128 },
      window: { carried: true, min: 0, max: 900000, start: 0 },
    };
  }

  // A row of a table for each model, which chooses it.
  choices(models) {
    return models.map((_, model) => {
      const row = Explorable.make("tr");
      row.onclick = () => this.set({ model });
      return row;
    });
  }

  // A place for the sum with its numbers filled in, and a link that carries the setting.
  sum() {
    const { make } = Explorable;
    this.formula = make("p", { class: "formula" });
    this.link = make("a", { class: "reference", tabindex: 0 }, "A link to this setting");
    return [this.formula, make("p", {}, this.link)];
  }

  // What every setting does to the link and the rows.
  renew() {
    this.link.href = Object.assign(this.address(), { hash: this.localName });
    this.models.forEach((row, i) => { row.className = i === this.state.model ? "now" : ""; });
  }
}

class ModelFile {
  // Settings by which files say that their layers are not all alike.
  static MIXED = ["attn_layer_period", "full_attention_interval", "sliding_window_pattern"];

  // What the file says, as { state }, or what is wrong with it, as { problem }.
  static read(text) {
    let hf = null;
    try {
      hf = JSON.parse(text);
    } catch {
      // said below
    }
    if (!ModelFile.is(hf)) return { problem: "This cannot be read as a config.json; please paste the whole file, from { to }, and nothing else." };
    return new ModelFile(hf).read();
  }

  // A field to paste into; take(state) uses what was read and returns it in words.
  static form(name, take, ...more) {
    const { make } = Explorable, id = `${name}-paste`, told = make("p", { role: "status", class: "told" });
    const text = make("textarea", { id, rows: 4, tabindex: 0, spellcheck: "false" });
    const button = make("button", { type: "button" }, "Count this model");
    button.onclick = () => {
      const { state, problem } = ModelFile.read(text.value);
      told.textContent = problem ?? `Read: ${take(state)}.`;
    };
    return make("div", { class: "paste" }, make("label", { for: id }, "Another model: paste its config.json, which stays in this page"), text, ...more, button, told);
  }

  constructor(hf) {
    this.hf = ModelFile.is(hf.text_config) ? hf.text_config : hf; // models that also see keep their decoder there
    this.problem = "";
  }

  static is(value) {
    return value?.constructor === Object;
  }

  size(state, key, value, most) {
    if (!Number.isInteger(value) || value < 1 || value > most) {
      const found = value === undefined || Number.isNaN(value) ? "is not there" : `is ${JSON.stringify(value)}`;
      this.problem ||= `${key} ${found}; it has to be a whole number from 1 to ${Explorable.grouped(most)}.`;
    }
    return { [state]: value };
  }

  latent() {
    const { hf } = this, rope = hf.qk_rope_head_dim, width = hf.kv_lora_rank + rope;
    const index = "index_topk" in hf ? hf.index_head_dim : 0;
    return { heads: 0, ...this.size("width", "kv_lora_rank + qk_rope_head_dim", width + index, 9999), window: 0, rope, index };
  }

  grouped() {
    const { hf } = this, heads = hf.num_key_value_heads ?? hf.num_attention_heads;
    const windowed = hf.use_sliding_window ?? hf.model_type !== "qwen2";
    return {
      ...this.size("heads", "num_key_value_heads", heads, 999),
      ...this.size("width", "head_dim", hf.head_dim ?? hf.hidden_size / hf.num_attention_heads, 9999),
      window: windowed && hf.sliding_window ? this.size("window", "sliding_window", hf.sliding_window, 900000).window : 0,
    };
  }

  mixed() {
    const { hf } = this;
    if (Array.isArray(hf.layer_types) && new Set(hf.layer_types).size > 1) return "layer_types";
    if (hf.cache_implementation === "hybrid") return "cache_implementation";
    return ModelFile.MIXED.find(key => hf[key] > 1);
  }

  read() {
    const { hf } = this;
    if ("compress_ratios" in hf) return { problem: "Its layers keep one entry for several tokens; choose V4 from the list instead." };
    const mixed = this.mixed();
    if (mixed) return { problem: `Its layers keep different things (${mixed}), and this machine multiplies one kind.` };
    if (hf.multi_query) return { problem: "It counts key heads by multi_query; please replace that by num_key_value_heads, with the right number." };
    const layers = this.size("layers", "num_hidden_layers", hf.num_hidden_layers, 999);
    const state = { ...layers, ...("kv_lora_rank" in hf ? this.latent() : this.grouped()) };
    return this.problem ? { problem: this.problem } : { state };
  }
}
