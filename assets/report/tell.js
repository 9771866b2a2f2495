// Small helpers that everything else stands on: the data, the language, numbers in words, and making elements.
"use strict";
(function (K) {
  K.data = JSON.parse(document.getElementById("data").textContent);

  /** How many cards are shown before more are asked for. */
  K.first_cards = matchMedia("(max-width: 47.99rem)").matches ? 15 : 40;

  K.state = {
    language: "en",
    indicator: "",
    gauge: "",
    category: "",
    county: "all",
    year: "all",
    hidden: new Set(),
    winners: "",
    search: "",
    grades: new Set(["A", "B", "C", "D", ""]),
    cardsShown: K.first_cards,
  };

  /** A phrase of the interface, its blanks filled. */
  K.t = function (key, blanks = {}) {
    const phrase = K.words[K.state.language][key] ?? K.words.en[key] ?? key;
    return phrase.replace(/\{(\w+)\}/g, (_, name) => blanks[name] ?? "");
  };

  /** A text of a file, which is in the language of its file: marked as English where the page is not. */
  K.foreign = function (text) {
    if (K.state.language === "en" || !text || /\p{Script=Han}/u.test(text)) return text;
    return K.h("span", { lang: "en" }, text);
  };

  /** A sentence of the page in which titles of files stand in quotes. */
  K.quoting = function (text) {
    if (K.state.language === "en") return text;
    return text.split(/(“[^”]*”)/).map((part) => (part.startsWith("“") ? ["“", K.foreign(K.titled(part.slice(1, -1))), "”"] : part));
  };

  /** A name from a table of names, or the identifier in plain words. */
  K.name = function (table, id) {
    // Until 2020 the registered poor were still being lifted.
    if (table === "categories" && id === "lifted" && !K.data.answer.returns) return K.t("registered");
    const found = K.names[table]?.[id];
    if (found) return found[K.state.language === "zh" ? 1 : 0];
    return K.plain(id);
  };

  /** `cash-transfer` becomes `Cash transfer`. */
  K.plain = function (id) {
    const text = String(id).replace(/[-_]/g, " ");
    return text.charAt(0).toUpperCase() + text.slice(1);
  };

  /** Makes an element: attributes (`on…` are listeners, absent ones are left out), then children. */
  K.h = function (tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (value === undefined || value === null || value === false) continue;
      if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
      else if (name === "value") element.value = value;
      else element.setAttribute(name, value === true ? "" : value);
    }
    for (const child of children.flat(Infinity)) {
      if (child !== undefined && child !== null && child !== false) element.append(child);
    }
    return element;
  };

  const separators = new Intl.NumberFormat("en-GB");

  /** A number with so many decimals, thousands apart, a true minus sign. */
  K.number = function (value, digits = 0, signed = false) {
    if (value === null || value === undefined) return "–";
    let text = Math.abs(value).toFixed(digits);
    const [whole, rest] = text.split(".");
    text = separators.format(Number(whole)) + (rest ? `.${rest}` : "");
    const zero = Number(Math.abs(value).toFixed(digits)) === 0;
    if (value < 0 && !zero) return `−${text}`;
    return signed && !zero ? `+${text}` : text;
  };

  /** How values of an indicator are shown: by what they are multiplied, their unit, and its short form. */
  K.scale = function (indicator) {
    const per1000 = ["return_hazard", "return_cumulative", "return_hazard_without_illness"];
    if (per1000.includes(indicator.id)) return { by: 1000, unit: K.t("unit_1000"), short: "", points: "", most: 1000 };
    if (indicator.unit === "share") return { by: 100, unit: K.t("unit_percent"), short: "%", points: K.t("points"), most: 100 };
    return { by: 1, unit: K.name("units", indicator.unit), short: "", points: "", most: Infinity };
  };

  /** As many decimals as make values of this size readable. */
  K.digits = function (size) {
    const most = Math.abs(size);
    return most >= 100 ? 0 : most >= 10 ? 1 : most >= 1 ? 2 : 3;
  };

  /** The words for an interval. */
  K.interval = function (low, high, digits, signed = false) {
    if (low === null || high === null || low === undefined || high === undefined) return K.t("one_run");
    return K.t("interval", { low: K.number(low, digits, signed), high: K.number(high, digits, signed) });
  };

  K.kind = K.data.kind;
  K.scenarios = K.data.manifest ? K.data.manifest.scenarios : K.data.scenarios.map(([id, title]) => ({ id, title }));
  /** A title in the language of the page, where the program knows it in both. */
  K.titled = (title) => (K.state.language === "zh" ? (K.titles_zh[title] ?? K.sweep_title?.(title) ?? title) : title);
  K.title = (id) => K.titled(K.scenarios.find((own) => own.id === id)?.title ?? K.plain(id));
  K.place = (id) => K.scenarios.findIndex((own) => own.id === id);
  K.base = K.data.base ?? K.scenarios[0]?.id;

  // Sweeps have other series.
  if (K.kind === "scenarios") {
    /** Series by `indicator/category/county/scenario`, as places. */
    const index = (lines) => new Map(lines.map(([key, mean, low, high, few]) => [key.join("/"), { mean, low, high, few: new Set(few) }]));
    const levels = index(K.data.curves.levels);
    const differences = index(K.data.curves.differences);
    const { years, counties, categories, indicators } = K.data.curves;
    K.years = years;
    K.counties = counties;
    K.categories = categories;
    K.indicators = indicators;

    const key = (indicator, category, county, scenario) =>
      [indicators.indexOf(indicator), categories.indexOf(category), counties.indexOf(county), K.place(scenario)].join("/");
    K.level = (indicator, category, county, scenario) => levels.get(key(indicator, category, county, scenario));
    K.difference = (indicator, category, scenario) => differences.get(key(indicator, category, "all", scenario));

    /** The way of measuring poverty that an indicator is told by; empty where it needs none. */
    K.gauge = (indicator) => (indicator.line ? `${indicator.convention}|${indicator.line}` : "");
    K.find = (id, gauge) =>
      indicators.find((own) => own.id === id && K.gauge(own) === gauge) ?? indicators.find((own) => own.id === id);
    K.headline = (id) => indicators.find((own) => own.id === id && ["", "register|national"].includes(K.gauge(own)));

    /** The place of a year's column; that of all years is the last. */
    K.column = (year) => (year === "all" ? years.length : years.indexOf(Number(year)));
  }

  /** Says something to those who do not see it. */
  K.announce = (text) => {
    document.getElementById("announce").textContent = text;
  };

  /** A table with a caption and row headers; cells are texts, elements, or [element, "n"] for numbers. */
  K.table = function (caption, head, rows, options = {}) {
    const cell = (content, tag, attributes = {}) => {
      const [body, kind] = Array.isArray(content) ? content : [content];
      return K.h(tag, { ...attributes, class: kind }, body);
    };
    const role = (name) => (options.stack || options.labels ? name : undefined);
    const labels = head.map((own) => (Array.isArray(own) ? own[0] : own));
    // On a phone the name of a row stands above its cells (`stack`); the roles keep what the layout would take away.
    const table = K.h(
      "table",
      { role: role("table"), class: options.class ?? (options.stack ? "stack" : undefined), style: options.stack ? `--cells:${head.length - 1}` : undefined },
      K.h("caption", { class: options.hideCaption ? "visually-hidden" : undefined }, caption),
      K.h("thead", { role: role("rowgroup") }, K.h("tr", { role: role("row") }, head.map((own) => cell(own, own === "" ? "td" : "th", { scope: own === "" ? undefined : "col", role: role(own === "" ? "cell" : "columnheader") })))),
      K.h(
        "tbody",
        { role: role("rowgroup") },
        rows.map((row) =>
          K.h(
            "tr",
            { role: role("row") },
            row.map((own, at) =>
              at === 0 ? cell(own, "th", { scope: "row", role: role("rowheader") }) : cell(own, "td", { role: role("cell"), "data-label": options.labels ? labels[at] : undefined }),
            ),
          ),
        ),
      ),
    );
    return K.h("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": caption }, table);
  };

  /** The numbers behind a drawing, folded away. */
  K.numbers = (table) => K.h("details", { class: "numbers" }, K.h("summary", {}, K.t("as_table")), table);

  /** An amount of fen in yuan. */
  K.yuan = (fen) => K.t("yuan", { amount: K.number(fen / 100, 0) });
})((globalThis.kangcun ??= {}));
