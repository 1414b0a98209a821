// The only script in the card's frame: it reports events to the page, and restores the scroll position and the folds.
"use strict";
(() => {
  const tell = (what, value) => parent.postMessage({ what, value }, "*");
  const folds = () => [...document.querySelectorAll("details")];
  const place = () => ({ scroll: scrollY, open: folds().map((fold) => fold.open) });

  addEventListener("DOMContentLoaded", () => {
    const input = document.getElementById("typeans");
    if (input?.matches("input")) input.addEventListener("input", () => tell("typed", input.value));
    document.addEventListener("toggle", () => tell("place", place()), true);
    tell("ready");
  });

  addEventListener("message", (event) => {
    if (event.source !== parent) return;
    const was = event.data;
    if (!was) {   // no place to restore: scroll to the answer, as Anki does
      document.getElementById("answer")?.scrollIntoView();
      return;
    }
    folds().forEach((fold, at) => { fold.open = Boolean(was.open[at]); });
    scrollTo(0, was.scroll);
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
