// The parts of the page, in the order in which a reader asks: each is a function that gives a section.
"use strict";
(function (K) {
  const { h, t, state } = K;
  const data = K.data;
  const { first_year: first, last_year: last, returns } = data.answer;
  const zh = () => state.language === "zh";
  const section = (id, title, ...children) =>
    h("section", { id, "aria-labelledby": `${id}-title` }, h("h2", { id: `${id}-title` }, title), ...children);
  const base_title = () => K.title(K.base);

  // ---------------------------------------------------------------- the answer

  K.answer = function () {
    const { question, sentence, others } = data.answer;
    const language = state.language;
    return h(
      "section",
      { id: "question", "aria-labelledby": "answer-sentence" },
      h("p", { class: "eyebrow" }, t("question")),
      h("p", { class: "question" }, K.foreign(question[language])),
      h("h1", { class: "answer", id: "answer-sentence" }, K.quoting(sentence[language])),
      others.length ? h("ul", { class: "further" }, others.map((told) => h("li", {}, K.quoting(told[language])))) : null,
      K.left_out_note(),
      key_figures(),
    );
  };

  /** What found no room, said at the top. */
  K.left_out_note = function () {
    const left = data.left_out ?? [];
    if (!left.length) return null;
    const words = left.map(({ what, count }) => t(`left_${what}`, { count: K.number(count) }));
    return h("p", { class: "small soft", id: "left-out" }, `${t("left_lead")} ${words.join(zh() ? "；" : "; ")}${zh() ? "。" : "."}`);
  };

  function key_figures() {
    K.clipped = false;
    const compared = [K.base, ...data.compared];
    const rows = [
      ["return_hazard", "lifted", "key_hazard"],
      ["return_cumulative", "lifted", "key_ever"],
      ["return_illness_accounting", "lifted", "key_illness"],
      ["oop_share", "lifted", "key_oop"],
      ["forgone_admission", "lifted", "key_forgone"],
      ["programme_cost", "all", "key_cost"],
    ].filter(([id]) => returns || !id.startsWith("return"));
    const cells = rows.flatMap(([id, category, label]) => {
      const indicator = K.headline(id);
      if (!indicator) return [];
      const scale = K.scale(indicator);
      return [[t(label, { last }), ...compared.map((scenario) => level_cell(K.level(indicator, category, "all", scenario), K.column("all"), scale))]];
    });
    if (!cells.length) return null;
    const caption = t(returns ? "key_caption" : "key_caption_registered", { first, last });
    // Of many scenarios each has a row, so that the table is no wider than the page.
    const table =
      compared.length > 4
        ? K.table(caption, [t("scenario"), ...cells.map(([label]) => [label, "n"])], compared.map((id, at) => [K.foreign(K.title(id)), ...cells.map((row) => row[at + 1])]), { class: "cards dense", labels: true })
        : K.table(caption, ["", ...compared.map((id) => [K.foreign(K.title(id)), "n"])], cells, { stack: true });
    return [h("h2", { class: "minor" }, t("key_figures")), table, K.clipped ? h("p", { class: "small soft" }, t("clipped")) : null];
  }

  function level_cell(series, column, scale) {
    const mean = series?.mean[column];
    if (mean === null || mean === undefined) return ["–", "n"];
    const digits = scale.short === "%" ? 1 : K.digits(mean * scale.by) > 1 ? 1 : K.digits(mean * scale.by);
    const bound = (value) => {
      if (value === null) return null;
      const own = value * scale.by;
      if (own < 0 || own > scale.most) K.clipped = true;
      return Math.min(scale.most, Math.max(0, own));
    };
    return [
      h("span", {}, K.number(mean * scale.by, digits) + scale.short, h("span", { class: "soft" }, K.interval(bound(series.low[column]), bound(series.high[column]), digits))),
      "n",
    ];
  }

  // ---------------------------------------------------------------- the curves

  const GROUPS = [
    ["poverty", ["return_hazard", "return_cumulative", "return_illness_accounting", "return_hazard_without_illness", "poverty_headcount_households", "fgt1", "poor_named_illness", "impoverished"]],
    ["spending", ["oop_share", "oop", "oop_share_admissions", "bill", "catastrophic_10", "catastrophic_25", "catastrophic_40", "in_medical_debt", "unpaid", "admission_bill", "enrolled"]],
    ["care", ["forgone_admission", "forgone_moderate", "forgone_chronic", "forgone_admission_price", "forgone_moderate_price", "forgone_chronic_price", "admissions", "visits", "primary_share", "visits_village", "visits_township", "visits_county", "visits_tertiary", "visits_remote", "visits_tcm", "visits_private", "screened"]],
    ["health", ["known_hypertension", "controlled_hypertension", "known_diabetes", "controlled_diabetes", "prevalence_stroke", "prevalence_heart", "deaths", "dalys", "lost_days", "infections", "infections_severe", "infections_forgone"]],
    ["money", ["income", "consumption", "lost_income", "programme_cost", "cash_transfer", "dibao"]],
  ];
  const RETURNS = new Set(["return_hazard", "return_cumulative", "return_illness_accounting", "return_hazard_without_illness"]);
  const offered = (id) => (returns || !RETURNS.has(id)) && K.indicators.some((own) => own.id === id);

  const gauge_name = (gauge) => {
    const [convention, line] = gauge.split("|");
    return `${K.name("conventions", convention)}${zh() ? "，" : ", "}${K.name("lines", line)}`;
  };

  /** The indicator that is looked at. */
  K.chosen = function () {
    if (!offered(state.indicator)) state.indicator = offered("return_hazard") ? "return_hazard" : "oop_share";
    if (!state.category) state.category = "lifted";
    const indicator = K.find(state.indicator, state.gauge) ?? K.indicators[0];
    if (K.gauge(indicator)) state.gauge = K.gauge(indicator);
    return indicator;
  };

  K.curves_section = function () {
    const place = h("div", { id: "curves-place" });
    const root = section("curves", t("curves_title"), h("p", { class: "lead" }, t("curves_lead")), controls(), toggles(), place);
    K.draw_curves = function () {
      K.chosen();
      sync_gauges();
      place.replaceChildren(explorer());
      K.draw_difference?.();
    };
    K.draw_curves();
    return root;
  };

  function select(id, label, options, value, chosen, wide = false) {
    const box = h("select", { id, onchange: (event) => chosen(event.target.value) }, options);
    box.value = value;
    return h("div", { class: `control${wide ? " wide" : ""}` }, h("label", { for: id }, label), box);
  }
  const option = (value, label) => h("option", { value }, label);

  function controls() {
    const indicator = K.chosen();
    const groups = GROUPS.map(([group, ids]) => [group, ids.filter(offered)]).filter(([, ids]) => ids.length);
    const set = (name) => (value) => {
      state[name] = value;
      K.draw_curves();
    };
    return h(
      "div",
      { class: "controls", role: "group", "aria-label": t("curves") },
      select("pick-indicator", t("what"), groups.map(([group, ids]) => h("optgroup", { label: K.name("groups", group) }, ids.map((id) => option(id, K.name("indicators", id))))), indicator.id, set("indicator"), true),
      select("pick-gauge", t("measured"), [], "", set("gauge"), true),
      select("pick-category", t("who"), K.categories.map((id) => option(id, K.name("categories", id))), state.category, set("category")),
      select("pick-county", t("where"), K.counties.map((id) => option(id, K.name("counties", id))), state.county, set("county")),
      select("pick-year", t("year"), [option("all", t("all_years")), ...K.years.map((year) => option(String(year), String(year)))], state.year, (value) => {
        state.year = value;
        K.read_out(value);
        K.announce(K.read_aloud(value));
      }),
    );
  }

  function sync_gauges() {
    const box = document.getElementById("pick-gauge") ?? K.pending?.querySelector("#pick-gauge");
    if (!box) return;
    const gauges = K.indicators.filter((own) => own.id === state.indicator).map(K.gauge).filter(Boolean);
    box.replaceChildren(...(gauges.length ? gauges.map((gauge) => option(gauge, gauge_name(gauge))) : [option("", "–")]));
    box.disabled = !gauges.length;
    box.value = gauges.includes(state.gauge) ? state.gauge : (gauges[0] ?? "");
  }

  function toggles() {
    return h(
      "fieldset",
      { id: "pick-scenarios" },
      h("legend", {}, t("shown_scenarios")),
      h(
        "div",
        { class: "chips" },
        K.scenarios.map(({ id }) =>
          h(
            "label",
            { class: "chip" },
            h("input", {
              type: "checkbox",
              checked: !state.hidden.has(id),
              "data-scenario": id,
              onchange: (event) => {
                if (event.target.checked) state.hidden.delete(id);
                else state.hidden.add(id);
                K.draw_curves();
              },
            }),
            K.sample(id),
            h("span", {}, K.foreign(K.title(id))),
          ),
        ),
      ),
    );
  }

  /** The lines to draw: series of the scenarios shown, in the units of the page. */
  function lines_of(series_of, ids, scale) {
    return ids.flatMap((id) => {
      const series = series_of(id);
      if (!series) return [];
      const value = (values, at) => (values[at] === null ? null : values[at] * scale.by);
      const point = (at, year) => ({ year, mean: value(series.mean, at), low: value(series.low, at), high: value(series.high, at), few: series.few.has(at) });
      return [{ id, points: K.years.map((year, at) => point(at, year)), all: point(K.years.length, "all") }];
    });
  }

  function counted(indicator) {
    if (!indicator.numerator) return "";
    return `${t("counted", { weight: K.name("weights", indicator.weight), numerator: indicator.numerator, denominator: indicator.denominator })} `;
  }

  function explorer() {
    const indicator = K.chosen();
    const scale = K.scale(indicator);
    const shown = K.scenarios.map((own) => own.id).filter((id) => !state.hidden.has(id));
    // No level is negative and no share more than all, though the interval of a rare one may reach beyond.
    const floor = (point) => ({ ...point, low: point.low === null ? null : Math.max(0, point.low), high: point.high === null ? null : Math.min(scale.most, point.high) });
    const whole = lines_of((id) => K.level(indicator, state.category, state.county, id), shown, scale);
    const cut = whole.some((line) => [...line.points, line.all].some((point) => (point.low ?? 0) < 0 || (point.high ?? 0) > scale.most));
    const lines = whole.map((line) => ({ ...line, points: line.points.map(floor), all: floor(line.all) }));
    const biggest = Math.max(0, ...lines.flatMap((line) => line.points.map((point) => point.mean ?? 0)));
    const digits = scale.by === 1000 || scale.short ? (biggest < 1 ? 2 : 1) : K.digits(biggest);
    const name = K.name("indicators", indicator.id);
    const titles = lines.map((line) => K.title(line.id)).join("; ");
    const readout = h("div", { class: "readout", id: "readout" });
    const at_year = (line, year) => (year === "all" ? line.all : line.points.find((point) => point.year === Number(year)));
    const fill = (year) => {
      readout.replaceChildren(
        h("h4", {}, year === "all" ? t("all_years") : String(year), h("span", { class: "soft" }, ` · ${scale.unit}`)),
        h(
          "dl",
          {},
          lines.map((line) => {
            const point = at_year(line, year);
            return h(
              "div",
              {},
              h("dt", {}, K.sample(line.id), h("span", {}, K.foreign(K.title(line.id)))),
              point?.mean === null || !point
                ? h("dd", {}, t("no_value"))
                : h("dd", {}, h("b", {}, K.number(point.mean, digits) + scale.short), " ", h("span", {}, `(${K.interval(point.low, point.high, digits)})`), point.few ? h("span", {}, ` ${t("few")}`) : null),
            );
          }),
        ),
      );
    };
    K.read_out = fill;
    K.read_aloud = (year) =>
      `${year === "all" ? t("all_years") : year}: ` +
      lines.map((line) => {
        const point = at_year(line, year);
        return `${K.title(line.id)} ${point?.mean === null || !point ? t("no_value") : `${K.number(point.mean, digits)} (${K.interval(point.low, point.high, digits)})`}`;
      }).join("; ");
    fill(state.year);
    const drawing = lines.length
      ? K.curves(lines, t("curve_label", { indicator: name, lines: titles }), digits, (year) => fill(year ?? state.year))
      : h("p", {}, t("not_here"));
    const replicates = [...new Set(shown.map((id) => K.scenarios[K.place(id)].replicates))].sort((one, other) => one - other).join(zh() ? "或" : " or ");
    const gauge = K.gauge(indicator) ? ` · ${gauge_name(K.gauge(indicator))}` : "";
    const few = lines.some((line) => line.points.some((point) => point.few));
    const values = lines.flatMap((line) => line.points.flatMap((point) => [point.mean, point.low, point.high])).filter((value) => value !== null && value !== undefined);
    return h(
      "div",
      {},
      h(
        "div",
        { class: "explorer" },
        h(
          "figure",
          { id: "curve-figure" },
          h("h3", {}, name),
          h("p", { class: "unit" }, `${scale.unit} · ${K.name("categories", state.category)} · ${K.name("counties", state.county)}${gauge}`),
          drawing,
          h(
            "figcaption",
            {},
            t("curve_caption", { indicator: name, counted: counted(indicator), n: replicates }),
            few ? ` ${t("few_note")}` : "",
            cut ? ` ${t("clipped")}` : "",
            K.range(values)[0] > 0 ? ` ${t("not_zero")}` : "",
            indicator.read_with ? ` ${t("read_with")}` : "",
          ),
        ),
        readout,
      ),
      K.numbers(year_table(lines, digits, `${name}, ${scale.unit}`, false)),
      data.curves.left_out ? h("p", { class: "small soft" }, t("left_out", { count: data.curves.left_out })) : null,
    );
  }

  function year_table(lines, digits, caption, signed) {
    const cell = (point) => {
      if (!point || point.mean === null) return ["–", "n"];
      return [h("span", {}, K.number(point.mean, digits, signed), h("span", { class: "soft" }, K.interval(point.low, point.high, digits, signed) + (point.few ? ` · ${t("few")}` : ""))), "n"];
    };
    const rows = K.years.map((year, at) => [String(year), ...lines.map((line) => cell(line.points[at]))]);
    rows.push([t("all_years"), ...lines.map((line) => cell(line.all))]);
    return K.table(caption, [t("year"), ...lines.map((line) => [K.foreign(K.title(line.id)), "n"])], rows);
  }

  // ---------------------------------------------------------------- differences

  K.difference_section = function () {
    const title = t("difference_title", { base: base_title() });
    if (!data.compared.length) return section("difference", t("difference"), h("p", {}, t("no_pair")));
    const place = h("div");
    const untold = K.scenarios.filter(({ id }) => id !== K.base && !data.compared.includes(id)).map((own) => own.title);
    K.draw_difference = function () {
      const indicator = K.chosen();
      const scale = K.scale(indicator);
      const ids = data.compared.filter((id) => !state.hidden.has(id));
      const lines = lines_of((id) => K.difference(indicator, state.category, id), ids, scale);
      const biggest = Math.max(0, ...lines.flatMap((line) => line.points.map((point) => Math.abs(point.mean ?? 0))));
      const digits = Math.min(3, Math.max(scale.by === 1 ? 0 : 2, K.digits(biggest)));
      const name = K.name("indicators", indicator.id);
      const gauge = K.gauge(indicator) ? ` · ${gauge_name(K.gauge(indicator))}` : "";
      const unit = t("difference_unit", { unit: scale.points || scale.unit });
      place.replaceChildren(
        h(
          "figure",
          {},
          h("h3", {}, name),
          h("p", { class: "unit" }, `${unit} · ${K.name("categories", state.category)}${gauge}`),
          h("ul", { class: "keys" }, lines.map((line) => h("li", {}, K.sample(line.id), K.foreign(K.title(line.id))))),
          lines.length ? K.differences(lines, t("difference_label", { base: base_title(), indicator: name })) : h("p", {}, t("no_value")),
        ),
        K.numbers(year_table(lines, digits, `${name}, ${unit}`, true)),
      );
    };
    K.draw_difference();
    return section(
      "difference",
      title,
      h("p", { class: "lead" }, t("difference_lead")),
      place,
      untold.length ? h("p", { class: "small soft" }, t("controls_note", { titles: untold.join("; ") })) : null,
      also(),
      equal_cost(),
      flags(),
    );
  };

  function also() {
    const rows = [
      ["return_hazard", "lifted"],
      ["oop_share", "lifted"],
      ["oop", "lifted"],
      ["catastrophic_10", "lifted"],
      ["forgone_admission", "lifted"],
      ["forgone_moderate", "lifted"],
      ["controlled_hypertension", "all"],
      ["deaths", "all"],
      ["visits_village", "all"],
      ["programme_cost", "all"],
      ["cash_transfer", "all"],
    ].filter(([id]) => returns || !id.startsWith("return"));
    const cells = rows.flatMap(([id, category]) => {
      const indicator = K.headline(id);
      if (!indicator) return [];
      const scale = K.scale(indicator);
      const found = data.compared.map((scenario) => K.difference(indicator, category, scenario));
      if (found.every((series) => !series || series.mean.at(-1) === null || series.mean.at(-1) === 0)) return [];
      const label = h(
        "span",
        {},
        category === "all" || returns
          ? t(category === "all" ? "everybody_row" : "lifted_row", { indicator: K.name("indicators", id) })
          : `${K.name("indicators", id)}${zh() ? "（" : ", "}${t("registered")}${zh() ? "）" : ""}`,
        h("span", { class: "soft small" }, ` · ${scale.points || scale.unit}`),
      );
      return [[label, ...found.map((series) => difference_cell(series, scale))]];
    });
    return [h("h3", {}, t("also")), K.table(t("also_caption", { base: base_title() }), ["", ...data.compared.map((id) => [K.foreign(K.title(id)), "n"])], cells, data.compared.length > 4 ? { class: "cards dense", labels: true } : { stack: true })];
  }

  function difference_cell(series, scale) {
    const [mean, low, high] = [series?.mean.at(-1), series?.low.at(-1), series?.high.at(-1)].map((value) => (value === null || value === undefined ? null : value * scale.by));
    if (mean === null) return ["–", "n"];
    const digits = Math.max(K.digits(Math.max(Math.abs(mean), Math.abs(low ?? 0), Math.abs(high ?? 0))), scale.by === 1 ? 0 : 2);
    const clear = low !== null && (low > 0 || high < 0);
    const verdict = low === null ? "" : low === 0 && high === 0 ? t("same") : clear ? (mean < 0 ? `▼ ${t("down")}` : `▲ ${t("up")}`) : t("unclear");
    return [h("span", {}, K.number(mean, digits, true), h("span", { class: "soft" }, K.interval(low, high, digits, true)), h("span", { class: "verdict" }, verdict)), "n"];
  }

  function equal_cost() {
    const paid = data.equal_cost.map((own) => own.mean).filter((yuan) => yuan !== null && yuan !== 0);
    if (!paid.length) return null;
    const [low, high] = [Math.min(...paid), Math.max(...paid)].map((yuan) => K.number(yuan / 1e6, 2));
    return h("p", {}, t("equal_cost", { low, high }));
  }

  function flags() {
    if (!data.flags.length && !data.more_flags) return null;
    const told = (flag) => {
      if (!zh()) return `${K.title(flag.scenario)}: ${flag.sentence}`;
      const amount = ([mean, low, high], by) => `${K.number(mean * by, 2, true)}（${K.interval(low * by, high * by, 2, true)}）`;
      const share = flag.spending_unit === "share";
      return `${K.title(flag.scenario)}：${K.name("categories", flag.category)}的“${K.name("indicators", flag.spending)}”变化${amount(flag.spending_difference, share ? 100 : 1)}${share ? "个百分点" : K.name("units", flag.spending_unit)}，“${K.name("indicators", flag.forgone)}”变化${amount(flag.forgone_difference, 100)}个百分点：须一并解读。`;
    };
    return [
      h("h3", {}, t("flags_title")),
      data.flags.map((flag) => h("div", { class: "note" }, h("p", {}, told(flag)))),
      data.more_flags ? h("p", { class: "small soft" }, t("flags_more", { count: data.more_flags })) : null,
    ];
  }

  // ---------------------------------------------------------------- causes and payers

  K.causes_section = function () {
    if (!returns || !data.causes.length) return section("causes", t("causes_title"), h("p", {}, t(returns ? "no_value" : "no_causes")));
    const scenarios = K.scenarios.map((own) => own.id).filter((id) => data.causes.some((cause) => cause.scenario === id && cause.mean !== null));
    const share = (scenario, cause) => data.causes.find((own) => own.scenario === scenario && own.class === cause);
    const bars = scenarios.map((id) => {
      const sum = data.causes.filter((own) => own.scenario === id).reduce((all, own) => all + (own.households ?? 0), 0);
      return {
        id,
        title: K.title(id),
        end: t("returns_n", { n: K.number(sum, 0) }),
        parts: K.causes.map(([cause, fill, ink]) => {
          const value = 100 * (share(id, cause)?.mean ?? 0);
          return { value, fill, ink, text: `${K.number(value, 0)}%` };
        }),
      };
    });
    const rows = K.causes.map(([cause]) => [
      K.name("causes", cause),
      ...scenarios.map((id) => {
        const own = share(id, cause);
        if (!own || own.mean === null) return ["–", "n"];
        const bound = (value) => (value === null ? null : Math.min(100, Math.max(0, 100 * value)));
        return [h("span", {}, `${K.number(100 * own.mean, 1)}%`, h("span", { class: "soft" }, K.interval(bound(own.lo), bound(own.hi), 1) + (own.few ? ` · ${t("few")}` : ""))), "n"];
      }),
    ]);
    return section(
      "causes",
      t("causes_title"),
      h("p", { class: "lead" }, t("causes_lead")),
      h(
        "figure",
        {},
        h("ul", { class: "keys" }, K.causes.map(([cause, fill]) => h("li", {}, K.swatch(fill), K.name("causes", cause)))),
        K.stacked(bars, t("bars_label", { title: t("causes_title") }), 100, "%"),
        h("figcaption", {}, t("causes_caption")),
      ),
      K.numbers(K.table(t("causes_caption"), [t("causes_column"), ...scenarios.map((id) => [K.foreign(K.title(id)), "n"])], rows)),
    );
  };

  K.payers_section = function () {
    const scenarios = K.scenarios.map((own) => own.id).filter((id) => data.payers.some((own) => own.scenario === id && own.mean > 0));
    if (!scenarios.length) return section("payers", t("payers_title"), h("p", {}, t("no_value")));
    const amount = (scenario, category, payer) => data.payers.find((own) => own.scenario === scenario && own.category === category && own.payer === payer);
    const groups = ["lifted", "all"].filter((category) => data.payers.some((own) => own.category === category));
    const total = (scenario, category) => data.payers.filter((own) => own.scenario === scenario && own.category === category).reduce((sum, own) => sum + (own.mean ?? 0), 0);
    const all = [...new Set(data.payers.map((own) => own.payer))].filter((payer) => data.payers.some((own) => own.payer === payer && own.mean > 0));
    const large = all.filter((payer) => groups.some((category) => scenarios.some((id) => (amount(id, category, payer)?.mean ?? 0) >= 0.01 * total(id, category))));
    const order = ["household", "arrears_provider"];
    large.sort((one, other) => (order.indexOf(one) + 1 || 9) - (order.indexOf(other) + 1 || 9));
    const layers = large.filter((payer) => !["household", "arrears_provider", "programme"].includes(payer));
    const look = (payer) => K.payer_look(payer, layers.indexOf(payer));
    const most = Math.max(...groups.flatMap((category) => scenarios.map((id) => total(id, category)))) * 1.02;
    const drawing = (category) => {
      const bars = scenarios.map((id) => {
        const parts = large.map((payer) => {
          const value = amount(id, category, payer)?.mean ?? 0;
          const [fill, ink] = look(payer);
          return { value, fill, ink, text: K.number(value, 0) };
        });
        const rest = total(id, category) - parts.reduce((sum, part) => sum + part.value, 0);
        if (rest > 0) parts.push({ value: rest, fill: look("other")[0], ink: "#000", text: "" });
        return { id, title: K.title(id), parts, end: K.number(total(id, category), 0) };
      });
      return h(
        "figure",
        {},
        h("h3", {}, t(category === "all" ? "everybody" : returns ? "lifted" : "registered")),
        h("p", { class: "unit" }, t("payers_unit")),
        K.stacked(bars, t("bars_label", { title: `${t("payers_title")}: ${t(category === "all" ? "everybody" : returns ? "lifted" : "registered")}` }), most, ""),
      );
    };
    const rows = groups.flatMap((category) =>
      all.map((payer) => [
        `${t(category === "all" ? "everybody" : returns ? "lifted" : "registered")}: ${K.name("payers", payer)}`,
        ...scenarios.map((id) => {
          const own = amount(id, category, payer);
          if (!own || own.mean === null) return ["–", "n"];
          return [h("span", {}, K.number(own.mean, 1), h("span", { class: "soft" }, K.interval(own.lo, own.hi, 1))), "n"];
        }),
      ]),
    );
    const others = large.length < all.length;
    return section(
      "payers",
      t("payers_title"),
      h("p", { class: "lead" }, t("payers_lead")),
      h("ul", { class: "keys" }, large.map((payer) => h("li", {}, K.swatch(look(payer)[0]), K.name("payers", payer))), others ? h("li", {}, K.swatch(look("other")[0]), t("other")) : null),
      h("div", { class: "panels" }, groups.map(drawing)),
      h("p", { class: "small soft" }, t("payers_caption")),
      K.numbers(K.table(`${t("payers_title")}, ${t("payers_unit")}`, [t("payer"), ...scenarios.map((id) => [K.foreign(K.title(id)), "n"])], rows)),
    );
  };

  // ---------------------------------------------------------------- winners and losers

  K.winners_section = function () {
    const scenarios = [...new Set(data.winners.map((own) => own.scenario))];
    if (!returns || !scenarios.length) return section("winners", t("winners_title"), h("p", {}, t(returns ? "no_winners" : "no_causes")));
    if (!scenarios.includes(state.winners)) state.winners = scenarios[0];
    const place = h("div");
    const draw = () => {
      const own = data.winners.filter((row) => row.scenario === state.winners && row.question === "ever");
      const groups = [...new Set(own.map((row) => `${row.kind}|${row.group}`))].map((key) => key.split("|"));
      const estimate = (kind, group, outcome) => {
        const row = own.find((one) => one.kind === kind && one.group === group && one.outcome === outcome);
        const value = (number) => (number === null || number === undefined ? null : 1000 * number);
        return { mean: value(row?.mean) ?? 0, low: value(row?.lo), high: value(row?.hi), few: row?.few };
      };
      const name = (kind, group) => (kind === "everybody" ? K.name("kinds", kind) : kind === "county" ? K.name("counties", group) : K.name("groups_of", group));
      const rows = groups.map(([kind, group]) => ({ kind, group, name: name(kind, group), saved: estimate(kind, group, "saved"), harmed: estimate(kind, group, "harmed") }));
      const cell = (one) => [h("span", {}, K.number(one.mean, 1), h("span", { class: "soft" }, K.interval(one.low, one.high, 1) + (one.few ? ` · ${t("few")}` : ""))), "n"];
      const title = K.title(state.winners);
      place.replaceChildren(
        h(
          "figure",
          {},
          scenarios.length > 1 ? null : h("h3", {}, title),
          h("p", { class: "unit" }, t("of_1000")),
          h("ul", { class: "keys" }, h("li", {}, K.swatch(K.moved_fills.harmed), t("harmed")), h("li", {}, K.swatch(K.moved_fills.saved), t("saved"))),
          K.diverging(rows, t("bars_label", { title: `${t("winners_title")}: ${title}` })),
          h("figcaption", {}, t("winners_caption")),
        ),
        K.numbers(K.table(`${title}: ${t("of_1000")}`, [t("group"), [t("saved"), "n"], [t("harmed"), "n"]], rows.map((row) => [row.kind === "everybody" ? row.name : `${K.name("kinds", row.kind)}: ${row.name}`, cell(row.saved), cell(row.harmed)]))),
      );
    };
    draw();
    return section(
      "winners",
      t("winners_title"),
      h("p", { class: "lead" }, t("winners_lead", { first, last, base: base_title() })),
      scenarios.length > 1
        ? h("div", { class: "controls" }, select("pick-winners", t("winners_scenario", { base: base_title() }), scenarios.map((id) => option(id, K.title(id))), state.winners, (value) => {
            state.winners = value;
            draw();
          }, true))
        : null,
      place,
    );
  };

  // ---------------------------------------------------------------- households

  K.stories_section = function () {
    if (!data.households.length) {
      return section("stories", t("stories_title"), h("p", {}, data.untold ? t("no_story", { why: data.untold }) : t("no_story_asked")));
    }
    return section("stories", t("stories_title"), data.households.map(household));
  };

  function household(told) {
    const language = state.language;
    const [own] = told.chapters;
    const purse = (chapter) => chapter.told.months.reduce((sum, month) => ({ bill: sum.bill + month.bill_fen, own: sum.own + month.household_fen }), { bill: 0, own: 0 });
    const rows = [
      [t("story_bills"), ...told.chapters.map((chapter) => [K.yuan(purse(chapter).bill), "n"])],
      [t("story_paid"), ...told.chapters.map((chapter) => [K.yuan(purse(chapter).bill - purse(chapter).own), "n"])],
      [t("story_own"), ...told.chapters.map((chapter) => [K.yuan(purse(chapter).own), "n"])],
    ];
    if (told.chapters.every((chapter) => chapter.told.close)) {
      rows.push(
        [t("story_counted_all"), ...told.chapters.map((chapter) => [K.yuan(chapter.told.close.held_fen[0]), "n"])],
        [t("story_line_all"), ...told.chapters.map((chapter) => [K.yuan(chapter.told.close.line_fen), "n"])],
        [t("story_end"), ...told.chapters.map((chapter) => [h("strong", {}, t(chapter.told.close.poor[0] ? "below" : "above")), "n"])],
      );
    }
    const caption = t("months_caption", { title: K.title(own.scenario) });
    const months = K.table(
      caption,
      [t("month"), [t("months_own"), "n"], [t("months_others"), "n"]],
      own.told.months.map((month, at) => [String(at + 1), [K.yuan(month.household_fen), "n"], [K.yuan(month.bill_fen - month.household_fen), "n"]]),
    );
    return h(
      "article",
      { "aria-label": K.name("picks", told.pick) },
      h("h3", {}, K.name("picks", told.pick)),
      h("p", { class: "soft small" }, t("stories_lead", { among: K.number(told.among, 0) })),
      h("p", { class: "eyebrow" }, t("story_in", { year: told.year, title: K.title(own.scenario) })),
      h("p", { class: "story" }, own.summary[language]),
      told.chapters.length > 1
        ? [
            h("h4", {}, t("story_table")),
            K.table(t("story_table"), ["", ...told.chapters.map((chapter) => [K.title(chapter.scenario), "n"])], rows, { hideCaption: true, stack: true }),
          ]
        : K.table(t("story_in", { year: told.year, title: K.title(own.scenario) }), ["", [K.title(own.scenario), "n"]], rows),
      h(
        "figure",
        {},
        h("h4", {}, t("months_title")),
        h("ul", { class: "keys" }, h("li", {}, K.swatch(K.month_fills.own), t("months_own")), h("li", {}, K.swatch(K.month_fills.others), t("months_others"))),
        K.months(own.told.months, t("bars_label", { title: t("months_title") })),
        h("figcaption", {}, caption),
      ),
      K.numbers(months),
      told.chapters.map((chapter) =>
        h("details", { class: "no-print" }, h("summary", {}, `${t("whole_story")}${zh() ? "：" : ": "}${K.title(chapter.scenario)}`), h("pre", { tabindex: "0", role: "group", "aria-label": t("whole_story") }, chapter.page[language])),
      ),
    );
  }

  // ---------------------------------------------------------------- the rules that were changed

  K.rules_section = function () {
    const changed = K.scenarios.filter(({ id }) => data.changes.some((change) => change.scenario === id));
    if (!changed.length) return section("rules", t("rules_title"), h("p", {}, t("no_rules")));
    return section(
      "rules",
      t("rules_title"),
      h("p", { class: "lead" }, t("rules_lead")),
      changed.map(({ id, title }, at) => {
        const own = data.changes.filter((change) => change.scenario === id);
        // A history changes hundreds of rules: what is so long is opened by who wants it, and stays folded on paper.
        const long = own.length > 60;
        return h("details", { open: at === 0 && !long, class: long ? "long" : undefined }, h("summary", {}, `${title} (${K.number(own.length)})`), parts(own));
      }),
    );
  };

  function parts(changes) {
    const origin = (change) => change.programme || (change.set_by.startsWith("--set") ? "--set" : change.set_by.startsWith("pushed") ? "pushed" : "file");
    const origins = [...new Set(changes.map(origin))];
    return origins.map((from) => {
      const own = changes.filter((change) => origin(change) === from);
      const programme = data.programmes.find((one) => one.id === from);
      const head = { "--set": t("by_command"), pushed: t("by_study"), file: t("by_file") }[from] ?? `${t("by_programme")}${zh() ? "：" : ": "}${programme?.title ?? K.plain(from)}`;
      return [
        h("h3", {}, head),
        programme
          ? [
              h("p", {}, K.foreign(programme.summary)),
              h("p", { class: "soft small" }, t("reaches", { from: month_words(programme.from), share: `${K.number(100 * programme.coverage_share, 0)}%` })),
              programme.evidence ? h("details", {}, h("summary", {}, t("what_is_known")), h("p", {}, K.foreign(programme.evidence))) : null,
            ]
          : null,
        h("ul", { class: "changes" }, merged(own).map(change_item)),
      ];
    });
  }

  /** Windows of one rule that a study set year after year are told together. */
  function merged(changes) {
    const list = [];
    for (const change of changes) {
      const before = list.at(-1);
      if (before && change.set_by.startsWith("pushed") && before.rule === change.rule && before.verb === change.verb) before.windows.push(change);
      else list.push({ ...change, windows: [change] });
    }
    return list;
  }

  /** A rule's path in words: its last part, and where it stands. */
  K.rule_words = function (path) {
    const units = /_(yuan|share|ratio|count|years?|months?|sd|yes|per_year|per_month|per_1000_year|weight)$/;
    const word = (part) => {
      if (!zh()) return part.replace(/_(yuan|yes)(?=_|$)/, "").replace(/_/g, " ");
      const plain = part.replace(/_yuan_per_year$/, "").replace(units, "");
      return K.path_words[plain] ?? K.path_words[part] ?? part.replace(/_/g, " ");
    };
    const words = path.split(".").filter((part) => !["layers", "arms"].includes(part)).map(word);
    const what = words.pop();
    return [zh() ? what : K.plain(what), words.join(" › ")];
  };

  /** What a rule is called: in English what it means, where that is known. */
  function rule_name(rule, meaning) {
    const [what, where] = K.rule_words(rule);
    if (zh() || !meaning) return { name: what, below: [where, meaning] };
    return { name: meaning.replace(/\.$/, ""), below: [where ? K.plain(where) : null, null] };
  }

  const in_percent = (unit) => /^(share|growth|probability)/.test(unit);
  const percent = (share) => {
    const value = Number((100 * share).toFixed(6));
    return K.number(value, Math.min(2, (String(value).split(".")[1] ?? "").length));
  };

  function value_words(value, unit) {
    let read;
    try {
      read = JSON.parse(value);
    } catch {
      return value;
    }
    const one = (own) => {
      if (own === true) return t("yes");
      if (own === false) return t("no");
      if (typeof own !== "number") return K.name("path_values", String(own));
      if (in_percent(unit)) return `${percent(own)}%`;
      const number = K.number(own, Number.isInteger(own) ? 0 : Math.abs(own) >= 100 ? 1 : Math.min(4, (String(own).split(".")[1] ?? "").length));
      return unit.startsWith("yuan") ? t("yuan", { amount: number }) : number;
    };
    return Array.isArray(read) ? read.flat().map(one).join(zh() ? "、" : ", ") : one(read);
  }

  /** The ends of a range, in the unit of what it is about. */
  function bounds(card, unit) {
    if (!card.low || !card.high) return null;
    const whole = (text) => K.number(Number(text), Math.min(4, (text.split(".")[1] ?? "").length));
    const share = in_percent(unit) && ["value", "add"].includes(card.verb);
    return [card.low, card.high].map((text) => (share ? `${percent(Number(text))}%` : whole(text)));
  }

  /** `2022-01` as people write it. */
  function month_words(month) {
    const [year, number] = month.split("-").map(Number);
    if (zh()) return `${year}年${number}月`;
    return new Date(Date.UTC(year, number - 1, 1)).toLocaleDateString("en-GB", { month: "long", year: "numeric", timeZone: "UTC" });
  }

  function verb_words(change) {
    const value = value_words(change.value, change.unit);
    const before = change.before !== null && change.verb === "value" ? value_words(change.before, change.unit) : null;
    if (change.verb === "value") return t(before ? "verb_value_before" : "verb_value", { value, before });
    const number = Number(change.value);
    if (change.verb === "add") {
      const value = in_percent(change.unit) ? t("percentage_points", { value: percent(Math.abs(number)) }) : value_words(String(Math.abs(number)), change.unit);
      return t(number < 0 ? "verb_add_less" : "verb_add", { value });
    }
    return t(`verb_${change.verb}`, { value: K.number(number, Math.min(3, (change.value.split(".")[1] ?? "").length)) });
  }

  function when_words(window) {
    const [from, until] = [window.from, window.until].map((month) => (month ? month_words(month) : ""));
    if (from && until) return t("from_until", { from, until });
    if (from) return t("from_on", { from });
    return until ? t("until_then", { until }) : t("throughout");
  }

  function change_item(change) {
    const { name, below } = rule_name(change.rule, change.meaning);
    const many = change.windows.length > 1;
    const told = change.windows.map((own) => `${verb_words({ ...own, before: many ? null : own.before })}${zh() ? "，" : ", "}${when_words(own)}`);
    const ends = many ? null : bounds(change, change.unit);
    return h(
      "li",
      {},
      below[0] ? h("span", { class: "meaning" }, below[0]) : null,
      h("span", { class: "what" }, name),
      zh() ? "：" : ": ",
      told.join(zh() ? "；" : "; "),
      change.grade ? [" ", grade(change.grade)] : null,
      ends ? h("span", { class: "soft small" }, ` ${t("range", { low: ends[0], high: ends[1] })}`) : null,
      below[1] ? h("span", { class: "meaning", lang: "en" }, below[1]) : null,
    );
  }

  function grade(letter) {
    if (!letter) return h("span", { class: "soft" }, "–");
    return h("span", { class: `grade grade-${letter}`, title: t(`grade_${letter}`) }, h("span", { class: "visually-hidden" }, `${t("grade")} `), letter === "D" ? `D ${t("assumed")}` : letter);
  }

  // ---------------------------------------------------------------- every parameter

  K.cards_section = function () {
    const { cards, texts } = data.cards;
    const told = cards.map((card) => ({
      ...card,
      text: [card.rule, texts[card.meaning], texts[card.source], texts[card.note]].join(" ").toLowerCase().replace(/_/g, " "),
    }));
    const of_grade = (letter) => cards.filter((card) => card.grade === letter).length;
    const letters = ["A", "B", "C", "D", ""].filter((letter) => of_grade(letter));
    const place = h("div");
    const count = h("p", { class: "soft small", role: "status" });
    const draw = () => {
      const words = state.search.toLowerCase().replace(/[_.]/g, " ").split(/\s+/).filter(Boolean);
      const found = told.filter((card) => state.grades.has(card.grade) && words.every((word) => card.text.replace(/\./g, " ").includes(word)));
      const shown = found.slice(0, state.cardsShown);
      count.textContent = found.length ? t("cards_count", { shown: K.number(shown.length), found: K.number(found.length) }) : t("cards_none");
      place.replaceChildren(
        ...(shown.length
          ? [
              K.table(
                t("cards_title"),
                [t("parameter"), t("value"), t("plausible"), t("grade"), t("source")],
                shown.map((card) => card_row(card, texts)),
                { class: "cards", hideCaption: true, labels: true },
              ),
            ]
          : []),
        ...(shown.length < found.length
          ? [
              h("button", { type: "button", class: "plain", onclick: () => {
                state.cardsShown = Infinity;
                draw();
                place.querySelector(".scroll")?.focus();
              } }, t("show_all", { count: K.number(found.length) })),
            ]
          : []),
      );
    };
    draw();
    return section(
      "cards",
      t("cards_title"),
      h("p", { class: "lead" }, t("cards_lead", { d: K.number(of_grade("D")), all: K.number(cards.length) })),
      h(
        "div",
        { class: "filters" },
        h("div", { class: "control" }, h("label", { for: "search-cards" }, t("search")), h("input", { type: "search", id: "search-cards", value: state.search, autocomplete: "off", oninput: (event) => {
          state.search = event.target.value;
          state.cardsShown = K.first_cards;
          draw();
        } })),
        h(
          "fieldset",
          {},
          h("legend", {}, t("grades")),
          h(
            "div",
            { class: "chips" },
            letters.map((letter) =>
              h(
                "label",
                { class: "chip" },
                h("input", { type: "checkbox", "data-grade": letter, checked: state.grades.has(letter), onchange: (event) => {
                  if (event.target.checked) state.grades.add(letter);
                  else state.grades.delete(letter);
                  state.cardsShown = K.first_cards;
                  draw();
                } }),
                h("span", {}, `${letter ? t(`grade_${letter}`) : t("grade_none")} (${K.number(of_grade(letter))})`),
              ),
            ),
          ),
        ),
      ),
      count,
      place,
    );
  };

  function card_row(card, texts) {
    const unit = texts[card.unit];
    const { name, below } = rule_name(card.rule, texts[card.meaning]);
    const label = h(
      "span",
      {},
      h("span", {}, name),
      zh() && below[0] ? h("span", { class: "soft" }, ` · ${below[0]}`) : null,
      below[1] ? h("span", { class: "meaning soft small", lang: "en" }, below[1]) : null,
      h("code", { class: "path" }, card.rule),
      card.of.length < K.scenarios.length ? h("span", { class: "soft small" }, card.of.length > 4 ? t("only_in_many", { count: card.of.length }) : t("only_in", { titles: card.of.map((at) => K.titled(K.scenarios[at].title)).join("; ") })) : null,
    );
    const told = verb_words({ ...card, unit, before: null });
    const value = told.length > 60 ? h("details", {}, h("summary", {}, `${told.slice(0, 28)}…`), told) : told;
    const plain_unit = in_percent(unit) || unit.startsWith("yuan") || unit === "number" || card.verb !== "value" ? "" : ` ${unit.split(",")[0]}`;
    const source = h("span", { class: "source", lang: "en" }, texts[card.source], card.year ? ` (${card.year})` : "", texts[card.note] ? ` ${texts[card.note]}` : "");
    return [label, h("span", {}, value, plain_unit), h("span", { class: "range" }, bounds(card, unit)?.join("–") ?? "–"), grade(card.grade), source];
  }

  // ---------------------------------------------------------------- validation, limits, how to reproduce

  K.validation_section = function () {
    const all = data.published;
    if (!all.length) return section("validation", t("validation_title"), h("p", {}, t("validation_none")));
    const free = all.filter((own) => !["input", "fitted"].includes(own.used));
    const inside = free.filter((own) => own.verdict === "inside");
    const number = (value) => (value === null ? "–" : K.number(value, K.digits(value)));
    const several = new Set(all.map((own) => own.scenario)).size > 1;
    const row = (own) => [
      h("span", {}, K.plain(own.figure), h("span", { class: "soft" }, ` · ${own.year} · ${own.unit}${several ? ` · ${K.title(own.scenario)}` : ""}`), own.source ? h("span", { class: "source soft small", style: "display:block" }, own.source) : null),
      [h("span", {}, number(own.mean), h("span", { class: "soft" }, K.interval(own.lo, own.hi, K.digits(own.mean ?? 0)))), "n"],
      [number(own.published), "n"],
      [own.low === null && own.high === null ? "–" : `${number(own.low)} ${zh() ? "至" : "to"} ${number(own.high)}`, "n"],
      [K.name("used", own.used), "w"],
      [`${own.verdict === "inside" ? "✓ " : ""}${K.name("verdicts", own.verdict)}`, "w"],
    ];
    const table = (caption, list) =>
      K.table(caption, [t("figure"), [t("simulated"), "n"], [t("published"), "n"], [t("accepted"), "n"], t("used"), t("verdict")], list.map(row), { class: "cards", labels: true });
    const outside = free.filter((own) => own.verdict !== "inside");
    return section(
      "validation",
      t("validation_title"),
      h("p", { class: "lead" }, t("validation_lead", { inside: inside.length, all: free.length })),
      all.length > 40
        ? [
            table(t("validation_outside"), outside),
            h("details", {}, h("summary", {}, t("show_all", { count: K.number(all.length) })), table(t("validation_caption"), all)),
          ]
        : table(t("validation_caption"), all),
    );
  };

  K.limits_section = () => section("limits", t("limits_title"), h("ul", { class: "limits" }, K.limits[state.language].map((limit) => h("li", {}, limit))));

  /** A command line, and a button that copies it. */
  K.command = function (line) {
    const command = h("code", {}, line);
    const copy = h("button", { type: "button", class: "plain", onclick: async () => {
      try {
        await navigator.clipboard.writeText(line);
      } catch {
        getSelection().selectAllChildren(command);
        document.execCommand("copy");
      }
      K.announce(t("copied"));
    } }, t("copy"));
    return h("div", { class: "command" }, h("pre", { tabindex: "0", role: "group", "aria-label": t("reproduce_title") }, command), copy);
  };

  K.reproduce_section = function () {
    const own = data.manifest;
    const each = (of) => [...new Set(K.scenarios.map(of))].join(", ");
    const fact = (label, value) => [h("dt", {}, label), h("dd", {}, value)];
    const hashes = [
      ...Object.entries(own.tables_blake3).map(([file, hash]) => [h("code", {}, `tables/${file}`), h("code", {}, hash)]),
      ...K.scenarios.map(({ id, rules_blake3 }) => [t("rules_of", { id }), h("code", {}, rules_blake3)]),
      ...K.scenarios.filter((one) => one.population_blake3).map((one) => [`population: ${one.id}`, h("code", {}, one.population_blake3)]),
    ];
    return section(
      "reproduce",
      t("reproduce_title"),
      h("p", { class: "lead" }, t("reproduce_lead")),
      K.command(own.command),
      h(
        "dl",
        { class: "facts" },
        fact(t("version"), t("version_value", { version: own.version, results: own.results_version })),
        fact(t("run_at"), own.run_at),
        fact(t("seed"), each((one) => one.seed)),
        fact(t("replicates"), K.scenarios.length > 8 ? each((one) => one.replicates) : K.scenarios.map((one) => `${K.titled(one.title)}: ${one.replicates}`).join("; ")),
        fact(t("years_label"), `${first}–${last}`),
        fact(t("money"), h("span", { lang: "en" }, own.money)),
        fact(t("intervals"), h("span", { lang: "en" }, own.interval)),
        own.masked_below ? fact(t("masked"), t("masked_value", { count: own.masked_below })) : [],
      ),
      h("details", {}, h("summary", {}, t("hashes")), K.table(t("hashes"), [t("file"), t("hash")], hashes, { hideCaption: true })),
    );
  };
})((globalThis.kangcun ??= {}));
