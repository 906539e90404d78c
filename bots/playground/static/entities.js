// Telegram's text: a string and entities, counted in UTF-16 units as JavaScript does.
import { h } from "./dom.js";

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
    const open = (event) => {
      event.preventDefault();
      act.link?.(url);
    };
    return h("a", { href: /^https?:/i.test(url) ? url : "#", rel: "noreferrer", onclick: open }, inner);
  }
  if (entity.type === "bot_command") {
    return h("button", { type: "button", class: "command", onclick: () => act.command?.(words) }, inner);
  }
  return h(TAGS[entity.type] ?? "span", {}, inner);
}
