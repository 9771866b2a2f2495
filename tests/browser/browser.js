// What all tests of pages share: the browser, opened without a network, and a page of which whatever it asks for or complains of is kept.
//
// CHROMIUM is the browser, /usr/bin/chromium unless said; SHOTS a folder for pictures, if wanted.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

export const SHOTS = process.env.SHOTS;
export const PHONE = { width: 390, height: 844 };
export const DESKTOP = { width: 1280, height: 900 };
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Opens the browser for the tests of a file, which is the page `file`. */
export function pages(file) {
  let context;
  let profile;
  const path = resolve(file);

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
    await page.goto(`${pathToFileURL(path)}?language=${language}`);
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

  return { open, on, path };
}

/** The numbers and words of a page. */
export const data_of = (page) => page.evaluate(() => JSON.parse(document.getElementById("data").textContent));

/** Tests that hold for every page, at both widths and in both languages; pictures are called `name`. */
export function for_everybody({ on }, name) {
  for (const [width, size] of [["phone", PHONE], ["desktop", DESKTOP]]) {
    for (const language of ["en", "zh"]) {
      test(`no one is shut out of the ${name}, and nothing is wider than the screen: ${width}, ${language}`, async () => {
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
          if (SHOTS) await page.screenshot({ path: join(SHOTS, `${name}-${width}-${language}.png`), fullPage: true });
        });
      });
    }
  }

  test(`every phrase of the ${name} is there in both languages`, async () => {
    for (const language of ["en", "zh"]) {
      await on(DESKTOP, language, async (page) => {
        // A phrase that is not there is shown by its key, and an absent value as a word of the language of scripts.
        const text = await page.evaluate(() => document.querySelector("main").innerText);
        const [keys, names] = await page.evaluate(() => [Object.keys(globalThis.kangcun.words.en), Object.keys(globalThis.kangcun.words.zh)]);
        assert.deepEqual(keys, names);
        const lines = text.split("\n").map((line) => line.trim());
        assert.deepEqual(lines.filter((line) => keys.includes(line) && line.includes("_")), []);
        assert.deepEqual(lines.filter((line) => /^(null|undefined|NaN)$|\b(undefined|NaN)\b|\[object/.test(line)), []);
        if (language === "zh") for (const heading of await page.locator("main h2").allInnerTexts()) assert.match(heading, /\p{Script=Han}/u, heading);
      });
    }
  });

  test(`on paper the ${name} has its drawings and no controls`, async () => {
    await on(DESKTOP, "en", async (page) => {
      await page.emulateMedia({ media: "print" });
      for (const gone of [".languages", "#contents"]) assert.equal(await page.locator(gone).isVisible(), false);
      for (const controls of await page.locator(".controls").all()) assert.equal(await controls.isVisible(), false);
      assert.ok(await page.locator("h1").isVisible());
      assert.ok(await page.locator("main .drawing > svg").first().isVisible());
      const paper = await page.pdf({ format: "A4" });
      assert.equal(paper.subarray(0, 5).toString(), "%PDF-");
      if (SHOTS) await page.pdf({ format: "A4", path: join(SHOTS, `${name}.pdf`) });
    });
  });
}
