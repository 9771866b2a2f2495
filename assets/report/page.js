// Puts the sections on the page, in the language chosen, and keeps the contents in step with what is read.
"use strict";
(function (K) {
  const { h, t, state } = K;
  const KINDS = {
    scenarios: [
      ["question", () => K.answer()],
      ["curves", () => K.curves_section()],
      ["difference", () => K.difference_section()],
      ["causes", () => K.causes_section()],
      ["payers", () => K.payers_section()],
      ["winners", () => K.winners_section()],
      ["stories", () => K.stories_section()],
      ["rules", () => K.rules_section()],
      ["cards", () => K.cards_section()],
      ["validation", () => K.validation_section()],
      ["limits", () => K.limits_section()],
      ["reproduce", () => K.reproduce_section()],
    ],
    sweep: [
      ["question", () => K.sweep_answer()],
      ["slide", () => K.slide_section()],
      ["effects", () => K.effects_section()],
      ["lived", () => K.points_section()],
      ["swept", () => K.swept_section()],
      ["cards", () => K.cards_section()],
      ["limits", () => K.sweep_limits_section()],
      ["reproduce", () => K.sweep_reproduce_section()],
    ],
    programmes: [
      ["question", () => K.programmes_answer()],
      ["forest", () => K.forest_section()],
      ["programme", () => K.programme_section()],
      ["cards", () => K.cards_section()],
      ["limits", () => K.limits_section()],
      ["reproduce", () => K.reproduce_section()],
    ],
  };
  const SECTIONS = KINDS[K.kind].filter(([id]) => id !== "cards" || K.data.cards.cards.length);
  const main = document.getElementById("main");
  const narrow = matchMedia("(max-width: 67.99rem)");
  let watching;

  function contents() {
    const links = h("ol", {}, SECTIONS.map(([id]) => h("li", {}, h("a", { href: `#${id}` }, t(id)))));
    const nav = document.getElementById("contents");
    nav.setAttribute("aria-label", t("contents"));
    nav.replaceChildren(h("details", { open: !narrow.matches }, h("summary", {}, t("contents")), links));
    watching?.disconnect();
    watching = new IntersectionObserver(
      (entries) => {
        for (const { isIntersecting, target } of entries) {
          if (!isIntersecting) continue;
          for (const link of links.querySelectorAll("a")) {
            if (link.hash === `#${target.id}`) link.setAttribute("aria-current", "true");
            else link.removeAttribute("aria-current");
          }
        }
      },
      { rootMargin: "-20% 0px -70% 0px" },
    );
    for (const section of main.querySelectorAll("section")) watching.observe(section);
  }

  function footer() {
    document.getElementById("bottom").replaceChildren(
      h("p", {}, t("not_forecast")),
      h("p", {}, t("charts_by")),
      h("details", { class: "no-print" }, h("summary", {}, t("licences")), h("pre", { tabindex: "0", role: "group", "aria-label": t("licences") }, document.getElementById("licences").content.textContent)),
    );
  }

  /** Writes the whole page in a language; what was chosen stays chosen, and the place on the page too. */
  function write(language) {
    const reading = [...main.querySelectorAll("section[id]")].findLast((section) => section.getBoundingClientRect().top < 80);
    const above = reading?.getBoundingClientRect().top;
    const open = new Set([...main.querySelectorAll("section")].flatMap((section) => [...section.querySelectorAll("details")].flatMap((own, at) => (own.open ? [`${section.id}/${at}`] : []))));
    const again = main.querySelector("section[id]") !== null;
    state.language = language;
    document.documentElement.lang = language;
    for (const button of document.querySelectorAll("[data-language]")) button.setAttribute("aria-pressed", String(button.dataset.language === language));
    for (const element of document.querySelectorAll("[data-t]")) element.textContent = t(element.dataset.t);
    K.draw_difference = undefined;
    main.replaceChildren(K.patterns(), ...SECTIONS.map(([, make]) => make()));
    // What the curves need from the page is there only now.
    K.draw_curves?.();
    K.draw_sweep?.();
    if (again) {
      for (const section of main.querySelectorAll("section")) {
        section.querySelectorAll("details").forEach((own, at) => {
          own.open = open.has(`${section.id}/${at}`);
        });
      }
    }
    contents();
    footer();
    if (reading && above < 0) scrollBy({ top: document.getElementById(reading.id).getBoundingClientRect().top - above, behavior: "instant" });
  }

  K.rewrite_page = () => write(state.language);
  for (const button of document.querySelectorAll("[data-language]")) {
    button.addEventListener("click", () => write(button.dataset.language));
  }
  // On paper what is folded on the screen is open, but for tables behind drawings and whole stories.
  addEventListener("beforeprint", () => {
    for (const own of main.querySelectorAll("#rules > details:not(.long)")) own.open = true;
  });
  const asked = new URLSearchParams(location.search).get("language");
  const own = navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en";
  write(["en", "zh"].includes(asked) ? asked : own);
  if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
})((globalThis.kangcun ??= {}));
