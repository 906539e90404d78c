// The work that a newcomer's browser does while many come at once (ALTCHA's proof of work): done
// here, sent with the form. Without this the page says how long to wait.
(() => {
  "use strict";
  const form = document.querySelector("[data-challenge]");
  if (!form || !window.crypto || !crypto.subtle) return;
  const bytes = (hex) => Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
  const hex = (buffer) => Array.from(new Uint8Array(buffer), (x) => x.toString(16).padStart(2, "0")).join("");

  async function solve({ parameters }) {
    const { nonce, salt, cost, keyLength, keyPrefix } = parameters;
    const password = new Uint8Array(nonce.length / 2 + 4);
    password.set(bytes(nonce));
    const end = new DataView(password.buffer);
    const how = { name: "PBKDF2", hash: "SHA-256", salt: bytes(salt), iterations: cost };
    for (let counter = 0; ; counter += 1) {
      end.setUint32(password.length - 4, counter);
      const key = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
      const derivedKey = hex(await crypto.subtle.deriveBits(how, key, keyLength * 8));
      if (derivedKey.startsWith(keyPrefix)) return { counter, derivedKey };
    }
  }

  const challenge = JSON.parse(form.dataset.challenge);
  const state = form.querySelector("[data-state]");
  const wait = form.querySelector("[data-wait]");
  wait.hidden = true;
  state.textContent = state.dataset.working;
  solve(challenge).then((solution) => {
    const field = document.createElement("input");
    field.type = "hidden";
    field.name = "altcha";
    field.value = btoa(JSON.stringify({ challenge, solution }));
    form.append(field);
    form.submit();
  }).catch(() => { wait.hidden = false; state.textContent = ""; });
})();
