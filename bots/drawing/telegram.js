// Telegram's text, a string and entities, counted in UTF-16 units as JavaScript does; and what is
// around it: the bubble, and the buttons below.
import { h, link } from "./dom.js";

const TAGS = {
  bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code", pre: "pre",
  blockquote: "blockquote", expandable_blockquote: "blockquote", spoiler: "span",
};

/** Nodes of a text. `act` has `link(url)` and `command(name)`. */
export function written(text, entities = [], act = {}) {
  const sorted = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  return within(text, 0, text.length, sorted, act);
}

function within(text, start, end, entities, act) {
  const nodes = [];
  let place = start;
  let rest = entities;
  while (rest.length) {
    const [entity, ...others] = rest;
    const stop = Math.min(entity.offset + entity.length, end);
    if (entity.offset < place || stop <= entity.offset) {
      rest = others;
      continue;
    }
    nodes.push(text.slice(place, entity.offset));
    const inner = others.filter((other) => other.offset < stop);
    nodes.push(wrapped(entity, text.slice(entity.offset, stop), within(text, entity.offset, stop, inner, act), act));
    place = isQuote(entity) && text[stop] === "\n" ? stop + 1 : stop; // its end is a line's end
    rest = others.filter((other) => other.offset >= stop);
  }
  nodes.push(text.slice(place, end));
  return nodes.filter((node) => node !== "");
}

const isQuote = (entity) => /blockquote|pre/.test(entity.type);

function wrapped(entity, words, inner, act) {
  if (entity.type === "text_link" || entity.type === "url") {
    const url = entity.url ?? (/^https?:/i.test(words) ? words : `http://${words}`);
    return link(url, inner, act.link);
  }
  if (entity.type === "bot_command") {
    return h("button", { type: "button", class: "command", onclick: () => act.command?.(words) }, inner);
  }
  const found = entity.type === "hashtag" || entity.type === "mention";
  return h(TAGS[entity.type] ?? "span", { class: found ? "found" : undefined }, inner);
}

const MARKS = {
  B: "bold", STRONG: "bold", I: "italic", EM: "italic", U: "underline", S: "strikethrough",
  CODE: "code", PRE: "pre", BLOCKQUOTE: "blockquote", A: "text_link",
};
const FOUND = /https?:\/\/[^\s<>"]+[^\s<>".,;:!?)]|(?<![\w/<>])\/\w{1,64}(?![\w/<>])|(?<!\w)@[A-Za-z]\w{3,31}|(?<!\w)#[\p{L}\p{N}_]+/gu;

/** A message in HTML parse mode, taken apart: `text` and `entities`, with those that Telegram finds
 * by itself. Nothing of it is run or loaded: the parsed document is never shown. */
export function parsed(html) {
  const entities = [];
  let text = "";
  const walk = (node) => {
    if (node.nodeType === Node.TEXT_NODE) text += node.data;
    const offset = text.length;
    node.childNodes.forEach(walk);
    const type = MARKS[node.nodeName];
    if (type) entities.push({ type, offset, length: text.length - offset, url: node.getAttribute("href") ?? undefined });
  };
  walk(new DOMParser().parseFromString(`<body>${html}`, "text/html").body);
  const links = entities.filter((entity) => entity.type === "text_link");
  const free = (place) => !links.some((one) => place >= one.offset && place < one.offset + one.length);
  for (const found of text.matchAll(FOUND)) {
    const type = { "/": "bot_command", "@": "mention", "#": "hashtag" }[found[0][0]] ?? "url";
    if (free(found.index)) entities.push({ type, offset: found.index, length: found[0].length });
  }
  return { text, entities };
}

/** `author` is "" in a private chat; `above` stands over the words, such as a picture. */
export function bubble({ author, above = null, words, when, own = false }, below = null) {
  const by = author ? h("div", { class: "author" }, author) : null;
  const body = h("div", { class: "bubble" }, by, above, h("div", { class: "words" }, words), h("div", { class: "when" }, when));
  return h("div", { class: `message ${own ? "own" : ""}` }, body, below);
}

/** `press(key, element)` for each that is pressed. */
export function keyboard(rows, press) {
  if (!rows.length) return null;
  const button = (key) => {
    const made = h("button", { type: "button", class: `key ${key.style ?? ""} ${key.url ? "url" : ""}` }, key.text);
    made.addEventListener("click", () => press(key, made));
    return made;
  };
  return h("div", { class: "keyboard" }, rows.map((row) => h("div", { class: "keys" }, row.map(button))));
}
