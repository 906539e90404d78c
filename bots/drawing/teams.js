// Adaptive Cards as elements, as far as our own use them. `act` has `press(action)`, `link(url)`.
import { h, link, picture } from "./dom.js";

/** The elements of a card. */
export const card = (content, act) => h("div", { class: "adaptive" }, content.body.map((one) => element(one, act)));

const element = (one, act) => (KINDS[one.type] ?? unknown)(one, act);
const unknown = (one) => h("div", { class: "ac subtle" }, `[${one.type}]`);
const placed = (one, ...names) => ["ac", one.spacing === "none" ? "close" : "", ...names].filter(Boolean).join(" ");

const KINDS = {
  RichTextBlock: (one, act) => h("div", { class: placed(one) }, one.inlines.map((run) => inline(run, act))),
  TextBlock: (one) => h("div", { class: placed(one, ...look(one)) }, called(one.text)),
  Container: (one, act) => h("div", { class: placed(one, one.style) }, one.items.map((inner) => element(inner, act))),
  ActionSet: (one, act) => h("div", { class: placed(one, "acts") }, one.actions.map((action) => button(action, act))),
  ColumnSet: (one, act) => h("div", { class: placed(one, "columns") }, one.columns.map((column) =>
    h("div", {}, column.items.map((inner) => element(inner, act))))),
  Image: (one) => h("div", { class: placed(one) }, picture(one.url, one.altText)),
};

const look = (run) => [
  run.size === "large" ? "large" : "",
  run.size === "small" ? "small" : "",
  run.weight === "bolder" ? "bolder" : "",
  run.isSubtle ? "subtle" : "",
  run.italic ? "italic" : "",
  run.color ?? "",
  run.fontType ?? "",
].filter(Boolean);

function inline(run, act) {
  const words = h("span", { class: look(run).join(" ") }, run.text);
  return run.selectAction?.url ? link(run.selectAction.url, words, act.link) : words;
}

/** A plain text block names who is called. */
function called(text) {
  const found = text.match(/^<at>([^<>]*)<\/at>$/);
  return found ? h("span", { class: "at" }, found[1]) : text;
}

function button(action, act) {
  const press = () => (action.url ? act.link(action.url) : act.press(action));
  return h("button", { type: "button", class: `ac-button ${action.style ?? ""}`, onclick: press }, action.title);
}

export function message({ name, when }, body) {
  const face = h("span", { class: "ac-face", "aria-hidden": "true" }, [...name][0]);
  const by = h("div", { class: "by" }, h("strong", {}, name), h("time", {}, when));
  return h("article", { class: "ac-message" }, face, h("div", { class: "grow" }, by, h("div", { class: "ac-card" }, body)));
}
