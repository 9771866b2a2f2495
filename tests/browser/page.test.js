// The page of `kangcun report` in a real browser, from disk: what people see, hear and press.
//
// PAGE is the file (made by .ci/browser); CHROMIUM the browser, /usr/bin/chromium unless said; SHOTS a folder for pictures, if wanted.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const FILE = resolve(process.env.PAGE ?? "page.html");
const SHOTS = process.env.SHOTS;
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const PHONE = { width: 390, height: 844 };
const DESKTOP = { width: 1280, height: 900 };

let context;
let profile;

before(async () => {
  profile = mkdtempSync(join(tmpdir(), "kangcun-browser-"));
  context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    headless: true,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
});

after(async () => {
  await context?.close();
  rmSync(profile, { recursive: true, force: true });
});

/** Opens the page; whatever it asks for or complains of is kept. */
async function open(size, language = "en") {
  const page = await context.newPage();
  const requests = [];
  const complaints = [];
  page.on("request", (request) => requests.push(request.url()));
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.setViewportSize(size);
  await page.goto(`${pathToFileURL(FILE)}?language=${language}`);
  return { page, requests, complaints };
}

/** Runs `look` on a page, which must have asked for nothing and complained of nothing in the end. */
async function on(size, language, look) {
  const { page, requests, complaints } = await open(size, language);
  try {
    await look(page);
    assert.deepEqual(requests.slice(1), [], "the page asked for something");
    assert.deepEqual(complaints, []);
  } finally {
    await page.close();
  }
}

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
    assert.ok(scenarios >= 2);
    assert.equal(await lines(page), scenarios);
    // Every section has something to see.
    for (const id of ["difference", "causes", "payers", "winners"]) {
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
    await page.locator("#pick-scenarios input").nth(1).uncheck();
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
    await page.locator("#pick-scenarios input").nth(1).uncheck();
    await page.getByRole("button", { name: "中文" }).click();
    assert.equal(await page.locator("html").getAttribute("lang"), "zh");
    assert.match(await page.locator("h1").innerText(), /95%区间/);
    for (const heading of await page.locator("main h2").allInnerTexts()) assert.match(heading, /\p{Script=Han}/u, heading);
    assert.equal(await page.locator("#pick-indicator").inputValue(), "oop");
    assert.equal(await page.locator("#pick-scenarios input").nth(1).isChecked(), false);
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
    await page.focus("#pick-scenarios input >> nth=1");
    await page.keyboard.press("Space");
    assert.equal(await lines(page), before - 1);
    await page.focus("[data-language=zh]");
    await page.keyboard.press("Enter");
    assert.equal(await page.locator("html").getAttribute("lang"), "zh");
    assert.equal(await page.evaluate(() => document.activeElement.dataset.language), "zh");
  });
});

for (const [name, size] of [["phone", PHONE], ["desktop", DESKTOP]]) {
  for (const language of ["en", "zh"]) {
    test(`no one is shut out, and nothing is wider than the screen: ${name}, ${language}`, async () => {
      await on(size, language, async (page) => {
        // Folded parts are looked at as well.
        await page.evaluate(() => document.querySelectorAll("details").forEach((own) => (own.open = true)));
        await page.evaluate(AXE);
        const { violations, passes } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
        const told = violations.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map((node) => `${node.html.slice(0, 120)} ${node.failureSummary}`).join("\n")}`);
        assert.deepEqual(told, []);
        assert.ok(passes.some((rule) => rule.id === "color-contrast"));
        const widths = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
        assert.ok(widths[0] <= widths[1], `${widths}`);
        if (SHOTS) await page.screenshot({ path: join(SHOTS, `${name}-${language}.png`), fullPage: true });
      });
    });
  }
}

test("scenarios differ by marker or dash, not by colour alone", async () => {
  await on(DESKTOP, "en", async (page) => {
    const samples = await page.locator("#pick-scenarios svg").evaluateAll((all) =>
      all.map((svg) => `${svg.querySelector("line").getAttribute("stroke-dasharray")} ${svg.querySelector("path").getAttribute("d")}`),
    );
    assert.equal(new Set(samples).size, samples.length);
  });
});

test("on paper controls are gone, drawings and rules are there", async () => {
  await on(DESKTOP, "en", async (page) => {
    await page.emulateMedia({ media: "print" });
    assert.equal(await page.locator(".controls").first().isVisible(), false);
    assert.equal(await page.locator(".languages").isVisible(), false);
    assert.equal(await page.locator("#contents").isVisible(), false);
    assert.ok(await page.locator("h1").isVisible());
    assert.ok(await page.locator("#curve-figure svg").first().isVisible());
    const paper = await page.pdf({ format: "A4" });
    assert.equal(paper.subarray(0, 5).toString(), "%PDF-");
    if (SHOTS) await page.pdf({ format: "A4", path: join(SHOTS, "page.pdf") });
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
