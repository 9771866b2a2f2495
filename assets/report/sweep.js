// The page of a sweep: sliders over what was swept, curves that follow them, and how sure they are.
"use strict";
(function (K) {
  if (K.kind !== "sweep") return;
  const { h, t, state } = K;
  const data = K.data;
  const sweep = data.sweep;
  const { axes, outputs, points, blocks, categories, counties, years } = sweep;
  const zh = () => state.language === "zh";
  const between = K.interpolation(sweep);
  const { slid } = between;
  const chosen_axes = axes.flatMap((axis, at) => (axis.numbers === null && axis.names.length > 1 ? [at] : []));
  const still = axes.filter((axis) => K.levels(axis) === 1);
  const real_years = years.filter((year) => year !== "all").map(Number);
  const section = (id, title, ...children) =>
    h("section", { id, "aria-labelledby": `${id}-title` }, h("h2", { id: `${id}-title` }, title), ...children);

  /** The indicator of an output as the rest of the page knows indicators. */
  const outs = outputs.map(({ indicator, unit }) => {
    const [name, side] = indicator.split(":");
    const [id, gauge] = name.split("@");
    return { id, gauge, side, unit };
  });
  const scale_of = (output) => K.scale(outs[output]);
  const gauge_words = (gauge) => {
    if (!gauge) return "";
    const convention = Object.keys(K.names.conventions).find((own) => gauge.startsWith(`${own}_`));
    if (!convention) return K.plain(gauge);
    return `${K.name("conventions", convention)}${zh() ? "，" : ", "}${K.name("lines", gauge.slice(convention.length + 1))}`;
  };
  const output_name = (output) => {
    const { id, side } = outs[output];
    return K.name("indicators", id) + (side ? ` (${t(side === "over" ? "sweep_over" : "sweep_under")})` : "");
  };
  const output_full = (output) => output_name(output) + (outs[output].gauge ? ` · ${gauge_words(outs[output].gauge)}` : "");

  /** What an axis is called, what its levels are called, and its unit. */
  const axis_name = (axis) => {
    const path = axis.paths[0];
    const words = path && K.rule_words(path)[0];
    if (path && (axis.name === path || (zh() && /\p{Script=Han}/u.test(words)))) return words;
    if (["scenario", "programmes"].includes(axis.name)) return t(`sweep_axis_${axis.name}`);
    const name = axis.name.split(/[.:]/).pop();
    // What the unit says already is no part of the name.
    return K.plain(axis.unit?.startsWith("yuan") ? name.replace(/_yuan$/, "") : name);
  };
  const unit_of = (axis) => {
    const unit = (axis.unit ?? "").split(",")[0];
    // What is no measure of anything needs no word behind its number.
    if (!unit || /^(number|share|weight|ratio|odds|growth|probability|score|rate|factor|0)\b/.test(unit)) return "";
    return zh() ? (K.names.units[unit]?.[1] ?? unit) : unit;
  };
  const number_word = (axis, value) => {
    if (Number.isInteger(value)) return K.number(value, 0);
    const size = Math.abs(value);
    const text = K.number(value, size >= 1000 ? 0 : size >= 100 ? 1 : size >= 10 ? 2 : size >= 0.1 ? 3 : 5);
    return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
  };
  const level_word = (axis, value) => {
    if (axis.numbers !== null) return `${number_word(axis, value)}${unit_of(axis) ? ` ${unit_of(axis)}` : ""}`;
    const name = axis.names[value];
    return axis.titles[value] && axis.kind === "scenarios" ? K.titled(axis.titles[value]) : K.titled(name);
  };
  /** What the sentences of the program call an axis, or a scenario, in the language of the page. */
  K.sweep_title = function (text) {
    const own = axes.find((axis) => axis.name.split(/[.:]/).pop().replace(/_/g, " ") === text);
    if (own) return axis_name(own);
    const named = axes.find((axis) => axis.kind === "scenarios" && axis.names.includes(text));
    return named && K.titles_zh[named.titles[named.names.indexOf(text)]];
  };

  // ---------------------------------------------------------------- what is looked at

  const middle = (axis) => {
    if (axis.numbers === null) return 0;
    // The level nearest to what holds without the sweep; else the middle.
    const before = Number(axis.before);
    const [low, high] = [axis.numbers[0], axis.numbers.at(-1)];
    const near = (own) => Math.abs(K.bent(axis, own) - K.bent(axis, before));
    if (axis.before !== null && axis.before !== undefined && before >= low && before <= high) {
      return between.is_grid ? axis.numbers.reduce((best, own) => (near(own) < near(best) ? own : best)) : before;
    }
    if (between.is_grid) return axis.numbers[Math.floor((axis.numbers.length - 1) / 2)];
    return tidy(axis, K.unbent(axis, (K.bent(axis, low) + K.bent(axis, high)) / 2));
  };
  const foremost = Math.max(0, outputs.findIndex((own) => own.indicator === "return_hazard@register_national"));
  const strongest = () => {
    const own = sweep.effects.filter((effect) => effect.output === foremost && slid.includes(effect.axis));
    own.sort((one, other) => Math.abs(other.mean) - Math.abs(one.mean));
    return own[0]?.axis ?? slid[0];
  };

  /** A value as a slider gives it: a level where one is near, else three digits. */
  function tidy(axis, value) {
    const [low, high] = [axis.numbers[0], axis.numbers.at(-1)];
    const step = (K.bent(axis, high) - K.bent(axis, low)) / STEPS;
    const levels = between.is_grid ? axis.numbers : [low, high];
    const level = levels.find((own) => Math.abs(K.bent(axis, own) - K.bent(axis, value)) <= 0.5001 * step);
    if (level !== undefined) return level;
    const size = 10 ** (Math.floor(Math.log10(Math.abs(value) || 1)) - 2);
    const round = Number((Math.round(value / size) * size).toPrecision(12));
    return Math.min(high, Math.max(low, round));
  }
  const STEPS = 200;

  state.sweep = { at: [], output: foremost, category: 0, county: 0, along: -1, kept: null, shown: 40 };
  state.sweep.at = axes.map(middle);
  state.sweep.along = strongest() ?? -1;
  const look = state.sweep;

  const block_of = (output, category, county) => blocks.find((own) => own.output === output && own.category === category && own.county === county);
  const year_of = (block, year) => block?.years.find((own) => years[own.year] === year);
  const here_block = () => block_of(look.output, look.category, look.county);
  const total = () => year_of(here_block(), "all");
  /** Whether no simulated point has a value below zero: then no interval is shown to reach there. */
  const floors = new Map(blocks.map((block) => [block, block.years.every((year) => year.mean.every((mean) => mean === null || mean >= 0))]));
  const is_never_negative = () => floors.get(here_block()) ?? false;
  const clip = (point, scale) => {
    if (!point) return { mean: null, low: null, high: null };
    const least = is_never_negative() ? 0 : -Infinity;
    const hold = (value) => (value === null ? null : Math.min(scale.most, Math.max(least, value * scale.by)));
    // A mean is shown as it is, its interval within what can be.
    return { mean: point.mean * scale.by, low: hold(point.low), high: hold(point.high), beyond: point.beyond };
  };
  const digits_for = (scale, biggest) => (scale.by === 1000 || scale.short ? (biggest < 1 ? 2 : 1) : K.digits(biggest));

  /** A setting in words: level by level. */
  const setting_words = (at, left_out = -1) =>
    axes.flatMap((axis, own) => (own === left_out || K.levels(axis) === 1 ? [] : [`${axis_name(axis)}: ${level_word(axis, at[own])}`])).join(zh() ? "；" : "; ");

  // ---------------------------------------------------------------- the answer

  K.sweep_answer = function () {
    const { question, sentence, others } = data.answer;
    const language = state.language;
    const failed = sweep.collected.failed + sweep.collected.missing;
    return h(
      "section",
      { id: "question", "aria-labelledby": "answer-sentence" },
      h("p", { class: "eyebrow" }, K.foreign(sweep.title)),
      h("p", { class: "question" }, K.foreign(question[language])),
      h("h1", { class: "answer", id: "answer-sentence" }, K.quoting(sentence[language])),
      others.length ? h("ul", { class: "further" }, others.map((told) => h("li", {}, K.quoting(told[language])))) : null,
      h("p", { class: "soft small" }, t(between.is_grid ? "sweep_answer_grid" : sweep.by_luck ? "sweep_answer_surface" : "sweep_answer_given")),
      failed ? h("div", { class: "note" }, h("p", {}, t("sweep_partial_note", { failed: K.number(failed), all: K.number(sweep.collected.planned) }))) : null,
    );
  };

  // ---------------------------------------------------------------- what was swept

  K.swept_section = function () {
    const range = (axis) => {
      if (axis.numbers === null) return axis.names.map((name, at) => (axis.titles[at] && axis.titles[at] !== name ? `${name} (${axis.titles[at]})` : name)).join(zh() ? "；" : "; ");
      if (axis.numbers.length <= 12) return axis.numbers.map((own) => number_word(axis, own)).join(", ") + (unit_of(axis) ? ` ${unit_of(axis)}` : "");
      return t("sweep_range", { low: level_word(axis, axis.numbers[0]), high: level_word(axis, axis.numbers.at(-1)), count: axis.numbers.length });
    };
    const rows = axes.map((axis) => [
      h("span", {}, axis_name(axis), axis.paths.length ? axis.paths.map((path) => h("code", { class: "path" }, path)) : null),
      h("span", {}, axis.kind ? t(`sweep_kind_${axis.kind}`) : "–", axis.meaning ? h("span", { class: "meaning soft small", lang: "en" }, axis.meaning) : null),
      h("span", {}, range(axis), axis.log && axis.numbers.length > 1 ? h("span", { class: "soft" }, ` · ${t("sweep_log")}`) : null),
      axis.before ? h("span", {}, number_or_text(axis)) : "–",
    ]);
    const { asked, collected } = sweep;
    const seeds = asked.seeds + sweep.extensions.reduce((sum, own) => sum + own.seeds, 0);
    const draws = asked.draws + sweep.extensions.reduce((sum, own) => sum + own.draws, 0);
    const fact = (label, value) => [h("dt", {}, label), h("dd", {}, value)];
    return section(
      "swept",
      t("swept_title"),
      sweep.summary ? h("p", { class: "lead" }, K.foreign(sweep.summary)) : null,
      K.table(t("swept_caption"), [t("sweep_axis"), t("sweep_moves"), t("sweep_levels"), t("sweep_before")], rows, { class: "cards", labels: true }),
      h(
        "dl",
        { class: "facts" },
        fact(t("sweep_design"), `${t(`sweep_layout_${sweep.layout || (between.is_grid ? "grid" : "unknown")}`)}${zh() ? "，" : ", "}${t("sweep_points", { count: K.number(points.length) })}`),
        fact(t("sweep_luck"), t("sweep_luck_value", { seeds: K.number(seeds), replicates: K.number(asked.replicates) })),
        draws > 1 ? fact(t("sweep_draws"), t("sweep_draws_value", { draws: K.number(draws), cards: sweep.drawn ? K.number(sweep.drawn) : "" })) : null,
        fact(t("sweep_runs"), t("sweep_runs_value", { done: K.number(collected.done), planned: K.number(collected.planned) })),
      ),
      still.length ? h("p", { class: "soft small" }, t("sweep_still", { names: still.map((axis) => `${axis_name(axis)} ${level_word(axis, axis.numbers ? axis.numbers[0] : 0)}`).join("; ") })) : null,
      failures(),
    );
  };

  function number_or_text(axis) {
    const value = Number(axis.before);
    return Number.isFinite(value) ? level_word(axis, value) : String(axis.before);
  }

  function failures() {
    if (!sweep.failures.length) return null;
    const rows = sweep.failures.map((own) => [
      `${K.number(own.runs)} ${t(`sweep_${own.status}`)}`,
      own.message ? h("span", { lang: "en" }, own.message.split("\n")[0]) : "–",
      own.points.length > 12 ? `${own.points.slice(0, 12).join(", ")}…` : own.points.join(", "),
      h("code", {}, own.replay),
    ]);
    return [h("h3", {}, t("sweep_failures")), h("p", {}, t("sweep_failures_lead")), K.table(t("sweep_failures"), [t("sweep_runs"), t("sweep_why"), t("sweep_of_points"), t("sweep_replay")], rows, { class: "cards", labels: true })];
  }

  // ---------------------------------------------------------------- sliders and curves

  const option = (value, label) => h("option", { value }, label);
  function select(id, label, options, value, chosen, wide = false) {
    const box = h("select", { id, onchange: (event) => chosen(event.target.value) }, options);
    box.value = value;
    return h("div", { class: `control${wide ? " wide" : ""}` }, h("label", { for: id }, label), box);
  }

  let follow = () => {};

  function slider(at) {
    const axis = axes[at];
    const [low, high] = [axis.numbers[0], axis.numbers.at(-1)].map((end) => K.bent(axis, end));
    const step = (high - low) / STEPS;
    const id = `slide-${at}`;
    const told = h("output", { for: id, class: "slid" });
    const input = h("input", {
      type: "range",
      id,
      min: 0,
      max: STEPS,
      step: 1,
      list: between.is_grid ? `${id}-levels` : undefined,
      oninput: (event) => {
        const place = Number(event.target.value);
        const value = place <= 0 ? axis.numbers[0] : place >= STEPS ? axis.numbers.at(-1) : tidy(axis, K.unbent(axis, low + place * step));
        move(value);
      },
    });
    const show = () => {
      const words = level_word(axis, look.at[at]);
      told.textContent = words;
      input.value = String(Math.round((K.bent(axis, look.at[at]) - low) / step));
      input.setAttribute("aria-valuetext", `${words}${axis.numbers.includes(look.at[at]) && between.is_grid ? ` (${t("sweep_simulated_level")})` : ""}`);
    };
    const move = (value) => {
      look.at[at] = value;
      show();
      follow(at);
    };
    const beside = (direction) => {
      const now = look.at[at];
      const found = direction < 0 ? axis.numbers.findLast((own) => own < now) : axis.numbers.find((own) => own > now);
      if (found !== undefined) move(found);
    };
    const steps = between.is_grid && axis.numbers.length <= 40;
    const button = (direction) =>
      h("button", { type: "button", class: "plain step no-print", "aria-label": `${axis_name(axis)}: ${t(direction < 0 ? "sweep_level_before" : "sweep_level_after")}`, onclick: () => beside(direction) }, direction < 0 ? "‹" : "›");
    show();
    return h(
      "div",
      { class: "slider" },
      h("div", { class: "slider-head" }, h("label", { for: id }, K.foreign(axis_name(axis))), told),
      h("div", { class: "slider-row" }, steps ? button(-1) : null, input, steps ? button(1) : null),
      between.is_grid ? h("datalist", { id: `${id}-levels` }, axis.numbers.map((own) => h("option", { value: Math.round((K.bent(axis, own) - low) / step) }))) : null,
      h("div", { class: `slider-ends soft${steps ? " stepped" : ""}`, "aria-hidden": "true" }, h("span", {}, number_word(axis, axis.numbers[0])), h("span", {}, number_word(axis, axis.numbers.at(-1)))),
    );
  }

  function chooser(at) {
    const axis = axes[at];
    const choose = (value) => {
      look.at[at] = Number(value);
      follow(at);
    };
    const words = (level) => {
      const title = level_word(axis, level);
      return axis.kind !== "scenarios" && axis.titles[level] ? `${axis.names[level]}: ${axis.titles[level]}` : title;
    };
    if (axis.names.length > 6) return select(`choose-${at}`, axis_name(axis), axis.names.map((_, level) => option(String(level), words(level))), String(look.at[at]), choose);
    return h(
      "fieldset",
      { class: "slider", id: `choose-${at}` },
      h("legend", {}, K.foreign(axis_name(axis))),
      h(
        "div",
        { class: "chips" },
        axis.names.map((_, level) =>
          h("label", { class: "chip" }, h("input", { type: "radio", name: `axis-${at}`, value: String(level), checked: look.at[at] === level, onchange: (event) => choose(event.target.value) }), h("span", {}, K.foreign(words(level)))),
        ),
      ),
    );
  }

  K.slide_section = function () {
    const output_options = outputs.map((_, at) => option(String(at), output_full(at)));
    const set = (name) => (value) => {
      look[name] = Number(value);
      rewrite();
    };
    const readout = h("div", { class: "readout", id: "sweep-readout" });
    const status = h("p", { class: "where", id: "sweep-where", role: "status" });
    const error = h("p", { class: "error-line", id: "sweep-error" });
    const figures = h("div", { class: "panels" });
    let drawings = [];

    const curve_years = (at) => {
      const block = here_block();
      const scale = scale_of(look.output);
      return real_years.flatMap((year) => {
        const own = year_of(block, String(year));
        if (!own) return [];
        return [{ x: year, ...clip(between.value(own, at), scale) }];
      });
    };
    const curve_along = (at) => {
      const own = total();
      const axis = axes[look.along];
      const scale = scale_of(look.output);
      if (!own) return [];
      const [low, high] = [axis.numbers[0], axis.numbers.at(-1)].map((end) => K.bent(axis, end));
      const even = d3.range(0, 61).map((part) => (part === 0 ? axis.numbers[0] : part === 60 ? axis.numbers.at(-1) : K.unbent(axis, low + (part / 60) * (high - low))));
      const across = between.is_grid ? [...new Set([...even, ...axis.numbers])].sort((one, other) => one - other) : even;
      return across.map((x) => ({ x, ...clip(between.value(own, at.with(look.along, x)), scale) }));
    };
    /** Simulated points beside the curve: those on it, or, of scattered ones, each moved along the surface to the others' settings. */
    const dots_along = () => {
      const own = total();
      const scale = scale_of(look.output);
      if (!own) return [];
      if (own.surface) {
        return points.flatMap((point, number) => {
          if (between.named.some((axis) => point[axis] !== look.at[axis])) return [];
          const lived = between.own(own, number);
          const told = lived && between.value(own, point);
          const moved = told && between.value(own, look.at.with(look.along, point[look.along]));
          return moved ? [{ x: point[look.along], mean: (moved.mean + lived.mean - told.mean) * scale.by, low: null, high: null, strict: false }] : [];
        });
      }
      return points.flatMap((point, number) => {
        const on = point.every((value, axis) => axis === look.along || value === look.at[axis]);
        const lived = on && between.own(own, number);
        return lived ? [{ x: point[look.along], ...clip(lived, scale), strict: true }] : [];
      });
    };

    /** The values of all simulated points in the group of names chosen, so that axes stay as sliders move. */
    const everywhere = (of_years) => {
      const scale = scale_of(look.output);
      return of_years.flatMap((own) => (own ? own.mean.flatMap((mean, point) => (mean === null || between.named.some((axis) => points[point][axis] !== look.at[axis]) ? [] : [mean * scale.by])) : []));
    };

    const words_of = (point, digits, scale) =>
      !point || point.mean === null ? t("no_value") : `${K.number(point.mean, digits)}${scale.short} (${point.low === null ? t("one_run") : K.interval(point.low, point.high, digits)})`;

    function read() {
      const scale = scale_of(look.output);
      const own = total();
      const point = own ? clip(between.value(own, look.at), scale) : null;
      const digits = digits_for(scale, Math.abs(point?.mean ?? 0));
      const kept = look.kept && own ? clip(between.value(own, look.kept), scale) : null;
      readout.replaceChildren(...[
        h("h3", { class: "quiet" }, output_name(look.output)),
        h("p", { class: "unit" }, `${scale.unit} · ${K.name("categories", categories[look.category])}${counties.length > 1 ? ` · ${K.name("counties", counties[look.county])}` : ""} · ${t("all_years")}`),
        point?.mean === null || !point
          ? h("p", { class: "figure" }, own ? t("sweep_gap") : t("sweep_no_series"))
          : h("p", { class: "figure" }, h("b", {}, K.number(point.mean, digits) + scale.short), " ", h("span", { class: "soft" }, point.low === null ? t("one_run") : t(sweep.interval.startsWith("middle") ? "sweep_interval_draws" : "interval_95", { low: K.number(point.low, digits), high: K.number(point.high, digits) }))),
        kept && kept.mean !== null && point?.mean !== null
          ? h("p", { class: "small" }, t("sweep_kept_value", { value: K.number(kept.mean, digits) + scale.short, difference: K.number(point.mean - kept.mean, digits, true) + (scale.short ? ` ${t("points")}` : ""), setting: setting_words(look.kept) }))
          : null,
      ].filter(Boolean));
      const exact = between.exact(look.at);
      const near = between.nearest(look.at);
      const beyond = point?.beyond;
      status.classList.toggle("far", exact < 0 && (beyond || near.distance > 0.25));
      const number = (at) => sweep.numbers[at];
      status.textContent =
        exact >= 0
          ? t("sweep_here", { point: number(exact) })
          : near.point < 0
            ? t("sweep_nowhere")
            : `${t(beyond ? "sweep_beyond" : near.distance > 0.25 ? "sweep_far" : "sweep_between")} ${t("sweep_nearest", { point: number(near.point), share: K.number(100 * near.distance, near.distance < 0.1 ? 1 : 0), setting: setting_words(points[near.point]) })}`;
      error.replaceChildren(...error_words(own, scale));
    }

    function error_words(own, scale) {
      if (!own || sweep.method === "points") return [h("strong", {}, t("sweep_error")), " ", t("sweep_error_points")];
      const amount = (value) => `${K.number(value * scale.by, K.digits(value * scale.by))}${scale.short ? ` ${t("points")}` : ""}`;
      const luck = own.luck === null ? t("sweep_no_luck") : t(sweep.interval.startsWith("middle") ? "sweep_draw_size" : "sweep_luck_size", { half: amount(own.luck) });
      const straight = axes.filter((axis) => K.is_slid(axis) && axis.numbers.length === 2).map(axis_name);
      const parts = [];
      if (own.missed) parts.push(t(own.surface ? "sweep_error_surface" : "sweep_error_grid", { typical: amount(own.missed.typical), most: amount(own.missed.most), checks: K.number(own.missed.checks), terms: own.surface ? sweep.designs[own.surface.design].terms.length : "" }));
      else parts.push(t("sweep_error_none"));
      parts.push(luck);
      if (!own.surface && straight.length) parts.push(t("sweep_straight", { names: straight.join(", ") }));
      return [h("strong", {}, t("sweep_error")), " ", parts.join(zh() ? "" : " ")];
    }

    function redraw() {
      drawings.forEach((drawing) => drawing.redraw());
      tables();
    }

    const along_box = h("div", {});
    const table_years = h("div", {});
    const table_along = h("div", {});
    function tables() {
      const scale = scale_of(look.output);
      const cell = (point, digits) => [point.mean === null ? "–" : h("span", {}, K.number(point.mean, digits) + scale.short, h("span", { class: "soft" }, point.low === null ? t("one_run") : K.interval(point.low, point.high, digits))), "n"];
      const by_year = [...curve_years(look.at)];
      const digits = digits_for(scale, Math.max(0, ...by_year.map((point) => Math.abs(point.mean ?? 0))));
      const whole = total();
      if (real_years.length > 1) {
        const list = by_year.map((point) => [String(point.x), cell(point, digits)]);
        if (whole) list.push([t("all_years"), cell(clip(between.value(whole, look.at), scale), digits)]);
        table_years.replaceChildren(K.table(`${output_full(look.output)}, ${scale.unit}. ${setting_words(look.at)}`, [t("year"), [output_name(look.output), "n"]], list));
      }
      if (slid.length && whole) {
        const axis = axes[look.along];
        const [low, high] = [axis.numbers[0], axis.numbers.at(-1)].map((end) => K.bent(axis, end));
        const levels = between.is_grid && axis.numbers.length <= 24 ? axis.numbers : d3.range(0, 9).map((part) => tidy(axis, K.unbent(axis, low + (part / 8) * (high - low))));
        const list = levels.map((level) => {
          const at = look.at.with(look.along, level);
          const exact = between.exact(at);
          return [level_word(axis, level), cell(clip(between.value(whole, at), scale), digits), exact >= 0 ? t("sweep_yes_point", { point: sweep.numbers[exact] }) : t("sweep_interpolated")];
        });
        table_along.replaceChildren(
          K.table(`${output_full(look.output)}, ${scale.unit}, ${t("all_years")}. ${setting_words(look.at, look.along)}`, [axis_name(axis), [output_name(look.output), "n"], t("sweep_simulated")], list),
        );
      }
    }

    let pending;
    follow = () => {
      read();
      redraw();
      clearTimeout(pending);
      pending = setTimeout(() => {
        const scale = scale_of(look.output);
        const own = total();
        const point = own ? clip(between.value(own, look.at), scale) : null;
        K.announce(`${output_name(look.output)}: ${words_of(point, digits_for(scale, Math.abs(point?.mean ?? 0)), scale)}`);
      }, 250);
    };

    function rewrite() {
      const scale = scale_of(look.output);
      const tip = (title) => (point) => [h("strong", {}, title(point)), h("span", {}, words_of(point, digits_for(scale, Math.abs(point.mean ?? 0)), scale))];
      drawings = [];
      const parts = [];
      const kept = (curve) => (look.kept ? [{ look: K.kept_look, points: curve(look.kept).map((point) => ({ ...point, low: null, high: null })) }] : []);
      const figure = (id, title, unit, drawing, caption, table) =>
        h("div", {}, h("figure", { id }, h("h3", {}, title), h("p", { class: "unit" }, unit), drawing, h("figcaption", {}, caption)), K.numbers(table));
      const unit = `${scale.unit} · ${K.name("categories", categories[look.category])}${counties.length > 1 ? ` · ${K.name("counties", counties[look.county])}` : ""}${outs[look.output].gauge ? ` · ${gauge_words(outs[look.output].gauge)}` : ""}`;
      if (real_years.length > 1) {
        K.years = real_years;
        const drawing = K.slid_curves(
          () => ({ domain: [real_years[0] - 0.3, real_years.at(-1) + 0.3], log: false, years: real_years, here: null, dots: [], beside: everywhere(real_years.map((year) => year_of(here_block(), String(year)))), lines: [{ look: K.blue, points: curve_years(look.at) }, ...kept(curve_years)] }),
          () => t("sweep_years_label", { indicator: output_name(look.output), setting: setting_words(look.at) }),
          tip((point) => String(point.x)),
        );
        drawings.push(drawing);
        parts.push(figure("sweep-years", t("sweep_years_title"), unit, drawing, [t(sweep.interval.startsWith("middle") ? "sweep_band_draws" : total()?.luck === null ? "sweep_band_none" : "sweep_band"), look.kept ? ` ${t("sweep_kept_line")}` : "", is_never_negative() ? ` ${t("clipped")}` : ""].join(""), table_years));
      }
      if (slid.length) {
        const drawing = K.slid_curves(
          () => {
            const axis = axes[look.along];
            return { domain: [axis.numbers[0], axis.numbers.at(-1)], log: axis.log, years: null, axis_words: (value) => number_word(axis, value), here: look.at[look.along], dots: dots_along(), beside: everywhere([total()]), lines: [{ look: { ...K.blue, marker: undefined }, points: curve_along(look.at) }, ...kept((at) => curve_along(at))] };
          },
          () => t("sweep_along_label", { indicator: output_name(look.output), axis: axis_name(axes[look.along]), setting: setting_words(look.at, look.along) }),
          tip((point) => level_word(axes[look.along], point.x)),
        );
        drawings.push(drawing);
        along_box.replaceChildren(
          slid.length > 1
            ? select("pick-along", t("sweep_along"), slid.map((at) => option(String(at), axis_name(axes[at]))), String(look.along), (value) => {
                look.along = Number(value);
                rewrite();
                document.getElementById("pick-along")?.focus();
              })
            : "",
        );
        parts.push(
          h(
            "div",
            {},
            figure("sweep-along", t("sweep_along_title", { axis: axis_name(axes[look.along]) }), `${unit} · ${t("all_years")} · ${axis_name(axes[look.along])}${unit_of(axes[look.along]) ? ` (${unit_of(axes[look.along])})` : ""}`, drawing, t(total()?.surface ? "sweep_dots_moved" : "sweep_dots_on"), table_along),
          ),
        );
      }
      figures.replaceChildren(...parts);
      read();
      redraw();
      K.draw_effects?.();
      K.draw_points?.();
    }

    const controls = h(
      "div",
      { class: "controls", role: "group", "aria-label": t("sweep_what") },
      select("pick-output", t("what"), output_options, String(look.output), set("output"), true),
      categories.length > 1 ? select("pick-category", t("who"), categories.map((id, at) => option(String(at), K.name("categories", id))), String(look.category), set("category")) : null,
      counties.length > 1 ? select("pick-county", t("where"), counties.map((id, at) => option(String(at), K.name("counties", id))), String(look.county), set("county")) : null,
    );
    const keep = h("button", { type: "button", class: "plain", id: "keep", onclick: () => {
      look.kept = look.kept ? null : [...look.at];
      keep.textContent = t(look.kept ? "sweep_forget" : "sweep_keep");
      rewrite();
    } }, t(look.kept ? "sweep_forget" : "sweep_keep"));
    K.draw_sweep = rewrite;
    const movable = slid.length + chosen_axes.length;
    return section(
      "slide",
      t(movable ? "slide_title" : "slide_title_still"),
      h("p", { class: "lead" }, t(movable ? "slide_lead" : "slide_lead_still")),
      controls,
      h(
        "div",
        { class: "bench" },
        h("div", { class: "settings", role: "group", "aria-label": t("sweep_settings") }, chosen_axes.map(chooser), slid.map(slider), movable ? keep : null, along_box),
        h("div", { class: "told" }, readout, status, error),
      ),
      figures,
    );
  };

  // ---------------------------------------------------------------- what moves it

  K.effects_section = function () {
    const place = h("div");
    K.draw_effects = function () {
      const scale = scale_of(look.output);
      const own = sweep.effects.filter((effect) => effect.output === look.output).sort((one, other) => Math.abs(other.mean) - Math.abs(one.mean));
      if (!own.length) {
        place.replaceChildren(h("p", {}, t("no_value")));
        return;
      }
      const name = (effect) => {
        const axis = axes[effect.axis];
        const [from, to] = [level_word(axis, effect.from), level_word(axis, effect.to)];
        return axis.numbers === null ? t("sweep_instead", { axis: axis_name(axis), from, to }) : t("sweep_from_to", { axis: axis_name(axis), from: number_word(axis, effect.from), to });
      };
      const value = (number) => (number === null || number === undefined ? null : number * scale.by);
      const rows = own.map((effect, at) => ({ key: String(at), name: name(effect), mean: value(effect.mean), low: value(effect.ends?.[0]), high: value(effect.ends?.[1]), look: K.blue, few: effect.ends === null }));
      const biggest = Math.max(...rows.flatMap((row) => [row.mean, row.low ?? 0, row.high ?? 0].map(Math.abs)));
      const digits = Math.min(3, Math.max(scale.by === 1 ? 0 : 2, K.digits(biggest)));
      const unit = t("difference_unit", { unit: scale.points || scale.unit });
      place.replaceChildren(
        h(
          "figure",
          { id: "effects-figure" },
          h("h3", {}, output_full(look.output)),
          h("p", { class: "unit" }, `${unit} · ${K.name("categories", categories[0])} · ${t("all_years")}`),
          K.forest(rows, t("sweep_effects_label", { indicator: output_name(look.output) }), digits, t("down"), t("up")),
          h("figcaption", {}, t(between.is_grid ? (sweep.interval.startsWith("middle") ? "sweep_effects_draws" : "sweep_effects_grid") : sweep.by_luck ? "sweep_effects_luck" : "sweep_effects_given")),
        ),
        K.numbers(
          K.table(`${output_full(look.output)}, ${unit}`, [t("sweep_axis"), [t("difference"), "n"]], rows.map((row) => [row.name, [h("span", {}, K.number(row.mean, digits, true), h("span", { class: "soft" }, row.low === null ? t("one_run") : K.interval(row.low, row.high, digits, true))), "n"]])),
        ),
      );
    };
    K.draw_effects();
    return section("effects", t("effects_title"), h("p", { class: "lead" }, t("effects_lead")), place);
  };

  // ---------------------------------------------------------------- the points

  K.points_section = function () {
    const place = h("div");
    K.draw_points = function () {
      const own = total();
      const scale = scale_of(look.output);
      if (!own) {
        place.replaceChildren(h("p", {}, t("sweep_no_series")));
        return;
      }
      const lived = points.map((point, at) => ({ at, point, told: clip(between.own(own, at), scale) }));
      const there = lived.filter(({ told }) => told.mean !== null).sort((one, other) => one.told.mean - other.told.mean);
      const digits = digits_for(scale, Math.max(0, ...there.map(({ told }) => Math.abs(told.mean))));
      const moving = axes.flatMap((axis, at) => (K.levels(axis) > 1 ? [at] : []));
      const head = [t("sweep_point"), ...moving.map((at) => [axis_name(axes[at]), axes[at].numbers === null ? undefined : "n"]), [output_name(look.output), "n"]];
      const row = ({ at, point, told }) => [
        h("button", { type: "button", class: "plain small go", "aria-label": t("sweep_go", { point: sweep.numbers[at] }), onclick: () => go(at) }, String(sweep.numbers[at])),
        ...moving.map((axis) => (axes[axis].numbers === null ? K.foreign(level_word(axes[axis], point[axis])) : [number_word(axes[axis], point[axis]), "n"])),
        [told.mean === null ? h("span", { class: "soft" }, t("sweep_no_run")) : h("span", {}, K.number(told.mean, digits) + scale.short, h("span", { class: "soft" }, told.low === null ? t("one_run") : K.interval(told.low, told.high, digits))), "n"],
      ];
      const few = Math.min(5, Math.floor(there.length / 2));
      const caption = (words) => `${words}: ${output_full(look.output)}, ${K.name("categories", categories[look.category])}, ${scale.unit}, ${t("all_years")}`;
      const whole = h("div");
      const fill = () => {
        if (whole.childElementCount) return;
        const list = lived.slice(0, look.shown);
        whole.replaceChildren(
          K.table(caption(t("sweep_all_points")), head, list.map(row), { class: "cards wide", labels: true }),
          ...(list.length < lived.length
            ? [h("button", { type: "button", class: "plain", onclick: () => {
                look.shown = Infinity;
                whole.replaceChildren();
                fill();
              } }, t("show_all", { count: K.number(lived.length) }))]
            : []),
        );
      };
      place.replaceChildren(
        ...(few > 0 ? [K.table(caption(t("sweep_lowest")), head, there.slice(0, few).map(row), { class: "cards wide", labels: true }), K.table(caption(t("sweep_highest")), head, there.slice(-few).reverse().map(row), { class: "cards wide", labels: true })] : []),
        h("details", { ontoggle: fill }, h("summary", {}, t("sweep_all_points_count", { count: K.number(points.length) })), whole),
      );
    };
    const go = (at) => {
      look.at = [...points[at]];
      K.rewrite_page();
      document.getElementById("slide")?.scrollIntoView();
      (document.querySelector("#slide input[type=range]") ?? document.querySelector("#slide input"))?.focus({ preventScroll: true });
    };
    K.draw_points();
    return section("lived", t("points_title"), h("p", { class: "lead" }, t("points_lead")), place);
  };

  // ---------------------------------------------------------------- how to reproduce

  K.sweep_limits_section = () =>
    section("limits", t("limits_title"), h("ul", { class: "limits" }, [...K.sweep_limits[state.language], ...K.limits[state.language].slice(0, 8)].map((limit) => h("li", {}, limit))));

  K.sweep_reproduce_section = function () {
    const fact = (label, value) => [h("dt", {}, label), h("dd", {}, value)];
    const { asked } = sweep;
    return section(
      "reproduce",
      t("reproduce_title"),
      h("p", { class: "lead" }, t("sweep_reproduce_lead")),
      K.command(sweep.command),
      h(
        "dl",
        { class: "facts" },
        fact(t("version"), t("version_value", { version: sweep.version, results: sweep.results_version })),
        fact(t("sweep_planned"), sweep.planned_at),
        fact(t("seed"), String(asked.seed)),
        fact(t("intervals"), h("span", { lang: "en" }, sweep.interval)),
      ),
      h("p", {}, t("sweep_verify")),
      h("details", {}, h("summary", {}, t("hashes")), K.table(t("hashes"), [t("file"), t("hash")], Object.entries(sweep.collected.files_blake3).map(([file, hash]) => [h("code", {}, file), h("code", {}, hash)]), { hideCaption: true })),
    );
  };
})((globalThis.kangcun ??= {}));
