// The page of a sweep of programmes in a real browser: a forest to sort, filter and look into.
//
// PROGRAMMES is the file (made by .ci/browser).

import assert from "node:assert/strict";
import { test } from "node:test";
import { DESKTOP, data_of, for_everybody, pages } from "./browser.js";

const all = pages(process.env.PROGRAMMES ?? "programmes.html");
const { on } = all;

for_everybody(all, "programmes");

const dots = (page) => page.locator("#forest-figure .drawing > svg g[aria-label=dot] path, #forest-figure .drawing > svg circle, #forest-figure .drawing > svg g[stroke-width='1.6'] path").count();

test("every programme has a line, which filters take away and searching finds", async () => {
  await on(DESKTOP, "en", async (page) => {
    const { rows } = await data_of(page);
    const shown = async () => Number((await page.locator("#forest-count").innerText()).match(/^\d+/)?.[0] ?? 0);
    assert.equal(await shown(), rows.length);
    assert.ok((await dots(page)) >= rows.length);
    await page.fill("#search-programmes", rows[0].title);
    assert.equal(await shown(), rows.filter((row) => row.title === rows[0].title).length);
    await page.fill("#search-programmes", "no such programme anywhere");
    assert.match(await page.locator("#forest-count").innerText(), /No programme fits/);
    await page.fill("#search-programmes", "");
    const classes = rows.map((row) => (row.assumed >= row.levers ? 2 : row.assumed / row.levers > 0.5 ? 1 : 0));
    await page.locator("#pick-evidence input").nth(2).uncheck();
    assert.equal(await shown(), classes.filter((own) => own !== 2).length);
  });
});

test("the order follows what is asked for, and the numbers are those of the table", async () => {
  await on(DESKTOP, "en", async (page) => {
    const { rows } = await data_of(page);
    await page.selectOption("#pick-role", "public_cost");
    await page.selectOption("#pick-sort", "effect");
    await page.locator("#forest details.numbers > summary").click();
    const cells = rows.map((row) => row.cells.find((cell) => cell.role === "public_cost").mean).sort((one, other) => one - other);
    const told = await page.locator("#forest details.numbers tbody tr td:nth-child(4) > span").evaluateAll((spans) => spans.map((span) => Number(span.firstChild.textContent.replace("−", "-").replace(/,/g, ""))));
    assert.equal(told.length, rows.length);
    told.forEach((value, at) => assert.ok(Math.abs(value - cells[at]) <= 0.06 * Math.max(1, Math.abs(cells[at])), `${value} ${cells[at]}`));
  });
});

test("a programme tells what it is, whom it is for, what is known and all its numbers", async () => {
  await on(DESKTOP, "en", async (page) => {
    const { rows } = await data_of(page);
    const row = rows.at(-1);
    await page.selectOption("#pick-programme", row.id);
    const text = await page.locator("#programme article").innerText();
    assert.ok(text.includes(row.title) && text.includes(row.summary.slice(0, 30)) && text.includes(row.evidence.slice(0, 30)));
    assert.equal(await page.locator("#programme tbody tr").count(), row.cells.length);
    // In Chinese, what its file says stays English and is marked as such.
    await page.getByRole("button", { name: "中文" }).click();
    assert.equal(await page.locator("#programme article h3 > span").getAttribute("lang"), "en");
    assert.equal(await page.locator("#pick-programme").inputValue(), row.id);
  });
});
