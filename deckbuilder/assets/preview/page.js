// The list, the filters and the frame. The choices stay after each new state, and after a reload of the page.
"use strict";

const $ = (id) => document.getElementById(id);
const filters = $("filters").elements, tools = $("tools").elements, frame = $("frame");
const SIZES = { 320: 568, 360: 740, 412: 915 };
const SAVED = "deckbuilder preview";

let items = [], shown = [], version = null;
// The chosen card, its side, the place of its scroll bar, and its open folds.
let chosen = { key: null, number: 1, answer: false, at: 0, place: null, typed: "" };
let loaded = "";   // the address in the frame

const item = () => items.find((one) => one.key === chosen.key);

// --- helpers ------------------------------------------------------------------------------------

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

function problemList(problems) {
  return problems.map((one) => element("li", { className: one.severity },
    element("code", { textContent: one.place }), ` ${one.severity === "error" ? "" : one.severity + ": "}${one.message} [${one.code}]`));
}

const worst = (problems) => ["error", "warning", "note"].find((level) => problems.some((one) => one.severity === level));

function choices(select, all, values) {
  const was = select.value;
  select.replaceChildren(element("option", { value: "", textContent: all }),
    ...values.map((value) => element("option", { value, textContent: value })));
  if (was && !values.includes(was)) select.append(element("option", { value: was, textContent: was }));   // the filter stays chosen
  select.value = was;
}

const sorted = (values) => [...new Set(values)].sort();

// --- the list -----------------------------------------------------------------------------------

function fillFilters() {
  choices(filters.file, "all files", [...new Set(items.map((one) => one.file))]);
  choices(filters.tag, "all tags", sorted(items.flatMap((one) => one.tags)));
  choices(filters.kind, "all kinds", sorted(items.map((one) => one.kind)));
  const released = items.some((one) => one.status);
  choices(filters.status, released ? "new, changed or not" : "never released", released ? ["new or changed", "new", "changed", "unchanged"] : []);
  filters.status.disabled = !released;
}

function fits(one) {
  const words = filters.text.value.toLowerCase().split(/\s+/).filter(Boolean);
  return words.every((word) => one.text.includes(word) || one.id.toLowerCase().includes(word))
    && (!filters.file.value || one.file === filters.file.value)
    && (!filters.tag.value || one.tags.some((tag) => tag === filters.tag.value || tag.startsWith(filters.tag.value + "::")))
    && (!filters.kind.value || one.kind === filters.kind.value)
    && (!filters.status.value || !one.status || filters.status.value.split(" or ").includes(one.status))
    && (!filters.wrong.checked || one.problems.length > 0);
}

function list() {
  const top = $("list").scrollTop;
  shown = items.filter(fits);
  const times = new Map();
  for (const one of items) times.set(one.question, (times.get(one.question) ?? 0) + 1);
  $("list").replaceChildren(...shown.map((one) => {
    const level = worst(one.problems);
    const about = [`${one.file}:${one.line}`, one.kind === "basic" ? "" : one.kind, one.status === "unchanged" ? "" : one.status];
    const code = times.get(one.question) > 1 ? one.code : "";   // several questions may ask "What does this print?"
    const link = element("a", { href: "#" + encodeURIComponent(one.key) },
      ...(level ? [element("span", { className: `mark ${level}`, textContent: "●", title: level, role: "img", ariaLabel: level })] : []),
      element("bdi", { textContent: one.question }), element("br"),
      ...(code ? [element("code", { textContent: code }), element("br")] : []),
      element("small", { textContent: about.filter(Boolean).join(" · ") }));
    link.dataset.key = one.key;
    return element("li", {}, link);
  }));
  $("count").value = shown.length === items.length ? `${items.length} questions` : `${shown.length} of ${items.length} questions`;
  $("list").scrollTop = top;
  mark();
}

function mark(scroll = false) {
  for (const link of $("list").querySelectorAll("a")) {
    if (link.dataset.key === chosen.key) {
      link.setAttribute("aria-current", "true");
      if (scroll) link.scrollIntoView({ block: "nearest" });
    } else link.removeAttribute("aria-current");
  }
}

// --- the card -----------------------------------------------------------------------------------

function choose(key, number = null) {
  const one = items.find((other) => other.key === key);
  if (!one) return;
  chosen = { key, number: number ?? one.cards[0].number, answer: false, at: shown.indexOf(one), place: null, typed: "" };
  history.replaceState(null, "", "#" + encodeURIComponent(key));
  mark(true);
  show();
}

function flip() {
  chosen = { ...chosen, answer: !chosen.answer, place: null };
  show();
}

function step(by) {
  const cards = shown.flatMap((one) => one.cards.map((card) => [one.key, card.number]));
  const at = cards.findIndex(([key, number]) => key === chosen.key && number === chosen.number);
  // the filters may hide the chosen card: then continue at its old place in the list
  const to = at >= 0 ? cards[at + by] : cards.find(([key]) => key === shown[Math.min(Math.max(chosen.at, 0), shown.length - 1)]?.key);
  if (to) choose(...to);
}

function show() {
  const one = item();
  $("here").replaceChildren(...problemList(one?.problems ?? []));
  $("about").textContent = one ? `${one.file}:${one.line} · ${one.id}${one.tags.length ? " · " + one.tags.join(" ") : ""}` : "";
  $("flip").textContent = chosen.answer ? "answer" : "question";
  $("cards").replaceChildren(...(one && one.cards.length > 1 ? one.cards : []).map((card) => {
    const button = element("button", { type: "button", textContent: card.name, title: card.about });
    button.setAttribute("aria-pressed", String(card.number === chosen.number));
    button.addEventListener("click", () => choose(one.key, card.number));
    return button;
  }));
  save();
  const phone = SIZES[tools.width.value];
  frame.style.width = phone ? `${tools.width.value}px` : "100%";
  frame.style.height = phone ? `${phone}px` : "100%";
  const query = one && new URLSearchParams({
    key: one.key, number: chosen.number, side: chosen.answer ? "answer" : "question", night: tools.night.checked ? 1 : 0,
    width: tools.width.value, zoom: tools.zoom.value, typed: chosen.typed, look: one.look,
  });
  const address = one ? `/decks/${one.deck}/card?${query}` : "about:blank";
  if (address === loaded) return;
  loaded = address;
  frame.contentWindow.location.replace(address);   // no entry in the history
}

const tell = (what, value) => frame.contentWindow.postMessage({ what, value }, "*");

addEventListener("message", (event) => {
  if (event.source !== frame.contentWindow) return;   // only the card may send messages, and only those below
  const { what, value } = event.data ?? {};
  if (what === "ready" && chosen.place) tell("place", chosen.place);   // a turned card stays at its question
  else if (what === "place") { chosen.place = value; save(); }
  else if (what === "typed") chosen.typed = String(value);
  else if (what === "flip") flip();
  else if (what === "key") key(value);
});

function key(name) {
  if (name === " " || name === "Enter") flip();
  else if (name === "ArrowLeft") step(-1);
  else if (name === "ArrowRight") step(1);
}

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.target.closest("input, select, button")) return;
  if (event.key === "/") { filters.text.focus(); event.preventDefault(); }
  const turns = [" ", "ArrowLeft", "ArrowRight"].includes(event.key);
  const scrolls = ["ArrowDown", "ArrowUp", "PageDown", "PageUp", "Home", "End"].includes(event.key);
  const elsewhere = event.target.closest("#list") || document.documentElement.scrollHeight > innerHeight;   // these keys scroll that
  if (!turns && (!scrolls || elsewhere)) return;
  event.preventDefault();
  if (turns) key(event.key);
  else tell("scroll", event.key);
});

// --- states -------------------------------------------------------------------------------------

async function update() {
  const state = await (await fetch("/state")).json();
  version = state.version;
  items = state.items;
  $("problems").replaceChildren(...problemList(state.problems));
  $("empty").hidden = items.length > 0;
  $("columns").hidden = !items.length;
  fillFilters();
  const at = chosen.at;
  list();
  const one = item();
  if (!one) {   // the question is gone, or has a new id from a reworded heading: choose the question at its place
    const next = shown[Math.min(Math.max(at, 0), shown.length - 1)] ?? items[0];
    if (next) choose(next.key);
    else { chosen.key = null; show(); }
    return;
  }
  chosen.at = shown.indexOf(one);
  if (!one.cards.some((card) => card.number === chosen.number)) choose(one.key);
  else show();
}

function save() {
  const values = Object.fromEntries(["text", "file", "tag", "kind", "status"].map((name) => [name, filters[name].value]));
  const looks = { wrong: filters.wrong.checked, night: tools.night.checked, width: tools.width.value, zoom: tools.zoom.value };
  sessionStorage.setItem(SAVED, JSON.stringify({ values, looks, chosen, list: $("list").scrollTop }));
}

function restore() {
  const saved = JSON.parse(sessionStorage.getItem(SAVED) ?? "null");
  if (saved) {
    for (const [name, value] of Object.entries(saved.values)) {
      if (value && filters[name].tagName === "SELECT") filters[name].append(element("option", { value, textContent: value }));
      filters[name].value = value;
    }
    filters.wrong.checked = saved.looks.wrong;
    tools.night.checked = saved.looks.night;
    tools.width.value = saved.looks.width;
    tools.zoom.value = saved.looks.zoom;
    chosen = saved.chosen;
  }
  const asked = decodeURIComponent(location.hash.slice(1));
  if (asked && asked !== chosen.key) chosen = { ...chosen, key: asked, answer: false, place: null, typed: "" };
  return saved?.list ?? 0;
}

function listen() {
  const events = new EventSource("/events");
  events.addEventListener("message", (event) => {
    $("lost").hidden = true;
    if (JSON.parse(event.data) !== version) update();
  });
  events.addEventListener("error", () => { $("lost").hidden = false; });
}

for (const form of [$("filters"), $("tools")]) form.addEventListener("submit", (event) => event.preventDefault());
$("filters").addEventListener("input", () => { list(); save(); });
$("tools").addEventListener("change", show);
$("tools").addEventListener("click", (event) => { if (event.detail) event.target.closest("button, input")?.blur(); });   // without the focus, the space bar turns the card
$("previous").addEventListener("click", () => step(-1));
$("next").addEventListener("click", () => step(1));
$("flip").addEventListener("click", flip);
$("list").addEventListener("scroll", save, { passive: true });
$("list").addEventListener("click", (event) => {
  const link = event.target.closest("a");
  if (link && !event.ctrlKey && !event.metaKey) { event.preventDefault(); choose(link.dataset.key); }
  if (event.detail) link?.blur();   // after a click, keys scroll the card, not the list
});
addEventListener("hashchange", () => choose(decodeURIComponent(location.hash.slice(1))));

$("start").hidden = !$("start").querySelector("code").textContent;   // "new" makes no deck inside a deck
const scrolled = restore();
update().then(() => { $("list").scrollTop = scrolled; listen(); });
