// Between the points of a sweep, exactly as the program does it (src/report/sweep): on a full grid linear along every axis, on the
// logarithm of a logarithmic one; between scattered points a surface of few terms. Nothing here touches the page.
"use strict";
(function (K) {
  /** A number as distances on an axis are measured. */
  K.bent = (axis, value) => (axis.log ? Math.log(value) : value);
  K.unbent = (axis, value) => (axis.log ? Math.exp(value) : value);
  /** Whether a slider can move an axis. */
  K.is_slid = (axis) => axis.numbers !== null && axis.numbers.length > 1;
  /** How many levels an axis has. */
  K.levels = (axis) => (axis.numbers ?? axis.names).length;
  /** The place of a number from -1 to 1; of a name, and of an only number, itself. */
  K.axis_place = function (axis, value) {
    if (!K.is_slid(axis)) return value;
    const [low, high] = [axis.numbers[0], axis.numbers.at(-1)].map((end) => K.bent(axis, end));
    return (2 * (K.bent(axis, value) - low)) / (high - low) - 1;
  };

  /** What can be asked of a sweep: values at places, and how near simulated points are. */
  K.interpolation = function (sweep) {
    const { axes, points, designs, method } = sweep;
    const places = points.map((point) => point.map((value, at) => K.axis_place(axes[at], value)));
    const slid = axes.flatMap((axis, at) => (K.is_slid(axis) ? [at] : []));
    const named = axes.flatMap((axis, at) => (axis.numbers === null ? [at] : []));
    const grid = method !== "surface" && K.full_grid(axes, points);

    /** The points around a place and their weights; nothing where there is no full grid. */
    const around = function (at) {
      let corners = [[0, 1]];
      axes.forEach((axis, own) => {
        const count = K.levels(axis);
        const levels = axis.numbers?.map((level) => K.bent(axis, level));
        const value = levels ? K.bent(axis, at[own]) : at[own];
        const list = levels ?? axis.names.map((_, level) => level);
        const found = list.findIndex((level) => level >= value);
        const above = found < 0 ? count - 1 : found;
        const below = Math.max(0, above - 1);
        const part = above === below || list[above] <= value ? 1 : Math.max(0, (value - list[below]) / (list[above] - list[below]));
        corners = corners
          .flatMap(([place, weight]) => [[place * count + below, weight * (1 - part)], [place * count + above, weight * part]])
          .filter(([, weight]) => weight > 0);
      });
      return corners.map(([place, weight]) => [grid[place], weight]);
    };

    const term = (own, place) => own.reduce((product, [axis, what]) => product * (what > 0 ? place[axis] ** what : Number(place[axis] === -what)), 1);
    /** How many times the variance of a point a place has on a surface. */
    const variance = function (design, weights) {
      let sum = 0;
      const solved = [];
      weights.forEach((weight, at) => {
        const from = (at * (at + 1)) / 2;
        let own = weight;
        for (let other = 0; other < at; other += 1) own -= solved[other] * design.r[from + other];
        own /= design.r[from + at];
        solved.push(own);
        sum += own * own;
      });
      return sum;
    };
    const placed = (at) => at.map((value, own) => K.axis_place(axes[own], value));

    /** The point at a place, if one was simulated there. */
    const exact = (at) => points.findIndex((point) => point.every((value, own) => value === at[own]));

    /** Mean and interval of a year of a block at a place: null where nothing can be said. */
    const value = function (year, at) {
      if (year.surface) {
        const design = designs[year.surface.design];
        const weights = design.terms.map((own) => term(own, placed(at)));
        const mean = weights.reduce((sum, weight, own) => sum + weight * year.surface.coefficients[own], 0);
        const spread = variance(design, weights);
        // All points share their luck, which no residual shows.
        const half = Math.hypot(year.surface.spread * Math.sqrt(spread), year.luck ?? 0);
        return { mean, low: mean - half, high: mean + half, beyond: spread > design.reach * 1.000001 };
      }
      if (grid) {
        const corners = around(at);
        const sum = (values) => corners.reduce((all, [point, weight]) => (all === null || values[point] === null ? null : all + weight * values[point]), 0);
        const mean = sum(year.mean);
        if (mean === null) return null;
        const [down, up] = [sum(year.half), sum(year.up ?? year.half)];
        return { mean, low: down === null ? null : mean - down, high: up === null ? null : mean + up, beyond: false };
      }
      const point = exact(at);
      return point < 0 ? null : own(year, point);
    };

    /** What a simulated point says. */
    const own = function (year, point) {
      const mean = year.mean[point];
      if (mean === null) return null;
      const [down, up] = [year.half[point], (year.up ?? year.half)[point]];
      return { mean, low: down === null ? null : mean - down, high: up === null ? null : mean + up, beyond: false };
    };

    /** The nearest simulated point of the same names, and how far it is, in shares of the ranges. */
    const nearest = function (at) {
      const here = placed(at);
      let best = { point: -1, distance: Infinity };
      places.forEach((place, point) => {
        if (named.some((axis) => place[axis] !== here[axis])) return;
        const distance = slid.reduce((most, axis) => Math.max(most, Math.abs(place[axis] - here[axis]) / 2), 0);
        if (distance < best.distance) best = { point, distance };
      });
      return best;
    };

    return { around: grid ? around : null, value, own, exact, nearest, slid, named, is_grid: Boolean(grid) };
  };

  /** The number of the point at each combination of levels, the last axis fastest; null where they are no full grid. */
  K.full_grid = function (axes, points) {
    const size = axes.reduce((product, axis) => product * K.levels(axis), 1);
    if (size !== points.length) return null;
    const found = new Array(size).fill(-1);
    for (const [number, point] of points.entries()) {
      let place = 0;
      for (const [at, axis] of axes.entries()) place = place * K.levels(axis) + (axis.numbers ? axis.numbers.indexOf(point[at]) : point[at]);
      found[place] = number;
    }
    return found.includes(-1) ? null : found;
  };

  /** By how much these scripts and the program differ at places that the program tells: the most, in parts of the value. */
  K.probe = function (sweep) {
    const { value } = K.interpolation(sweep);
    return sweep.probes.map(({ block, year, at, mean, half }) => {
      const told = value(sweep.blocks[block].years.find((own) => own.year === year), at);
      const part = (mine, theirs) => Math.abs(mine - theirs) / Math.max(1e-12, Math.abs(theirs));
      return Math.max(part(told.mean, mean), half === null ? 0 : part(told.mean - told.low, half));
    });
  };
})((globalThis.kangcun ??= {}));
