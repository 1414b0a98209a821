// The only script in the card's frame beside MathJax. It reports events to the page, draws the formulas, and restores the
// scroll position and the folds.
"use strict";
(() => {
  const tell = (what, value) => parent.postMessage({ what, value }, "*");
  const folds = () => [...document.querySelectorAll("details")];
  const place = () => ({ scroll: scrollY, open: folds().map((fold) => fold.open) });

  // MathJax reads these settings, which are Anki's. Only the menu of a formula is off: it loads more files.
  const packages = ["noerrors", "mathtools"];
  window.MathJax = {
    tex: {
      displayMath: [["\\[", "\\]"]], processEscapes: false, processEnvironments: false, processRefs: false,
      packages: { "[+]": packages, "[-]": ["textmacros"] },
    },
    loader: { load: packages.map((name) => `[tex]/${name}`) },
    options: { enableMenu: false },
    startup: { typeset: false },
  };

  async function draw() {
    if (!document.documentElement.classList.contains("maths")) return;
    try {
      await MathJax.startup.promise;
      await MathJax.typesetPromise([document.getElementById("qa")]);
    } catch (error) {   // the source of a formula is better than no card
      console.error(error);
    }
    document.documentElement.classList.add("drawn");
  }

  addEventListener("DOMContentLoaded", async () => {
    const input = document.getElementById("typeans");
    if (input?.matches("input")) input.addEventListener("input", () => tell("typed", input.value));
    document.addEventListener("toggle", () => tell("place", place()), true);
    await draw();
    tell("ready");
  });

  const steps = { ArrowDown: 40, ArrowUp: -40, PageDown: 0.9 * innerHeight, PageUp: -0.9 * innerHeight, Home: -1e6, End: 1e6 };

  addEventListener("message", (event) => {
    if (event.source !== parent) return;
    const { what, value } = event.data;
    if (what === "scroll") scrollBy(0, steps[value]);
    else if (what === "place") {
      folds().forEach((fold, at) => { fold.open = Boolean(value.open[at]); });
      scrollTo(0, value.scroll);
    }
  });

  addEventListener("scroll", () => tell("place", place()), { passive: true });

  addEventListener("click", (event) => {
    if (event.target.closest("a, summary, input, button, audio, video, label, select, textarea")) return;
    if (getSelection().isCollapsed) tell("flip");
  });

  addEventListener("keydown", (event) => {
    const typing = event.target.closest("input");
    if (typing ? event.key !== "Enter" : event.key === " " && event.target.closest("summary, a, button, audio, video")) return;
    if (![" ", "ArrowLeft", "ArrowRight", "Enter"].includes(event.key) || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "Enter" && !typing) return;
    event.preventDefault();
    tell("key", event.key);
  });
})();
