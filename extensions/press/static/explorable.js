/* What all explorables share: controls, the sentence, the address, the static twin.

   An explorable is a subclass, defined as <x-NAME> in explorables/NAME.js. It says:

     controls   in order, key -> { label, start } and one of
                  min, max, say(value, max)   a slider; max may be a function of the state;
                                              steps: true adds the buttons Back and Next
                  choices                     radio buttons, [value, word] each
     compute    state -> result: all the arithmetic and nothing else; the tests call it
     build      makes the marks inside this.stage, once
     draw       moves the marks
     say        the sentence below the controls: what is seen now; screen readers speak it

   The state is a whole number per control. It stands in the page's address, to be shared. Numbers
   that minseek alone can compute are in NAME.json, which the page holds: data(NAME) returns them. */

class Explorable extends HTMLElement {
  static make(tag, attributes = {}, ...children) {
    return Explorable.fill(document.createElement(tag), attributes, children);
  }

  static svg(tag, attributes = {}, ...children) {
    const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
    if (tag === "text") element.setAttribute("paint-order", "stroke"); // validators refuse it in CSS
    return Explorable.fill(element, attributes, children);
  }

  static fill(element, attributes, children = []) {
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  }

  static data(name) {
    return JSON.parse(document.getElementById(`x-${name}-data`).textContent);
  }

  // A table around rows that line() fills; a column without a name has an empty head.
  static table(caption, names, lines) {
    const { make } = Explorable;
    const heads = names.map(name => (name ? make("th", { scope: "col" }, name) : make("td")));
    const above = caption ? [make("caption", {}, caption)] : [];
    return make("table", {}, ...above, make("thead", {}, make("tr", {}, ...heads)), make("tbody", {}, ...lines));
  }

  // Fill a row with its name and its words, and return the cells of these.
  static line(row, name, words) {
    const { make } = Explorable, cells = words.map(word => make("td", {}, word));
    row.replaceChildren(make("th", { scope: "row" }, name), ...cells);
    return cells;
  }

  // A true minus, and none before zero.
  static number(value, digits = 0) {
    const text = value.toFixed(digits);
    return Number(text) === 0 ? text.replace("-", "") : text.replace("-", "−");
  }

  // Commas between thousands; decimals, if there are any, have none.
  static grouped(value) {
    const [whole, ...decimals] = String(value).split(".");
    return [whole.replace(/\B(?=(\d{3})+$)/g, ","), ...decimals].join(".");
  }

  // A number's cell gets a bar below the number, as wide as its share of the cell.
  static bar(cell, share) {
    cell.className = "share";
    cell.style.backgroundSize = `${100 * share}% 4px`;
  }

  connectedCallback() {
    if (this.stage) return; // moved within the page
    const { make } = Explorable, twin = [...this.childNodes];
    const controls = Object.entries(this.constructor.controls);
    this.start = Object.fromEntries(controls.map(([key, c]) => [key, c.start]));
    this.state = this.start;
    this.show = {}; // key -> the function that moves its control
    this.stage = make("div", { class: "stage" });
    this.seen = make("p", { class: "seen", "aria-hidden": "true" });
    this.spoken = make("p", { class: "spoken", role: "status" });
    this.replaceChildren(
      make("div", { class: "controls" },
        ...controls.map(([key, c]) => (c.choices ? this.radios(key, c) : this.slider(key, c))),
        this.button("Start again", () => this.start)),
      this.seen, this.spoken, this.stage,
      make("details", { class: "twin" }, make("summary", {}, "As printed"), ...twin),
    );
    this.build();
    this.set(this.fromAddress());
    this.speak();
  }

  button(name, change) {
    const button = Explorable.make("button", { type: "button" }, name);
    button.onclick = () => this.set(change());
    return button;
  }

  slider(key, c) {
    this.show[key] = () => {};
    if (c.carried) return ""; // no control moves it, but the address carries it
    const { make } = Explorable, id = `${this.localName}-${key}`;
    const input = make("input", { type: "range", id, min: c.min });
    const words = make("span", { class: "value", "aria-hidden": "true" });
    const step = by => () => ({ [key]: this.state[key] + by });
    const [back, next] = c.steps ? [this.button("Back", step(-1)), this.button("Next", step(1))] : [];
    input.oninput = () => this.set({ [key]: input.valueAsNumber });
    this.show[key] = (value, most) => {
      input.max = most;
      input.value = value;
      words.textContent = c.say(value, most);
      input.setAttribute("aria-valuetext", words.textContent);
      back?.setAttribute("aria-disabled", value <= c.min); // a disabled button would lose the focus
      next?.setAttribute("aria-disabled", value >= most);
    };
    const track = make("div", { class: "track" }, ...[back, input, next].filter(Boolean));
    return make("div", { class: "slider" }, make("label", { for: id }, c.label), " ", words, track);
  }

  radios(key, c) {
    const { make } = Explorable;
    const name = `${this.localName}-${key}`;
    const inputs = c.choices.map(([value]) => make("input", { type: "radio", name, value }));
    for (const input of inputs) input.onchange = () => this.set({ [key]: Number(input.value) });
    this.show[key] = value => {
      for (const input of inputs) input.checked = Number(input.value) === value;
    };
    const labels = inputs.map((input, i) => make("label", {}, input, c.choices[i][1]));
    return make("fieldset", {}, make("legend", {}, c.label), ...labels);
  }

  // What cannot be taken, from an address perhaps, changes nothing.
  set(change) {
    const state = { ...this.state }, { controls, compute } = this.constructor;
    for (const [key, c] of Object.entries(controls)) {
      const most = typeof c.max === "function" ? c.max(state) : c.max;
      const wanted = Number.isFinite(change[key]) ? Math.round(change[key]) : state[key];
      if (!c.choices) state[key] = Math.min(most, Math.max(c.min, wanted));
      else if (c.choices.some(([value]) => value === wanted)) state[key] = wanted;
      this.show[key](state[key], most);
    }
    this.state = state;
    const result = compute(state);
    this.draw(result, state);
    this.seen.textContent = this.say(result, state);
    clearTimeout(this.wait); // neither ear nor address follows each step of a drag
    this.wait = setTimeout(() => {
      this.speak();
      this.toAddress();
    }, 250);
  }

  speak() {
    this.spoken.textContent = this.seen.textContent;
  }

  get key() {
    return this.localName.slice("x-".length);
  }

  fromAddress() {
    const saved = new URL(location).searchParams.get(this.key) ?? "";
    const parts = saved.matchAll(/([a-z]+)\.(-?\d+)/g);
    return Object.fromEntries([...parts].map(([, key, value]) => [key, Number(value)]));
  }

  // The page's address with this state in it.
  address() {
    const url = new URL(location), parts = Object.entries(this.state);
    if (parts.every(([key, value]) => value === this.start[key])) url.searchParams.delete(this.key);
    else url.searchParams.set(this.key, parts.map(part => part.join(".")).join("_"));
    return url;
  }

  toAddress() {
    const url = this.address();
    if (url.href !== location.href) history.replaceState(history.state, "", url);
  }
}
