// The page of `kangcun report` for scenarios run side by side, in a real browser, from disk: what people see, hear and press.
//
// PAGE is the file (made by .ci/browser).

import assert from "node:assert/strict";
import { test } from "node:test";
import { DESKTOP, for_everybody, pages } from "./browser.js";

const all = pages(process.env.PAGE ?? "page.html");
const { open, on } = all;

for_everybody(all, "page");

/** How many curves are drawn: of all that is drawn they alone are so thick. */
const lines = (page) => page.locator("#curve-figure .drawing > svg g[stroke-width='2'] path").count();

test("the page opens from disk, asks for nothing and shows curves", async () => {
  await on(DESKTOP, "en", async (page) => {
    assert.match(await page.locator("h1").innerText(), /95% interval/);
    assert.equal(await page.locator("main > section").count(), 12);
    const drawing = page.locator("#curve-figure .drawing > svg");
    assert.equal(await drawing.getAttribute("role"), "img");
    assert.match(await drawing.getAttribute("aria-label"), /Line chart/);
    const scenarios = await page.locator("#pick-scenarios input").count();
    assert.ok(scenarios >= 1);
    assert.equal(await lines(page), scenarios);
    // Every section has something to see; one scenario alone has no differences.
    for (const id of scenarios > 1 ? ["difference", "causes", "payers", "winners"] : ["causes", "payers"]) {
      assert.ok((await page.locator(`#${id} .drawing > svg`).count()) > 0, id);
    }
  });
});

test("hovering shows the values of the year, which are those of the table", async () => {
  await on(DESKTOP, "en", async (page) => {
    const drawing = page.locator("#curve-figure .drawing > svg");
    await drawing.scrollIntoViewIfNeeded();
    const box = await drawing.boundingBox();
    await page.mouse.move(box.x + box.width * 0.55, box.y + box.height / 2);
    const tip = page.locator("#curve-figure .tip");
    await tip.waitFor({ state: "visible" });
    const year = await tip.locator("strong").innerText();
    assert.match(year, /^20\d\d$/);
    assert.equal(await page.locator("#readout h4").evaluate((head) => head.firstChild.textContent), year);
    const told = await page.locator("#readout dd b").allInnerTexts();
    await page.locator("#curves details.numbers > summary").click();
    const row = page.locator("#curves details.numbers tbody tr", { has: page.locator(`th:text-is("${year}")`) });
    const cells = await row.locator("td > span").evaluateAll((spans) => spans.map((span) => span.firstChild.textContent));
    assert.deepEqual(told, cells);
    await page.mouse.move(box.x, box.y - 200);
    await tip.waitFor({ state: "hidden" });
    assert.match(await page.locator("#readout h4").innerText(), /All years together/);
  });
});

test("every number of the page's own index agrees with the readout of a chosen county, group and year", async () => {
  await on(DESKTOP, "en", async (page) => {
    await page.selectOption("#pick-county", { index: 2 });
    await page.selectOption("#pick-category", "all");
    await page.selectOption("#pick-indicator", "oop_share");
    const year = await page.locator("#pick-year option").nth(3).getAttribute("value");
    await page.selectOption("#pick-year", year);
    const county = await page.locator("#pick-county").inputValue();
    const wanted = await page.evaluate(
      ([county, year]) => {
        const data = JSON.parse(document.getElementById("data").textContent);
        const { indicators, categories, counties, years, levels } = data.curves;
        const key = [indicators.findIndex((own) => own.id === "oop_share"), categories.indexOf("all"), counties.indexOf(county)];
        return data.manifest.scenarios.map((_, scenario) => {
          const line = levels.find(([own]) => own.join() === [...key, scenario].join());
          const mean = line?.[1][years.indexOf(Number(year))];
          return mean === null || mean === undefined ? null : `${(100 * mean).toFixed(1)}%`;
        });
      },
      [county, year],
    );
    const told = await page.locator("#readout dd b").allInnerTexts();
    assert.deepEqual(told, wanted.filter((value) => value !== null));
    // What needs no poverty line cannot be given one.
    assert.ok(await page.locator("#pick-gauge").isDisabled());
  });
});

test("lines can be left out and another measure of poverty chosen", async () => {
  await on(DESKTOP, "en", async (page) => {
    const before = await lines(page);
    await page.locator("#pick-scenarios input").last().uncheck();
    assert.equal(await lines(page), before - 1);
    const values = await page.locator("#readout dd b").allInnerTexts();
    const options = await page.locator("#pick-gauge option").count();
    assert.ok(options > 3);
    await page.selectOption("#pick-gauge", { index: 2 });
    assert.notDeepEqual(await page.locator("#readout dd b").allInnerTexts(), values);
  });
});

test("the language of everything changes and what was chosen stays", async () => {
  await on(DESKTOP, "en", async (page) => {
    await page.selectOption("#pick-indicator", "oop");
    await page.locator("#pick-scenarios input").last().uncheck();
    await page.getByRole("button", { name: "中文" }).click();
    assert.equal(await page.locator("html").getAttribute("lang"), "zh");
    assert.match(await page.locator("h1").innerText(), /95%区间/);
    for (const heading of await page.locator("main h2").allInnerTexts()) assert.match(heading, /\p{Script=Han}/u, heading);
    assert.equal(await page.locator("#pick-indicator").inputValue(), "oop");
    assert.equal(await page.locator("#pick-scenarios input").last().isChecked(), false);
    const untranslated = await page.evaluate(() => {
      const { words, names } = globalThis.kangcun;
      const missing = Object.keys(words.en).filter((key) => !words.zh[key]);
      const extra = Object.keys(words.zh).filter((key) => !words.en[key]);
      const pairs = Object.values(names).flatMap((table) => Object.values(table)).filter((pair) => pair.length !== 2 || !pair[0] || !pair[1]);
      return [...missing, ...extra, ...pairs];
    });
    assert.deepEqual(untranslated, []);
    await page.getByRole("button", { name: "English" }).click();
    assert.equal(await page.locator("html").getAttribute("lang"), "en");
  });
});

test("parameter cards are searched and filtered by grade", async () => {
  await on(DESKTOP, "en", async (page) => {
    await page.fill("#search-cards", "stroke onset");
    const rows = page.locator("table.cards tbody tr");
    const found = await page.locator("#cards code.path").allInnerTexts();
    assert.ok(found.length > 0);
    for (const path of found) assert.match(path, /stroke/);
    await page.fill("#search-cards", "");
    for (const grade of ["A", "B", "C"]) await page.locator(`#cards input[data-grade="${grade}"]`).uncheck();
    const grades = await rows.locator(".grade").allInnerTexts();
    assert.ok(grades.length > 0);
    for (const grade of grades) assert.match(grade, /D assumed/);
    await page.fill("#search-cards", "no such parameter anywhere");
    assert.match(await page.locator("#cards [role=status]").innerText(), /No card fits/);
  });
});

test("everything can be reached and worked by keyboard alone", async () => {
  await on(DESKTOP, "en", async (page) => {
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.className), "skip");
    const reached = new Set();
    for (let presses = 0; presses < 90 && !reached.has("search-cards"); presses += 1) {
      await page.keyboard.press("Tab");
      const [id, shown] = await page.evaluate(() => {
        const own = document.activeElement;
        const style = getComputedStyle(own);
        return [own.id || own.dataset.language || own.dataset.scenario || own.tagName, style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0];
      });
      reached.add(id);
      assert.ok(shown, `${id} shows no focus`);
    }
    for (const id of ["en", "zh", "pick-indicator", "pick-gauge", "pick-category", "pick-county", "pick-year", "search-cards"]) {
      assert.ok(reached.has(id), `${id} was not reached`);
    }
    // A year chosen by keys is read out, and aloud.
    await page.focus("#pick-year");
    await page.keyboard.press("ArrowDown");
    assert.match(await page.locator("#readout h4").innerText(), /^20\d\d/);
    assert.match(await page.locator("#announce").innerText(), /^20\d\d: /);
    // A line is switched off by the space bar, the language by the return key.
    const before = await lines(page);
    await page.focus("#pick-scenarios input >> nth=-1");
    await page.keyboard.press("Space");
    assert.equal(await lines(page), before - 1);
    await page.focus("[data-language=zh]");
    await page.keyboard.press("Enter");
    assert.equal(await page.locator("html").getAttribute("lang"), "zh");
    assert.equal(await page.evaluate(() => document.activeElement.dataset.language), "zh");
  });
});

test("eight scenarios differ by marker or dash, not by colour alone", async () => {
  await on(DESKTOP, "en", async (page) => {
    const looks = await page.evaluate(() => Array.from({ length: 8 }, (_, at) => globalThis.kangcun.look_at(at)).map(({ marker, dash }) => `${marker} ${dash}`));
    assert.equal(new Set(looks).size, 8);
    const samples = await page.locator("#pick-scenarios svg").evaluateAll((all) =>
      all.map((svg) => `${svg.querySelector("line").getAttribute("stroke-dasharray")} ${svg.querySelector("path").getAttribute("d")}`),
    );
    assert.equal(new Set(samples).size, samples.length);
  });
});

test("who wants less motion gets none", async () => {
  await on(DESKTOP, "en", async (page) => {
    await page.emulateMedia({ reducedMotion: "reduce" });
    assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).scrollBehavior), "auto");
    await page.emulateMedia({ reducedMotion: "no-preference" });
    assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).scrollBehavior), "smooth");
  });
});

test("the policy lets no other script run and nothing be fetched", async () => {
  const { page, complaints } = await open(DESKTOP);
  const [ran, fetched] = await page.evaluate(async () => {
    const script = document.createElement("script");
    script.textContent = "globalThis.intruded = true";
    document.body.append(script);
    const fetched = await fetch("data:text/plain,here").then(() => true, () => false);
    return [globalThis.intruded === true, fetched];
  });
  assert.deepEqual([ran, fetched], [false, false]);
  assert.ok(complaints.some((complaint) => complaint.includes("Content Security Policy")), complaints.join("\n"));
  await page.close();
});
