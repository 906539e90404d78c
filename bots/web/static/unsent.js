// A form of the staff's desk: keeps what was written when its page is left without sending it.
// The page is whole without this: a button does the same.
(() => {
  "use strict";
  const form = document.querySelector("form[data-keeps]");
  if (!form || !navigator.sendBeacon) return;
  let written = false;
  form.addEventListener("input", () => { written = true; });
  form.addEventListener("submit", () => { written = false; });
  addEventListener("pagehide", () => {
    if (!written) return;
    written = false;
    const fields = new URLSearchParams(new FormData(form));
    fields.set("draft", "1");
    navigator.sendBeacon(form.action, fields);
  });
})();
