// What the panes share.
import { h } from "/drawing/dom.js";

export { h };

export const LINKS = "kuulolla-playground-links";

const signatures = new WeakMap();

/**
 * Makes `box` hold one child for each item, in order: [key, what it is drawn from, draw()].
 * A child whose data did not change stays, with its focus; one that changed is marked `fresh`.
 */
export function sync(box, items) {
  const old = new Map([...box.children].map((child) => [child.dataset.key, child]));
  let place = box.firstElementChild;
  for (const [key, data, draw] of items) {
    const signature = JSON.stringify(data);
    let child = old.get(String(key));
    old.delete(String(key));
    if (!child || signatures.get(child) !== signature) {
      const made = draw();
      made.dataset.key = key;
      signatures.set(made, signature);
      if (child) {
        if (child.dataset.drawn) made.classList.add("fresh");
        if (place === child) place = made;
        child.replaceWith(made);
      }
      made.dataset.drawn = "yes";
      child = made;
    }
    if (place === child) place = child.nextElementSibling;
    else box.insertBefore(child, place);
  }
  for (const gone of old.values()) gone.remove();
}

/** Keeps the end in sight for someone who was looking at it. */
export function stickToEnd(box, change) {
  const near = box.scrollHeight - box.scrollTop - box.clientHeight < 60;
  change();
  if (near) box.scrollTop = box.scrollHeight;
}

export function clock(seconds) {
  return new Date(seconds * 1000).toLocaleTimeString("fi-FI", { hour: "2-digit", minute: "2-digit" });
}

export function toast(text, kind = "") {
  const shown = h("div", { class: `toast ${kind}` }, text);
  document.getElementById("toasts").append(shown);
  setTimeout(() => shown.remove(), 5000);
}

export async function post(path, body = {}) {
  try {
    const answer = await fetch(`/_playground/${path}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    return await answer.json();
  } catch {
    return { ok: false, error: "–" };
  }
}
