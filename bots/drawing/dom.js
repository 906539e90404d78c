// Elements, made one by one: what people wrote is only ever a text node.

/** h("button", {class: "x", onclick: f, "aria-label": "y"}, "text", node, null) */
export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "value") node.value = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return node;
}

/** A link that does what `follow(url)` does. Only to the web. */
export function link(url, words, follow) {
  const open = (event) => {
    event.preventDefault();
    follow?.(url);
  };
  return h("a", { href: /^https?:/i.test(url) ? url : "#", rel: "noreferrer", onclick: open }, words);
}

let moved = null;

/** Our pictures are found `here`, though their addresses begin with `there`. */
export function findPictures(there, here) {
  moved = { there: `${there}/`, here: `${here}/` };
}

/** Where a picture of ours is; "" for anybody else's. */
export function ours(url) {
  if (moved && String(url).startsWith(moved.there)) return moved.here + url.slice(moved.there.length);
  return url && new URL(url, location.href).origin === location.origin ? url : "";
}

/** Pictures from elsewhere are not fetched: their words stand for them. */
export function picture(url, alt) {
  const found = ours(url);
  if (found) return h("img", { src: found, alt });
  return h("span", { class: "picture", role: "img", "aria-label": alt }, alt);
}
