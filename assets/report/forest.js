// The page of a sweep of programmes: each beside the scenario that it is held against, to sort, to filter, and to look into.
"use strict";
(function (K) {
  if (K.kind !== "programmes") return;
  const { h, t, state } = K;
  const data = K.data;
  const rows = data.rows;
  const zh = () => state.language === "zh";
  const section = (id, title, ...children) =>
    h("section", { id, "aria-labelledby": `${id}-title` }, h("h2", { id: `${id}-title` }, title), ...children);
  const ROLES = ["return", "oop_share", "forgone_admission", "forgone", "oop_share_all", "forgone_admission_all", "forgone_all", "fund", "public_cost", "delivery", "declared"];
  const roles = ROLES.filter((role) => rows.some((row) => row.cells.some((cell) => cell.role === role)));
  const sections = [...new Set(rows.map((row) => row.section))];
  state.forest = { role: roles[0], section: "", evidence: new Set([0, 1, 2]), sort: "section", search: "", clear: false, programme: rows[0]?.id };
  const look = state.forest;

  /** How much of a programme is assumed: half of its graded levers or fewer, more, all. */
  const class_of = (row) => (row.assumed >= row.levers ? 2 : row.assumed / row.levers > 0.5 ? 1 : 0);
  const cell_of = (row, role) => row.cells.find((cell) => cell.role === role);
  const scale_of = (unit) => (unit === "share" ? { by: 100, unit: t("points") } : { by: 1, unit: unit === "per 1000 and year" ? t("forest_per_1000") : K.name("units", unit) });
  const section_word = (own) => (/^\d/.test(own) ? t("forest_section_number", { number: own }) : K.plain(own));
  const indicator_word = (own) => {
    const [id] = own.split("@");
    return K.names.indicators[id] ? K.name("indicators", id) : K.names.roles[id] ? K.name("roles", id) : K.plain(id);
  };
  const digits_of = (values) => {
    const most = Math.max(...values.map((value) => Math.abs(value ?? 0)), 0);
    return most >= 100 ? 0 : most >= 10 ? 1 : most >= 1 ? 2 : 3;
  };
  const verdict = (cell) => (cell.mean === null || cell.lo === null ? "" : cell.lo > 0 ? `▲ ${t("up")}` : cell.hi < 0 ? `▼ ${t("down")}` : cell.lo === 0 && cell.hi === 0 ? t("same") : t("unclear"));

  K.programmes_answer = function () {
    const { question, sentence } = data.answer;
    const language = state.language;
    const luck = Math.round(0.05 * rows.length);
    return h(
      "section",
      { id: "question", "aria-labelledby": "answer-sentence" },
      h("p", { class: "eyebrow" }, t("question")),
      h("p", { class: "question" }, K.foreign(question[language])),
      h("h1", { class: "answer", id: "answer-sentence" }, K.quoting(sentence[language])),
      h("p", { class: "soft small" }, t("forest_many", { count: rows.length, luck: Math.max(1, luck) })),
      K.left_out_note(),
    );
  };

  function select(id, label, options, value, chosen, wide = false) {
    const box = h("select", { id, onchange: (event) => chosen(event.target.value) }, options.map(([own, words]) => h("option", { value: own }, words)));
    box.value = value;
    return h("div", { class: `control${wide ? " wide" : ""}` }, h("label", { for: id }, label), box);
  }

  function found() {
    const words = look.search.toLowerCase().split(/\s+/).filter(Boolean);
    const text = (row) => [row.id, row.title, row.summary, row.eligible, row.reach].join(" ").toLowerCase();
    const own = rows.filter((row) => {
      const cell = cell_of(row, look.role);
      if (!cell || cell.mean === null) return false;
      if (look.section && row.section !== look.section) return false;
      if (!look.evidence.has(class_of(row))) return false;
      if (look.clear && !(cell.lo > 0 || cell.hi < 0)) return false;
      return words.every((word) => text(row).includes(word));
    });
    const mean = (row) => cell_of(row, look.role).mean;
    if (look.sort === "effect") own.sort((one, other) => mean(one) - mean(other));
    if (look.sort === "size") own.sort((one, other) => Math.abs(mean(other)) - Math.abs(mean(one)));
    if (look.sort === "name") own.sort((one, other) => one.title.localeCompare(other.title, "en"));
    if (look.sort === "evidence") own.sort((one, other) => one.assumed / (one.levers || 1) - other.assumed / (other.levers || 1));
    return own;
  }

  K.forest_section = function () {
    const place = h("div");
    const count = h("p", { class: "soft small", role: "status", id: "forest-count" });
    const draw = () => {
      const own = found();
      count.textContent = own.length ? t("forest_count", { shown: own.length, all: rows.length }) : t("forest_none");
      if (!own.length) {
        place.replaceChildren();
        return;
      }
      // What a programme is meant to move has another unit for each.
      const declared = look.role === "declared";
      const cells = own.map((row) => cell_of(row, look.role));
      const scale = declared ? null : scale_of(cells[0].unit);
      const change = (cell, value) => (value === null ? null : declared ? (cell.without ? (100 * value) / Math.abs(cell.without) : null) : value * scale.by);
      const drawn = own.flatMap((row, at) => {
        const cell = cells[at];
        const mean = change(cell, cell.mean);
        if (mean === null) return [];
        return [{ key: row.id, name: (look.sort === "section" && /^\d/.test(row.section) ? `${row.section}  ` : "") + row.title + (declared ? `: ${indicator_word(cell.indicator)}` : ""), mean, low: change(cell, cell.lo), high: change(cell, cell.hi), look: K.evidence_looks[class_of(row)], few: cell.few }];
      });
      const digits = digits_of(drawn.flatMap((row) => [row.mean]));
      const unit = declared ? t("forest_percent") : t("difference_unit", { unit: scale.unit });
      const name = K.name("roles", look.role);
      const table = own.map((row, at) => {
        const cell = cells[at];
        const own_scale = scale_of(cell.unit);
        const own_digits = digits_of([cell.mean * own_scale.by]);
        return [
          h("span", {}, K.foreign(row.title), h("span", { class: "soft small" }, ` · ${section_word(row.section)} · ${t(row.comparator === "added" ? "forest_added" : "forest_taken")}`)),
          declared ? indicator_word(cell.indicator) : K.foreign(row.eligible),
          [h("span", {}, K.number((cell.without ?? 0) * own_scale.by, digits_of([(cell.without ?? 0) * own_scale.by]))), "n"],
          [h("span", {}, K.number(cell.mean * own_scale.by, own_digits, true), h("span", { class: "soft" }, K.interval(cell.lo === null ? null : cell.lo * own_scale.by, cell.hi === null ? null : cell.hi * own_scale.by, own_digits, true)), h("span", { class: "verdict" }, verdict(cell) + (cell.few ? ` · ${t("few")}` : ""))), "n"],
          `${K.number(row.assumed)} / ${K.number(row.levers)}`,
        ];
      });
      const replicates = [...new Set(cells.map((cell) => cell.replicates))].join(", ");
      place.replaceChildren(
        h(
          "figure",
          { id: "forest-figure" },
          h("h3", {}, name),
          h("p", { class: "unit" }, unit),
          h("ul", { class: "keys" }, K.evidence_looks.map((own_look, at) => h("li", {}, K.sample_of({ ...own_look, dash: "" }), t(`forest_evidence_${at}`)))),
          K.forest(drawn, t("forest_label", { name }), digits, t("down"), t("up")),
          h("figcaption", {}, t("forest_caption", { n: replicates }), drawn.some((row) => row.few) ? ` ${t("few_note")}` : ""),
        ),
        K.numbers(K.table(`${name}, ${unit}`, [t("by_programme"), declared ? t("what") : t("forest_whom"), [t("forest_without"), "n"], [t("difference"), "n"], t("forest_assumed")], table, { class: "cards wide", labels: true })),
      );
    };
    const set = (name) => (value) => {
      look[name] = value;
      draw();
    };
    draw();
    return section(
      "forest",
      t("forest_title"),
      h("p", { class: "lead" }, t("forest_lead")),
      h(
        "div",
        { class: "controls", role: "group", "aria-label": t("forest_title") },
        select("pick-role", t("what"), roles.map((role) => [role, K.name("roles", role)]), look.role, set("role"), true),
        select("pick-section", t("forest_section"), [["", t("forest_all")], ...sections.map((own) => [own, section_word(own)])], look.section, set("section")),
        select("pick-sort", t("forest_sort"), ["section", "effect", "size", "name", "evidence"].map((own) => [own, t(`forest_sort_${own}`)]), look.sort, set("sort")),
        h("div", { class: "control" }, h("label", { for: "search-programmes" }, t("forest_search")), h("input", { type: "search", id: "search-programmes", value: look.search, autocomplete: "off", oninput: (event) => set("search")(event.target.value) })),
      ),
      h(
        "fieldset",
        { id: "pick-evidence" },
        h("legend", {}, t("forest_evidence")),
        h(
          "div",
          { class: "chips" },
          [0, 1, 2].map((own) =>
            h("label", { class: "chip" }, h("input", { type: "checkbox", checked: look.evidence.has(own), onchange: (event) => {
              if (event.target.checked) look.evidence.add(own);
              else look.evidence.delete(own);
              draw();
            } }), K.sample_of({ ...K.evidence_looks[own], dash: "" }), h("span", {}, t(`forest_evidence_${own}`))),
          ),
          h("label", { class: "chip" }, h("input", { type: "checkbox", id: "only-clear", checked: look.clear, onchange: (event) => set("clear")(event.target.checked) }), h("span", {}, t("forest_clear"))),
        ),
      ),
      count,
      place,
    );
  };

  // ---------------------------------------------------------------- one programme

  K.programme_section = function () {
    const place = h("div");
    const draw = () => {
      const row = rows.find((own) => own.id === look.programme) ?? rows[0];
      const fact = (label, value) => [h("dt", {}, label), h("dd", {}, value)];
      const cells = row.cells.map((cell) => {
        const scale = scale_of(cell.unit);
        const digits = digits_of([cell.mean * scale.by, (cell.lo ?? 0) * scale.by, (cell.hi ?? 0) * scale.by]);
        const null_words = cell.null
          ? h("span", { class: "soft small" }, ` ${t(cell.null.holds ? "forest_null" : "forest_not_null", { low: K.number(cell.null.bound[0] * scale.by, digits, true), high: K.number(cell.null.bound[1] * scale.by, digits, true) })}`)
          : null;
        const name = ["declared", "null"].includes(cell.role) ? `${K.name("roles", cell.role)}: ${indicator_word(cell.indicator)}` : K.name("roles", cell.role);
        return [
          h("span", {}, name, h("span", { class: "soft small" }, ` · ${scale.unit}`), null_words),
          [cell.without === null ? "–" : K.number(cell.without * scale.by, digits_of([cell.without * scale.by])), "n"],
          [cell.mean === null ? "–" : h("span", {}, K.number(cell.mean * scale.by, digits, true), h("span", { class: "soft" }, K.interval(cell.lo === null ? null : cell.lo * scale.by, cell.hi === null ? null : cell.hi * scale.by, digits, true)), h("span", { class: "verdict" }, verdict(cell))), "n"],
        ];
      });
      place.replaceChildren(
        h(
          "article",
          { "aria-label": row.title },
          h("h3", {}, K.foreign(row.title)),
          row.summary ? h("p", {}, K.foreign(row.summary)) : null,
          h(
            "dl",
            { class: "facts" },
            fact(t("forest_section"), section_word(row.section)),
            fact(t("forest_compared"), t(row.comparator === "added" ? "forest_added_to" : "forest_taken_from", { title: K.title(row.against) })),
            fact(t("forest_whom"), K.foreign(row.eligible)),
            fact(t("forest_reach"), K.foreign(row.reach)),
            fact(t("forest_delivered"), row.delivered === null ? "–" : `${K.number(100 * row.delivered, 0)}%`),
            fact(t("forest_assumed"), t("forest_assumed_value", { assumed: K.number(row.assumed), levers: K.number(row.levers) })),
          ),
          K.table(t("forest_cells", { title: row.title }), ["", [t("forest_without"), "n"], [t("difference"), "n"]], cells, { stack: true }),
          row.flags.length ? [h("h4", {}, t("flags_title")), row.flags.map((flag) => h("div", { class: "note" }, h("p", { lang: "en" }, flag)))] : null,
          row.evidence ? [h("h4", {}, t("what_is_known")), h("p", {}, K.foreign(row.evidence))] : null,
        ),
      );
    };
    draw();
    return section(
      "programme",
      t("programme_title"),
      h("div", { class: "controls" }, select("pick-programme", t("by_programme"), rows.map((row) => [row.id, row.title]), look.programme, (value) => {
        look.programme = value;
        draw();
      }, true)),
      place,
    );
  };
})((globalThis.kangcun ??= {}));
