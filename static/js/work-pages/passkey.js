// Passkeys. A form with data-passkey (create or get) asks the server for a question at data-ask, lets the browser answer
// it with the person's device, and is then posted as any other form.
(() => {
  const unable = "Deze browser kan hier geen passkeys gebruiken. Log anders in.";
  const stopped = "Het is niet gelukt. Probeer het opnieuw.";
  const answered = new WeakSet();

  function bytes(text) {
    const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
  }

  function text(buffer) {
    const plain = String.fromCharCode(...new Uint8Array(buffer));
    return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }

  const known = (list = []) => list.map((one) => ({ ...one, id: bytes(one.id) }));

  function toCreate(json) {
    const parse = PublicKeyCredential.parseCreationOptionsFromJSON;
    if (parse) return parse.call(PublicKeyCredential, json);
    const user = { ...json.user, id: bytes(json.user.id) };
    return { ...json, user, challenge: bytes(json.challenge), excludeCredentials: known(json.excludeCredentials) };
  }

  function toGet(json) {
    const parse = PublicKeyCredential.parseRequestOptionsFromJSON;
    if (parse) return parse.call(PublicKeyCredential, json);
    return { ...json, challenge: bytes(json.challenge), allowCredentials: known(json.allowCredentials) };
  }

  function asText(credential) {
    if (credential.toJSON) return JSON.stringify(credential.toJSON());
    const response = {};
    for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (credential.response[name]) response[name] = text(credential.response[name]);
    }
    const { id, type } = credential;
    return JSON.stringify({ id, type, rawId: text(credential.rawId), response, clientExtensionResults: {} });
  }

  function tell(form, sentence) {
    const line = form.querySelector("[data-passkey-error]");
    line.hidden = !sentence;
    line.replaceChildren();
    if (sentence) line.append(kompas.icon("warn"), kompas.element("span", "", sentence));
  }

  async function question(form) {
    const answer = await fetch(form.dataset.ask, { method: "POST", cache: "no-store", headers: { Accept: "application/json" } });
    const json = await answer.json();
    if (!answer.ok) throw new Error(json.title);
    return json;
  }

  async function answer(form) {
    if (!window.PublicKeyCredential || !navigator.credentials) return tell(form, unable);
    tell(form, "");
    const button = form.querySelector("button");
    button.disabled = true;
    try {
      const asked = await question(form).catch((error) => tell(form, error.message || stopped));
      if (!asked) return;
      const isNew = form.dataset.passkey === "create";
      const credential = isNew
        ? await navigator.credentials.create({ publicKey: toCreate(asked) })
        : await navigator.credentials.get({ publicKey: toGet(asked) });
      form.elements.answer.value = asText(credential);
      answered.add(form);
      form.requestSubmit();
    } catch (error) {
      // The browser tells nobody why: the person may have changed their mind.
      tell(form, error.name === "InvalidStateError" ? "Deze passkey heb je hier al." : stopped);
    } finally {
      button.disabled = false;
    }
  }

  document.addEventListener("submit", (event) => {
    const form = event.target.closest?.("form[data-passkey]");
    if (!form || answered.delete(form)) return;
    event.preventDefault();
    answer(form);
  });
})();
