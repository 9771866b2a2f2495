// The drawings. Colours, markers, dashes and their order are those of the program's figures (src/plot/style.rs; a test holds them
// to it), so that a scenario looks the same everywhere; none is told by colour alone.
"use strict";
(function (K) {
  const COLOURS = ["#000000", "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#5a5a5a"];
  const MARKERS = ["circle", "square", "triangle", "diamond", "wedge", "cross", "star", "wye"];
  const DASHES = ["", "", "7 3", "2 2.5"];
  const BLUE = "#0072b2", VERMILLION = "#d55e00", GREEN = "#009e73", PURPLE = "#cc79a7", ORANGE = "#e69f00";
  const SKY = "#56b4e9", YELLOW = "#f0e442", GREY = "#d4d4d4", DARK = "#5a5a5a";
  const SOFT = "#57606a", GRID = "#e3e6e9";

  /** How a scenario's line looks. */
  K.look = function (id) {
    const at = K.place(id);
    return K.look_at(at);
  };
  K.look_at = (at) => ({ colour: COLOURS[at % COLOURS.length], marker: MARKERS[at % MARKERS.length], dash: DASHES[at % DASHES.length] });

  /** A triangle on its tip. */
  const wedge = {
    draw(context, size) {
      const y = Math.sqrt(size / (Math.sqrt(3) * 3));
      context.moveTo(0, -y * -2);
      context.lineTo(-Math.sqrt(3) * y, -y);
      context.lineTo(Math.sqrt(3) * y, -y);
      context.closePath();
    },
  };
  const symbol = (marker) => (marker === "wedge" ? wedge : marker);

  const SVG = "http://www.w3.org/2000/svg";
  function s(tag, attributes, ...children) {
    const element = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  }

  /** The sample of a line, for keys. */
  K.sample = function (id) {
    return K.sample_of(K.look(id));
  };
  K.sample_of = function ({ colour, marker, dash }) {
    const path = d3.symbol(marker === "wedge" ? wedge : d3[`symbol${K.plain(marker)}`], 46)();
    return s(
      "svg",
      { width: 34, height: 16, viewBox: "0 0 34 16", "aria-hidden": "true", focusable: "false" },
      s("line", { x1: 1, x2: 33, y1: 8, y2: 8, stroke: colour, "stroke-width": 2, "stroke-dasharray": dash }),
      s("path", { d: path, transform: "translate(17,8)", fill: colour }),
    );
  };

  /** Patterns of hatched fills; their ids are of the page, so one set of them serves all drawings. */
  const hatch = (colour) => `url(#hatch-${colour.slice(1)})`;
  K.patterns = function () {
    const pattern = (colour) =>
      s(
        "pattern",
        { id: `hatch-${colour.slice(1)}`, width: 6, height: 6, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
        s("rect", { width: 6, height: 6, fill: colour }),
        s("rect", { width: 1.6, height: 6, fill: "#fff" }),
      );
    const all = [PURPLE, ORANGE, BLUE, GREEN, SKY, VERMILLION].map(pattern);
    return s("svg", { width: 0, height: 0, "aria-hidden": "true", focusable: "false", style: "position:absolute" }, s("defs", {}, ...all));
  };

  K.causes = [
    ["bill_alone", VERMILLION, "#000"],
    ["work_alone", BLUE, "#fff"],
    ["either", hatch(PURPLE), "#000"],
    ["both_needed", SKY, "#000"],
    ["neither", GREY, "#000"],
  ];
  const LAYERS = [BLUE, SKY, GREEN, PURPLE, YELLOW, hatch(BLUE), hatch(GREEN), hatch(SKY)];
  const LAYER_INK = ["#fff", "#000", "#000", "#000", "#000", "#000", "#000", "#000"];
  K.payer_look = function (payer, place) {
    if (payer === "household") return [VERMILLION, "#000"];
    if (payer === "arrears_provider") return [hatch(ORANGE), "#000"];
    if (payer === "programme") return [DARK, "#fff"];
    if (payer === "other") return [GREY, "#000"];
    return [LAYERS[place % LAYERS.length], LAYER_INK[place % LAYERS.length]];
  };

  /** A square of a fill, for keys. */
  K.swatch = (fill) =>
    s(
      "svg",
      { width: 16, height: 16, viewBox: "0 0 16 16", "aria-hidden": "true", focusable: "false" },
      s("rect", { x: 0.5, y: 0.5, width: 15, height: 15, fill, stroke: "#57606a", "stroke-width": 0.6 }),
    );

  const FONT = getComputedStyle(document.body).fontFamily;
  const plot = (label, options) => {
    const drawn = Plot.plot({
      className: "plot",
      style: { fontFamily: FONT, fontSize: "13px", background: "none", color: "#1f2328" },
      ...options,
    });
    drawn.setAttribute("role", "img");
    drawn.setAttribute("aria-label", label);
    // The drawing is one image with a name; its parts need none, and the numbers are in a table beside it.
    for (const part of drawn.querySelectorAll("[aria-label],[aria-description]")) {
      part.removeAttribute("aria-label");
      part.removeAttribute("aria-description");
    }
    return drawn;
  };

  /** A place for a drawing that is drawn again when its width changes. */
  K.drawing = function (draw) {
    const place = K.h("div", { class: "drawing" });
    let width = 0;
    const again = () => {
      const now = Math.floor(place.clientWidth);
      if (now < 40 || now === width) return;
      width = now;
      place.querySelector(":scope > svg")?.remove();
      place.prepend(draw(width, place));
    };
    new ResizeObserver(again).observe(place);
    /** Draws what has changed, in the same place. */
    place.redraw = () => {
      width = 0;
      again();
    };
    return place;
  };

  /** Calendar years of an axis, far enough apart for its width. */
  function ticks(years, width) {
    const step = [1, 2, 5, 10].find((step) => (width / years.length) * step >= 46) ?? 20;
    return years.filter((year) => (year - years[0]) % step === 0);
  }

  /** The range of an axis for these values: from zero, unless they all lie in its upper half. */
  function range(values) {
    const [low, high] = d3.extent(values);
    if (low === undefined) return [0, 1];
    if (low >= 0 && low < 0.5 * high) return [0, high];
    if (low >= 0 && high === 0) return [0, 1];
    const room = 0.12 * (high - low || Math.abs(high) || 1);
    return low >= 0 ? [Math.max(0, low - room), high + room] : [Math.min(0, low - room), Math.max(0, high + room)];
  }
  K.range = range;

  const margins = (width) => ({ marginLeft: 52, marginRight: width < 480 ? 10 : 18, marginTop: 14, marginBottom: 30 });

  /**
   * Return curves: `lines` are { id, points: [{ year, mean, low, high, few }] }; `choose(year)` is told the year under the
   * pointer, `null` when it leaves.
   */
  K.curves = function (lines, label, digits, hovered) {
    return K.drawing((width, place) => {
      const points = lines.flatMap((line) => line.points.map((point) => ({ ...point, id: line.id })));
      const values = points.flatMap((point) => [point.mean, point.low ?? point.mean, point.high ?? point.mean]);
      const domain = range(values.filter((value) => value !== null));
      const marks = [
        Plot.gridY({ stroke: GRID, strokeOpacity: 1, ticks: 5 }),
        Plot.axisY({ label: null, tickSize: 0, tickPadding: 8, ticks: 5, tickFormat: (value) => K.number(value, axisDigits(domain)) }),
        Plot.axisX(ticks(K.years, width - 80), { label: null, tickFormat: (year) => String(year), tickSize: 4 }),
      ];
      if (domain[0] === 0) marks.push(Plot.ruleY([0], { stroke: "#1f2328" }));
      for (const { id, points: own } of lines) {
        const banded = own.filter((point) => point.low !== null && point.mean !== null);
        marks.push(Plot.areaY(banded, { x: "year", y1: "low", y2: "high", fill: K.look(id).colour, fillOpacity: 0.13 }));
      }
      for (const { id, points: own } of lines) {
        const { colour, marker, dash } = K.look(id);
        const told = own.filter((point) => point.mean !== null);
        marks.push(Plot.line(told, { x: "year", y: "mean", stroke: colour, strokeWidth: 2, strokeDasharray: dash || null }));
        marks.push(
          Plot.dot(told, { x: "year", y: "mean", r: 3.6, symbol: symbol(marker), stroke: colour, strokeWidth: 1.5, fill: (point) => (point.few ? "#ffffff" : colour) }),
        );
      }
      const drawn = plot(label, {
        width,
        height: Math.round(Math.max(260, Math.min(400, width * 0.5))),
        ...margins(width),
        x: { domain: [K.years[0] - 0.3, K.years[K.years.length - 1] + 0.3] },
        y: { domain, nice: true },
        marks,
      });
      watch(drawn, place, lines, digits, hovered);
      return drawn;
    });
  };

  function axisDigits(domain) {
    const size = Math.abs(domain[1] - domain[0]);
    return size >= 8 ? 0 : size >= 0.8 ? 1 : size >= 0.08 ? 2 : 3;
  }

  /** Shows the values of the year under the pointer. */
  function watch(drawn, place, lines, digits, hovered) {
    const x = drawn.scale("x");
    const rule = s("line", { y1: 8, y2: drawn.viewBox.baseVal.height - 30, stroke: SOFT, "stroke-width": 1, visibility: "hidden", class: "crosshair" });
    drawn.append(rule);
    place.classList.add("hovered");
    place.querySelector(".tip")?.remove();
    const tip = K.h("div", { class: "tip", hidden: true, "aria-hidden": "true" });
    place.append(tip);
    const leave = () => {
      tip.hidden = true;
      rule.setAttribute("visibility", "hidden");
      hovered(null);
    };
    const move = (event) => {
      const box = drawn.getBoundingClientRect();
      const scale = drawn.viewBox.baseVal.width / box.width;
      const at = x.invert((event.clientX - box.left) * scale);
      const year = K.years.reduce((best, own) => (Math.abs(own - at) < Math.abs(best - at) ? own : best));
      const middle = x.apply(year);
      rule.setAttribute("x1", middle);
      rule.setAttribute("x2", middle);
      rule.setAttribute("visibility", "visible");
      const told = lines.map(({ id, points }) => [id, points.find((point) => point.year === year)]);
      tip.replaceChildren(
        K.h("strong", {}, String(year)),
        K.h(
          "ul",
          {},
          told
            .filter(([, point]) => point && point.mean !== null)
            .sort((one, other) => other[1].mean - one[1].mean)
            .map(([id, point]) =>
              K.h("li", {}, K.sample(id), K.h("span", {}, K.h("b", {}, K.number(point.mean, digits)), ` (${K.interval(point.low, point.high, digits)})${point.few ? ` · ${K.t("few")}` : ""}`)),
            ),
        ),
      );
      tip.hidden = false;
      const left = middle / scale;
      const right = left + 14 + tip.offsetWidth > box.width;
      tip.style.left = right ? `${Math.max(0, left - 14 - tip.offsetWidth)}px` : `${left + 14}px`;
      hovered(year);
    };
    drawn.addEventListener("pointermove", move);
    drawn.addEventListener("pointerdown", move);
    drawn.addEventListener("pointerleave", leave);
  }

  /** Differences with their intervals, side by side within a year, on a line of zero. */
  K.differences = function (lines, label) {
    return K.drawing((width) => {
      const spread = Math.min(0.5, 0.16 * (lines.length - 1));
      const points = lines.flatMap(({ id, points: own }, place) =>
        own
          .filter((point) => point.mean !== null)
          .map((point) => ({ ...point, id, x: point.year + (lines.length > 1 ? (place / (lines.length - 1) - 0.5) * spread : 0) })),
      );
      const values = points.flatMap((point) => [0, point.mean, point.low ?? point.mean, point.high ?? point.mean]);
      const domain = range(values);
      const marks = [
        Plot.gridY({ stroke: GRID, strokeOpacity: 1, ticks: 5 }),
        Plot.axisY({ label: null, tickSize: 0, tickPadding: 8, ticks: 5, tickFormat: (value) => K.number(value, axisDigits(domain), true) }),
        Plot.axisX(ticks(K.years, width - 80), { label: null, tickFormat: (year) => String(year), tickSize: 4 }),
        Plot.ruleY([0], { stroke: "#1f2328" }),
      ];
      for (const { id } of lines) {
        const { colour, marker } = K.look(id);
        const own = points.filter((point) => point.id === id);
        marks.push(Plot.ruleX(own.filter((point) => point.low !== null), { x: "x", y1: "low", y2: "high", stroke: colour, strokeWidth: 1.8 }));
        marks.push(Plot.dot(own, { x: "x", y: "mean", r: 4.2, symbol: symbol(marker), stroke: colour, strokeWidth: 1.5, fill: (point) => (point.few ? "#ffffff" : colour) }));
      }
      return plot(label, {
        width,
        height: Math.round(Math.max(220, Math.min(320, width * 0.4))),
        ...margins(width),
        x: { domain: [K.years[0] - 0.4, K.years[K.years.length - 1] + 0.4] },
        y: { domain, nice: true },
        marks,
      });
    });
  };

  /** The width of a text in Latin letters. */
  const letters = (text) => [...text].reduce((sum, letter) => sum + (letter > "\u2e80" ? 1.8 : 1), 0);

  /**
   * Stacked bars, one a scenario, its title above it: `bars` are { id, title, end, parts: [{ value, fill, ink, text }] }, `most`
   * where the axis ends.
   */
  K.stacked = function (bars, label, most, unit) {
    return K.drawing((width) => {
      const pitch = 62;
      const rows = bars.flatMap((bar) => {
        let from = 0;
        return bar.parts.map((part) => ({ id: bar.id, from, to: (from += part.value), ...part }));
      });
      const right = 24 + 7.4 * Math.max(0, ...bars.map((bar) => letters(bar.end ?? "")));
      const room = width - 14 - right;
      const wide = rows.filter((row) => row.text && (room * (row.to - row.from)) / most > 8 * row.text.length + 8);
      return plot(label, {
        width,
        height: pitch * bars.length + 34,
        marginLeft: 14,
        marginRight: right,
        marginTop: 4,
        marginBottom: 30,
        x: { domain: [0, most] },
        y: { type: "band", domain: bars.map((bar) => bar.id), paddingInner: 0.5, paddingOuter: 0.5, axis: null },
        marks: [
          Plot.gridX({ stroke: GRID, strokeOpacity: 1, ticks: 5 }),
          Plot.axisX({ label: null, tickSize: 0, ticks: 5, tickFormat: (value) => K.number(value, 0) + unit }),
          Plot.barX(rows, { y: "id", x1: "from", x2: "to", fill: (row) => row.fill, stroke: "#fff", strokeWidth: 0.8 }),
          Plot.text(wide, { y: "id", x: (row) => (row.from + row.to) / 2, text: "text", fill: (row) => row.ink, stroke: (row) => (row.fill.startsWith("url") ? "#fff" : "none"), strokeWidth: 3, fontVariant: "tabular-nums" }),
          Plot.text(bars, { y: "id", x: () => 0, text: "title", textAnchor: "start", dx: 1, dy: -24, fontWeight: 500 }),
          Plot.text(bars.filter((bar) => bar.end), { y: "id", x: (bar) => bar.parts.reduce((sum, part) => sum + part.value, 0), text: "end", textAnchor: "start", dx: 8, fill: SOFT, fontVariant: "tabular-nums" }),
        ],
      });
    });
  };

  /** Winners to the right and losers to the left, by group; `rows` are { kind, group, name, saved, harmed }, estimates of 1,000. */
  K.diverging = function (rows, label) {
    return K.drawing((width) => {
      const names = width < 560 ? 118 : 170;
      const values = rows.flatMap(({ saved, harmed }) => [saved.high ?? saved.mean, -(harmed.high ?? harmed.mean)]);
      const most = d3.max(values) || 1;
      const least = Math.min(d3.min(values) || 0, -most / 6);
      // A row for each group, and an empty one with the name of its kind above the first of it.
      const lines = [];
      for (const row of rows) {
        if (lines.at(-1)?.kind !== row.kind && row.kind !== "everybody") lines.push({ key: `kind ${row.kind}`, kind: row.kind, head: K.name("kinds", row.kind) });
        lines.push({ ...row, key: `${row.kind} ${row.group}` });
      }
      const bars = lines.filter((line) => !line.head);
      return plot(label, {
        width,
        height: 27 * lines.length + 56,
        marginLeft: names,
        marginRight: 16,
        marginTop: 26,
        marginBottom: 28,
        x: { domain: [least * 1.08, most * 1.08] },
        y: { type: "band", domain: lines.map((line) => line.key), padding: 0.28, axis: null },
        marks: [
          Plot.gridX({ stroke: GRID, strokeOpacity: 1, ticks: 6 }),
          Plot.axisX({ label: null, tickSize: 0, ticks: width < 560 ? 5 : 8, tickFormat: (value) => K.number(Math.abs(value), axisDigits([least, most])) }),
          Plot.barX(bars, { y: "key", x1: 0, x2: (row) => row.saved.mean, fill: BLUE }),
          Plot.barX(bars, { y: "key", x1: (row) => -row.harmed.mean, x2: 0, fill: hatch(VERMILLION) }),
          Plot.ruleY(bars.filter((row) => row.saved.low !== null), { y: "key", x1: (row) => row.saved.low, x2: (row) => row.saved.high, stroke: "#1f2328", strokeWidth: 1.3 }),
          Plot.ruleY(bars.filter((row) => row.harmed.low !== null), { y: "key", x1: (row) => -row.harmed.high, x2: (row) => -row.harmed.low, stroke: "#1f2328", strokeWidth: 1.3 }),
          Plot.ruleX([0], { stroke: "#1f2328" }),
          Plot.text(bars, { y: "key", frameAnchor: "left", dx: -8, textAnchor: "end", text: "name" }),
          Plot.text(lines.filter((line) => line.head), { y: "key", frameAnchor: "left", dx: -names + 2, textAnchor: "start", text: "head", fontWeight: 600, dy: 3 }),
          Plot.text([K.t("harmed_short")], { frameAnchor: "top-left", textAnchor: "start", dy: -18, dx: 2, text: (text) => `← ${text}`, fill: SOFT }),
          Plot.text([K.t("saved_short")], { frameAnchor: "top-right", textAnchor: "end", dy: -18, text: (text) => `${text} →`, fill: SOFT }),
        ],
      });
    });
  };

  /** The medical bills of twelve months: what others paid on what was left to the household. */
  K.months = function (months, label) {
    return K.drawing((width) => {
      const rows = months.map((month, at) => ({ at: at + 1, own: month.household_fen / 100, all: month.bill_fen / 100, forgone: month.forgone }));
      const name = (at) => (K.state.language === "zh" ? `${at}月` : ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"][at - 1]);
      const short = (at) => (width < 520 && at % 2 === 0 ? "" : name(at));
      return plot(label, {
        width,
        height: 230,
        ...margins(width),
        marginLeft: 62,
        marginBottom: 40,
        x: { type: "band", domain: d3.range(1, 13), padding: 0.25, axis: null },
        y: { domain: [0, d3.max(rows, (row) => row.all) || 1], nice: true },
        marks: [
          Plot.gridY({ stroke: GRID, strokeOpacity: 1, ticks: 4 }),
          Plot.axisY({ label: null, tickSize: 0, ticks: 4, tickFormat: (value) => K.number(value, 0) }),
          Plot.barY(rows, { x: "at", y1: 0, y2: "own", fill: VERMILLION }),
          Plot.barY(rows, { x: "at", y1: "own", y2: "all", fill: BLUE }),
          Plot.ruleY([0], { stroke: "#1f2328" }),
          Plot.text(rows, { x: "at", frameAnchor: "bottom", dy: 14, text: (row) => short(row.at), fontSize: 12 }),
          Plot.text(rows.filter((row) => row.forgone), { x: "at", frameAnchor: "bottom", dy: 30, text: () => "✕", fill: "#a03d00" }),
        ],
      });
    });
  };
  /**
   * Curves over years or over an axis that is slid: `told()` gives { domain, log, years, lines: [{ look, points: [{ x, mean, low,
   * high }] }], dots, here, beside (values that the axis must hold) }, asked for anew at every drawing; `tip(point)` the words for
   * the value under the pointer.
   */
  K.slid_curves = function (told, label, tip) {
    return K.drawing((width, place) => {
      const { domain: across, log, years, lines, dots, here, axis_words, beside } = told();
      const all = [...lines.flatMap((line) => line.points), ...dots].filter((point) => point.mean !== null);
      const values = [...beside, ...all.flatMap((point) => [point.mean, point.low ?? point.mean, point.high ?? point.mean])];
      const domain = range(values);
      const marks = [
        Plot.gridY({ stroke: GRID, strokeOpacity: 1, ticks: 5 }),
        Plot.axisY({ label: null, tickSize: 0, tickPadding: 8, ticks: 5, tickFormat: (value) => K.number(value, axisDigits(domain)) }),
        years
          ? Plot.axisX(ticks(years, width - 80), { label: null, tickFormat: (year) => String(year), tickSize: 4 })
          : Plot.axisX({ label: null, ticks: log ? log_ticks(across, width) : Math.max(3, Math.round(width / 110)), tickFormat: axis_words, tickSize: 4 }),
      ];
      if (domain[0] === 0) marks.push(Plot.ruleY([0], { stroke: "#1f2328" }));
      if (here !== null) marks.push(Plot.ruleX([here], { stroke: SOFT, strokeDasharray: "3 3" }));
      for (const { look, points } of lines) {
        marks.push(Plot.areaY(points.filter((point) => point.mean !== null && point.low !== null), { x: "x", y1: "low", y2: "high", fill: look.colour, fillOpacity: look.faint ? 0 : 0.15 }));
      }
      for (const { look, points } of lines) {
        marks.push(Plot.line(points, { x: "x", y: (point) => point.mean ?? NaN, stroke: look.colour, strokeWidth: 2, strokeDasharray: look.dash || null }));
        if (years) marks.push(Plot.dot(points.filter((point) => point.mean !== null), { x: "x", y: "mean", r: 3.4, symbol: symbol(look.marker), fill: look.colour }));
      }
      for (const dot of [false, true]) {
        const own = dots.filter((point) => point.strict === dot);
        if (dot) marks.push(Plot.ruleX(own.filter((point) => point.low !== null), { x: "x", y1: "low", y2: "high", stroke: "#1f2328", strokeWidth: 1.2 }));
        marks.push(Plot.dot(own, { x: "x", y: "mean", r: dot ? 4.2 : 2.2, fill: dot ? "#000000" : "none", stroke: dot ? "#ffffff" : SOFT, strokeWidth: 1, strokeOpacity: dot ? 1 : 0.65 }));
      }
      const drawn = plot(label(), {
        width,
        height: Math.round(Math.max(230, Math.min(340, width * 0.52))),
        ...margins(width),
        x: { domain: across, type: log ? "log" : "linear" },
        y: { domain, nice: true },
        marks,
      });
      const main = lines[0]?.points ?? [];
      const x = drawn.scale("x");
      const rule = s("line", { y1: 8, y2: drawn.viewBox.baseVal.height - 30, stroke: SOFT, "stroke-width": 1, visibility: "hidden", class: "crosshair" });
      drawn.append(rule);
      place.classList.add("hovered");
      place.querySelector(".tip")?.remove();
      const box = K.h("div", { class: "tip", hidden: true, "aria-hidden": "true" });
      place.append(box);
      const leave = () => {
        box.hidden = true;
        rule.setAttribute("visibility", "hidden");
      };
      const move = (event) => {
        if (!main.length) return;
        const bounds = drawn.getBoundingClientRect();
        const scale = drawn.viewBox.baseVal.width / bounds.width;
        const at = (event.clientX - bounds.left) * scale;
        const far = (point) => Math.abs(x.apply(point.x) - at);
        const point = main.reduce((best, own) => (far(own) < far(best) ? own : best));
        const middle = x.apply(point.x);
        rule.setAttribute("x1", middle);
        rule.setAttribute("x2", middle);
        rule.setAttribute("visibility", "visible");
        box.replaceChildren(...tip(point).flat());
        box.hidden = false;
        const left = middle / scale;
        box.style.left = left + 14 + box.offsetWidth > bounds.width ? `${Math.max(0, left - 14 - box.offsetWidth)}px` : `${left + 14}px`;
      };
      drawn.addEventListener("pointermove", move);
      drawn.addEventListener("pointerdown", move);
      drawn.addEventListener("pointerleave", leave);
      return drawn;
    });
  };

  /** Few round numbers of a logarithmic axis. */
  function log_ticks([low, high], width) {
    const all = [];
    for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power += 1) {
      for (const part of [1, 2, 5]) all.push(part * 10 ** power);
    }
    const own = all.filter((value) => value >= low * 0.999999 && value <= high * 1.000001);
    const step = Math.ceil(own.length / Math.max(3, Math.floor(width / 90)));
    return own.filter((_, at) => at % step === 0);
  }

  /** Values with their intervals, one a line, the name above it: `rows` are { key, name, mean, low, high, look, few }. */
  K.forest = function (rows, label, digits, left, right) {
    return K.drawing((width) => {
      const pitch = 40;
      const values = rows.flatMap((row) => [0, row.mean, row.low ?? row.mean, row.high ?? row.mean]);
      const [low, high] = d3.extent(values);
      const room = 0.06 * (high - low || 1);
      const letters_of = Math.floor((width - 8) / 7.2);
      const name = (text) => (letters(text) > letters_of ? `${text.slice(0, Math.max(8, letters_of - 2))}…` : text);
      return plot(label, {
        width,
        height: pitch * rows.length + 56,
        marginLeft: 8,
        marginRight: 12,
        marginTop: 24,
        marginBottom: 30,
        x: { domain: [low - room, high + room] },
        y: { type: "band", domain: rows.map((row) => row.key), padding: 0, axis: null },
        marks: [
          Plot.gridX({ stroke: GRID, strokeOpacity: 1, ticks: 5 }),
          Plot.axisX({ label: null, tickSize: 0, ticks: 5, tickFormat: (value) => K.number(value, axisDigits([low, high]), true) }),
          Plot.ruleX([0], { stroke: "#1f2328" }),
          Plot.ruleY(rows.filter((row) => row.low !== null), { y: "key", x1: "low", x2: "high", dy: 8, stroke: (row) => row.look.colour, strokeWidth: 2 }),
          ...rows.map((row) => Plot.dot([row], { y: "key", x: "mean", dy: 8, r: 4.4, symbol: symbol(row.look.marker), stroke: row.look.colour, strokeWidth: 1.6, fill: row.few ? "#ffffff" : row.look.colour })),
          Plot.text(rows, { y: "key", frameAnchor: "left", dy: -8, text: (row) => name(row.name), textAnchor: "start", stroke: "#fff", strokeWidth: 4, fill: "#1f2328" }),
          left ? Plot.text([left], { frameAnchor: "top-left", dy: -16, textAnchor: "start", text: (text) => `← ${text}`, fill: SOFT }) : null,
          right ? Plot.text([right], { frameAnchor: "top-right", dy: -16, textAnchor: "end", text: (text) => `${text} →`, fill: SOFT }) : null,
        ],
      });
    });
  };
  K.evidence_looks = [
    { colour: BLUE, marker: "circle" },
    { colour: GREEN, marker: "square" },
    { colour: VERMILLION, marker: "diamond" },
  ];
  K.blue = { colour: BLUE, marker: "circle", dash: "" };
  K.kept_look = { colour: DARK, marker: "square", dash: "6 4", faint: true };

  K.month_fills = { own: VERMILLION, others: BLUE };
  K.moved_fills = { saved: BLUE, harmed: hatch(VERMILLION) };
})((globalThis.kangcun ??= {}));
