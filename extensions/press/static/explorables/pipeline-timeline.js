/* Two warpgroups of FlashAttention-3 on one multiprocessor of an H100, unit by unit, cycle by cycle.
   Data and oracle: minseek.flash.pipeline. */
{
  const { make, svg, fill, table, line, bar, number, grouped } = Explorable;

  const { blocks: BLOCKS, schedules: SCHEDULES, rates: RATES, runs: RUNS } = Explorable.data("pipeline-timeline");
  const UNITS = ["loads", "tensor cores", "softmax"];
  const STEP = 128; // cycles
  const HUES = { TMA: "cyan", WG0: "blue", WG1: "orange" };
  const RUN = SCHEDULES.length - 1, RATE = RATES.findIndex(rate => rate.includes("(H100)"));

  const end = spans => Math.max(...spans.map(([, , , , last]) => last));
  const steps = ({ schedule, rate }) => Math.ceil(end(RUNS[schedule][rate]) / STEP);
  const names = list => list.map((name, i) => [i, name]);
  const whole = cycles => grouped(number(cycles));
  const percent = share => `${number(100 * share)}%`;

  // What a unit does, in words: "warpgroup 1: Q Kᵀ of block 3".
  function words([unit, actor, label]) {
    const what = [{ K: "keys", V: "values" }, { K: "Q Kᵀ", V: "P V" }, { P: "softmax" }][unit][label[0]];
    const block = `${what} of block ${Number(label.slice(1)) + 1}`;
    return actor === "TMA" ? block : `warpgroup ${Number(actor.at(-1)) + 1}: ${block}`;
  }

  class PipelineTimeline extends Explorable {
    static controls = {
      schedule: { label: "Overlap", start: RUN, choices: names(SCHEDULES) },
      rate: { label: "FLOPs of the tensor cores in a cycle", start: RATE, choices: names(RATES) },
      step: {
        label: "Time", min: 0, max: steps, start: steps({ schedule: RUN, rate: RATE }), steps: true,
        say: n => `${whole(n * STEP)} cycles`,
      },
    };

    static compute({ schedule, rate, step }) {
      const spans = RUNS[schedule][rate], total = end(spans), time = Math.min(step * STEP, total);
      const busy = [0, 0, 0], now = [null, null, null];
      for (const span of spans) {
        const [unit, , , first, last] = span;
        busy[unit] += Math.max(0, Math.min(last, time) - first);
        if (first <= time && time < last) now[unit] = span;
      }
      return { spans, total, time, busy, now, shares: busy.map(cycles => (time ? cycles / time : 0)) };
    }

    build() {
      this.notes = UNITS.map(() => make("p"));
      this.lanes = UNITS.map(() => svg("svg", { preserveAspectRatio: "none", "aria-hidden": "true" }));
      this.rows = UNITS.map(() => make("tr"));
      const key = "Blue, above: warpgroup 1. Orange, below: warpgroup 2. Faint: values.";
      this.stage.append(
        make("div", { class: "filled" }, make("p", {}, key)),
        ...UNITS.map((_, i) => make("div", { class: "filled" }, this.notes[i], this.lanes[i])),
        table("", ["unit", "busy, cycles", "of the time"], this.rows),
      );
      this.stage.lastChild.className = "wide";
    }

    // The upper half of a lane is warpgroup 1's, the lower half warpgroup 2's; what is to come is not shown.
    draw(r, { rate }) {
      const scale = Math.max(...RUNS.map(run => end(run[rate])));
      UNITS.forEach((name, i) => {
        this.notes[i].textContent = `${name}: ${r.now[i] ? words(r.now[i]) : "idle"}`;
        const bars = r.spans.filter(([unit, , , first]) => unit === i && first < r.time);
        const marks = bars.map(([, actor, label, first, last]) => svg("rect", {
          x: first, width: Math.min(last, r.time) - first, y: actor === "WG1" ? 22 : 1,
          height: actor === "TMA" ? 42 : 20, class: HUES[actor], opacity: label[0] === "V" ? 0.6 : 1,
        }));
        const cursor = svg("path", { d: `M${r.time} 0V44`, class: "chosen", "vector-effect": "non-scaling-stroke" });
        fill(this.lanes[i], { viewBox: `0 0 ${scale} 44` }).replaceChildren(...marks, cursor);
        const cells = line(this.rows[i], name, [whole(r.busy[i]), percent(r.shares[i])]);
        bar(cells[1], r.shares[i]);
      });
    }

    say(r, { schedule, rate }) {
      const done = r.time === r.total ? `all ${BLOCKS} blocks are done after ${whole(r.total)} cycles`
        : `${whole(r.time)} of ${whole(r.total)} cycles are over`;
      const idle = percent(1 - r.shares[1]);
      return `${SCHEDULES[schedule]}, ${RATES[rate]}: ${done}. The tensor cores had work for ${percent(r.shares[1])} `
        + `of them and were idle for ${idle}.`;
    }
  }

  customElements.define("x-pipeline-timeline", PipelineTimeline);
}
